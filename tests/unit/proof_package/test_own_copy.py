"""A client's copy has exactly what they could see, proves it, and no change of it goes unseen."""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from html import unescape
from pathlib import Path
from typing import Any, get_args

import pytest

from onrecord_archive.catalogues.published import words_in
from onrecord_archive.events.language import Language
from onrecord_archive.format.errors import BadFormat, NotVerified
from onrecord_archive.format.leaf import RecordLeaf
from onrecord_archive.format.published import PUBLISHED
from onrecord_archive.format.record import canonical
from onrecord_archive.proof_package.bundle import BundleRecord
from onrecord_archive.proof_package.copy_extents import StreamCheck
from onrecord_archive.proof_package.copy_page import verify_page
from onrecord_archive.proof_package.copy_verifier import CopyReport, verify_copy
from onrecord_archive.proof_package.copy_writer import CopyWriter
from onrecord_archive.proof_package.own_copy import FILES, CopyOf, CopyRecord
from onrecord_archive.proof_package.package import RECORDS, record_leaf
from onrecord_archive.verify.archive import main
from tests.unit.proof_package.own_copies import (
    DIRECT,
    GROUP,
    LATER,
    OMAR,
    OTHER,
    PIOTRS,
    Talk,
    Unclear,
    copy_of,
    extents,
    write,
)

pytestmark = pytest.mark.many_inputs


@pytest.fixture(scope="module")
def talk() -> Talk:
    return Talk()


@pytest.fixture
def folder(talk: Talk, tmp_path: Path) -> Path:
    return write(talk, tmp_path / "copy")


def verify(path: Path, talk: Talk) -> CopyReport:
    return verify_copy(path, talk.log.policy)


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / RECORDS).read_bytes().splitlines()]


def rewrite(folder: Path, changed: list[dict[str, Any]]) -> None:
    (folder / RECORDS).write_bytes(b"".join(canonical(line) + b"\n" for line in changed))


def code_of(path: Path, talk: Talk) -> str:
    with pytest.raises(NotVerified) as caught:
        verify(path, talk)
    return caught.value.code


def test_a_copy_verifies_offline_and_says_what_it_holds(talk: Talk, folder: Path) -> None:
    report = verify(folder, talk)
    assert (report.conversations, report.records, report.withheld) == (3, 19, 4)
    assert report.without_content == 3
    assert report.from_joining_to_leaving
    assert sorted(path.name for path in folder.iterdir()) == sorted([*FILES, offer_of(folder).name])


def test_it_has_what_members_saw_and_nothing_of_compliance_or_of_others(
    talk: Talk, folder: Path
) -> None:
    whole = b"".join(path.read_bytes() for path in sorted(folder.iterdir()))
    for said in ("Good morning, <Piotr>", "Please ignore", "As I said", "Welcome back",
                 "Sent on", "Piotrs fees"):  # fmt: skip
        assert json.dumps(said).strip('"').encode() in whole, said
    for hidden in (b"laptop", b'"kept"', b"salt_k", b"For Omar alone", b"Before Piotr came",
                   b"Before he came", "🦉".encode(), b"After Piotr left", b"Omars fees",
                   b"Omars answer", b"Omars phone", b"f" * 32):  # fmt: skip
        assert hidden not in whole, hidden
    assert {line["leaf"]["stream"] for line in lines(folder)} == {
        each["id"] for each in (DIRECT, GROUP, LATER)
    }


def test_a_removed_message_is_as_it_was_first_seen_and_said_to_be_removed(folder: Path) -> None:
    page = (folder / "transcript.html").read_text()
    assert "Please ignore" in page
    assert "Removed from view on" in page
    assert "Copy for" in page
    assert page.count('<tr class="r"') == len(lines(folder))
    assert words_in("en").text("page.copy_note") in page


def test_only_a_copy_that_leaves_something_out_says_so(talk: Talk, tmp_path: Path) -> None:
    folder = write(talk, tmp_path / "copy", copy_of(parts=extents((DIRECT, 1, 5))))
    assert verify(folder, talk).withheld == 0
    assert words_in("en").text("page.copy_note") not in (folder / "transcript.html").read_text()


