"""What can be read in files by whoever finds them, without any key."""

from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path


def readable(folder: Path, secrets: Mapping[str, bytes]) -> dict[str, set[str]]:
    """Return the secrets that lie in files below a folder, each with the files' names.

    They are found as they are, in hex and in Base64 where they begin a group.
    """
    found: dict[str, set[str]] = {}
    for path in folder.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        for name, secret in secrets.items():
            whole_groups = secret[: len(secret) // 3 * 3]
            if any(
                form in data for form in (secret, secret.hex().encode(), b64encode(whole_groups))
            ):
                found.setdefault(name, set()).add(path.name)
    return found
