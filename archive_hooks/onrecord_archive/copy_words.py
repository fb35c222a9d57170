"""The words of a copy: its README and what its manifest says it proves, in each language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from onrecord_archive.events.language import Language


@dataclass(frozen=True, slots=True)
class Words:
    """One language."""

    proves: tuple[str, ...]
    does_not_prove: tuple[str, ...]
    readme: str


ENGLISH: Final = Words(
    proves=(
        (
            "Each record is in the firm's archive at its archive_index: its proof leads to the "
            "checkpoint."
        ),
        "The checkpoint is signed by every key of the policy.",
        (
            "Each record with `shown` says what the archive has of it: texts, names and times are "
            "unchanged."
        ),
        (
            "The copy is complete: nothing was taken out of it since the firm's archive recorded "
            "it (copy-made.json), and of all that was in the archive when it was asked for, no "
            "record is missing from each joining to each leaving."
        ),
    ),
    does_not_prove=(
        "What was recorded after the copy was asked for: a new copy has that.",
        "That the checkpoint is the newest: compare it with one that you hold from another source.",
        (
            "What `seen` says: the record also tells of what was before you joined, so only its "
            "hash is proved. The firm gave it out in these words."
        ),
        (
            "What a record says that concerns another client and is from before you joined: only "
            "its kind and its time are here."
        ),
        "That people are who the firm's directory says they are.",
    ),
    readme="""\
Your copy
=========

This folder holds everything that was said in your conversations with the firm, from
when you joined to when you left, with proof that nothing was changed or left out.

  transcript.html  to read or print; it needs no network
  verify.html      checks this copy in your browser, without a network
  file-...         files of the messages, by the SHA-256 of their bytes
  records.jsonl    the same records for machines: one JSON object a line
  copy-made.json   the archive's record of this copy: it names all that belongs in it
  manifest.json    whose copy this is, counts, hashes, what this proves and does not
  checkpoint       the archive's signed head
  policy           the archive's public keys

A message that was edited or removed from view is in here as you first saw it, with
what became of it: the record of a conversation is never rewritten. Files that were
sent are in here under their SHA-256, but for those that take a code to open and very
large ones: these are only named.

The archive counts all records of the firm together. So the gaps between the numbers
`archive_index`, the size in `checkpoint`, and the number of the record in
copy-made.json say how much the whole firm wrote and did, and nothing about you.

To check it in a browser: open verify.html and choose the .zip file that you downloaded,
or all files of the folder that it was unpacked to.
To check it with Python 3.11 or newer, offline, take the verifier from the firm's own release
of OnRecord, a file onrecord-VERSION.whl that the firm gives you. Install that file, never a
package of this name from an index: it may be anybody's.

  pip install ./onrecord-VERSION.whl
  python -m onrecord_archive.verify THIS_FOLDER_OR_ZIP --policy POLICY_FILE

Ask the firm for POLICY_FILE by another way than this copy came to you: whoever could
change the copy could change its `policy` and its verify.html as well.
""",
)

POLISH: Final = Words(
    proves=(
        (
            "Każdy zapis jest w archiwum firmy pod swoim numerem archive_index: jego dowód "
            "prowadzi do punktu kontrolnego."
        ),
        "Punkt kontrolny podpisano wszystkimi kluczami z pliku policy.",
        (
            "Każdy zapis z polem `shown` mówi to, co ma archiwum: treści, nazwiska i czasy są "
            "niezmienione."
        ),
        (
            "Kopia jest kompletna: niczego z niej nie usunięto, odkąd zapisało ją archiwum firmy "
            "(copy-made.json), a z tego, co było w archiwum w chwili prośby o nią, od każdego "
            "dołączenia do każdego odejścia nie brakuje żadnego zapisu."
        ),
    ),
    does_not_prove=(
        "Tego, co zapisano po prośbie o kopię: będzie to w nowej kopii.",
        "Że punkt kontrolny jest najnowszy: porównaj go z takim, który masz z innego źródła.",
        (
            "Tego, co mówi pole `seen`: zapis mówi też o czymś sprzed Twojego dołączenia, "
            "więc udowodniony jest tylko jego skrót. W tym brzmieniu wydała go firma."
        ),
        (
            "Tego, co mówi zapis sprzed Twojego dołączenia, który dotyczy innego klienta: jest "
            "tu tylko jego rodzaj i czas."
        ),
        "Że osoby są tymi, za kogo podaje je spis firmy.",
    ),
    readme="""\
Twoja kopia
===========

Ten folder zawiera wszystko, co powiedziano w Twoich rozmowach z firmą, od dołączenia
do odejścia, wraz z dowodem, że niczego nie zmieniono ani nie pominięto.

  transcript.html  do czytania i druku; nie potrzebuje sieci
  verify.html      sprawdza tę kopię w przeglądarce, bez sieci
  file-...         pliki z wiadomości, nazwane skrótem SHA-256 swoich bajtów
  records.jsonl    te same zapisy dla programów: jeden obiekt JSON w wierszu
  copy-made.json   zapis archiwum o tej kopii: wymienia wszystko, co do niej należy
  manifest.json    czyja to kopia, liczby, skróty, co to dowodzi, a czego nie
  checkpoint       podpisany stan archiwum
  policy           klucze publiczne archiwum

Wiadomość zmieniona lub usunięta z widoku jest tu taka, jaką można było zobaczyć
na początku, z jej dalszymi losami: zapisu rozmowy nigdy się nie przepisuje. Przesłane
pliki są tu pod swoim skrótem SHA-256, poza bardzo dużymi i tymi, których otwarcie
wymaga kodu: te są tylko wymienione.

Archiwum liczy razem zapisy całej firmy. Odstępy między numerami archive_index, liczba
w pliku checkpoint i numer zapisu w copy-made.json mówią więc, ile pisze i robi cała
firma, a nic o Tobie.

Sprawdzenie w przeglądarce: otwórz verify.html i wskaż pobrany plik .zip albo wszystkie
pliki z folderu, do którego go rozpakowano.
Do sprawdzenia programem Python 3.11 lub nowszym, bez sieci, potrzebny jest weryfikator
z wydania OnRecord, którego używa firma: plik onrecord-WERSJA.whl, który od niej dostaniesz.
Zainstaluj ten plik, nigdy pakiet o tej nazwie z repozytorium: może należeć do kogokolwiek.

  pip install ./onrecord-WERSJA.whl
  python -m onrecord_archive.verify TEN_FOLDER_LUB_ZIP --policy PLIK_POLICY

O PLIK_POLICY poproś firmę inną drogą niż ta, którą przyszła kopia: kto mógłby zmienić
kopię, mógłby też zmienić jej plik policy i verify.html.
""",
)

WORDS: Final[Mapping[Language, Words]] = {"en": ENGLISH, "pl": POLISH}