def test_the_copy_is_in_the_clients_language(talk: Talk, tmp_path: Path) -> None:
    folder = write(talk, tmp_path / "copy", copy_of(language="pl"))
    verify(folder, talk)
    assert (folder / "README.txt").read_text().startswith("Twoja kopia")
    assert "Kopia dla" in (folder / "transcript.html").read_text()
    assert '<html lang="pl">' in (folder / "verify.html").read_text()


def test_a_copy_of_another_version_is_no_forgery(talk: Talk, folder: Path) -> None:
    manifest = folder / "manifest.json"
    manifest.write_bytes(manifest.read_bytes().replace(b"onrecord-copy/5", b"onrecord-copy/3"))
    (folder / "a-file-of-then").touch()
    (folder / "transcript.html").write_bytes(b"as it was then")
    with pytest.raises(NotVerified, match="made by another version") as e:
        verify(folder, talk)
    assert e.value.code == "format"


def test_the_zip_file_has_one_spelling_and_verifies(talk: Talk, tmp_path: Path) -> None:
    first, second = write(talk, tmp_path / "one.zip"), write(talk, tmp_path / "two.zip")
    assert first.read_bytes() == second.read_bytes()
    verify(first, talk)


def test_content_that_is_gone_is_proved_and_hides_no_membership(tmp_path: Path) -> None:
    talk = Talk()
    talk.gone = {2, 4}  # Piotr's conversation.created, and the edit
    report = verify(write(talk, tmp_path / "copy"), talk)
    assert (report.without_content, report.from_joining_to_leaving) == (5, False)


@pytest.mark.parametrize("language", get_args(Language))
def test_today_s_page_is_the_newest_that_was_published(language: Language) -> None:
    assert sha256(verify_page(language)).hexdigest() == PUBLISHED.pages[language][-1], (
        "make publish"
    )


def test_the_page_runs_nothing_but_its_own_script() -> None:
    page = unescape(verify_page("en").decode())
    assert "default-src 'none'" in page
    assert "unsafe-inline" not in page
    assert "http://" not in page
    assert "https://" not in page


