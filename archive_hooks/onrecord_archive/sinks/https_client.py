"""Requests to one HTTPS address: no redirect is followed, no proxy of the environment's taken."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote, urlsplit

import httpcore2

from onrecord_archive.contract import Misconfigured
from onrecord_archive.sinks.egress import ANYWHERE, Egress, GuardedNetwork
from onrecord_archive.sinks.http_stream import require_fresh
from onrecord_archive.sinks.tls import tls_context, unanswered

FAILURES: Final = (
    httpcore2.TimeoutException,
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpcore2.ProxyError,
    OSError,
)
_IN_A_PATH: Final = "/%:@!$&'()*+,;=~?"
"""What is written as it is in a path and a query (RFC 3986)."""


@dataclass(frozen=True, slots=True)
class Https:
    """How to connect: `timeout` seconds bound each step of a request.

    `shown`: the files of a certificate and its key, for a server that asks for one. `proxy`:
    its address, asked for a tunnel; what `egress` then looks at is the proxy's address.
    """

    url: str
    ca_file: Path | None = None
    shown: tuple[str, str] | None = None
    timeout: float = 20.0
    connections: int = 8
    proxy: str | None = None
    egress: Egress = ANYWHERE


class HttpsClient:
    """Connections to the address, opened at need; certificates are read when they are."""

    def __init__(self, how: Https) -> None:
        """Check everything; connects to nothing. Raises Misconfigured."""
        self._how = how
        self._url = _parsed(how.url)
        if not how.egress.takes_host(self._url.host.decode()):
            raise Misconfigured("the url's host is none of those in the option allow")
        self._proxy = None if how.proxy is None else _proxy(how.proxy, how.ca_file)
        self._timeouts = dict.fromkeys(("connect", "read", "write", "pool"), how.timeout)
        tls_context(how.ca_file, how.shown)
        self._opening = asyncio.Lock()
        self._pool: httpcore2.AsyncConnectionPool | None = None

    @asynccontextmanager
    async def answer(
        self, method: str, headers: Mapping[str, str], content: bytes = b""
    ) -> AsyncIterator[httpcore2.Response]:
        """Give the answer to a request. Raises Retry, Misconfigured; safe to cancel."""
        try:
            async with self._opening:
                if self._pool is None:
                    self._pool = await self._open()
            async with self._pool.stream(
                method,
                self._url,
                headers=[("user-agent", "onrecord"), *headers.items()],
                content=content,
                extensions={"timeout": self._timeouts},
            ) as response:
                require_fresh(response)
                yield response
        except FAILURES as error:
            raise unanswered(error) from error

    async def close(self) -> None:
        """Close the connections; the next request opens others, with the certificates of then."""
        if self._pool is not None:
            pool, self._pool = self._pool, None
            await pool.aclose()

    async def _open(self) -> httpcore2.AsyncConnectionPool:
        how = self._how
        return httpcore2.AsyncConnectionPool(
            ssl_context=await asyncio.to_thread(tls_context, how.ca_file, how.shown),
            max_connections=how.connections,
            proxy=self._proxy,
            network_backend=GuardedNetwork(how.egress),
        )


def header_of(response: httpcore2.Response, name: str) -> str | None:
    """Return a header of an answer, None if it has none."""
    wanted = name.lower().encode()
    found = (value for each, value in response.headers if each.lower() == wanted)
    return next((value.decode("latin-1") for value in found), None)


def _parsed(text: str) -> httpcore2.URL:
    """Return an address. Raises Misconfigured for one that is not https, or has a password."""
    try:
        parts = urlsplit(text)
        host, port = (parts.hostname or "").encode("idna"), parts.port
    except ValueError as error:
        raise Misconfigured("the url is none") from error
    if parts.scheme != "https" or not host:
        raise Misconfigured("the url must begin with https://")
    if "@" in parts.netloc:
        raise Misconfigured("the url must not have a user or a password")
    target = quote(parts.path or "/", safe=_IN_A_PATH)
    if parts.query:
        target += "?" + quote(parts.query, safe=_IN_A_PATH)
    return httpcore2.URL(scheme=b"https", host=host, port=port, target=target.encode())


def _proxy(text: str, ca_file: Path | None) -> httpcore2.Proxy:
    """Return a proxy; who asks may stand before the `@`. Raises Misconfigured."""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise Misconfigured("the proxy is no address") from error
    if parts.scheme not in ("http", "https") or not host:
        raise Misconfigured("the proxy must begin with http:// or https://")
    url = httpcore2.URL(scheme=parts.scheme, host=host, port=port, target="/")
    user = unquote(parts.username or ""), unquote(parts.password or "")
    auth = None if parts.username is None else user
    tls = tls_context(ca_file) if parts.scheme == "https" else None
    return httpcore2.Proxy(url, auth, ssl_context=tls)
