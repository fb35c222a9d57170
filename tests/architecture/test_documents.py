"""The published formats are described to the last member (DESIGN 6)."""

from tests.architecture.rules.documents import undocumented


def test_control_a_member_that_is_not_in_code_is_found() -> None:
    document = "A leaf has ct. `v` `class` `kind` `key_id` and\n```\nname length sha256\n```\n"
    found = {finding.what for finding in undocumented("x.md", document, ["onrecord_archive.leaf"])}
    assert "ct of RecordLeaf (onrecord_archive.leaf) is not described" in found
    assert not any(what.startswith(("v of", "class of", "name of", "sha256 of")) for what in found)
