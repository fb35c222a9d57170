"""Writes archive_hooks/PUBLISHED.md: the fixed words and pages that a checker knows by hash.

Run `make reference`; a test holds the file to what this prints.
"""

import sys
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import get_args

from onrecord_archive.catalogues.published import NEWEST, words_in
from onrecord_archive.events.language import Language
from onrecord_archive.format.published import PUBLISHED
from onrecord_archive.format.record import canonical
from onrecord_archive.proof_package import bundle_manifest as bundle
from onrecord_archive.proof_package.bundle import FORMAT as BUNDLE_FORMAT
from onrecord_archive.proof_package.copy_earlier import EARLIER
from onrecord_archive.proof_package.copy_manifest import claims_of
from onrecord_archive.proof_package.own_copy import FORMAT, UNNAMED_FORMAT

HEAD = f"""# Published words and pages

<!-- Made by `make reference`; do not edit. -->

SHA-256 of what is the same in every copy and bundle of a format, so that a checker need not know
how it is made. `claims` is the canonical JSON of `{{does_not_prove, proves}}`, both as in
manifest.json.

The words themselves are those of the catalogue whose bytes have the SHA-256
`{NEWEST}`
(`onrecord_archive/catalogues/published`): ICU messages in each language, by their ids. A catalogue
that pages were published in is never changed.

| in | file | which | SHA-256 |
|---|---|---|---|
"""
Row = tuple[str, str, str, str]


def reference() -> str:
    """Return archive_hooks/PUBLISHED.md."""
    rows = [*_of_copies(), *_of_bundles()]
    return HEAD + "".join(f"| {' | '.join(f'`{part}`' for part in row)} |\n" for row in rows)


def _of_copies() -> Iterator[Row]:
    for language in get_args(Language):
        words, claims = words_in(language), claims_of(language)
        yield FORMAT, "README.txt", language, _hash(words.text("copy.readme").encode())
        yield FORMAT, "claims", language, _hash(canonical({**claims}))
        for page in PUBLISHED.pages[language]:
            yield FORMAT, "verify.html", language, page
    for language, earlier in EARLIER.items():
        yield UNNAMED_FORMAT, "README.txt", language, earlier.readme
        yield UNNAMED_FORMAT, "claims", language, earlier.claims
        yield UNNAMED_FORMAT, "verify.html", language, earlier.page


def _of_bundles() -> Iterator[Row]:
    yield BUNDLE_FORMAT, "README.txt", "en", _hash(bundle.README_TEXT.encode())
    not_range = (*bundle.NOT_RANGE, *bundle.NOT)
    not_search = (*bundle.SEARCH, *bundle.NOT_SEARCH, *bundle.NOT)
    yield BUNDLE_FORMAT, "claims", "range", _claims((*bundle.EACH, *bundle.RANGE), not_range)
    yield BUNDLE_FORMAT, "claims", "search", _claims(bundle.EACH, not_search)
    for schema in PUBLISHED.schemas:
        yield BUNDLE_FORMAT, "records.schema.json", "any", schema


def _claims(proves: Sequence[str], not_proved: Sequence[str]) -> str:
    return _hash(canonical({"proves": list(proves), "does_not_prove": list(not_proved)}))


def _hash(data: bytes) -> str:
    return sha256(data).hexdigest()


if __name__ == "__main__":
    sys.stdout.write(reference())
