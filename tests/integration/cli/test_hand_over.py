"""An administrator says from the command line who answers for a client."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.rig.command import Done, onrecord
from tests.rig.installation import PASSWORD, install, populate_conversations

ADA, CLIENT = "ada@administrator", "tom@client"


def run(data: Path, *arguments: str) -> Done:
    return onrecord(data, "people", *arguments, "--as", ADA, stdin=f"{PASSWORD}\n")


def owners(data: Path, person: str) -> list[dict[str, Any]]:
    lines = run(data, "clients", person, "--json").stdout.splitlines()
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize("called", ["julia@advisor", "JULIA@bank.example"])
def test_a_client_is_added_with_who_answers_for_them(tmp_path: Path, called: str) -> None:
    made = install(tmp_path, ["julia@advisor", "marek@advisor", ADA])
    julia = ("julia", "--name", "Julia Wrona", "--role", "advisor", "--mail", "julia@bank.example")
    assert run(made.data, "add", *julia).returncode == 0
    owner = "julia@advisor" if called == "julia@advisor" else "julia"
    ewa = ("ewa", "--name", "Ewa Lis", "--role", "client", "--org", "Lis")
    done = run(made.data, "add", *ewa, "--mail", "ewa@lis.example", "--advisor", called)
    assert done.returncode == 0, done.stderr
    (served,) = owners(made.data, owner)
    assert served["client"] == "Ewa Lis"
    tom = ("tom", "--name", "Tom", "--role", "client", "--org", "Tom", "--mail", "tom@x.example")
    refused = run(made.data, "add", *tom, "--advisor", "nobody")
    assert refused.stderr.startswith("not_an_advisor")
    assert "tom@x.example" not in run(made.data, "list", "--json").stdout


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
