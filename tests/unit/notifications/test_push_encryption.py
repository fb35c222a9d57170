"""A push is readable by its browser alone, and says who sends it: judged by other libraries."""

import json
from base64 import urlsafe_b64decode
from datetime import UTC, datetime, timedelta

import http_ece
import jwt
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePublicKey,
    derive_private_key,
    generate_private_key,
)
from jwt.types import Options

from onrecord.features.notifications.push.encryption import (
    BrowserKeys,
    Ephemeral,
    encrypt,
    padded,
    point_of,
)
from onrecord.features.notifications.push.vapid import authorization, sender_key

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
PUSH = "https://push.example"


def unb64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


# RFC 8291, appendix A: what goes in, and the body that comes out.
PLAIN = b"When I grow up, I want to be a watermelon"
OWN = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
POINT = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
    "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
    "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_the_example_of_rfc_8291_comes_out_as_printed() -> None:
    own = derive_private_key(int.from_bytes(unb64(OWN)), SECP256R1())
    keys = BrowserKeys(unb64(POINT), unb64(AUTH))
    assert encrypt(PLAIN + b"\x02", keys, Ephemeral(own, unb64(SALT))) == unb64(BODY)


def test_another_library_reads_it_and_its_length_says_nothing() -> None:
    browser = generate_private_key(SECP256R1())
    keys = BrowserKeys(point_of(browser.public_key()), b"a" * 16)
    bodies = {payload: encrypt(padded(payload), keys) for payload in (b"{}", b"x" * 500, b"")}
    for payload, body in bodies.items():
        read = http_ece.decrypt(
            body, private_key=browser, auth_secret=keys.auth, version="aes128gcm"
        )
        assert read == payload
    assert len({len(body) for body in bodies.values()}) == 1


def test_control_another_browser_or_a_changed_byte_reads_nothing() -> None:
    browser, other = generate_private_key(SECP256R1()), generate_private_key(SECP256R1())
    keys = BrowserKeys(point_of(browser.public_key()), b"a" * 16)
    body = encrypt(padded(b"{}"), keys)
    changed = body[:-1] + bytes([body[-1] ^ 1])
    for key, read in ((other, body), (browser, changed)):
        with pytest.raises((http_ece.ECEException, InvalidTag)):
            http_ece.decrypt(read, private_key=key, auth_secret=keys.auth, version="aes128gcm")


@pytest.mark.parametrize(
    ("point", "auth"),
    [(b"\x04" + b"\x01" * 64, b"a" * 16), (b"", b"a" * 16), (unb64(POINT), b"a" * 15)],
)
def test_keys_that_are_none_are_refused(point: bytes, auth: bytes) -> None:
    with pytest.raises(ValueError, match=r"65 and 16|EC key"):
        encrypt(padded(b""), BrowserKeys(point, auth))


def test_what_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="less than 512"):
        padded(b"x" * 512)


def test_another_library_takes_the_senders_word_for_this_service_alone() -> None:
    header = authorization(sender_key(b"s" * 32), PUSH, "mailto:it@bank.example", NOW)
    scheme, _, rest = header.partition(" ")
    token, point = (part.partition("=")[2] for part in rest.split(", "))
    assert scheme == "vapid"
    key = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), unb64(point))
    past: Options = {"verify_exp": False}
    claims = jwt.decode(token, key, algorithms=["ES256"], audience=PUSH, options=past)
    assert claims["sub"] == "mailto:it@bank.example"
    assert timedelta() < datetime.fromtimestamp(claims["exp"], UTC) - NOW <= timedelta(hours=24)
    with pytest.raises(jwt.InvalidAudienceError):
        jwt.decode(token, key, algorithms=["ES256"], audience="https://b.example", options=past)
    other = generate_private_key(SECP256R1()).public_key()
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(token, other, algorithms=["ES256"], audience=PUSH, options=past)
    assert json.loads(unb64(token.partition(".")[0])) == {"typ": "JWT", "alg": "ES256"}


def test_the_senders_key_stays_the_same_and_is_of_this_installation() -> None:
    one, again, other = (point_of(sender_key(s).public_key()) for s in (b"a" * 32, b"a" * 32, b"b"))
    assert one == again != other
