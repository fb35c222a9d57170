"""`secrets/server.key` is taken only if its secret is the one that the database knows."""

import pytest
from hypothesis import example, given, settings
from hypothesis.strategies import binary

from onrecord.app.settings.keys import ServerKey, server_key
from onrecord.app.settings.paths import DataPaths, write_private
from onrecord.core.domain.errors import RefuseToStart

KEY = ServerKey(bytes(range(32)))
OTHER = ServerKey(bytes(range(1, 33)))


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> DataPaths:
    paths = DataPaths(tmp_path_factory.mktemp("data"))
    paths.make()
    write_private(paths.server_key, b"")
    return paths


def taken(paths: DataPaths, content: bytes, known: bytes | None) -> bool:
    paths.server_key.write_bytes(content)
    try:
        key = server_key(paths, known)
    except RefuseToStart as error:
        refused = error
    else:
        assert key.encode().startswith(content)
        return True
    assert refused.code == "key_damaged"
    assert str(paths.server_key) in refused.detail
    return False


@given(content=binary(max_size=70))
@example(content=KEY.secret)
@example(content=KEY.encode())
@example(content=KEY.encode()[:48])
@example(content=KEY.secret + OTHER.encode()[32:])
@example(content=OTHER.secret)
@example(content=OTHER.encode())
@settings(max_examples=60)
def test_only_the_known_secret_is_taken_with_or_without_its_check(
    paths: DataPaths, content: bytes
) -> None:
    right = content in (KEY.secret, KEY.encode())
    assert taken(paths, content, KEY.fingerprint()) == right


def test_before_the_first_start_the_form_alone_is_checked(paths: DataPaths) -> None:
    for content in (KEY.secret, KEY.encode(), OTHER.secret, OTHER.encode()):
        assert taken(paths, content, None)
    for content in (KEY.encode()[:48], KEY.secret + OTHER.encode()[32:], b""):
        assert not taken(paths, content, None)


def test_the_database_is_told_nothing_of_the_file() -> None:
    """The fingerprint is neither the check in the file nor a key derived from the secret."""
    derived = KEY.derived("server key fingerprint"), KEY.derived("server key")
    assert KEY.fingerprint() not in (KEY.encode()[32:], *derived)
    assert KEY.secret.hex() not in repr(KEY)
