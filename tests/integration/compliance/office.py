"""A bank with two officers, its running server, and browsers at its console."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2

from tests.rig.client import tls
from tests.rig.described import Described
from tests.rig.installation import PASSWORD, Installation
from tests.rig.patience import SECONDS as PATIENCE

Answer = dict[str, Any]
CONSOLE = Described("console")
WHY = "The complaint names this conversation."
"""A reason of its own, for a look that names a conversation which no search of the case found."""


class Desk:
    """Somebody at the console: a browser that is signed in, or a command line with its token."""

    def __init__(self, bank: Installation, client: httpx2.Client) -> None:
        self._bank = bank
        self.client = client

    def ask(
        self, method: str, path: str, body: Answer | None = None, *, headers: Any = None
    ) -> httpx2.Response:
        """Send one request, as the console's page would."""
        return self.client.request(
            method,
            f"/api/v1/{path}",
            json=body,
            headers=headers,
            extensions={"sni_hostname": self._bank.settings.console.host},
        )

    def upload(self, path: str, picture: bytes) -> httpx2.Response:
        """Send a picture."""
        return self.client.put(
            f"/api/v1/{path}",
            content=picture,
            headers={"content-type": "image/png"},
            extensions={"sni_hostname": self._bank.settings.console.host},
        )

    def get(self, path: str) -> Answer:
        """Return an answer that must be good."""
        return _good(self.ask("GET", path))

    def post(self, path: str, **body: Any) -> Answer:
        """Return an answer that must be good."""
        return _good(self.ask("POST", path, body))

    def refusal(self, method: str, path: str, **body: Any) -> tuple[int, str]:
        """Return status and code of an answer that must be a refusal."""
        response = self.ask(method, path, body or None)
        assert response.is_error, response.text
        return response.status_code, response.json()["code"]

    def open_case(self, id: str = "C-1", reason: str = "A client complained.") -> str:
        """Open a case and return its path."""
        self.post("cases", id=id, reason=reason)
        return f"cases/{id}"

    def looks(self, case: str) -> list[Answer]:
        """Return the case's records, the oldest first."""
        looks: list[Answer] = self.get(case)["looks"]
        return looks[::-1]


def _good(response: httpx2.Response) -> Answer:
    assert response.is_success, f"{response.status_code} {response.text}"
    answer: Answer = response.json()
    return answer


@contextmanager
def browser(bank: Installation) -> Iterator[Desk]:
    """A browser at the console that is not signed in."""
    console = bank.settings.console
    headers = {
        "host": console.origin.removeprefix("https://"),
        "origin": console.origin,
        "sec-fetch-site": "same-origin",
    }
    base = f"https://127.0.0.1:{console.port}"
    with httpx2.Client(
        base_url=base,
        verify=tls(bank),
        headers=headers,
        trust_env=False,
        timeout=PATIENCE,
        event_hooks={"response": [CONSOLE.check]},
    ) as client:
        yield Desk(bank, client)


@contextmanager
def at_console(bank: Installation, name: str) -> Iterator[Desk]:
    """A browser in which somebody has signed in."""
    with browser(bank) as desk:
        response = desk.ask("POST", "sign-in", {"username": name, "password": PASSWORD})
        assert response.is_success, response.text
        # The jar keeps __Host- cookies for 127.0.0.1 only where the request named that host.
        cookie = response.headers["set-cookie"].partition(";")[0]
        desk.client.headers["cookie"] = cookie
        yield desk
