"""A bank in which everybody is called as their role, and somebody of each at both listeners."""

import asyncio
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
from PIL import Image

from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.ids import new_id
from onrecord.core.roles.permission import HOLDERS, Holder, Place
from onrecord.core.roles.table import may_sign_in
from onrecord.features.sign_in.values import Audience
from onrecord.http.cookies import NAMES
from onrecord_archive.format.record import format_time
from tests.rig.client import client, tls
from tests.rig.files import sharer
from tests.rig.installation import (
    PASSWORD,
    Installation,
    install,
    populate_conversations,
)
from tests.rig.patience import SECONDS as PATIENCE

OTHERS = ["nina", "omar", "ola@compliance"]
"""Nina and Ola have what nobody of HOLDERS is part of; Omar sits at each table and watches."""
ELSEWHERE = "Elsewhere"
SECRET = "zugzwang"


def user_name(role: Holder) -> str:
    """What somebody of a role signs in as."""
    return role if role == "employee" else f"{role}@{role}"


@dataclass
class Bank:
    """The installation, and what belongs to others in it."""

    made: Installation
    foreign: dict[str, str] = field(default_factory=dict)
    """Ids by what they are: message, file, device, case; numbers of its searches and so on."""

    @property
    def elsewhere(self) -> str:
        """A group of Nina and Omar alone."""
        return self.made.groups[ELSEWHERE]

    def table(self, role: Holder) -> str:
        """A group of Omar and somebody of a role."""
        return self.made.groups[role]


def make_bank(folder: Path, toml: str = "") -> Bank:
    """Install it, with more settings in *toml*. Blocks."""
    made = install(folder, [*map(user_name, HOLDERS), *OTHERS], toml=toml)
    tables: dict[str, list[str]] = {role: ["omar", user_name(role)] for role in HOLDERS}
    populate_conversations(made, {ELSEWHERE: ["nina", "omar"], **tables})
    return Bank(made)


class Visitor:
    """A browser of one person. `ask` sends a request to a listener; cookies are theirs there."""

    def __init__(self, bank: Bank, browser: httpx2.Client, name: str) -> None:
        self._bank, self._browser, self._name = bank, browser, name
        self.cookies: dict[Audience, str] = {}

    def sign_in(self, place: Place) -> httpx2.Response:
        """Try to sign in at a listener, and keep the cookie."""
        body = {"username": self._name, "password": PASSWORD, "device": self._name}
        answer = self._send(place, "POST", "/api/v1/sign-in", body, cookie=None)
        assert answer.is_success or answer.status_code == 403, answer.text
        if answer.is_success:
            secret = answer.headers["set-cookie"].partition(";")[0].partition("=")[2]
            self.cookies[place] = secret
        return answer

    def come_by(self, url: str, device: str) -> None:
        """Sign in at the chat with a one-time link, and keep the cookie."""
        body = {"link": url.partition("#link=")[2], "device": device}
        answer = self._send("chat", "POST", "/api/v1/sign-in", body, cookie=None)
        assert answer.is_success, answer.text
        self.cookies["chat"] = answer.headers["set-cookie"].partition(";")[0].partition("=")[2]

    def ask(
        self, place: Place, method: str, path: str, body: Any = None, **headers: str
    ) -> httpx2.Response:
        """Send a request. Who cannot sign in at a listener shows the other one's cookie there."""
        secret = self.cookies.get(place) or self.cookies["chat"]
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._send(place, method, path, body, cookie=f"{NAMES[place]}={secret}", more=more)

    def upload(self, place: Place, path: str, data: bytes, method: str = "PUT") -> httpx2.Response:
        """Send bytes as they are."""
        secret = self.cookies.get(place) or self.cookies["chat"]
        return self._send(place, method, path, data, cookie=f"{NAMES[place]}={secret}")

    def _send(
        self,
        place: Place,
        method: str,
        path: str,
        body: Any,
        *,
        cookie: str | None,
        more: Mapping[str, str] | None = None,
    ) -> httpx2.Response:
        settings = self._bank.made.settings
        listener = settings.chat if place == "chat" else settings.console
        headers = {
            "host": listener.origin.removeprefix("https://"),
            "origin": listener.origin,
            "sec-fetch-site": "same-origin",
            **(more or {}),
        }
        if cookie is not None:
            headers["cookie"] = cookie
        return self._browser.request(
            method,
            f"https://127.0.0.1:{listener.port}{path}",
            content=body if isinstance(body, bytes) else None,
            json=None if isinstance(body, bytes) else body,
            headers=headers,
            extensions={"sni_hostname": listener.host},
        )


