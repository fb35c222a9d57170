"""Who sees what: from one's own join, or from a shared date, to one's own leaving. Every place."""

import msgspec
import pytest

from onrecord.core.domain.errors import NotFound
from onrecord.core.domain.values import Answer
from onrecord.protocol import messages
from onrecord_archive.events.ids import PersonId, StreamId
from tests.integration.world import World


class Group:
    """Anna and Ben talk; Cleo joins between `before` and `during`, leaves before `after`."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.anna, self.ben, self.cleo = (world.person(name) for name in ("Anna", "Ben", "Cleo"))
        self.stream: StreamId = world.conversation(self.anna, self.ben, title="Desk")
        self.before = world.say(self.anna, self.stream, "secret before")
        self.joined = world.add(self.anna, self.stream, self.cleo)
        self.during = world.say(self.anna, self.stream, "said during")
        self.reply = world.say(self.ben, self.stream, "about that", reply_to=self.before)

    def end(self) -> Answer:
        """Cleo is removed, and things are said."""
        world = self.world
        removed = world.throw_out(self.anna, self.stream, self.cleo)
        self.after = world.say(self.ben, self.stream, "secret after")
        world.edit(self.anna, self.during, "secret edit")
        world.name(self.anna, self.stream, "Secret title")
        return removed

    def texts(self, person: PersonId) -> list[str | None]:
        page = self.world.reads.timeline(
            person, self.stream, before=None, after=None, around=None, limit=50
        )
        return [event.text for event in page.events if isinstance(event, messages.MessageSent)]

    def replayed(self, person: PersonId) -> list[dict[str, object]]:
        events = self.world.reads.replay(person, 0, self.world.size, 100)
        return [msgspec.json.decode(event.event) for event in events]

    def found(self, person: PersonId, word: str) -> list[str]:
        return [hit.text for hit in self.world.reads.search(person, word, None, 10).hits]


@pytest.fixture
def group(world: World) -> Group:
    """The group while Cleo is in it."""
    return Group(world)


def test_the_timeline_begins_with_the_own_join(group: Group) -> None:
    assert group.texts(group.cleo) == ["said during", "about that"]
    assert group.texts(group.ben) == ["secret before", "said during", "about that"]


def test_the_timeline_ends_with_the_own_removal(group: Group) -> None:
    removed = group.end()
    page = group.world.reads.timeline(
        group.cleo, group.stream, before=None, after=None, around=None, limit=50
    )
    assert page.events[-1].conv_seq == removed.conv_seq
    assert not page.more_after


def test_a_text_that_was_changed_after_the_leaving_is_not_shown(group: Group) -> None:
    group.end()
    assert group.texts(group.cleo) == [None, "about that"]
    assert group.texts(group.ben)[1] == "secret edit"


def test_a_quote_from_before_the_join_has_no_text_and_no_author(group: Group) -> None:
    pages = [
        group.world.reads.timeline(
            person, group.stream, before=None, after=None, around=group.reply.conv_seq, limit=1
        )
        for person in (group.cleo, group.ben)
    ]
    quotes = [
        event.reply_to and (event.reply_to.text, event.reply_to.actor)
        for page in pages
        for event in page.events
        if isinstance(event, messages.MessageSent)
    ]
    assert quotes == [(None, None), ("secret before", group.anna)]
    (replayed,) = (each for each in group.replayed(group.cleo) if "reply_to" in each)
    quoted = {"event_id": group.before.event_id, "conv_seq": group.before.conv_seq}
    assert replayed["reply_to"] == quoted


def test_a_reaction_to_what_is_not_seen_says_nothing_and_keeps_its_number(group: Group) -> None:
    reacted = group.world.react(group.anna, group.before, "🦉")
    group.world.react(group.anna, group.during, "👍")
    hidden, seen = group.replayed(group.cleo)[-2:]
    assert hidden["conv_seq"] == reacted.conv_seq
    assert not {"target", "emoji", "on"} & hidden.keys()
    assert (seen["target"], seen["emoji"]) == (group.during.event_id, "👍")
    assert group.replayed(group.ben)[-2]["emoji"] == "🦉"


def test_a_replay_has_what_the_span_covers(group: Group) -> None:
    removed = group.end()
    seqs = [event["conv_seq"] for event in group.replayed(group.cleo)]
    assert seqs == list(range(group.joined.conv_seq, removed.conv_seq + 1))


def test_a_replay_has_no_edit_of_a_message_from_before_the_join(group: Group) -> None:
    group.world.edit(group.anna, group.before, "secret still")
    assert group.replayed(group.ben)[-1]["text"] == "secret still"
    assert not {"text", "target"} & group.replayed(group.cleo)[-1].keys()


def test_a_removal_of_what_is_not_seen_names_it_to_nobody_who_came_later(group: Group) -> None:
    group.world.remove(group.anna, group.before)
    assert group.replayed(group.ben)[-1]["target"] == group.before.event_id
    hidden = group.replayed(group.cleo)[-1]
    assert (hidden["type"], "target" in hidden) == ("message.removed", False)


def test_search_finds_what_the_span_covers(group: Group) -> None:
    assert group.found(group.cleo, "secret") == []
    assert group.found(group.ben, "secret") == ["secret before"]
    group.end()
    assert group.found(group.cleo, "secret") == []
    assert group.found(group.cleo, "about") == ["about that"]


def test_info_is_of_visible_messages_alone(group: Group) -> None:
    with pytest.raises(NotFound):
        group.world.reads.info(group.cleo, group.before.event_id)
    info = group.world.reads.info(group.cleo, group.during.event_id)
    assert [receipt.person for receipt in info.receipts] == [group.ben, group.cleo]


def test_info_waits_for_nobody_who_came_later_and_was_shown_the_message(group: Group) -> None:
    world, dora = group.world, group.world.person("Dora")
    world.add(group.anna, group.stream, dora, since=group.before.at)
    assert "secret before" in group.texts(dora)

    def have_it() -> list[str]:
        info = world.reads.info(group.anna, group.before.event_id)
        return [receipt.person for receipt in info.receipts]

    assert have_it() == [group.ben]
    later = world.say(group.anna, group.stream, "to all four")
    info = world.reads.info(group.anna, later.event_id)
    assert [receipt.person for receipt in info.receipts] == [group.ben, group.cleo, dora]
    world.read(dora, group.stream, 4)
    assert have_it() == [group.ben, dora]


def test_the_list_shows_a_leaver_how_it_was(group: Group) -> None:
    removed = group.end()
    listed = group.world.reads.conversation(group.cleo, group.stream)
    assert listed.left
    assert (listed.title, listed.last_seq, listed.unread) == ("Desk", removed.conv_seq, 0)
    assert listed.preview is not None
    assert listed.preview.event_id == removed.event_id
    assert [member.person for member in listed.members] == [group.anna, group.ben]


def test_the_unread_count_of_a_new_member_starts_at_the_join(group: Group) -> None:
    assert group.world.reads.conversation(group.cleo, group.stream).unread == 2


def test_what_was_shared_with_a_new_member_is_unread_and_visible(world: World) -> None:
    anna, ben = world.person("Anna"), world.person("Ben")
    stream = world.conversation(anna, title="Desk")
    world.say(anna, stream, "too early")
    shared = world.say(anna, stream, "shared")
    world.say(anna, stream, "shared too")
    world.add(anna, stream, ben, since=shared.at)
    assert world.reads.conversation(ben, stream).unread == 2
    assert world.reads.members(stream)[ben] == shared.conv_seq


def test_history_that_is_shared_later_becomes_visible(group: Group) -> None:
    group.world.share(group.anna, group.stream, group.cleo, group.before.at)
    assert group.texts(group.cleo) == ["secret before", "said during", "about that"]
    assert group.found(group.cleo, "secret") == ["secret before"]


def test_strangers_see_nothing(group: Group) -> None:
    stranger = group.world.person("Dora")
    reads = group.world.reads
    assert reads.bootstrap(stranger).conversations == []
    assert group.replayed(stranger) == []
    assert group.found(stranger, "secret") == []
    with pytest.raises(NotFound):
        reads.conversation(stranger, group.stream)
    with pytest.raises(NotFound):
        group.texts(stranger)
    with pytest.raises(NotFound):
        reads.search(stranger, "secret", group.stream, 10)
    with pytest.raises(NotFound):
        reads.info(stranger, group.during.event_id)


def test_a_removed_text_is_gone_everywhere_at_once(group: Group) -> None:
    world, text = group.world, "secret before"
    world.remove(group.anna, group.before)
    for person in (group.anna, group.ben):
        assert text not in group.texts(person)
        assert group.found(person, "secret") == []
        assert text not in str(group.replayed(person))
        page = world.reads.timeline(
            person, group.stream, before=None, after=None, around=None, limit=50
        )
        assert text not in str(page)
        assert text not in str(world.reads.conversation(person, group.stream))


def test_the_list_does_not_preview_a_removed_text(group: Group) -> None:
    group.world.remove(group.ben, group.reply)
    preview = group.world.reads.conversation(group.anna, group.stream).preview
    assert preview is not None
    assert (preview.event_id, preview.text) == (group.reply.event_id, None)


def test_outside_people_mark_a_conversation_while_they_are_in_it(world: World) -> None:
    anna, ben, client = world.person("Anna"), world.person("Ben"), world.person("C", outside=True)
    stream = world.conversation(anna, ben)
    world.add(anna, stream, client)
    assert world.reads.conversation(ben, stream).outside
    world.throw_out(anna, stream, client)
    assert not world.reads.conversation(ben, stream).outside


def test_contacts_are_the_others_of_present_conversations(group: Group) -> None:
    assert group.world.reads.contacts(group.cleo) == [group.anna, group.ben]
    group.end()
    assert group.world.reads.contacts(group.cleo) == []
    assert group.world.reads.contacts(group.ben) == [group.anna]


def test_clients_see_nobodys_presence_and_the_firms_people_see_theirs(world: World) -> None:
    anna, ben, client = world.person("Anna"), world.person("Ben"), world.person("C", outside=True)
    stream = world.conversation(anna, ben)
    world.add(anna, stream, client)
    assert world.reads.contacts(client) == []
    assert world.reads.onlookers(client) == [anna, ben]
    assert world.reads.contacts(anna) == [ben, client]
    assert world.reads.onlookers(anna) == [ben]


def test_a_client_sees_in_the_directory_whom_they_have_met(world: World) -> None:
    anna, ben, later = world.person("Anna"), world.person("Ben"), world.person("Later")
    client, other = world.person("C", outside=True), world.person("Other", outside=True)
    assert names(world, client) == ["C"]
    stream = world.conversation(anna, ben, client)
    world.throw_out(anna, stream, ben)
    assert names(world, client) == ["Anna", "Ben", "C"]
    world.throw_out(anna, stream, client)
    world.add(anna, stream, later)
    world.add(anna, stream, other)
    assert names(world, client) == ["Anna", "Ben", "C"]
    assert names(world, other) == ["Anna", "Later", "Other"]
    assert len(names(world, later)) == 5


def names(world: World, viewer: PersonId) -> list[str]:
    listed = [person.name for person in world.reads.people(viewer)]
    assert listed == [person.name for person in world.reads.bootstrap(viewer).people]
    return listed
