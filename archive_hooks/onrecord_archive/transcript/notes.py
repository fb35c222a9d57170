"""What a firm's rules noted about something that was said: signs of another channel, or an order.

A note is a record of the stream `policy` that names what it is about, and never quotes it. It is
shown below the record that it is about; members of the conversation never see it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from onrecord_archive.transcript.markup import Child, Markup, element, said
from onrecord_archive.transcript.times import moment

STREAM: Final = "policy"
"""The stream whose records notes are."""
RULES: Final[Mapping[str, str]] = {"off_channel.hint": "off-channel", "orders.hint": "orders"}
"""The rules by the type of their notes."""


def note_id(rule: str, event: str) -> str:
    """Return the event_id of what a rule notes about an event, in hex."""
    return sha256(f"{rule}\0{event}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Note:
    """A note: its own place in the log and in its stream, and the event_id that it is about.

    `signs` are the kinds of what was found. `about` is empty where the record does not name it: an
    early note names an edit by its own event_id alone (`note_id`), one without content nothing.
    """

    archive_index: int
    conv_seq: int
    event_id: str
    type: str
    at: str
    about: str
    signs: tuple[str, ...] = ()
    early: bool = False


def read_note(archive_index: int, shown: Mapping[str, Any]) -> Note:
    """Return a record of the stream `policy` as a note; of one without content, about nothing."""
    payload, event_id, kind = shown.get("payload"), shown.get("event_id", ""), shown.get("type", "")
    facts = payload if isinstance(payload, Mapping) else {}
    signs, about, message = facts.get("signs"), facts.get("event"), facts.get("message")
    rule = RULES.get(str(kind))
    if not about and (rule is None or note_id(rule, str(message)) == event_id):
        about = message
    return Note(
        archive_index=archive_index,
        conv_seq=int(shown["conv_seq"]),
        event_id=str(event_id),
        type=str(kind),
        at=str(shown.get("at", "")),
        about=str(about or ""),
        early=bool(message) and not about,
        signs=tuple(map(str, signs)) if isinstance(signs, list | tuple) else (),
    )


class Notes:
    """Notes by the event that they are about."""

    def __init__(self, notes: Iterable[Note] = ()) -> None:
        """Take them in their order."""
        self._about: dict[str, tuple[Note, ...]] = {}
        self._early: dict[str, Note] = {}
        for note in notes:
            if note.early:
                self._early[note.event_id] = note
            else:
                self._about[note.about] = (*self._about.get(note.about, ()), note)

    def of(self, event: str) -> tuple[Note, ...]:
        """Return what was noted about an event, by archive_index."""
        found = self._about.get(event, ())
        if self._early:
            wanted = (note_id(rule, event) for rule in RULES.values())
            early = [self._early[each] for each in wanted if each in self._early]
            found = tuple(sorted((*found, *early), key=lambda note: note.archive_index))
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
        "off_channel.hint": "Odnotowano według zasad firmy {time}: oznaki innego kanału"
        " ({signs}). Zapis {seq} strumienia policy.",
        "orders.hint": "Odnotowano według zasad firmy {time}: brzmi jak zlecenie ({signs})."
        " Zapis {seq} strumienia policy.",
        "": "Odnotowano według zasad firmy {time}: {type} ({signs}). Zapis {seq} strumienia"
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
        time=moment(note.at, language),
        type=element("code", note.type),
        signs=element("span", *signs),
        seq=str(note.conv_seq),
    )
