"""The PROXY protocol as its specification has it (haproxy, doc/proxy-protocol.txt 2.2)."""

import struct
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.http.proxy_protocol import (
    HEAD_BYTES,
    MOST_BYTES,
    BadProxyHeader,
    Head,
    read_head,
    read_source,
)
from tests.rig.proxy import LOCAL, SIGNATURE, proxy_header

ADDRESSES = st.ip_addresses(v=4) | st.ip_addresses(v=6)


def heard(data: bytes) -> tuple[str, int] | None:
    """What a whole header says."""
    head = read_head(data[:HEAD_BYTES])
    body = data[HEAD_BYTES:]
    assert len(body) == head.length
    return read_source(head, body)


@given(ADDRESSES, st.integers(0, 65535), st.binary(max_size=200))
def test_it_says_who_connects_whatever_extensions_follow(
    address: object, port: int, extensions: bytes
) -> None:
    assert heard(proxy_header(str(address), port, extensions)) == (str(address), port)


def test_a_check_of_the_proxys_own_names_nobody() -> None:
    assert heard(LOCAL) is None


@given(st.binary(max_size=400))
def test_anything_else_is_refused_and_breaks_nothing(data: bytes) -> None:
    with pytest.raises(BadProxyHeader):
        read_head(data)


@given(st.integers(0, 255), st.integers(0, 255), st.binary(max_size=60))
def test_a_head_of_anybody_means_an_address_or_is_refused(
    command: int, family: int, body: bytes
) -> None:
    data = SIGNATURE + struct.pack("!BBH", command, family, len(body)) + body
    try:
        source = heard(data)
    except BadProxyHeader:
        return
    assert command in (0x20, 0x21)
    assert source is None or str(ip_address(source[0])) == source[0]


@pytest.mark.parametrize(
    "head",
    [
        b"PROXY TCP4 1.2.3",
        SIGNATURE + struct.pack("!BBH", 0x11, 0x11, 12),
        SIGNATURE + struct.pack("!BBH", 0x22, 0x11, 12),
        SIGNATURE + struct.pack("!BBH", 0x21, 0x11, MOST_BYTES + 1),
        SIGNATURE,
    ],
    ids=["version 1", "version 3", "another command", "too long", "cut off"],
)
def test_a_wrong_head_is_refused(head: bytes) -> None:
    with pytest.raises(BadProxyHeader):
        read_head(head)


@pytest.mark.parametrize("family", [0x00, 0x12, 0x22, 0x31])
def test_what_is_not_tcp_is_refused(family: int) -> None:
    with pytest.raises(BadProxyHeader):
        read_source(Head(0x21, family, 36), bytes(36))


@pytest.mark.parametrize(("family", "least"), [(0x11, 12), (0x21, 36)])
def test_addresses_that_are_cut_off_are_refused(family: int, least: int) -> None:
    assert read_source(Head(0x21, family, least), bytes(least)) is not None
    with pytest.raises(BadProxyHeader):
        read_source(Head(0x21, family, least - 1), bytes(least - 1))
