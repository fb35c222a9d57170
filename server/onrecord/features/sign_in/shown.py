"""Who somebody is, as a page shows it."""

from onrecord.features.people.firm import FirmProfile
from onrecord.features.sign_in import bodies as wire
from onrecord.features.sign_in.values import Person, Session
from onrecord.protocol import people
from onrecord.protocol.people import position_of


def me(
    person: Person,
    session: Session,
    firm: FirmProfile,
    *,
    verification_due: bool = False,
) -> wire.Me:
    """Return who somebody is, for their own client."""
    return wire.Me(
        person=people.Person(
            id=person.id,
            name=person.name,
            kind=person.kind,
            org=person.org,
            role=person.role,
            outside=person.outside,
            active=person.active,
            picture=person.picture,
            **position_of(person),
        ),
        device=session.device,
        session=session.id,
        firm=firm.name,
        locale=person.locale,
        firm_picture=firm.picture,
        verification_due=verification_due,
    )
