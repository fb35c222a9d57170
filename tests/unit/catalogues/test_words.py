"""Each message of a catalogue is said somewhere, and each that is said is there."""

import re
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import get_args

import pytest

import onrecord
import onrecord_archive
from onrecord.core.words import catalogue, words_of
from onrecord.features.notifications.client_letters import AccountLetter, Letter
from onrecord.features.people.told import What
from onrecord_archive.catalogues.published import words_in
from tests.unit.catalogues.said import asked_for, modules, unsaid

ARCHIVE = modules(Path(onrecord_archive.__file__).parent)
SERVER = modules(Path(onrecord.__file__).parent)
PUBLISHED = words_in("en").sources
OWN = words_of("en").sources
PAGE_ALONE = "check."
"""What verify.html alone says; its script names them without this."""
LETTERS = {kind.kind for kind in get_args(Letter) if kind is not AccountLetter}


def unsaid_by_script(ids: Iterable[str], script: str) -> set[str]:
    """Return the ids of verify.html that its script does not name."""
    named = set(re.findall(r"\bwords\.(\w+)", script)) | {"title", "no_script"}
    kinds = set(re.findall(r'"(good|part|bad)"', script))
    codes = set(re.findall(r'"(\w+)"', script))
    named |= {f"{kind}{rest}" for kind in kinds for rest in ("", "_text")}
    named |= {f"answer.{code}{rest}" for code in codes for rest in ("", ".text")}
    named |= {f"reason.{code}" for code in codes}
    return {id for id in ids if id.removeprefix(PAGE_ALONE) not in named}


def page_script() -> str:
    parts = files("onrecord_archive.proof_package") / "copy_page_parts"
    names = ("verify.js", "sentences.js", "build.js")
    return "".join((parts / name).read_text(encoding="utf-8") for name in names)


def test_each_message_is_said_somewhere() -> None:
    assert unsaid(PUBLISHED, ARCHIVE) == set()
    assert unsaid_by_script(
        {id for id in PUBLISHED if id.startswith(PAGE_ALONE)}, page_script()
    ) == (set())
    assert unsaid(OWN, SERVER) == set()


def test_each_message_that_is_asked_for_is_there() -> None:
    in_archive = {id for source in ARCHIVE for id in asked_for(source)}
    in_server = {id for source in SERVER for id in asked_for(source)}
    assert "record.kept" in in_archive
    assert "push.new" in in_server
    assert in_archive - PUBLISHED.keys() == set()
    assert in_server - OWN.keys() == set()


def test_each_letter_has_its_three_parts_and_no_other() -> None:
    kinds = {*LETTERS, "complaint_overdue"}
    parts = {f"letter.{kind}.{part}" for kind in kinds for part in ("subject", "long", "short")}
    assert {id for id in OWN if id.startswith("letter.")} == {*parts, "letter.when"}
    did = {f"account.did.{what}" for what in get_args(What)}
    assert {id for id in OWN if id.startswith("account.did.")} == did


@pytest.mark.parametrize("locale", ["en", "de", ""])
def test_who_has_another_language_is_written_to_in_english(locale: str) -> None:
    assert words_of(locale) is catalogue()["en"]


def test_control_a_message_that_nobody_says_is_found() -> None:
    source = "words.text('record.kept'); words.named('value', x); line(f'month.{n}')"
    ids = {"record.kept", "value.client", "month.3", "record.gone", "sign.order"}
    assert unsaid(ids, [source]) == {"record.gone", "sign.order"}
    script = 'fill(words.lead); fail("zip"); answer("good")'
    named = {"check.lead", "check.reason.zip", "check.good_text"}
    assert unsaid_by_script({*named, "check.old"}, script) == {"check.old"}


def test_control_a_message_that_is_not_there_is_found() -> None:
    source = "self._line('a.b' if x else 'c.d', y=z); words.text('e.f'); options.text('g')"
    assert set(asked_for(source)) == {"a.b", "c.d", "e.f"}
