"""Writes what others hold of the rule of unseen characters: the client's ranges, and the vectors.

The vectors are texts with what the archive's rule finds in them; the client's tests
hold its console to them. Run `make reference`; a test holds the files to what this makes.
"""

import json
from pathlib import Path
from typing import Final

from onrecord_archive.transcript.signs import EMOJI, FLAGS, LETTERS, UNSEEN, Ranges, signs

REPOSITORY: Final = Path(__file__).parents[1]
RULE: Final = REPOSITORY / "client_web" / "src" / "view_models" / "unseen.gen.json"
VECTORS: Final = REPOSITORY / "tests" / "sign_vectors.json"
ENGLAND: Final = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
TEXTS: Final = (
    "",
    "plain, Zażółć,\ttab\nline",
    *(f"pay{chr(first)}100{chr(last)}" for first, last in UNSEEN),
    "1\ufe0f\u20e3 \u2764\ufe0f \u2764\ufe0e \u2764\ufe0f\ufe0f a\ufe0f \ufe0f",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f469\U0001f3fd\u200d\U0001f4bb",
    "\U0001f468\u200d \u200d\U0001f467 \U0001f468\u200d\u200d\U0001f467",
    f"{ENGLAND} {ENGLAND[:-1]} {ENGLAND[1:]} {ENGLAND[:3]}\U000e007f",
    "می\u200cخواهم \u200cمی\u200c می\u200c\u200cخواهم",
    "क्\u200dष क्\u200cष a\u200db",
    "\U000e0041\U000e0042 \U000f0000",
    "\u202e001 \u061c \u2066a\u2069",
)
"""One text for each range, and texts that are spelled with unseen characters, rightly or not."""


def rule_text(unseen: Ranges = UNSEEN) -> str:
    """Return unseen.gen.json: the ranges, and the flags."""
    rule = {"unseen": unseen, "emoji": EMOJI, "letters": LETTERS, "flags": FLAGS}
    return json.dumps(rule, separators=(",", ":")) + "\n"


def vectors_text() -> str:
    """Return sign_vectors.json: texts, and where in code points which sign stands."""
    vectors = [
        {"text": text, "signs": [[at, f"U+{ord(sign):04X}"] for at, sign in signs(text)]}
        for text in TEXTS
    ]
    return json.dumps(vectors, ensure_ascii=True, indent=1) + "\n"


if __name__ == "__main__":
    RULE.write_text(rule_text(), encoding="utf-8")
    VECTORS.write_text(vectors_text(), encoding="utf-8")
