"""An administrator says from the command line who answers for a client."""

import json
from pathlib import Path
from typing import Any

from tests.rig.command import Done, onrecord
from tests.rig.installation import PASSWORD, install, populate_conversations

ADA, CLIENT = "ada@administrator", "tom@client"


def run(data: Path, *arguments: str) -> Done:
    return onrecord(data, "people", *arguments, "--as", ADA, stdin=f"{PASSWORD}\n")


def owners(data: Path, person: str) -> list[dict[str, Any]]:
    lines = run(data, "clients", person, "--json").stdout.splitlines()
    return [json.loads(line) for line in lines]


def test_a_clients_conversation_is_handed_over(tmp_path: Path) -> None:
    made = install(tmp_path, ["julia@advisor", "marek@advisor", CLIENT, ADA])
    populate_conversations(made, {}, [("julia@advisor", CLIENT)])
    conversation = made.direct("julia@advisor", CLIENT)
    (served,) = owners(made.data, "julia@advisor")
    assert served["conversation"] == conversation
    done = run(made.data, "hand-over", conversation, "marek@advisor", "--history", "new")
    assert done.stdout.endswith("answers from now on. Everybody in the conversation sees it.\n")
    assert owners(made.data, "julia@advisor") == []
    assert len(owners(made.data, "marek@advisor")) == 1
    for wrong, code in (
        ((conversation, "marek@advisor"), "already_a_member"),
        ((conversation, ADA), "not_an_advisor"),
        ((conversation, "nobody"), "no_such_person"),
        (("0" * 32, "julia@advisor"), "no_such_conversation"),
    ):
        assert run(made.data, "hand-over", *wrong).stderr.startswith(code), wrong
