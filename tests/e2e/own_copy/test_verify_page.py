"""The page in a copy finds what the program finds, in a browser without a network."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from onrecord_archive.events.every import CONVERSATION_PAYLOADS
from onrecord_archive.events.language import Language
from onrecord_archive.format.errors import NotVerified
from onrecord_archive.proof_package.copy_extents import StreamCheck
from onrecord_archive.proof_package.copy_page import verify_page
from onrecord_archive.proof_package.copy_verifier import verify_copy
from onrecord_archive.proof_package.zip_file import write_zip
from tests.e2e.bank import PHONE, ProfileOf
from tests.e2e.clients.test_invites_axe import OVERFLOW
from tests.e2e.conftest import ChromiumWith
from tests.unit.proof_package.lacking import ALL, UNSEEN, Taken
from tests.unit.proof_package.own_copies import (
    DIRECT,
    Talk,
    Unclear,
    copy_of,
    extents,
    write,
)
from tests.unit.proof_package.test_copy_complete import OF_FORMAT_4
from tests.unit.proof_package.test_copy_packed_again import FORGERIES, PACKINGS, packed
from tests.unit.proof_package.test_notice_text import ACCEPTED, SHA256, TITLE, Accepting
from tests.unit.proof_package.test_own_copy import (
    CHANGES,
    DEFECTS,
    UNCLEAR,
    UNCLEARS,
    WRONG,
    Unchecked,
)

LEFT_OUT = "Records of which something older is left out"


@pytest.fixture(scope="module")
def talk() -> Talk:
    return Talk()


@pytest.fixture(scope="module")
def chromium(chromium_with: ChromiumWith) -> Browser:
    return chromium_with()


@pytest.fixture
def page(chromium: Browser, profile_of: ProfileOf) -> Page:
    return profile_of(chromium, viewport=PHONE, offline=True).page()


def test_a_copy_of_which_nothing_is_left_out_does_not_speak_of_it(
    talk: Talk, page: Page, tmp_path: Path
) -> None:
    folder = write(talk, tmp_path / "folder", copy_of(parts=extents((DIRECT, 1, 5))))
    write_zip(tmp_path / "all.zip", folder)
    check(page, folder / "verify.html", tmp_path / "all.zip")
    said = page.locator("main")
    expect(said.locator(".answer strong")).to_have_text("Verified")
    expect(said).not_to_contain_text(LEFT_OUT)


def test_what_is_right_is_verified_and_each_change_is_named(
    talk: Talk, page: Page, tmp_path: Path
) -> None:
    folder = write(talk, tmp_path / "good")
    good = write(talk, tmp_path / "good.zip")
    check(page, folder / "verify.html", good)
    said = page.locator("main")
    expect(said.locator(".answer strong")).to_have_text("Verified")
    expect(said).to_contain_text("Ed25519")
    expect(said).to_contain_text("checked, and right")
    expect(said).to_contain_text("Please ignore")
    expect(said).to_contain_text(LEFT_OUT)
    assert page.evaluate(OVERFLOW) == 0  # a key has thousands of characters
    for change in CHANGES:
        broken = write(talk, tmp_path / change.__name__)
        change(broken)
        write_zip(tmp_path / f"{change.__name__}.zip", broken)
        check(page, folder / "verify.html", tmp_path / f"{change.__name__}.zip")
        expect(said.locator(".answer strong"), change.__name__).to_have_text("Not verified")


@pytest.mark.proofs("long")
def test_a_copy_in_another_language_is_verified(talk: Talk, page: Page, tmp_path: Path) -> None:
    verifier = write(talk, tmp_path / "english") / "verify.html"
    polish = write(talk, tmp_path / "polish.zip", copy_of(language="pl"))
    check(page, verifier, polish)
    expect(page.locator(".answer strong")).to_have_text("Verified")


@pytest.mark.proofs("long")
def test_the_recording_notice_that_was_accepted_is_readable(page: Page, tmp_path: Path) -> None:
    talk = Accepting(ACCEPTED)
    verifier = talk.copy(tmp_path / "copy") / "verify.html"
    check(page, verifier, talk.copy(tmp_path / "copy.zip"))
    expect(page.locator(".answer strong")).to_have_text("Verified")
    said = page.locator("main")
    for words in (TITLE, "Zapisujemy <wszystko>.", "Także zdjęcia.", SHA256, "in the language pl"):
        expect(said).to_contain_text(words)


@pytest.mark.proofs("long")
@pytest.mark.parametrize("other", [{"text": "Zapisujemy nic."}, {"title": "Zapis"}, {"text": ""}])
def test_another_notice_than_was_accepted_is_found(
    other: dict[str, str], page: Page, tmp_path: Path
) -> None:
    talk = Accepting({**ACCEPTED, **other})
    verifier = talk.copy(tmp_path / "copy") / "verify.html"
    check(page, verifier, talk.copy(tmp_path / "copy.zip"))
    said = page.locator(".answer")
    expect(said).to_contain_text("Not verified")
    expect(said).to_contain_text("a recording notice is not the one that was accepted")


def test_what_is_not_theirs_is_found(talk: Talk, page: Page, tmp_path: Path) -> None:
    verifier = write(talk, tmp_path / "good") / "verify.html"
    for number, (name, copy) in enumerate(WRONG.items()):
        path = tmp_path / f"{number}.zip"
        write(talk, path, copy, Unchecked)
        check(page, verifier, path)
        answer = page.locator(".answer")
        expect(answer, name).to_contain_text("records are missing, or do not belong")
    for name, (part, wrong) in DEFECTS.items():
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(StreamCheck, part, wrong)
            told = write(talk, tmp_path / f"{part}.zip")
        check(page, verifier, told)
        expect(page.locator(".answer strong"), name).to_have_text("Not verified")


@pytest.mark.parametrize("renamed", [True, False], ids=["named anew", "named as it was"])
def test_whatever_was_taken_out_is_noticed(
    talk: Talk, page: Page, tmp_path: Path, renamed: bool
) -> None:
    verifier = write(talk, tmp_path / "good") / "verify.html"
    for take in ALL:
        taken = Taken(write(talk, tmp_path / take.__name__))
        take(taken)
        check(page, verifier, *taken.fit(renamed=renamed).iterdir())
        answer = page.locator(".answer")
        expect(answer, take.__name__).to_contain_text("Not verified")
        if renamed:
            expect(answer, take.__name__).to_contain_text("what the archive recorded of this copy")


def test_control_the_record_of_the_copy_alone_shows_it(
    talk: Talk, page: Page, tmp_path: Path
) -> None:
    """A page that does not look at it verifies each of them."""
    own = write(talk, tmp_path / "good") / "verify.html"
    looks = 'demand(shown.payload.copy === named && shown.payload.person === copy.person, "made");'
    page_ = own.read_text(encoding="utf-8")
    assert looks in page_
    script = re.search(r"<script>(.*)</script>", page_, re.DOTALL)[1]  # type: ignore[index]
    blind = script.replace(looks, "")
    made = page_.replace(_digest(script), _digest(blind)).replace(script, blind)
    verifier = tmp_path / "blind.html"
    verifier.write_text(made, encoding="utf-8")
    for take in UNSEEN:
        taken = Taken(write(talk, tmp_path / take.__name__))
        take(taken)
        check(page, verifier, *taken.fit().iterdir())
        expect(page.locator(".answer strong"), take.__name__).to_have_text("Verified")


def _digest(script: str) -> str:
    return b64encode(sha256(script.encode()).digest()).decode()


def test_a_copy_of_another_version_is_not_said_to_be_forged(
    talk: Talk, page: Page, tmp_path: Path
) -> None:
    verifier = write(talk, tmp_path / "good") / "verify.html"
    check(page, verifier, OF_FORMAT_4)
    expect(page.locator(".answer strong")).to_have_text(
        "Not checked: another version made this copy"
    )


def test_from_where_on_somebody_may_read_is_a_number_up_to_the_records_own(
    page: Page, tmp_path: Path
) -> None:
    for number, (kind, from_seq) in enumerate([*UNCLEAR, ("member.added", 3)]):
        folder = write(Unclear(kind, from_seq), tmp_path / str(number), UNCLEARS, Unchecked)
        check(page, folder / "verify.html", *folder.iterdir())
        good = (kind, from_seq) == ("member.added", 3)
        answer = page.locator(".answer strong")
        expect(answer, str(from_seq)).to_have_text("Verified" if good else "Not verified")


@pytest.mark.proofs("long")
def test_another_version_of_a_record_than_its_leafs_is_found(page: Page, tmp_path: Path) -> None:
    talk = Talk()
    talk.add(DIRECT, "message.sent", {"text": "Of another version"}, v=2)
    folder = write(talk, tmp_path / "copy", copy_of(parts=extents((DIRECT, 1, 6))))
    check(page, folder / "verify.html", *folder.iterdir())
    expect(page.locator(".answer")).to_contain_text("a record does not say what the archive has")


def test_a_flipped_bit_in_any_file_is_found(talk: Talk, page: Page, tmp_path: Path) -> None:
    verifier = write(talk, tmp_path / "good") / "verify.html"
    good = write(talk, tmp_path / "good.zip").read_bytes()
    bad = tmp_path / "bad.zip"
    for place in (*range(60, len(good), len(good) // 24), len(good) - 60, len(good) - 1):
        bad.write_bytes(good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :])
        check(page, verifier, bad)
        expect(page.locator(".answer strong"), str(place)).to_have_text("Not verified")


@pytest.mark.proofs("long")
def test_what_unpacks_to_other_files_than_the_page_reads_is_refused(
    talk: Talk, page: Page, tmp_path: Path
) -> None:
    verifier = write(talk, tmp_path / "good") / "verify.html"
    good = write(talk, tmp_path / "good.zip").read_bytes()
    other = write(talk, tmp_path / "other.zip", copy_of(language="en")).read_bytes()
    two = tmp_path / "two.zip"
    for name, data in (
        ("a second .zip behind it, which is what unpacks", good + other),
        ("no directory", good[: good.index(b"PK\1\2")]),
        ("a word before its end", good + b"PS"),
    ):
        two.write_bytes(data)
        check(page, verifier, two)
        expect(page.locator(".answer strong"), name).to_have_text("Not verified")
        with pytest.raises(NotVerified):
            verify_copy(two, talk.log.policy)


@pytest.mark.proofs("long")
def test_a_copy_packed_again_is_verified_unless_readers_could_see_other_files(
    talk: Talk, page: Page, tmp_path: Path
) -> None:
    folder = write(talk, tmp_path / "copy")
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    again, said = tmp_path / "again.zip", page.locator(".answer strong")
    for name, packing in PACKINGS.items():
        again.write_bytes(packing(files))
        check(page, folder / "verify.html", again)
        expect(said, name).to_have_text("Verified")
    for forgery in FORGERIES:
        again.write_bytes(forgery(files))
        check(page, folder / "verify.html", again)
        expect(said, forgery.__name__).to_have_text(re.compile("Not (verified|checked)"))


@pytest.mark.proofs("long")
def test_a_changed_transcript_is_named_however_it_comes(
    talk: Talk, page: Page, tmp_path: Path
) -> None:
    verifier = write(talk, tmp_path / "good") / "verify.html"
    folder = write(talk, tmp_path / "copy")
    transcript = folder / "transcript.html"
    transcript.write_bytes(transcript.read_bytes().replace(b"morning", b"evening"))
    write_zip(tmp_path / "own.zip", folder)
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    (tmp_path / "again.zip").write_bytes(packed(files))
    for name in ("own.zip", "again.zip"):
        check(page, verifier, tmp_path / name)
        expect(page.locator(".answer"), name).to_contain_text("Not verified")
        expect(page.locator(".answer"), name).to_contain_text("transcript.html is not the one")


@pytest.mark.proofs("long")
def test_what_is_no_copy_is_not_said_to_be_a_changed_one(
    talk: Talk, page: Page, tmp_path: Path
) -> None:
    verifier = write(talk, tmp_path / "good") / "verify.html"
    other = tmp_path / "other.zip"
    for data in (b"", b"%PDF-1.7", packed({"holiday.jpg": b"\xff\xd8"})):
        other.write_bytes(data)
        check(page, verifier, other)
        expect(page.locator(".answer strong")).to_have_text("This is not the file of a copy")


@pytest.mark.proofs("long")
def test_the_files_of_an_unpacked_copy_are_checked_as_they_lie(
    talk: Talk, page: Page, tmp_path: Path
) -> None:
    folder = write(talk, tmp_path / "copy")
    check(page, folder / "verify.html", *folder.iterdir())
    expect(page.locator(".answer strong")).to_have_text("Verified")
    for change in CHANGES:
        broken = write(talk, tmp_path / change.__name__)
        change(broken)
        check(page, folder / "verify.html", *broken.iterdir())
        expect(page.locator(".answer strong"), change.__name__).to_have_text("Not verified")


@pytest.mark.proofs("long")
def test_keys_that_are_not_the_firms_are_told(talk: Talk, page: Page, tmp_path: Path) -> None:
    folder = write(talk, tmp_path / "copy", copy_of(language="en"))
    packed = write(talk, tmp_path / "copy.zip")
    page.goto((folder / "verify.html").as_uri())
    page.get_by_label("public keys").fill(Talk().log.policy.encode())
    page.get_by_label("The copy").set_input_files(packed)
    page.get_by_role("button", name="Check").click()
    expect(page.locator(".answer")).to_contain_text("the keys are others")
    for no_key in ("see our web site", talk.log.policy.encode()[:40]):
        page.get_by_label("public keys").fill(no_key)
        page.get_by_role("button", name="Check").click()
        expect(page.locator(".answer")).to_contain_text("What was pasted are no keys")
    page.get_by_label("public keys").fill(talk.log.policy.encode())
    page.get_by_role("button", name="Check").click()
    expect(page.locator(".answer strong")).to_have_text("Verified")
    expect(page.locator("main")).to_contain_text("The keys are those that you pasted.")


def check(page: Page, verifier: Path, *copy: Path) -> None:
    """Check a copy with the page, opened from a disk: its zip file, or its files."""
    page.goto(verifier.as_uri())
    page.locator("#file").set_input_files(list(copy))
    page.get_by_role("button", name=re.compile("^(Check|Sprawdź)$")).click()
    page.locator(".answer").wait_for()


SAID = {
    "en": (
        "Started the conversation with Anna Łęcka, Piotr.",
        "Edited record 2:",
        "Removed record 4 from view; the record stays.",
        "Marked the conversation as complaint C-1: Fees.",
        "To be answered by 24 December 2026",
    ),
    "pl": (
        "Rozpoczęcie rozmowy",
        "Usunięcie zapisu 4 z widoku",
        "Termin odpowiedzi: 24 grudnia 2026",
    ),
}


@pytest.mark.proofs("long")
@pytest.mark.parametrize("language", ["en", "pl"])
def test_what_was_checked_is_said_in_sentences(
    talk: Talk, page: Page, tmp_path: Path, language: Language
) -> None:
    copy = write(talk, tmp_path / "copy", copy_of(language=language))
    packed_ = write(talk, tmp_path / "copy.zip", copy_of(language=language))
    check(page, copy / "verify.html", packed_)
    said = page.locator(".said")
    for sentence in SAID[language]:
        expect(said).to_contain_text(sentence)
    text = said.inner_text()
    assert "{" not in text
    assert not re.search(r"\d\dT\d\d:", text)
    assert "undefined" not in text
    assert page.evaluate(OVERFLOW) == 0


@pytest.mark.proofs("long")
def test_every_event_of_a_conversation_has_a_sentence_there(page: Page, tmp_path: Path) -> None:
    """The labels that the page's script names are among those that it is given, and each type."""
    script = (files("onrecord_archive.proof_package") / "copy_page_parts/sentences.js").read_text()
    given = {
        language: json.loads(
            re.search(rb'id="words">(.*?)</script>', verify_page(language), re.DOTALL)[1]  # type: ignore[index]
        )["sentences"]
        for language in ("en", "pl")
    }
    named = set(re.findall(r"sentences\.(\w+)", script))
    for sentences in given.values():
        assert named <= set(sentences), named - set(sentences)
    for type in CONVERSATION_PAYLOADS:
        assert f'"{type}"' in script or f"{type}:" in script, type
