"""One text to many over HTTP, as the chat's page sends it."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import httpx2

from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.ids import new_id
from tests.rig.client import tls
from tests.rig.installation import Installation, credentials
from tests.rig.patience import SECONDS as PATIENCE


def broadcast(made: Installation, sender: str, text: str, people: Sequence[str]) -> dict[str, Any]:
    """Say one text to these people (by the names of the rig); return what became of it."""
    chat = made.settings.chat
    headers = {"host": chat.origin.removeprefix("https://"), **credentials(made, sender)}
    recipients = [made.people[name].id for name in people]
    with httpx2.Client(
        verify=tls(made), headers=headers, trust_env=False, timeout=PATIENCE
    ) as browser:
        answer = browser.post(
            f"https://127.0.0.1:{chat.port}/api/v1/broadcasts",
            json={"id": new_id(SystemClock()), "text": text, "recipients": recipients},
            extensions={"sni_hostname": chat.host},
        )
    assert answer.is_success, answer.text
    said: dict[str, Any] = answer.json()
    return said


def message_to(event: str, actor: str, person: str) -> str:
    """Return the message's event_id as archive_hooks/README.md has it: no code of the product."""
    command = bytearray(sha256(f"message\0{event}\0{person}".encode()).digest()[:16])
    command[6] = 0x70 | command[6] & 0x0F
    command[8] = 0x80 | command[8] & 0x3F
    return sha256(actor.encode() + b"\0" + bytes(command)).digest()[:16].hex()
