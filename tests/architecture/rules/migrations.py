"""The steps of the schema form one chain: each has its own number and follows the one before."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.architecture.rules.source import Finding

STEPS = "onrecord/database/migrations/versions"


def chain(steps: Iterable[Path]) -> Iterator[Finding]:
    """Yield a finding for each step that is not the next one of the chain."""
    last: str | None = None
    for step in sorted(steps):
        revision, down = (_value(step, name) for name in ("revision", "down_revision"))
        if revision != step.name.partition("_")[0]:
            yield Finding(step.name, f"its revision is {revision}")
        elif last is not None and revision != f"{int(last) + 1:04}":
            yield Finding(step.name, f"there is {last} before it")
        elif down != last:
            yield Finding(step.name, f"follows {down}, not {last}")
        last = revision


def _value(step: Path, name: str) -> str | None:
    for node in ast.parse(step.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and [ast.unparse(each) for each in node.targets] == [name]:
            value = ast.literal_eval(node.value)
            return None if value is None else str(value)
    return None
