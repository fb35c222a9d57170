"""The routes of signing in, at one listener."""

from onrecord.app.accounts import Accounts
from onrecord.app.clients import Clients
from onrecord.features.sign_in.ports import Audience
from onrecord.features.sign_in.routes import MeRoutes, OwnSessionRoutes, SigningIn, SignInRoutes
from onrecord.http.cookies import SessionDoors
from onrecord.http.letting_in import LettingIn
from onrecord.observability.metrics import Metrics


def signing_in(
    audience: Audience,
    who: Accounts,
    doors: SessionDoors,
    metrics: Metrics,
    outside: Clients | None = None,
) -> SigningIn:
    """Return them. *outside*: what clients sign in by, where they do."""
    notices = None if outside is None else outside.notices
    coming_back = None if outside is None else outside.coming_back
    assurance = None if outside is None else outside.assured.assurance
    firm, told, codes = who.firm.profile, who.account_notices, who.approvals.codes
    me = MeRoutes(audience, firm, who.own_password, told, codes, notices)
    let_in = LettingIn(audience, doors, who.sessions, who.sign_out, me.who)
    own = OwnSessionRoutes(
        audience, doors, who.sessions, who.sign_in, who.sign_out, who.own_password, assurance
    )
    return SigningIn(me, SignInRoutes(let_in, who.sign_in, who.links, metrics, coming_back), own)
