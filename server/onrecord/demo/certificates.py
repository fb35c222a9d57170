"""A development CA and the demo's certificate: for this machine only, never for a firm."""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as new_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from onrecord.app.settings.paths import write_private
from onrecord.core.domain.errors import RefuseToStart

NAMES = ("chat.localhost", "console.localhost", "files.localhost", "localhost")
ADDRESS = IPv4Address("127.0.0.1")
LOOPBACK = IPv4Network("127.0.0.0/8")
CA_DAYS = 825
LEAF_DAYS = 89
"""Mozilla's server side TLS guideline 6.0: a certificate lives at most 90 days."""
RENEW_DAYS = 14
"""A leaf with fewer days left is made anew, at the next start."""
BEFORE = timedelta(hours=1)
"""A clock that is a little behind must not refuse what was made this minute."""


@dataclass(frozen=True, slots=True)
class DemoTls:
    """The files of the development CA and of the certificate that it signed."""

    folder: Path

    @property
    def ca(self) -> Path:
        """The certificate to trust."""
        return self.folder / "ca.crt"

    @property
    def ca_key(self) -> Path:
        """The CA's private key: whoever has it can impersonate any site to who trusts the CA."""
        return self.folder / "ca.key"

    @property
    def certificate(self) -> Path:
        """The server's certificate."""
        return self.folder / "server.crt"

    @property
    def key(self) -> Path:
        """The server's private key."""
        return self.folder / "server.key"


def ensure_certificates(tls: DemoTls, now: datetime) -> bool:
    """Make what is missing or about to expire. Returns whether anything was made."""
    if not tls.ca.exists():
        _make_ca(tls, now)
    elif _lasts(tls.certificate, now + timedelta(days=RENEW_DAYS)):
        return False
    tls.certificate.unlink(missing_ok=True)
    tls.key.unlink(missing_ok=True)
    _make_leaf(tls, now)
    return True


def key_pin(certificate: Path) -> str:
    """Return what Chromium's --ignore-certificate-errors-spki-list takes: SHA-256, base64."""
    public = x509.load_pem_x509_certificate(certificate.read_bytes()).public_key()
    encoded = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(sha256(encoded).digest()).decode()


def _lasts(certificate: Path, until: datetime) -> bool:
    if not certificate.exists():
        return False
    return x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc > until


def _make_ca(tls: DemoTls, now: datetime) -> None:
    key = new_key(SECP256R1())
    name = _name("OnRecord development CA (this machine only)")
    key_usage = _key_usage(signs_certificates=True)
    certificate = (
        _builder(name, key, now, CA_DAYS)
        .issuer_name(name)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(key_usage, critical=True)
        .add_extension(_only_here(), critical=True)
        .sign(key, SHA256())
    )
    _write_key(tls.ca_key, key)
    tls.ca.write_bytes(certificate.public_bytes(Encoding.PEM))


def _make_leaf(tls: DemoTls, now: datetime) -> None:
    ca = x509.load_pem_x509_certificate(tls.ca.read_bytes())
    ca_key = load_pem_private_key(tls.ca_key.read_bytes(), password=None)
    if not isinstance(ca_key, EllipticCurvePrivateKey):
        raise RefuseToStart(
            "bad_development_ca",
            f"{tls.ca_key} is no key that this program made.",
            f"Remove {tls.folder} and start again: a new development CA is made.",
        )
    key = new_key(SECP256R1())
    names = [x509.DNSName(name) for name in NAMES]
    certificate = (
        _builder(_name("localhost"), key, now, LEAF_DAYS)
        .issuer_name(ca.subject)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.SubjectAlternativeName([*names, x509.IPAddress(ADDRESS)]), critical=False
        )
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False
        )
        .sign(ca_key, SHA256())
    )
    _write_key(tls.key, key)
    tls.certificate.write_bytes(certificate.public_bytes(Encoding.PEM))


def _builder(
    subject: x509.Name, key: EllipticCurvePrivateKey, now: datetime, days: int
) -> x509.CertificateBuilder:
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BEFORE)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(identifier, critical=False)
    )


def _only_here() -> x509.NameConstraints:
    """Let the CA speak for this machine's names alone, should its key ever leak (RFC 5280)."""
    loopback = x509.IPAddress(LOOPBACK)
    return x509.NameConstraints([x509.DNSName("localhost"), loopback], None)


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _write_key(path: Path, key: EllipticCurvePrivateKey) -> None:
    write_private(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
