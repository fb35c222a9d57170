"""What is due is told once, where it is still news, and never more than the push service takes."""

import asyncio
import json
from collections import deque
from collections.abc import Callable, Collection, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from os import urandom
from typing import Any

import pytest

from onrecord.core.delivery.outbound import Frames, Outbound
from onrecord.core.domain.errors import Fatal
from onrecord.core.domain.ids import SessionId
from onrecord.core.domain.personal import personal_stream
from onrecord.core.domain.values import SYSTEM, Actor, Event, StreamRef
from onrecord.core.settled import Published
from onrecord.features.notifications.alerts import Level, News, Wishes
from onrecord.features.notifications.push.encryption import padded
from onrecord.features.notifications.push.listener import Listener, Subscription
from onrecord.features.notifications.push.pushes import Pushes, PushPace
from onrecord.features.notifications.push.sender import (
    Gone,
    HttpSender,
    Later,
    Outcome,
    Push,
    Refused,
    Taken,
)
from onrecord.features.notifications.push.subscriptions import Subscriptions
from onrecord.features.notifications.push.words import LONGEST_NAME, payload
from onrecord.features.notifications.push_store import PushStore
from onrecord.protocol.limits import WireLimits
from onrecord_archive.events.conversations import TitleChanged
from onrecord_archive.events.ids import EventId, PersonId, StreamId
from onrecord_archive.events.messages import MessageSent
from onrecord_archive.events.personal import ConversationMarked
from tests.integration.rooted import BANK, root_alone
from tests.rig.lines import Lines
from tests.rig.settings import changed

ANNA, BEN = (Actor(PersonId(id * 32), id, "employee", "Bank", "employee") for id in "ab")
PHONE, DESK = SessionId("p" * 32), SessionId("d" * 32)
CONV, OTHER = StreamId("1" * 32), StreamId("2" * 32)
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
PUSH = {"contact": "mailto:it@bank.example", "hosts": ("push.example",)}
SOON, AGAIN, ALIVE = 3.0, 30.0, 60.0


@dataclass
class StillClock:
    at: float = 1000.0

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.at - 1000.0)

    def monotonic(self) -> float:
        return self.at


@dataclass
class MemoryStore(PushStore):
    """Subscriptions of Anna's, and how conversations stand for her."""

    sessions: dict[SessionId, Subscription]
    news: dict[StreamId, News] = field(default_factory=dict)
    wishes: Wishes = field(default_factory=Wishes)
    marked: set[StreamId] = field(default_factory=set)
    asked: int = 0

    def subscribe(self, subscription: Subscription) -> bool:
        self.sessions[subscription.session] = subscription
        return True

    def unsubscribe(self, sessions: Collection[SessionId]) -> None:
        for session in sessions:
            self.sessions.pop(session, None)

    def subscribed(self, now: datetime) -> dict[PersonId, frozenset[SessionId]]:
        return {ANNA.id: frozenset(self.sessions)} if self.sessions else {}

    def listeners(
        self, sessions: Sequence[SessionId], streams: Sequence[StreamId], now: datetime
    ) -> list[Listener]:
        self.asked += 1
        return [
            Listener(
                *(one, ANNA.id, stream, self.news[stream], self.wishes, NOW),
                client=False,
                marked=stream in self.marked,
            )
            for session, one in self.sessions.items()
            for stream in streams
            if session in sessions and stream in self.news
        ]


@dataclass
class ScriptedSender:
    answers: deque[Outcome | Exception] = field(default_factory=deque)
    sent: list[Push] = field(default_factory=list)

    async def send(self, push: Push) -> Outcome:
        self.sent.append(push)
        answer = self.answers.popleft() if self.answers else Taken()
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def said(self) -> list[Any]:
        return [json.loads(push.payload) for push in self.sent]


class Stage:
    """Anna's phone is subscribed; Ben writes."""

    def __init__(self, pace: PushPace | None, *, named: bool, may_name: bool) -> None:
        self.clock, self.sender = StillClock(), ScriptedSender()
        self.store = MemoryStore({PHONE: subscription(PHONE, named=named)})
        self.log = Lines()
        instead: dict[Any, object] = {PushStore: self.store, HttpSender: self.sender}
        if pace is not None:
            instead[PushPace] = pace
        content = "name" if may_name else "none"
        chosen = changed(BANK, push={**PUSH, "content": content})
        root = root_alone(self.clock, instead, log=self.log, settings=chosen)
        self.subscriptions, self.pushes = root[Subscriptions], root[Pushes]
        self.fan_out, self._metrics = root.recording.publishing.fan_out, root.around.metrics

    @property
    def counted(self) -> dict[str, float]:
        """How often each outcome was counted."""
        [family] = self._metrics.pushes.collect()
        made = (each for each in family.samples if each.name.endswith("_total"))
        return {each.labels["outcome"]: each.value for each in made}

    def say(self, msg_no: int, stream: StreamId = CONV, author: Actor = BEN) -> None:
        ref = StreamRef(stream, "group")
        event = Event(
            EventId(urandom(16).hex()), ref, msg_no, msg_no, author, NOW, MessageSent("secret")
        )
        known = self.store.news.get(stream, News(0, 0, 0)).known
        self.store.news[stream] = News(known, msg_no, msg_no - known)
        self.pushes.heard([Published(event, 0, frozenset({ANNA.id, BEN.id}), 0.0)])

    def bring_in(self, stream: StreamId = CONV, author: Actor = SYSTEM) -> None:
        """Mark a conversation unread, as the service does for whom somebody brought in."""
        own = personal_stream(ANNA.id)
        said = ConversationMarked(stream, "unread", on=True)
        event = Event(EventId(urandom(16).hex()), own, 1, None, author, NOW, said)
        self.store.news.setdefault(stream, News(0, 0, 0))
        self.store.marked.add(stream)
        self.pushes.heard([Published(event, 0, frozenset({ANNA.id}), 0.0)])

    async def after(self, seconds: float) -> None:
        self.clock.at += seconds
        async with asyncio.TaskGroup() as tasks:
            await self.pushes.look(tasks)

    def socket(self, session: SessionId) -> Outbound:
        one = Outbound(ANNA.id, session, WireLimits(), Frames(str))
        self.fan_out.connect(one)
        return one


