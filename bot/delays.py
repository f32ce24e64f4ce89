"""How long delivery may take and waits, by machine time."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Delays:
    """How long things may take and how long to wait, in seconds of machine time; tests make them small."""

    request: float = 10.0
    """a request to a platform; well below the lease"""
    lease: float = 60.0
    look_after: float = 15.0
    """before an unsure message is looked up"""
    look_again: float = 10.0
    """before it is looked up once more; in vain twice means that it never arrived"""
    trouble: float = 30.0
    """before a look-up that failed is tried again"""
    look_ups: float = 30.0
    """to one workspace in a minute, by each process; Slack takes 50 (docs.slack.dev/apis/web-api/rate-limits)"""
    retry: float = 1.0
    """before a message that certainly failed is sent again; doubles each time"""
    longest_retry: float = 600.0
    poll: float = 0.2
    longest_poll: float = 1.0
    held: float = 0.01
    """until a worker looks again that found all lanes held by others"""
    gather: float = 0.02
    """after the first outcome of what was sent together, for others to be settled with it"""
    tend: float = 2.0
    """between two rounds of taking back leases, expiring and looking up"""
