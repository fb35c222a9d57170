"""A disk that can be cut off: ext4 in a file on XFS, which copies the file in no time by reflink.

A copy holds what had reached the disk at that moment, and nothing of what the kernel still kept.
"""

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

XFS_SIZE, DISK_SIZE = "600m", "160m"
"""XFS takes no less than 300 MiB."""
UNASKED = "loop,commit=300"
"""Seconds after which ext4 would write its journal unasked: more than a test takes."""


def _command(*arguments: str | Path) -> None:
    subprocess.run([str(argument) for argument in arguments], check=True, capture_output=True)


@contextmanager
def mounted(image: Path, at: Path, options: str = "loop") -> Iterator[Path]:
    """Mount the file system in a file."""
    at.mkdir(exist_ok=True)
    _command("mount", "-o", options, image, at)
    try:
        yield at
    finally:
        _command("umount", "--lazy", at)


@dataclass(frozen=True, slots=True)
class Volume:
    """A mounted disk, `path`, and the file it lies in."""

    path: Path
    image: Path

    def sync(self) -> None:
        """Bring all that was written to the disk."""
        _command("sync", "-f", self.path)

    def cut(self, name: str) -> Path:
        """Copy what is on the disk at this moment; return the copy's file."""
        copy = self.image.with_name(name)
        _command("cp", "--reflink=always", self.image, copy)
        return copy


@contextmanager
def volume(folder: Path) -> Iterator[Volume]:
    """Make and mount a disk in a folder. Needs root.

    The kernel brings nothing to it by itself: what is on it was asked for, by fsync.
    """
    with ExitStack() as stack:
        outer = folder / "xfs.img"
        _command("truncate", "-s", XFS_SIZE, outer)
        _command("mkfs.xfs", "-q", "-m", "reflink=1", outer)
        images = stack.enter_context(mounted(outer, folder / "images"))
        image = images / "disk.img"
        _command("truncate", "-s", DISK_SIZE, image)
        _command("mkfs.ext4", "-q", image)
        yield Volume(stack.enter_context(mounted(image, folder / "disk", UNASKED)), image)
