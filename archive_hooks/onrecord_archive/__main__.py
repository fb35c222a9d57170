"""The auditor's command: `onrecord-archive`, or `python -m onrecord_archive`.

    verify, verify-bundle   the checkers, with their own options
    list                    the conversations of an archive
    search                  a text in all records
    transcript              a conversation as one page
    bundle                  the bundle of an export that is on record, made again
    fetch                   copy the bucket of the hook `s3` into a folder, over the network
    check-fetched           check such a folder, files included
    assemble                make an archive of such a folder, where the hook got the whole log

Everything else is offline and read-only. `list`, `search` and `transcript` read such a folder too,
and say at the end what it cannot show. `list`, `search` and `transcript` first open the archive's
signed head with the policy and read every entry under it; they end with an error where those are
not the entries that were signed. A record that does not open is counted and named.

Exit status: 0 done, 1 the archive is not what was signed, 2 not done (arguments, keys, storage),
3 done, and some records did not open, are not there, or lie above the head of a fetched folder.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import Any, Final, get_args

from onrecord_archive import verify_bundle
from onrecord_archive.contract import HookError
from onrecord_archive.events.language import Language
from onrecord_archive.format.checkpoint import Policy, parse_policy
from onrecord_archive.format.epoch_key import parse_opening_key
from onrecord_archive.format.errors import (
    ArchiveError,
    BadFormat,
    Corrupt,
    NotVerified,
    WriteFailed,
)
from onrecord_archive.format.leaf import RecordLeaf
from onrecord_archive.format.record import parse_canonical
from onrecord_archive.format.seal import Plain
from onrecord_archive.proof_package.again import Wanted, write_again
from onrecord_archive.proof_package.bundle import BundleRecord, transcript_record
from onrecord_archive.reader.archive import StoredEntry
from onrecord_archive.reader.audit import Audit, Pass, Selection, opener_of
from onrecord_archive.reader.conversations import Conversation, Conversations
from onrecord_archive.reader.opener import Opener
from onrecord_archive.reader.search import find, folded
from onrecord_archive.sinks.s3.assemble import assemble
from onrecord_archive.sinks.s3.folder import S3Folder
from onrecord_archive.transcript.html import Cover, render_transcript
from onrecord_archive.transcript.notes import STREAM as NOTES
from onrecord_archive.transcript.transcript import Record, build_transcript
from onrecord_archive.verify import archive as verify
from onrecord_archive.verify.progress import at_terminal, bytes_of, printable, text_of
from onrecord_archive.verify.recognition import Kind, kind_of, obstacle

_CHECKERS: Final = {"verify": verify.main, "verify-bundle": verify_bundle.main}
_NAMES_SHOWN: Final = 6
"""People of a conversation on a line; --json has all."""
_TEXT_SHOWN: Final = 300
"""Characters of a text on a line; --json has all."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    if isinstance(sys.stdout, TextIOWrapper):  # what a console cannot show must not end a search
        sys.stdout.reconfigure(errors="backslashreplace")
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given and given[0] in _CHECKERS:
        return _CHECKERS[given[0]](given[1:])
    if given and given[0] == "fetch":
        return _fetch(given[1:])
    options = _parser().parse_args(given)
    fetched = options.do in (_check, _assemble) or kind_of(options.archive) == "fetched"
    wanted: Kind = "fetched" if fetched else "archive"
    if (known := obstacle(options.archive, wanted, options.policy)) is not None:
        return _failed(f"{known.error} {known.do}", 2)
    try:
        with _opened(options) as audit:
            options.do(options, audit)
            status = _finished(options, audit)
        sys.stdout.flush()
        return status
    except (NotVerified, Corrupt) as error:
        return _failed(f"Not verified: {error}", 1)
    except ArchiveError as error:
        return _failed(str(error), 2)
    except BrokenPipeError:  # whoever read the output has gone: nothing is left to be said
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 2
    except OSError as error:
        return _failed(f"{error.filename or 'the output'}: {error.strerror}", 2)


