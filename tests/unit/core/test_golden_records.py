"""What a record of each type says, byte by byte, written by hand: no version writes another.

These lines are never made anew from what the code writes. A type that is new gets its own.
"""

from datetime import UTC, datetime
from typing import Final

import pytest

from onrecord.core.domain.values import Actor, Event, StreamRef
from onrecord.core.journal.numbering import shown_of
from onrecord.core.journal.shown import event_of
from onrecord_archive.events import clients, complaints, conversations, groups, messages, personal
from onrecord_archive.events.every import PAYLOADS
from onrecord_archive.events.files import File, SealedBlob, Voice
from onrecord_archive.events.ids import BlobId, EventId, PersonId, StreamId
from onrecord_archive.events.payload import Payload

BEN, CLARA = PersonId("ben"), PersonId("clara")
E, F = EventId("e" * 32), EventId("f" * 32)
ROOM = StreamId("c" * 32)
BLOB = BlobId("b" * 32)
SHA = "a" * 64
FROM, UNTIL = "2026-12-02T08:00:00.000000Z", "2026-12-09T18:30:00.000000Z"
ACTOR = '{"id":"anna","kind":"employee","name":"Anna","org":"Bank","role":"advisor"}'
B32, C32, E32, F32 = "b" * 32, "c" * 32, "e" * 32, "f" * 32

GOLDEN: Final[list[tuple[Payload, str]]] = [
    (
        conversations.ConversationCreated((BEN, CLARA), "Desk"),
        '{"members":["ben","clara"],"title":"Desk"}',
    ),
    (
        messages.MessageSent(
            "Dzień dobry @Ben",
            messages.Quote(F, 3, BEN, "Hello"),
            broadcast=E,
            forward=messages.Forward(FROM, CLARA),
            mentions=(messages.Mention(12, 4, BEN),),
        ),
        (
            f'{{"broadcast":"{E32}","forward":{{"actor":"clara","at":"{FROM}"}},'
            '"mentions":[{"at":12,"length":4,"person":"ben"}],'
            f'"reply_to":{{"actor":"ben","conv_seq":3,"event_id":"{F32}","text":"Hello"}},'
            '"text":"Dzień dobry @Ben"}'
        ),
    ),
    (
        messages.FileStored(SealedBlob(SHA, BLOB, 21), "clamd"),
        f'{{"blob":{{"ct":"{SHA}","id":"{B32}","size":21}},"scanner":"clamd"}}',
    ),
    (
        messages.MessageEdited(E, "Hi @all", (messages.Mention(3, 4),)),
        f'{{"mentions":[{{"at":3,"length":4}}],"target":"{E32}","text":"Hi @all"}}',
    ),
    (messages.MessageRemoved(E), f'{{"target":"{E32}"}}'),
    (messages.ReactionChanged(E, "👍", on=False), f'{{"emoji":"👍","on":false,"target":"{E32}"}}'),
    (
        conversations.MemberAdded(BEN, 4, FROM, E),
        f'{{"from_seq":4,"link":"{E32}","person":"ben","since":"{FROM}"}}',
    ),
    (
        conversations.HistoryShared(BEN, 2, FROM),
        f'{{"from_seq":2,"person":"ben","since":"{FROM}"}}',
    ),
    (conversations.MemberRemoved(BEN), '{"person":"ben"}'),
    (conversations.MemberLeft(ended=True), '{"ended":true}'),
    (conversations.TitleChanged("Desk"), '{"title":"Desk"}'),
    (groups.AdminChanged(BEN, on=True), '{"on":true,"person":"ben"}'),
    (groups.GroupDescribed(""), '{"text":""}'),
    (groups.PostingChanged(admins_only=True), '{"admins_only":true}'),
    (
        groups.GroupPictured(SHA, "image/png", "iVBORw=="),
        f'{{"data":"iVBORw==","media_type":"image/png","sha256":"{SHA}"}}',
    ),
    (groups.JoinLinkMade(SHA, UNTIL), f'{{"hash":"{SHA}","until":"{UNTIL}"}}'),
    (groups.JoinLinkRevoked(), "{}"),
    (
        clients.NoticeAccepted(SHA, "pl", "Nagrywanie", "Zgoda", CLARA, FROM),
        (
            f'{{"accepted_at":"{FROM}","locale":"pl","notice":"{SHA}","person":"clara",'
            '"text":"Zgoda","title":"Nagrywanie"}'
        ),
    ),
    (
        clients.ConversationHandedOver(PersonId(""), BEN, 1, "since", FROM, 5),
        (
            '{"former":"","from_seq":1,"history":"since",'
            f'"since":"{FROM}","successor":"ben","waiting":5}}'
        ),
    ),
    (clients.ConversationUncovered(BEN), '{"former":"ben"}'),
    (
        clients.DelegateAdded(BEN, "Ben", FROM, UNTIL, "new", from_seq=6, waiting=5),
        (
            f'{{"ends":"{UNTIL}","from_seq":6,"history":"new","name":"Ben","person":"ben",'
            f'"starts":"{FROM}","waiting":5}}'
        ),
    ),
    (
        clients.DelegateStarted(E, BEN, 6),
        f'{{"delegation":"{E32}","from_seq":6,"person":"ben"}}',
    ),
    (clients.DelegateEnded(E, BEN), f'{{"delegation":"{E32}","person":"ben"}}'),
    (clients.DeviceAdded("Firefox, Linux"), '{"name":"Firefox, Linux"}'),
    (
        clients.IdentityConfirmed(CLARA, "voice", UNTIL),
        f'{{"how":"voice","person":"clara","until":"{UNTIL}"}}',
    ),
    (clients.IdentityReset(CLARA), '{"person":"clara"}'),
    (clients.IdentityWithdrawn(CLARA), '{"person":"clara"}'),
    (
        clients.AssuranceChanged(CLARA, "passkey", FROM, UNTIL, UNTIL, "video", BEN),
        (
            f'{{"confirmed_by":"ben","confirmed_how":"video","confirmed_until":"{UNTIL}",'
            f'"person":"clara","proof":"passkey","proved_at":"{FROM}","until":"{UNTIL}"}}'
        ),
    ),
    (
        complaints.ComplaintFiled(
            "R-1", "fees", "Opłaty", "pl", "Za dużo", UNTIL, E, complaints.CategoryWords("Fees")
        ),
        (
            f'{{"about":"Opłaty","category":"fees","due":"{UNTIL}","locale":"pl",'
            f'"reason":"Za dużo","reference":"R-1","target":"{E32}","words":{{"en":"Fees"}}}}'
        ),
    ),
    (
        complaints.ComplaintClosed(E, "R-1", "answered", "Paid back"),
        f'{{"complaint":"{E32}","note":"Paid back","outcome":"answered","reference":"R-1"}}',
    ),
    (
        clients.OutOfOfficeReplied("Back soon", "en", E, "away", UNTIL),
        f'{{"locale":"en","reason":"away","target":"{E32}","text":"Back soon","until":"{UNTIL}"}}',
    ),
    (
        conversations.Positions(
            (
                conversations.PositionChange(BEN, 3, 4, (2,)),
                conversations.PositionChange(CLARA, read=1),
            )
        ),
        (
            '{"changes":[{"delivered":4,"person":"ben","played":[2],"read":3},'
            '{"person":"clara","read":1}]}'
        ),
    ),
    (
        personal.ConversationMarked(ROOM, "muted", True, UNTIL, level="mentions"),
        f'{{"conversation":"{C32}","level":"mentions","mark":"muted","on":true,"until":"{UNTIL}"}}',
    ),
    (
        personal.MessageStarred(ROOM, E, on=True),
        f'{{"conversation":"{C32}","on":true,"target":"{E32}"}}',
    ),
    (
        personal.QuietHoursSet("Europe/Warsaw", "22:00", "07:00", weekends=True),
        '{"ends":"07:00","starts":"22:00","weekends":true,"zone":"Europe/Warsaw"}',
    ),
]


