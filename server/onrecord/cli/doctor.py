"""onrecord doctor: everything that can be checked from this machine, with what to do."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from onrecord.cli.exits import FOUND
from onrecord.cli.place import place_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onrecord.app.settings.model import Settings
    from onrecord.cli.checks.finding import Finding

MARKS = {"ok": "ok     ", "warning": "warning", "failed": "FAILED "}
COLOURS = {"ok": "green", "warning": "yellow", "failed": "red"}


def doctor(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a check.")] = False,
) -> None:
    """Check keys, certificates, clock, the archive's volume, the database and the server.

    It changes nothing and can be run beside the server. Leaves with 3 when something failed;
    warnings alone leave with 0.
    """
    settings = place_of(context).installed()
    bad = False
    for finding in _findings(settings):
        bad = bad or finding.verdict == "failed"
        if as_json:
            print(json.dumps(asdict(finding), ensure_ascii=False), flush=True)
        else:
            _print(finding)
    if bad:
        raise typer.Exit(FOUND)


def _findings(settings: Settings) -> Iterator[Finding]:
    from datetime import UTC, datetime

    from onrecord.cli.checks.clock import check_clock
    from onrecord.cli.checks.database import check_database
    from onrecord.cli.checks.descriptors import check_descriptors
    from onrecord.cli.checks.hooks import check_hooks
    from onrecord.cli.checks.key_files import check_keys
    from onrecord.cli.checks.key_stores import check_key_stores
    from onrecord.cli.checks.samples import check_sample
    from onrecord.cli.checks.server import check_server
    from onrecord.cli.checks.tls import check_certificates
    from onrecord.cli.checks.tls_groups import check_groups
    from onrecord.cli.checks.volume import check_volume

    yield from check_keys(settings)
    yield from check_key_stores(settings)
    now = datetime.now(UTC)
    yield from check_certificates(settings, now)
    yield check_groups(settings)
    yield check_clock()
    yield check_descriptors(settings)
    yield check_hooks(settings)
    yield from check_volume(settings.archive.directory)
    yield from check_database(settings)
    yield from check_sample(settings, now)
    yield check_server(settings)


def _print(finding: Finding) -> None:
    mark = MARKS[finding.verdict]
    if sys.stdout.isatty():
        mark = typer.style(mark, fg=COLOURS[finding.verdict])
    print(f"{mark}  {finding.check}: {finding.detail}", flush=True)
    if finding.advice:
        print(f"         What to do: {finding.advice}", flush=True)
