"""What the fault tests share: the Slack that records, and the processes that may die."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.databases import Copies
from tests.faults import cluster
from tests.faults.cluster import MortalCluster
from tests.faults.fleet import Fleet
from tests.faults.nursery import Birth, nursery
from tests.faults.recording_slack import RecordingSlack, recording


@pytest.fixture(scope="session")
def recording_slack() -> Iterator[RecordingSlack]:
    """One Slack for all tests of this worker."""
    with recording() as slack:
        yield slack


@pytest.fixture(scope="session")
def born(
    recording_slack: RecordingSlack, postgresql_copies: Copies, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Birth]:
    """What starts processes of the service."""
    folder = tmp_path_factory.mktemp("nursery")
    with (
        postgresql_copies.one() as scratch,
        nursery(folder, recording_slack.settings, f"sqlite:///{folder}/scratch.db", scratch) as birth,
    ):
        yield birth


@pytest.fixture
async def fleet(database_url: str, recording_slack: RecordingSlack, born: Birth) -> AsyncIterator[Fleet]:
    """The replicas of this test's database; there are none yet."""
    async with Fleet.open(database_url, recording_slack, born) as opened:
        yield opened


@pytest.fixture
def mortal_cluster(tmp_path: Path) -> Iterator[MortalCluster]:
    """A PostgreSQL that this test may let die."""
    with cluster.mortal_cluster(tmp_path) as opened:
        yield opened
