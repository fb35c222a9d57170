"""What belongs to somebody's copy: from each joining to each leaving, as far as published."""

from onrecord.features.own_copy.store import CopyStore
from onrecord_archive.events.messages import MessageSent
from onrecord_archive.proof_package.own_copy import Extent
from tests.integration.chat.test_visibility import Group
from tests.integration.world import World


def test_extents_go_from_joining_to_leaving(world: World) -> None:
    group, store = Group(world), CopyStore(world.database)
    joined = group.joined.conv_seq
    assert store.readable(group.cleo).extents == (
        Extent(group.stream, joined, group.reply.conv_seq),
    )
    removed = group.end()
    assert store.readable(group.cleo).extents == (Extent(group.stream, joined, removed.conv_seq),)
    back = world.add(group.anna, group.stream, group.cleo)
    own = Extent(group.stream, back.conv_seq, back.conv_seq)
    assert store.readable(group.cleo).extents == (
        Extent(group.stream, joined, removed.conv_seq),
        own,
    )
    assert store.readable(world.person("Dora")).extents == ()


def test_everything_below_the_entry_that_it_names_was_there_to_read(world: World) -> None:
    group, store = Group(world), CopyStore(world.database)
    rows = store.rows(group.stream, 1, group.reply.conv_seq)
    until = store.readable(group.ben).until
    assert until == rows[-1].archive_index + 1
    world.say(group.anna, group.stream, "One more")
    assert store.readable(group.ben).until > until


def test_what_is_journaled_alone_belongs_to_no_copy(world: World) -> None:
    group, store = Group(world), CopyStore(world.database)
    before = store.readable(group.ben).extents
    rows = world.journal(world.command(group.anna, group.stream, MessageSent("not archived yet")))
    assert store.readable(group.ben).extents == before
    world.publish(rows, world.archive(rows))  # control
    assert store.readable(group.ben).extents != before


def test_rows_are_the_records_with_what_was_seen_and_kept(world: World) -> None:
    group, store = Group(world), CopyStore(world.database)
    last = group.reply.conv_seq
    rows = store.rows(group.stream, 1, last)
    assert [row.conv_seq for row in rows] == list(range(1, last + 1))
    assert all(row.plain is not None and b"shown" not in row.plain.shown for row in rows)
    assert store.rows(group.stream, last, last)[0].archive_index == rows[-1].archive_index
