"""What a file is: by its first bytes, never by what somebody says of it.

Shown inside the page is only what browsers show without running anything, and only where name and
content agree on its kind; everything else is something to download (serving_routes.py).
"""

from typing import Final

from onrecord.features.uploads.names import ending

UNKNOWN: Final = "application/octet-stream"
PICTURES: Final = {
    "image/png": ("png",),
    "image/jpeg": ("jpg", "jpeg", "jpe", "jfif"),
    "image/gif": ("gif",),
    "image/webp": ("webp",),
}
"""What is decoded here, and what such files are called."""
FILMS: Final = {
    "video/mp4": ("mp4", "m4v", "mov"),
    "video/webm": ("webm",),
    "audio/mp4": ("m4a", "mp4", "aac"),
    "audio/webm": ("webm", "weba"),
    "audio/ogg": ("ogg", "oga", "opus"),
    "audio/mpeg": ("mp3",),
    "audio/wav": ("wav",),
}
SOUNDS: Final = frozenset(type for type in FILMS if type.startswith("audio/"))
TEXT: Final = "text/plain"
_TEXTS: Final = frozenset({"txt", "text", "log", "csv", "md"})
INLINE: Final = frozenset({*PICTURES, *FILMS, TEXT})
"""Types that a page of the chat may show."""
_PICTURE_ENDINGS: Final = frozenset(each for ends in PICTURES.values() for each in ends)
_FILM_ENDINGS: Final = frozenset(each for ends in FILMS.values() for each in ends)

_MAGIC: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf2", "audio/mpeg"),
    (b"MZ", "application/vnd.microsoft.portable-executable"),
    (b"\x7fELF", "application/x-executable"),
    (b"\xfe\xed\xfa\xce", "application/x-mach-binary"),
    (b"\xfe\xed\xfa\xcf", "application/x-mach-binary"),
    (b"\xce\xfa\xed\xfe", "application/x-mach-binary"),
    (b"\xcf\xfa\xed\xfe", "application/x-mach-binary"),
    (b"\xca\xfe\xba\xbe", "application/x-mach-binary"),
    (b"#!", "application/x-sh"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\x1f\x8b", "application/gzip"),
    (b"{\\rtf", "application/rtf"),
)
PROGRAMS: Final = frozenset(
    {
        "application/vnd.microsoft.portable-executable",
        "application/x-executable",
        "application/x-mach-binary",
        "application/x-sh",
    }
)
"""What a computer would run; a setting says which names are as well (app/settings/files.py)."""
_AUDIO_BRANDS: Final = frozenset({b"M4A ", b"M4B ", b"F4A "})
_PICTURE_BRANDS: Final = frozenset({b"heic", b"heix", b"mif1", b"msf1", b"avif", b"avis"})
_LOOK: Final = 4096
"""Bytes at the beginning in which a container says what it is."""
_CONTROLS: Final = bytes(each for each in range(32) if each not in b"\t\n\r\f")
_MARKUP: Final = (b"<!doctype", b"<html", b"<?xml", b"<svg", b"<script", b"<body", b"<head")


def content_type(data: bytes) -> str:
    """Return what a file's content is."""
    head = data[:_LOOK]
    if head[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(head[8:12], UNKNOWN)
    if head[4:8] == b"ftyp":
        return _iso_media(head[8:12], head)
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return _matroska(head)
    for magic, type in _MAGIC:
        if head.startswith(magic):
            return type
    return _text_type(data)


def shown_type(type: str, name: str) -> str:
    """Return the type that people are shown: that of the content, if the name does not differ."""
    end = ending(name)
    if type in PICTURES:
        return type if end in _PICTURE_ENDINGS else UNKNOWN
    if type in FILMS:
        return type if end in _FILM_ENDINGS else UNKNOWN
    if type == TEXT:
        return type if end in _TEXTS else UNKNOWN
    return type


def _iso_media(brand: bytes, head: bytes) -> str:
    if brand in _AUDIO_BRANDS:
        return "audio/mp4"
    if brand in _PICTURE_BRANDS:
        return "image/avif" if brand.startswith(b"av") else "image/heic"
    # A sound recorded by a browser says a film's brand: what its first track is, says its handler.
    return "audio/mp4" if b"soun" in head and b"vide" not in head else "video/mp4"


def _matroska(head: bytes) -> str:
    if b"webm" not in head[:64]:
        return "video/x-matroska"
    film = b"V_VP8" in head or b"V_VP9" in head or b"V_AV1" in head
    return "video/webm" if film or b"A_" not in head else "audio/webm"


def _text_type(data: bytes) -> str:
    if data[:3] == b"\xef\xbb\xbf":
        data = data[3:]
    if not data or len(data.translate(None, _CONTROLS)) != len(data):
        return UNKNOWN
    try:
        data.decode()
    except UnicodeDecodeError:
        return UNKNOWN
    start = data[:_LOOK].lstrip().lower()
    if start.startswith(b"<svg") or (start.startswith(b"<?xml") and b"<svg" in start):
        return "image/svg+xml"
    if any(start.startswith(each) for each in _MARKUP):
        return "application/xml" if start.startswith(b"<?xml") else "text/html"
    return TEXT
