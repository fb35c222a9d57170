"""Files and forwards leave the firm only to people whom their sender named."""

import pytest
from msgspec.structs import replace

from onrecord.core.domain.errors import CrossingNotConfirmed
from onrecord.core.domain.files import asked_file
from onrecord.core.domain.referred import Source, Written
from onrecord.core.domain.values import Actor, Command, Origin, StreamRef
from onrecord.core.journal.heads import StreamHead
from onrecord.core.journal.numbering import body_sha
from onrecord_archive.events.ids import EventId, PersonId, StreamId
from onrecord_archive.events.messages import Forward, MessageSent
from tests.unit.core.test_decide import ANNA, EWA, NOW, PIOTR, READ, ROOM, World, decided, room

TOM = Actor(PersonId("tom"), "Tom", "client", "Client", "client")
BOT = Actor(PersonId("bot"), "Rates", "bot", "Bank", "employee")
FILE = MessageSent("", files=(asked_file(READ),))
SENT_ON = MessageSent("", forward=Forward(source=EventId("5" * 32)))


class Bank(World):
    """Ewa and Tom are from outside; the message that is sent on was written among *met*."""

    def __init__(self, *met: Actor) -> None:
        super().__init__()
        self.from_outside = frozenset({EWA.id, TOM.id})
        self.met = frozenset(actor.id for actor in met)

    def source(self, actor: PersonId, event: EventId) -> Source | None:
        stream, written = StreamRef(StreamId("5" * 32), "direct"), Written(PIOTR, NOW)
        return Source(event, stream, 2, written, "said", False, True, outside=self.met)

    def file(self, actor: PersonId, blob: object) -> object:  # type: ignore[override]
        return super().file(ANNA.id, READ)


def with_them(*people: Actor) -> StreamHead:
    head = room()
    head.members = {actor.id: actor for actor in people}
    head.reads_from = {actor.id: 1 for actor in people}
    return head


def missing(
    body: MessageSent,
    head: StreamHead,
    *named: Actor,
    actor: Actor = ANNA,
    met: tuple[Actor, ...] = (),
) -> tuple[str, ...]:
    """Return whom the refusal names; nobody, where there is none."""
    outside = tuple(person.id for person in named)
    try:
        decided(body, actor, head, Bank(*met), outside=outside)
    except CrossingNotConfirmed as refusal:
        return refusal.outside
    return ()


def test_a_file_to_a_client_is_refused_until_its_sender_names_them() -> None:
    assert missing(FILE, with_them(ANNA, PIOTR, EWA)) == (EWA.id,)
    assert missing(FILE, with_them(ANNA, PIOTR, EWA), EWA) == ()


def test_who_came_in_after_the_first_yes_is_asked_about_with_all_others() -> None:
    assert missing(FILE, with_them(ANNA, EWA, TOM), EWA) == (EWA.id, TOM.id)
    assert missing(FILE, with_them(ANNA, EWA, TOM), TOM, EWA) == ()


def test_who_has_left_meanwhile_may_be_named() -> None:
    assert missing(FILE, with_them(ANNA, EWA), EWA, TOM) == ()


def test_words_alone_and_files_among_colleagues_are_not_asked_about() -> None:
    assert missing(MessageSent("hello"), with_them(ANNA, EWA)) == ()
    assert missing(FILE, with_them(ANNA, PIOTR)) == ()


def test_a_client_is_not_asked_and_a_bot_is() -> None:
    assert missing(FILE, with_them(ANNA, EWA, TOM), actor=EWA) == ()
    assert missing(FILE, with_them(ANNA, BOT, TOM), actor=BOT) == (TOM.id,)


@pytest.mark.parametrize("named", [(), (EWA,), (TOM,)])
def test_a_forward_names_both_sides(named: tuple[Actor, ...]) -> None:
    head = with_them(ANNA, EWA)
    assert missing(SENT_ON, head, *named, met=(TOM,)) == (EWA.id, TOM.id)
    assert missing(SENT_ON, head, EWA, TOM, met=(TOM,)) == ()


def test_a_forward_out_of_a_clients_conversation_is_asked_about_among_colleagues() -> None:
    assert missing(SENT_ON, with_them(ANNA, PIOTR), met=(TOM,)) == (TOM.id,)


def test_the_same_id_with_the_field_is_the_same_command() -> None:
    command = Command(EventId("f" * 32), ROOM, ANNA, Origin("token"), FILE)
    assert body_sha(command) == body_sha(replace(command, outside=(EWA.id,)))
