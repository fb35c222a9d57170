"""Which columns of a statement may be NULL, as far as its text and the tables say."""

import re
from collections.abc import Iterator

from onrecord.database.statements import Tx, sql

_SELECT = re.compile(r"\s*SELECT\s+(?:DISTINCT\s+)?")
_RETURNING = re.compile(r"\bRETURNING\s+")
_NAMED = re.compile(r"^(.*?)\s+AS\s+\"?([\w.]+)\"?$", re.S)
_COLUMN = re.compile(r"(?:(\w+)\.)?(\w+)")
_AGGREGATE = re.compile(r"(?:min|max|sum)\((.*)\)", re.I | re.S)


def may_be_null(tx: Tx, text: str) -> set[str]:
    """Return the names of a statement's columns that may be NULL; expressions are not judged."""
    begin = _SELECT.match(text) or _RETURNING.search(text)
    if begin is None:
        return set()
    found = set()
    for column in _columns(text[begin.end() :]):
        named = _NAMED.match(column)
        value = named[1].strip() if named else column
        if _is_open(tx, text, value):
            found.add(named[2] if named else value.rpartition(".")[2])
    return found


def _columns(text: str) -> Iterator[str]:
    """Yield what stands between SELECT and its FROM."""
    depth, start = 0, 0
    for each in re.finditer(r"[(),]|\bFROM\b|'[^']*'", text):
        mark = each[0]
        depth += {"(": 1, ")": -1}.get(mark, 0)
        if depth == 0 and mark in (",", "FROM"):
            yield text[start : each.start()].strip()
            start = each.end()
            if mark == "FROM":
                return
    yield text[start:].strip()


def _is_open(tx: Tx, text: str, value: str) -> bool:
    if (of := _AGGREGATE.fullmatch(value)) is not None:
        return "GROUP BY" not in text or _is_open(tx, text, of[1])
    plain = _COLUMN.fullmatch(value)
    if plain is None:
        return value == "NULL"
    if re.search(rf"{re.escape(value)} IS NOT NULL", text):
        return False
    alias = plain[1]
    after = rf"\s+(?:AS\s+)?{alias}\b" if alias else ""
    table = re.search(rf"(\bLEFT )?\b(?:FROM|JOIN|UPDATE|INTO)\s+(\w+){after}", text)
    if table is None:
        return False
    if table[1]:
        return True
    kept = tx.all(sql("", sqlite=f"PRAGMA table_info({table[2]})"))
    return any(name == plain[2] and not (full or key) for _, name, _, full, _, key in kept)
