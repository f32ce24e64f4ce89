"""Addresses that open something in Slack."""

from urllib.parse import quote, urlsplit


def conversation(api_url: str, workspace: str, place: str) -> str:
    """Return the address under which a browser, or the app that it offers, opens a channel or direct conversation.

    `api_url` tells the cloud: slack.com, or GovSlack's slack-gov.com.
    """
    host = urlsplit(api_url).hostname or "slack.com"
    return f"https://app.{host}/client/{quote(workspace, safe='')}/{quote(place, safe='')}"
