"""`onrecord demo run`: a newcomer gets in, as anybody, at once."""

import json
import os
import resource
import signal
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Self

import httpx2
import pytest

from onrecord.demo.certificates import key_pin
from tests.acceptance.command import Demo, three_free_ports
from tests.faults.durable import SYNCS
from tests.faults.strace import injecting, open_files, threads_of
from tests.rig.command import onrecord, verified
from tests.rig.installation import CHEAP_BY_ENVIRON
from tests.rig.patience import SECONDS as PATIENCE

STARTED_SECONDS = 3.0
"""The promise for a start on what is there; asserted at three times its value."""
CAST = {
    "anna": "Anna Kowalska",
    "marek": "Marek Zieliński",
    "julia": "Julia Nowak",
    "tom": "Tom Berg",
    "ewa": "Ewa Lis",
}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "data"


@pytest.fixture(scope="module")
def demo(data: Path) -> Iterator[Demo]:
    demo = Demo(data, "--port", str(three_free_ports()))
    yield demo
    demo.close()


class Browser:
    """As much of a browser as signing in takes: one origin, its cookie."""

    def __init__(self, data: Path, origin: str) -> None:
        host = origin.removeprefix("https://")
        self._client = httpx2.Client(
            timeout=PATIENCE,
            base_url=f"https://127.0.0.1:{host.rpartition(':')[2]}",
            verify=ssl.create_default_context(cafile=data / "tls" / "ca.crt"),
            headers={"host": host, "origin": origin, "sec-fetch-site": "same-origin"},
            trust_env=False,
        )
        self._extensions = {"sni_hostname": host.partition(":")[0]}
        self.cookie = ""

    def sign_in(self, **body: str) -> httpx2.Response:
        return self.post("/api/v1/sign-in", **body)

    def post(self, path: str, **body: str) -> httpx2.Response:
        headers = {"cookie": self.cookie}
        answer = self._client.post(path, json=body, headers=headers, extensions=self._extensions)
        self.cookie = answer.headers.get("set-cookie", self.cookie).partition(";")[0]
        return answer

    def get(self, path: str) -> httpx2.Response:
        cookie = {"cookie": self.cookie}
        return self._client.get(path, headers=cookie, extensions=self._extensions)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()


def origin_of(demo: Demo) -> str:
    return demo.link("Anna Kowalska").partition("/#")[0]


def test_letters_of_the_talk_that_was_played_are_not_shown(demo: Demo) -> None:
    began = next(at for at, line in enumerate(demo.lines) if "This is a demo" in line)
    assert not any("Letter to" in line for line in demo.lines[:began])


@pytest.mark.parametrize("username", CAST)
def test_each_link_signs_its_person_in_once(demo: Demo, data: Path, username: str) -> None:
    origin, _, token = demo.link(CAST[username]).partition("/#link=")
    assert (username == "ewa") == origin.startswith("https://console.localhost:")
    with Browser(data, origin) as browser:
        assert browser.sign_in(link=token).json()["person"]["name"] == CAST[username]
        again = browser.sign_in(link=token)
        assert (again.status_code, again.json()["code"]) == (401, "link_used")


@pytest.mark.parametrize("username", [*CAST, "adam"])
def test_each_password_works_as_often_as_you_like(demo: Demo, data: Path, username: str) -> None:
    with Browser(data, origin_of(demo)) as browser:
        for _ in range(2):
            answer = browser.sign_in(username=username, password=demo.password(username))
            assert answer.status_code == 200


def test_there_are_conversations_with_an_edit_a_removal_and_ticks(demo: Demo, data: Path) -> None:
    with Browser(data, origin_of(demo)) as browser:
        browser.sign_in(username="anna", password=demo.password("anna"))
        found = {
            conversation.get("title"): conversation
            for conversation in browser.get("/api/v1/bootstrap").json()["conversations"]
        }
        assert set(found) == {None, "FX desk"}
        direct = found[None]
        rows = browser.get(f"/api/v1/conversations/{direct['id']}/timeline").json()["events"]
        members = {member["read"] for member in direct["members"]}
    messages = [row for row in rows if row["type"] == "message.sent"]
    assert any("edited_at" in row and "text" in row for row in messages)
    assert any("removed_at" in row and "text" not in row for row in messages)
    assert members == {messages[-1]["msg_no"]}


