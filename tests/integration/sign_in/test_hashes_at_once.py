"""Ten people sign in at one moment: two passwords are hashed at a time, as each takes memory."""

import asyncio
import os
import threading
import time
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from onrecord.app import sign_in as module
from onrecord.core.domain.errors import NotSignedIn
from onrecord.features.sign_in.service import Caller, SignIn
from tests.rig.installation import Installation, at_root, install

PEOPLE = 10
PROMISED = 2
"""What `passwords.memory_mib` says in docs/settings.md."""


class Counting:
    """How many hashes are being made, how many were at most, and how nice they are to others."""

    def __init__(self) -> None:
        self.most = self.made = self._now = 0
        self.nices: set[int] = set()
        self._lock = threading.Lock()

    def verify(self, hasher: PasswordHasher, encoded: str, password: str) -> bool:
        """As PasswordHasher's, slow enough that others come in between."""
        with self._lock:
            self._now += 1
            self.made += 1
            self.most = max(self.most, self._now)
            self.nices.add(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
        time.sleep(0.02)
        try:
            return real_verify(hasher, encoded, password)
        finally:
            with self._lock:
                self._now -= 1


real_verify = PasswordHasher.verify


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Counting:
    counted = Counting()

    def verify(hasher: PasswordHasher, encoded: str, password: str) -> bool:
        return counted.verify(hasher, encoded, password)

    monkeypatch.setattr(PasswordHasher, "verify", verify)
    return counted


@pytest.fixture
def made(tmp_path: Path) -> Installation:
    return install(tmp_path, ["anna"])


async def sign_in_at_once(made: Installation) -> None:
    """Ten people nobody knows: their password is compared like anybody's."""
    async with at_root(made) as root:
        callers = [Caller("chat", f"192.0.2.{n}") for n in range(PEOPLE)]
        tried = [
            root[SignIn].by_password(f"person{n}", "a guess at a password", caller)
            for n, caller in enumerate(callers)
        ]
        found = await asyncio.gather(*tried, return_exceptions=True)
    assert [type(each) for each in found] == [NotSignedIn] * PEOPLE


@pytest.mark.promise("P12")
def test_two_are_made_at_once(made: Installation, counting: Counting) -> None:
    asyncio.run(sign_in_at_once(made))
    assert (counting.made, counting.most) == (PEOPLE, PROMISED)


@pytest.mark.promise("P12", planted=True)
def test_control_with_room_for_more_they_are_counted(
    made: Installation, counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "HASHES_AT_ONCE", 64)
    asyncio.run(sign_in_at_once(made))
    assert counting.most > PROMISED


def test_they_give_way_to_who_records(made: Installation, counting: Counting) -> None:
    asyncio.run(sign_in_at_once(made))
    (nice,) = counting.nices
    assert nice > os.getpriority(os.PRIO_PROCESS, os.getpid())
