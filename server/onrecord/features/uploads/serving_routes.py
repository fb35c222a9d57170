"""Shows files at their addresses: opened from the archive, each request checked anew.

Facts first:
  * A page may show a picture of another origin only if that says `cross-origin`; who has no
    address of it, which is sealed and short-lived, gets nothing.
  * Safari plays nothing without 206 (Partial Content); every browser needs it to skip.
  * What a browser would run (HTML, SVG, PDF with its scripts) is never inline, nor sniffed.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from onrecord.core.domain.errors import NotAllowed
from onrecord.features.uploads.links import PATH, Found, Links
from onrecord.features.uploads.opening import STEP, Opening
from onrecord.features.uploads.previews import MEDIA_TYPE
from onrecord.features.uploads.typing import INLINE, TEXT
from onrecord.http.lasting import cut
from onrecord.http.operations import answers, query, refuses
from onrecord.http.queries import choice_of
from onrecord.http.routes import Anyone, Ask, Entry
from onrecord_archive.events.files import File

USES: Final = frozenset({"image", "video", "audio", "document", "empty"})
"""What a browser may want a file for (Fetch standard, destinations): to show, play or download."""

WAY: Final = choice_of(
    "way", "Shown where a browser may show it, or saved whatever it is.", "shown", "saved"
)

MOST_DIGITS: Final = 19


@dataclass(frozen=True, slots=True)
class FileRoutes:
    """The files listener's one route."""

    links: Links
    opening: Opening

    def table(self) -> list[Entry]:
        """Return the routes."""
        return [Anyone("GET", f"{PATH}{{link}}", self._show)]

    @query(way=WAY)
    @answers(200, media="application/octet-stream")
    @answers(206, media="application/octet-stream")
    @refuses(
        "link_expired",
        "no_such_file",
        "session_ended",
        "verification_due",
        "session_locked",
        "wrong_use",
        "file_damaged",
    )
    async def _show(self, ask: Ask) -> Response:
        """Show a file, or a part of it."""
        request = ask.request
        if request.headers.get("sec-fetch-dest", "empty") not in USES:
            raise NotAllowed("wrong_use", "Files are shown and downloaded, nothing else.")
        found = await self.links.follow(str(request.path_params["link"]))
        if found.variant != "original":
            data = await self.opening.small(found.held, found.variant)
            return Response(data, headers=_small_headers(), media_type=MEDIA_TYPE)
        return await self._original(request, found)

    async def _original(self, request: Request, found: Found) -> Response:
        held, size = found.held, found.held.file.size
        part = _part(request, size)
        first, last = part or (0, size - 1)
        await self.opening.check(held, first, last)
        headers = {
            **_headers(held.file, saved=WAY.of(request) == "saved"),
            "content-length": str(last + 1 - first),
            "accept-ranges": "bytes",
        }
        if part is not None:
            headers["content-range"] = f"bytes {first}-{last}/{size}"
        status = 200 if part is None else 206
        if request.method == "HEAD":
            return Response(status_code=status, headers=headers)
        return StreamingResponse(self._pieces(request, found, (first, last)), status, headers)

    async def _pieces(
        self, request: Request, found: Found, part: tuple[int, int]
    ) -> AsyncIterator[bytes]:
        held, (first, last) = found.held, part
        while first <= last:
            if self.links.has_ended(found.session):
                await cut(request.scope, request.receive)
            end = min(last, first - first % STEP + STEP - 1)
            yield await self.opening.piece(held, first, end)
            first = end + 1


def _headers(file: File, *, saved: bool) -> dict[str, str]:
    inline = file.type in INLINE and not saved
    shown = f"{file.type}; charset=utf-8" if file.type == TEXT else file.type
    return {
        "content-type": shown if inline else "application/octet-stream",
        "content-disposition": disposition(file.name, inline=inline),
    }


def _small_headers() -> dict[str, str]:
    return {"content-disposition": "inline"}


def disposition(name: str, *, inline: bool) -> str:
    """Return Content-Disposition (RFC 6266) with the name in both spellings."""
    plain = "".join(each if _is_plain(each) else "_" for each in name)
    way = "inline" if inline else "attachment"
    return f"{way}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _is_plain(character: str) -> bool:
    """Whether it stands in a quoted string as it is; % would be read as an escape by some."""
    return character.isascii() and character.isprintable() and character not in '"\\%'


def _is_place(digits: str) -> bool:
    """Whether it is a number of bytes, of any file that there could be; or left out."""
    return not digits or (digits.isascii() and digits.isdecimal() and len(digits) <= MOST_DIGITS)


def _part(request: Request, size: int) -> tuple[int, int] | None:
    """Return the wanted part, both ends included; None: all of it. Raises HTTPException (416).

    More than one part, or a unit that is not bytes, is answered with all (RFC 9110 section 14.2).
    """
    unit, _, wanted = request.headers.get("range", "").partition("=")
    start, dash, end = wanted.strip().partition("-")
    if unit.strip().lower() != "bytes" or not dash or "," in wanted:
        return None
    if not all(_is_place(each) for each in (start, end)):
        return None
    if not start and not end:
        return None
    first = int(start) if start else max(0, size - int(end))
    last = min(int(end), size - 1) if start and end else size - 1
    if first >= size or (start and end and int(end) < first) or (not start and int(end) == 0):
        raise HTTPException(416, headers={"content-range": f"bytes */{size}"})
    return first, last
