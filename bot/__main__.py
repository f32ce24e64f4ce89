"""`leadcycle`, and `python -m bot`: the way in, which can be left with Ctrl+C at any moment."""

import gc
import signal


def main() -> None:
    """Run the command line; Ctrl+C while it is still being loaded ends the process at once, without a word."""
    handler = signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.disable()  # what is loaded stays: looking for waste among it takes a quarter of the time
    from .cli import app

    gc.freeze()
    gc.enable()
    signal.signal(signal.SIGINT, handler)
    app()


if __name__ == "__main__":
    main()
