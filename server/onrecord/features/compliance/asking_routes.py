"""What a request of the console says: the officer, the case, the number of a look."""

from onrecord.features.compliance.ports import Officer
from onrecord.http import queries
from onrecord.http.routes import SignedAsk


def officer(ask: SignedAsk) -> Officer:
    """Return who looks."""
    return Officer(ask.who.person, ask.origin, ask.who.session)


def case_of(ask: SignedAsk) -> str:
    """Return the case in the path."""
    return str(ask.request.path_params["case"])


def number_of(ask: SignedAsk) -> int:
    """Return the number of a look or export in the path. Raises BadInput (`bad_query`)."""
    return queries.as_number(str(ask.request.path_params["number"]), "number")
