"""A bundle's schema says of each payload what the server's own types say."""

from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema
import pytest
from msgspec import inspect

from onrecord.domain.payloads import PAYLOADS
from onrecord.domain.values import Payload
from onrecord_archive import payload_schema
from onrecord_archive.record import parse_canonical
from onrecord_archive.record_schema import shown_schema
from onrecord_archive.schema_parts import members
from tests.unit.archive.building import Journal

ELSEWHERE = {("message.sent", "files"), ("message.sent", "forward", "source")}
"""A message's files stand beside its payload; the source of what is sent on, in `kept`."""
ALWAYS = {("message.sent", "forward", "at"), ("positions", "changes")}
"""What the record always has, also where the type has a default."""
HINTS = {"off_channel.hint", "orders.hint"}
"""What the firm's rules note: facts of a system stream (test_off_channel_watch.py and others)."""
MANY = {"broadcast.sent"}
"""One text to many: facts of a system stream (compliance/test_broadcasts.py)."""

Place = tuple[str, ...]


def said_by_type(kind: inspect.Type, place: Place) -> Iterator[tuple[Place, str]]:
    """Yield each place of a type with what may stand there."""
    if isinstance(kind, inspect.UnionType):
        (kind,) = (each for each in kind.types if not isinstance(each, inspect.NoneType))
    if isinstance(kind, inspect.StructType):
        yield place, "object"
        for field in kind.fields:
            here = (*place, field.encode_name)
            if here not in ELSEWHERE:
                needed = field.required or here in ALWAYS
                yield here, "required" if needed else "optional"
                yield from said_by_type(field.type, here)
    elif isinstance(kind, inspect.VarTupleType):
        yield place, "array"
        yield from said_by_type(kind.item_type, (*place, "[]"))
    elif isinstance(kind, inspect.LiteralType):
        yield place, f"one of {sorted(map(str, kind.values))}"
    else:
        names = {inspect.StrType: "string", inspect.IntType: "integer", inspect.BoolType: "boolean"}
        yield place, names[type(kind)]


def said_by_schema(schema: Mapping[str, Any], place: Place) -> Iterator[tuple[Place, str]]:
    """Yield the same of a schema."""
    yield place, schema.get("type") or f"one of {sorted(schema['enum'])}"
    for name, member in schema.get("properties", {}).items():
        yield (*place, name), "required" if name in schema["required"] else "optional"
        yield from said_by_schema(member, (*place, name))
    if "items" in schema:
        yield from said_by_schema(schema["items"], (*place, "[]"))


def differences(kind: type[Payload]) -> set[tuple[Place, str]]:
    """Return where the schema and the type say something different."""
    named = payload_schema.PAYLOADS.get(kind.type, {})
    said = set(said_by_type(inspect.type_info(kind), (kind.type,)))
    return said ^ set(said_by_schema(members(named), (kind.type,)))


@pytest.mark.parametrize("kind", PAYLOADS.values(), ids=PAYLOADS)
def test_each_payload_has_the_members_that_its_schema_says(kind: type[Payload]) -> None:
    assert differences(kind) == set()


def test_every_published_type_has_a_schema() -> None:
    assert payload_schema.PAYLOADS.keys() == PAYLOADS.keys() | HINTS | MANY


class TitleChangedTomorrow(Payload, frozen=True):
    """A payload with a member that nobody has put into the schema."""

    type = "title.changed"
    title: str
    former: str | None = None


def test_control_a_member_that_the_schema_lacks_is_noticed() -> None:
    assert differences(TitleChangedTomorrow) == {
        (("title.changed", "former"), "optional"),
        (("title.changed", "former"), "string"),
    }


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
