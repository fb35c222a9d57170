"""The result of a random sample that compliance opened with its own key, elsewhere."""

from typing import Annotated

from msgspec import Meta

from onrecord.protocol.rest import Body, Reply

Index = Annotated[int, Meta(ge=0, lt=2**53)]


class NewSample(Body, frozen=True):
    """POST /api/v1/samples: what was drawn below `size`, and which records did not open.

    `seed` and `size` tell which records these were (onrecord_archive/reader/sample.py, draws).
    """

    size: Index
    seed: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$(?!\n)")]
    count: Index
    failed: Annotated[list[Index], Meta(max_length=1000)]


class Sample(Reply, frozen=True):
    """201: its record's number in the stream `config`."""

    number: int
    recorded_at: str
