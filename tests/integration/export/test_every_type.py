"""Each published type of record goes from the journal into a bundle, and the checker passes it."""

import asyncio
import json
import zipfile
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from onrecord.app.house import CONSOLE
from onrecord.app.root import Root
from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.ids import ClientId, SessionId, event_id_of, new_id
from onrecord.core.domain.personal import personal_stream
from onrecord.core.domain.values import SYSTEM, Actor, Command, Origin, StreamRef
from onrecord.features.compliance.access import EXPORTED, AccessLog
from onrecord.features.compliance.cases import Casework
from onrecord.features.compliance.service import ComplianceStore
from onrecord.features.compliance.spans import numbers_of
from onrecord.features.compliance.transcript_bodies import Span
from onrecord.features.compliance.values import Officer
from onrecord.features.export.bundles import BundleMaker, Order
from onrecord.features.people.store import ACTIVATE, DEACTIVATE
from onrecord_archive.events.clients import (
    AssuranceChanged,
    ConversationHandedOver,
    ConversationUncovered,
    DelegateAdded,
    DelegateEnded,
    DelegateStarted,
    DeviceAdded,
    IdentityConfirmed,
    IdentityReset,
    IdentityWithdrawn,
    NoticeAccepted,
    OutOfOfficeReplied,
)
from onrecord_archive.events.complaints import ComplaintClosed, ComplaintFiled
from onrecord_archive.events.conversations import (
    HistoryShared,
    MemberAdded,
    MemberLeft,
    MemberRemoved,
    PositionChange,
    Positions,
    TitleChanged,
)
from onrecord_archive.events.every import PAYLOADS
from onrecord_archive.events.groups import (
    AdminChanged,
    GroupDescribed,
    GroupPictured,
    JoinLinkMade,
    JoinLinkRevoked,
    PostingChanged,
)
from onrecord_archive.events.ids import EventId, PersonId, StreamId
from onrecord_archive.events.language import Language
from onrecord_archive.events.messages import (
    Forward,
    Mention,
    MessageEdited,
    MessageRemoved,
    MessageSent,
    Quote,
    ReactionChanged,
)
from onrecord_archive.events.payload import Payload
from onrecord_archive.events.personal import ConversationMarked, MessageStarred, QuietHoursSet
from onrecord_archive.format.checkpoint import parse_policy
from onrecord_archive.format.notice_text import notice_sha256
from onrecord_archive.format.record import format_time
from onrecord_archive.proof_package.bundle import Range, Slice
from onrecord_archive.proof_package.bundle_verifier import verify_bundle
from tests.rig.installation import Installation, at_root, create_conversation, install

ANNA, BEN, CARL, DORA, TOM = "anna@advisor", "ben@advisor", "carl@advisor", "dora", "tom@client"
EWA = "ewa@compliance"
ELSEWHERE = {"file.stored"}
"""Needs a sealed file: integration/uploads/test_compliance.py."""
PICTURE = {"sha256": "ab" * 32, "media_type": "image/webp", "data": "UklGRg=="}


