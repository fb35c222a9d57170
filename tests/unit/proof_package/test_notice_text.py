"""The recording notice that a client accepted is readable in what is given out, and is that one."""

from pathlib import Path
from typing import Any

import pytest

from onrecord_archive.format.errors import NotVerified
from onrecord_archive.format.notice_text import notice_sha256
from onrecord_archive.proof_package.bundle_verifier import verify_bundle
from onrecord_archive.proof_package.copy_verifier import verify_copy
from onrecord_archive.proof_package.package import TRANSCRIPT
from onrecord_archive.testing.log import ACTOR, SampleLog
from tests.unit.proof_package.exports import Export, range_of
from tests.unit.proof_package.own_copies import DIRECT, PIOTR, Talk, copy_of, extents, write

TITLE, TEXT = "Zapis rozmów", "Zapisujemy <wszystko>.\n\nTakże zdjęcia."
SHA256 = notice_sha256(TITLE, TEXT).hex()
SHOWN = "Zapisujemy &lt;wszystko&gt;.\n\nTakże zdjęcia."
ACCEPTED = {"notice": SHA256, "locale": "pl", "title": TITLE, "text": TEXT}
EARLIER = {"person": PIOTR["id"], "accepted_at": "2026-11-20T10:00:00.000000Z"}
KINDS: tuple[dict[str, Any], ...] = (ACCEPTED, {**ACCEPTED, **EARLIER})


class Accepting(Talk):
    """Piotr accepted the notice, and nothing else was said."""

    def __init__(self, payload: dict[str, Any]) -> None:
        self.log, self.gone, self.copies = SampleLog(), set(), {}
        members = {"members": [ACTOR["id"], PIOTR["id"]]}
        self.add(DIRECT, "conversation.created", members, participants=[ACTOR, PIOTR])
        self.add(DIRECT, "notice.accepted", payload, actor=PIOTR)

    def copy(self, target: Path) -> Path:
        return write(self, target, copy_of(parts=extents((DIRECT, 1, 2))))

    def bundle(self, target: Path) -> Path:
        return Export(self.log, range_of(DIRECT["id"], 1, 2)).write(target)


def test_a_notice_is_known_by_title_line_feed_and_text() -> None:
    assert SHA256 == "b6f255092f2640382e271beca9e74325e7f636c1d28039f6a98c450b79879a6b"


@pytest.mark.parametrize("payload", KINDS)
def test_copy_and_bundle_have_the_text_that_was_accepted(
    payload: dict[str, Any], tmp_path: Path
) -> None:
    talk = Accepting(payload)
    for folder in (talk.copy(tmp_path / "copy"), talk.bundle(tmp_path / "bundle")):
        page = (folder / TRANSCRIPT).read_text(encoding="utf-8")
        assert f'<div dir="auto" class="text" lang="pl">{SHOWN}</div>' in page
        assert SHA256 in page
    verify_copy(tmp_path / "copy", talk.log.policy)
    verify_bundle(tmp_path / "bundle", talk.log.policy)


def test_control_a_record_from_before_the_text_stood_there_is_verified(tmp_path: Path) -> None:
    talk = Accepting({"notice": "ab" * 32, "locale": "pl", "title": TITLE})
    verify_copy(talk.copy(tmp_path / "copy"), talk.log.policy)
    verify_bundle(talk.bundle(tmp_path / "bundle"), talk.log.policy)


@pytest.mark.parametrize(
    "other", [{"text": TEXT + "!"}, {"title": "Zapis"}, {"notice": "ab" * 32}, {"text": ""}]
)
def test_another_text_than_was_accepted_is_found(other: dict[str, str], tmp_path: Path) -> None:
    talk = Accepting({**ACCEPTED, **other})
    copy, bundle = talk.copy(tmp_path / "copy"), tmp_path / "bundle"
    with pytest.raises(NotVerified) as found:
        verify_copy(copy, talk.log.policy)
    assert found.value.code == "notice"
    with pytest.raises(NotVerified) as found:
        verify_bundle(talk.bundle(bundle), talk.log.policy)
    assert found.value.code == "notice"
