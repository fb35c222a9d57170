"""Messages that are sent on: what goes along, what readers are told, what the record keeps."""

import msgspec
import pytest

from onrecord.app.events import PROJECTORS
from onrecord.core.domain.errors import Refusal
from onrecord.core.domain.values import Answer
from onrecord.core.store.rebuild import rebuild
from onrecord.protocol.messages import MessageSent as WireMessage
from onrecord.protocol.messages import WireForward
from onrecord_archive.events.ids import PersonId, StreamId
from onrecord_archive.events.messages import Forward, MessageEdited, MessageRemoved, MessageSent
from onrecord_archive.format.record import format_time
from tests.integration.tables import published_rows
from tests.integration.world import World


class Bank:
    """Anna has a client, Clara, a conversation with Ben, and one group with Ben and Cleo."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.anna, self.ben, self.cleo = (world.person(name) for name in ("Anna", "Ben", "Cleo"))
        self.clara = world.person("Clara", outside=True)
        self.with_client = world.conversation(self.anna, self.clara, direct=True)
        self.with_ben = world.conversation(self.anna, self.ben, direct=True)
        self.group = world.conversation(self.anna, self.ben, self.cleo, title="Desk")

    def forward(self, actor: PersonId, source: Answer, stream: StreamId) -> Answer:
        return self.world.forward(actor, source, stream)[0]

    def refused(self, actor: PersonId, source: Answer, stream: StreamId) -> str:
        with pytest.raises(Refusal) as caught:
            self.forward(actor, source, stream)
        return caught.value.code

    def last(self, reader: PersonId, stream: StreamId) -> WireMessage:
        """What somebody reads last, which is the same in a replay."""
        page = self.world.reads.timeline(
            reader, stream, before=None, after=None, around=None, limit=1
        )
        (found,) = page.events
        assert isinstance(found, WireMessage)
        replayed = self.world.reads.replay(reader, 0, self.world.size, 1000)
        same = [
            msgspec.json.decode(each.event)
            for each in replayed
            if msgspec.json.decode(each.event)["event_id"] == found.event_id
        ]
        assert [each.get("forward") for each in same] == [msgspec.to_builtins(found).get("forward")]
        return found


@pytest.fixture
def bank(world: World) -> Bank:
    return Bank(world)


def test_colleagues_read_the_text_and_who_wrote_it_when(bank: Bank) -> None:
    said = bank.world.say(bank.clara, bank.with_client, "Please sell")
    bank.forward(bank.anna, said, bank.group)
    found = bank.last(bank.cleo, bank.group)
    assert (found.text, found.actor) == ("Please sell", bank.anna)
    assert found.forward == WireForward(format_time(said.at), bank.clara)


def test_a_client_reads_the_text_and_not_who_wrote_it(bank: Bank) -> None:
    said = bank.world.say(bank.ben, bank.group, "The rate is 4 %")
    bank.forward(bank.anna, said, bank.with_client)
    found = bank.last(bank.clara, bank.with_client)
    assert found.text == "The rate is 4 %"
    assert found.forward == WireForward(format_time(said.at))
    shown = bank.world.published[-1].shown.decode()
    for hidden in (bank.ben, "Ben", bank.group, "Desk", said.event_id):
        assert hidden not in shown, hidden


def test_a_client_reads_who_wrote_it_whom_they_meet(bank: Bank) -> None:
    said = bank.world.say(bank.anna, bank.group, "Mine")
    bank.forward(bank.anna, said, bank.with_client)
    assert bank.last(bank.clara, bank.with_client).forward == WireForward(
        format_time(said.at), bank.anna
    )


def test_a_client_who_is_shown_history_learns_of_no_other_client(bank: Bank) -> None:
    world = bank.world
    said = world.say(bank.clara, bank.with_client, "Please sell")
    own = world.say(bank.ben, bank.group, "Mine")
    since = own.at
    client, colleague = (bank.forward(bank.anna, each, bank.group) for each in (said, own))
    dora = world.person("Dora", outside=True)
    world.add(bank.anna, bank.group, dora, since)

    def told(reader: PersonId) -> list[WireForward | None]:
        page = world.reads.timeline(
            reader, bank.group, before=None, after=None, around=None, limit=9
        )
        return [each.forward for each in page.events if isinstance(each, WireMessage)][-2:]

    without, ben = WireForward(format_time(said.at)), WireForward(format_time(own.at), bank.ben)
    assert told(dora) == [without, ben]
    assert told(bank.cleo) == [WireForward(format_time(said.at), bank.clara), ben]
    for reader, seen in ((dora, False), (bank.cleo, True)):
        replayed = world.reads.replay(reader, 0, world.size, 1000)
        events = [bytes(each.event).decode() for each in replayed]
        assert any(client.event_id in each for each in events)
        assert any(colleague.event_id in each for each in events)
        assert any(bank.clara in each for each in events) == seen


def test_the_record_keeps_where_it_comes_from(bank: Bank) -> None:
    said = bank.world.say(bank.ben, bank.group, "The rate is 4 %")
    bank.forward(bank.anna, said, bank.with_client)
    kept = msgspec.json.decode(bank.world.published[-1].kept)["forwarded"]
    assert kept == {
        "event_id": said.event_id,
        "stream": {"id": bank.group, "kind": "group", "title": "Desk"},
        "conv_seq": said.conv_seq,
        "actor": msgspec.to_builtins(bank.world.people[bank.ben]),
        "at": format_time(said.at),
    }


def test_what_is_sent_on_again_says_who_wrote_it_first(bank: Bank) -> None:
    said = bank.world.say(bank.clara, bank.with_client, "Please sell")
    sent_on = bank.forward(bank.anna, said, bank.with_ben)
    bank.forward(bank.ben, sent_on, bank.group)
    told = bank.last(bank.cleo, bank.group)
    assert told.forward == WireForward(format_time(said.at), bank.clara)
    kept = msgspec.json.decode(bank.world.published[-1].kept)["forwarded"]
    assert (kept["event_id"], kept["actor"]["id"]) == (sent_on.event_id, bank.anna)
    assert (kept["first"]["actor"]["name"], kept["first"]["at"]) == ("Clara", format_time(said.at))


def test_it_goes_as_it_reads_now_and_stays_when_the_original_goes(bank: Bank) -> None:
    said = bank.world.say(bank.ben, bank.group, "first")
    bank.world.edit(bank.ben, said, "second")
    bank.forward(bank.anna, said, bank.with_ben)
    bank.world.remove(bank.ben, said)
    assert bank.last(bank.ben, bank.with_ben).text == "second"


def test_an_edit_and_a_removal_of_the_same_batch_count(bank: Bank) -> None:
    world = bank.world
    said = world.say(bank.ben, bank.group, "first")
    edit = world.command(bank.ben, bank.group, MessageEdited(said.event_id, "second"))
    on = MessageSent("", forward=Forward(source=said.event_id))
    world.commit(edit, world.command(bank.anna, bank.with_ben, on))
    assert bank.last(bank.ben, bank.with_ben).text == "second"
    removal = world.command(bank.ben, bank.group, MessageRemoved(said.event_id))
    with pytest.raises(Refusal, match="removed"):
        world.journal(removal, world.command(bank.anna, bank.with_ben, on))


def test_what_cannot_be_sent_on_is_refused_under_its_code(bank: Bank) -> None:
    world = bank.world
    private = world.say(bank.anna, bank.with_client, "between us")
    assert bank.refused(bank.ben, private, bank.group) == "no_such_message"
    gone = world.say(bank.ben, bank.group, "gone")
    world.remove(bank.ben, gone)
    assert bank.refused(bank.anna, gone, bank.with_ben) == "message_removed"
    said = world.say(bank.ben, bank.group, "said")
    assert bank.refused(bank.clara, said, bank.with_client) == "no_such_message"
    assert bank.refused(bank.cleo, said, bank.with_ben) == "not_a_member"
    world.leave(bank.cleo, bank.group)
    other = world.conversation(bank.cleo, bank.ben, direct=True)
    assert bank.refused(bank.cleo, said, other) == "not_a_member"


def test_a_text_from_while_one_was_away_is_not_sent_on(bank: Bank) -> None:
    world = bank.world
    other = world.conversation(bank.cleo, bank.ben, direct=True)
    said = world.say(bank.ben, bank.group, "first")
    world.leave(bank.cleo, bank.group)
    later = world.edit(bank.ben, said, "while Cleo was away")
    world.add(bank.anna, bank.group, bank.cleo)
    assert later.conv_seq < world.say(bank.ben, bank.group, "back").conv_seq
    assert bank.refused(bank.cleo, said, other) == "no_such_message"


def test_nobody_edits_what_they_sent_on(bank: Bank) -> None:
    said = bank.world.say(bank.ben, bank.group, "said")
    sent_on = bank.forward(bank.anna, said, bank.with_client)
    with pytest.raises(Refusal) as caught:
        bank.world.edit(bank.anna, sent_on, "something else")
    assert caught.value.code == "forwarded_message"
    bank.world.remove(bank.anna, sent_on)


def test_where_it_comes_from_only_those_learn_who_read_it_there(bank: Bank) -> None:
    said = bank.world.say(bank.ben, bank.group, "said")
    sent_on = bank.forward(bank.anna, said, bank.with_client)
    origin = bank.world.reads.origin
    found = origin(bank.anna, sent_on.event_id)
    assert (found.event_id, found.conv, found.conv_seq) == (
        said.event_id,
        bank.group,
        said.conv_seq,
    )
    for reader, event in (
        (bank.clara, sent_on.event_id),
        (bank.ben, sent_on.event_id),
        (bank.anna, said.event_id),
    ):
        with pytest.raises(Refusal) as caught:
            origin(reader, event)
        assert caught.value.code == "no_such_message"


def test_rebuild_makes_equal_rows(bank: Bank) -> None:
    said = bank.world.say(bank.clara, bank.with_client, "Please sell")
    bank.forward(bank.ben, bank.forward(bank.anna, said, bank.with_ben), bank.group)
    before = published_rows(bank.world.database)
    assert len(before["forwarded_message"]) == 2
    rebuild(bank.world.database, PROJECTORS, lambda done, total: None)
    assert published_rows(bank.world.database) == before
