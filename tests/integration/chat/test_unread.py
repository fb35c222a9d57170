"""Unread counts and receipts."""

from onrecord.database.statements import sql
from onrecord_archive.events.conversations import PositionChange
from onrecord_archive.format.record import format_time
from tests.integration.world import World


def test_own_messages_are_not_unread(world: World) -> None:
    anna, ben = world.person("Anna"), world.person("Ben")
    stream = world.conversation(anna, ben, direct=True)
    world.say(anna, stream, "one")
    world.say(ben, stream, "two")
    world.say(anna, stream, "three")
    assert world.reads.conversation(anna, stream).unread == 1
    assert world.reads.conversation(ben, stream).unread == 2


def test_reading_lowers_the_count_and_counts_own_messages_above_it(world: World) -> None:
    anna, ben = world.person("Anna"), world.person("Ben")
    stream = world.conversation(anna, ben, direct=True)
    for n in range(6):
        world.say(anna if n % 2 else ben, stream, f"message {n}")
    world.read(ben, stream, 3)
    assert world.reads.conversation(ben, stream).unread == 2
    world.say(ben, stream, "mine")
    assert world.reads.conversation(ben, stream).unread == 2


def test_the_highest_position_wins(world: World) -> None:
    anna, ben = world.person("Anna"), world.person("Ben")
    stream = world.conversation(anna, ben, direct=True)
    for n in range(3):
        world.say(anna, stream, f"message {n}")
    world.read(ben, stream, 3)
    world.read(ben, stream, 1)
    listed = world.reads.conversation(ben, stream)
    assert (listed.read, listed.unread) == (3, 0)


def test_nobody_is_ahead_of_what_was_said(world: World) -> None:
    anna, ben = world.person("Anna"), world.person("Ben")
    stream = world.conversation(anna, ben, direct=True)
    world.say(anna, stream, "one")
    world.read(ben, stream, 99)
    world.say(anna, stream, "two")
    assert world.reads.conversation(ben, stream).unread == 1


def test_who_comes_back_has_what_was_said_meanwhile_behind_them(world: World) -> None:
    anna, ben = world.person("Anna"), world.person("Ben")
    stream = world.conversation(anna, ben, title="Desk")
    world.say(ben, stream, "own, never read")
    world.leave(ben, stream)
    world.say(anna, stream, "not for Ben")
    world.add(anna, stream, ben)
    world.say(anna, stream, "for Ben")
    assert world.reads.conversation(ben, stream).unread == 1


def test_info_has_the_first_record_that_reached_the_message(world: World) -> None:
    anna, ben, cleo = (world.person(name) for name in ("Anna", "Ben", "Cleo"))
    stream = world.conversation(anna, ben, cleo)
    world.say(anna, stream, "one")
    two = world.say(anna, stream, "two")
    world.positions(stream, PositionChange(ben, read=1, delivered=1))
    delivered = world.positions(stream, PositionChange(ben, delivered=2))
    read = world.positions(stream, PositionChange(ben, read=2))
    world.say(anna, stream, "three")
    world.positions(stream, PositionChange(ben, read=3, delivered=3))
    for_ben, for_cleo = world.reads.info(anna, two.event_id).receipts
    assert for_ben.delivered_at == format_time(delivered.at)
    assert for_ben.read_at == format_time(read.at)
    assert (for_cleo.delivered_at, for_cleo.read_at) == (None, None)


def test_what_was_read_was_received(world: World) -> None:
    anna, ben = world.person("Anna"), world.person("Ben")
    stream = world.conversation(anna, ben, direct=True)
    one = world.say(anna, stream, "one")
    read = world.read(ben, stream, 1)
    (receipt,) = world.reads.info(anna, one.event_id).receipts
    assert receipt.delivered_at == receipt.read_at == format_time(read.at)
    (member,) = [m for m in world.reads.conversation(anna, stream).members if m.person == ben]
    assert (member.read, member.delivered) == (1, 1)


def test_a_group_of_five_hundred_costs_a_row_a_member_however_much_is_read(world: World) -> None:
    anna = world.person("Anna")
    crowd = [world.person(f"Member {number}") for number in range(499)]
    stream = world.conversation(anna, *crowd, title="Everybody")
    said = [world.say(anna, stream, f"line {number}") for number in range(40)]
    half = world.positions(stream, *(PositionChange(who, read=20) for who in crowd[:250]))
    all_ = world.positions(stream, *(PositionChange(who, read=40) for who in crowd))
    with world.database.reading() as tx:
        assert tx.only(sql("SELECT count(*) FROM position")) == (250 + 499,)
        assert tx.only(sql("SELECT count(*) FROM journal WHERE conv_seq > 41")) == (2,)
    for message, first in ((said[19], half), (said[20], all_)):
        receipts = {each.person: each for each in world.reads.info(anna, message.event_id).receipts}
        assert list(receipts) == sorted(crowd)
        assert receipts[crowd[0]].read_at == format_time(first.at)
        assert receipts[crowd[-1]].read_at == format_time(all_.at)