@dataclass
class Chronicle:
    """Has things recorded, and makes bundles of them."""

    root: Root
    bank: Installation
    clock: SystemClock = field(default_factory=SystemClock)

    async def do(
        self, who: str | Actor, stream: StreamId, body: Payload, create: StreamRef | None = None
    ) -> EventId:
        """Record something; return its event_id."""
        actor = who if isinstance(who, Actor) else self.bank.people[who].actor
        id = ClientId(new_id(self.clock))
        event = event_id_of(actor.id, id)
        command = Command(event, stream, actor, Origin("password"), body, id, create=create)
        await self.root.recording.recorder.record(command)
        return event

    def id(self, name: str) -> PersonId:
        """Somebody's id."""
        return self.bank.people[name].id

    def later(self, **by: float) -> str:
        """A time from now on."""
        return format_time(self.clock.now() + timedelta(**by))

    async def relationship(self) -> StreamId:
        """Tom, a client, and whoever answers for him."""
        conv = await create_conversation(self.root.recording, self.bank, [ANNA, TOM])
        tom, ben, carl = self.id(TOM), self.id(BEN), self.id(CARL)
        digest = notice_sha256("Recorded", "Each message is.").hex()
        await self.do(TOM, conv, NoticeAccepted(digest, "en", "Recorded", "Each message is."))
        asked = await self.do(TOM, conv, MessageSent("Is the fee right?"))
        await self.do(SYSTEM, conv, OutOfOfficeReplied("Monday.", "en", asked, "closed"))
        now = self.later()
        await self.do(SYSTEM, conv, AssuranceChanged(tom, "code", now, self.later(days=9)))
        await self.do(TOM, conv, DeviceAdded("Firefox on Linux"))
        await self.do(ANNA, conv, IdentityConfirmed(tom, "video", self.later(days=9)))
        await self.do(ANNA, conv, IdentityWithdrawn(tom))
        await self.do(ANNA, conv, IdentityReset(tom))
        filed = ComplaintFiled("", "fees", "", "en", "Nobody told me.", "", target=asked)
        complaint = await self.do(TOM, conv, filed)
        await self.do(ANNA, conv, ComplaintClosed(complaint, "", "answered", "Paid back."))
        many = MessageSent("We close at noon.", broadcast=EventId("b" * 32))
        await self.do(ANNA, conv, many)
        standing = DelegateAdded(ben, "", "", self.later(days=1), "all")
        stood = await self.do(ANNA, conv, standing)
        await self.do(ANNA, conv, DelegateEnded(stood, ben))
        planned = DelegateAdded(carl, "", self.later(hours=1), self.later(days=1), "new")
        will_stand = await self.do(ANNA, conv, planned)
        await self.do(SYSTEM, conv, DelegateStarted(will_stand, carl, 0))
        anna = self.id(ANNA)
        with self.root.recording.database.writing() as tx:
            tx.run(DEACTIVATE, (anna,))
        await self.do(SYSTEM, conv, ConversationUncovered(anna))
        with self.root.recording.database.writing() as tx:
            tx.run(ACTIVATE, (anna,))
        await self.do(ANNA, conv, ConversationHandedOver(PersonId(""), ben, 0, "all"))
        return conv

    async def group(self) -> StreamId:
        """A group in which everything happens that can."""
        conv = await create_conversation(self.root.recording, self.bank, [ANNA, DORA], "Desk")
        dora, ben, since = self.id(DORA), self.id(BEN), self.later(days=-1)
        called = Mention(0, 5, dora), Mention(6, 4)
        first = await self.do(ANNA, conv, MessageSent("@Dora @all hello", mentions=called))
        await self.do(ANNA, conv, MessageEdited(first, "@Dora hello", called[:1]))
        quote = Quote(first, 0, self.id(ANNA))
        answer = await self.do(DORA, conv, MessageSent("Good day.", reply_to=quote))
        await self.do(DORA, conv, ReactionChanged(first, "👍", on=True))
        await self.do(DORA, conv, ReactionChanged(first, "👍", on=False))
        await self.do(ANNA, conv, MessageSent("", forward=Forward(source=answer)))
        await self.do(DORA, conv, MessageRemoved(answer))
        for on in (True, False):
            await self.do(ANNA, conv, AdminChanged(dora, on))
            await self.do(ANNA, conv, PostingChanged(on))
        for text in ("All about the desk.", ""):
            await self.do(ANNA, conv, GroupDescribed(text))
        for picture in (PICTURE, dict[str, str]()):
            await self.do(ANNA, conv, GroupPictured(**picture))
        await self.do(ANNA, conv, TitleChanged("Desk & more"))
        link = await self.do(ANNA, conv, JoinLinkMade("cd" * 32, self.later(days=2)))
        carl = self.id(CARL)
        await self.do(CARL, conv, MemberAdded(carl, 0, link=link))
        await self.do(ANNA, conv, JoinLinkRevoked())
        await self.do(ANNA, conv, MemberAdded(ben, 0, since=since))
        await self.do(ANNA, conv, HistoryShared(carl, 0, since))
        heard = PositionChange(dora, read=2, delivered=3, played=(1, 3)), PositionChange(ben, 3)
        await self.do(SYSTEM, conv, Positions(heard))
        await self.do(ANNA, conv, MemberRemoved(ben))
        await self.do(CARL, conv, MemberLeft())
        return conv

    async def notes(self, conv: StreamId, target: EventId) -> StreamId:
        """What Anna notes for herself."""
        own = personal_stream(self.id(ANNA))
        until = self.later(days=1)
        for body in (
            *(ConversationMarked(conv, mark, on=True) for mark in ("pinned", "unread")),
            ConversationMarked(conv, "muted", on=True, until=until, level="mentions"),
            ConversationMarked(conv, "archived", on=True, up_to=1),
            ConversationMarked(conv, "pinned", on=False),
            MessageStarred(conv, target, on=True),
            QuietHoursSet("Europe/Warsaw", "22:00", "07:00", weekends=True),
            QuietHoursSet(),
        ):
            await self.do(ANNA, own.id, body, own)
        return own.id

    async def order(self, stream: StreamId, case: str, language: Language = "pl") -> Order:
        """Record a case and the export of all of a stream in it."""
        store, access = self.root[ComplianceStore], self.root[AccessLog]
        ewa = Officer(self.bank.people[EWA].actor, Origin("password"), SessionId("s"))
        await self.root[Casework].open(ewa, case, "Why.")
        numbers = numbers_of(store, Span(stream))
        slice_ = Slice(case, language, Range(stream, numbers.first, numbers.last))
        answer = await access.record(ewa, case, EXPORTED, {"slice": slice_.sha256()})
        return Order(case, answer.conv_seq, slice_, numbers)


