"""Where our token may be shown: over https, to hosts that the settings name."""

from collections.abc import Collection
from urllib.parse import urlsplit


def is_allowed(url: str, hosts: Collection[str]) -> bool:
    """Whether an address is https, at one of these hosts or below one, and hides nobody in front of the host."""
    try:
        address = urlsplit(url)
        host = address.hostname or ""
    except ValueError:
        return False
    return (
        address.scheme == "https"
        and "@" not in address.netloc
        and any(host == each or host.endswith(f".{each}") for each in hosts)
    )


def same(one: str, other: str) -> bool:
    """Whether two addresses are the same; a slash at the end says nothing."""
    return one.rstrip("/").casefold() == other.rstrip("/").casefold()
