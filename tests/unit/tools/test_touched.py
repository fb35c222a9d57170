"""A change is counted by what its files are."""

import pytest

from tools.touched import Touched, counted, sort_of


@pytest.mark.parametrize(
    ("path", "sort"),
    [
        ("server/onrecord/core/domain/ids.py", "product"),
        ("archive_hooks/onrecord_archive/format/leaf.py", "product"),
        ("client_web/src/session/roster.ts", "product"),
        ("client_web/src/locales/pl.json", "product"),
        ("client_web/src/session/roster.test.ts", "tests"),
        ("client_web/tests/fakes/server.ts", "tests"),
        ("tests/unit/tools/test_touched.py", "tests"),
        ("client_web/src/wire/types.gen.ts", "generated"),
        ("client_web/src/wire/schema.json", "generated"),
        ("docs/openapi-chat.json", "generated"),
        (f"archive_hooks/onrecord_archive/catalogues/published/{64 * 'a'}.json", "generated"),
        ("archive_hooks/onrecord_archive/catalogues/words.json", "product"),
        ("tests/example_hook/filing.py", "generated"),
        ("requirements-dev.lock", "generated"),
        ("client_web/package-lock.json", "generated"),
        ("client_web/package.json", "product"),
        ("pyproject.toml", "product"),
        ("archive_hooks/pyproject.toml", "product"),
        ("archive_hooks/BUNDLE.md", "documents"),
        ("docs/systemd/onrecord.service", "tools"),
        ("Makefile", "tools"),
    ],
)
def test_a_file_is_of_one_sort(path: str, sort: str) -> None:
    assert sort_of(path) == sort


def test_lines_are_added_up_and_a_picture_has_none() -> None:
    numstat = "3\t1\tserver/a.py\n4\t0\tclient_web/b.ts\n-\t-\tclient_web/c.png\n1\t1\tREADME.md\n"
    assert counted(numstat) == {"product": Touched(3, 7, 1), "documents": Touched(1, 1, 1)}
