"""What a firm's rules noted about something that was said: signs of another channel, or an order.

A note is a record of the stream `policy` that names what it is about, and never quotes it. It is
shown below the record that it is about; members of the conversation never see it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from onrecord_archive.transcript_markup import Child, Markup, element, said

STREAM: Final = "policy"
"""The stream whose records notes are."""


@dataclass(frozen=True, slots=True)
class Note:
    """A note: its own place in the log and in its stream, and the event_id that it is about.

    `signs` are the kinds of what was found.
    """

    archive_index: int
    conv_seq: int
    event_id: str
    type: str
    at: str
    about: str
    signs: tuple[str, ...] = ()


def read_note(archive_index: int, shown: Mapping[str, Any]) -> Note:
    """Return a record of the stream `policy` as a note; of one without content, about nothing."""
    payload = shown.get("payload")
    facts = payload if isinstance(payload, Mapping) else {}
    signs = facts.get("signs")
    return Note(
        archive_index=archive_index,
        conv_seq=int(shown["conv_seq"]),
        event_id=str(shown.get("event_id", "")),
        type=str(shown.get("type", "")),
        at=str(shown.get("at", "")),
        about=str(facts.get("event") or facts.get("message") or ""),
        signs=tuple(map(str, signs)) if isinstance(signs, list | tuple) else (),
    )


def by_record(notes: Iterable[Note]) -> Mapping[str, tuple[Note, ...]]:
    """Return notes by the event_id that they are about, in their order."""
    found: dict[str, tuple[Note, ...]] = {}
    for note in notes:
        found[note.about] = (*found.get(note.about, ()), note)
    return found


_SENTENCES: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "off_channel.hint": "Noted by the firm's rules at {time}: signs of another channel"
        " ({signs}). Record {seq} of the stream policy.",
        "orders.hint": "Noted by the firm's rules at {time}: it reads like an order ({signs})."
        " Record {seq} of the stream policy.",
        "": "Noted by the firm's rules at {time}: {type} ({signs}). Record {seq} of the stream"
        " policy.",
    },
    "pl": {
        "off_channel.hint": "Odnotowano według zasad firmy o {time}: oznaki innego kanału"
        " ({signs}). Zapis {seq} strumienia policy.",
        "orders.hint": "Odnotowano według zasad firmy o {time}: brzmi jak zlecenie ({signs})."
        " Zapis {seq} strumienia policy.",
        "": "Odnotowano według zasad firmy o {time}: {type} ({signs}). Zapis {seq} strumienia"
        " policy.",
    },
}
_SIGNS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "messenger_link": "a messenger's link",
        "messenger": "a messenger",
        "private_channel": "a private address or number",
        "offline": "talking where nothing is recorded",
        "phone_number": "a telephone number",
        "security": "to buy or sell",
        "order": "an order",
        "transfer": "to pay or transfer",
    },
    "pl": {
        "messenger_link": "odnośnik do komunikatora",
        "messenger": "komunikator",
        "private_channel": "prywatny adres lub numer",
        "offline": "rozmowa poza zapisem",
        "phone_number": "numer telefonu",
        "security": "kupno lub sprzedaż",
        "order": "zlecenie",
        "transfer": "płatność lub przelew",
    },
}


def note_line(note: Note, language: str, line: Callable[..., Markup]) -> Markup:
    """Return what a note says; `line` fills in a sentence."""
    sentences, names = _SENTENCES[language], _SIGNS[language]
    signs: list[Child] = []
    for sign in note.signs:
        signs += [", " if signs else None, names.get(sign) or said(sign)]
    return line(
        sentences.get(note.type, sentences[""]),
        time=element("time", note.at, datetime=note.at),
        type=element("code", note.type),
        signs=element("span", *signs),
        seq=str(note.conv_seq),
    )