def test_the_client_sees_nothing_of_the_banks_own_talk(demo: Demo, data: Path) -> None:
    with Browser(data, origin_of(demo)) as browser:
        me = browser.sign_in(username="tom", password=demo.password("tom")).json()
        assert me["verification_due"], "a password is no code"
        assert browser.get("/api/v1/bootstrap").json()["code"] == "verification_due"
        browser.post("/api/v1/proof/code")
        demo.read_until("is your code for")
        code = demo.lines[-1].partition(": ")[2].split()[0]
        assert browser.post("/api/v1/proof", code=code).is_success
        conversations = browser.get("/api/v1/bootstrap").json()["conversations"]
        hits = browser.get("/api/v1/search?q=WhatsApp").json()["hits"]
    assert {each.get("title") for each in conversations} == {None, "Berg Maritime: new account"}
    assert [hit["text"] for hit in hits] == [
        "I'd rather have this on WhatsApp, I'm travelling all week."
    ]


def test_a_client_is_invited_and_gets_in_by_what_is_printed(demo: Demo, data: Path) -> None:
    address = {"name": "Clara Ito", "address": "clara@example.com", "locale": "en"}
    with Browser(data, origin_of(demo)) as julia, Browser(data, origin_of(demo)) as clara:
        julia.sign_in(username="julia", password=demo.password("julia"))
        assert julia.post("/api/v1/invites", **address, way="mail").json()["sent"]
        demo.read_until("Letter to clara@example.com")
        token = demo.lines[-1].rpartition("#invite=")[2]
        invitation = clara.post("/api/v1/invitation", invite=token).json()
        assert invitation["advisor"] == "Julia Nowak"
        assert "Clara" not in str(invitation), "who has the link alone is not told whose it is"
        assert clara.post("/api/v1/invitation/code", invite=token).json()["digits"] == 6
        demo.read_until("Letter to clara@example.com")
        code = demo.lines[-1].partition(": ")[2].split()[0]
        answer = clara.post(
            "/api/v1/invitation/accept",
            invite=token,
            code=code,
            notice=invitation["notice"]["sha256"],
        )
        assert answer.json()["person"]["name"] == "Clara Ito", answer.text
        lists = clara.get("/api/v1/bootstrap").json()
        assert {person["name"] for person in lists["people"]} == {"Clara Ito", "Julia Nowak"}
        assert [each["kind"] for each in lists["conversations"]] == ["direct"]


def test_open_starts_a_browser_with_a_fresh_link_and_one_key_trusted(
    demo: Demo, data: Path, tmp_path: Path
) -> None:
    """What stands in for the browser writes down what it was started with."""
    noted = tmp_path / "arguments"
    browser = tmp_path / "chromium"
    browser.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {noted}.part\nmv {noted}.part {noted}\n')
    browser.chmod(0o700)
    path = f"{tmp_path}:{os.environ['PATH']}"
    done = onrecord(data, "demo", "open", "tom", environ={"PATH": path})
    assert (done.returncode, done.stderr) == (0, "")
    deadline = time.monotonic() + PATIENCE
    while not noted.exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    arguments = noted.read_text().splitlines()
    assert f"--user-data-dir={data / 'browsers' / 'tom'}" in arguments
    pin = key_pin(data / "tls" / "server.crt")
    assert f"--ignore-certificate-errors-spki-list={pin}" in arguments
    token = arguments[-1].partition("#link=")[2]
    with Browser(data, origin_of(demo)) as tom:
        assert tom.sign_in(link=token).json()["person"]["name"] == "Tom Berg"


def test_the_list_has_the_same_passwords(demo: Demo, data: Path) -> None:
    listed = [
        json.loads(line) for line in onrecord(data, "demo", "list", "--json").stdout.splitlines()
    ]
    assert {row["username"]: row["password"] for row in listed} == {
        name: demo.password(name) for name in (*CAST, "adam")
    }


