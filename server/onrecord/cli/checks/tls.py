"""Will browsers accept the certificates?"""

from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from onrecord.app.settings.listeners import Listener
from onrecord.app.settings.model import Settings
from onrecord.app.settings.paths import read_secret
from onrecord.cli.checks.finding import Finding, failed, ok, warning
from onrecord.core.domain.errors import RefuseToStart

SOON = timedelta(days=14)
RENEW = "Renew the certificate, then restart the server."
PUT = "Put certificate and key there, or set their place in onrecord.toml; then restart the server."


def check_certificates(settings: Settings, now: datetime) -> list[Finding]:
    """Look at the certificate and the key of each listener."""
    listeners = {"chat": settings.chat, "console": settings.console, "files": settings.files}
    return [_check(name, listener, now) for name, listener in listeners.items()]


def _check(name: str, listener: Listener, now: datetime) -> Finding:
    check = f"tls {name}"
    try:
        certificate = x509.load_pem_x509_certificates(listener.certificate.read_bytes())[0]
        key = load_pem_private_key(read_secret(listener.key), password=None)
    except RefuseToStart as error:
        return failed(check, str(error), error.diagnostics)
    except OSError as error:
        return failed(check, f"{listener.certificate}: {error.strerror}.", PUT)
    except (ValueError, TypeError):
        detail = f"{listener.certificate} or {listener.key} is no PEM file of its kind."
        return failed(check, detail, RENEW)
    if certificate.public_key() != key.public_key():
        return failed(check, f"{listener.key} is not the key of {listener.certificate}.", RENEW)
    if not _covers(certificate, listener.host):
        return failed(check, f"{listener.certificate} is not for {listener.host}.", RENEW)
    return _validity(check, certificate, listener.certificate, now)


def _validity(check: str, certificate: x509.Certificate, path: Path, now: datetime) -> Finding:
    until = certificate.not_valid_after_utc
    if not certificate.not_valid_before_utc <= now < until:
        detail = f"{path} is valid from {certificate.not_valid_before_utc:%F} to {until:%F}."
        return failed(check, detail, RENEW)
    detail = f"{path} is valid until {until:%F}."
    return warning(check, detail, RENEW) if until - now < SOON else ok(check, detail)


def _covers(certificate: x509.Certificate, host: str) -> bool:
    """Whether a name in the certificate is the host; a wildcard stands for one label (RFC 9525)."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return False
    wildcard = "*." + host.partition(".")[2]
    known = [name.lower() for name in names.get_values_for_type(x509.DNSName)]
    addresses = [str(address) for address in names.get_values_for_type(x509.IPAddress)]
    return host.lower() in known or wildcard.lower() in known or host in addresses
