"""Whatever people send, again or under a used id, in batches of any size: the model's answers."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from onrecord.app.migrate import migrate
from onrecord.core.archiving import batch
from onrecord.core.domain.errors import Refusal
from onrecord.core.domain.values import Answer, Command, SystemEntry
from onrecord.core.journal.case import Case
from onrecord.core.journal.heads import JournalRow, StreamHead
from onrecord.core.journal.numbering import number
from onrecord.core.settled import Outcome
from onrecord.database.database import Database
from onrecord.database.options import SqlcipherOptions, StorageOptions
from onrecord.features.chat import events as chat
from onrecord_archive.events.conversations import MemberAdded, MemberRemoved, TitleChanged
from onrecord_archive.events.groups import AdminChanged
from onrecord_archive.events.ids import EventId, PersonId
from onrecord_archive.events.messages import (
    MessageEdited,
    MessageRemoved,
    MessageSent,
    Quote,
    ReactionChanged,
)
from onrecord_archive.events.payload import Payload
from tests.integration.core.stage import Stage
from tests.integration.databases import sqlcipher_options

PEOPLE = 3
VERBS = (
    "say", "say", "say", "reply", "edit", "remove", "react", "add", "throw out", "title",
    "admin", "no admin",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ask:
    """Somebody asks for something, or `again` for the n-th thing; `spoilt`: with another body."""

    verb: str
    who: int
    whom: int
    n: int
    again: bool
    spoilt: bool
    settle: bool


asks = st.lists(
    st.builds(
        Ask,
        verb=st.sampled_from(VERBS),
        who=st.integers(0, PEOPLE - 1),
        whom=st.integers(0, PEOPLE - 1),
        n=st.integers(0, 7),
        again=st.sampled_from([False, False, True]),
        spoilt=st.booleans(),
        settle=st.booleans(),
    ),
    min_size=4,
    max_size=40,
)


LED = (AdminChanged, MemberAdded, MemberRemoved, TitleChanged)
"""What an admin of the group does, and everybody where there is none."""


@dataclass
class Message:
    """A message as the model knows it."""

    author: PersonId
    seq: int
    removed: bool = False


@dataclass
class Model:
    """One group: what is on the record, and what each command must be answered with."""

    reads_from: dict[PersonId, int]
    admins: set[PersonId]
    seq: int = 1
    msg_no: int = 0
    messages: dict[EventId, Message] = field(default_factory=dict)
    recorded: dict[EventId, tuple[Payload, int, int | None]] = field(default_factory=dict)

    def answer(self, command: Command, body: Payload) -> str | tuple[int, int | None]:
        """Return a refusal's code, or conv_seq and msg_no."""
        known = self.recorded.get(command.event_id)
        if known is not None:
            return known[1:] if known[0] == body else "id_reuse"
        refusal = self.refusal(command.actor.id, body)
        if refusal is not None:
            return refusal
        self.seq += 1
        number = None
        if isinstance(body, MessageSent):
            self.msg_no += 1
            number = self.msg_no
            self.messages[command.event_id] = Message(command.actor.id, self.seq)
        elif isinstance(body, MessageRemoved):
            self.messages[body.target].removed = True
        elif isinstance(body, MemberAdded):
            self.reads_from[body.person] = self.seq
        elif isinstance(body, MemberRemoved):
            del self.reads_from[body.person]
            self.admins.discard(body.person)
        elif isinstance(body, AdminChanged):
            self.admins ^= {body.person}
        self.recorded[command.event_id] = (body, self.seq, number)
        return self.seq, number

    def refusal(self, actor: PersonId, body: Payload) -> str | None:
        """Return why it may not be, None if it may."""
        if actor not in self.reads_from:
            return "not_a_member"
        if isinstance(body, LED) and self.admins and actor not in self.admins:
            return "not_an_admin"
        if isinstance(body, AdminChanged):
            if body.person not in self.reads_from:
                return "not_a_member"
            if (body.person in self.admins) == body.on:
                return "group_same"
            last = self.admins == {body.person} and len(self.reads_from) > 1
            return "last_admin" if last and not body.on else None
        if isinstance(body, MemberAdded):
            return "already_a_member" if body.person in self.reads_from else None
        if isinstance(body, MemberRemoved):
            if body.person not in self.reads_from:
                return "not_a_member"
            return "bad_frame" if body.person == actor else None
        target = _target_of(body)
        if target is None:
            return None
        message = self.messages.get(target)
        if message is None or message.seq < self.reads_from[actor]:
            return "no_such_message"
        if message.removed:
            return "message_removed"
        mine = message.author == actor
        return None if mine or isinstance(body, MessageSent | ReactionChanged) else "not_yours"


def _target_of(body: Payload) -> EventId | None:
    if isinstance(body, MessageSent):
        return None if body.reply_to is None else body.reply_to.event_id
    if isinstance(body, MessageEdited | MessageRemoved | ReactionChanged):
        return body.target
    return None