def subscription(session: SessionId, *, named: bool = False) -> Subscription:
    return Subscription(
        session, f"https://push.example/{session}", b"\x04" * 65, b"a" * 16, "en", named
    )


def story(
    told: Callable[[Stage], Coroutine[Any, Any, None]],
    pace: PushPace | None = None,
    *,
    named: bool = False,
    may_name: bool = True,
) -> Stage:
    """Run one."""

    async def whole() -> Stage:
        stage = Stage(pace, named=named, may_name=may_name)
        await stage.subscriptions.load()
        await told(stage)
        return stage

    return asyncio.run(whole())


def test_a_message_is_told_of_once_it_is_a_little_old_and_without_a_word_of_it() -> None:
    async def told(stage: Stage) -> None:
        stage.say(1)
        await stage.after(SOON - 0.1)
        assert stage.sender.sent == []
        await stage.after(0.1)
        await stage.after(10.0)

    stage = story(told)
    assert stage.sender.said == [{"conv": CONV, "text": "New message"}]
    assert stage.counted == {"taken": 1}


def test_whoever_is_brought_in_is_told_once_unless_they_opened_it() -> None:
    async def told(stage: Stage) -> None:
        stage.bring_in()
        await stage.after(SOON)
        await stage.after(AGAIN)
        stage.bring_in(OTHER)
        stage.store.marked.discard(OTHER)
        await stage.after(SOON)

    assert story(told).sender.said == [{"conv": CONV, "text": "New conversation"}]


def test_what_somebody_marks_unread_themself_is_not_told() -> None:
    async def told(stage: Stage) -> None:
        stage.bring_in(author=ANNA)
        await stage.after(SOON)

    assert story(told).sender.said == []


def test_whoever_is_brought_in_and_written_to_is_told_of_the_message() -> None:
    async def told(stage: Stage) -> None:
        stage.bring_in()
        stage.say(1)
        await stage.after(SOON)
        await stage.after(AGAIN)

    assert story(told).sender.said == [{"conv": CONV, "text": "New message"}]


def test_what_comes_soon_after_is_one_push_and_the_next_one_waits() -> None:
    async def told(stage: Stage) -> None:
        stage.say(1)
        stage.say(2)
        await stage.after(SOON)
        stage.say(3)
        await stage.after(SOON)
        assert len(stage.sender.sent) == 1
        await stage.after(AGAIN - SOON)
        await stage.after(AGAIN)

    assert len(story(told).sender.sent) == 2


def test_nothing_is_told_of_what_was_read_or_is_ones_own_or_no_message() -> None:
    async def told(stage: Stage) -> None:
        stage.say(1, author=ANNA)
        ref = StreamRef(CONV, "group")
        event = Event(EventId("e" * 32), ref, 2, None, BEN, NOW, TitleChanged("New"))
        stage.pushes.heard([Published(event, 0, frozenset({ANNA.id}), 0.0)])
        await stage.after(SOON)
        assert stage.store.asked == 0
        stage.say(2)
        stage.store.news[CONV] = News(2, 2, 0)
        await stage.after(SOON)

    assert story(told).sender.sent == []


def test_a_muting_holds_and_what_was_told_is_no_news() -> None:
    async def told(stage: Stage) -> None:
        stage.store.wishes = Wishes(Level(muted=True, mentions=True))
        stage.say(1)
        await stage.after(SOON)
        assert stage.sender.sent == []
        stage.say(2)
        stage.store.news[CONV] = News(0, 2, 2, mentioned=2)
        await stage.after(SOON)
        assert len(stage.sender.sent) == 1
        stage.say(3)
        stage.store.news[CONV] = News(0, 3, 3, mentioned=2)
        await stage.after(AGAIN)

    assert len(story(told).sender.sent) == 1


def test_whoever_looks_at_one_device_is_pushed_to_on_none() -> None:
    async def told(stage: Stage) -> None:
        desk = stage.socket(DESK)
        desk.looking = True
        stage.say(1)
        await stage.after(SOON)
        assert stage.sender.sent == []
        desk.looking = False
        stage.say(2)
        await stage.after(SOON)

    assert len(story(told).sender.sent) == 1


