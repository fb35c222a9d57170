"""Compliance sees which files there are, opens them on the record, and takes them along."""

import asyncio
import json
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from onrecord_archive.format.checkpoint import Policy, parse_policy
from onrecord_archive.format.errors import NotVerified
from onrecord_archive.proof_package.bundle import FILES
from onrecord_archive.proof_package.bundle_verifier import verify_bundle
from onrecord_archive.proof_package.reading import read_files
from tests.integration.compliance.office import WHY, Desk, at_console
from tests.integration.uploads.test_sending import picture
from tests.rig.client import client
from tests.rig.files import Sharer, fetch, problem
from tests.rig.installation import Installation
from tests.rig.patience import SECONDS as PATIENCE

CASE = "F-1"


@pytest.fixture(scope="module")
def officer(bank: Installation) -> Iterator[Desk]:
    with at_console(bank, "olga@compliance") as desk:
        desk.open_case(CASE)
        yield desk


@pytest.fixture
def talk(bank: Installation, anna: Sharer) -> dict[str, Any]:
    """A picture, a text that is removed again, and a file that is never sent."""
    conv = str(bank.direct("anna", "tom@client"))
    shown = anna.stored(conv, "photo.png", picture())
    removed = anna.stored(conv, "secret plan.txt", b"the plan")
    unsent = anna.stored(conv, "draft.txt", b"a draft")
    first = anna.send(conv, [shown["id"]], "look")
    second = anna.send(conv, [removed["id"]])

    async def remove() -> None:
        async with client(bank, "anna") as socket:
            await socket.command(t="remove", conv=conv, target=second["event_id"])

    asyncio.run(remove())
    found = {"shown": (first, shown), "removed": (second, removed), "unsent": (None, unsent)}
    return {"conv": conv, **found}


def opened(officer: Desk, conv: str) -> tuple[int, list[dict[str, Any]]]:
    number = officer.post(f"cases/{CASE}/ranges", reason=WHY, conversation=conv)["number"]
    rows = officer.get(f"cases/{CASE}/ranges/{number}/rows?limit=500")["rows"]
    return number, rows


def test_a_transcript_lists_every_file_and_no_key(
    bank: Installation, officer: Desk, talk: dict[str, Any]
) -> None:
    number, rows = opened(officer, talk["conv"])
    listed = {file["blob_id"]: row for row in rows for file in row.get("files", ())}
    for name in ("shown", "removed", "unsent"):
        file = talk[name][1]
        (found,) = [one for one in listed[file["id"]]["files"] if one["blob_id"] == file["id"]]
        assert (found["name"], found["size"], found["type"]) == (
            file["name"], file["size"], file["type"],
        )  # fmt: skip
    assert listed[talk["unsent"][1]["id"]]["type"] == "file.stored"
    assert "blob_keys" not in json.dumps(rows)
    for language in ("en", "pl"):
        path = f"cases/{CASE}/ranges/{number}/transcript?language={language}"
        page = officer.ask("GET", path).text
        for name in ("photo.png", "secret plan.txt", "draft.txt"):
            assert name in page
        assert sha256(b"the plan").hexdigest() in page
        assert "blob_keys" not in page
        assert bank.people["anna"].name in page


def test_each_opening_is_on_the_record_before_it_shows(
    bank: Installation, officer: Desk, talk: dict[str, Any]
) -> None:
    number, rows = opened(officer, talk["conv"])
    path = f"cases/{CASE}/ranges/{number}/files"
    for name, content in (("removed", b"the plan"), ("unsent", b"a draft")):
        file = talk[name][1]["id"]
        row = [each for each in rows if file in json.dumps(each.get("files", ()))][-1]
        before = len(officer.looks(f"cases/{CASE}"))
        link = officer.post(path, conv_seq=row["conv_seq"], file=file)
        look = officer.looks(f"cases/{CASE}")[-1]
        assert len(officer.looks(f"cases/{CASE}")) == before + 1
        assert look["type"] == "file.opened"
        assert look["facts"]["sha256"] == sha256(content).hexdigest()
        assert fetch(bank, link["url"]).content == content
    photo = talk["shown"][1]["id"]
    row = [each for each in rows if photo in json.dumps(each.get("files", ()))][-1]
    link = officer.post(path, conv_seq=row["conv_seq"], file=photo, variant="thumb")
    assert fetch(bank, link["url"]).headers["content-type"] == "image/webp"
    before = len(officer.looks(f"cases/{CASE}"))
    for seq, file in ((row["conv_seq"], "0" * 32), (1, photo), (10_000, photo)):
        refused = officer.refusal("POST", path, conv_seq=seq, file=file)
        assert refused == (404, "no_such_file")
    assert officer.refusal("POST", f"cases/{CASE}/ranges/9999/files", conv_seq=1, file=photo) == (
        404,
        "look_over",
    )
    assert len(officer.looks(f"cases/{CASE}")) == before, "what shows nothing is no look"


