"""The hook `webhook`: posts each record to an HTTPS address, signed by Standard Webhooks.

The body is canonical JSON:

    {"type": "record.archived", "timestamp": the record's `at`,
     "data": {"v": 1, "archive_index", "leaf": its canonical JSON as a string,
              "body": base64 of the sealed body, "checkpoint": the signed note,
              "blob": base64 of the sealed file (only with a file),
              "plaintext": {"shown", "kept": canonical JSON as strings, "salt_s", "salt_k": hex},
              "reduced": {"provable": false, "sees", "without", "shown", "kept"}
                           (one of the two, where the firm has set so and the body is still there)}}

What an answer means:

    2xx                          durable there; the answer's body is not looked at
    401 403 404 405 407 410 421  an operator must act
    408 425 429 5xx 3xx          again later; `Retry-After` is honoured, a redirect not followed
    any other 4xx                this record is refused: its stream waits
    no answer, TLS, a reset      again later
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import httpx2

from onrecord_archive.contract import (
    Delivery,
    HookError,
    Misconfigured,
    Receipt,
    Rejected,
    Retry,
)
from onrecord_archive.errors import BadFormat
from onrecord_archive.leaf import RecordLeaf, decode_leaf
from onrecord_archive.note import encode_base64
from onrecord_archive.record import canonical
from onrecord_archive.sinks.entries import members_of
from onrecord_archive.sinks.http_answers import parse_retry_after
from onrecord_archive.sinks.options import Options, read_file
from onrecord_archive.sinks.standard_webhooks import parse_secrets, signed_headers
from onrecord_archive.sinks.tls import tls_context

_OPERATOR: Final = frozenset({401, 403, 404, 405, 407, 410, 421})
_LATER: Final = frozenset({408, 425, 429})
_BATCH: Final = 64
_LONGEST_S: Final = 60.0
"""Seconds after which a call posts no further record: it ends with the receipts that it has."""
_ANSWER: Final = 64 * 1024
"""Bytes of an answer that are read so that its connection can be used again."""


@dataclass(frozen=True, slots=True)
class WebhookOptions:
    """Where to post, with which secrets; `timeout` seconds bound each step of an attempt."""

    url: str
    secrets: tuple[bytes, ...]
    ca_file: Path | None = None
    timeout: float = 20.0
    connections: int = 8
    proxy: str | None = None


def open_webhook(values: Mapping[str, str]) -> Webhook:
    """Return the hook for its options; the entry point `webhook`. Raises Misconfigured.

    url (https), secret_file; optional ca_file, timeout (seconds), connections, proxy.
    """
    options = Options(values)
    url = options.text("url")
    secret_file = options.path("secret_file")
    ca_file = options.optional("ca_file")
    timeout = options.number("timeout", 20.0, least=0.1, most=300.0)
    connections = int(options.number("connections", 8, least=1, most=64))
    proxy = options.optional("proxy")
    options.finish()
    try:
        secrets = parse_secrets(read_file(secret_file, "the secret"))
    except BadFormat as error:
        raise Misconfigured(f"the secret in {secret_file}: {error}") from error
    ca_path = None if ca_file is None else Path(ca_file)
    return Webhook(WebhookOptions(url, secrets, ca_path, timeout, connections, proxy))


class Webhook:
    """Posts the records of a batch, several streams at a time, each stream in order."""

    wants: Literal["records", "log"] = "records"
    batch_size = _BATCH

    def __init__(self, options: WebhookOptions, *, clock: Callable[[], float] = time.time) -> None:
        """Prepare the client; connects to nothing. `clock` gives seconds since 1970."""
        try:
            url = httpx2.URL(options.url)
        except httpx2.InvalidURL as error:
            raise Misconfigured("the url is none") from error
        if url.scheme != "https" or not url.host:
            raise Misconfigured("the url must begin with https://")
        self._url = url
        self._secrets = options.secrets
        self._clock = clock
        self._timeout = options.timeout
        self._free = asyncio.Semaphore(options.connections)
        self._client = httpx2.AsyncClient(
            verify=tls_context(options.ca_file),
            timeout=options.timeout,
            limits=httpx2.Limits(max_connections=options.connections),
            proxy=options.proxy,
            follow_redirects=False,
            trust_env=False,
        )

    async def deliver(self, batch: Sequence[Delivery]) -> list[Receipt]:
        """Post a batch; see contract.Hook. A cancelled attempt may have arrived."""
        streams: dict[str, list[Delivery]] = defaultdict(list)
        for entry in batch:
            streams[entry.stream].append(entry)
        attempt = _Attempt()
        async with asyncio.TaskGroup() as group:
            for entries in streams.values():
                group.create_task(self._post_stream(entries, attempt))
        receipts = sorted(attempt.receipts, key=lambda receipt: receipt.archive_index)
        if attempt.errors:
            error = min(attempt.errors, key=_urgency)
            error.receipts = tuple(receipts)
            raise error
        return receipts

    async def ping(self) -> None:
        """Connect, and see that the address answers at all with something that is not an error.

        It is asked with OPTIONS: nothing is posted. Raises a HookError.
        """
        try:
            response = await self._client.request("OPTIONS", self._url)
        except httpx2.HTTPError as error:
            raise Retry(f"no answer: {type(error).__name__}") from error
        if response.status_code >= 500 or response.status_code in _LATER:
            raise Retry(f"it answers {response.status_code}")

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _post_stream(self, entries: Sequence[Delivery], attempt: _Attempt) -> None:
        """Post one stream's records in order, up to the first that does not arrive."""
        for entry in entries:
            async with self._free:
                if attempt.is_hopeless:
                    return
                if attempt.receipts and time.monotonic() > attempt.ends:
                    attempt.errors.append(Retry("it is slow: the rest is posted in the next call"))
                    return
                try:
                    status = await self._post(entry)
                except HookError as error:
                    attempt.errors.append(error)
                    return
                attempt.receipts.append(Receipt(entry.archive_index, f"HTTP {status}"))

    async def _post(self, entry: Delivery) -> int:
        """Post one record and return the status that accepted it. Raises a HookError."""
        body = message_of(entry)
        headers = signed_headers(self._secrets, entry.event_id, int(self._clock()), body)
        headers["content-type"] = "application/json"
        try:
            async with self._client.stream(
                "POST", self._url, content=body, headers=headers
            ) as response:
                _judge(response, entry.archive_index, self._clock())
                await self._drain(response)
                return response.status_code
        except httpx2.HTTPError as error:
            raise Retry(f"no answer: {type(error).__name__}") from error

    async def _drain(self, response: httpx2.Response) -> None:
        """Read a short answer, so that the connection serves again; its status has counted."""
        read = 0
        with suppress(httpx2.HTTPError, TimeoutError):
            async with asyncio.timeout(self._timeout):
                async for piece in response.aiter_raw():
                    read += len(piece)
                    if read > _ANSWER:
                        return


