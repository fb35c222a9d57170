"""verify.html: checks a copy in a browser, opened from a disk, with nothing fetched.

Its parts lie in `copy_page_parts`. Script and style are named by their hash in the page's own
policy, so that nothing else runs in it.
"""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any, Final, get_args

from onrecord_archive.catalogues.published import words_in
from onrecord_archive.events.language import Language
from onrecord_archive.format.note import encode_base64
from onrecord_archive.format.published import PUBLISHED
from onrecord_archive.proof_package.copy_manifest import claims_of
from onrecord_archive.transcript.complaint_words import categories
from onrecord_archive.transcript.markup import text

_PARTS: Final = files("onrecord_archive.proof_package") / "copy_page_parts"


@cache
def verify_page(language: Language) -> bytes:
    """Return the page in a language; the same bytes in every copy."""
    words: dict[str, Any] = {**words_in(language).family("check"), **claims_of(language)}
    words["claims"] = {each: claims_of(each) for each in get_args(Language)}
    words["sentences"] = _sentences(language)
    parts = ("verify.js", "sentences.js", "build.js")
    script = "".join((_PARTS / part).read_text(encoding="utf-8") for part in parts)
    style = (_PARTS / "verify.css").read_text(encoding="utf-8")
    policy = (
        "default-src 'none'; base-uri 'none'; form-action 'none'; "
        f"script-src 'sha256-{_digest(script)}'; style-src 'sha256-{_digest(style)}'"
    )
    data = json.dumps(words, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{text(policy)}">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        f"<title>{text(words['title'])}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f"<main><h1>{text(words['title'])}</h1><noscript><p>{text(words['no_script'])}</p>"
        '</noscript></main>\n<script type="application/json" id="words">'
        f"{data}</script>\n<script>{script}</script>\n</body>\n</html>\n"
    ).encode()


_SAID: Final = frozenset(
    "reply edited edited_elsewhere removed removed_elsewhere reaction_on reaction_off"
    " reaction_unseen created added added_since joined shared taken_out left left_firm titled"
    " handed_over taken_over uncovered stands_in will_stand_in"
    " began ended device confirmed withdrawn_word reset assurance assurance_word complaint"
    " complaint_about"
    " complaint_elsewhere complaint_due answered withdrawn replied replied_until marks_read"
    " marks_delivered marks_played stored".split()
)
"""The sentences of records that sentences.js takes."""


def _sentences(language: Language) -> dict[str, Any]:
    """Return the sentences that transcript.html says records in, as sentences.js calls them."""
    words = words_in(language)
    plain = {name: words.sources[f"record.{name}"] for name in _SAID}
    more = {**words.family("group"), **words.family("notice")}
    values = {**words.family("value"), **words.family("history")}
    return {**plain, **more, "values": values, "categories": categories()}


def _digest(part: str) -> str:
    return encode_base64(sha256(part.encode()).digest())


PUBLISHED_PAGES: Final = frozenset(page for pages in PUBLISHED.pages.values() for page in pages)
"""SHA-256 (hex) of every page that may lie in a copy of the newest format."""
