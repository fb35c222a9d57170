"""Secrets that are handed out once and stored as a hash."""

import hmac
import os
from base64 import urlsafe_b64encode
from hashlib import sha256

SECRET_BYTES = 32
"""256 random bits: nothing to guess, so one plain hash protects what is stored."""


def new_secret() -> str:
    """Return a fresh secret as 43 URL-safe characters."""
    return urlsafe_b64encode(os.urandom(SECRET_BYTES)).decode().rstrip("=")


def derived_secret(key: bytes, about: str) -> str:
    """Return a secret of the same form that *key*, 32 random bytes, gives for *about* each time."""
    value = hmac.digest(key, about.encode(), "sha256")
    return urlsafe_b64encode(value).decode().rstrip("=")


def digest(secret: str) -> bytes:
    """Return what is stored of a secret: its SHA-256."""
    return sha256(secret.encode()).digest()
