"""Why nobody answered at an address, in words for whoever runs Leadcycle."""

_WORDS = {
    "ClientConnectorDNSError": "its name is not known; is there a network, and is the name spelled right?",
    "ClientConnectorCertificateError": "its certificate is not trusted here",
    "ClientSSLError": "no secure connection can be made",
    "SSLError": "no secure connection can be made",
    "TimeoutError": "no answer in time",
    "Timeout": "no answer in time",
    "ClientConnectorError": "nothing takes a connection there",
    "ServerDisconnectedError": "it cut the connection",
    "ClientResponseError": "its answer is an error",
    "ConnectionError": "no connection can be made",
    "ClientError": "the connection failed",
    "UnicodeDecodeError": "its answer cannot be read",
    "ValueError": "its answer cannot be read",
    "LookupError": "its answer is not what it should be",
    "TypeError": "its answer is not what it should be",
}
"""by the names that aiohttp, Microsoft's web library and Python give to its kinds; the first one counts"""


def reason(fault: BaseException) -> str:
    """Return why nobody answered, in a few words that begin in lower case."""
    kinds = {kind.__name__ for kind in type(fault).__mro__}
    known = (words for name, words in _WORDS.items() if name in kinds)
    return next(known, f"something went wrong ({type(fault).__name__})")
