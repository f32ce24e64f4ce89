"""Memory: what a service has loaded stays for its whole life, and nobody need look for waste among it."""

import gc


def keep() -> None:
    """Let the garbage collector pass by everything that is there now.

    Every message makes it look through what is young; sooner or later it looks through everything else, too, which
    took a fifth of the time of a service that was sending.
    """
    gc.collect()
    gc.freeze()