@contextmanager
def _opened(options: argparse.Namespace) -> Iterator[Pass]:
    """Open the archive as the command line says. Raises ArchiveError."""
    policy = parse_policy(text_of(options.policy))
    if bool(options.opening_key) != (options.key_store is not None):
        raise BadFormat("--opening-key and --key-store go together")
    if options.key_store is None:
        yield _pass(options.archive, policy, None)
        return
    keys = [parse_opening_key(bytes_of(path)) for path in options.opening_key]
    with opener_of(keys, options.key_store) as opener:
        yield _pass(options.archive, policy, opener)


def _pass(folder: Path, policy: Policy, opener: Opener | None) -> Pass:
    kind = S3Folder if kind_of(folder) == "fetched" else Audit
    return kind(folder, policy, opener)


def _list(options: argparse.Namespace, audit: Pass) -> None:
    """Print every conversation, the last active first."""
    found = Conversations()
    with at_terminal() as advance:
        for entry, leaf in audit.records(advance):
            plain = audit.open(entry) if options.opening_key else None
            found.add(leaf, None if plain is None else parse_canonical(plain.shown))
    for each in found.all():
        _put(options.json, asdict(each), _line_of(each))


def _line_of(found: Conversation) -> str:
    names = sorted(set(found.people.values()))
    people = ", ".join(names[:_NAMES_SHOWN])
    if len(names) > _NAMES_SHOWN:
        people += f" and {len(names) - _NAMES_SHOWN} more"
    days = f"{found.first_at[:10]} to {found.last_at[:10]}"
    told = f"{found.id}  {days}  {found.records} records"
    return "  ".join(part for part in (told, found.kind, found.title, people) if part)


def _search(options: argparse.Namespace, audit: Pass) -> None:
    """Print every record that has the text, as it is found."""
    wanted, matches, count = folded(options.text), 0, 0
    if not wanted:
        raise BadFormat("there is no letter or digit in the text to look for")
    with at_terminal() as advance:
        for entry, _ in audit.records(advance):
            count += 1
            if (plain := audit.open(entry)) is None:
                continue
            shown = parse_canonical(plain.shown)
            text = find(wanted, shown, parse_canonical(plain.kept))
            if text is not None:
                matches += 1
                _put_hit(options.json, entry.index, shown, text)
    if not options.json:
        print(f"{matches} of {count} records have it.")


def _put_hit(as_json: bool, index: int, shown: Mapping[str, Any], text: str) -> None:
    stream, actor = shown["stream"], shown.get("actor", {})
    hit = {
        "archive_index": index,
        "at": shown.get("at", ""),
        "conversation": stream["id"],
        "title": stream.get("title", ""),
        "who": actor.get("name", ""),
        "person": actor.get("id", ""),
        "type": shown.get("type", ""),
        "text": text,
    }
    where = f"{hit['conversation']} {hit['title']}".rstrip()
    brief = " ".join(text.split())
    if len(brief) > _TEXT_SHOWN:
        brief = f"{brief[:_TEXT_SHOWN]}…"
    _put(as_json, hit, f"{index}  {hit['at']}  {hit['who']}  {where}  {hit['type']}: {brief}")


def _transcript(options: argparse.Namespace, audit: Pass) -> None:
    """Write the page of a conversation to a new file, or none at all."""
    records: Selection[Record] = Selection(audit, _record_of)
    notes: list[Record] = []
    with at_terminal() as advance:
        for entry, leaf in audit.records(advance):
            if leaf.stream == options.conversation:
                if _is_within(leaf, options.first_day, options.last_day):
                    audit.open(entry)
                    records.add(entry.index)
            elif leaf.stream == NOTES:
                note = _record_of(entry, audit.open(entry))
                if _is_about(note, options.conversation):
                    notes.append(note)
    if not records:
        raise BadFormat("no record of that conversation, or none on these days; see `list`")
    head = audit.head
    cover = Cover(head.origin, head.size, head.root.hex())
    built = build_transcript(records, notes)
    _write_new(options.output, render_transcript(built, language=options.language, cover=cover))
    told = {"records": len(records), "page": str(options.output)}
    _put(options.json, told, f"{len(records)} records: {options.output}")


