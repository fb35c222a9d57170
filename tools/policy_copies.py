"""Writes what others hold of the server's policy rules: the web client's copy, and the vectors.

The vectors say which signs the server finds in each line of the labelled corpus and in texts that
try the spelling rules, and whether somebody is told of a message (alert_vectors.py); the client's
tests hold its rules to them. Run `make reference`; a test holds the files to what this makes.
"""

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from onrecord.features.policies.off_channel import RULES_FILE, off_channel
from onrecord.features.policies.orders import ORDER_RULES, orders
from tools import alert_vectors

REPOSITORY: Final = Path(__file__).parents[1]
RULES: Final = REPOSITORY / "client_web" / "src" / "policy" / "off_channel.gen.json"
ORDERS: Final = REPOSITORY / "client_web" / "src" / "policy" / "orders.gen.json"
VECTORS: Final = REPOSITORY / "tests" / "policy_vectors.json"
ALERTS: Final = REPOSITORY / "tests" / "alert_vectors.json"
ALL: Final = (RULES, ORDERS, VECTORS, ALERTS)
CORPUS: Final = REPOSITORY / "tests" / "policy_corpus"

SPELLINGS: Final = (
    "",
    "Good morning",
    "WHATSAPP ME",
    "ＷｈａｔｓＡｐｐ ｍｅ",
    "Whats\u200bApp\u00ad me",
    "dm\u00a0me",
    "dm\x85me",
    "dm\x1cme",
    "dm\u3000 \t me",
    "dm\nme",
    "I can’t say this in writing",
    "I can`t say this in writing",
    "I can_t say this in writing",
    "wa.me/48601234567",
    "see wa.men",
    "awa.me",
    "ZADZWOŃ DO MNIE: 601 234 567",
    "call me on 601 234 567",
    "call me on 60123",
    "call me on 601 234 567ż",
    "+48 601 234 567",
    "x+48 601 234 567",
    "+48 601 234 567.5",
    "invoice 48601234567 and 12.50",
    "٠١٢٣٤٥٦٧٨٩ call me",
    "not " + 20 * "😀" + " in writing",
    "not " + 40 * "😀" + " in writing",
    "İ WhatsApp me",
    "ΟΔΟΣ WhatsApp me",
    "napisz na mój prywatny telefon albo na WhatsAppa, a potem usuń ten czat",
    "na prywatną skrzynkę",
)
"""How a text may be written: case, forms, invisible characters, spaces, word ends, digits."""


def rules_text(name: str = RULES_FILE) -> str:
    """Return off_channel.gen.json or orders.gen.json: the rules, closed up."""
    rules = json.loads((files("onrecord.features.policies") / name).read_text("utf-8"))
    return json.dumps(rules, ensure_ascii=False, separators=(",", ":")) + "\n"


def vectors_text() -> str:
    """Return policy_vectors.json: texts, and the kinds of signs that the server finds in them."""
    vectors = [
        {"text": text, "kinds": off_channel(text), "orders": orders(text)}
        for text in (*SPELLINGS, *_corpus())
    ]
    return json.dumps(vectors, ensure_ascii=True, indent=1) + "\n"


def stale(*copies: Path) -> list[str]:
    """Return the names of the files that are not what they should be; empty: all are.

    *copies* stand for `ALL` in their order.
    """
    wanted = dict(zip(copies or ALL, _texts(), strict=True))
    return [
        file.name
        for file, text in wanted.items()
        if not file.exists() or file.read_text("utf-8") != text
    ]


@cache
def _texts() -> tuple[str, ...]:
    """Return what the files of `ALL` are to be."""
    rules = (rules_text(), rules_text(ORDER_RULES))
    return (*rules, vectors_text(), alert_vectors.vectors_text())


def _corpus() -> Iterator[str]:
    """Yield the lines of the corpus, without their labels."""
    for file in sorted(CORPUS.glob("*.tsv")):
        for line in file.read_text("utf-8").splitlines():
            label, tab, text = line.partition("\t")
            if tab and not label.startswith("#"):
                yield text


if __name__ == "__main__":
    for file, text in zip(ALL, _texts(), strict=True):
        file.write_text(text, encoding="utf-8")
