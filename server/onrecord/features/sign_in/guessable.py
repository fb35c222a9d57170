"""Whether a password is one of those that are tried first.

NIST SP 800-63B section 3.1.1.2 asks for a list of passwords that are common, expected or
compromised, with words of the context: the service, the user name and what derives from it. What is
of the context is taken out first, and what is left has to stand by itself: at least `LEFT`
characters, and zxcvbn (Wheeler, USENIX Security 2016) expects 10^8 guesses or more. Its lists know
English alone, so the Polish words that are in most passwords here count as context; so do the words
of a calendar and the columns of a keyboard, to which it gives too many guesses with a year beside.
"""

import re
from collections.abc import Iterable
from unicodedata import category, normalize

from zxcvbn import zxcvbn

LEFT = 8
"""Characters that remain when what is of the context is taken out."""
SHORTEST_WORD = 3
"""Letters of a word of the context: a shorter one stands in too many others."""
LEAST_SCORE = 3
"""zxcvbn's: 10^8 guesses at least."""
MOST_READ = 72
"""Characters that zxcvbn looks at; it takes a tenth of a second for so many."""

_LEET = str.maketrans("013457@$!", "oieastasi")
_POLISH = (
    "styczen luty marzec kwiecien maj czerwiec lipiec sierpien wrzesien pazdziernik listopad "
    "grudzien poniedzialek wtorek sroda czwartek piatek sobota niedziela wiosna lato jesien zima "
    "haslo kocham kochamcie misiek misiu kotek polska polski warszawa krakow gdansk gdynia poznan "
    "wroclaw lodz legia bank klient klienta doradca konto kredyt firma praca biuro administrator "
    "witaj witam dupa kurwa mateusz michal kasia ania tomek marcin agnieszka karolina "
    "janpawel lubieplacki realmadryt"
)
_ENGLISH = (
    "welcome spring summer autumn winter monday tuesday wednesday thursday friday saturday sunday "
    "january february april june july august september october november december"
)
_KEYBOARD = "qwerty zaqwsx qaz wsx edc rfv tgb"
_ALWAYS = frozenset(
    ("onrecord", "password", *_KEYBOARD.split(), *_ENGLISH.split(), *_POLISH.split())
)


def is_guessable(password: str, context: Iterable[str]) -> bool:
    """Return whether a password is common, or made of the context: names, the firm, the service.

    Takes up to a tenth of a second.
    """
    words = sorted(_ALWAYS | _words(context), key=len, reverse=True)
    rest = _without(password, words)
    if len("".join(rest.split())) < LEFT:
        return True
    return int(zxcvbn(rest[:MOST_READ], user_inputs=words)["score"]) < LEAST_SCORE


def _words(context: Iterable[str]) -> set[str]:
    found = {word for text in context for word in re.findall(r"\w+", _plain(text))}
    return {word for word in found if len(word) >= SHORTEST_WORD}


def _without(password: str, words: list[str]) -> str:
    """Return what is left without these words, however they are written."""
    pattern = re.compile("|".join(map(re.escape, words)))
    gone: set[int] = set()
    for spelling in (_plain(password), _plain(password).translate(_LEET)):
        for match in pattern.finditer(spelling):
            gone.update(range(*match.span()))
    return "".join(each for at, each in enumerate(password) if at not in gone)


def _plain(text: str) -> str:
    """Return it in lower case and without marks, one character for each."""
    return "".join(map(_letter, text))


def _letter(character: str) -> str:
    lower = "l" if character in "łŁ" else character.lower()
    parts = [each for each in normalize("NFKD", lower) if category(each) != "Mn"]
    return parts[0] if len(parts) == 1 else character
