"""Reads messages of the hook `siem` as RFC 5424 says it, without a line of the hook's code."""

import base64
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import rfc8785

from onrecord_archive.testing import Held

_HEADER = re.compile(
    rb"<(?P<pri>[1-9]?[0-9]|1[0-8][0-9]|19[01])>1 "
    rb"(?P<at>[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]\.[0-9]{1,6}Z) "
    rb"(?P<hostname>[!-~]{1,255}) (?P<app>[!-~]{1,48}) (?P<proc>[!-~]{1,128}) "
    rb"(?P<msgid>[!-~]{1,32}) \[(?P<sd_id>[!#-<>-\\^-~]{1,32})"
)
_PARAMETER = re.compile(rb' ([!#-<>-\\^-~]{1,32})="((?:[^"\\\]]|\\["\\\]])*)"')
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Message:
    """One message: its header, the parameters of its one SD-ELEMENT, and what MSG says."""

    header: dict[str, str]
    parameters: dict[str, str]
    said: dict[str, Any]

    @property
    def held(self) -> Held:
        leaf, body = self.said["leaf"].encode(), base64.b64decode(self.said["body"], validate=True)
        return Held(self.said["archive_index"], leaf, body)


def read_message(data: bytes) -> Message:
    """Return a message; fails where it is not as RFC 5424 and HOOKS.md say."""
    match = _HEADER.match(data)
    assert match, data[:300]
    header = {name: value.decode("ascii") for name, value in match.groupdict().items()}
    parameters: dict[str, str] = {}
    at = match.end()
    while parameter := _PARAMETER.match(data, at):
        name, value = (part.decode() for part in parameter.groups())
        assert name not in parameters
        parameters[name] = re.sub(r'\\(["\\\]])', r"\1", value)
        at = parameter.end()
    assert data[at : at + 5] == b"] " + _BOM, data[at : at + 40]
    said = json.loads(data[at + 5 :])
    assert rfc8785.dumps(said) == data[at + 5 :]
    leaf = json.loads(said["leaf"])
    assert sha256(base64.b64decode(said["body"])).hexdigest() == leaf["ct"]
    assert header["at"] == leaf["at"]
    assert header["msgid"] == leaf["type"][:32]
    assert parameters == {
        "archive_index": str(said["archive_index"]),
        **{name: leaf[name] for name in ("event_id", "stream", "class", "type")},
    }
    return Message(header, parameters, said)


def without_doubles(messages: Iterable[Message]) -> list[Message]:
    """Return the first message of each event: delivery is at least once."""
    first: dict[str, Message] = {}
    for each in messages:
        first.setdefault(each.parameters["event_id"], each)
    return list(first.values())
