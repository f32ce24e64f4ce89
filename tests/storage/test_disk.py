"""A SQLite file lies on a disk of this machine, or nothing is begun."""

import os
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from storage import disk
from storage.database import Database
from storage.disk import file_system, free_bytes, require_local
from storage.faults import OnANetwork
from storage.moving import move


class Room(NamedTuple):
    total: int
    used: int
    free: int


@pytest.fixture
def mounted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A table of mounts like that of Linux, with a share below a local disk and a disk below the share."""
    share = str(tmp_path / "a share").replace(" ", "\\040")
    lines = ("/dev/vda / ext4 rw 0 0", f"server:/x {share} nfs4 rw 0 0", f"/dev/vdb {share}/disk xfs rw 0 0")
    table = tmp_path / "mounts"
    table.write_text("\n".join(lines))
    monkeypatch.setattr(disk, "MOUNTS", table)
    return tmp_path / "a share"


def test_the_nearest_mount_decides(mounted: Path) -> None:
    assert file_system(mounted / "leadcycle.db") == "nfs4"
    assert file_system(mounted / "disk" / "leadcycle.db") == "xfs"
    assert file_system(mounted.parent / "leadcycle.db") == "ext4"


def test_a_link_to_a_share_is_the_share(mounted: Path) -> None:
    mounted.mkdir()
    (mounted.parent / "link").symlink_to(mounted)
    with pytest.raises(OnANetwork):
        require_local(mounted.parent / "link" / "leadcycle.db")


def test_a_link_to_a_file_on_a_share_is_refused_and_the_room_is_that_of_the_share(
    mounted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounted.mkdir()
    link = mounted.parent / "link.db"
    link.symlink_to(mounted / "leadcycle.db")
    with pytest.raises(OnANetwork):
        Database(f"sqlite:///{link}")
    room = {mounted: Room(3, 2, 1), mounted.parent: Room(30, 20, 10)}
    monkeypatch.setattr("storage.disk.shutil.disk_usage", room.__getitem__)
    assert free_bytes(link) == 1


async def test_a_file_on_a_share_is_refused_before_it_is_made(mounted: Path) -> None:
    os.mkdir(mounted)
    with pytest.raises(OnANetwork, match=r"lies on a network file system \(nfs4\)"):
        Database(f"sqlite:///{mounted}/leadcycle.db")
    assert os.listdir(mounted) == []


def test_where_the_system_does_not_tell_nothing_is_refused(mounted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "MOUNTS", mounted / "nothing")
    require_local(mounted / "leadcycle.db")


@pytest.mark.parametrize(
    "kind", ["vboxsf", "virtiofs", "orangefs", "fuse.juicefs", "fuse.blobfuse2", "fuse.grpcfuse", "fuse.sshfs"]
)
def test_what_another_machine_or_a_host_shares_is_no_local_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    (tmp_path / "mounts").write_text(f"/dev/vda / ext4 rw 0 0\nshare {tmp_path} {kind} rw 0 0\n")
    monkeypatch.setattr(disk, "MOUNTS", tmp_path / "mounts")
    with pytest.raises(OnANetwork, match=kind):
        require_local(tmp_path / "leadcycle.db")


async def test_a_file_on_a_share_is_read_and_neither_written_to_nor_moved(
    mounted: Path, sqlite_template: Path, tmp_path: Path
) -> None:
    os.mkdir(mounted)
    shutil.copy(sqlite_template, mounted / "leadcycle.db")
    url = f"sqlite:///{mounted}/leadcycle.db"
    async with Database(url, read_only=True) as database, database.look_everywhere():
        pass
    with pytest.raises(OnANetwork):
        Database(url, beside=True)
    with pytest.raises(OnANetwork):
        await move(url, f"sqlite:///{tmp_path}/to.db", lambda *what: None)
    assert "to.db" not in os.listdir(tmp_path)
