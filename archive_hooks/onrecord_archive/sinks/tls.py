"""TLS as hooks speak it outwards: 1.3, and a certificate that is checked."""

from __future__ import annotations

import re
import ssl
from pathlib import Path
from typing import Final

from onrecord_archive.contract import HookError, Misconfigured, Retry

_OF_OURS: Final = re.compile(r"ALERT.*(CERTIFICATE|UNKNOWN_CA)")
"""How OpenSSL names the other side's alerts about the certificate that we show, or do not show."""


def tls_context(ca_file: Path | None, shown: tuple[str, str] | None = None) -> ssl.SSLContext:
    """Return a context that demands TLS 1.3 and a certificate of `ca_file` (or the system's).

    `shown`: the files of a certificate and its key, for a server that asks for one. Raises
    Misconfigured.
    """
    try:
        context = ssl.create_default_context(cafile=None if ca_file is None else str(ca_file))
    except (OSError, ssl.SSLError) as error:
        raise Misconfigured(f"the certificates in {ca_file} cannot be read") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    if shown is not None:
        try:  # a key with a passphrase is refused, not asked about at the terminal
            context.load_cert_chain(*shown, password="")
        except (OSError, ssl.SSLError) as error:
            says = f"{' and '.join(shown)} are no certificate with its key"
            raise Misconfigured(says) from error
    return context


def unanswered(error: BaseException, step: str = "") -> HookError:
    """Return what an exchange that failed on the network, or in TLS, means; `step` names it.

    A certificate that is not valid, theirs or ours, is an operator's: here or over there someone
    must act, and it may be somebody else who answers. Once it was renewed over there the hook goes
    on by itself, since it is called again each minute. Everything else is a Retry.
    """
    cause: BaseException | None = error
    reason = ""
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return Misconfigured(f"its certificate: {cause.verify_message}")
        if isinstance(cause, ssl.SSLError):
            reason = f" {cause.reason}"
            if _OF_OURS.search(reason):
                return Misconfigured(f"our certificate: it answers{reason}")
        cause = cause.__cause__ or cause.__context__
    return Retry(f"no answer{step and f' to {step}'}: {type(error).__name__}{reason}")
