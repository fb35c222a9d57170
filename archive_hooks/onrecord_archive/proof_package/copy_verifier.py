"""Checks a client's own copy offline, with the log's public keys alone.

1. A zip file has no other files for any reader; the manifest is of this format, or of the one
   before; the files are those of a copy of that format, each in one spelling.
2. `policy` is the policy given, and every key of it has signed `checkpoint`.
3. The manifest names whose copy it is and its extents; they ascend and do not overlap. The record
   `copy.made` leads to the checkpoint, and names this copy: what it names is compared below.
4. Each line and leaf has one spelling (by another's RFC 8785); the leaf's proof leads to the
   checkpoint; `shown` with its salt, or its hash, and the hash of what is kept give the leaf's
   `pt`; what is said is what the leaf says. There is no `kept` and no salt of it. The text of a
   recording notice has the SHA-256 that was accepted. All lines are those that `copy.made` names.
5. The extents have every number, chained by `prev`, and go from each joining of this person to
   each leaving, as the records themselves say. What is left out is, and is nothing
   but, what the person could not see: of messages from before, and of another client.
6. The files of messages are those that `copy.made` names. transcript.html, README.txt and
   manifest.json are those that follow; verify.html is one that this project published.

A copy of the format before has no record `copy.made` in it: it shows all the rest, not that it is
complete. Its transcript.html is held to the manifest alone, since an earlier program made it.

The first thing that is wrong ends it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any

from onrecord_archive.format.checkpoint import Checkpoint, Policy
from onrecord_archive.format.errors import BadFormat, NotVerified
from onrecord_archive.format.leaf import RecordLeaf
from onrecord_archive.format.record import canonical
from onrecord_archive.format.strict import require_rfc8785
from onrecord_archive.proof_package.copy_earlier import EARLIER
from onrecord_archive.proof_package.copy_extents import StreamCheck, check_extents
from onrecord_archive.proof_package.copy_manifest import (
    Claims,
    Copy,
    CopyTally,
    claims_of,
    manifest_of,
    page_of,
    readme_of,
)
from onrecord_archive.proof_package.copy_page import PUBLISHED_PAGES
from onrecord_archive.proof_package.own_copy import (
    COPY,
    FILES,
    FORMAT,
    MADE,
    UNNAMED_FORMAT,
    VERIFY,
    CopyHolds,
    CopyOf,
    CopyRecord,
    Extent,
    Seen,
    Shown,
    as_transcribed,
    require_below,
    require_made,
    said_of,
    without_unseen,
)
from onrecord_archive.proof_package.package import MANIFEST, README, RECORDS, TRANSCRIPT
from onrecord_archive.proof_package.packed_again import read_copy_zip
from onrecord_archive.proof_package.reading import PackageFiles, read_lines, stated_format
from onrecord_archive.proof_package.verification import (
    Verification,
    check_content,
    check_leaf,
    files_of,
    in_form,
    require_files,
    require_format,
    require_published,
)
from onrecord_archive.transcript.transcript import Record


@dataclass(frozen=True, slots=True)
class CopyReport:
    """What was verified.

    `complete`: whether the archive's own record of the copy, of the time `made_at`, names all that
    is in it; a copy of the format before has none. `from_joining_to_leaving`: whether the records
    show that; one without content may hide it. `until`: all that lay in the archive below that
    entry is in it. `transcript_compared`: with the records.
    """

    origin: str
    size: int
    root: str
    person: str
    conversations: int
    records: int
    withheld: int
    without_content: int
    from_joining_to_leaving: bool
    complete: bool
    made_at: str | None
    until: int | None
    transcript_compared: bool


def verify_copy(path: Path, policy: Policy, *, format_4: bool = False) -> CopyReport:
    """Return what the copy was verified to hold.

    `format_4` also takes a copy of the format before. It does not show that all is in it, and
    anybody can make one of a newer copy: so who checks says that it is one.

    Raises NotVerified with file and archive_index of the first thing that is wrong, Unreadable.
    """
    files = files_of(path, read_copy_zip)
    kind = _kind_of(files, format_4=format_4)  # 1
    require_files(files, [name for name in FILES if name != MADE or kind is CopyHolds])
    return _CopyVerification(files, policy, kind).run()


def _kind_of(files: PackageFiles, *, format_4: bool) -> type[Copy]:
    """Return what the manifest's format names. Raises NotVerified (`format`) for another's."""
    form = stated_format(files)
    if form == UNNAMED_FORMAT and format_4:
        return CopyOf
    how = "check it with that, or with the verify.html of that"
    if form == UNNAMED_FORMAT:
        how = "--format-4 checks what is in it; that all is in it, such a copy does not show"
    require_format(form, FORMAT, how)
    return CopyHolds


class _CopyVerification(Verification[CopyRecord]):
    """One run: what the steps hand on."""

    def __init__(self, files: PackageFiles, policy: Policy, kind: type[Copy]) -> None:
        super().__init__(files, policy, COPY)
        self._kind = kind
        self._held = sha256()
        self._until: int | None = None
        self._counts = CopyTally()
        self._shown: list[Record] = []
        self._certain = True

    def run(self) -> CopyReport:
        """Steps 2 to 6."""
        head = self.head()  # 2
        copy = self.stated("copy", self._kind)  # 3
        in_form(MANIFEST, lambda: check_extents(copy.extents))
        made_at = None
        if isinstance(copy, CopyHolds):
            self._until, made_at = copy.until, self._made(copy, head)
        self._check_records(copy, head)  # 4, 5
        if isinstance(copy, CopyHolds) and self._held.hexdigest() != copy.lines:
            raise NotVerified("made", "they are not those that copy.made names", file=RECORDS)
        self._check_pages(copy, head)  # 6
        return CopyReport(
            origin=head.origin,
            size=head.size,
            root=head.root.hex(),
            person=copy.person,
            conversations=len({each.stream for each in copy.extents}),
            records=self._counts.count,
            withheld=self._counts.withheld,
            without_content=self._counts.without_content,
            from_joining_to_leaving=self._certain,
            complete=made_at is not None,
            made_at=made_at,
            until=self._until,
            transcript_compared=isinstance(copy, CopyHolds),
        )

    def _made(self, copy: CopyHolds, head: Checkpoint) -> str:
        """Return when the archive took the record of this copy, which is in the log."""
        try:
            (line,) = read_lines(self._files[MADE])
            record = COPY.parse(line)
            require_rfc8785(line, record.archive_index)
            leaf = check_record(record, head)
            if not isinstance(record.content, Shown):
                raise BadFormat("what it says is not proved")
            require_made(leaf, said_of(record), copy)
            if copy.until > record.archive_index:
                raise BadFormat("it is from before the copy was asked for")
        except ValueError as error:
            raise NotVerified("form", "it is not one line", file=MADE) from error
        except BadFormat as error:
            raise NotVerified("made", str(error), file=MADE) from error
        except NotVerified as error:
            error.file = MADE
            raise
        return leaf.at

    def _check_records(self, copy: Copy, head: Checkpoint) -> None:
        records = self.records(RECORDS, lambda record: check_record(record, head))
        for stream, extents in groupby(copy.extents, key=lambda each: each.stream):
            self._check_stream(stream, StreamCheck(copy.person, own := list(extents)), own, records)
        extra = next(records, None)
        if extra is not None:
            index = extra[0].archive_index
            raise NotVerified("extent", "no extent names it", file=RECORDS, index=index)

    def _check_stream(
        self,
        stream: str,
        check: StreamCheck,
        extents: list[Extent],
        records: Iterator[tuple[CopyRecord, RecordLeaf]],
    ) -> None:
        for _ in range(sum(each.count for each in extents)):
            found = next(records, None)
            if found is None:
                raise NotVerified("extent", f"records of {stream} are missing", file=RECORDS)
            record, leaf = found
            try:
                self._follow(record, leaf, stream, check)
            except BadFormat as error:
                index = record.archive_index
                raise NotVerified("extent", str(error), file=RECORDS, index=index) from error
        try:
            check.finish()
        except BadFormat as error:
            raise NotVerified("extent", str(error), file=RECORDS) from error
        self._certain = self._certain and check.certain

    def _follow(
        self, record: CopyRecord, leaf: RecordLeaf, stream: str, check: StreamCheck
    ) -> None:
        if leaf.stream != stream:
            raise BadFormat(f"it is of {leaf.stream}, where {stream} is expected")
        said = said_of(record)
        check.add(leaf, said)
        if said is not None:
            _require_cut(record, said, check, leaf)
        if self._until is not None:
            require_below(record.archive_index, self._until)
        self._held.update(COPY.held(record) + b"\n")
        self._counts.add(record, leaf)
        self._shown.append(as_transcribed(record))

    def _check_pages(self, copy: Copy, head: Checkpoint) -> None:
        claims = claims_of(copy.language)
        if isinstance(copy, CopyHolds):
            pages = page_of(self._shown, copy, head, withheld=self._counts.withheld)
            self.equal(TRANSCRIPT, b"".join(pages))
            self.equal(README, readme_of(copy))
            self.published(VERIFY, PUBLISHED_PAGES)
        else:
            claims = self._earlier(copy)
        digests = self.listed(self._counts, FILES)
        if isinstance(copy, CopyHolds) and digests != list(copy.files):
            raise NotVerified("made", "other files are named by copy.made", file=MANIFEST)
        self.equal(MANIFEST, manifest_of(copy, head, self._counts, self.sizes(), claims))

    def _earlier(self, copy: CopyOf) -> Claims:
        """Return the sentences of a copy of the format before, which are those published."""
        earlier = EARLIER[copy.language]
        stated = json.loads(bytes(self._files[MANIFEST]))
        claims = {name: stated.get(name) for name in ("proves", "does_not_prove")}
        spelled = in_form(MANIFEST, lambda: canonical(claims))
        require_published(MANIFEST, spelled, {earlier.claims})
        self.published(README, {earlier.readme})
        self.published(VERIFY, {each.page for each in EARLIER.values()})
        return claims


def check_record(record: CopyRecord, head: Checkpoint) -> RecordLeaf:
    """Return the leaf of a record that is what it commits to, and is in the log.

    Raises NotVerified with the code `leaf`, `inclusion`, `content` or `notice`.
    """
    leaf, content, said = check_leaf(record, head), record.content, said_of(record)
    if content is None or said is None:
        return leaf
    check_content(record, leaf, said, content.pt())
    if not isinstance(said.get("payload"), dict) or "id" not in _members(said.get("actor")):
        index = record.archive_index
        raise NotVerified("content", "it has no actor or payload", index=index)
    return leaf


def _members(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _require_cut(
    record: CopyRecord, said: dict[str, Any], check: StreamCheck, leaf: RecordLeaf
) -> None:
    """Raise BadFormat unless it lacks what the person could not see, and that alone."""
    if check.hides(leaf):
        raise BadFormat("it concerns another client, from before this person came in")
    if without_unseen(said, sees=check.sees(said), present=check.present) != said:
        raise BadFormat("it tells what this person could not see")
    if isinstance(record.content, Seen) and not check.cuts(said):
        raise BadFormat("its words are hidden without a reason")
