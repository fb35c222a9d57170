"""The schema of what an event says follows from its declaration."""

import re
from hashlib import sha256
from typing import Annotated, Any

import jsonschema
import pytest

from onrecord_archive.events.payload import ELSEWHERE, Least, Payload, Text, schema_of
from onrecord_archive.events.record_schema import shown_schema
from onrecord_archive.format.record import parse_canonical
from onrecord_archive.proof_package.bundle_manifest import PUBLISHED_SCHEMAS, encode_schema
from tests.unit.archive.building import Journal


class PollOpened(Payload, frozen=True, omit_defaults=True):
    """Has a member of each kind."""

    type = "poll.opened"
    question: Text
    answers: Annotated[tuple[Text, ...], Least(2)]
    source: Annotated[str | None, ELSEWHERE] = None
    closed: bool = False


class PollWeighed(Payload, frozen=True):
    """Has a member that the record cannot have."""

    type = "poll.weighed"
    weight: float


def test_the_schema_is_the_newest_that_was_published() -> None:
    assert sha256(encode_schema()).hexdigest() == PUBLISHED_SCHEMAS[-1], "make publish"


def test_what_may_be_absent_has_a_default_and_what_stands_elsewhere_is_no_member() -> None:
    text = {"type": "string", "minLength": 1}
    assert schema_of(PollOpened) == {
        "type": "object",
        "properties": {
            "question": text,
            "answers": {"type": "array", "items": text, "minItems": 2},
            "closed": {"type": "boolean"},
        },
        "required": ["question", "answers"],
        "additionalProperties": False,
    }


class PollMixed(Payload, frozen=True):
    """Has a member that may be either of two things."""

    type = "poll.mixed"
    answer: str | int


@pytest.mark.parametrize(("kind", "named"), [(PollWeighed, "float"), (PollMixed, "str | int")])
def test_control_a_member_without_a_schema_is_noticed(kind: type[Payload], named: str) -> None:
    with pytest.raises(TypeError, match=re.escape(named)):
        schema_of(kind)


EVENT, PERSON, TIME = "e" * 32, "a" * 32, "2026-11-24T09:30:00.000000Z"
QUOTE = {"event_id": EVENT, "conv_seq": 3, "actor": PERSON}
SENT, REMOVED, JOINED = "message.sent", "message.removed", "member.added"


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    jsonschema.Draft202012Validator.check_schema(shown_schema())
    return jsonschema.Draft202012Validator(shown_schema())


def shown(type: str, payload: object) -> dict[str, Any]:
    return parse_canonical(Journal().record().shown) | {"type": type, "payload": payload}


@pytest.mark.parametrize(
    ("type", "payload"),
    [
        (SENT, {"text": ""}),
        (SENT, {"text": "Hi", "reply_to": QUOTE, "mentions": [{"at": 0, "length": 3}]}),
        (SENT, {"text": "Hi", "forward": {"at": TIME}}),
        (REMOVED, {"target": EVENT}),
        (JOINED, {"person": PERSON, "from_seq": 1}),
        ("member.left", {}),
        ("positions", {"changes": [{"person": PERSON, "read": 3}]}),
        ("case.opened", {"reason": "An enquiry", "for": PERSON}),
        ("poll.opened", {"question": {"of": ["tomorrow"]}}),
    ],
)
def test_what_an_event_says_is_valid(
    validator: jsonschema.Draft202012Validator, type: str, payload: object
) -> None:
    validator.validate(shown(type, payload))


@pytest.mark.parametrize(
    ("type", "payload"),
    [
        (SENT, {}),
        (SENT, {"text": 5}),
        (SENT, {"txt": "Hi"}),
        (SENT, {"text": "Hi", "mood": "good"}),
        (SENT, {"text": "Hi", "reply_to": QUOTE | {"conv_seq": 0}}),
        (SENT, {"text": "Hi", "reply_to": {"event_id": EVENT}}),
        (SENT, {"text": "Hi", "mentions": []}),
        (SENT, "Hi"),
        (REMOVED, {}),
        (REMOVED, {"target": "the last one"}),
        ("message.edited", {"target": EVENT}),
        ("reaction.changed", {"target": EVENT, "emoji": "+1", "on": "yes"}),
        (JOINED, {"person": PERSON}),
        ("identity.confirmed", {"person": PERSON, "how": "by letter", "until": TIME}),
        ("join_link.made", {"hash": "f" * 64, "until": "tomorrow"}),
        ("positions", {"changes": [{"read": 3}]}),
        ("off_channel.hint", {"message": EVENT, "person": PERSON, "signs": []}),
    ],
)
def test_control_a_doctored_payload_is_refused(
    validator: jsonschema.Draft202012Validator, type: str, payload: object
) -> None:
    with pytest.raises(jsonschema.ValidationError) as caught:
        validator.validate(shown(type, payload))
    assert caught.value.absolute_path[0] == "payload"