def _bundle(options: argparse.Namespace, audit: Pass) -> None:
    """Write the bundle of an export again, to a new file."""
    if not isinstance(audit, Audit):
        raise BadFormat(
            "a fetched folder has no proofs: take the archive's directory, a replica, or what"
            " `assemble` makes"
        )
    policy, wanted = parse_policy(text_of(options.policy)), Wanted(options.case, options.export)
    with at_terminal() as advance:
        count = write_again(audit, policy, wanted, options.output, advance)
    told = {"records": count, "bundle": str(options.output)}
    _put(options.json, told, f"{count} records: {options.output}")


def _record_of(entry: StoredEntry, plain: Plain | None) -> Record:
    """Return a record as the transcript takes it; of one that does not open what its leaf says."""
    return transcript_record(BundleRecord(entry.index, entry.leaf, (), plain))


def _is_about(note: Record, conversation: str) -> bool:
    payload = note.shown.get("payload")
    return isinstance(payload, Mapping) and payload.get("conversation") == conversation


def _is_within(leaf: RecordLeaf, first: date | None, last: date | None) -> bool:
    day = date.fromisoformat(leaf.at[:10])
    return (first is None or first <= day) and (last is None or day <= last)


def _write_new(target: Path, pieces: Iterable[str]) -> None:
    """Write a file that is not there yet, whole or not at all. Raises WriteFailed."""
    part = target.with_name(f".{target.name}.part")
    try:
        if target.exists():
            raise WriteFailed(f"{target} exists")
        try:
            with part.open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(pieces)
            part.rename(target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise WriteFailed(f"{error.filename}: {error.strerror}") from error


def _check(options: argparse.Namespace, audit: S3Folder) -> None:
    """Read every record of a fetched folder, and its file; open it, if there are keys."""
    records = files = 0
    with at_terminal() as advance:
        for entry, leaf in audit.records(advance):
            records += 1
            files += audit.file_of(entry.index, leaf) is not None
            if options.opening_key:
                audit.open(entry)
    told = {"records": records, "files": files}
    line = f"{records} records and {files} files are what their names and leaves say."
    _put(options.json, told, line)


def _assemble(options: argparse.Namespace, audit: S3Folder) -> None:
    """Make an archive of a fetched folder, in a directory that is empty or was begun by this."""
    with at_terminal() as advance:
        count = assemble(audit, parse_policy(text_of(options.policy)), options.output, advance)
    audit.not_shown = ""  # the root of all entries is the signed one
    told = {"entries": count, "archive": str(options.output)}
    _put(options.json, told, f"{count} entries, as they were signed: {options.output}")


def _finished(options: argparse.Namespace, audit: Pass) -> int:
    """Say what did not open or is not there, of a command that went through; return its status."""
    unopened, lacking, above, behind = audit.unopened, 0, 0, 0
    gaps = list[str]()
    if isinstance(audit, S3Folder):
        lacking, above, gaps = audit.lacking, audit.above, audit.gaps
        behind = audit.behind
    is_whole = not (unopened.count or lacking or above or behind)
    if options.json:
        first = [{"archive_index": index, "why": why} for index, why in unopened.first]
        told: dict[str, Any] = {"result": "complete", "size": audit.head.size}
        told |= {"unopened": unopened.count, "first_unopened": first}
        if behind:
            told["behind"] = behind
        if audit.not_shown:
            told |= {"lacking": lacking, "first_lacking": gaps, "above": above}
            told["not_shown"] = audit.not_shown
        print(json.dumps(told))
        return 0 if is_whole else 3
    if unopened.count:
        print(f"{unopened.count} records did not open. The first of them:")
        for index, why in unopened.first:
            print(printable(f"{index}  {why}"))
    if lacking:
        print(f"{lacking} records are not there. The first of them, by conversation and number:")
        for gap in gaps:
            print(printable(gap))
    if above:
        print(f"{above} records lie above the newest checkpoint here, and were not read.")
    if behind:
        print(f"{behind} more entries are signed by a newer checkpoint here, and not all are here.")
    if audit.not_shown:
        print(audit.not_shown)
    return 0 if is_whole else 3


def _fetch(arguments: Sequence[str]) -> int:
    """Run `fetch`, where its client is installed; return its exit status."""
    try:
        command = import_module("onrecord_archive.sinks.s3.fetch_command")
    except HookError:
        return _failed("boto3 is not installed: pip install 'onrecord-archive[s3]'", 2)
    try:
        status, lines = command.run(arguments)
    except ArchiveError as error:
        return _failed(str(error), 2)
    print(*lines, sep="\n")
    return int(status)


def _put(as_json: bool, found: Mapping[str, Any], line: str) -> None:
    print(json.dumps(found, ensure_ascii=False) if as_json else printable(line))


def _failed(why: str, status: int) -> int:
    print(printable(why), file=sys.stderr)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="onrecord-archive",
        description="Verify, search and read an OnRecord archive: offline, without the server.",
        epilog="Exit status: 0 done, 1 the archive is not what was signed, 2 not done, "
        "3 done, and some records did not open.",
    )
    verbs = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, what in (("verify", "an archive or a client's copy"), ("verify-bundle", "a bundle")):
        verbs.add_parser(name, help=f"check {what}; has options of its own")
    fetch = "copy the bucket of the hook `s3` into a folder; has options of its own"
    verbs.add_parser("fetch", help=fetch)
    _verb(verbs, "list", _list, "list the conversations; with the keys their titles and people")
    search = _verb(verbs, "search", _search, "find a text in all records, part of a word too")
    search.add_argument("text", help="case and accents make no difference")
    _verb(verbs, "check-fetched", _check, "check a folder that `fetch` made, and its files")
    whole = _verb(verbs, "assemble", _assemble, "make an archive of such a folder, if it has all")
    whole.add_argument("-o", "--output", type=Path, required=True, help="an empty directory")
    bundle = _verb(verbs, "bundle", _bundle, "make the bundle of an export on record again")
    bundle.add_argument("case", help="the case, as its `access:…` stream in `list` shows it")
    bundle.add_argument("--export", type=int, help="its number in the case; else the last one")
    bundle.add_argument("-o", "--output", type=Path, required=True, help="a new file, .zip")
    page = _verb(verbs, "transcript", _transcript, "write a conversation as one page to read")
    page.add_argument("conversation", help="its id, as `list` and `search` show it")
    page.add_argument("-o", "--output", type=Path, required=True, help="a new file, .html")
    day: dict[str, Any] = {"type": date.fromisoformat, "metavar": "YYYY-MM-DD"}
    page.add_argument("--from", dest="first_day", help="from this UTC day on", **day)
    page.add_argument("--to", dest="last_day", help="up to this UTC day, included", **day)
    page.add_argument("--language", choices=get_args(Language), default="en", help="of the page")
    return parser


def _verb(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    do: Callable[..., None],
    what: str,
) -> argparse.ArgumentParser:
    """Add a command that reads an archive; `search` and `transcript` need the keys."""
    verb = verbs.add_parser(name, help=what, description=f"{what[0].upper()}{what[1:]}.")
    keys = do not in (_list, _check, _assemble)
    verb.set_defaults(do=do)
    verb.add_argument("archive", type=Path, help="the archive's directory")
    verb.add_argument("--policy", type=Path, required=True, help="the log's public keys")
    verb.add_argument("--key-store", type=Path, required=keys, help="a key store, or a copy of it")
    verb.add_argument(
        "--opening-key",
        type=Path,
        action="append",
        default=[],
        required=keys,
        help="compliance's opening key, once for each key epoch",
    )
    verb.add_argument("--json", action="store_true", help="print one JSON object a line")
    return verb


if __name__ == "__main__":
    sys.exit(main())
