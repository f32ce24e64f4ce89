"""Why nobody answered is said in words that somebody who does not program understands."""

import ssl
from unittest.mock import Mock

import aiohttp
import pytest
import requests

from adapters.silence import reason

KEY = Mock(ssl=True, host="slack.example", port=443)


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (aiohttp.ClientConnectorDNSError(KEY, OSError(-2, "Name or service not known")), "its name is not known"),
        (aiohttp.ClientConnectorCertificateError(KEY, ssl.CertificateError("expired")), "its certificate is not"),
        (aiohttp.ClientConnectorSSLError(KEY, OSError(1, "wrong version")), "no secure connection can be made"),
        (aiohttp.ClientConnectorError(KEY, OSError(111, "refused")), "nothing takes a connection there"),
        (aiohttp.ServerTimeoutError(), "no answer in time"),
        (TimeoutError(), "no answer in time"),
        (requests.ConnectTimeout(), "no answer in time"),
        (requests.exceptions.SSLError(), "no secure connection can be made"),
        (requests.ConnectionError(), "no connection can be made"),
        (aiohttp.InvalidURL("https://"), "the connection failed"),
        (KeyError("jwks_uri"), "its answer is not what it should be"),
        (RuntimeError("closed"), "something went wrong (RuntimeError)"),
    ],
)
def test_what_went_wrong_on_the_way_is_said_in_words(fault: Exception, told: str) -> None:
    assert reason(fault).startswith(told)
