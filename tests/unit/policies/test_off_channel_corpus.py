"""Signs of going on elsewhere are found in what bankers and clients write, and little else is.

The corpus was written without sight of the rules; what is held out, before they ran on it. See the
first lines of each file in tests/policy_corpus.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from onrecord.features.policies.off_channel import off_channel

CORPUS = Path(__file__).parents[2] / "policy_corpus"
LANGUAGES = ("en", "pl")
LEARNED = [
    f"off_channel{name}.tsv" for name in ("", "_hard", "_short", "_everyday", "_guest", "_voices")
]
VOICES_HELD_OUT = "off_channel_voices_held_out.tsv"
EVERYDAY_HELD_OUT = "off_channel_everyday_held_out.tsv"
Finds = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Line:
    """One message; `off` says that its writer goes on where nothing is recorded."""

    language: str
    off: bool
    text: str


@dataclass(frozen=True, slots=True)
class Score:
    """What was found of what should be: shares from 0 to 1, and every line that went wrong."""

    recall: float
    precision: float
    wrong: tuple[str, ...]


def lines_of(name: str) -> list[Line]:
    """Return a file's lines; a comment `# language: xx` says what follows."""
    language, lines = "", []
    for line in (CORPUS / name).read_text("utf-8").splitlines():
        if line.startswith("# language: "):
            language = line.removeprefix("# language: ")
        elif not line.startswith("#"):
            label, text = line.split("\t")
            lines.append(Line(language, {"off": True, "order": True, "ok": False}[label], text))
    return lines


def score(lines: list[Line], finds: Finds) -> Score:
    """Compare what is found with the labels; nothing found at all is a precision of 0."""
    found = [bool(finds(line.text)) for line in lines]
    right = sum(hit and line.off for hit, line in zip(found, lines, strict=True))
    wrong = [
        f"{'missed' if line.off else 'false'}: {line.text}"
        for hit, line in zip(found, lines, strict=True)
        if hit != line.off
    ]
    recall = right / sum(line.off for line in lines)
    return Score(recall, right / max(1, sum(found)), tuple(wrong))


def check(name: str, finds: Finds, *, recall: float, precision: float, each: float = 0.0) -> None:
    """Print both figures and each wrong line; fail below them, or if a language falls below."""
    lines = lines_of(name)
    whole = score(lines, finds)
    print(
        f"{name}: recall {whole.recall:.3f}, precision {whole.precision:.3f}",
        *whole.wrong,
        sep="\n  ",
    )
    for language in LANGUAGES:
        part = score([line for line in lines if line.language == language], finds)
        print(f"  {language}: recall {part.recall:.3f}, precision {part.precision:.3f}")
        assert part.recall >= each, (language, part)
    assert whole.recall >= recall, whole
    assert whole.precision >= precision, whole


@pytest.mark.parametrize("name", LEARNED)
def test_signs_are_found_in_either_language_and_little_else_is(name: str) -> None:
    check(name, off_channel, recall=0.95, precision=0.80, each=0.90)


@pytest.mark.parametrize(
    "text",
    [
        "600 100 200 - mój numer",
        "mój prywatny: 600-100-200",
        "better not here, call me",
        "signal?",
        "let's not leave a trail",
    ],
)
def test_short_remarks_are_signs(text: str) -> None:
    assert off_channel(text)


def test_a_messenger_that_is_said_to_be_blocked_is_none() -> None:
    assert off_channel("WhatsApp is blocked at the bank") == ()


def test_signs_are_found_in_messages_that_the_rules_never_saw() -> None:
    check("off_channel_held_out.tsv", off_channel, recall=0.80, precision=0.75)
    check(EVERYDAY_HELD_OUT, off_channel, recall=0.92, precision=0.95, each=0.85)
    check(VOICES_HELD_OUT, off_channel, recall=0.66, precision=0.95, each=0.66)


@pytest.mark.parametrize("finds", [lambda _: (), lambda _: ("messenger",)], ids=["none", "all"])
@pytest.mark.parametrize("name", ["off_channel.tsv", "off_channel_held_out.tsv", EVERYDAY_HELD_OUT])
def test_rules_that_find_nothing_or_everything_fail(name: str, finds: Finds) -> None:
    with pytest.raises(AssertionError):
        check(name, finds, recall=0.80, precision=0.75)


def test_a_language_that_is_not_understood_fails_however_well_the_other_is() -> None:
    english = {line.text for line in lines_of("off_channel.tsv") if line.language == "en"}
    with pytest.raises(AssertionError, match="pl"):
        check(
            "off_channel.tsv",
            lambda text: text in english and off_channel(text),
            recall=0.0,
            precision=0.0,
            each=0.90,
        )


def test_the_corpus_holds_both_labels_in_both_languages() -> None:
    lines = lines_of("off_channel.tsv")
    assert len(lines) >= 180
    for language in LANGUAGES:
        labels = [line.off for line in lines if line.language == language]
        assert 0.35 < sum(labels) / len(labels) < 0.55
        assert len(labels) > 0.4 * len(lines)
