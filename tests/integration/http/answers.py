"""The headers that every answer of a site for browsers carries (DESIGN 8)."""

from collections.abc import Mapping

import httpx2

NEEDED = {
    "strict-transport-security": "max-age=63072000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
}


def page_directives(host: str, files: str) -> dict[str, str]:
    """Return the Content-Security-Policy of the pages of a host."""
    return {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "connect-src": f"'self' wss://{host}",
        "img-src": f"'self' blob: {files}",
        "media-src": f"'self' blob: {files}",
        "font-src": "'self'",
        "manifest-src": "'self'",
        "worker-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "app",
    }


def missing(headers: httpx2.Headers, needed: dict[str, str]) -> list[str]:
    """Each header that is missing or says something else."""
    return [name for name, value in needed.items() if headers.get(name) != value]


def permitted(headers: Mapping[str, str]) -> dict[str, str]:
    """What a page may use of the device."""
    parts = headers["permissions-policy"].split(", ")
    assert "camera=()" in parts
    return {name: who for name, who in (part.split("=") for part in parts) if who != "()"}


def policy(answer: httpx2.Response) -> dict[str, str]:
    """Return an answer's Content-Security-Policy; of none, nothing."""
    text = answer.headers.get("content-security-policy", "")
    return dict(part.split(" ", 1) for part in text.split("; ") if part)
