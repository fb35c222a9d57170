"""Organisations by what their names look like, so that none is taken for the firm or another."""

from collections.abc import Iterable
from itertools import chain

from onrecord.core.domain.texts import shapes_of
from onrecord.features.sign_in.values import Person


class Organisations:
    """The *firm*'s own names, as the settings have it and as it is shown, and those of *people*.

    Of people whose account has ended none counts.
    """

    def __init__(self, firm: Iterable[str], people: Iterable[Person] = ()) -> None:
        self._firm = frozenset(firm)
        self._by_look: dict[str, list[str]] = {}
        for name in (*sorted(self._firm), *(each.org for each in people if each.active)):
            self.add(name)

    def add(self, name: str) -> None:
        """Count one more from now on."""
        for shape in shapes_of(name):
            known = self._by_look.setdefault(shape, [])
            if name not in known:
                known.append(name)

    def taken_for(self, name: str, *, client: bool) -> list[str] | None:
        """Return those that one of this name could be taken for, the firm first; None: none.

        *client*: whoever belongs to it is one. People of one organisation name it alike, which is
        nothing to tell, and the firm's own people belong to no other; but its name is no client's.
        """
        if not client and name in self._firm:
            return None
        alike = chain.from_iterable(self._by_look.get(shape, ()) for shape in shapes_of(name))
        found = [each for each in alike if each != name or (client and each in self._firm)]
        return sorted(dict.fromkeys(found), key=lambda each: each not in self._firm) or None