@dataclass(slots=True)
class _Attempt:
    """What one call of `deliver` has reached; shared by its streams."""

    receipts: list[Receipt]
    errors: list[HookError]
    ends: float

    def __init__(self) -> None:
        self.receipts = []
        self.errors = []
        self.ends = time.monotonic() + _LONGEST_S

    @property
    def is_hopeless(self) -> bool:
        """Whether the destination itself fails, so that other records need not be tried."""
        return any(not isinstance(error, Rejected) for error in self.errors)


def _urgency(error: HookError) -> int:
    """Order errors: what an operator must see first."""
    return (Misconfigured, Rejected, Retry).index(type(error))


def message_of(entry: Delivery) -> bytes:
    """Return the body that is posted for a record: canonical JSON, the same on each attempt.

    (The same but for `checkpoint`, `plaintext` and `reduced`, which may differ after a pause.)
    """
    leaf = decode_leaf(entry.leaf)
    if not isinstance(leaf, RecordLeaf):
        raise Misconfigured(f"entry {entry.archive_index} is no record")
    data = members_of(entry)
    data["checkpoint"] = entry.checkpoint.decode()
    if entry.blob is not None:
        data["blob"] = encode_base64(entry.blob)
    return canonical({"type": "record.archived", "timestamp": leaf.at, "data": data})


def _judge(response: httpx2.Response, archive_index: int, now: float) -> None:
    """Return for an answer that accepts, raise a HookError for all others."""
    status = response.status_code
    if 200 <= status < 300:
        return
    if status in _OPERATOR:
        raise Misconfigured(f"it answers {status}")
    if 400 <= status < 500 and status not in _LATER:
        raise Rejected(f"it answers {status}", archive_index=archive_index)
    retry_after = parse_retry_after(response.headers.get("retry-after"), now)
    raise Retry(f"it answers {status}", retry_after=retry_after)
