"""Which addresses count as one."""

import pytest

from onrecord.core.domain.networks import neighbourhood_of, network_of, subscriber_of


@pytest.mark.parametrize(
    ("address", "subscriber", "network", "neighbourhood"),
    [
        ("192.0.2.77", "192.0.2.77", "192.0.2.0/24", "192.0.2.0/24"),
        ("192.0.3.77", "192.0.3.77", "192.0.3.0/24", "192.0.3.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("2001:db8:1:3::1", "2001:db8:1:3::", "2001:db8:1:3::/64", "2001:db8:1::/48"),
        ("::ffff:192.0.2.77", "192.0.2.77", "192.0.2.0/24", "192.0.2.0/24"),
        ("fe80::1%eth0", "fe80::", "fe80::/64", "fe80::/48"),
        ("", "", "", ""),
        ("no address", "no address", "no address", "no address"),
    ],
)
def test_an_address_counts_with_others(
    address: str, subscriber: str, network: str, neighbourhood: str
) -> None:
    assert subscriber_of(address) == subscriber
    assert network_of(address) == network
    assert neighbourhood_of(address) == neighbourhood
