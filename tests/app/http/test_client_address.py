"""The address to which a visitor's requests are counted."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiebang.app.http.client_address import UNKNOWN, client_address

PROXIES = (ip_network("10.0.0.0/24"), ip_network("2001:db8:ff::/48"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "source"),
    [
        ("203.0.113.5", [], "203.0.113.5"),
        ("203.0.113.5", ["198.51.100.1"], "203.0.113.5"),  # anybody can write that header
        ("10.0.0.7", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.7", ["6.6.6.6, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.7", ["6.6.6.6", "198.51.100.1, 10.0.0.8"], "198.51.100.1"),
        ("10.0.0.7", ["198.51.100.1:4711"], "198.51.100.1"),
        ("10.0.0.7", ["nonsense"], "10.0.0.7"),
        ("10.0.0.7", ["198.51.100.1, nonsense"], "10.0.0.7"),
        ("10.0.0.7", [], "10.0.0.7"),
        ("::ffff:10.0.0.7", ["198.51.100.1"], "198.51.100.1"),
        ("2001:db8:1:2:3::4", [], "2001:db8:1:2::/64"),
        ("2001:db8:ff::1", ["[2001:db8:1:2::9]:443"], "2001:db8:1:2::/64"),
        ("fe80::1%eth0", [], "fe80::/64"),
        (None, ["198.51.100.1"], UNKNOWN),
        ("testclient", [], UNKNOWN),
    ],
)
def test_the_address_that_somebody_trusted_saw(
    peer: str | None, forwarded: list[str], source: str
) -> None:
    assert client_address(peer, forwarded, PROXIES) == source


@given(st.lists(st.text()))
def test_without_trusted_proxies_the_header_says_nothing(forwarded: list[str]) -> None:
    assert client_address("203.0.113.5", forwarded, ()) == "203.0.113.5"


@given(st.lists(st.text()))
def test_what_a_client_writes_before_the_proxys_word_says_nothing(forwarded: list[str]) -> None:
    assert client_address("10.0.0.7", [*forwarded, "203.0.113.5"], PROXIES) == "203.0.113.5"
