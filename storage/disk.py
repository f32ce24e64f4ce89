"""The disk below a SQLite file: whether it is one of this machine, and whether there is room on it."""

import os
import shutil
from pathlib import Path

from .faults import OnANetwork

MOUNTS = Path("/proc/self/mounts")
"""What Linux has mounted where; other systems have no such file, and nothing is known there."""
NETWORKS = frozenset(
    {
        *("nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "9p", "afs", "ceph", "lustre", "gpfs", "beegfs"),
        *("ncpfs", "ocfs2", "gfs2", "davfs", "orangefs", "pvfs2", "coda", "glusterfs", "panfs", "wekafs", "quobyte"),
        *("vboxsf", "vmhgfs", "prl_fs", "virtiofs", "fuse.vmhgfs-fuse", "fuse.grpcfuse", "fuse.osxfs", "fakeowner"),
        *("fuse.sshfs", "fuse.glusterfs", "fuse.cephfs", "fuse.ceph-fuse", "fuse.s3fs", "fuse.rclone", "fuse.gcsfuse"),
        *("fuse.davfs2", "fuse.juicefs", "fuse.blobfuse", "fuse.blobfuse2", "fuse.mountpoint-s3", "fuse.goofys"),
        *("fuse.seaweedfs", "fuse.moosefs", "fuse.mfs", "fuse.lizardfs", "fuse.curlftpfs", "fuse.httpdirfs"),
    }
)
"""File systems of other machines, of a virtual machine's host or of a store of objects.

Their locks and memory maps hold for this machine alone, or for nobody: https://sqlite.org/useovernet.html.
"""
LEAST_BYTES = 4 * 1024**2
"""With less there is no room for the next transactions."""


def require_local(file: Path) -> None:
    """Raise `OnANetwork` where the file lies, or would lie, on the disk of another machine."""
    kind = file_system(file)
    if kind in NETWORKS:
        raise OnANetwork(
            f"{file} lies on a network file system ({kind}), where SQLite loses data. Name a file on a local disk in "
            "LEADCYCLE_DATABASE_URL, or use PostgreSQL."
        )


def file_system(file: Path) -> str:
    """Return the kind of file system on which the file lies; empty where the system does not tell."""
    try:
        lines = MOUNTS.read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    there = file.resolve()
    mounted = ((Path(_plain(at)), kind) for _, at, kind, *_ in map(str.split, lines))
    below = [(at, kind) for at, kind in mounted if there.is_relative_to(at)]
    nearest = max((len(at.parts) for at, _ in below), default=0)
    return next((kind for at, kind in reversed(below) if len(at.parts) == nearest), "")


def free_bytes(file: Path) -> int:
    """Return how much room there is beside the file."""
    return shutil.disk_usage(file.resolve().parent).free


def is_writeable(file: Path) -> bool:
    """Tell whether the next transaction can be written: the file may be written to, and there is room."""
    return os.access(file, os.W_OK) and free_bytes(file) >= LEAST_BYTES


def _plain(written: str) -> str:
    """A path as it is, without the marks by which spaces and the like are written there (fstab(5))."""
    return written.replace("\\040", " ").replace("\\011", "\t").replace("\\012", "\n").replace("\\134", "\\")
