"""What a query string may say."""

from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from starlette.requests import Request

from onrecord.core.domain.errors import BadInput
from onrecord.core.domain.ids import is_hex_id

C = TypeVar("C", bound=str)

LARGEST = 2**53 - 1
"""The largest number of I-JSON (RFC 7493 section 2.2)."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """What one parameter may be, as JSON Schema, and what it means."""

    schema: dict[str, object]
    about: str
    required: bool = False


def number_of(about: str) -> Parameter:
    """Return a parameter that `number` reads."""
    return Parameter({"type": "integer", "minimum": 0, "maximum": LARGEST}, about)


@dataclass(frozen=True, slots=True)
class Limit(Parameter):
    """How many at most, where the request may say less."""

    default: int = 0
    most: int = 0

    def of(self, request: Request) -> int:
        """Return `limit`, from 1 to the most. Raises BadInput (`bad_query`)."""
        value = number(request, "limit")
        return self.default if value is None else max(1, min(value, self.most))


def limit_of(default: int, *, most: int) -> Limit:
    """Return the parameter `limit`."""
    schema: dict[str, object] = {
        "type": "integer",
        "minimum": 0,
        "maximum": LARGEST,
        "default": default,
    }
    about = f"How many at most; never more than {most}."
    return Limit(schema, about, default=default, most=most)


def id_of(about: str) -> Parameter:
    """Return a parameter that `hex_id` reads."""
    return Parameter({"type": "string", "pattern": "^[0-9a-f]{32}$"}, about)


def words_of(about: str, *, most: int, required: bool = False) -> Parameter:
    """Return a parameter that is words, with at most so many characters."""
    schema = {"type": "string", "minLength": int(required), "maxLength": most}
    return Parameter(schema, about, required)


@dataclass(frozen=True, slots=True)
class Choice(Parameter, Generic[C]):
    """One of a few words; without it the first."""

    name: str = ""
    choices: tuple[C, ...] = ()

    def of(self, request: Request) -> C:
        """Return what was chosen. Raises BadInput (`bad_query`)."""
        chosen = request.query_params.get(self.name, self.choices[0])
        for choice in self.choices:
            if choice == chosen:
                return choice
        raise BadInput("bad_query", f"`{self.name}` is {' or '.join(self.choices)}.")


def choice_of(name: str, about: str, *choices: C) -> Choice[C]:
    """Return a parameter that is one of these."""
    schema: dict[str, object] = {"enum": list(choices), "default": choices[0]}
    return Choice(schema, about, name=name, choices=choices)


BY_SEQ = {
    "before": number_of("Rows before this conv_seq."),
    "after": number_of("Rows after this conv_seq."),
    "around": number_of("Rows around this conv_seq."),
}
"""Parameters that `place` reads; they exclude each other."""


class Place(NamedTuple):
    """Where in a conversation to read, as a conv_seq; at most one of them is given."""

    before: int | None
    after: int | None
    around: int | None


def place(request: Request) -> Place:
    """Return where to read. Raises BadInput (`bad_query`)."""
    found = Place(*(number(request, name) for name in Place._fields))
    if sum(each is not None for each in found) > 1:
        raise BadInput("bad_query", "Give one of before, after and around.")
    return found


def number(request: Request, name: str) -> int | None:
    """Return a number, None when it is absent. Raises BadInput (`bad_query`)."""
    value = request.query_params.get(name)
    return None if value is None else as_number(value, name)


def as_number(value: str, name: str) -> int:
    """Return the number that a text is. Raises BadInput (`bad_query`)."""
    if not (value.isascii() and value.isdecimal() and len(value) <= 16 and int(value) <= LARGEST):
        raise BadInput("bad_query", f"`{name}` must be a number.")
    return int(value)


def hex_id(value: str, name: str) -> str:
    """Return an id. Raises BadInput (`bad_query`)."""
    if not is_hex_id(value):
        raise BadInput("bad_query", f"`{name}` must be 32 lower-case hex digits.")
    return value


def only(request: Request, *names: str) -> None:
    """Raise BadInput (`bad_query`) for a parameter that is unknown or given twice."""
    given = [name for name, _ in request.query_params.multi_items()]
    for name in given:
        if name not in names or given.count(name) > 1:
            raise BadInput("bad_query", "A parameter is unknown or given twice.")
