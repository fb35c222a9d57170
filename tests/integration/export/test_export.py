"""An export: recorded first, made in the background, proved offline by public keys alone."""

import json
import random
import time
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from onrecord_archive.format.checkpoint import Policy, parse_policy
from onrecord_archive.format.errors import NotVerified
from onrecord_archive.proof_package.bundle_verifier import BundleReport, verify_bundle
from tests.integration.compliance.conftest import Talk
from tests.integration.compliance.office import WHY, Answer, Desk
from tests.rig.installation import Installation
from tests.rig.patience import SECONDS as PATIENCE

PENDING = ("waiting", "running")


class Exports:
    """An officer's exports in one case."""

    def __init__(self, desk: Desk, case: str, policy: Policy, folder: Path) -> None:
        self.desk = desk
        self.path = f"{case}/exports"
        self.policy = policy
        self._file = folder / "bundle.zip"

    def order(self, **order: object) -> Answer:
        """Order an export, with a reason of its own."""
        return self.desk.post(self.path, **{"reason": WHY, **order})

    def ready(self, **order: object) -> Answer:
        """Order an export and wait until it is there."""
        export = self.ended(self.order(**order)["number"])
        assert export["state"] == "ready", export
        return export

    def ended(self, number: int) -> Answer:
        """Wait for an export to end."""
        deadline = time.monotonic() + PATIENCE
        while (export := self.desk.get(f"{self.path}/{number}"))["state"] in PENDING:
            assert time.monotonic() < deadline, export
            time.sleep(0.05)
        return export

    def saved(self, export: Answer) -> Path:
        """Download a bundle."""
        answer = self.desk.ask("GET", f"{self.path}/{export['number']}/bundle.zip")
        self._file.write_bytes(answer.content)
        return self._file

    def verified(self, export: Answer) -> BundleReport:
        """Download a bundle and check it offline."""
        return verify_bundle(self.saved(export), self.policy)

    def drop_all(self) -> None:
        """Remove what is left: an officer has five at most."""
        for export in self.desk.get(self.path)["exports"]:
            number = export["number"]
            self.ended(number)
            self.desk.ask("DELETE", f"{self.path}/{number}")


@pytest.fixture
def exports(ewa: Desk, case: str, bank: Installation, tmp_path: Path) -> Iterator[Exports]:
    policy = parse_policy(bank.settings.paths.policy.read_text(encoding="utf-8"))
    made = Exports(ewa, case, policy, tmp_path)
    yield made
    made.drop_all()


def test_a_range_verifies_offline_as_complete(exports: Exports, case: str, talk: Talk) -> None:
    exports.desk.post(f"{case}/searches", words="trade")
    export = exports.ready(span={"conversation": talk.conv}, language="pl")
    report = exports.verified(export)
    assert (export["what"], export["complete"], export["done"]) == ("range", True, export["total"])
    assert report.records == export["total"] == export["last"]
    assert report.complete == f"{talk.conv} 1-{export['last']}"
    assert report.access_records == 3  # the case, the search, this export
    content = exports.saved(export).read_bytes()
    assert (len(content), sha256(content).hexdigest()) == (export["size"], export["sha256"])


def test_what_is_inside_reads_without_us(exports: Exports, talk: Talk) -> None:
    with zipfile.ZipFile(exports.saved(exports.ready(span={"conversation": talk.conv}))) as bundle:
        assert bundle.testzip() is None
        lines = bundle.read("records.jsonl").splitlines()
        schema = json.loads(bundle.read("records.schema.json"))
        page = bundle.read("transcript.html").decode()
        manifest = json.loads(bundle.read("manifest.json"))
        audit = [json.loads(line) for line in bundle.read("audit.jsonl").splitlines()]
    validator = Draft202012Validator(schema)
    assert [error for line in lines for error in validator.iter_errors(json.loads(line))] == []
    assert len(lines) == page.count('<tr class="r"') == manifest["records"]["count"]
    assert "Buy before the merger is public" in page
    assert [one["shown"]["type"] for one in audit] == ["case.opened", "export.made"]
    assert audit[-1]["shown"]["actor"]["name"] == "Ewa"
    assert audit[-1]["kept"]["addresses"] == ["127.0.0.1"]


def test_a_search_is_exported_with_the_whole_chain_of_what_it_found(
    exports: Exports, case: str, talk: Talk
) -> None:
    search = exports.desk.post(f"{case}/searches", words="merger lodz")
    export = exports.ready(search=search["number"])
    report = exports.verified(export)
    assert (export["what"], export["complete"], report.complete) == ("search", False, "")
    with zipfile.ZipFile(exports.saved(export)) as bundle:
        lines = [json.loads(line) for line in bundle.read("records.jsonl").splitlines()]
        manifest = json.loads(bundle.read("manifest.json"))
    ids = [line["shown"]["event_id"] for line in lines]
    assert ids == [talk.said["removed"]["event_id"], talk.said["removal"]["event_id"]]
    assert manifest["slice"]["what"]["asked"]["words"] == "merger lodz"
    assert any("everything that it could" in each for each in manifest["does_not_prove"])


