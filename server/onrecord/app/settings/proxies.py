"""Settings of what stands between people and the listeners."""

from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from onrecord.app.settings.section import Section


def _networks(values: tuple[str, ...]) -> tuple[str, ...]:
    """Accept addresses, and networks as ADDRESS/BITS."""
    try:
        for value in values:
            ip_network(value)
    except ValueError as error:
        raise ValueError("must be addresses or networks, such as 10.0.0.0/28") from error
    return values


class Proxies(Section):
    """Load balancers and reverse proxies whose word on who connects is taken.

    Everybody else's is refused: a PROXY header is no TLS, and so ends the connection.
    """

    trusted: Annotated[tuple[str, ...], AfterValidator(_networks)] = Field(
        default=(),
        description=(
            "Their addresses, or networks such as 10.0.0.0/28. Each connection from there must say "
            "whose it is; limits of networks then count whom it names. Anybody with such an "
            "address can claim any other: name machines of the firm's own alone."
        ),
    )
    says: Literal["proxy_v2", "forwarded"] = Field(
        default="proxy_v2",
        description=(
            "How they say it. `proxy_v2`: a PROXY protocol header of version 2 before TLS, which "
            "goes through unopened. `forwarded`: a proxy that ends TLS and begins its own, with "
            "the header Forwarded (RFC 7239) in each request."
        ),
    )

    @property
    def networks(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The trusted addresses, as networks."""
        return tuple(ip_network(each) for each in self.trusted)
