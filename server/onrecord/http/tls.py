"""TLS 1.3 and nothing older. OpenSSL 3.5 negotiates X25519MLKEM768 by itself.

OPENSSL_CONF narrows the groups down (docs/systemd/openssl.cnf, which the unit and `make run` name):
Python's ssl module has no way to set more than one.
"""

import ssl
import stat

from onrecord.core.domain.errors import RefuseToStart
from onrecord.http.options import TlsOptions


def server_context(options: TlsOptions) -> ssl.SSLContext:
    """Return the context of a listener.

    Raises RefuseToStart (`certificate_unreadable`, `key_exposed`).
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.set_alpn_protocols(["http/1.1"])
    try:
        mode = options.key.stat().st_mode
        context.load_cert_chain(options.certificate, options.key)
    except OSError as error:  # ssl.SSLError is one
        raise RefuseToStart(
            "certificate_unreadable",
            f"The certificate {options.certificate} or its key cannot be used: {error.strerror}.",
            "Check that both files exist, are PEM, and belong together.",
        ) from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise RefuseToStart(
            "key_exposed",
            f"{options.key} is readable by others (mode {stat.S_IMODE(mode):04o}).",
            f"Decide whether the key must be replaced, then: chmod 600 {options.key}",
        )
    return context
