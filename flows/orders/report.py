"""The command that shows the cycle report."""

COMMANDS = ()
