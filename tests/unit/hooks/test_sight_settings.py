"""What the settings say of a hook's sight is refused where it means nothing."""

from collections.abc import Sequence
from typing import Any

import pytest

from onrecord.app.settings.model import Hook
from onrecord.core.domain.errors import RefuseToStart
from onrecord.core.domain.values import Actor
from onrecord.core.hooks.permitted import opening_of, people_of, require_whole_log
from onrecord.core.hooks.sight import Opening
from onrecord_archive.contract import Filter
from onrecord_archive.events.ids import PersonId
from tests.unit.hooks.stage import Played


def opening(**said: Any) -> Opening:
    """What the settings of a hook say."""
    chosen = Hook(kind="directory", **said)
    return opening_of("share", chosen.sees, chosen.without)


def test_a_hook_sees_nothing_opened_unless_the_firm_says_so() -> None:
    assert opening() == Opening("sealed")


def test_what_it_sees_and_what_is_left_out_is_taken_as_it_is_said() -> None:
    names = ("text", "files.name")
    assert opening(sees="plaintext", without=names) == Opening("plaintext", names)
    assert opening(sees="headers") == Opening("headers")


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
        opening(**said)
    assert caught.value.code == "hook_unavailable"


def test_a_refused_field_is_told_with_those_that_there_are() -> None:
    with pytest.raises(RefuseToStart) as caught:
        opening(sees="plaintext", without=("body",))
    assert all(f" {name}," in caught.value.diagnostics for name in ("addresses", "device", "text"))


@pytest.mark.parametrize(
    ("limits", "people"),
    [(Filter(("x",)), ()), (Filter((), ("x",)), ()), (Filter((), (), ("x",)), ()), (Filter(), "x")],
)
def test_a_copy_of_the_log_has_no_limits(limits: Filter, people: Sequence[str]) -> None:
    with pytest.raises(RefuseToStart, match="copies the whole log, or its copy is none"):
        require_whole_log("copy", Played(wants="log"), limits, people)
    require_whole_log("share", Played(), limits, people)
    require_whole_log("copy", Played(wants="log"), Filter(), ())


def test_people_are_named_by_user_name_or_id_and_each_counts_once() -> None:
    anna, piotr = (Actor(PersonId(2 * id), id, "employee", "Bank", "advisor") for id in "ab")
    known = {"anna": anna, "aa": anna, "piotr": piotr, "bb": piotr}
    assert people_of("share", ["bb", "anna", "aa", "piotr"], known) == (anna, piotr)
    assert people_of("share", [], {}) == ()
    with pytest.raises(RefuseToStart, match="there is no person zofia"):
        people_of("share", ["anna", "zofia"], known)


def test_the_old_spelling_is_refused_as_every_unknown_setting() -> None:
    with pytest.raises(ValueError, match="plaintext"):
        Hook.model_validate({"kind": "directory", "plaintext": True})
