"""A Protocol has two implementations or is a port of core; a constructor stays small (STYLE).

Which two, its docstring says: `Implementations: A, B.`, each a class (or, of a callable, a
function) of the product that has all its members. A class that bundles collaborators counts as a
constructor: one with its own `__init__`, and a dataclass or Struct with a field that has one.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tests.architecture.rules.source import Finding, nodes

PORTS = ("onrecord.core.ports", "onrecord.core.hooks.ports")
"""Where core's ports are: the path of a message is below what hooks' ports name."""
MOST_PORTS = 10
MOST_PARAMETERS = 7
REASON = "A port, since "
"""How a port of core begins to say why it is one."""
_NAMED = re.compile(r"Implementations: ([\w\s,]+)\.")


@dataclass(frozen=True, slots=True)
class Product:
    """The classes and functions of the product by name: what each has, and whom it inherits."""

    members: dict[str, set[str]] = field(default_factory=dict)
    bases: dict[str, set[str]] = field(default_factory=dict)
    collaborators: set[str] = field(default_factory=set)
    """By dotted name: what is made of something, and what stands for that."""

    def add(self, module: str, tree: ast.Module) -> None:
        """Take in what a module defines; of two classes of one name, what both have."""
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                self.members.setdefault(node.name, set()).add("__call__")
        for found in _classes(tree):
            self.members.setdefault(found.name, set()).update(_members(found))
            self.bases.setdefault(found.name, set()).update(_names(*found.bases))
            if _takes_something(found) or _is_protocol(found):
                self.collaborators.add(f"{module}.{found.name}")

    def has(self, name: str) -> set[str]:
        """Return the members of what has a name, inherited ones too; nothing has none."""
        found, left = set[str](), [name]
        seen: set[str] = set()
        while left:
            seen.add(one := left.pop())
            found |= self.members.get(one, set())
            left += self.bases.get(one, set()) - seen
        return found


def product(trees: Mapping[str, ast.Module]) -> Product:
    """Return what modules define, by their dotted names."""
    found = Product()
    for module, tree in trees.items():
        found.add(module, tree)
    return found


def without_two(trees: Mapping[str, ast.Module]) -> Iterator[Finding]:
    """Each Protocol without two implementations; the ports of core are left alone."""
    known = product(trees)
    for module, tree in _of_server(trees):
        if module in PORTS:
            continue
        for protocol in filter(_is_protocol, _classes(tree)):
            said = _NAMED.search(ast.get_docstring(protocol) or "")
            named = [] if said is None else re.findall(r"\w+", said[1])
            lacking = [name for name in named if not _members(protocol) <= known.has(name)]
            if len(set(named)) < 2 or lacking:
                what = f"is no {lacking[0]}" if lacking else "does not name two implementations"
                yield Finding(f"{module} {protocol.name}", what)


def ports_without_reason(trees: Mapping[str, ast.Module]) -> Iterator[Finding]:
    """What core's ports do not say, and one port too many."""
    ports = [
        (module, each)
        for module, tree in trees.items()
        if module in PORTS
        for each in filter(_is_protocol, _classes(tree))
    ]
    for module, each in ports:
        if REASON not in (ast.get_docstring(each) or ""):
            yield Finding(f"{module} {each.name}", "does not say why it is a port")
    if len(ports) > MOST_PORTS:
        yield Finding("onrecord.core", f"{len(ports)} ports, at most {MOST_PORTS}")


def too_many_parameters(trees: Mapping[str, ast.Module]) -> Iterator[Finding]:
    """Each class that is made of more than so many parts, those that it inherits among them."""
    known = product(trees).collaborators
    for module, tree in _of_server(trees):
        here = {name for name, of in _meaning(module, tree) if of in known}
        named = {each.name: each for each in _classes(tree)}
        for found in named.values():
            count, fields = _parameters(found), _fields(found, named)
            if _is_made_of_fields(found) and any(_names(each) & here for each in fields.values()):
                count = len(fields)
            if count > MOST_PARAMETERS:
                where = f"{module} {found.name}"
                yield Finding(where, f"{count} parameters, at most {MOST_PARAMETERS}")


def _of_server(trees: Mapping[str, ast.Module]) -> Iterator[tuple[str, ast.Module]]:
    """The archive package's are left alone: others write what its contract names."""
    return ((name, tree) for name, tree in trees.items() if name.startswith("onrecord."))


def _meaning(module: str, tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield the names that a module defines or imports, with the dotted names of what they are."""
    for found in _classes(tree):
        yield found.name, f"{module}.{found.name}"
    for node in nodes(tree):
        if isinstance(node, ast.ImportFrom):
            yield from ((one.asname or one.name, f"{node.module}.{one.name}") for one in node.names)


def _classes(tree: ast.Module) -> Iterator[ast.ClassDef]:
    return (node for node in nodes(tree) if isinstance(node, ast.ClassDef))


def _names(*expressions: ast.expr) -> set[str]:
    """Every name in some expressions."""
    found = (node for each in expressions for node in ast.walk(each))
    return {node.id for node in found if isinstance(node, ast.Name)}


def _is_protocol(found: ast.ClassDef) -> bool:
    return "Protocol" in _names(*found.bases)


def _is_made_of_fields(found: ast.ClassDef) -> bool:
    marks = _names(*found.decorator_list, *found.bases)
    return _init(found) is None and not marks.isdisjoint({"dataclass", "Struct", "NamedTuple"})


def _fields(found: ast.ClassDef, named: Mapping[str, ast.ClassDef]) -> dict[str, ast.expr]:
    """Return the fields of a class and their types; those of bases in its module first."""
    inherited = [_fields(named[base], named) for base in sorted(_names(*found.bases) & set(named))]
    own = (each for each in found.body if isinstance(each, ast.AnnAssign))
    parts = {ast.unparse(each.target): each.annotation for each in own}
    return {name: of for part in [*inherited, parts] for name, of in part.items()}


def _init(found: ast.ClassDef) -> ast.FunctionDef | None:
    made = (each for each in found.body if isinstance(each, ast.FunctionDef))
    return next((each for each in made if each.name == "__init__"), None)


def _parameters(found: ast.ClassDef) -> int:
    """Return how many parameters an own `__init__` has besides *self*."""
    if (init := _init(found)) is None:
        return 0
    taken = init.args
    return len(taken.posonlyargs + taken.args + taken.kwonlyargs) - 1


def _takes_something(found: ast.ClassDef) -> bool:
    """Whether it is made of something and no error."""
    return _parameters(found) > 0 and not any("Error" in name for name in _names(*found.bases))


def _members(found: ast.ClassDef) -> set[str]:
    """Return methods and attributes, those too that `__init__` sets."""
    inside = [*found.body, *(ast.walk(init) if (init := _init(found)) else ())]
    methods = {
        each.name for each in found.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    targets = [
        target
        for each in inside
        if isinstance(each, ast.Assign | ast.AnnAssign)
        for target in (each.targets if isinstance(each, ast.Assign) else [each.target])
    ]
    named = {target.id for target in targets if isinstance(target, ast.Name)}
    return (
        methods | named | {target.attr for target in targets if isinstance(target, ast.Attribute)}
    )
