"""Copies over a fresh SQLCipher database; what is read from the other one: integration/storage."""

from tests.integration.identity.conftest import bridge, database

__all__ = ["bridge", "database"]
