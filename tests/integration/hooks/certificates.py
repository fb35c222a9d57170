"""Further certificates of a development CA: a client's, another name's, an expired one."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as new_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from onrecord.demo.certificates import DemoTls


@dataclass(frozen=True, slots=True)
class Issued:
    """The files of a certificate and its key."""

    certificate: Path
    key: Path


def issue(
    tls: DemoTls, path: Path, *, name: str = "localhost", serves: bool = True, expired: bool = False
) -> Issued:
    """Write a certificate for `name` to `path`.crt and its key to `path`.key."""
    ca = x509.load_pem_x509_certificate(tls.ca.read_bytes())
    ca_key = load_pem_private_key(tls.ca_key.read_bytes(), None)
    assert isinstance(ca_key, EllipticCurvePrivateKey)
    key = new_key(SECP256R1())
    ends = datetime.now(UTC) + (-timedelta(minutes=1) if expired else timedelta(days=1))
    usage = ExtendedKeyUsageOID.SERVER_AUTH if serves else ExtendedKeyUsageOID.CLIENT_AUTH
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(ca.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(ends - timedelta(days=2))
        .not_valid_after(ends)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        .add_extension(authority, critical=False)
        .sign(ca_key, SHA256())
    )
    issued = Issued(path.with_suffix(".crt"), path.with_suffix(".key"))
    issued.certificate.write_bytes(certificate.public_bytes(Encoding.PEM))
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    issued.key.write_bytes(secret)
    return issued
