"""What a file may be called."""

import pytest

from onrecord.core.domain.errors import BadInput
from onrecord.features.uploads.names import check_name, ending

FINE = [
    "a",
    "Umowa – zażółć gęślą jaźń.pdf",
    "報告書 2026.xlsx",
    "تقرير.docx",
    "👩‍👩‍👧.png",
    "❤\ufe0f 1\ufe0f\u20e3.png",
    "می\u200cخواهم.pdf",
    ".env",
    "..%2fetc",
    "a" * 196 + ".txt",
    "it's 100% (final) [2].txt",
]
BAD = [
    "",
    " a.txt",
    "a.txt ",
    "a.",
    ".",
    "..",
    "../../etc/passwd",
    "a/b",
    "a\\b",
    "c:a",
    "a\r\nSet-Cookie: x=1",
    "a\nb",
    "a\0b",
    "a\x7fb",
    "photo\u202egnp.exe",
    "a\u2066b",
    "a\u200eb",
    "a\u200bb",
    "a\ufeffb",
    "a\u2028b",
    "invoice\u200c.pdf",
    "invoice\u200d.pdf",
    "invoice\ufe0f.pdf",
    "invoice\U000e0100.pdf",
    "invoice\u034f.pdf",
    "invoice\u2800.pdf",
    "\u3164\u3164.pdf",
    'a"b',
    "a<b>",
    "a|b",
    "a\ud800",
    "a\ue000",
    "a" * 201,
    "ż" * 150,
]


@pytest.mark.parametrize("name", FINE)
def test_what_shows_as_it_is_is_fine(name: str) -> None:
    assert check_name(name) == name


@pytest.mark.parametrize("name", BAD)
def test_what_hides_something_or_leads_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(BadInput) as refused:
        check_name(name)
    assert refused.value.code == "bad_file_name"


@pytest.mark.parametrize(
    ("name", "end"),
    [("a.PDF", "pdf"), ("a.tar.gz", "gz"), ("a", ""), (".env", ""), ("a.b.", "")],
)
def test_the_ending_is_what_stands_behind_the_last_dot(name: str, end: str) -> None:
    assert ending(name) == end