@contextmanager
def visitor(bank: Bank, name: str) -> Iterator[Visitor]:
    """Somebody who has signed in wherever they may."""
    with httpx2.Client(verify=tls(bank.made), trust_env=False, timeout=PATIENCE) as browser:
        one = Visitor(bank, browser, name)
        one.sign_in("chat")
        if name.partition("@")[2] in may_sign_in("console"):
            one.sign_in("console")
        yield one


@contextmanager
def stranger(bank: Bank) -> Iterator[Visitor]:
    """A browser in which nobody is signed in."""
    with httpx2.Client(verify=tls(bank.made), trust_env=False, timeout=PATIENCE) as browser:
        yield Visitor(bank, browser, "")


def comes_by_link(bank: Bank, url: str, device: str) -> None:
    """Have whoever has a one-time link sign in with it, at the chat."""
    with httpx2.Client(verify=tls(bank.made), trust_env=False, timeout=PATIENCE) as browser:
        Visitor(bank, browser, "").come_by(url, device)


def a_picture(colour: str, kind: str = "PNG") -> bytes:
    """A picture file of one colour."""
    out = io.BytesIO()
    Image.new("RGB", (300, 200), colour).save(out, kind)
    return out.getvalue()


def furnish(bank: Bank) -> None:
    """Let Nina and Ola make what is nobody else's business."""
    with sharer(bank.made, "nina") as own:
        bank.foreign["file"] = own.stored(bank.elsewhere, "n.txt", SECRET.encode())["id"]
    bank.foreign["message"] = asyncio.run(_say_elsewhere(bank))
    with visitor(bank, "nina") as nina, visitor(bank, "ola@compliance") as ola:
        invite = {"name": "N", "address": "n@x.example", "locale": "en", "way": "screen"}
        bank.foreign["invite"] = nina.ask("chat", "POST", "/api/v1/invites", invite).json()["id"]
        bank.foreign["device"] = nina.ask("chat", "GET", "/api/v1/me").json()["device"]
        bank.foreign["token"] = nina.ask("chat", "GET", "/api/v1/tokens").json()["tokens"][0]["id"]
        upload = {"id": new_id(SystemClock()), "conv": bank.elsewhere, "name": "n.txt", "size": 5}
        assert nina.ask("chat", "POST", "/api/v1/uploads", upload).status_code == 201
        bank.foreign["upload"] = str(upload["id"])
        at = format_time(SystemClock().now() + timedelta(days=1))
        later = {"id": new_id(SystemClock()), "conv": bank.elsewhere, "text": "Later", "at": at}
        assert nina.ask("chat", "POST", "/api/v1/scheduled", later).status_code == 201
        bank.foreign["scheduled"] = later["id"]
        picture = nina.upload("chat", "/api/v1/me/picture", a_picture("teal"))
        bank.foreign["picture"] = picture.json()["picture"]
        case = {"id": "FOREIGN", "reason": "A client complained."}
        assert ola.ask("console", "POST", "/api/v1/cases", case).is_success
        bank.foreign["case"] = "FOREIGN"
        looks = {
            "searches": {"words": SECRET},
            "ranges": {"conversation": bank.elsewhere},
            "exports": {"span": {"conversation": bank.elsewhere}},
        }
        for look, body in looks.items():
            answer = ola.ask("console", "POST", f"/api/v1/cases/FOREIGN/{look}", body)
            assert answer.is_success, answer.text
            bank.foreign[look] = str(answer.json()["number"])


async def _say_elsewhere(bank: Bank) -> str:
    async with client(bank.made, "nina") as nina:
        files = [bank.foreign["file"]]
        event: str = (await nina.sent(bank.elsewhere, SECRET, files=files))["event_id"]
    return event