def test_a_search_finds_files_by_their_names(officer: Desk, talk: dict[str, Any]) -> None:
    def found(words: str) -> list[tuple[str, str]]:
        query = {"words": words, "conversation": talk["conv"], "reason": WHY}
        hits = officer.post(f"cases/{CASE}/searches", **query)["hits"]
        return [(hit["type"], hit["versions"][0]["text"]) for hit in hits]

    assert ("message.sent", "look\nphoto.png") in found("photo")
    assert ("message.sent", "look\nphoto.png") in found("look photo"), "with its message's words"
    assert ("file.stored", "secret plan.txt") in found("secret plan"), "removed from view"
    assert ("file.stored", "draft.txt") in found("draft"), "never sent"
    assert found("nowhere") == []


def test_a_link_of_compliance_ends_with_its_session(
    bank: Installation, talk: dict[str, Any]
) -> None:
    with at_console(bank, "olga@compliance") as desk:
        number, rows = opened(desk, talk["conv"])
        file = talk["shown"][1]["id"]
        row = [each for each in rows if file in json.dumps(each.get("files", ()))][-1]
        path = f"cases/{CASE}/ranges/{number}/files"
        url = desk.post(path, conv_seq=row["conv_seq"], file=file)["url"]
        assert fetch(bank, url).status_code == 200
        assert desk.ask("POST", "sign-out").is_success
    assert problem(fetch(bank, url)) == "session_ended"


@pytest.fixture
def bundle(officer: Desk, talk: dict[str, Any], tmp_path: Path) -> Path:
    """An export of the conversation."""
    span = {"conversation": talk["conv"]}
    made = officer.post(f"cases/{CASE}/exports", reason=WHY, span=span)
    path = f"cases/{CASE}/exports/{made['number']}"
    deadline = time.monotonic() + PATIENCE
    while officer.get(path)["state"] != "ready":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    target = tmp_path / "bundle.zip"
    target.write_bytes(officer.ask("GET", f"{path}/bundle.zip").content)
    officer.ask("DELETE", path)
    return target


def test_a_bundle_carries_the_files_and_verifies(
    bank: Installation, bundle: Path, tmp_path: Path
) -> None:
    policy = parse_policy(bank.settings.paths.policy.read_text(encoding="utf-8"))
    assert verify_bundle(bundle, policy).records > 5
    files = read_files(bundle, FILES)
    manifest = json.loads(bytes(files["manifest.json"]))
    listed = manifest["records"]["files"]
    assert manifest["records"]["files_not_contained"] == []
    assert {each["name"] for each in listed} >= {"photo.png", "secret plan.txt", "draft.txt"}
    for each in listed:
        assert sha256(files[each["file"]]).hexdigest() == each["sha256"]
    assert b"the plan" in {bytes(data) for data in files.values()}
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    verify_bundle(folder, policy)
    extra = sorted(set(files) - set(FILES))
    one, other = folder / extra[0], folder / ("file-" + "0" * 64)
    whole = one.read_bytes()
    one.write_bytes(b"another")
    not_verified(folder, policy)
    one.unlink()
    not_verified(folder, policy)
    one.write_bytes(whole)
    other.write_bytes(b"")
    not_verified(folder, policy)
    other.unlink()
    verify_bundle(folder, policy)


def not_verified(folder: Path, policy: Policy) -> None:
    with pytest.raises(NotVerified):
        verify_bundle(folder, policy)
