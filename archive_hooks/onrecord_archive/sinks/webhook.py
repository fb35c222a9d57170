"""The hook `webhook`: posts each record to an HTTPS address, signed by Standard Webhooks.

What is posted: sinks/webhook_message.py; where it may go: sinks/egress.py.
What an answer means:

    2xx                          durable there; the answer's body is not looked at
    401 403 404 405 407 410 421  an operator must act
    408 425 429 5xx 3xx          again later; `Retry-After` is honoured, a redirect not followed
    any other 4xx                this record is refused: its stream waits
    no answer, TLS, a reset      again later; a certificate that is not valid is an operator's
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Literal

import httpcore2

from onrecord_archive.contract import (
    Delivery,
    HookError,
    Misconfigured,
    Receipt,
    Rejected,
    Retry,
)
from onrecord_archive.format.errors import BadFormat
from onrecord_archive.sinks.attempt import Call, by_stream
from onrecord_archive.sinks.egress import parse_egress
from onrecord_archive.sinks.http_answers import parse_retry_after
from onrecord_archive.sinks.https_client import FAILURES, Https, HttpsClient, header_of
from onrecord_archive.sinks.options import Options, read_file
from onrecord_archive.sinks.standard_webhooks import parse_secrets, signed_headers
from onrecord_archive.sinks.webhook_message import WebhookForm, message_of

_OPERATOR: Final = frozenset({401, 403, 404, 405, 407, 410, 421})
_LATER: Final = frozenset({408, 425, 429})
_NOT_IMPLEMENTED: Final = 501
_BATCH: Final = 64
_ANSWER: Final = 64 * 1024
"""Bytes of an answer that are read so that its connection can be used again."""


@dataclass(frozen=True, slots=True)
class WebhookOptions:
    """Where to post and how, with which secrets, in which form."""

    https: Https
    secrets: tuple[bytes, ...]
    form: WebhookForm = "standard"


def open_webhook(values: Mapping[str, str]) -> Webhook:
    """Return the hook for its options; the entry point `webhook`. Raises Misconfigured.

    url (https), secret_file; optional ca_file, cert_file with key_file, timeout (seconds),
    connections, proxy, allow, format.
    """
    options = Options(values)
    https = Https(
        options.text("url"),
        options.optional_path("ca_file"),
        options.both("cert_file", "key_file"),
        timeout=options.number("timeout", 20.0, least=0.1, most=300.0),
        connections=options.whole("connections", 8, least=1, most=64),
        proxy=options.optional("proxy"),
        egress=parse_egress(options.optional("allow") or ""),
    )
    secret_file = options.path("secret_file")
    form: WebhookForm = options.choice("format", "standard", "cloudevents", "cloudevents-binary")
    options.finish()
    try:
        secrets = parse_secrets(read_file(secret_file, "the secret"))
    except BadFormat as error:
        raise Misconfigured(f"the secret in {secret_file}: {error}") from error
    return Webhook(WebhookOptions(https, secrets, form))


class Webhook:
    """Posts the records of a batch, several streams at a time, each stream in order."""

    wants: Literal["records", "log"] = "records"
    batch_size = _BATCH

    def __init__(self, options: WebhookOptions) -> None:
        """Prepare the client; connects to nothing."""
        self._options = options
        self._free = asyncio.Semaphore(options.https.connections)
        self._client = HttpsClient(options.https)

    async def deliver(self, batch: Sequence[Delivery]) -> list[Receipt]:
        """Post a batch; see contract.Hook. A cancelled attempt may have arrived."""
        call = Call(batch)
        async with asyncio.TaskGroup() as group:
            for entries in by_stream(batch).values():
                group.create_task(self._post_stream(entries, call))
        if not call.goes_on():
            await self._client.close()  # certificates may be new ones
        return call.result()

    async def ping(self) -> None:
        """Connect, and see that the address answers at all with something that is not an error.

        It is asked with OPTIONS: nothing is posted. 501 is such an answer too, as 405 is: from a
        server that knows no OPTIONS. Raises a HookError.
        """
        try:
            async with self._client.answer("OPTIONS", {}) as response:
                status = response.status
                if (status >= 500 and status != _NOT_IMPLEMENTED) or status in _LATER:
                    raise Retry(f"it answers {response.status}")
        except HookError:
            await self._client.close()
            raise

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _post_stream(self, entries: Sequence[Delivery], call: Call) -> None:
        """Post one stream's records in order, up to the first that does not arrive."""
        with call.noting():
            for entry in entries:
                async with self._free:
                    if not call.goes_on():
                        return
                    call.took(entry, f"HTTP {await self._post(entry)}")

    async def _post(self, entry: Delivery) -> int:
        """Post one record and return the status that accepted it. Raises a HookError."""
        message = message_of(entry, self._options.form)
        signed = signed_headers(
            self._options.secrets, entry.event_id, int(time.time()), message.body
        )
        async with self._client.answer(
            "POST", {**message.headers, **signed}, message.body
        ) as response:
            _judge(response, entry.archive_index, time.time())
            await self._drain(response)
            return response.status

    async def _drain(self, response: httpcore2.Response) -> None:
        """Read a short answer, so that the connection serves again; its status has counted."""
        read = 0
        with suppress(*FAILURES, TimeoutError):
            async with asyncio.timeout(self._options.https.timeout):
                async for piece in response.aiter_stream():
                    read += len(piece)
                    if read > _ANSWER:
                        return


def _judge(response: httpcore2.Response, archive_index: int, now: float) -> None:
    """Return for an answer that accepts, raise a HookError for all others."""
    status = response.status
    if 200 <= status < 300:
        return
    if status in _OPERATOR:
        raise Misconfigured(f"it answers {status}")
    if 400 <= status < 500 and status not in _LATER:
        raise Rejected(f"it answers {status}", archive_index=archive_index)
    retry_after = parse_retry_after(header_of(response, "retry-after"), now)
    raise Retry(f"it answers {status}", retry_after=retry_after)
