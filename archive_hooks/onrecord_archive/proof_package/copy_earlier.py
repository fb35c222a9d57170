"""What is the same in every copy of the format before (/4), by SHA-256 (hex): its texts are gone.

A copy is made in the newest format alone. One of the format before is still verified: it proves
what is in it, and not that nothing was taken out.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from onrecord_archive.events.language import Language


class Earlier(NamedTuple):
    """One language: README.txt, canonical JSON of both lists of sentences, verify.html."""

    readme: str
    claims: str
    page: str


EARLIER: Final[dict[Language, Earlier]] = {
    "en": Earlier(
        readme="a102518ddd63c5d50c1fa45a32833635f8568eb0a0e4ec829a2ccc199e2e87bb",
        claims="38f2a27343499e09f2f3ae7b65930a0977fa05039b61f908e8c2a9c7a134270b",
        page="9867bbd858c56040d2683b1e4a36c674540b72a345c183bc2e0e3cd426cda372",
    ),
    "pl": Earlier(
        readme="ae620aee7d183cb25ed23918b4b14811466538997d7c2eeb715eba116ad17193",
        claims="4905848001105454bf9b7c57eb9d77e5697fa6c1630c717771569c06c955569f",
        page="d642b24e6f0b57496887748f6b10bbcc82e84f7484e24c2ec20e35d542a7814f",
    ),
}
