"""What the hook `webhook` posts for a record: our own envelope, or an event of CloudEvents 1.0.

`standard`, canonical JSON:

    {"type": "record.archived", "timestamp": the record's `at`,
     "data": {"v": 1, "archive_index", "leaf": its canonical JSON as a string,
              "body": base64 of the sealed body, "checkpoint": the signed note,
              "blob": base64 of the sealed file (only with a file),
              "plaintext": {"shown", "kept": canonical JSON as strings, "salt_s", "salt_k": hex},
              "reduced": {"provable": false, "sees", "without", "shown", "kept"}
                           (one of the two, where the firm has set so and the body is still there)}}

`cloudevents` is the structured mode: the event's attributes and the same `data` in one JSON object.
`cloudevents-binary` has the attributes in headers (`ce-…`), and `data` alone as the body.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias
from urllib.parse import quote

from onrecord_archive.contract import Delivery
from onrecord_archive.format.note import encode_base64, parse_note
from onrecord_archive.format.record import canonical
from onrecord_archive.sinks.entries import members_of, record_leaf

WebhookForm: TypeAlias = Literal["standard", "cloudevents", "cloudevents-binary"]
_JSON: Final = "application/json"
_IN_A_HEADER: Final = "".join(chr(each) for each in range(0x21, 0x7F) if chr(each) not in '"%')
"""What a header of CloudEvents has as it is (its HTTP binding 1.0, section 3.1.3.2)."""


@dataclass(frozen=True, slots=True)
class Message:
    """A body, and the headers that say what it is."""

    body: bytes
    headers: dict[str, str]


def message_of(entry: Delivery, form: WebhookForm = "standard") -> Message:
    """Return what is posted for a record, the same on each attempt.

    (The same but for `checkpoint`, `plaintext` and `reduced`, which may differ after a pause.)
    Raises BadFormat; Misconfigured for an entry that is no record.
    """
    leaf, data = record_leaf(entry), members_of(entry)
    data["checkpoint"] = entry.checkpoint.decode()
    if entry.blob is not None:
        data["blob"] = encode_base64(entry.blob)
    if form == "standard":
        body = {"type": "record.archived", "timestamp": leaf.at, "data": data}
        return Message(canonical(body), {"content-type": _JSON})
    event = _attributes(entry, leaf.at)
    if form == "cloudevents":
        body = {**event, "datacontenttype": _JSON, "data": data}
        return Message(canonical(body), {"content-type": "application/cloudevents+json"})
    headers = {f"ce-{name}": quote(value, safe=_IN_A_HEADER) for name, value in event.items()}
    return Message(canonical(data), {"content-type": _JSON, **headers})


def _attributes(entry: Delivery, at: str) -> dict[str, Any]:
    """Return the event's attributes, and of the known extensions `partitionkey` and `sequence`.

    `source` with `id` names the record everywhere: the log's name as its checkpoints have it.
    """
    log = parse_note(entry.checkpoint).text.partition("\n")[0]
    return {
        "specversion": "1.0",
        "id": entry.event_id,
        "source": f"/onrecord/{quote(log, safe='')}",
        "type": "onrecord.record.archived",
        "subject": entry.stream,
        "time": at,
        "partitionkey": entry.stream,
        "sequence": f"{entry.archive_index:012d}",
    }
