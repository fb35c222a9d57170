"""What the settings say of a hook's sight is refused where it means nothing."""

from typing import Any

import pytest

from onrecord.compose.hook_sight import limits_of, opening_of
from onrecord.core.hooks.sight import Opening
from onrecord.domain.errors import RefuseToStart
from onrecord.settings.model import Hook
from onrecord_archive.contract import Filter


def hook(**said: Any) -> Hook:
    return Hook(kind="directory", **said)


def test_a_hook_sees_nothing_opened_unless_the_firm_says_so() -> None:
    assert opening_of("share", hook()) == Opening("sealed")


def test_what_it_sees_and_what_is_left_out_is_taken_as_it_is_said() -> None:
    chosen = hook(sees="plaintext", without=("text", "files.name"))
    assert opening_of("share", chosen) == Opening("plaintext", ("text", "files.name"))
    assert opening_of("share", hook(sees="headers")) == Opening("headers")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"without": ("text",)}, "sealed records have nothing that could be left out"),
        ({"sees": "plaintext", "without": ("txet",)}, "no record has a field txet"),
        ({"sees": "headers", "without": ("at",)}, "at cannot be left out"),
        ({"sees": "plaintext", "without": ("",)}, "no record has a field "),
    ],
)
def test_what_means_nothing_refuses_the_start(said: dict[str, Any], told: str) -> None:
    with pytest.raises(RefuseToStart, match=told) as caught:
        opening_of("share", hook(**said))
    assert caught.value.code == "hook_unavailable"


def test_a_refused_field_is_told_with_those_that_there_are() -> None:
    with pytest.raises(RefuseToStart) as caught:
        opening_of("share", hook(sees="plaintext", without=("body",)))
    assert all(f" {name}," in caught.value.diagnostics for name in ("addresses", "device", "text"))


@pytest.mark.parametrize("limit", ["classes", "streams", "types", "people"])
def test_a_copy_of_the_log_has_no_limits(limit: str) -> None:
    with pytest.raises(RefuseToStart, match="the whole log, or it is none"):
        limits_of("copy", hook(**{limit: ("x",)}), "log")
    assert limits_of("copy", hook(), "log") == Filter()


def test_the_old_spelling_is_refused_as_every_unknown_setting() -> None:
    with pytest.raises(ValueError, match="plaintext"):
        hook(plaintext=True)
