"""An address of a file works for five minutes, for one person, while they may read the file."""

import asyncio
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from onrecord.core.domain.errors import NotFound, NotSignedIn, Refusal
from onrecord.core.domain.files import HeldFile
from onrecord.core.domain.ids import SessionId
from onrecord.features.sign_in.sessions import OpenSessions
from onrecord.features.uploads.bodies import AskLink
from onrecord.features.uploads.file_store import FileStore
from onrecord.features.uploads.links import LIFETIME, PATH, Links
from onrecord_archive.events.files import File, SealedBlob
from onrecord_archive.events.ids import BlobId, EventId, PersonId
from tests.integration.rooted import root_alone

ANNA, PIOTR = PersonId("a" * 32), PersonId("b" * 32)
SESSION = SessionId("5" * 32)
EVENT, BLOB = EventId("e" * 32), BlobId("f" * 32)
HELD = HeldFile(
    File(BLOB, "0" * 64, 5, "a.txt", "text/plain"), SealedBlob("1" * 64, BLOB, 21), "2" * 64
)


class Files(FileStore):
    """One file, shown to the readers of a bank."""

    def __init__(self, bank: "Bank") -> None:
        self.bank = bank

    def shown_to(self, person: PersonId, event: EventId, blob: BlobId) -> HeldFile | None:
        return HELD if (event, blob) == (EVENT, BLOB) and person in self.bank.readers else None


class Bank:
    """What the links ask: the clock, the session, and who may read the file now."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 27, 12, tzinfo=UTC)
        self.signed_in: PersonId | None = ANNA
        self.readers = {ANNA}
        self.links = root_alone(self, {FileStore: Files(self), OpenSessions: self})[Links]

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return 0.0

    def has_ended(self, session: SessionId) -> bool:
        return self.signed_in is None

    async def person_of(self, session: SessionId) -> PersonId:
        assert session == SESSION
        if self.signed_in is None:
            raise NotSignedIn("session_ended", "Your session has ended.")
        return self.signed_in

    def made(self) -> str:
        """Return the token of a link that Anna asked for."""
        link, held = asyncio.run(self.links.make(ANNA, SESSION, AskLink(EVENT, BLOB)))
        assert held == HELD
        return urlsplit(link.url or "").path.removeprefix(PATH)

    def outcome(self, token: str) -> str:
        """Return the code of the refusal, "" where the file is read."""
        try:
            found = asyncio.run(self.links.follow(token))
        except Refusal as refusal:
            return refusal.code
        assert found.held == HELD
        return ""


@pytest.fixture
def bank() -> Bank:
    return Bank()


def test_it_works_until_its_time_is_over_and_not_a_moment_longer(bank: Bank) -> None:
    token = bank.made()
    bank.at += LIFETIME - timedelta(milliseconds=1)
    assert bank.outcome(token) == ""
    bank.at += timedelta(milliseconds=1)
    assert bank.outcome(token) == "link_expired"


def test_access_is_looked_up_at_each_request(bank: Bank) -> None:
    token = bank.made()
    bank.readers = {PIOTR}  # Anna was taken out of the conversation, or the message was removed
    assert bank.outcome(token) == "no_such_file"
    bank.readers = {ANNA}
    assert bank.outcome(token) == ""
    bank.signed_in = None  # signed out, revoked, or the account has ended
    assert bank.outcome(token) == "session_ended"
    bank.signed_in = PIOTR
    assert bank.outcome(token) == "link_expired"


def test_nobody_gets_a_link_to_what_they_may_not_read(bank: Bank) -> None:
    with pytest.raises(NotFound):
        asyncio.run(bank.links.make(PIOTR, SESSION, AskLink(EVENT, BLOB)))
