"""The bodies of what is seen and ordered of hooks. Types for the client are generated from here."""

from typing import Annotated, Literal

from msgspec import Meta

from onrecord.protocol.rest import Body, Named, Reply


class HookDifference(Reply, frozen=True):
    """An entry of a hook's other side that differs from the archive's: `found` says how.

    `missing`: not there or unreadable; `changed`: there with other bytes; `unknown`: there although
    the hook does not get it; `unreceipted`: there, and its receipt is gone; `unread`: not compared,
    for it can't be read back although others can. `received_at`: when the other side acknowledged
    it last, absent where no receipt is kept.
    """

    archive_index: int
    found: Literal["missing", "changed", "unknown", "unreceipted", "unread"]
    received_at: str | None = None


class HookComparison(Reply, frozen=True):
    """What the last comparison of a hook's other side found, among the entries below `end`.

    `named` are the first 100 of its `differences`. `doubles` counts entries that are there more
    than once, which delivery at least once allows.
    """

    ended_at: str
    end: int
    differences: int
    doubles: int
    named: list[HookDifference]


class ReceiptsHeld(Reply, frozen=True):
    """What the receipts of a hook that are kept come to: how many, the last one's time, their hash.

    `sha256` is the hash of the chain behind the last (docs/operations.md, Hooks).
    """

    count: int
    at: str
    sha256: str


class ReceiptRange(Reply, frozen=True):
    """Receipts that came one after another, from `began_at` to `ended_at`.

    They are for entries from `first` to before `end`: all of them, if `count` is that many and none
    was delivered twice. `number` counts the hook's receipts before; `sha256` is the hash of the
    chain behind the last of them.
    """

    number: int
    count: int
    first: int
    end: int
    began_at: str
    ended_at: str
    sha256: str


class ReceiptRanges(Reply, frozen=True):
    """GET /api/v1/admin/hooks/{name}/receipts: the newest first; `before` a number for others."""

    ranges: list[ReceiptRange]


class EntryReceipt(Reply, frozen=True):
    """A receipt of one entry: when it came, and what the other side said, empty for nothing."""

    at: str
    detail: str


class EntryReceipts(Reply, frozen=True):
    """GET /api/v1/admin/hooks/{name}/receipts/{entry}: an entry's receipts as they came.

    `wrong`: what is kept does not fit its hash, and none is told. Refusal: `no_receipt`.
    """

    receipts: list[EntryReceipt]
    wrong: str | None = None


class ReceiptsChecked(Reply, frozen=True):
    """GET /api/v1/admin/hooks/{name}/receipt-check: some receipts held against hashes and leaves.

    Those from the number `after` on (0 for all), to before `end`; `more`: there are more, to be
    asked for `after` that. `wrong` says what does not fit. `sha256`: the hash of the chain there.
    """

    end: int
    more: bool
    sha256: str
    wrong: str | None = None


class HookLimits(Reply, frozen=True):
    """Which records a hook gets alone: a member that is empty does not limit it.

    `classes` are retention classes. A word that ends with `*` stands for all that begin so.
    `people`: records that one of them made, or that were made while they were a member.
    """

    classes: list[str]
    streams: list[str]
    types: list[str]
    people: list[Named]


class HookState(Reply, frozen=True):
    """A hook since the start of the server.

    `cursor`: the archive_index up to which there are receipts; `backlog`: entries above it;
    `rate`: entries a minute that it passed over the last five minutes, 0 while that is unknown;
    `age_s`: seconds since the oldest record without a receipt was made; `blocked_streams`: how many
    wait since the hook refused a record of theirs; `sealed_only`: records that should have gone out
    opened and could only go sealed. `sees`: how much of a record it gets, `without` which fields of
    that are left out, `plaintext` whether it gets whole records opened; `limits`: which it may see,
    absent for all; `left_out`: records that it does not want or may not see. `receipts`: whether
    the other side answers; where it does not, `cursor` says what was sent. `comparable`: whether
    what the other side has can be read back; `compared`: the last time it was; `comparing`: the
    entry that a comparison under way has reached; `comparison_error`: why it gets no further.
    `received`: what the receipts that are kept come to, absent before the first.
    """

    name: str
    state: Literal["starting", "running", "paused", "retrying", "misconfigured", "unreadable"]
    plaintext: bool
    sees: Literal["sealed", "headers", "plaintext"]
    without: list[str]
    cursor: int
    backlog: int
    rate: float
    age_s: float
    blocked_streams: int
    delivered: int
    failures: int
    sealed_only: int
    left_out: int
    comparable: bool
    receipts: bool
    limits: HookLimits | None = None
    last_error: str | None = None
    compared: HookComparison | None = None
    comparing: int | None = None
    comparison_error: str | None = None
    received: ReceiptsHeld | None = None


class Hooks(Reply, frozen=True):
    """GET /api/v1/admin/hooks: by name.

    POST /api/v1/admin/hooks/{name}/retry tries one now, 204; POST .../pause has one deliver
    nothing until POST .../resume, 204; POST .../compare compares what its
    other side has with the archive, 204 before that has ended. Refusal: `not_comparable`.
    """

    hooks: list[HookState]


class NewReplay(Body, frozen=True):
    """POST /api/v1/admin/hooks/{name}/replay: deliver again from an archive_index on, 204.

    Never further on than the hook is. Refusals: `no_such_hook`, `nothing_to_replay`.
    """

    first: Annotated[int, Meta(ge=0, lt=2**53)]
