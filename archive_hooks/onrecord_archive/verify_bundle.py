"""The published command: `python -m onrecord_archive.verify_bundle BUNDLE --policy FILE`.

What is checked, proof_package/bundle_verifier.py says. Exit status: 0 verified, 1 not verified,
2 could not be checked.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from onrecord_archive.format.checkpoint import parse_policy
from onrecord_archive.format.errors import ArchiveError
from onrecord_archive.proof_package.bundle_verifier import proof_of, verify_bundle
from onrecord_archive.verify.progress import answer, failed, text_of
from onrecord_archive.verify.recognition import obstacle


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the checker from the command line; return its exit status."""
    options = _parser().parse_args(arguments)
    if (known := obstacle(options.bundle, "bundle", options.policy)) is not None:
        return answer(options.json, known.answer(), 2)
    try:
        policy = parse_policy(text_of(options.policy))
        report = verify_bundle(options.bundle, policy)
        if options.proof is not None:
            sys.stdout.buffer.write(proof_of(options.bundle, options.proof))
            return 0
    except ArchiveError as error:
        return failed(options.json, error)
    return answer(options.json, {"result": "verified"} | asdict(report), 0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m onrecord_archive.verify_bundle",
        description="Checks an OnRecord bundle offline, with public keys alone.",
        epilog="Exit status: 0 verified, 1 not verified, 2 could not be checked.",
    )
    add = parser.add_argument
    add("bundle", type=Path, help="the bundle: a directory or a .zip file")
    add("--policy", type=Path, help="the log's public keys, one vkey a line")
    add("--proof", type=int, metavar="INDEX", help="print this record's C2SP tlog-proof")
    add("--json", action="store_true", help="print one JSON object")
    return parser


if __name__ == "__main__":
    sys.exit(main())
