"""A bundle carries its own proof; it is refused when it is not what its slice says."""

import hashlib
import json
import random
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from onrecord_archive.catalogues.published import words_in
from onrecord_archive.format.errors import BadFormat, NotVerified, WriteFailed
from onrecord_archive.format.proof import parse_proof
from onrecord_archive.proof_package.bundle import BUNDLE, FILES
from onrecord_archive.proof_package.bundle_manifest import PUBLISHED_SCHEMAS, encode_schema
from onrecord_archive.proof_package.bundle_verifier import BundleReport, proof_of, verify_bundle
from onrecord_archive.proof_package.bundle_writer import BundleWriter
from onrecord_archive.proof_package.reading import read_files, read_lines
from onrecord_archive.testing.log import SampleLog, conversation
from onrecord_archive.verify_bundle import main
from tests.unit.proof_package.exports import CASE, Export, range_of, search_for
from tests.unit.proof_package.forging import honest

pytestmark = pytest.mark.many_inputs

STREAM = conversation(1)["id"]


@pytest.fixture(scope="module")
def export() -> Export:
    log = SampleLog()
    log.grow(60)
    return Export(log, range_of(STREAM, 4, 15), noted=3)


@pytest.fixture(scope="module")
def search() -> Export:
    log = SampleLog()
    log.grow(30)
    return Export(log, search_for("message"), gone=[20])


def verify(path: Path, export: Export) -> BundleReport:
    return verify_bundle(path, export.log.policy)


def test_a_range_verifies_offline_and_says_from_where_to_where_it_is_complete(
    export: Export, tmp_path: Path
) -> None:
    report = verify(export.write(tmp_path / "bundle"), export)
    assert report.complete == f"{STREAM} 4-15"
    assert (report.records, report.access_records, report.case) == (12, 2, CASE)
    assert report.size == export.log.policy.open(export.note).size


def test_what_was_noted_is_proved_counted_and_said_below_the_message(
    export: Export, tmp_path: Path
) -> None:
    folder = export.write(tmp_path / "bundle")
    assert verify(folder, export).notes == 3
    page = (folder / "transcript.html").read_text()
    rows = page.split('<tr class="r"')[1:]
    noted = [row for row in rows if "signs of another channel" in row]
    assert noted == rows[:3]
    assert "Record 2 of the stream policy" in noted[1]
    manifest = json.loads((folder / "manifest.json").read_bytes())
    assert manifest["notes"]["types"] == {"off_channel.hint": 3}
    assert manifest["format"] == "onrecord-bundle/3"
    assert any("noted nothing else" in each for each in manifest["does_not_prove"])


def test_a_search_verifies_and_does_not_claim_to_be_complete(
    search: Export, tmp_path: Path
) -> None:
    report = verify(search.write(tmp_path / "bundle"), search)
    assert (report.records, report.complete, report.without_content) == (30, "", 1)
    manifest = json.loads((tmp_path / "bundle/manifest.json").read_bytes())
    assert not any("complete: between" in sentence for sentence in manifest["proves"])
    assert any("everything that it could" in each for each in manifest["does_not_prove"])


def test_a_record_whose_content_is_gone_is_proved_and_said_to_be_so(
    search: Export, tmp_path: Path
) -> None:
    folder = search.write(tmp_path / "bundle")
    assert (folder / "transcript.html").read_text().count(words_in("pl").text("record.gone")) == 1
    manifest = json.loads((folder / "manifest.json").read_bytes())
    assert manifest["records"]["without_content"] == 1


def test_the_files_are_exactly_these_and_the_manifest_accounts_for_each(
    export: Export, tmp_path: Path
) -> None:
    folder = export.write(tmp_path / "bundle")
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    manifest = json.loads((folder / "manifest.json").read_bytes())
    assert {file["name"] for file in manifest["files"]} == set(FILES) - {"manifest.json"}
    assert manifest["records"]["types"] == {"message.sent": 12}
    assert manifest["records"]["streams"] == [
        {"stream": STREAM, "first": 4, "last": 15, "count": 12}
    ]
    assert manifest["slice"]["what"]["asked"]["from"] == "2026-11-24"


def test_html_lines_and_manifest_count_the_same_records(export: Export, tmp_path: Path) -> None:
    folder = export.write(tmp_path / "bundle")
    page = (folder / "transcript.html").read_text()
    lines = (folder / "records.jsonl").read_bytes().splitlines()
    count = json.loads((folder / "manifest.json").read_bytes())["records"]["count"]
    assert page.count('<tr class="r"') == len(lines) == count