class Story:
    """Lives through what is asked, on the store and in the model."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        ben = next(one.id for one in stage.world.people.values() if one.id != stage.anna)
        self.people = [stage.anna, ben, stage.world.person("Cleo")]
        self.model = Model(dict.fromkeys(self.people[:2], 1), {stage.anna})
        self.sent: list[Command] = []
        self.batch: list[Command] = []
        self.differences: list[object] = []
        self.numbers: dict[EventId, Answer] = {}

    def live(self, life: list[Ask]) -> list[object]:
        """Return where store and model differ, at last for everything asked once more."""
        for ask in life:
            self.batch.append(self.command(ask))
            if ask.settle:
                self.settle()
        self.settle()
        self.batch = [one for one in self.sent if one.event_id in self.model.recorded]
        self.settle()
        return self.differences

    def command(self, ask: Ask) -> Command:
        """Return a new command, or another one under an old id: each object is one asking."""
        body = self.body(ask)
        if ask.again and self.sent:
            old = self.sent[ask.n % len(self.sent)]
            return replace(old, body=body) if ask.spoilt else replace(old)
        command = replace(
            self.stage.command(body), actor=self.stage.world.people[self.people[ask.who]]
        )
        self.sent.append(command)
        return command

    def body(self, ask: Ask) -> Payload:
        """Return what is asked for."""
        known = [*self.model.messages, EventId("f" * 32)]
        target, whom = known[ask.n % len(known)], self.people[ask.whom]
        return {
            "say": MessageSent(f"text {ask.n}"),
            "reply": MessageSent("reply", Quote(target, 0, PersonId(""))),
            "edit": MessageEdited(target, f"edit {ask.n}"),
            "remove": MessageRemoved(target),
            "react": ReactionChanged(target, "👍", True),
            "add": MemberAdded(whom, 0),
            "throw out": MemberRemoved(whom),
            "title": TitleChanged(f"title {ask.n}"),
            "admin": AdminChanged(whom, True),
            "no admin": AdminChanged(whom, False),
        }[ask.verb]

    def settle(self) -> None:
        """Settle the batch and compare each answer with the model's, in order."""
        if not self.batch:
            return
        settled = self.stage.settle(*self.batch)
        answers = {id(waiting.command): outcome for waiting, outcome in settled.answers}
        for command in self.batch:
            assert not isinstance(command.body, SystemEntry)
            expected = self.model.answer(command, command.body)
            outcome = answers[id(command)]
            if _told(outcome) != expected:
                self.differences.append((command.body, _told(outcome), expected))
            if isinstance(outcome, Answer):
                first = self.numbers.setdefault(command.event_id, outcome)
                if first != outcome:
                    self.differences.append((command.body, outcome, first))
        self.batch = []


def _told(outcome: Outcome) -> object:
    if isinstance(outcome, Answer):
        return outcome.conv_seq, outcome.msg_no
    return outcome.code if isinstance(outcome, Refusal) else outcome


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an empty, migrated database."""
    folder = tmp_path_factory.mktemp("template")
    migrate(sqlcipher_options(folder))
    return folder


@contextmanager
def stage_on(template: Path) -> Iterator[Stage]:
    """A stage on a copy of the empty database."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(template, folder, dirs_exist_ok=True)
        place = SqlcipherOptions(folder / "onrecord.db", folder / "database.key")
        database = Database(StorageOptions(place))
        try:
            yield Stage(database)
        finally:
            database.close()


def differences(template: Path, life: list[Ask]) -> list[object]:
    with stage_on(template) as stage:
        return Story(stage).live(life)


@settings(max_examples=100)
@given(life=asks)
@pytest.mark.promise("P3")
@pytest.mark.promise("P4")
def test_each_command_is_answered_as_the_model_does(template: Path, life: list[Ask]) -> None:
    assert differences(template, life) == []


def _any(case: Case, event: EventId) -> object:
    target = case.references.target(event)
    if target is None:
        raise Refusal("no_such_message", "")
    return target


def _with_a_hole(head: StreamHead, *decided: Any, **rest: Any) -> JournalRow:
    head.conv_seq += 1
    return number(head, *decided, **rest)


DEFECTS = {
    "a number is left out": (batch, "number", _with_a_hole),
    "an id is used for two bodies": (batch, "body_sha", lambda command: b"same"),
    "a removed message can be answered": (chat, "_target", _any),
    "everybody changes every message": (chat, "_own", _any),
}


@pytest.mark.parametrize("defect", DEFECTS)
@pytest.mark.promise("P3", planted=True)
@pytest.mark.promise("P4", planted=True)
def test_control_a_journal_that_decides_otherwise_is_found(template: Path, defect: str) -> None:
    module, name, planted = DEFECTS[defect]
    look = settings(max_examples=300, phases=[Phase.generate], database=None, derandomize=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, name, planted)
        assert find(asks, partial(_differs, template), settings=look)


def _differs(template: Path, life: list[Ask]) -> bool:
    return bool(differences(template, life))
