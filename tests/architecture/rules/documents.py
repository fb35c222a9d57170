"""Documents name what the code defines: whoever implements a format again finds every member."""

import importlib
import re
from collections.abc import Iterable, Iterator

import msgspec
from msgspec import Struct

from tests.architecture.rules.source import Finding

_CODE = re.compile(r"^```.*?^```|`[^`\n]+`", re.MULTILINE | re.DOTALL)
_WORD = re.compile(r"[\w.-]+")


def structs(module: str) -> Iterator[type[Struct]]:
    """The structs that `module` itself defines for others; private ones are nobody's format."""
    for name, value in vars(importlib.import_module(module)).items():
        ours = isinstance(value, type) and value.__module__ == module and not name.startswith("_")
        if ours and issubclass(value, Struct):
            yield value


def names(struct: type[Struct]) -> list[str]:
    """The members of a struct as they are written, and its tag if it was given one."""
    info = msgspec.inspect.type_info(struct)
    assert isinstance(info, msgspec.inspect.StructType)
    tag = [] if info.tag in {None, struct.__name__} else [str(info.tag)]
    return [*tag, *(field.encode_name for field in info.fields)]


def words_in_code(document: str) -> frozenset[str]:
    """Every word of a Markdown document that stands in a code span or block, dotted ones whole."""
    code = " ".join(_CODE.findall(document))
    return frozenset(_WORD.findall(code)) | frozenset(re.findall(r"\w+", code))


def undocumented(where: str, document: str, modules: Iterable[str]) -> Iterator[Finding]:
    """Each tag and member of the structs in `modules` that `document` does not name in code."""
    known = words_in_code(document)
    for module in modules:
        for struct in structs(module):
            for name in names(struct):
                if name not in known:
                    yield Finding(where, f"{name} of {struct.__name__} ({module}) is not described")
