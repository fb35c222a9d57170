"""Whatever a browser hands over for a passkey: it verifies, or it is refused, and nothing else."""

import os
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from onrecord.core.domain.errors import BadInput
from onrecord.features.clients.ceremonies import Assertion, Ceremonies
from tests.rig.authenticator import ORIGIN, RP_ID, Authenticator

CEREMONIES = Ceremonies(rp_id=RP_ID, origin=ORIGIN, name=lambda: "Bank")
KEY = Authenticator(bytes(16))
CHALLENGE = os.urandom(32)
MADE = KEY.make(CHALLENGE)
KNOWN = CEREMONIES.made(MADE.client_data, MADE.attestation).key
USED = KEY.use(CHALLENGE)


def refusal_of(work: Callable[[], object]) -> str | None:
    """Return the code of a refusal; None: there was none. Nothing else may be raised."""
    try:
        work()
    except BadInput as refusal:
        return refusal.code
    return None


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """The bytes of *whole* with one stretch replaced, by something as long or not."""
    start = draw(st.integers(0, len(whole)))
    end = draw(st.integers(start, min(len(whole), start + 40)))
    return whole[:start] + draw(st.binary(max_size=40)) + whole[end:]


@given(st.binary() | damaged(MADE.client_data), st.binary() | damaged(MADE.attestation))
def test_making_one(client_data: bytes, attestation: bytes) -> None:
    said = refusal_of(lambda: CEREMONIES.challenge_in(client_data))
    made = refusal_of(lambda: CEREMONIES.made(client_data, attestation))
    assert {said, made} <= {None, "bad_passkey"}


@given(
    st.just(USED.client_data) | damaged(USED.client_data),
    st.just(USED.authenticator_data) | damaged(USED.authenticator_data),
    st.just(USED.signature) | damaged(USED.signature),
)
def test_using_one(client_data: bytes, authenticator_data: bytes, signature: bytes) -> None:
    said = Assertion(USED.credential, client_data, authenticator_data, signature, USED.user)
    whole = (client_data, authenticator_data) == (USED.client_data, USED.authenticator_data)
    refusal = refusal_of(lambda: CEREMONIES.used(said, KNOWN))
    if refusal is None:
        assert whole
    else:
        assert refusal == "bad_passkey"
        assert not (whole and signature == USED.signature)
