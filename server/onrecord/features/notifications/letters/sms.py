"""Letters by SMS: one JSON request to a provider, or to the bank's own gateway in front of one.

    POST url   Authorization: Bearer TOKEN   {"to": "+48601234567", "from": "OnRecord", "text": "…"}
               Idempotency-Key: 32 hex digits that name the letter, the same if it comes again

Any 2xx answer means that the provider has it. Others are wired up by a small relay, or by a carrier
of their own.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import httpx2

from onrecord.features.clients.addresses import Address
from onrecord.features.notifications.letters.carriers import NotTaken, tls_context
from onrecord.features.notifications.letters.text import Text

TIMEOUT_S = 20.0


@dataclass(frozen=True, slots=True)
class SmsOptions:
    """The provider. `token_file` is read at each request, so that it can be replaced."""

    url: str
    sender: str
    token_file: Path
    ca_file: Path | None = None
    tls_1_2: bool = False


class SmsCarrier:
    """Hands letters to an SMS provider."""

    def __init__(self, options: SmsOptions) -> None:
        self._options = options
        self._tls = tls_context(options.ca_file, tls_1_2=options.tls_1_2)

    async def carry(self, to: Address, text: Text, id: str) -> None:
        """Return once the provider has answered 2xx. Raises NotTaken.

        Cancelling may leave it sent.
        """
        options = self._options
        body = {"to": to.value, "from": options.sender, "text": text.short}
        try:
            token = (await asyncio.to_thread(options.token_file.read_text)).strip()
            headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": id}
            async with httpx2.AsyncClient(verify=self._tls, timeout=TIMEOUT_S) as client:
                response = await client.post(options.url, json=body, headers=headers)
        except (OSError, httpx2.HTTPError, ValueError) as error:
            raise NotTaken(type(error).__name__) from error
        if not response.is_success:
            raise NotTaken(f"status {response.status_code}")
