"""`leadcycle`, and `python -m bot`: the way in, which can be left with Ctrl+C at any moment."""

import signal


def main() -> None:
    """Run the command line; Ctrl+C while it is still being loaded ends the process at once, without a word."""
    handler = signal.signal(signal.SIGINT, signal.SIG_DFL)
    from .cli import app

    signal.signal(signal.SIGINT, handler)
    app()


if __name__ == "__main__":
    main()
