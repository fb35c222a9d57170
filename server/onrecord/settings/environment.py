"""What the environment says to the libraries below us, and a hook's process must be told again."""

import os
from pathlib import Path


def tls_policy_file() -> Path | None:
    """Return OpenSSL's configuration (docs/systemd/openssl.cnf) where the environment names one."""
    named = os.environ.get("OPENSSL_CONF")
    return Path(named) if named else None
