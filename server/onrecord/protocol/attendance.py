"""Who is there for a client, what waits for an answer, and the reply while nobody is there."""

from typing import Literal

from msgspec import Struct


class AnswersNow(Struct, frozen=True, omit_defaults=True, tag="answers", tag_field="k"):
    """To a client: whether somebody is `there` to answer in `conv`, and when that `changes`.

    `week` (Monday first) and `zone` say when usually; without, there are no hours.
    """

    conv: str
    there: bool
    changes: str | None = None
    zone: str | None = None
    week: list[list[str]] | None = None


class WaitingNow(Struct, frozen=True, omit_defaults=True, tag="waiting", tag_field="k"):
    """To the firm's people in `conv`: since when its client waits for an answer; absent: not now.

    `alarm`: 1 once those who answer were told, 2 once administrators were too. Told after each
    `resumed` for all that waits, and then what changes.
    """

    conv: str
    since: str | None = None
    alarm: Literal[0, 1, 2] = 0