def test_a_flipped_bit_anywhere_is_found(talk: Talk, tmp_path: Path) -> None:
    good = write(talk, tmp_path / "copy.zip").read_bytes()
    bad = tmp_path / "bad.zip"
    step = max(1, len(good) // 400)
    for place in [*range(0, len(good), step), len(good) - 1]:
        bad.write_bytes(good[:place] + bytes([good[place] ^ 4]) + good[place + 1 :])
        with pytest.raises(NotVerified):
            verify(bad, talk)


@pytest.mark.parametrize("name", FILES)
def test_a_changed_byte_in_any_file_of_a_folder_is_found(
    talk: Talk, folder: Path, name: str
) -> None:
    data = (folder / name).read_bytes()
    for place in range(0, len(data), max(1, len(data) // 25)):
        (folder / name).write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        with pytest.raises(NotVerified):
            verify(folder, talk)
    (folder / name).write_bytes(data)
    verify(folder, talk)


def a_line_less(folder: Path) -> None:
    rewrite(folder, lines(folder)[:2] + lines(folder)[3:])


def the_last_line_less(folder: Path) -> None:
    rewrite(folder, lines(folder)[:-1])


def two_lines_swapped(folder: Path) -> None:
    rewrite(folder, [lines(folder)[1], lines(folder)[0], *lines(folder)[2:]])


def another_word(folder: Path) -> None:
    changed = lines(folder)
    changed[1]["shown"]["payload"]["text"] = "Good evening"
    rewrite(folder, changed)


def another_hash_of_what_is_kept(folder: Path) -> None:
    changed = lines(folder)
    changed[1]["kept_sha256"] = "00" * 32
    rewrite(folder, changed)


def with_kept(folder: Path) -> None:
    changed = lines(folder)
    changed[1]["kept"] = {"auth": "password"}
    rewrite(folder, changed)


def another_index(folder: Path) -> None:
    changed = lines(folder)
    changed[1]["proof"] = changed[2]["proof"]
    changed[1]["archive_index"] = changed[2]["archive_index"]
    rewrite(folder, changed)


def hidden_without_reason(folder: Path) -> None:
    changed = lines(folder)
    shown = changed[1].pop("shown")
    shown["payload"].pop("text")
    changed[1]["seen"], changed[1]["shown_sha256"] = shown, changed[1].pop("salt_s")
    rewrite(folder, changed)


def joining_from_nowhere(folder: Path) -> None:
    """A `seen` is not proved, so anybody can write one."""
    changed = lines(folder)
    added = next(line for line in changed if line["leaf"]["type"] == "member.added")
    shown, salt = added.pop("shown"), bytes.fromhex(added.pop("salt_s"))
    added["seen"] = {**shown, "payload": {"person": shown["payload"]["person"]}}
    added["shown_sha256"] = sha256(salt + canonical(shown)).hexdigest()
    rewrite(folder, changed)


def the_keys_of_another(folder: Path) -> None:
    (folder / "policy").write_text(Talk().log.policy.encode())


def offer_of(folder: Path) -> Path:
    (found,) = folder.glob("file-*.pdf")
    return found


def a_manifest_that_never_ends(folder: Path) -> None:
    (folder / "manifest.json").write_bytes(b"[" * 200_000)


def another_file(folder: Path) -> None:
    offer_of(folder).write_bytes(b"an Offer")


def a_file_less(folder: Path) -> None:
    offer_of(folder).unlink()


def a_file_that_no_record_lists(folder: Path) -> None:
    (folder / ("file-" + "0" * 64)).write_bytes(b"")


def a_file_under_another_name(folder: Path) -> None:
    offer_of(folder).rename(offer_of(folder).with_suffix(""))


CHANGES: dict[Callable[[Path], None], str] = {
    a_line_less: "extent",
    the_last_line_less: "extent",
    two_lines_swapped: "extent",
    another_word: "content",
    another_hash_of_what_is_kept: "content",
    with_kept: "form",
    another_index: "inclusion",
    hidden_without_reason: "content",
    joining_from_nowhere: "extent",
    the_keys_of_another: "file",
    a_manifest_that_never_ends: "manifest",
    another_file: "file",
    a_file_less: "made",
    a_file_that_no_record_lists: "form",
    a_file_under_another_name: "form",
}


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_control_a_change_is_found_and_named(
    talk: Talk, folder: Path, change: Callable[[Path], None]
) -> None:
    change(folder)
    assert code_of(folder, talk) == CHANGES[change]


def test_control_a_file_too_many_or_too_few_is_found(talk: Talk, folder: Path) -> None:
    (folder / "more").touch()
    assert code_of(folder, talk) == "form"
    (folder / "more").unlink()
    (folder / "README.txt").unlink()
    assert code_of(folder, talk) == "form"


class Blind(StreamCheck):
    """Follows nothing, and takes everything for seen."""

    def add(self, leaf: RecordLeaf, said: Mapping[str, Any] | None) -> None:
        """Let it pass."""

    present = True

    def sees(self, said: Mapping[str, Any]) -> bool:
        return True


class Unchecked(CopyWriter):
    """A defective writer that takes the extents and what is in them as they come."""

    def _seen(self, records: Iterator[BundleRecord]) -> Iterator[CopyRecord]:
        check = Blind(self._copy.person, ())
        for record in records:
            yield self._one(record, record_leaf(record).stream, check)


WRONG: dict[str, CopyOf] = {
    "from after the joining": copy_of(parts=extents((DIRECT, 2, 5))),
    "from before the joining": copy_of(parts=extents((GROUP, 2, 7), (GROUP, 9, 10))),
    "until after the leaving": copy_of(parts=extents((GROUP, 3, 10))),
    "another client's conversation": copy_of(parts=extents((OTHER, 1, 2))),
    "of another client": copy_of(whose=OMAR),
    "with words that they could not see": copy_of(),
}


@pytest.mark.parametrize("name", WRONG)
def test_control_a_copy_of_what_is_not_theirs_is_refused_and_found(
    talk: Talk, tmp_path: Path, name: str
) -> None:
    copy = WRONG[name]
    write(talk, tmp_path / "copy", copy, Unchecked)
    assert code_of(tmp_path / "copy", talk) == "extent"
    if copy != copy_of():
        with pytest.raises(BadFormat):
            write(talk, tmp_path / "refused", copy)


UNCLEAR: tuple[tuple[str, object], ...] = (
    ("member.added", "1"),
    ("member.added", 0),
    ("member.added", 4),
    ("history.shared", 4),
    ("history.shared", True),
)
UNCLEARS = copy_of(parts=extents((DIRECT, 1, 3)))


@pytest.mark.parametrize(("kind", "from_seq"), UNCLEAR)
def test_from_where_on_somebody_may_read_is_a_number_up_to_the_records_own(
    tmp_path: Path, kind: str, from_seq: object
) -> None:
    talk = Unclear(kind, from_seq)
    folder = write(talk, tmp_path / "copy", UNCLEARS, Unchecked)
    assert code_of(folder, talk) == "extent"


def test_control_a_number_that_may_be_there_verifies(tmp_path: Path) -> None:
    talk = Unclear("member.added", 3)
    folder = write(talk, tmp_path / "copy", UNCLEARS, Unchecked)
    assert not verify(folder, talk).from_joining_to_leaving


@pytest.mark.parametrize("version", [2, True])
def test_another_version_of_a_record_than_its_leafs_is_found(tmp_path: Path, version: int) -> None:
    talk = Talk()
    talk.add(DIRECT, "message.sent", {"text": "Of another version"}, v=version)
    folder = write(talk, tmp_path / "copy", copy_of(parts=extents((DIRECT, 1, 6))))
    assert code_of(folder, talk) == "content"


def test_extents_that_overlap_are_refused(talk: Talk, tmp_path: Path) -> None:
    with pytest.raises(BadFormat, match="overlap"):
        write(talk, tmp_path / "copy", copy_of(parts=(*PIOTRS, PIOTRS[-1])))


def test_the_verifiers_command_takes_a_copy_and_says_what_it_shows(
    talk: Talk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(talk, tmp_path / "copy.zip")
    policy = tmp_path / "policy"
    policy.write_text(talk.log.policy.encode())
    assert main([str(path), "--policy", str(policy), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["result"], told["records"], told["withheld"]) == ("verified", 19, 4)
    of_an_archive = ("--checkpoint", str(policy)), ("--replica",), ("--lost-below", "3")
    for more in of_an_archive:
        assert main([str(path), "--policy", str(policy), *more]) == 2
    path.write_bytes(path.read_bytes()[:-1])
    assert main([str(path), "--policy", str(policy)]) == 1
    assert "code: form" in capsys.readouterr().out


class Short(CopyWriter):
    """Is not given the last record."""

    def _seen(self, records: Iterator[BundleRecord]) -> Iterator[CopyRecord]:
        return super()._seen(iter(list(records)[:-1]))


def test_nothing_is_left_where_writing_fails(talk: Talk, tmp_path: Path) -> None:
    with pytest.raises(BadFormat, match="missing"):
        write(talk, tmp_path / "copy.zip", writer=Short)
    assert list(tmp_path.iterdir()) == []
    shutil.rmtree(tmp_path)


DEFECTS: dict[str, tuple[str, object]] = {
    "a quote tells of what they do not see": ("sees", lambda check, said: True),
    "what is of another client is shown": ("hides", lambda check, leaf: False),
    "who wrote what was sent on is told": ("present", True),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_control_a_writer_that_tells_more_is_found(talk: Talk, tmp_path: Path, defect: str) -> None:
    name, wrong = DEFECTS[defect]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StreamCheck, name, wrong)
        folder = write(talk, tmp_path / "copy")
    assert code_of(folder, talk) == "extent"
