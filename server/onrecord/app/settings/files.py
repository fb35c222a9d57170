"""Settings of files: the listener that shows them, and what may be sent."""

import re
from pathlib import Path

from pydantic import Field, field_validator

from onrecord.app.settings.listeners import LISTEN, ORIGIN, Endpoint, Listener, Origin

PROGRAMS = (
    "app appx bat chm cmd com cpl dll exe gadget hta inf jar js jse lnk msc msi msix msp mst pif"
    " ps1 reg scf scr sct sh url vb vbe vbs ws wsc wsf wsh xll"
)

MEDIA_TYPE = re.compile(r"[a-z]+/(\*|[a-z0-9][a-z0-9.+-]*)")
"""As features/uploads/typing.py names them."""


class Files(Listener):
    """The listener without cookies, which files are shown from; and what may be sent.

    What a file is, is found in its content; a name only makes it refused.
    """

    origin: Origin = Field(default="https://files.localhost:8445", description=ORIGIN)
    listen: Endpoint = Field(default="127.0.0.1:8445", description=LISTEN)
    most_mib: int = Field(default=25, ge=1, le=100, description="The largest file, MiB.")
    uploads_per_person: int = Field(
        default=10, ge=1, le=100, description="Files that one person sends at once."
    )
    daily_mib: int = Field(
        default=2048,
        ge=1,
        description=("Files that one employee sends on one day (UTC), MiB; a restart resets it."),
    )
    client_daily_mib: int = Field(default=256, ge=1, description="The same of one client.")
    unfinished_mib: int = Field(
        default=512,
        ge=1,
        description=(
            "Files that are not finished, of all people together, MiB on the data volume. While "
            "others wait, one person may use at most an eighth of it."
        ),
    )
    refused_endings: tuple[str, ...] = Field(
        default=tuple(PROGRAMS.split()),
        description=(
            "Names with these endings are refused: what a computer would run. So is such content, "
            "whatever its name."
        ),
    )
    step_up: tuple[str, ...] = Field(
        default=(),
        description=(
            "Files for which a client proves who they are again before sending or opening one: "
            "media types (`application/pdf`, `image/*`) or endings (`pdf`)."
        ),
    )
    scanner: Path | None = Field(
        default=None,
        description=(
            "The UNIX socket of ClamAV's clamd: nothing is taken that it was not asked about, and "
            "nothing that it knows. Its StreamMaxLength must be `most_mib` at least."
        ),
    )

    @field_validator("refused_endings")
    @classmethod
    def _check_endings(cls, endings: tuple[str, ...]) -> tuple[str, ...]:
        """Take them as they are compared: small letters, without the dot."""
        if not all(_is_ending(each) for each in endings):
            raise ValueError("an ending is small letters and digits, without the dot: exe")
        return endings

    @field_validator("step_up")
    @classmethod
    def _check_marks(cls, marks: tuple[str, ...]) -> tuple[str, ...]:
        """Refuse what would mark nothing."""
        if not all(_is_ending(each) or MEDIA_TYPE.fullmatch(each) for each in marks):
            raise ValueError(
                "a mark is an ending in small letters, without the dot (pdf), or a media type"
                " (application/pdf, image/*)"
            )
        return marks


def _is_ending(text: str) -> bool:
    return text.isalnum() and text == text.lower()
