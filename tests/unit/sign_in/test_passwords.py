"""Hashes are argon2id with the costs asked for; nobody's password takes as long as somebody's."""

import asyncio

import pytest
from argon2 import Parameters, extract_parameters, low_level
from argon2.exceptions import VerifyMismatchError

from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.errors import BadInput
from onrecord.features.sign_in.passwords import HashOptions, Passwords
from onrecord.features.sign_in.secrets import digest, new_secret
from onrecord.features.sign_in.service import spelling
from tests.integration.rooted import root_alone

CHEAP = HashOptions(time_cost=1, memory_kib=64, lanes=1)
PASSWORD = "correct horse battery"


def passwords(options: HashOptions = CHEAP) -> Passwords:
    return root_alone(SystemClock(), {HashOptions: options})[Passwords]


def test_a_password_matches_its_hash_and_no_other_does() -> None:
    encoded = asyncio.run(passwords().hash(PASSWORD))
    assert encoded.startswith("$argon2id$v=19$m=64,t=1,p=1$")
    assert asyncio.run(passwords().matches(PASSWORD, encoded))
    assert not asyncio.run(passwords().matches(PASSWORD + " ", encoded))


def test_nobodys_password_matches_nothing() -> None:
    assert not asyncio.run(passwords().matches(PASSWORD, None))
    assert not asyncio.run(passwords().matches("", None))


def test_a_damaged_hash_matches_nothing() -> None:
    assert not asyncio.run(passwords().matches(PASSWORD, "$argon2id$v=19$damaged"))


def test_two_spellings_of_one_character_are_one_password() -> None:
    encoded = asyncio.run(passwords().hash("zażółć gęślą"))
    decomposed = "zaz\u0307o\u0301\u0142c\u0301 ge\u0328s\u0301la\u0328"
    assert asyncio.run(passwords().matches(decomposed, encoded))


@pytest.mark.parametrize(
    ("password", "code"),
    [("x" * 11, "password_too_short"), ("x" * 1001, "password_too_long")],
)
def test_a_password_has_a_length(password: str, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        asyncio.run(passwords().hash(password))
    assert refused.value.code == code


def test_other_costs_make_a_hash_outdated() -> None:
    encoded = asyncio.run(passwords().hash(PASSWORD))
    assert not passwords().outdated(encoded)
    assert passwords(HashOptions(time_cost=2, memory_kib=64, lanes=1)).outdated(encoded)


def work(under_test: Passwords, encoded: str | None, monkeypatch: pytest.MonkeyPatch) -> Parameters:
    """What argon2 itself computes in one comparison: its costs. It does so once, to the end."""
    asked: list[str] = []
    verify = low_level.verify_secret

    def noted(encoded: bytes, secret: bytes, kind: low_level.Type) -> bool:
        asked.append(encoded.decode())
        return verify(encoded, secret, kind)

    with monkeypatch.context() as patched:
        patched.setattr("argon2._password_hasher.verify_secret", noted)
        assert not asyncio.run(under_test.matches("wrong password", encoded))
    (once,) = asked
    # What is malformed would be refused before any work.
    with pytest.raises(VerifyMismatchError):
        verify(once.encode(), b"wrong password", low_level.Type.ID)
    return extract_parameters(once)


def test_nobody_costs_as_much_as_somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    options = HashOptions(time_cost=2, memory_kib=1024, lanes=1)
    encoded = asyncio.run(passwords(options).hash(PASSWORD))
    somebody = work(passwords(options), encoded, monkeypatch)
    assert (somebody.time_cost, somebody.memory_cost, somebody.parallelism) == (2, 1024, 1)
    assert work(passwords(options), None, monkeypatch) == somebody
    # Control: a cheaper hash of nothing would show.
    assert work(passwords(), None, monkeypatch) != somebody


def test_the_default_costs_are_those_of_the_rfc() -> None:
    options = HashOptions()
    assert (options.time_cost, options.memory_kib, options.lanes) == (3, 65536, 4)


def test_secrets_have_256_bits_and_are_stored_as_a_hash() -> None:
    secrets = {new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert {len(secret) for secret in secrets} == {43}
    secret = secrets.pop()
    assert len(digest(secret)) == 32
    assert secret.encode() not in digest(secret)


@pytest.mark.parametrize("name", ["ada", " ADA ", "Ada", "ａｄａ", "ADA\n"])
def test_a_user_name_has_one_spelling(name: str) -> None:
    assert spelling(name) == "ada"


def test_a_spelling_is_its_own_spelling() -> None:
    for name in ("Straße", "ǅ", "ﬁ", "İstanbul", "ẞ"):
        assert spelling(spelling(name)) == spelling(name)