def test_every_line_is_valid_by_the_schema_that_comes_along(
    export: Export, search: Export, tmp_path: Path
) -> None:
    for number, made in enumerate((export, search)):
        folder = made.write(tmp_path / str(number))
        schema = json.loads((folder / "records.schema.json").read_bytes())
        Draft202012Validator.check_schema(schema)
        validator = Draft202012Validator(schema)
        for name in ("records.jsonl", "audit.jsonl", "notes.jsonl"):
            for line in (folder / name).read_bytes().splitlines():
                validator.validate(json.loads(line))
        with pytest.raises(ValidationError, match="archive_index"):
            validator.validate({})


def earlier_schema() -> bytes:
    """Return one with fewer members of what a complaint says."""
    schema = json.loads(encode_schema())
    kinds = schema["properties"]["shown"]["allOf"]
    (filed,) = (one for one in kinds if "complaint.filed" in json.dumps(one["if"]))
    del filed["then"]["properties"]["payload"]["properties"]["words"]
    return json.dumps(schema, ensure_ascii=False, indent=2, sort_keys=True).encode() + b"\n"


def test_todays_schema_is_the_newest_that_was_published() -> None:
    newest = hashlib.sha256(encode_schema()).hexdigest()
    assert newest == PUBLISHED_SCHEMAS[-1], "make publish"


def packed_with(schema: bytes, export: Export, path: Path, patch: pytest.MonkeyPatch) -> Path:
    """Write a bundle with this schema, everything else made to fit."""
    with patch.context() as other:
        other.setattr("onrecord_archive.proof_package.bundle_writer.encode_schema", lambda: schema)
        return export.write(path)


