"""Somebody who sends and opens files over HTTPS, by token or by a browser's session."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2

from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.ids import new_id
from tests.rig.client import client, tls
from tests.rig.described import Described
from tests.rig.installation import PASSWORD, Installation, credentials, run_apart
from tests.rig.patience import SECONDS as PATIENCE

Json = dict[str, Any]
BYTES = "application/octet-stream"
SOUND = b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm" + b"..A_OPUS" + bytes(2000)
VOICE = {"ms": 12_340, "wave": "0137af" * 10}
"""A voice note, as what it is known by."""


class Sharer:
    """One person at the chat and the files listener."""

    def __init__(self, made: Installation, name: str, chat: httpx2.Client) -> None:
        self.made, self.name, self.chat = made, name, chat
        self.described = Described("chat")
        chat.event_hooks = {"response": [self.described.check]}

    def ask(self, method: str, path: str, **more: Any) -> httpx2.Response:
        """Ask the chat listener."""
        return self.chat.request(
            method, f"/api/v1/{path}", extensions={"sni_hostname": "chat.localhost"}, **more
        )

    def begin(
        self, conv: str, name: str, size: int, id: str | None = None, **more: object
    ) -> httpx2.Response:
        """Begin an upload."""
        known = {"id": id or new_id(SystemClock()), "conv": conv, "name": name, "size": size}
        body = {**known, **more}
        return self.ask("POST", "uploads", json=body)

    def put(self, upload: str, offset: int, piece: bytes) -> httpx2.Response:
        """Send a piece."""
        headers = {"content-type": BYTES}
        path = f"uploads/{upload}/bytes?offset={offset}"
        return self.ask("PUT", path, content=piece, headers=headers)

    def finish(self, upload: str, **body: str) -> httpx2.Response:
        """Have it stored."""
        return self.ask("POST", f"uploads/{upload}/finish", json=body)

    def brought(self, conv: str, name: str, data: bytes, **more: object) -> httpx2.Response:
        """Bring a whole file to its finish; return the first refusal, or the last answer."""
        begun = self.begin(conv, name, len(data), None, **more)
        if not begun.is_success:
            return begun
        state = begun.json()
        step = state["piece_bytes"]
        for offset in range(0, len(data), step):
            answer = self.put(state["upload"], offset, data[offset : offset + step])
            if not answer.is_success:
                return answer
        return self.finish(state["upload"])

    def stored(self, conv: str, name: str, data: bytes, **more: object) -> Json:
        """Store a file; return what is said of it."""
        answer = self.brought(conv, name, data, **more)
        assert answer.status_code == 200, answer.text
        file: Json = answer.json()["file"]
        return file

    def spoken(self, conv: str) -> Json:
        """Send a voice note; return its answer."""
        sent = self.send(conv, [self.stored(conv, "voice.webm", SOUND, voice=VOICE)["id"]])
        assert sent["t"] == "ack", sent
        return sent

    def send(self, conv: str, files: list[str], text: str = "") -> Json:
        """Send a message with files, to all from outside who are shown; return its answer."""
        frame = {"conv": conv, "text": text, "files": files, "outside": self.outside(conv)}

        async def story() -> Json:
            async with client(self.made, self.name) as socket:
                return await socket.command(t="send", **frame)

        return run_apart(story())

    def outside(self, conv: str) -> list[str]:
        """Return who from outside the firm is in a conversation, as a fresh page shows it."""
        people = self.ask("GET", "people").json()
        outside = {one["id"] for one in people if one["outside"]}
        members = self.ask("GET", f"conversations/{conv}").json()["members"]
        return [one["person"] for one in members if one["person"] in outside]

    def remove(self, conv: str, event: str) -> None:
        """Remove a message from view."""

        async def story() -> Json:
            async with client(self.made, self.name) as socket:
                return await socket.command(t="remove", conv=conv, target=event)

        assert run_apart(story())["t"] == "ack"

    def link(self, event: str, file: str, variant: str = "original") -> Json:
        """Ask for one address."""
        asked = {"event": event, "file": file, "variant": variant}
        answer = self.ask("POST", "files/links", json={"links": [asked]})
        assert answer.status_code == 200, answer.text
        link: Json = answer.json()["links"][0]
        return link

    def fetch(self, url: str, **headers: str) -> httpx2.Response:
        """Fetch from the files listener, without a cookie."""
        return fetch(self.made, url, **headers)

    def read(self, event: str, file: str, variant: str = "original") -> httpx2.Response:
        """Fetch a file of a message."""
        return self.fetch(self.link(event, file, variant)["url"])


def fetch(made: Installation, url: str, **headers: str) -> httpx2.Response:
    """Fetch an address of the files listener, as somebody without anything else."""
    origin = made.settings.files.origin
    assert url.startswith(f"{origin}/"), url
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with httpx2.Client(verify=tls(made), trust_env=False, timeout=PATIENCE) as bare:
        return bare.get(
            f"https://127.0.0.1:{made.settings.files.port}{url.removeprefix(origin)}",
            headers={"host": origin.removeprefix("https://"), **named},
            extensions={"sni_hostname": "files.localhost"},
        )


@contextmanager
def sharer(made: Installation, name: str) -> Iterator[Sharer]:
    """Somebody with a script's token, or a client in their browser."""
    with _chat(made, credentials(made, name)) as chat:
        yield Sharer(made, name, chat)


@contextmanager
def browsing(made: Installation, name: str) -> Iterator[Sharer]:
    """Somebody who has signed in with a browser."""
    origin = made.settings.chat.origin
    with _chat(made, {"origin": origin, "sec-fetch-site": "same-origin"}) as chat:
        one = Sharer(made, name, chat)
        answer = one.ask("POST", "sign-in", json={"username": name, "password": PASSWORD})
        assert answer.is_success, answer.text
        chat.headers["cookie"] = answer.headers["set-cookie"].partition(";")[0]
        yield one


@contextmanager
def _chat(made: Installation, headers: dict[str, str]) -> Iterator[httpx2.Client]:
    listener = made.settings.chat
    with httpx2.Client(
        timeout=PATIENCE,
        base_url=f"https://127.0.0.1:{listener.port}",
        verify=tls(made),
        headers={"host": listener.origin.removeprefix("https://"), **headers},
        trust_env=False,
    ) as chat:
        yield chat


def problem(answer: httpx2.Response) -> str:
    """Return the code of a refusal."""
    code: str = json.loads(answer.text)["code"]
    return code
