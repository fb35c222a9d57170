"""The auditor's command `fetch`: the bucket of the hook `s3` as a folder.

Exit status: 0 done, 1 an object has no version with the bytes of its name, 2 not done.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from onrecord_archive.format.errors import BadFormat
from onrecord_archive.sinks.s3.client import Access
from onrecord_archive.sinks.s3.fetch import Fetched, fetch
from onrecord_archive.verify.progress import printable

_NAMED = 10
_BAD = "have other bytes than their names say, and are not in the folder"
_COVERED = "had other bytes on top, which were passed over"


def run(arguments: Sequence[str]) -> tuple[int, list[str]]:
    """Run the command; return its exit status and the lines that it says. Raises ArchiveError."""
    options = _parser().parse_args(arguments)
    if not options.endpoint.startswith("https://"):
        raise BadFormat("the endpoint must begin with https://")
    access = Access(
        bucket=options.bucket,
        endpoint=options.endpoint,
        region=options.region,
        access_key_file=options.access_key_file,
        secret_key_file=options.secret_key_file,
        ca_file=options.ca_file,
        timeout=options.timeout,
        connections=8,
    )
    found = fetch(access, options.prefix, options.folder, _advance)
    said = [json.dumps(_told(found))] if options.json else _lines_of(found, options.folder)
    return (1 if found.bad else 0), said


def _advance(done: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done:,} objects\x1b[K\r")
        sys.stderr.flush()


def _told(found: Fetched) -> dict[str, object]:
    return {
        "objects": found.count,
        "bad": found.bad,
        "covered": found.covered,
        "unlocked": found.unlocked,
        "locked_until": None if found.until is None else found.until.isoformat(),
    }


def _lines_of(found: Fetched, folder: Path) -> list[str]:
    lines = [f"{found.count} objects: {folder}"]
    for names, what in ((found.bad, _BAD), (found.covered, _COVERED)):
        if names:
            lines += [f"{len(names)} {what}. The first of them:", *names[:_NAMED]]
    if found.unlocked:
        lines.append(f"{found.unlocked} of those that were fetched now are not locked.")
    if found.until is not None:
        day = f"{found.until:%Y-%m-%d}"
        lines.append(f"The first lock of those that were fetched now ends on {day}.")
    return [printable(line) for line in lines]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="onrecord-archive fetch",
        description="Copy the bucket of the hook `s3` into a folder, which the other commands "
        "read. Plaintext stays in the bucket.",
        epilog="Exit status: 0 done, 1 an object has no version with the bytes of its name, "
        "2 not done.",
    )
    parser.add_argument("folder", type=Path, help="made if it is not there; a copy goes on")
    parser.add_argument("--bucket", required=True)
    parser.add_argument("--endpoint", required=True, help="begins with https://")
    parser.add_argument("--region", default="us-east-1")
    parser.add_argument("--prefix", default="", help="what all names begin with, ending in /")
    for key in ("access", "secret"):
        about = f"a file with the {key} key, of a user who may read"
        parser.add_argument(f"--{key}-key-file", type=Path, required=True, help=about)
    parser.add_argument("--ca-file", type=Path, help="certificates to trust, not the system's")
    parser.add_argument("--timeout", type=float, default=20.0, help="seconds for each step")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser
