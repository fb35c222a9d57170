"""Read what was sent again, as a client does: page by page, by a member who did not send it."""

import http.client
import json
import socket
import ssl
from dataclasses import dataclass

from tests.rig.installation import Installation

PAGE = 200


@dataclass(frozen=True, slots=True)
class Range:
    """A conversation from its first measured number on, and the user name that reads it."""

    conv: str
    first_seq: int
    reader: str


def read_back(made: Installation, ranges: list[Range]) -> list[str]:
    """Return the ids of the messages in these ranges, from the timelines of the running server."""
    chat = connection(made.settings.chat.port, str(made.ca))
    found: list[str] = []
    try:
        for each in ranges:
            found += _messages(chat, made.tokens[each.reader], each)
    finally:
        chat.close()
    return found


def _messages(chat: http.client.HTTPSConnection, token: str, which: Range) -> list[str]:
    found: list[str] = []
    after, more = which.first_seq - 1, True
    while more:
        path = f"/api/v1/conversations/{which.conv}/timeline?after={after}&limit={PAGE}"
        chat.request("GET", path, headers={"Authorization": f"Bearer {token}"})
        answer = chat.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise SystemExit(f"reading back failed: {answer.status} {body[:200]!r}")
        timeline = json.loads(body)
        events = timeline["events"]
        found += [event["event_id"] for event in events if event["type"] == "message.sent"]
        more = timeline["more_after"]
        after = events[-1]["conv_seq"] if events else after
    return found


def connection(port: int, ca: str) -> http.client.HTTPSConnection:
    """Connect to the chat of this machine: `chat.localhost`, which not every resolver knows."""
    context = ssl.create_default_context(cafile=ca)
    chat = http.client.HTTPSConnection("chat.localhost", port, context=context)
    plain = socket.create_connection(("127.0.0.1", port))
    chat.sock = context.wrap_socket(plain, server_hostname="chat.localhost")
    return chat
