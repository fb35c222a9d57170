"""The running server's API, called as a browser would: TLS, exact Host and Origin, a session."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import httpx2
import msgspec

from onrecord.cli.reach.door import Door
from onrecord.cli.reach.first_words import GreetingTransport
from onrecord.core.domain.errors import (
    BadInput,
    Conflict,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Refusal,
    TooMany,
    Unavailable,
)
from onrecord.features.people.bodies import ApprovalRequest, PictureSet
from onrecord.features.sign_in.bodies import Me, SignIn
from onrecord.protocol.problems import Problem

T = TypeVar("T")

TIMEOUT_S = 30.0
_BYTES = "application/octet-stream"
_BY_STATUS: dict[int, type[Refusal]] = {
    kind.status: kind
    for kind in (BadInput, NotSignedIn, NotAllowed, NotFound, Conflict, TooMany, Unavailable)
}


class Api:
    """One listener. A context manager; signed in by `sign_in`, or from the start by a token.

    *transport*: where the application is in this process (app/inside.py).
    """

    def __init__(
        self,
        door: Door,
        *,
        token: str | None = None,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self.door = door
        self.inside = transport is not None
        self.role = ""
        """Of who signed in with a password."""
        self._headers = {
            "host": door.origin.removeprefix("https://"),
            "origin": door.origin,
            "sec-fetch-site": "same-origin",
        }
        if door.says.forwarded:
            self._headers["forwarded"] = door.says.forwarded
        if transport is None and door.says.before_tls:
            transport = GreetingTransport(door.trust, door.says.before_tls)
        if token is not None:
            self._headers["authorization"] = f"Bearer {token}"
        self._client = httpx2.AsyncClient(
            base_url=door.base_url,
            verify=door.trust,
            timeout=TIMEOUT_S,
            trust_env=False,
            transport=transport,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._client.aclose()

    async def sign_in(self, username: str, password: str, *, device: str) -> Me:
        """Open a session and keep its cookie. Raises Refusal."""
        body = SignIn(username=username, password=password, device=device)
        response = await self._send("POST", "/api/v1/sign-in", msgspec.json.encode(body))
        cookie = response.headers.get("set-cookie", "").partition(";")[0]
        self._headers["cookie"] = cookie
        me = msgspec.json.decode(response.content, type=Me)
        self.role = me.person.role
        return me

    async def sign_out(self) -> None:
        """End the session. Raises Refusal."""
        await self.send("POST", "/api/v1/sign-out")

    async def get(self, path: str, kind: type[T]) -> T:
        """Return the answer. Raises Refusal as the server does, and Unavailable if it is not there.

        Cancelling is safe.
        """
        response = await self._send("GET", path, None)
        return msgspec.json.decode(response.content, type=kind)

    async def post(self, path: str, body: msgspec.Struct | None, kind: type[T]) -> T:
        """Send a body and return the answer; raises as `get`. Cancelling may come too late."""
        content = None if body is None else msgspec.json.encode(body)
        response = await self._send("POST", path, content)
        return msgspec.json.decode(response.content, type=kind)

    async def attempt(
        self, method: str, path: str, body: msgspec.Struct | None, kind: type[T]
    ) -> T | ApprovalRequest | None:
        """Return the answer, or the request that waits for a second administrator.

        None: it was answered without a body. Raises as `get`.
        """
        content = None if body is None else msgspec.json.encode(body)
        response = await self._send(method, path, content)
        if response.status_code == 202:
            return msgspec.json.decode(response.content, type=ApprovalRequest)
        return msgspec.json.decode(response.content, type=kind) if response.content else None

    async def put(self, path: str, body: msgspec.Struct, kind: type[T]) -> T:
        """Send a body and return the answer; raises as `get`. Cancelling may come too late."""
        response = await self._send("PUT", path, msgspec.json.encode(body))
        return msgspec.json.decode(response.content, type=kind)

    @asynccontextmanager
    async def stream(self, path: str) -> AsyncIterator[AsyncIterator[bytes]]:
        """Yield an answer's body in pieces, however long it is; raises as `get`."""
        try:
            async with self._client.stream(
                "GET",
                path,
                headers=self._headers,
                extensions={"sni_hostname": self.door.host},
            ) as response:
                if response.is_error:
                    await response.aread()
                    raise _refusal(response)
                yield response.aiter_bytes()
        except httpx2.HTTPError as error:
            raise self._silent(error) from error

    async def send(self, method: str, path: str, body: msgspec.Struct | None = None) -> None:
        """Send a request that is answered without a body; raises as `get`."""
        await self._send(method, path, None if body is None else msgspec.json.encode(body))

    async def request(
        self, method: str, path: str, content: bytes | None, *, is_json: bool
    ) -> bytes:
        """Send bytes and return those of the answer; raises as `get`."""
        media_type = "application/json" if is_json else _BYTES
        return (await self._send(method, path, content, media_type=media_type)).content

    async def upload(self, path: str, data: bytes, kind: type[T], method: str = "PUT") -> T:
        """Send a file as it is and return the answer; raises as `get`."""
        response = await self._send(method, path, data, media_type=_BYTES)
        return msgspec.json.decode(response.content, type=kind)

    async def picture(self, path: str, data: bytes | None) -> None:
        """Set a picture; None takes it away. Raises as `get`."""
        if data is None:
            await self.send("DELETE", path)
        else:
            await self.upload(path, data, PictureSet)

    async def _send(
        self,
        method: str,
        path: str,
        content: bytes | None,
        *,
        media_type: str = "application/json",
    ) -> httpx2.Response:
        headers = dict(self._headers)
        if content is not None:
            headers["content-type"] = media_type
        try:
            response = await self._client.request(
                method,
                path,
                content=content,
                headers=headers,
                extensions={"sni_hostname": self.door.host},
            )
        except httpx2.HTTPError as error:
            raise self._silent(error) from error
        if response.is_error:
            raise _refusal(response)
        return response

    def _silent(self, error: httpx2.HTTPError) -> Unavailable:
        detail = f"The server does not answer at {self.door.origin} ({error})."
        return Unavailable("server_not_running", detail)


@asynccontextmanager
async def at_socket(path: Path) -> AsyncIterator[Api]:
    """Yield the running server's internal listener, by its UNIX socket."""
    transport = httpx2.AsyncHTTPTransport(uds=str(path))
    async with Api(Door.socket(), transport=transport) as api:
        yield api


def answered(answer: T | ApprovalRequest | None) -> T | ApprovalRequest:
    """Return an answer that has a body. Raises Unavailable (`bad_answer`)."""
    if answer is None:
        raise Unavailable("bad_answer", "The server answered nothing.")
    return answer


def _refusal(response: httpx2.Response) -> Refusal:
    try:
        problem = msgspec.json.decode(response.content, type=Problem)
    except msgspec.MsgspecError:
        return Unavailable("bad_answer", f"The server answered {response.status_code}.")
    kind = _BY_STATUS.get(problem.status, Unavailable if problem.status >= 500 else Refusal)
    return kind(problem.code, problem.detail, retry_after=problem.retry_after)
