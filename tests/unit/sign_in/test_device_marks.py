"""A device's mark is ours, of one person, and ends."""

from datetime import UTC, datetime, timedelta

from msgspec import structs

from onrecord.features.sign_in.device_marks import BETWEEN, LIFETIME, MOST, DeviceMarks
from onrecord.features.sign_in.values import Person
from onrecord_archive.events.ids import PersonId

NOW = datetime(2026, 11, 28, tzinfo=UTC)
ADA = Person(PersonId("a" * 32), "Ada", "employee", "Bank", "employee")
BEN = Person(PersonId("b" * 32), "Ben", "employee", "Bank", "employee")
MARKS = DeviceMarks(b"k" * 32)


def test_a_mark_is_of_its_person_until_everything_of_theirs_ends() -> None:
    (mark,) = MARKS.read(MARKS.add("", ADA, NOW), NOW)
    assert mark.is_of(ADA)
    assert not mark.is_of(BEN)
    assert not mark.is_of(structs.replace(ADA, epoch=1))  # a reset, a new password


def test_a_mark_lasts_180_days() -> None:
    kept = MARKS.add("", ADA, NOW)
    assert MARKS.read(kept, NOW + LIFETIME - timedelta(seconds=1))
    assert MARKS.read(kept, NOW + LIFETIME) == []


def test_what_is_no_mark_of_ours_is_passed_over() -> None:
    kept = MARKS.add("", ADA, NOW)
    other = DeviceMarks(b"x" * 32).add("", ADA, NOW)
    for text in ("", "~", "x" * 400, "é", kept[:-2], other, "A" + kept[1:], kept + "A"):
        assert MARKS.read(text, NOW) == []
    assert len(MARKS.read(BETWEEN.join([other, "nothing", kept]), NOW)) == 1


def test_every_flipped_sign_is_found() -> None:
    """Control: the signature covers all of it."""
    kept = MARKS.add("", ADA, NOW)
    signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for at in range(len(kept) - 1):  # the last one has bits that say nothing
        changed = signs[(signs.index(kept[at]) + 1) % 64]
        assert MARKS.read(kept[:at] + changed + kept[at + 1 :], NOW) == []


def test_a_browser_keeps_the_newest_of_a_few_people_one_each() -> None:
    kept = ""
    people = [structs.replace(ADA, id=PersonId(f"{number:032x}")) for number in range(MOST + 2)]
    for person in people:
        kept = MARKS.add(kept, person, NOW)
        kept = MARKS.add(kept, person, NOW)
    read = [mark.person for mark in MARKS.read(kept, NOW)]
    assert read == [person.id for person in reversed(people)][:MOST]