def test_a_killed_server_comes_back_with_everything(demo: Demo, data: Path) -> None:
    with Browser(data, origin_of(demo)) as browser:
        browser.sign_in(username="anna", password=demo.password("anna"))
        before = everything_shown(browser)
        os.kill(demo.server_pid(), signal.SIGKILL)
        demo.read_until("starts again")
        demo.read_until("Ctrl-C stops.")
        assert everything_shown(browser) == before
    assert [len(events) > 3 for events in before.values()] == [True, True]


def test_after_a_failed_fsync_the_server_ends_with_75_and_comes_back_with_everything(
    demo: Demo, data: Path, tmp_path: Path
) -> None:
    server = demo.server_pid()
    threads, tails = threads_of(server), open_files(server, data / "archive")
    assert tails
    with Browser(data, origin_of(demo)) as anna, Browser(data, origin_of(demo)) as marek:
        anna.sign_in(username="anna", password=demo.password("anna"))
        before = everything_shown(anna)
        trace, failing = tmp_path / "trace", "error=EIO:when=1+"
        with injecting(threads, ",".join(SYNCS), failing, trace, paths=tails):
            with suppress(httpx2.TransportError):  # a sign-in is a record
                marek.sign_in(username="marek", password=demo.password("marek"))
            demo.read_until("ended with 75 and starts again")
        demo.read_until("Ctrl-C stops.")
        assert everything_shown(anna) == before


def everything_shown(browser: Browser) -> dict[str, list[object]]:
    """Return each conversation's events, as its newest page shows them."""
    listed = browser.get("/api/v1/bootstrap").json()["conversations"]
    return {
        each["id"]: browser.get(f"/api/v1/conversations/{each['id']}/timeline").json()["events"]
        for each in listed
    }


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def ends(demo: Demo, data: Path, username: str) -> None:
    """End somebody's account, as the administrator."""
    with Browser(data, demo.link("Ewa Lis").partition("/#")[0]) as adam:
        adam.sign_in(username="adam", password=demo.password("adam"))
        people = adam.get("/api/v1/admin/people").json()["people"]
        id = next(one["id"] for one in people if one.get("username") == username)
        assert adam.post(f"/api/v1/admin/people/{id}/deactivate").is_success


def test_it_stops_cleanly_starts_again_and_verifies(demo: Demo, data: Path) -> None:
    """Also where somebody's account was ended meanwhile."""
    password = demo.password("anna")
    ends(demo, data, "tom")
    assert demo.stop() == 0
    again = Demo(data)
    try:
        assert again.password("anna") == password
        assert again.link("Anna Kowalska") not in demo.lines
        assert again.link("Tom Berg").startswith("The account was ended")
        assert again.stop() == 0
    finally:
        again.close()
    assert verified(data).split()[0] == "VERIFIED"


@pytest.mark.proofs("figure")
def test_it_starts_again_in_three_seconds(demo: Demo, data: Path) -> None:
    """By the clock until one can come in, and by the processor with the stop as well."""
    demo.close()
    before = cpu_seconds()
    again = Demo(data)
    try:
        assert again.stop() == 0
    finally:
        again.close()
    spent = cpu_seconds() - before
    print(
        f"started again in {again.seconds:.2f} s of {STARTED_SECONDS}; {spent:.2f} s of processor"
    )
    assert again.seconds < 3 * STARTED_SECONDS
    assert spent < 3 * STARTED_SECONDS


def test_a_taken_port_is_one_sentence_and_what_to_do(tmp_path: Path) -> None:
    port = three_free_ports()
    with socket.create_server(("127.0.0.1", port + 2)):
        done = onrecord(
            tmp_path / "data", "demo", "run", "--port", str(port), environ=CHEAP_BY_ENVIRON
        )
    assert done.returncode == 69
    assert f"127.0.0.1:{port + 2}" in done.stderr
    assert "--port" in done.stderr