def test_the_record_of_an_export_comes_first_and_names_its_slice(
    exports: Exports, case: str, talk: Talk
) -> None:
    span = {"conversation": talk.conv, "first": 2, "last": 3}
    export = exports.order(span=span, reason="For the regulator.")
    record = exports.desk.looks(case)[-1]
    assert (record["type"], record["number"]) == ("export.made", export["number"])
    facts = record["facts"]
    assert (facts["first"], facts["last"], facts["count"]) == (2, 3, 2)
    assert facts["reason"] == "For the regulator."
    assert len(facts["slice"]) == 64


def test_a_flipped_byte_is_found(exports: Exports, talk: Talk) -> None:
    path = exports.saved(exports.ready(span={"conversation": talk.conv}))
    content, draw = path.read_bytes(), random.Random(1)
    for place in draw.sample(range(len(content)), 40):
        flipped = bytearray(content)
        flipped[place] ^= 1 << draw.randrange(8)
        path.write_bytes(flipped)
        with pytest.raises(NotVerified):
            verify_bundle(path, exports.policy)
    path.write_bytes(content)
    verify_bundle(path, exports.policy)  # control


def test_an_interrupted_download_goes_on(exports: Exports, talk: Talk) -> None:
    number = exports.ready(span={"conversation": talk.conv})["number"]
    path = f"{exports.path}/{number}/bundle.zip"
    whole = exports.desk.ask("GET", path)
    headers = {"range": "bytes=1000-", "if-range": whole.headers["etag"]}
    part = exports.desk.ask("GET", path, headers=headers)
    assert (part.status_code, part.content) == (206, whole.content[1000:])
    assert whole.headers["content-disposition"].startswith("attachment; ")
    assert zipfile.is_zipfile(BytesIO(whole.content))


def test_a_part_that_there_is_not_is_a_problem_like_any_other(exports: Exports, talk: Talk) -> None:
    number = exports.ready(span={"conversation": talk.conv})["number"]
    path = f"{exports.path}/{number}/bundle.zip"
    beyond = exports.desk.ask("GET", path, headers={"range": "bytes=99999999-"})
    assert (beyond.status_code, beyond.json()["code"]) == (416, "range_not_satisfiable")
    assert beyond.headers["content-range"].startswith("bytes */")
    malformed = exports.desk.ask("GET", path, headers={"range": "bytes=x"})
    assert (malformed.status_code, malformed.json()["code"]) == (400, "bad_request")


def test_the_file_is_its_officers_alone_and_goes_when_dropped(
    exports: Exports, ola: Desk, talk: Talk, bank: Installation
) -> None:
    export = exports.ready(span={"conversation": talk.conv})
    folder = bank.settings.paths.run / "exports"
    (file,) = folder.iterdir()
    assert (folder.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)
    path = f"{exports.path}/{export['number']}"
    assert ola.refusal("GET", path) == (404, "no_such_export")
    assert ola.refusal("GET", f"{path}/bundle.zip") == (404, "no_such_export")
    assert ola.refusal("DELETE", path) == (404, "no_such_export")
    assert ola.refusal("GET", exports.path) == (404, "no_such_case")
    listed = exports.desk.get(exports.path)["exports"]
    assert [one["number"] for one in listed] == [export["number"]]
    assert exports.desk.ask("DELETE", path).status_code == 204
    assert list(folder.iterdir()) == []
    assert exports.desk.refusal("GET", path) == (404, "no_such_export")


def test_a_range_says_the_same_each_time_that_it_is_exported(exports: Exports, talk: Talk) -> None:
    parts = []
    for _ in range(2):
        export = exports.ready(span={"conversation": talk.conv, "first": 1, "last": 4})
        with zipfile.ZipFile(exports.saved(export)) as bundle:
            lines = bundle.read("records.jsonl").splitlines()
            parts.append([(json.loads(line)["shown"], json.loads(line)["leaf"]) for line in lines])
    assert parts[0] == parts[1]


@pytest.mark.parametrize(
    ("order", "code"),
    [
        ({}, "bad_body"),
        ({"search": 1, "span": {"conversation": "0" * 32}}, "bad_body"),
        ({"search": 1}, "no_such_search"),
        ({"search": 77}, "no_such_search"),
        ({"span": {"conversation": "0" * 32}}, "no_such_conversation"),
    ],
)
def test_a_bad_order_is_refused_and_leaves_no_record(
    ewa: Desk, case: str, order: dict[str, object], code: str
) -> None:
    body = order or {"language": "en"}
    assert ewa.refusal("POST", f"{case}/exports", **body)[1] == code
    assert len(ewa.looks(case)) == 1


def test_a_search_that_found_nothing_is_not_exported(ewa: Desk, case: str, talk: Talk) -> None:
    search = ewa.post(f"{case}/searches", words="zebra")
    assert search["count"] == 0
    body = {"search": search["number"]}
    assert ewa.refusal("POST", f"{case}/exports", **body) == (404, "nothing_there")


def test_an_officer_keeps_five_at_most(exports: Exports, talk: Talk) -> None:
    order = {"span": {"conversation": talk.conv}}
    for _ in range(5):
        exports.order(**order)
    assert exports.desk.refusal("POST", exports.path, **order) == (429, "too_many_exports")
