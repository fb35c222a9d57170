"""The words of a transcript in the languages that it comes in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from onrecord_archive.events.language import Language


@dataclass(frozen=True, slots=True)
class Labels:
    """One language. In the sentences, names in braces stand for what is filled in."""

    language: Language
    transcript: str
    conversation: str
    system_stream: str
    personal: str
    untitled: str
    direct: str
    records: str
    contained: str
    missing: str
    none_missing: str
    log: str
    log_size: str
    root: str
    case: str
    opened_by: str
    opened_at: str
    look: str
    reason: str
    copy_of: str
    copy_note: str
    times: str
    people: str
    name: str
    organisation: str
    kind: str
    role: str
    person_id: str
    seen_in: str
    positions: str
    read: str
    delivered: str
    number: str
    time: str
    who: str
    what: str
    message: str
    reply: str
    reply_unseen: str
    edited_later: str
    removed_later: str
    edited: str
    edited_elsewhere: str
    removed: str
    removed_elsewhere: str
    reaction_on: str
    reaction_off: str
    reaction_unseen: str
    created: str
    added: str
    added_since: str
    joined: str
    broadcast: str
    mentions: str
    everybody: str
    forward: str
    forward_by: str
    forwarded: str
    forwarded_first: str
    shared: str
    taken_out: str
    left: str
    left_firm: str
    titled: str
    handed_over: str
    taken_over: str
    uncovered: str
    stands_in: str
    will_stand_in: str
    began: str
    ended: str
    waits: str
    device: str
    confirmed: str
    withdrawn_word: str
    reset: str
    assurance: str
    assurance_word: str
    complaint: str
    complaint_about: str
    complaint_elsewhere: str
    complaint_due: str
    answered: str
    withdrawn: str
    replied: str
    replied_until: str
    marks_read: str
    marks_delivered: str
    marks_played: str
    other: str
    gone: str
    file: str
    voice: str
    stored: str
    scanned: str
    also: str
    kept: str
    facts: Mapping[str, str]
    notes: tuple[str, ...]
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    values: Mapping[str, str]

    def value(self, word: str) -> str:
        """Return a kind or role in this language; one that is not known as it stands."""
        return self.values.get(word, word)

    def day(self, value: str) -> str:
        """Return a `YYYY-MM-DD` as a heading; what is no date as it stands."""
        try:
            day = date.fromisoformat(value)
        except ValueError:
            return value
        month = self.months[day.month - 1]
        return f"{self.weekdays[day.weekday()]}, {day.day} {month} {day.year}"


ENGLISH: Final = Labels(
    language="en",
    transcript="Transcript",
    conversation="Conversation",
    personal="What somebody noted for themself",
    system_stream="System records",
    untitled="Group without a title",
    direct="Direct conversation",
    records="Records",
    contained="Record numbers",
    missing="Not contained",
    none_missing="none between the first and the last",
    log="Archive",
    log_size="Records in the archive at the checkpoint",
    root="Root hash of the checkpoint",
    case="Case",
    opened_by="Opened by",
    opened_at="Opened at (UTC)",
    look="On the record as number",
    reason="Reason",
    copy_of="Copy for",
    copy_note="What records tell of messages that this person could not read is left out.",
    times="Times",
    people="People, as they were then",
    name="Name",
    organisation="Organisation",
    kind="Kind",
    role="Role",
    person_id="Identifier",
    seen_in="In records",
    positions="Positions at the end",
    read="Read up to message",
    delivered="Delivered up to message",
    number="No.",
    time="Time (UTC)",
    who="Who",
    what="What",
    message="Message {number}",
    reply="In reply to record {seq} by {person}:",
    reply_unseen="In reply to record {seq}, which this person does not see.",
    edited_later="Edited on {time} by {person} (record {seq}):",
    removed_later="Removed from view on {time} by {person} (record {seq}); the record stays.",
    edited="Edited record {seq}:",
    edited_elsewhere="Edited a message that is not contained here ({target}):",
    removed="Removed record {seq} from view; the record stays.",
    removed_elsewhere="Removed from view a message that is not contained here ({target}).",
    reaction_on="Reacted to record {seq}: {emoji}",
    reaction_off="Took back a reaction to record {seq}: {emoji}",
    reaction_unseen="A reaction to a message that this person does not see.",
    created="Started the conversation with {people}.",
    added="Added {person}, who reads from record {seq} on.",
    added_since="Added {person}, who reads from record {seq} on (shared since {since}).",
    broadcast="One text to several people, recorded as {id}",
    mentions="Mentions {people}",
    everybody="everybody",
    forward="Forwarded. Written {at}",
    forward_by="Forwarded. Written by {person}, {at}",
    forwarded="forwarded from record {seq} of {conversation} by {person}, {at} (event {event})",
    forwarded_first=", where it had been forwarded; written by {person}, {at}",
    joined="Joined by the link {link}, and reads from record {seq} on.",
    shared="Let {person} read from record {seq} on (shared since {since}).",
    taken_out="Took {person} out of the conversation.",
    left="Left the conversation.",
    left_firm="Ended the relationship and left the conversation.",
    titled="Named the conversation {title}.",
    handed_over="Handed over from {former} to {successor}, who reads from record {seq} on ({how}).",
    taken_over="Nobody of the firm was here. {successor} answers, and reads from record {seq} on"
    " ({how}).",
    uncovered="{former} left the firm. Nobody has taken over yet.",
    stands_in="{person} stands in until {ends} and reads from record {seq} on ({how}).",
    will_stand_in="{person} will stand in from {starts} until {ends} ({how}).",
    began="{person} stands in from now on and reads from record {seq} on.",
    ended="{person} does not stand in any more.",
    waits="Record {seq} is the client's first message that waited for an answer.",
    device="Signed in on a device not seen before: {name}.",
    confirmed="Made sure of {person} {how}; this counts until {until}.",
    withdrawn_word="Took back the advisor's confirmation of {person}; it counts no more.",
    reset="Had {person} come in anew; their devices and passkeys ended.",
    assurance="From here on {person} is known by {proof}; made sure on {at}, due again on {until}.",
    assurance_word="{person} had made sure of them {how}; this counts until {until}.",
    complaint="Marked the conversation as complaint {reference}: {about}.",
    complaint_about="Marked record {seq} as complaint {reference}: {about}.",
    complaint_elsewhere="Marked a message that is not contained here ({target}) as complaint"
    " {reference}: {about}.",
    complaint_due="To be answered by {due}.",
    answered="Complaint {reference} was answered.",
    withdrawn="Complaint {reference} was taken back.",
    replied="Automatic reply to record {seq}, in no person's name; reason: {reason}.",
    replied_until="It said that somebody is there from {until} on.",
    marks_read="{person} had read up to message {number}.",
    marks_delivered="{person} had received up to message {number}.",
    marks_played="{person} had played the voice note of message {number}.",
    other="Record of type {type}",
    gone="Its content is not contained; that it was recorded, and when, is proved.",
    file="File {name}, {size} bytes, {type}, SHA-256 {sha256}",
    voice="Voice note, {length}. File {name}, {size} bytes, {type}, SHA-256 {sha256}",
    stored="Stored a file; members see it with the message that sends it",
    scanned="Checked for malware by {scanner}: nothing found",
    also="Also on the record",
    kept="Seen by compliance only",
    facts={
        "device": "device", "auth": "signed in by", "addresses": "addresses",
        "claimed_at": "written at, by the device's clock", "client_id": "client id",
        "planned_at": "planned at",
    },
    notes=(
        "Each row is one record of the archive; none is left out of the rows shown.",
        "A message edited or removed is shown as first sent; below it, what became of it.",
        "Names, organisations and roles are those of the time of each record.",
        "Control characters are shown as symbols here; the file records.jsonl has them exactly.",
        "Unseen ones that turn the order of writing: by their numbers in a frame, such as U+202E.",
    ),
    weekdays=(
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
    ),
    months=(
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ),
    values={
        "direct": "direct conversation", "group": "group", "personal": "personal",
        "broadcast": "one text to several people",
        "employee": "employee",
        "client": "client", "bot": "bot", "system": "system", "advisor": "advisor",
        "compliance": "compliance", "administrator": "administrator", "auditor": "auditor",
        "all": "the whole history", "since": "the history since {since}",
        "new": "new messages alone",
        "in_person": "in person", "voice": "by a known voice", "video": "by video",
        "code": "a one-time code", "passkey": "a passkey", "none": "nothing yet",
        "closed": "the office was closed", "away": "whoever answers was out of office",
    },
)  # fmt: skip

POLISH: Final = Labels(
    language="pl",
    transcript="Zapis rozmowy",
    conversation="Rozmowa",
    system_stream="Zapisy systemowe",
    personal="Oznaczenia na własny użytek",
    untitled="Grupa bez nazwy",
    direct="Rozmowa bezpośrednia",
    records="Liczba zapisów",
    contained="Numery zapisów",
    missing="Nie zawarto",
    none_missing="między pierwszym a ostatnim nie brakuje żadnego",
    log="Archiwum",
    log_size="Liczba zapisów w archiwum w punkcie kontrolnym",
    root="Skrót główny punktu kontrolnego",
    case="Sprawa",
    opened_by="Kto otworzył",
    opened_at="Kiedy otwarto (UTC)",
    look="Numer zapisu w sprawie",
    reason="Powód",
    copy_of="Kopia dla",
    copy_note="Pominięto to, co zapisy mówią o wiadomościach, których ta osoba nie mogła czytać.",
    times="Czas",
    people="Osoby, według stanu z chwili zapisu",
    name="Imię i nazwisko",
    organisation="Organizacja",
    kind="Rodzaj",
    role="Rola",
    person_id="Identyfikator",
    seen_in="W zapisach",
    positions="Pozycje na końcu",
    read="Przeczytano do wiadomości",
    delivered="Doręczono do wiadomości",
    number="Nr",
    time="Czas (UTC)",
    who="Kto",
    what="Co",
    message="Wiadomość {number}",
    reply="W odpowiedzi na zapis {seq}, autor: {person}:",
    reply_unseen="W odpowiedzi na zapis {seq}, którego ta osoba nie widzi.",
    edited_later="Zmieniono {time}, autor zmiany: {person} (zapis {seq}):",
    removed_later="Usunięto z widoku {time}, autor: {person} (zapis {seq}); zapis pozostaje.",
    edited="Zmiana treści zapisu {seq}:",
    edited_elsewhere="Zmiana treści wiadomości, której tu nie zawarto ({target}):",
    removed="Usunięcie zapisu {seq} z widoku; zapis pozostaje.",
    removed_elsewhere="Usunięcie z widoku wiadomości, której tu nie zawarto ({target}).",
    reaction_on="Reakcja na zapis {seq}: {emoji}",
    reaction_off="Cofnięcie reakcji na zapis {seq}: {emoji}",
    reaction_unseen="Reakcja na wiadomość, której ta osoba nie widzi.",
    created="Rozpoczęcie rozmowy; uczestnicy: {people}.",
    added="Dodanie osoby: {person}; widzi zapisy od numeru {seq}.",
    added_since="Dodanie osoby: {person}; widzi zapisy od numeru {seq} (udostępniono od {since}).",
    broadcast="Jeden tekst do wielu osób, zapis {id}",
    mentions="Wzmianki: {people}",
    everybody="wszyscy",
    forward="Przekazana dalej. Napisano {at}",
    forward_by="Przekazana dalej. Autor: {person}, {at}",
    forwarded="przekazano z zapisu {seq} rozmowy {conversation}, autor: {person}, {at}"
    " (zdarzenie {event})",
    forwarded_first=", dokąd też ją przekazano; pierwotny autor: {person}, {at}",
    joined="Dołączenie przez link {link}; widzi zapisy od numeru {seq}.",
    shared="Udostępnienie historii osobie: {person}; zapisy od numeru {seq} (od {since}).",
    taken_out="Usunięcie osoby z rozmowy: {person}.",
    left="Opuszczenie rozmowy.",
    left_firm="Zakończenie relacji i opuszczenie rozmowy.",
    titled="Nadanie rozmowie nazwy {title}.",
    handed_over="Przekazanie: {former} → {successor}; nowa osoba widzi zapisy od numeru {seq}"
    " ({how}).",
    taken_over="Nie było tu nikogo z firmy. Odpowiada: {successor}; widzi zapisy od numeru {seq}"
    " ({how}).",
    uncovered="{former} nie pracuje już w firmie. Nikt jeszcze nie przejął rozmowy.",
    stands_in="Zastępstwo do {ends}: {person}; widzi zapisy od numeru {seq} ({how}).",
    will_stand_in="Zastępstwo od {starts} do {ends}: {person} ({how}).",
    began="Początek zastępstwa: {person}; widzi zapisy od numeru {seq}.",
    ended="Koniec zastępstwa: {person}.",
    waits="Zapis {seq} to pierwsza wiadomość klienta, która czekała na odpowiedź.",
    device="Logowanie na nieznanym dotąd urządzeniu: {name}.",
    confirmed="Potwierdzenie tożsamości, {how}: {person}; ważne do {until}.",
    withdrawn_word="Cofnięcie potwierdzenia tożsamości: {person}; już nie obowiązuje.",
    reset="Ponowne wejście klienta: {person}; dotychczasowe urządzenia i klucze dostępu wygasły.",
    assurance="Odtąd {person}: {proof}; potwierdzono {at}, ponownie do {until}.",
    assurance_word="Tożsamość potwierdzona, {how}: {person}; ważne do {until}.",
    complaint="Oznaczenie rozmowy jako reklamacji {reference}: {about}.",
    complaint_about="Oznaczenie zapisu {seq} jako reklamacji {reference}: {about}.",
    complaint_elsewhere="Oznaczenie wiadomości, której tu nie zawarto ({target}), jako reklamacji"
    " {reference}: {about}.",
    complaint_due="Termin odpowiedzi: {due}.",
    answered="Udzielono odpowiedzi na reklamację {reference}.",
    withdrawn="Wycofano reklamację {reference}.",
    replied="Odpowiedź automatyczna na zapis {seq}, nie od człowieka; powód: {reason}.",
    replied_until="Zapowiedziano, że ktoś będzie od {until}.",
    marks_read="{person}: przeczytano do wiadomości {number}.",
    marks_delivered="{person}: doręczono do wiadomości {number}.",
    marks_played="{person}: odtworzono wiadomość głosową {number}.",
    other="Zapis typu {type}",
    gone="Treści tu nie zawarto; udowodniono, że i kiedy ją zapisano.",
    file="Plik {name}, bajtów: {size}, {type}, SHA-256 {sha256}",
    voice="Wiadomość głosowa, {length}. Plik {name}, bajtów: {size}, {type}, SHA-256 {sha256}",
    stored="Zapisano plik; uczestnicy widzą go w wiadomości, z którą został wysłany",
    scanned="Sprawdzono pod kątem złośliwego oprogramowania ({scanner}): niczego nie znaleziono",
    also="Ponadto w zapisie",
    kept="Widoczne tylko dla działu zgodności",
    facts={
        "device": "urządzenie", "auth": "logowanie", "addresses": "adresy",
        "claimed_at": "napisano według zegara urządzenia", "client_id": "identyfikator klienta",
        "planned_at": "zaplanowano",
    },
    notes=(
        "Każdy wiersz to jeden zapis archiwum; w pokazanym zakresie nie pominięto żadnego.",
        "Wiadomość zmienioną lub usuniętą pokazano w pierwotnej postaci, pod nią jej dalsze losy.",
        "Imiona i nazwiska, organizacje i role podano według stanu z chwili każdego zapisu.",
        "Znaki sterujące pokazano tu jako symbole; plik records.jsonl zawiera je dokładnie.",
        "Niewidoczne znaki odwracające kolejność pisma pokazano jako numery w ramce, np. U+202E.",
    ),
    weekdays=(
        "poniedziałek", "wtorek", "środa", "czwartek", "piątek", "sobota", "niedziela",
    ),
    months=(
        "stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca", "sierpnia",
        "września", "października", "listopada", "grudnia",
    ),
    values={
        "direct": "rozmowa bezpośrednia", "group": "grupa", "personal": "osobiste",
        "broadcast": "jeden tekst do wielu osób",
        "employee": "pracownik",
        "client": "klient", "bot": "bot", "system": "system", "advisor": "doradca",
        "compliance": "zgodność", "administrator": "administrator", "auditor": "audytor",
        "all": "cała historia", "since": "historia od {since}", "new": "tylko nowe wiadomości",
        "in_person": "osobiście", "voice": "po głosie", "video": "przez wideo",
        "code": "kod jednorazowy", "passkey": "klucz dostępu", "none": "jeszcze nic",
        "closed": "poza godzinami pracy", "away": "nieobecność doradcy",
    },
)  # fmt: skip

LABELS: Final[Mapping[Language, Labels]] = {"en": ENGLISH, "pl": POLISH}
