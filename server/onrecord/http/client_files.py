"""The client's files, read once: hashed ones are cached for ever, the page is asked for each time.

A request names a file by an exact look-up, so no path can lead out of the folder.
"""

import gzip
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from onrecord.core.domain.errors import RefuseToStart
from onrecord.http.routes import Anyone, Ask, Entry

PAGE = "index.html"
HASHED_FOLDER = "assets/"
"""Where the build puts files whose names carry a hash of their content."""
FOR_EVER = "public, max-age=31536000, immutable"
ASK_EACH_TIME = "no-cache"
NEVER = "no-store"
"""For a page. A browser that goes elsewhere would also put it aside as it stood, to come back to:
with what somebody read, and in WebKit with a write to IndexedDB under way that holds up every page
of the address from then on."""
MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/vnd.microsoft.icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mp3": "audio/mpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
COMPRESSED = (".css", ".html", ".js", ".json", ".svg", ".txt", ".webmanifest")
"""Worth compressing. Nothing secret is in them, so compression tells nothing."""


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file as it is sent."""

    plain: bytes
    encoded: dict[str, bytes]
    """By content encoding, the best first."""
    media_type: str
    cache_control: str
    etag: str


def load_files(folder: Path) -> dict[str, StaticFile]:
    """Read a build, by address path. Names that begin with a dot are the build's own affair.

    Raises RefuseToStart (`client_missing`).
    """
    if not (folder / PAGE).is_file():
        raise RefuseToStart(
            "client_missing",
            f"The web client is not built: {folder / PAGE} does not exist.",
            "Run: make client",
        )
    files: dict[str, StaticFile] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        hidden = any(part.startswith(".") for part in name.split("/"))
        if path.is_file() and not hidden and path.suffix in MEDIA_TYPES:
            files["/" if name == PAGE else f"/{name}"] = _load(path, name)
    return files


def static_routes(folder: Path) -> list[Entry]:
    """Return a route for each file of a build. Raises RefuseToStart (`client_missing`)."""
    return [Anyone("GET", path, _sender(file)) for path, file in load_files(folder).items()]


def _load(path: Path, name: str) -> StaticFile:
    plain = path.read_bytes()
    hashed = name.startswith(HASHED_FOLDER)
    return StaticFile(
        plain=plain,
        encoded=_encoded(path, plain) if path.suffix in COMPRESSED else {},
        media_type=MEDIA_TYPES[path.suffix],
        cache_control=FOR_EVER if hashed else NEVER if path.suffix == ".html" else ASK_EACH_TIME,
        etag=f'"{sha256(plain).hexdigest()[:32]}"',
    )


def _encoded(path: Path, plain: bytes) -> dict[str, bytes]:
    """Brotli, which the build has made (client_web/tools/brotli.js), and gzip."""
    brotli = path.with_name(f"{path.name}.br")
    found = {"br": brotli.read_bytes()} if brotli.is_file() else {}
    found["gzip"] = gzip.compress(plain, 9, mtime=0)
    return {encoding: content for encoding, content in found.items() if len(content) < len(plain)}


def _sender(file: StaticFile) -> Callable[[Ask], Awaitable[Response]]:
    async def send(ask: Ask) -> Response:
        headers = {
            "cache-control": file.cache_control,
            "content-type": file.media_type,
            "etag": file.etag,
            "vary": "accept-encoding",
        }
        if ask.request.headers.get("if-none-match") == file.etag:
            return Response(status_code=304, headers=headers)
        offers = _offers(ask.request)
        for encoding, content in file.encoded.items():
            if encoding in offers:
                return Response(content, headers={**headers, "content-encoding": encoding})
        return Response(file.plain, headers=headers)

    return send


def _offers(request: Request) -> list[str]:
    return request.headers.get("accept-encoding", "").replace(" ", "").lower().split(",")
