"""The room that remembers: everything Leadcycle knows is kept here, and only here is a database spoken to."""
