"""Everybody who could see what is not archived, looking everywhere, again and again.

The sender's other device and a recipient's page, resume, search and list; an officer looks at the
console; the command line lists. They keep all bytes that they are given.
"""

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import run
from typing import Any

import httpx2

from onrecord.cli.reach.logins import SavedLogin, save_login
from tests.rig.client import client, tls
from tests.rig.installation import PASSWORD, Installation
from tests.rig.patience import SECONDS as PATIENCE

WORD = "kwarantanna"
COMMANDS = (("conversations", "--json"), ("cases", "list", "--json"))
CASE = "gate"
DEVICES = ("anna", "piotr")
"""Whose devices look: hers who sends, and another's."""


@dataclass
class Door:
    """A browser at one of the listeners, signed in."""

    client: httpx2.Client
    host: str

    def text(self, method: str, path: str, body: Any = None) -> str:
        """Return what is answered, which must be good."""
        answer = self.client.request(
            method, f"/api/v1/{path}", json=body, extensions={"sni_hostname": self.host}
        )
        assert answer.is_success, answer.text
        return answer.text


@contextmanager
def door(made: Installation, listener: Any, name: str) -> Iterator[Door]:
    """Open a browser at a listener and sign in."""
    headers = {
        "host": listener.origin.removeprefix("https://"),
        "origin": listener.origin,
        "sec-fetch-site": "same-origin",
    }
    base = f"https://127.0.0.1:{listener.port}"
    with httpx2.Client(
        base_url=base,
        verify=tls(made),
        headers=headers,
        trust_env=False,
        timeout=PATIENCE,
    ) as browser:
        host = listener.origin.removeprefix("https://").partition(":")[0]
        one = Door(browser, host)
        answer = browser.request(
            "POST",
            "/api/v1/sign-in",
            json={"username": name, "password": PASSWORD},
            extensions={"sni_hostname": host},
        )
        assert answer.is_success, answer.text
        browser.headers["cookie"] = answer.headers["set-cookie"].partition(";")[0]
        yield one


@dataclass
class Observers:
    """Everybody who looks."""

    made: Installation
    chats: dict[str, Door]
    """By user name."""
    console: Door
    state: Path
    """Where the command line keeps its login."""
    conv: str
    cursor: str | None = None
    range_number: int = 0
    search_number: int = 0

    def prepare(self) -> None:
        """Open a case, a range and a search, and sign the command line in.

        Before the gate shuts: each of these is itself a record.
        """
        post = self.console.text
        post("POST", "cases", {"id": CASE, "reason": "A client complained."})
        body = {"conversation": self.conv, "reason": "The complaint names it."}
        self.range_number = json.loads(post("POST", f"cases/{CASE}/ranges", body))["number"]
        self.search_number = json.loads(post("POST", f"cases/{CASE}/searches", body))["number"]
        login = json.loads(post("POST", "logins", {"device": "desk"}))
        post("POST", f"logins/{login['code']}", {"answer": "confirm"})
        claimed = json.loads(post("POST", "logins/claim", {"secret": login["secret"]}))
        os.environ["XDG_STATE_HOME"] = str(self.state)
        origin = self.made.settings.console.origin
        save_login(SavedLogin(origin, claimed["token"], claimed["expires_at"], "Olga"))

    def everything(self) -> dict[str, str]:
        """Look everywhere once; return all that was shown, by place."""
        console = self.console.text
        return {
            **{lists_of(name): self._lists(chat) for name, chat in self.chats.items()},
            **{f"{name}'s resume": asyncio.run(self._resume(name)) for name in self.chats},
            "console": "\n".join(console("GET", path) for path in self._console_places()),
            "command line": "\n".join(self._command(*command) for command in COMMANDS),
        }

    def _lists(self, chat: Door) -> str:
        return "\n".join(chat.text("GET", path) for path in self._chat_places())

    def _chat_places(self) -> list[str]:
        timeline = f"conversations/{self.conv}/timeline"
        return [
            "bootstrap",
            "conversations",
            f"conversations/{self.conv}",
            timeline,
            f"{timeline}?after=1",
            f"{timeline}?around=1",
            f"search?q={WORD}",
        ]

    def _console_places(self) -> list[str]:
        opened = f"cases/{CASE}/ranges/{self.range_number}"
        return [
            "conversations",
            "people",
            f"cases/{CASE}",
            f"cases/{CASE}/searches/{self.search_number}",
            f"{opened}/rows",
            f"{opened}/transcript?format=json",
        ]

    async def _resume(self, name: str) -> str:
        async with client(self.made, name, cursor=self.cursor, wait=False) as socket:
            await socket.frame("resumed")
            return str(socket.events)

    def _command(self, *arguments: str) -> str:
        onrecord = Path(sys.executable).with_name("onrecord")
        done = run(
            [str(onrecord), "--data", str(self.made.data), *arguments],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "XDG_STATE_HOME": str(self.state)},
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def lists_of(name: str) -> str:
    """Return the name of the place where somebody's device pages, searches and lists."""
    return f"{name}'s lists"


@contextmanager
def observers(made: Installation, folder: Path) -> Iterator[Observers]:
    """Sign everybody in at a running server."""
    chat, console = made.settings.chat, made.settings.console
    with ExitStack() as stack, door(made, console, "olga@compliance") as officer:
        devices = {name: stack.enter_context(door(made, chat, name)) for name in DEVICES}
        folder.mkdir(exist_ok=True)
        everybody = Observers(made, devices, officer, folder, made.groups["Desk"])
        everybody.prepare()
        yield everybody
