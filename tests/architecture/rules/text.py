"""What must not stand in any file; a bracket in each pattern keeps it from matching itself."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import PurePath

from tests.architecture.rules.source import Finding

UNFINISHED = re.compile(r"\b(?:TO[D]O|FIX[M]E|X[X]X|HA[C]K)\b")
REGISTRY = re.compile(
    r"py[p]i\.org|files\.python[h]osted\.org|registry\.np[m]js\.org|registry\.yarn[p]kg\.com"
    r"|(?:extra-)?index-[u]rl\s*=|^\s*--(?:extra-)?index-[u]rl\b",
    re.MULTILINE,
)
MACHINE_PATH = re.compile(r"(?<![\w.$~}/-])/(?:ro[o]t|wo[r]k|ho[m]e/\w+|Us[e]rs/\w+)(?:/|\b)")
TYPESCRIPT_SKIP = re.compile(
    r"\b(?:it|test|describe|bench)(?:\.\w+)*\.(?:sk[i]p|sk[i]pIf|runIf|on[l]y|to[d]o|fa[i]ls)\b"
    r"|\b(?:x|f)(?:it|test|describe)\(|\bret[r]y\s*:"
)
TYPESCRIPT_MOCK = re.compile(r"\bvi\.(?:m[o]ck|doM[o]ck|f[n]|sp[y]On|stub\w+)\b")
TYPESCRIPT = (".ts", ".tsx", ".js", ".mjs")

# Each without what surrounds a word: most files have none, which this finds several times faster.
HINTS = {
    UNFINISHED: re.compile(r"TO[D]O|FIX[M]E|X[X]X|HA[C]K"),
    REGISTRY: re.compile(r"py[p]i\.|python[h]osted|np[m]js|yarn[p]kg|index-[u]rl"),
    MACHINE_PATH: re.compile(r"/(?:ro[o]t|wo[r]k|ho[m]e|Us[e]rs)"),
}
RULES = (
    (UNFINISHED, "unfinished work is finished or is an issue"),
    (REGISTRY, "the address of a registry is for whoever installs to choose"),
    (MACHINE_PATH, "a path of one machine"),
)


def forbidden_in(where: str, text: str) -> Iterator[Finding]:
    """Every place in `text`, the contents of the file called `where`, that breaks a rule."""
    rules: Sequence[tuple[re.Pattern[str], str]] = RULES
    if where.endswith(TYPESCRIPT):
        rules = (
            *RULES,
            (TYPESCRIPT_SKIP, "a test runs or fails"),
            (TYPESCRIPT_MOCK, "a fake passes the suite of the real thing"),
        )
    for pattern, why in rules:
        if pattern in HINTS and HINTS[pattern].search(text) is None:
            continue
        for match in pattern.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            yield Finding(f"{where}:{line}", f"{match[0]!r}: {why}")


def addresses_in_lock(where: str, text: str) -> Iterator[Finding]:
    """Addresses in a lock file: it holds names, versions and hashes."""
    if PurePath(where).name == "package-lock.json":
        for name, package in json.loads(text)["packages"].items():
            if "resolved" in package:
                yield Finding(where, f"{name or 'the project'} is resolved to an address")
            elif name.startswith("node_modules/") and "integrity" not in package:
                yield Finding(where, f"{name} has no hash")
        return
    for number, line in enumerate(text.splitlines(), 1):
        if "://" in line or line.startswith("-"):
            yield Finding(f"{where}:{number}", line.strip())
        if re.match(r"\w", line) and not line.endswith("\\"):
            yield Finding(f"{where}:{number}", f"{line} has no hash")