def event(said: Payload, msg_no: int | None) -> Event:
    actor = Actor(PersonId("anna"), "Anna", "employee", "Bank", "advisor")
    at = datetime(2026, 12, 2, 8, tzinfo=UTC)
    return Event(E, StreamRef(ROOM, "group", "Desk"), 7, msg_no, actor, at, said)


def record(type: str, payload: str, counted: str = "") -> bytes:
    """Return `shown` with this payload, as it was always written."""
    return (
        f'{{"actor":{ACTOR},"at":"{FROM}","conv_seq":7,"event_id":"{E32}",{counted}'
        f'"payload":{payload},"prev":"{"0" * 64}","stream":{{"id":"{C32}","kind":"group",'
        f'"title":"Desk"}},"type":"{type}","v":1}}'
    ).encode()


@pytest.mark.parametrize(("said", "payload"), GOLDEN, ids=[said.type for said, _ in GOLDEN])
def test_a_record_says_what_it_always_did(said: Payload, payload: str) -> None:
    msg_no, counted = (3, '"msg_no":3,') if said.counts else (None, "")
    golden, happened = record(said.type, payload, counted), event(said, msg_no)
    assert shown_of(happened, bytes(32)) == golden
    assert event_of(golden) == happened


def test_files_stand_beside_what_a_message_says() -> None:
    file = File(BLOB, SHA, 21, "note.ogg", "audio/ogg", voice=Voice(900, "0f"))
    listed = (
        f'"files":[{{"blob_id":"{B32}","name":"note.ogg","sha256":"{SHA}","size":21,'
        '"type":"audio/ogg","voice":{"ms":900,"wave":"0f"}}],"msg_no":3,'
    )
    happened = event(messages.MessageSent("", files=(file,)), 3)
    golden = record("message.sent", '{"text":""}', listed)
    assert shown_of(happened, bytes(32)) == golden
    assert event_of(golden) == happened


def test_each_type_has_its_golden_record() -> None:
    assert {said.type for said, _ in GOLDEN} == set(PAYLOADS)
