"""Anna's phone is told while OnRecord is closed there, by a push service that learns nothing."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.ids import new_id
from onrecord.demo.certificates import DemoTls
from tests.acceptance.crossed import SNI, signed_in
from tests.integration.notifications.conftest import service, tls
from tests.integration.notifications.push_service import Browser, PushService, base64url
from tests.rig.client import client
from tests.rig.described import Described
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import ServerProcess

__all__ = ["service", "tls"]
CONTACT = "mailto:it@rig.example"


@pytest.fixture
def made(tmp_path: Path, tls: DemoTls, service: PushService) -> Iterator[Installation]:
    """A bank whose devices may be pushed to by the one service."""
    toml = f'[push]\ncontact = "{CONTACT}"\ncontent = "name"\n'
    toml += f'hosts = ["{service.host}"]\nca_file = "{tls.ca}"\n'
    made = install(tmp_path, ["anna", "piotr"], toml=toml)
    both = ["anna", "piotr"]
    populate_conversations(made, {"Desk": both, "Loans": both, "Bonds": ["piotr"]})
    server = ServerProcess(made)
    yield made
    assert server.stop() == 0


def wish(service: PushService, browser: Browser, **changes: Any) -> dict[str, Any]:
    return {
        "endpoint": f"{service.origin}/push/anna",
        "p256dh": base64url(browser.point),
        "auth": base64url(browser.auth),
        "locale": "pl",
        **changes,
    }


@contextmanager
def described(made: Installation, name: str) -> Iterator[httpx2.Client]:
    """A browser in which somebody has signed in, whose answers are held to the document."""
    with signed_in(made, name) as page:
        page.event_hooks["response"].append(Described("chat").check)
        yield page


def put(page: httpx2.Client, body: dict[str, Any]) -> tuple[int, str]:
    answer = page.put("/api/v1/push", json=body, extensions=SNI)
    return answer.status_code, "" if answer.is_success else answer.json()["code"]


def say(made: Installation, text: str, to: str = "Desk") -> None:
    async def said() -> None:
        async with client(made, "piotr") as piotr:
            await piotr.sent(made.groups[to], text)

    asyncio.run(said())


def until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_device_that_is_not_connected_is_told_and_only_it_reads_it(
    made: Installation, service: PushService
) -> None:
    browser = Browser()
    with described(made, "anna") as page:
        offer = page.get("/api/v1/push", extensions=SNI).json()
        assert put(page, wish(service, browser)) == (204, "")
        say(made, "a secret of the desk")
        until(lambda: len(service.posts) == 1)
        [posted] = service.posts
        said = browser.reads(posted.body)
        assert said == {"conv": made.groups["Desk"], "text": "Nowa wiadomość"}
        sender, claims = posted.sender(service.origin)
        assert (sender, claims["sub"], offer["names"]) == (offer["key"], CONTACT, True)
        seen = repr((posted.path, posted.headers)).lower()
        for word in (made.groups["Desk"], made.people["anna"].id, "piotr", "rig bank"):
            assert word not in seen
        assert put(page, wish(service, browser, named=True, locale="en")) == (204, "")
        page.delete("/api/v1/push", extensions=SNI).raise_for_status()
        say(made, "elsewhere", to="Loans")  # of the same conversation nothing would be due yet
        time.sleep(5.0)
        assert len(service.posts) == 1


def test_whoever_is_brought_into_a_conversation_is_told(
    made: Installation, service: PushService
) -> None:
    async def bring_in() -> None:
        who = {"conv": made.groups["Bonds"], "person": made.people["anna"].id}
        async with client(made, "piotr") as piotr:
            frame = {"t": "members", "id": new_id(SystemClock()), "op": "add", **who}
            await piotr.say(frame)
            assert (await piotr.answer(frame["id"]))["t"] == "ack"

    browser = Browser()
    with described(made, "anna") as page:
        assert put(page, wish(service, browser)) == (204, "")
        asyncio.run(bring_in())
        until(lambda: len(service.posts) == 1)
    said = browser.reads(service.posts[0].body)
    assert said == {"conv": made.groups["Bonds"], "text": "Nowa rozmowa"}


def test_who_wrote_is_named_where_firm_and_person_wish_it(
    made: Installation, service: PushService
) -> None:
    browser = Browser()
    with described(made, "anna") as page:
        assert put(page, wish(service, browser, named=True, locale="en")) == (204, "")
        say(made, "a secret of the desk")
        until(lambda: len(service.posts) == 1)
    name = made.people["piotr"].name
    said = browser.reads(service.posts[0].body)
    assert said == {"conv": made.groups["Desk"], "text": f"New message from {name}", "named": True}


def test_a_device_is_told_nothing_once_it_is_signed_out_or_the_service_says_gone(
    made: Installation, service: PushService
) -> None:
    with described(made, "anna") as page:
        assert put(page, wish(service, Browser())) == (204, "")
        page.post("/api/v1/sign-out", extensions=SNI).raise_for_status()
    with described(made, "anna") as page:
        gone = f"{service.origin}/push/gone"
        service.answers.append((410, {}))
        assert put(page, wish(service, Browser(), endpoint=gone)) == (204, "")
        say(made, "one")
        until(lambda: len(service.posts) == 1)
        say(made, "two", to="Loans")
        time.sleep(5.0)
    assert [posted.path for posted in service.posts] == ["/push/gone"]


def test_a_browsers_word_leads_nowhere_else(made: Installation, service: PushService) -> None:
    browser = Browser()
    with described(made, "anna") as page:
        for address in (
            "https://127.0.0.1/push",
            f"https://127.0.0.1:{made.settings.console.port}/push",
            "https://169.254.169.254/latest",
            f"http://{service.host}/push",
            f"https://anna@{service.host}/push",
        ):
            body = wish(service, browser, endpoint=address)
            assert put(page, body) == (400, "bad_push_address")
        bad = wish(service, browser, p256dh=base64url(b"\x04" * 65))
        assert put(page, bad) == (400, "bad_push_key")
        for short in ("a", "AAAA"):
            assert put(page, wish(service, browser, auth=short)) == (400, "bad_push_key")


def test_a_slow_service_is_in_nobodys_way(made: Installation, service: PushService) -> None:
    service.goes_on.clear()
    with described(made, "anna") as page:
        assert put(page, wish(service, Browser())) == (204, "")
        say(made, "one")
        until(lambda: len(service.posts) == 1)
        say(made, "two")
        assert service.waited_for == 1, "the first is still under way"
        service.goes_on.set()


def test_without_a_contact_there_are_none(tmp_path: Path, service: PushService) -> None:
    made = install(tmp_path, ["anna", "piotr"])
    populate_conversations(made, {"Desk": ["anna", "piotr"]})
    server = ServerProcess(made)
    with described(made, "anna") as page:
        assert page.get("/api/v1/push", extensions=SNI).json() == {}
        assert put(page, wish(service, Browser())) == (404, "no_push")
        assert page.delete("/api/v1/push", extensions=SNI).status_code == 204
    assert server.stop() == 0
