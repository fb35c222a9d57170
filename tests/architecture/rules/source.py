"""Where the source lies: what the rules read."""

import ast
import gc
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = {
    "onrecord": ROOT / "server" / "onrecord",
    "onrecord_archive": ROOT / "archive_hooks" / "onrecord_archive",
}
PYTHON = (*PACKAGES.values(), ROOT / "tests", ROOT / "tools")
CLIENT = ROOT / "client_web" / "src"


@dataclass(frozen=True, slots=True)
class Finding:
    """A place that breaks a rule. `where` is a path, with a line where there is one."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def listed(findings: list[Finding]) -> str:
    """All findings for a test's message: whoever breaks a rule sees every place at once."""
    return "\n".join(["", *map(str, findings)])


def python_files(*folders: Path) -> list[Path]:
    """All Python files below `folders`, sorted; stubs are not ours to measure."""
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


def client_files(*suffixes: str) -> list[Path]:
    """All files of the web client below src/ that end in one of `suffixes`, sorted."""
    return sorted(path for path in CLIENT.rglob("*") if path.name.endswith(suffixes))


def name_of(path: Path) -> str:
    """The path as it stands in messages."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a file, parsed once however many rules read it.

    All trees stay: a collector that looks for dead nodes among them takes twice as long as parsing.
    """
    gc.disable()
    try:
        return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    finally:
        gc.freeze()
        gc.enable()


@cache
def nodes(tree: ast.Module) -> tuple[ast.AST, ...]:
    """Every node of a tree, found once however many rules look at each."""
    return tuple(ast.walk(tree))


def modules() -> Iterator[tuple[str, Path]]:
    """Every module of both packages with its dotted name."""
    for package, folder in PACKAGES.items():
        for path in python_files(folder):
            parts = path.relative_to(folder).with_suffix("").parts
            if parts[-1] == "__init__":
                parts = parts[:-1]
            yield ".".join((package, *parts)), path


def tracked_files() -> list[Path]:
    """Every file that is in git or would be added, if it is text."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    paths = (ROOT / name for name in sorted(set(names.split("\0"))) if name)
    return [path for path in paths if path.is_file() and b"\0" not in path.read_bytes()[:8192]]
