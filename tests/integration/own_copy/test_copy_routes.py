"""Clients ask a running bank for their own copy, check it without the server, and leave."""

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from onrecord_archive.format.checkpoint import parse_policy
from onrecord_archive.proof_package.copy_verifier import verify_copy
from onrecord_archive.proof_package.own_copy import FILES, MADE
from onrecord_archive.proof_package.package import RECORDS
from onrecord_archive.proof_package.reading import read_files
from tests.integration.compliance.office import at_console
from tests.rig.client import client, tls
from tests.rig.described import Described
from tests.rig.installation import PASSWORD, Installation, install, populate_conversations
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import running

TOM, EWA = "tom@client", "ewa@client"
SNI = {"sni_hostname": "chat.localhost"}


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    people = ["anna", "marek", TOM, EWA, "ada@auditor", "olga@compliance"]
    made = install(tmp_path_factory.mktemp("bank"), people)
    populate_conversations(
        made, {"Loan": ["anna", "marek", EWA]}, [("anna", TOM), ("anna", EWA), ("anna", "marek")]
    )
    with running(made):
        asyncio.run(_talk(made))
        yield made


async def _talk(made: Installation) -> None:
    loan = made.groups["Loan"]
    async with client(made, "anna") as anna, client(made, TOM) as tom:
        await anna.sent(made.direct("anna", TOM), "Your rate is 4.2 %, Tom.")
        typo = await tom.sent(made.direct("anna", TOM), "Never mind this one.")
        remove = {"t": "remove", "conv": typo["conv"], "target": typo["event_id"]}
        await tom.command(**remove)
        await anna.sent(made.direct("anna", EWA), "For Ewa alone.")
        await anna.sent(made.direct("anna", "marek"), "Internal: the risk desk says no.")
        early = await anna.sent(loan, "Before Tom joined.")
        member = {"t": "members", "conv": loan, "person": made.people[TOM].id}
        await anna.command(op="add", **member)
        await anna.sent(loan, "Tom is with us.", reply_to=early["event_id"])
        await anna.command(op="remove", **member)
        await anna.sent(loan, "After Tom was removed.")


@contextmanager
def signed_in(made: Installation, name: str) -> Iterator[httpx2.Client]:
    origin = made.settings.chat.origin
    headers = {"host": origin.removeprefix("https://"), "origin": origin}
    with httpx2.Client(
        timeout=PATIENCE,
        base_url=f"https://127.0.0.1:{made.settings.chat.port}",
        verify=tls(made),
        headers={**headers, "sec-fetch-site": "same-origin"},
        event_hooks={"response": [Described("chat").check]},
        trust_env=False,
    ) as browser:
        body = {"username": name, "password": PASSWORD}
        answer = browser.post("/api/v1/sign-in", json=body, extensions=SNI)
        assert answer.status_code == 200, answer.text
        browser.headers["cookie"] = answer.headers["set-cookie"].partition(";")[0]
        yield browser


def ask(browser: httpx2.Client, method: str, path: str, **body: Any) -> httpx2.Response:
    return browser.request(method, f"/api/v1/{path}", json=body or None, extensions=SNI)


def copied(made: Installation, name: str, folder: Path) -> tuple[Path, dict[str, Any]]:
    """Ask for somebody's copy, wait for it, and save it."""
    with signed_in(made, name) as browser:
        asked = ask(browser, "POST", "copy", language="pl")
        assert asked.status_code == 202, asked.text
        deadline = time.monotonic() + PATIENCE
        while (told := ask(browser, "GET", "copy").json())["state"] in ("waiting", "running"):
            assert time.monotonic() < deadline, told
            time.sleep(0.05)
        assert told["state"] == "ready", told
        answer = ask(browser, "GET", "copy.zip")
        assert answer.headers["content-disposition"] == 'attachment; filename="onrecord-copy.zip"'
        path = folder / f"{name}.zip"
        path.write_bytes(answer.content)
        assert len(answer.content) == told["size"]
        return path, told


def texts(path: Path) -> str:
    return "".join(bytes(data).decode() for data in read_files(path, FILES).values())