def test_a_bundle_with_an_earlier_schema_is_verified(
    export: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = packed_with(earlier_schema(), export, tmp_path / "bundle", monkeypatch)
    with pytest.raises(NotVerified):  # as none was published yet
        verify_bundle(folder, export.log.policy)
    published = (hashlib.sha256(earlier_schema()).hexdigest(), *PUBLISHED_SCHEMAS)
    monkeypatch.setattr(
        "onrecord_archive.proof_package.bundle_verifier.PUBLISHED_SCHEMAS", published
    )
    assert verify_bundle(folder, export.log.policy).records == 12


def test_control_a_bundle_with_a_weakened_schema_is_not(
    export: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema = json.loads(encode_schema())
    del schema["properties"]["shown"]["allOf"]
    weak = json.dumps(schema, ensure_ascii=False, indent=2, sort_keys=True).encode() + b"\n"
    folder = packed_with(weak, export, tmp_path / "bundle", monkeypatch)
    with pytest.raises(NotVerified, match="nothing that this project published") as e:
        verify_bundle(folder, export.log.policy)
    assert e.value.file == "records.schema.json"


def test_a_bundle_of_another_version_is_no_forgery(export: Export, tmp_path: Path) -> None:
    folder = export.write(tmp_path / "bundle")
    manifest = folder / "manifest.json"
    manifest.write_bytes(manifest.read_bytes().replace(b"onrecord-bundle/3", b"onrecord-bundle/2"))
    (manifest.parent / "a-file-of-then").touch()
    (folder / "transcript.html").write_bytes(b"as it was then")
    with pytest.raises(NotVerified, match="made by another version") as e:
        verify_bundle(folder, export.log.policy)
    assert e.value.code == "format"


def test_a_line_that_says_something_else_than_its_type_is_not_valid(
    export: Export, tmp_path: Path
) -> None:
    folder = export.write(tmp_path / "bundle")
    validator = Draft202012Validator(json.loads((folder / "records.schema.json").read_bytes()))
    record = json.loads((folder / "records.jsonl").read_bytes().splitlines()[0])
    del record["shown"]["payload"]["text"]
    with pytest.raises(ValidationError, match="'text' is a required property"):
        validator.validate(record)


def test_the_same_export_gives_the_same_bytes(export: Export, tmp_path: Path) -> None:
    first, second = export.write(tmp_path / "one.zip"), export.write(tmp_path / "two.zip")
    assert first.read_bytes() == second.read_bytes()


def test_a_zip_file_holds_the_same_files_and_any_tool_unpacks_it(
    export: Export, tmp_path: Path
) -> None:
    folder, packed = export.write(tmp_path / "bundle"), export.write(tmp_path / "bundle.zip")
    assert verify(packed, export) == verify(folder, export)
    with zipfile.ZipFile(packed) as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path / "unpacked")
    assert verify(tmp_path / "unpacked", export) == verify(folder, export)
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_the_records_read_back_are_those_that_went_in(search: Export, tmp_path: Path) -> None:
    files = read_files(search.write(tmp_path / "bundle.zip"), FILES)
    assert [*map(BUNDLE.parse, read_lines(files["records.jsonl"]))] == search.records()
    assert [*map(BUNDLE.parse, read_lines(files["audit.jsonl"]))] == search.audit()


def test_a_record_s_proof_stands_alone(export: Export, tmp_path: Path) -> None:
    folder = export.write(tmp_path / "bundle")
    record = export.records()[3]
    proof = proof_of(folder, record.archive_index)
    parse_proof(proof).verify(record.leaf, export.log.policy)
    with pytest.raises(BadFormat):
        proof_of(folder, 10_000)


def verifies(path: Path, export: Export) -> bool:
    try:
        verify(path, export)
    except NotVerified:
        return False
    return True


def flipped(path: Path, chance: random.Random) -> str:
    """Change one bit: the file drawn first, then the place."""
    victim = chance.choice(sorted(path.iterdir())) if path.is_dir() else path
    data = bytearray(victim.read_bytes())
    offset, bit = chance.randrange(len(data)), chance.randrange(8)
    data[offset] ^= 1 << bit
    victim.write_bytes(data)
    return f"{victim.name} byte {offset} bit {bit}"


@pytest.mark.parametrize("name", ["bundle", "bundle.zip"])
def test_100_flips_are_all_found(export: Export, tmp_path: Path, name: str) -> None:
    clean = export.write(tmp_path / name)
    chance = random.Random(name)
    for number in range(100):
        copy = tmp_path / f"{number}-{name}"
        (shutil.copytree if clean.is_dir() else shutil.copy)(clean, copy)
        place = flipped(copy, chance)
        assert not verifies(copy, export), place


def test_100_clean_bundles_raise_no_alarm(tmp_path: Path) -> None:
    chance = random.Random(7)
    for number in range(100):
        log = SampleLog()
        log.grow(chance.randrange(3, 12))
        slice_ = search_for("x") if number % 2 else range_of(STREAM, 1, 1)
        export = Export(log, slice_)
        verify(export.write(tmp_path / f"{number}{'.zip' if number % 3 else ''}"), export)


@pytest.mark.parametrize("name", FILES)
def test_a_file_missing_empty_cut_or_longer_is_found(
    export: Export, tmp_path: Path, name: str
) -> None:
    clean = export.write(tmp_path / "clean")
    data = (clean / name).read_bytes()
    for number, changed in enumerate((None, b"", data[:-1], data + b"\n", data + data)):
        copy = tmp_path / str(number)
        shutil.copytree(clean, copy)
        (copy / name).unlink()
        if changed is not None:
            (copy / name).write_bytes(changed)
        with pytest.raises(NotVerified):
            verify(copy, export)


def test_a_file_too_many_is_found(export: Export, tmp_path: Path) -> None:
    folder = export.write(tmp_path / "bundle")
    extra = folder / "remarks"
    for make, remove in (
        (lambda: extra.write_bytes(b""), extra.unlink),
        (extra.mkdir, extra.rmdir),
        (lambda: extra.symlink_to(folder / "README.txt"), extra.unlink),
    ):
        make()
        with pytest.raises(NotVerified, match="remarks"):
            verify(folder, export)
        remove()


def test_a_bundle_of_another_log_is_found(export: Export, tmp_path: Path) -> None:
    with pytest.raises(NotVerified):
        verify_bundle(export.write(tmp_path / "bundle"), SampleLog().policy)
    with pytest.raises(NotVerified):
        BundleWriter(tmp_path / "x", export.slice, export.note, SampleLog().policy)


def test_nothing_is_replaced_and_nothing_half_written_stays(export: Export, tmp_path: Path) -> None:
    target = export.write(tmp_path / "bundle")
    with pytest.raises(WriteFailed, match="exists"):
        export.write(target)
    with pytest.raises(BadFormat):
        honest(tmp_path / "other", export, records=export.records()[1:])
    assert [path.name for path in tmp_path.iterdir()] == ["bundle"]


def test_a_line_has_one_spelling(search: Export) -> None:
    for record in search.records():
        line = BUNDLE.encode(record)
        assert BUNDLE.parse(line) == record
        for other in (line + b" ", line.replace(b":", b": ", 1), line[:-1] + b',"x":1}', b"[]"):
            with pytest.raises(BadFormat):
                BUNDLE.parse(other)


def test_the_command_says_pass_or_fail_and_nothing_of_what_was_said(
    export: Export, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = export.write(tmp_path / "bundle")
    policy = tmp_path / "policy"
    policy.write_text("# ours\n" + export.log.policy.encode())
    command = [sys.executable, "-m", "onrecord_archive.verify_bundle", str(folder)]
    done = subprocess.run(
        [*command, "--policy", str(policy)], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("VERIFIED\n")
    assert "Message" not in done.stdout
    lines = (folder / "records.jsonl").read_bytes()
    (folder / "records.jsonl").write_bytes(lines.replace(b"Message 1", b"Message 7", 1))
    assert main([str(folder), "--policy", str(policy), "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert (answer["code"], answer["file"]) == ("content", "records.jsonl")
    assert answer["index"] in {record.archive_index for record in export.records()}
    assert "Message" not in json.dumps(answer)
    assert main([str(tmp_path / "nowhere"), "--policy", str(policy)]) == 2