@pytest.fixture(scope="module")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, Installation]]:
    """A bundle of each of three streams, with the installation that they are of."""
    folder = tmp_path_factory.mktemp("types")
    bank = install(folder, [ANNA, BEN, CARL, DORA, TOM, EWA])

    async def run() -> None:
        async with at_root(bank, CONSOLE) as root:
            told = Chronicle(root, bank)
            group = await told.group()
            store = root[ComplianceStore]
            streams = [await told.relationship(), group]
            sent = next(one for one in store.records(group, 1, 9) if one.type == "message.sent")
            streams.append(await told.notes(group, sent.event_id))
            for number, stream in enumerate(streams):
                order = await told.order(stream, f"C-{number}")
                target = folder / f"{number}.zip"
                await asyncio.to_thread(root[BundleMaker].make, order, target, lambda _: None)

    asyncio.run(run())
    return [(folder / f"{number}.zip", bank) for number in range(3)]


def records(path: Path) -> list[dict[str, Any]]:
    """What members saw of each record of a bundle."""
    with zipfile.ZipFile(path) as bundle:
        return [json.loads(line)["shown"] for line in bundle.read("records.jsonl").splitlines()]


@pytest.mark.promise("P7")
def test_every_published_type_is_in_a_bundle_that_is_verified(
    bundles: list[tuple[Path, Installation]],
) -> None:
    seen: set[str] = set()
    for path, bank in bundles:
        policy = parse_policy(bank.settings.paths.policy.read_text(encoding="utf-8"))
        found = records(path)
        report = verify_bundle(path, policy)
        assert report.records == len(found)
        assert report.complete.endswith(f" 1-{len(found)}")
        seen |= {one["type"] for one in found}
    assert seen == set(PAYLOADS) - ELSEWHERE


def test_every_line_is_valid_by_the_schema_that_comes_along(
    bundles: list[tuple[Path, Installation]],
) -> None:
    for path, _ in bundles:
        with zipfile.ZipFile(path) as bundle:
            schema = Draft202012Validator(json.loads(bundle.read("records.schema.json")))
            lines = bundle.read("records.jsonl").splitlines()
        found = [error.message for line in lines for error in schema.iter_errors(json.loads(line))]
        assert found == []


def test_what_has_more_than_one_form_is_there_in_each(
    bundles: list[tuple[Path, Installation]],
) -> None:
    told = [one for path, _ in bundles for one in records(path)]

    def members(type: str) -> set[str]:
        return {name for one in told if one["type"] == type for name in one["payload"]}

    assert members("message.sent") == {"text", "reply_to", "broadcast", "forward", "mentions"}
    assert members("member.added") == {"person", "from_seq", "since", "link"}
    assert members("delegate.added") >= {"from_seq", "starts", "ends", "history"}
    assert {"until", "up_to", "level"} <= members("conversation.marked")
    changes = [
        each for one in told if one["type"] == "positions" for each in one["payload"]["changes"]
    ]
    assert any("played" in each for each in changes)


def test_no_row_of_a_page_stands_there_unread(bundles: list[tuple[Path, Installation]]) -> None:
    """Each type is shown in words, none as a record of a type that the page does not know."""
    for path, _ in bundles:
        with zipfile.ZipFile(path) as bundle:
            page = bundle.read("transcript.html").decode()
        assert page.count('<tr class="r"') == len(records(path))
        assert "Zapis typu" not in page