def test_a_page_that_is_connected_tells_itself_unless_its_socket_was_dead() -> None:
    async def told(stage: Stage) -> None:
        page = stage.socket(PHONE)
        stage.say(1)
        for _ in range(10):
            await stage.after(ALIVE / 9)
        assert stage.sender.sent == []
        stage.say(2)
        await stage.after(SOON)
        assert stage.sender.sent == []
        stage.fan_out.disconnect(page)
        await stage.after(1.0)

    assert len(story(told).sender.sent) == 1


@pytest.mark.parametrize(
    ("wished", "may", "text"),
    [(True, True, "New message from b")]
    + [(wished, may, "New message") for wished, may in ((True, False), (False, True))],
)
def test_who_wrote_is_named_where_both_wish_it(wished: bool, may: bool, text: str) -> None:
    async def told(stage: Stage) -> None:
        stage.say(1)
        await stage.after(SOON)

    [said] = story(told, named=wished, may_name=may).sender.said
    assert said == {"conv": CONV, "text": text, **({"named": True} if wished and may else {})}


def test_a_subscription_that_is_gone_goes_here_too() -> None:
    async def told(stage: Stage) -> None:
        stage.sender.answers.append(Gone())
        stage.say(1)
        await stage.after(SOON)
        assert (stage.store.sessions, stage.subscriptions.people) == ({}, {})
        stage.say(2)
        await stage.after(AGAIN)

    assert len(story(told).sender.sent) == 1


def test_a_service_that_is_busy_is_left_alone_longer_each_time_then_for_good() -> None:
    async def told(stage: Stage) -> None:
        stage.sender.answers.extend([Later("status 503")] * 9)
        stage.say(1)
        at = []
        for _ in range(600):
            before = len(stage.sender.sent)
            await stage.after(1.0)
            if len(stage.sender.sent) > before:
                at.append(stage.clock.at - 1000.0)
        assert at == [3.0, 33.0, 93.0, 213.0, 453.0]

    assert story(told).counted == {"later": 5}


def test_what_it_asks_for_holds_for_all_that_goes_there() -> None:
    async def told(stage: Stage) -> None:
        stage.sender.answers.append(Later("status 429", 100.0))
        stage.say(1)
        await stage.after(SOON)
        stage.say(1, OTHER)
        await stage.after(90.0)
        assert len(stage.sender.sent) == 1
        await stage.after(11.0)
        await stage.after(1.0)

    assert len(story(told).sender.sent) == 3


def test_what_is_read_meanwhile_is_not_tried_again() -> None:
    async def told(stage: Stage) -> None:
        stage.sender.answers.append(Later("ConnectError"))
        stage.say(1)
        await stage.after(SOON)
        stage.store.news[CONV] = News(1, 1, 0)
        await stage.after(100.0)

    assert len(story(told).sender.sent) == 1


def test_what_a_service_never_takes_is_not_tried_again() -> None:
    async def told(stage: Stage) -> None:
        stage.sender.answers.append(Refused(403))
        stage.say(1)
        await stage.after(SOON)
        await stage.after(1000.0)

    assert story(told).counted == {"refused": 1}


def test_a_defect_ends_one_push_and_nothing_else() -> None:
    async def told(stage: Stage) -> None:
        stage.sender.answers.append(RuntimeError("a defect"))
        stage.say(1)
        stage.say(1, OTHER)
        await stage.after(SOON)

    stage = story(told)
    assert len(stage.sender.sent) == 2
    assert stage.log.failures() == ["RuntimeError"]


def test_a_fatal_error_ends_all_of_it() -> None:
    async def told(stage: Stage) -> None:
        stage.sender.answers.append(Fatal("the disk is gone"))
        stage.say(1)
        with pytest.raises(ExceptionGroup) as caught:
            await stage.after(SOON)
        assert caught.group_contains(Fatal)

    assert story(told).log.failures() == []


def test_more_than_may_be_due_is_dropped_and_counted() -> None:
    async def told(stage: Stage) -> None:
        for number in range(5):
            stage.say(1, StreamId(str(number) * 32))
        await stage.after(SOON)
        assert len(stage.sender.sent) == 2
        await stage.after(1.0)

    stage = story(told, PushPace(due=3, at_once=2))
    assert len(stage.sender.sent) == 3
    assert stage.counted == {"dropped": 2, "taken": 3}


def test_without_a_subscription_a_message_costs_nothing() -> None:
    async def told(stage: Stage) -> None:
        await stage.subscriptions.unsubscribe(ANNA.id, PHONE)
        stage.say(1)
        await stage.after(SOON)
        assert stage.store.asked == 0

    story(told)


def test_the_longest_name_fits_into_a_push_with_all_that_may_stand_in_it() -> None:
    for letter in ("\N{GRINNING FACE}", '"', "\\", "ż"):
        said = payload(CONV, "pl", letter * 500)
        assert json.loads(said)["text"].endswith(letter * LONGEST_NAME)
        padded(said)
