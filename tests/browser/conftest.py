"""What the tests in a browser share: the browser."""

from tests.browser.chromium import chromium as chromium
