"""The body of a refusal on every listener's REST side."""

from onrecord.protocol.rest import Named, Reply


class OpenInvite(Reply, frozen=True):
    """An invite of one's own that is open, and until when."""

    id: str
    expires_at: str


class SwitchOfPerson(Reply, frozen=True):
    """Who is signed in in this browser, and who signs in instead, by a link or any other way."""

    here: Named
    link: Named
    """A client who types a code is named by their masked address, with an empty id."""


class LinkUse(Reply, frozen=True):
    """When and where a one-time link was used: on what device, from which address."""

    at: str
    device: str
    address: str


class Problem(Reply, frozen=True):
    """RFC 9457 problem details; `code` is stable and also the end of `type`."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    retry_after: float | None = None
    offset: int | None = None
    """With `wrong_offset`: how many bytes of the upload are here."""
    invite: OpenInvite | None = None
    """With `already_invited`: the invite that this address has; absent: it is a colleague's."""
    switch: SwitchOfPerson | None = None
    """With `signed_in_as_other`: what to ask about; nothing was used up."""
    part: str | None = None
    """With `query_not_understood`: the part of the search."""
    outside: list[str] | None = None
    """With `crossing_not_confirmed`: all from outside the firm who would get it, as it is now."""
    used: LinkUse | None = None
    """With `link_used`."""
