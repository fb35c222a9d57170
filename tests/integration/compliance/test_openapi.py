"""Every group of the console's routes answers as its OpenAPI document says.

The clients of these tests hold every answer to the document; here is one of each group at least.
"""

from tests.integration.compliance.conftest import Talk
from tests.integration.compliance.office import CONSOLE, WHY, at_console, browser
from tests.integration.http.test_openapi import groups, tags
from tests.integration.visitors import a_picture
from tests.rig.installation import Installation


def test_each_group_of_the_console_answers_as_described(bank: Installation, talk: Talk) -> None:
    CONSOLE.seen.clear()
    with at_console(bank, "ewa@compliance") as ewa, browser(bank) as stranger:
        case = ewa.open_case("OPENAPI-1")
        ewa.post(f"{case}/searches", words="trade")
        number = ewa.post(f"{case}/ranges", reason=WHY, conversation=talk.conv)["number"]
        ewa.get(f"{case}/ranges/{number}/rows?limit=2")
        for form in ("json", "html"):
            assert ewa.ask("GET", f"{case}/ranges/{number}/transcript?format={form}").is_success
        ewa.post(f"{case}/exports", reason=WHY, span={"conversation": talk.conv})
        ewa.refusal("POST", f"{case}/searches", words="?")
        lists = ("me", "devices", "people", "conversations", "cases", "complaints", "reports")
        for path in (*lists, "link-reports"):
            ewa.get(path)
            stranger.refusal("GET", path)
        ewa.get("reports?state=open")
        ewa.refusal("POST", "reports/1/look")
        ewa.refusal("POST", "reports/1/close", text="Done.")
        ewa.get("complaints/figures")
        assert ewa.ask("POST", "complaints/seen", {"upto": 0}).status_code == 204
        ewa.post("samples", size=1, seed="0" * 64, count=1, failed=[])
        ewa.refusal("POST", "samples", size=1)
        login = stranger.post("logins", device="Terminal")
        stranger.post("logins/claim", secret=login["secret"])
        stranger.refusal("POST", "logins/claim", secret="x")
        ewa.refusal("GET", "streams")
        ewa.refusal("GET", "admin/people")
        ewa.refusal("POST", "account-notices/seen", ids=["0" * 32])
        stranger.refusal("POST", "sign-in", username="ewa", password="wrong")
        assert ewa.ask("POST", "sign-out").is_success
        ewa.refusal("POST", "sign-out")
    with at_console(bank, "ada@auditor") as ada:
        ada.get("streams/identity/records?limit=3")
    with at_console(bank, "adam@administrator") as adam:
        people = adam.get("admin/people")["people"]
        adam.refusal("GET", f"pictures/{'0' * 64}")
        assert adam.upload(f"admin/people/{people[0]['id']}/picture", a_picture("navy")).is_success
        adam.get("link-reports")
        adam.refusal("POST", "link-reports/none/close")
        picture = adam.get("admin/people")["people"][0]["picture"]
        assert adam.ask("GET", f"pictures/{picture}").is_success
    told = {"account-notices": {"problem"}}  # its success: integration/http/test_openapi.py
    both = {tag: {"success", "problem"} for tag in tags("console")}
    assert groups(CONSOLE) == both | told
