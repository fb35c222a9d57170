"""The running server's API, called as a browser would: TLS, exact Host and Origin, a session.

The certificate that the settings name is the one that is trusted, whoever signed it: this command
reads it from the same file as the server.
"""

import ipaddress
import ssl
from types import TracebackType
from typing import Self, TypeVar

import httpx2
import msgspec

from onrecord.domain.errors import (
    BadInput,
    Conflict,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Refusal,
    TooMany,
    Unavailable,
)
from onrecord.settings.model import Listener
from onrecord.wire.rest import Me, Problem, SignIn

T = TypeVar("T")

TIMEOUT_S = 30.0
_BY_STATUS: dict[int, type[Refusal]] = {
    kind.status: kind
    for kind in (BadInput, NotSignedIn, NotAllowed, NotFound, Conflict, TooMany, Unavailable)
}


def trust(listener: Listener) -> ssl.SSLContext:
    """Return a TLS 1.3 context that trusts this listener's own certificate and no other.

    Raises Unavailable (`server_not_running`) when the certificate cannot be read.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    try:
        context.load_verify_locations(listener.certificate)
    except OSError as error:
        raise Unavailable("server_not_running", f"{listener.certificate}: {error}.") from error
    return context


def local_address(listener: Listener) -> str:
    """Return the address on which a process of this machine reaches the listener."""
    address = ipaddress.ip_address(listener.address)
    if address.is_unspecified:
        return "::1" if address.version == 6 else "127.0.0.1"
    return str(address)


class Api:
    """One listener. A context manager; signed in by `sign_in`, or from the start by a token."""

    def __init__(self, listener: Listener, *, token: str | None = None) -> None:
        address = local_address(listener)
        host = f"[{address}]" if ":" in address else address
        self.listener = listener
        self._headers = {
            "host": listener.origin.removeprefix("https://"),
            "origin": listener.origin,
            "sec-fetch-site": "same-origin",
        }
        if token is not None:
            self._headers["authorization"] = f"Bearer {token}"
        self._client = httpx2.AsyncClient(
            base_url=f"https://{host}:{listener.port}",
            verify=trust(listener),
            timeout=TIMEOUT_S,
            trust_env=False,
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
        return msgspec.json.decode(response.content, type=Me)

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

    async def send(self, method: str, path: str, body: msgspec.Struct | None = None) -> None:
        """Send a request that is answered without a body; raises as `get`."""
        await self._send(method, path, None if body is None else msgspec.json.encode(body))

    async def _send(self, method: str, path: str, content: bytes | None) -> httpx2.Response:
        headers = dict(self._headers)
        if content is not None:
            headers["content-type"] = "application/json"
        try:
            response = await self._client.request(
                method,
                path,
                content=content,
                headers=headers,
                extensions={"sni_hostname": self.listener.host},
            )
        except httpx2.HTTPError as error:
            detail = f"The server does not answer at {self.listener.origin} ({error})."
            raise Unavailable("server_not_running", detail) from error
        if response.is_error:
            raise _refusal(response)
        return response


def _refusal(response: httpx2.Response) -> Refusal:
    try:
        problem = msgspec.json.decode(response.content, type=Problem)
    except msgspec.MsgspecError:
        return Unavailable("bad_answer", f"The server answered {response.status_code}.")
    kind = _BY_STATUS.get(problem.status, Unavailable if problem.status >= 500 else Refusal)
    return kind(problem.code, problem.detail, retry_after=problem.retry_after)
