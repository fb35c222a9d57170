"""Files of a marked kind: a client proves themself anew before they send or open one."""

import pytest

from tests.integration.uploads.conftest import EWA
from tests.rig.files import Sharer, browsing, problem
from tests.rig.installation import Installation

PDF = b"%PDF-1.7\n1 0 obj"


@pytest.fixture
def talk(bank: Installation) -> str:
    return str(bank.direct("anna", EWA))


def test_who_signed_in_a_moment_ago_sends_and_opens(
    bank: Installation, anna: Sharer, talk: str
) -> None:
    with browsing(bank, EWA) as ewa:
        assert ewa.brought(talk, "own.pdf", PDF).status_code == 200
        file = anna.stored(talk, "offer.pdf", PDF)
        event = anna.send(talk, [file["id"]])["event_id"]
        assert ewa.read(event, file["id"]).content == PDF


def test_who_did_not_is_asked_and_only_for_marked_files(
    anna: Sharer, ewa: Sharer, talk: str
) -> None:
    """A session is no proof of a moment ago."""
    assert problem(ewa.brought(talk, "own.pdf", PDF)) == "step_up_required"
    assert problem(ewa.brought(talk, "OWN.PDF", b"named so")) == "step_up_required"
    marked = [anna.stored(talk, name, PDF)["id"] for name in ("offer.pdf", "offer.bin")]
    plain = anna.stored(talk, "notes.txt", b"notes")["id"]
    event = anna.send(talk, [*marked, plain])["event_id"]
    for id in marked:
        assert ewa.link(event, id) == {"code": "step_up_required"}
        assert ewa.send(talk, [id])["code"] == "step_up_required"
    assert ewa.read(event, plain).content == b"notes"
    assert ewa.send(talk, [plain])["t"] == "ack"
    own = ewa.stored(talk, "own.bin", PDF)["id"]
    assert ewa.send(talk, [own])["code"] == "step_up_required", "by what it is, not its name"


def test_employees_are_not_asked(anna: Sharer, desk: str) -> None:
    file = anna.stored(desk, "offer.pdf", PDF)
    event = anna.send(desk, [file["id"]])["event_id"]
    assert anna.read(event, file["id"]).content == PDF
