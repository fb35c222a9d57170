"""What lies in which room of a feature, and which rooms a module may look into (DESIGN 10).

A module's room follows from its name: `routes.py` and `*_routes.py` speak HTTP, `store.py` and
`*_store.py` have the statements, `bodies.py` and `*_bodies.py` are what goes over the wire, and all
else is the service: what the feature decides and does, in transactions of its own stores.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping

from tests.architecture.rules.source import Finding, nodes

FORBIDDEN: Mapping[str, tuple[str, ...]] = {
    "routes": ("store", "database"),
    "store": ("routes", "http", "starlette"),
    "bodies": ("routes", "store", "service", "http", "database", "starlette"),
    "service": ("routes", "http", "starlette"),
    "core": ("routes", "starlette"),
    "protocol": ("starlette",),
    "database": ("starlette",),
    "http": ("store", "database"),
    "ws": ("routes", "store", "database"),
}
"""What the modules of a room, or of a package beside the features, never import."""
OPEN: Mapping[str, tuple[str, ...]] = {
    "routes": ("service", "bodies"),
    "service": ("service",),
    "store": ("service", "store"),
    "bodies": ("bodies",),
}
"""What the modules of a room import of another feature: its service. A store also takes what
another has for a transaction that both are in, and bodies hold bodies."""
DOCTORS = frozenset({"onrecord.cli.checks.samples"})
"""What reads a row of its own to find what is wrong with a database."""
ROWS = frozenset({"row", "columns", "found", "known", "rest"})
"""What stores call a row, or what is left of one."""
WEB = frozenset({"starlette", "uvicorn"})
Imports = Mapping[str, Iterable[tuple[int, str]]]
"""What each module imports, with the lines."""


def room(name: str) -> str:
    """Return the room of a module by its dotted name; of what is no feature, its package."""
    parts = name.split(".")
    if parts[0] in WEB:
        return "starlette"
    if parts[0] != "onrecord" or len(parts) < 2:
        return parts[0]
    if parts[1] != "features" or len(parts) < 4:
        return parts[1]
    last = parts[-1].rpartition("_")[2]
    return last if last in ("routes", "store", "bodies") else "service"


def feature(name: str) -> str | None:
    """Return the feature that a module belongs to."""
    parts = name.split(".")
    return parts[2] if parts[:2] == ["onrecord", "features"] and len(parts) > 3 else None


def wrong_rooms(imports: Imports) -> Iterator[Finding]:
    """Each import of a room that its own never looks into."""
    for module, names in imports.items():
        forbidden = FORBIDDEN.get(room(module), ())
        for line, name in names:
            if room(name) in forbidden:
                yield Finding(f"{module}:{line}", f"{room(module)} imports {name}")


def statements(module: str, tree: ast.Module) -> Iterator[Finding]:
    """Each statement that stands in no store: `sql(…)` and `query(…)` but in core's and a store."""
    of_core = module.startswith("onrecord.core.store.")
    if of_core or room(module) in ("store", "database") or module in DOCTORS:
        return
    for node in nodes(tree):
        # A route's `query(…)` is what may be asked of it: it has names, and no statement.
        if isinstance(node, ast.Call):
            called = getattr(node.func, "id", None)
            if called == "sql" or (called == "query" and len(node.args) > 1):
                yield Finding(f"{module}:{node.lineno}", "a statement stands in a store")


def by_position(tree: ast.Module) -> Iterator[int]:
    """Yield the lines that take a row apart by position: `row[0]`, `row[2:5]`, `*row`.

    A loop over rows does as well: `for id, name in tx.all(…)`. A row has one of the names of ROWS,
    or is what a transaction has just returned.
    """
    for node in nodes(tree):
        if isinstance(node, ast.Starred) and _is_row(node.value):
            yield node.lineno
        elif isinstance(node, ast.Subscript) and _is_row(node.value):
            if isinstance(node.slice, ast.Constant | ast.Slice | ast.UnaryOp):
                yield node.lineno
        elif isinstance(node, ast.For | ast.comprehension):
            apart = isinstance(node.target, ast.Tuple)
            if apart and _returned(node.iter, "all"):
                yield node.target.lineno


def _is_row(node: ast.expr) -> bool:
    if isinstance(node, ast.Name):
        return node.id in ROWS
    return _returned(node, "one", "only")


def _returned(node: ast.expr, *methods: str) -> bool:
    method = node.func if isinstance(node, ast.Call) else None
    return isinstance(method, ast.Attribute) and method.attr in methods


def past_services(imports: Imports) -> Iterator[Finding]:
    """Each import of another feature that does not go through its service."""
    for module, names in imports.items():
        for line, name in names:
            another = feature(module) and feature(name) and feature(module) != feature(name)
            if another and room(name) not in OPEN[room(module)]:
                yield Finding(f"{module}:{line}", f"{name}: its service is to be used")


def ring(imports: Imports) -> list[str]:
    """Return the modules of one ring of imports, none where there is no ring."""
    left = {module: {name for _, name in names} for module, names in imports.items()}
    while True:
        free = [module for module, names in left.items() if not names & left.keys() - {module}]
        if not free:
            return sorted(_tightest(left))
        for module in free:
            del left[module]


def _tightest(left: dict[str, set[str]]) -> Iterable[str]:
    """Walk along imports until a module comes again; all between is one ring."""
    way: list[str] = []
    here = min(left, default=None)
    while here is not None and here not in way:
        way.append(here)
        here = min(left[here] & left.keys() - {here})
    return way[way.index(here) :] if here is not None else ()
