"""A network of a test's own, in which the packets of one direction can be dropped. Needs root.

Facts that the code follows from:
  * A network namespace belongs to threads: sockets that a thread makes, and processes that it
    starts, are in its namespace; it vanishes with the last of them. So nothing has to be removed.
  * A dropped packet closes nothing: both sides think that the other is there, TCP sends again ever
    more slowly, and once packets pass again the stream goes on where it was.
"""

import asyncio
import ctypes
import os
import subprocess
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")

CLONE_NEWNET = 0x40000000
"""linux/sched.h"""
TABLE = "inet onrecord"


class Network:
    """Loopback alone. Its methods belong to the thread that `in_own_network` made."""

    def __init__(self) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.unshare(CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
        _run("ip", "link", "set", "lo", "up")
        _nft(f"add table {TABLE}")
        _nft(f"add chain {TABLE} input {{ type filter hook input priority 0; }}")

    def drop_from(self, address: str) -> None:
        """Lose every packet that comes from an address."""
        _nft(f"add rule {TABLE} input ip saddr {address} drop")

    def drop_to(self, address: str) -> None:
        """Lose every packet that goes to an address."""
        _nft(f"add rule {TABLE} input ip daddr {address} drop")

    def heal(self) -> None:
        """Let everything pass again."""
        _nft(f"flush chain {TABLE} input")


def in_own_network(work: Callable[[Network], Coroutine[None, None, T]]) -> T:
    """Run in a thread and a network of its own; return what it returns. Blocks."""

    def run() -> T:
        return asyncio.run(work(Network()))

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(run).result()


def _nft(command: str) -> None:
    _run("nft", command)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)
