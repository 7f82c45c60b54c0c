"""Which addresses a connector may reach, and which not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiebang.sdk import ConfigFault
from jiebang.transport.egress import is_public

World = Any


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::a00:1",
        "::127.0.0.1",
        "::ffff:0:10.0.0.1",
        "64:ff9b:1::1",
        "fec0::1",
        "fe80::1%lo",
    ],
)
def test_an_address_of_the_own_network_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1"])
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_in_ipv6_clothes_is_judged_the_same(address: Any) -> None:
    assert is_public(f"::ffff:{address}") == is_public(str(address))


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "127.1", "2130706433"),
        *("0x7f000001", "017700000001", "0177.0.0.1", "127.0.0.1.", "\uff11\uff12\uff17.0.0.1"),
    ],
)
async def test_the_own_network_is_refused_under_every_spelling(world: World, host: str) -> None:
    server = await world.answer("200 OK")
    http = await world.http(f"https://{host}:{server.port}", allow=())
    with pytest.raises(ConfigFault):
        await http.send("GET", "/")
    assert server.connections == 0


async def test_a_name_that_leads_to_the_own_network_can_be_allowed_by_its_port(
    world: World,
) -> None:
    server = await world.answer("200 OK", b"{}")
    base = f"http://localhost:{server.port}"
    reply = await (await world.http(base, allow=(f"localhost:{server.port}",))).send("GET", "/")
    assert reply.status == 200
    with pytest.raises(ConfigFault):
        await (await world.http(base, allow=(f"localhost:{server.port + 1}",))).send("GET", "/")


async def test_plain_http_is_refused_for_hosts_that_are_not_allowed_as_private(
    world: World,
) -> None:
    with pytest.raises(ConfigFault, match="https"):
        await (await world.http("http://platform.example")).send("GET", "/")


async def test_other_schemes_and_credentials_in_the_address_are_refused(world: World) -> None:
    for base in ("ftp://127.0.0.1/x", "file:///etc", "http://u:p@127.0.0.1:1", "127.0.0.1:1", ""):
        with pytest.raises(ConfigFault):
            await (await world.http(base)).send("GET", "/")


async def test_an_absolute_address_must_be_on_a_declared_host(world: World) -> None:
    server = await world.answer("200 OK", b"{}")
    elsewhere = await world.answer("200 OK", b"{}")
    http = await world.http(server.url, hosts=("open.example", f"localhost:{server.port}"))
    assert (await http.send("GET", f"{server.url}/x")).status == 200
    with pytest.raises(ConfigFault, match="declared"):
        await http.send("GET", f"{elsewhere.url}/x")
    with pytest.raises(ConfigFault, match="declared"):
        await http.send("GET", "https://open.example:8443/x")
    with pytest.raises(ConfigFault, match="declared"):
        await http.send("GET", f"HTTP://open.example.evil:{elsewhere.port}/x")
    assert elsewhere.connections == 0


@pytest.mark.parametrize(
    "path", ["//evil.example/x", "@evil.example/x", "\\\\evil.example", "evil.example"]
)
async def test_a_relative_path_stays_under_the_base(world: World, path: str) -> None:
    server = await world.answer("200 OK", b"{}")
    await (await world.http(server.url + "/api")).send("GET", path)
    assert server.requests[0].startswith(b"GET /api/")


@pytest.mark.parametrize("path", ["/a/../b", "/a/%2E%2e", "/./a", ".."])
async def test_a_path_cannot_climb(world: World, path: str) -> None:
    with pytest.raises(ConfigFault, match="segments"):
        await (await world.http("http://127.0.0.1:1")).send("GET", path)


async def test_an_encoded_segment_stays_one_segment(world: World) -> None:
    server = await world.answer("200 OK", b"{}")
    await (await world.http(server.url)).send("GET", "/a/x%2Fy%3Fz%23%20%25/b")
    assert server.requests[0].startswith(b"GET /a/x%2Fy%3Fz%23%20%25/b ")


async def test_a_base_with_a_query_is_refused(world: World) -> None:
    for base in ("https://a.example/?x=1", "https://a.example/#x"):
        with pytest.raises(ConfigFault, match="query"):
            await (await world.http(base)).send("GET", "/")
