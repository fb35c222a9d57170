"""The command line's sign-in: a code, confirmed by a person in their browser."""

from collections.abc import Iterator

import pytest

from tests.integration.compliance.office import Answer, Desk, at_console, browser
from tests.rig.installation import Installation


@pytest.fixture
def shell(bank: Installation) -> Iterator[Desk]:
    """A command line without a session."""
    with browser(bank) as desk:
        yield desk


def asked(shell: Desk) -> Answer:
    """Ask for a sign-in."""
    return shell.post("logins", device="Command line on desk-4")


def claim(shell: Desk, login: Answer) -> Answer:
    """Ask whether it was confirmed."""
    return shell.post("logins/claim", secret=login["secret"])


def signed_in(shell: Desk, login: Answer) -> None:
    """Take the token and use it from now on."""
    shell.client.headers["authorization"] = f"Bearer {claim(shell, login)['token']}"


def test_a_confirmed_code_becomes_a_session_of_fifteen_minutes(ewa: Desk, shell: Desk) -> None:
    login = asked(shell)
    assert claim(shell, login) == {"state": "waiting"}
    waiting = ewa.get(f"logins/{login['code'].lower()}")
    assert (waiting["device"], waiting["address"]) == ("Command line on desk-4", "127.0.0.1")
    assert ewa.ask("POST", f"logins/{login['code']}", {"answer": "confirm"}).status_code == 204
    claimed = claim(shell, login)
    assert (claimed["state"], claimed["person"]["name"]) == ("confirmed", "Ewa")
    shell.client.headers["authorization"] = f"Bearer {claimed['token']}"
    assert shell.get("me")["person"]["name"] == "Ewa"
    assert isinstance(shell.get("cases")["cases"], list)
    (device,) = [one for one in shell.get("devices")["devices"] if one["current"]]
    assert device["name"] == "Command line on desk-4"
    assert shell.ask("POST", "sign-out").status_code == 204
    assert shell.refusal("GET", "me") == (401, "device_revoked")


def test_what_the_command_line_does_is_recorded_with_how_it_came_in(
    ewa: Desk, shell: Desk, bank: Installation
) -> None:
    login = asked(shell)
    ewa.ask("POST", f"logins/{login['code']}", {"answer": "confirm"})
    signed_in(shell, login)
    with at_console(bank, "ada@auditor") as ada:
        records = ada.get("streams/identity/records?limit=500")["records"]
    opened = next(
        one for one in records if one["type"] == "session.opened" and one["facts"]["auth"] == "code"
    )
    assert opened["facts"]["device_name"] == "Command line on desk-4"
    assert opened["facts"]["audience"] == "console"


def test_a_code_works_once(ewa: Desk, shell: Desk) -> None:
    login = asked(shell)
    ewa.ask("POST", f"logins/{login['code']}", {"answer": "confirm"})
    assert claim(shell, login)["state"] == "confirmed"
    assert shell.refusal("POST", "logins/claim", secret=login["secret"]) == (404, "no_such_login")
    path = f"logins/{login['code']}"
    assert ewa.refusal("POST", path, answer="confirm") == (404, "no_such_login")


def test_a_refused_code_lets_nobody_in(ewa: Desk, shell: Desk) -> None:
    login = asked(shell)
    ewa.ask("POST", f"logins/{login['code']}", {"answer": "refuse"})
    assert claim(shell, login) == {"state": "refused"}
    assert shell.refusal("POST", "logins/claim", secret=login["secret"]) == (404, "no_such_login")


def test_a_code_alone_opens_nothing(shell: Desk) -> None:
    login = asked(shell)
    code = login["code"]
    assert shell.refusal("POST", "logins/claim", secret=code) == (404, "no_such_login")
    assert shell.refusal("GET", f"logins/{code}") == (401, "no_session")
    assert shell.refusal("POST", f"logins/{code}", answer="confirm") == (401, "no_session")


def test_a_command_line_cannot_let_in_another(ewa: Desk, shell: Desk) -> None:
    login, other = asked(shell), asked(shell)
    ewa.ask("POST", f"logins/{login['code']}", {"answer": "confirm"})
    signed_in(shell, login)
    path = f"logins/{other['code']}"
    assert shell.refusal("POST", path, answer="confirm") == (403, "session_needed")
    assert claim(shell, other) == {"state": "waiting"}
