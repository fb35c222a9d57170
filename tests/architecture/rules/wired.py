"""No test makes a service or routes of a feature by hand: the root does, with what a test changes.

A service is made of collaborators: the way onto the record, threads, a clock, sockets, a store, or
another service. Values, options, stores on a database, and what speaks a protocol are nobody's
wiring.
"""

import ast
from collections.abc import Iterator, Mapping

from tests.architecture.rules.rooms import feature, room
from tests.architecture.rules.source import nodes

MADE_OF = frozenset(
    {
        "onrecord.core.delivery.fan_out.FanOut",
        "onrecord.core.domain.clock.Clock",
        "onrecord.core.ports.Bridge",
        "onrecord.core.ports.Recorder",
        "onrecord.core.threads.Threads",
    }
)
"""What of core makes a service of who is made of it."""
SPEAKING = (
    "onrecord.features.notifications.letters.",
    "onrecord.features.notifications.push.sender.",
    "onrecord.features.uploads.clamd.",
)
"""What speaks a protocol to somebody outside: each is tried on a server of that protocol."""
ALONE = frozenset({"onrecord.features.compliance.looks.OpenLooks"})
"""A memory made of a clock alone, of which each who needs one has their own: nobody's wiring."""
Trees = Mapping[str, ast.Module]


def services(trees: Trees) -> frozenset[str]:
    """Return the services and routes of all features, by their dotted names."""
    made_of = {
        f"{module}.{each.name}": set(_parts(module, tree, each))
        for module, tree in trees.items()
        if feature(module) is not None and room(module) in ("service", "routes")
        for each in tree.body
        if isinstance(each, ast.ClassDef)
    }
    found = set[str]()
    while more := {
        name
        for name, parts in made_of.items()
        if name not in found and any(_is_part(each, found) for each in parts)
    }:
        found |= more
    return frozenset(each for each in found - ALONE if not each.startswith(SPEAKING))


def _is_part(name: str, found: set[str]) -> bool:
    of_store = feature(name) is not None and room(name.rpartition(".")[0]) == "store"
    return name in MADE_OF or name in found or (of_store and name.endswith(("Store", "Book")))


def wired(where: str, tree: ast.Module, known: frozenset[str]) -> set[str]:
    """Return each place of a file that makes one of these, by the file's and the class's name."""
    meant = dict(_meaning(tree))
    called = (node.func for node in nodes(tree) if isinstance(node, ast.Call))
    names = {each.id for each in called if isinstance(each, ast.Name)}
    return {f"{where} {name}" for name in names if meant.get(name) in known}


def _parts(module: str, tree: ast.Module, of: ast.ClassDef) -> Iterator[str]:
    """Yield the dotted names in what a class is made of."""
    meant = dict(_meaning(tree))
    own = (each for each in tree.body if isinstance(each, ast.ClassDef))
    meant |= {each.name: f"{module}.{each.name}" for each in own}
    for annotation in _annotations(of):
        for node in ast.walk(annotation):
            if isinstance(node, ast.Name):
                yield meant.get(node.id, node.id)


def _annotations(of: ast.ClassDef) -> Iterator[ast.expr]:
    """Yield the types of a constructor's parameters, a dataclass's fields among them."""
    for each in of.body:
        if isinstance(each, ast.AnnAssign):
            yield each.annotation
        if isinstance(each, ast.FunctionDef) and each.name == "__init__":
            taken = each.args
            for one in (*taken.posonlyargs, *taken.args, *taken.kwonlyargs):
                if one.annotation is not None:
                    yield one.annotation


def _meaning(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield the names that a module imports, with the dotted names of what they are."""
    for node in nodes(tree):
        if isinstance(node, ast.ImportFrom):
            yield from ((one.asname or one.name, f"{node.module}.{one.name}") for one in node.names)