def identity(made: Installation) -> list[dict[str, Any]]:
    with at_console(made, "ada@auditor") as ada:
        records: list[dict[str, Any]] = ada.get("streams/identity/records?limit=200")["records"]
        return records


def test_each_clients_copy_is_theirs_alone_and_verifies_offline(
    bank: Installation, tmp_path: Path
) -> None:
    policy = parse_policy(bank.settings.paths.policy.read_text(encoding="utf-8"))
    path, told = copied(bank, TOM, tmp_path)
    report = verify_copy(path, policy)
    assert (report.person, report.conversations) == (bank.people[TOM].id, 2)
    assert (report.records, report.withheld) == (told["total"], 1)
    assert report.from_joining_to_leaving
    assert report.complete
    assert report.until is not None
    said = texts(path)
    for word in ("Your rate is 4.2 %, Tom.", "Never mind this one.", "Tom is with us."):
        assert word in said, word
    for word in ("For Ewa", "Internal", "Before Tom", "After Tom", '"kept"', "127.0.0.1"):
        assert word not in said, word
    other, _ = copied(bank, EWA, tmp_path)
    assert verify_copy(other, policy).records > 0
    assert "For Ewa alone." in texts(other)
    for word in ("Your rate", "Never mind", "Internal"):
        assert word not in texts(other), word


def test_a_copy_is_named_on_the_record_and_carries_that_record(
    bank: Installation, tmp_path: Path
) -> None:
    path, told = copied(bank, EWA, tmp_path)
    manifest = json.loads(bytes(read_files(path, FILES)["manifest.json"]))
    entry = next(each for each in identity(bank) if each["type"] == "copy.made")
    assert entry["actor"]["id"] == bank.people[EWA].id
    assert entry["facts"]["copy"] == manifest["copy_sha256"]
    assert entry["facts"]["records"] == told["total"]
    lines = bytes(read_files(path, FILES)[RECORDS]).splitlines()
    made = json.loads(bytes(read_files(path, FILES)[MADE]))
    assert made["shown"]["payload"]["copy"] == manifest["copy_sha256"]
    assert made["leaf"]["at"] == entry["at"]
    assert entry["at"] >= json.loads(lines[-1])["leaf"]["at"]


def test_employees_have_no_copy_and_cannot_leave(bank: Installation) -> None:
    with signed_in(bank, "anna") as anna:
        for method, path, body in (
            ("POST", "copy", {"language": "en"}),
            ("GET", "copy", {}),
            ("GET", "copy.zip", {}),
            ("POST", "leave", {"confirmed": True}),
        ):
            answer = ask(anna, method, path, **body)
            assert (answer.status_code, answer.json()["code"]) == (403, "wrong_role"), path


def test_a_client_who_leaves_is_out_at_once_and_the_record_stays(tmp_path: Path) -> None:
    made = install(tmp_path, ["anna", TOM, "ada@auditor"])
    populate_conversations(made, {}, [("anna", TOM)])
    conv = made.direct("anna", TOM)

    async def story(tom: httpx2.Client) -> list[dict[str, Any]]:
        async with client(made, "anna") as anna:
            await anna.sent(conv, "Goodbye, Tom.")
            refused = await asyncio.to_thread(ask, tom, "POST", "leave", confirmed=False)
            assert refused.json()["code"] == "bad_body"
            answer = await asyncio.to_thread(ask, tom, "POST", "leave", confirmed=True)
            assert answer.status_code == 204, answer.text
            await anna.until(lambda: any(e["type"] == "member.left" for e in anna.events))
            assert (await anna.sent(conv, "Hello?"))["code"] == "client_left"
            return anna.events

    with running(made):
        with signed_in(made, TOM) as tom:
            events = asyncio.run(story(tom))
            assert ask(tom, "GET", "me").status_code == 401
        left = next(event for event in events if event["type"] == "member.left")
        assert (left["ended"], left["actor"]) == (True, made.people[TOM].id)
        with signed_in(made, "anna") as anna:
            seen = ask(anna, "GET", f"conversations/{conv}").json()
            assert (seen["ended"], len(seen["members"])) == (True, 2)
        deadline = time.monotonic() + PATIENCE
        while "client.left" not in [each["type"] for each in identity(made)]:
            assert time.monotonic() < deadline
            time.sleep(0.1)
