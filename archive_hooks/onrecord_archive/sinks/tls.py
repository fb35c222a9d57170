"""TLS as hooks speak it outwards: 1.3, and a certificate that is checked."""

from __future__ import annotations

import ssl
from pathlib import Path

from onrecord_archive.contract import Misconfigured


def tls_context(ca_file: Path | None) -> ssl.SSLContext:
    """Return a context that demands TLS 1.3 and a certificate of `ca_file` (or the system's).

    Raises Misconfigured.
    """
    try:
        context = ssl.create_default_context(cafile=None if ca_file is None else str(ca_file))
    except (OSError, ssl.SSLError) as error:
        raise Misconfigured(f"the certificates in {ca_file} cannot be read") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    return context
