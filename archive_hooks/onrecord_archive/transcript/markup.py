"""A tiny builder of HTML: text is always escaped, and only elements that are listed exist."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Final, Literal, TypeAlias

Tag: TypeAlias = Literal[
    "bdi", "blockquote", "caption", "code", "dd", "div", "dl", "dt", "footer", "h1", "h2", "h3",
    "header", "li", "main", "ol", "p", "pre", "section", "span", "strong", "table", "tbody", "td",
    "th", "thead", "time", "title", "tr", "ul",
]  # fmt: skip

_PICTURES: Final = 0x2400
"""Code point of SYMBOL FOR NULL; the pictures of the other controls follow it (Unicode 24xx)."""
_TURNS: Final = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
"""Bidi_Control of Unicode: what is unseen, and turns the order of what stands beside it."""
_CONTROLS: Final = {
    **{code: chr(_PICTURES + code) for code in range(0x20) if chr(code) not in "\t\n"},
    0x7F: "\u2421",
    **{code: f"\u27e8U+{code:04X}\u27e9" for code in (*range(0x80, 0xA0), 0xFFFE, 0xFFFF)},
}
"""What cannot stand in HTML, made visible."""
_TURN: Final = re.compile(f"[{''.join(map(chr, _TURNS))}]")


@dataclass(frozen=True, slots=True)
class Markup:
    """A piece of finished HTML."""

    html: str


Child: TypeAlias = Markup | str | None


def text(value: str) -> str:
    """Return a text as HTML: escaped, its control characters as visible symbols.

    A character that changes the direction of writing has no effect: its code point is shown, in an
    element of its own that no text can imitate.
    """
    return _TURN.sub(_mark, escape(value.translate(_CONTROLS), quote=True))


def _mark(turn: re.Match[str]) -> str:
    return f'<span class="u" dir="ltr">{_number(turn)}</span>'


def _number(turn: re.Match[str]) -> str:
    return f"\u27e8U+{ord(turn[0]):04X}\u27e9"


def element(tag: Tag, *children: Child, **attributes: str | None) -> Markup:
    """Return an element; a string child is text, None is nothing. `class_` means class."""
    return Markup(f"{opening(tag, **attributes)}{join(children).html}</{tag}>")


def opening(tag: Tag, **attributes: str | None) -> str:
    """Return the start tag of an element; attributes that are None are left out."""
    pairs = [
        f' {name.rstrip("_")}="{text(_TURN.sub(_number, value))}"'
        for name, value in attributes.items()
        if value is not None
    ]
    return f"<{tag}{''.join(pairs)}>"


def picture(webp: str) -> Markup:
    """Return a WebP picture, given in base64, as part of the page itself."""
    return Markup(f'<img alt="" src="data:image/webp;base64,{text(webp)}">')


def join(children: Iterable[Child]) -> Markup:
    """Return the pieces one after the other."""
    parts = (
        child.html if isinstance(child, Markup) else text(child) for child in children if child
    )
    return Markup("".join(parts))


def said(
    value: str, tag: Tag = "bdi", class_: str | None = None, lang: str | None = None
) -> Markup:
    """Return what a person wrote or is called, in its own direction, apart from what is around."""
    return element(tag, value, dir="auto", class_=class_, lang=lang)


def as_json(value: object) -> Markup:
    """Return a JSON value in one spelling."""
    shown = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return element("code", shown, dir="auto")
