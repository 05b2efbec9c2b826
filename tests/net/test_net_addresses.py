"""Which addresses a request may go to."""

import socket

import pytest

from feedmill._net.access.addresses import find_address_refusal, parse_networks
from feedmill._net.access.socket_guard import PublicOnly, RefusedError, socket_factory

REFUSED = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",  # mapped
    "::ffff:10.0.0.1",
    "::127.0.0.1",  # compatible
    "2002:7f00:1::",  # 6to4 of 127.0.0.1
    "2002:a00:1::1",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",  # Teredo, client 127.0.0.1
    "64:ff9b::7f00:1",  # NAT64 of 127.0.0.1
    "64:ff9b::a9fe:a9fe",  # NAT64 of 169.254.169.254
    "64:ff9b:1::1",
    "64:ff9b:1::7f00:1",
    "2002:a9fe:a9fe::",  # 6to4 of 169.254.169.254
    "2001::5601:5601",  # Teredo, client 169.254.169.254
    "2001:db9::200:5efe:10.0.0.1",  # ISATAP with the universal bit, prefix public
    "::5efe:10.0.0.1",
    "::ffff:0:a9fe:a9fe",
    "::ffff:169.254.169.254",
    "192.0.0.170",
    "192.0.0.192",
    "168.63.129.16",
    "100.100.100.200",
    "233.252.0.1",
    "2001:20::1",  # ORCHIDv2
    "2001:10::1",
    "::ffff:0:127.0.0.1",  # translated
    "100::1",
    "2001:2::1",
    "2001:db8::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "4000::1",
]
PASSED = [
    "1.1.1.1",
    "100.128.0.1",
    "172.32.0.1",
    "192.0.1.1",
    "223.255.255.255",
    "2606:4700::1111",
    "2002:101:101::1",
    "64:ff9b::101:101",
    "::ffff:1.1.1.1",
    "2a00:1450:4001::200e",
]


@pytest.mark.parametrize("address", REFUSED)
def test_special_addresses_are_refused(address: str) -> None:
    assert find_address_refusal(address) is not None


@pytest.mark.parametrize("address", PASSED)
def test_public_addresses_pass(address: str) -> None:
    assert find_address_refusal(address) is None


@pytest.mark.parametrize(
    ("address", "allowed", "passes"),
    [
        ("127.0.0.1", ("127.0.0.0/8",), True),
        ("::ffff:127.0.0.1", ("127.0.0.0/8",), True),
        ("10.0.0.1", ("127.0.0.0/8",), False),
        ("10.9.8.7", ("127.0.0.0/8", "10.9.0.0/16"), True),
        ("fd00::5", ("fd00::/8",), True),
        ("::1", ("127.0.0.0/8",), False),
        ("::1", ("::1",), True),
        ("fe80::5efe:127.0.0.2", ("fe80::/10",), False),  # each address that one stands for must pass
        ("fe80::5efe:127.0.0.2", ("fe80::/10", "127.0.0.0/8"), True),
        (
            "2001:0:a01:203:8000:63bf:80ff:fffd",
            ("10.0.0.0/8",),
            False,
        ),  # Teredo: server 10.1.2.3, client loopback
        ("2001:0:a01:203:8000:63bf:80ff:fffd", ("10.0.0.0/8", "127.0.0.0/8"), True),
    ],
)
def test_the_operator_may_allow_blocks(address: str, allowed: tuple[str, ...], passes: bool) -> None:
    assert (find_address_refusal(address, parse_networks(allowed)) is None) is passes


def test_no_socket_is_made_for_a_refused_address_or_port() -> None:
    make = socket_factory(PublicOnly(()))
    with pytest.raises(RefusedError, match="port 6379 belongs to another service"):
        make((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("1.1.1.1", 6379)))
    with pytest.raises(RefusedError, match="loopback"):
        make((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80)))
    with make((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("1.1.1.1", 80))) as made:
        assert made.family == socket.AF_INET
