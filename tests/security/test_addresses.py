"""Twin of imgsvc/security/addresses.py."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.security.addresses import refusal
from imgsvc.security.settings import AddressSettings

CLOSED = AddressSettings(
    allow_loopback_source_addresses=False,
    allow_link_local_source_addresses=False,
    allow_private_source_addresses=False,
)
OPEN = AddressSettings(
    allow_loopback_source_addresses=True,
    allow_link_local_source_addresses=True,
    allow_private_source_addresses=True,
)
ONLY_PRIVATE = AddressSettings(allow_private_source_addresses=True)

LOOPBACK = [
    "127.0.0.1", "127.0.0.254", "127.255.255.255", "0.0.0.0", "0.0.0.1", "0.255.255.255", "::1", "::",
    "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:0.0.0.0", "::ffff:0:127.0.0.1", "::2",
    "2002:7f00:1::", "2002:7f00:0001:dead::beef", "64:ff9b::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::",
    "64:ff9b:1:7f00:0:100::", "64:ff9b:1:7f00:0:1ff:808:808", "64:ff9b:1::127.0.0.1", "64:ff9b:1::",
    "2001:0:4136:e378:8000:63bf:80ff:fffe", "2001::80ff:fffe", "fe00::5efe:127.0.0.1", "2600::200:5efe:127.0.0.1",
]  # fmt: skip
LINK_LOCAL = [
    "169.254.0.1", "169.254.169.254", "fe80::1", "febf::1", "::169.254.0.1", "::ffff:169.254.169.254",
    "::ffff:0:169.254.169.254", "2002:a9fe:a9fe::1", "64:ff9b::169.254.169.254", "64:ff9b:1:a9fe:a9:fe00::",
    "64:ff9b:1:1:2:3:169.254.169.254", "2001::5601:5601", "2600::5efe:169.254.169.254", "224.0.0.251", "ff02::1",
    "ff12::1", "fff2::1", "100.100.100.200", "168.63.129.16", "fd00:ec2::254", "::ffff:100.100.100.200",
]  # fmt: skip
PRIVATE = [
    "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.0", "100.64.0.1", "100.127.255.255",
    "fc00::1", "fd00::1", "fec0::1", "::10.0.0.1", "::100.64.0.1", "::ffff:10.0.0.1", "2002:c0a8:0001::",
    "2002:c0a8:0101::", "64:ff9b::172.16.0.1", "64:ff9b::100.64.0.1", "64:ff9b:1:a00:0:100::", "64:ff9b:1::10.0.0.1",
    "2001::f5ff:fffe", "2600::5efe:10.0.0.1", "2600::200:5efe:192.168.1.1", "198.18.0.1", "::ffff:0:192.168.0.1",
]  # fmt: skip
NEVER = [
    "255.255.255.255", "240.0.0.1", "224.0.1.1", "239.255.255.255", "ff05::1", "::ffff:255.255.255.255",
    "64:ff9b::239.1.1.1", "2002:f000:1::", "64:ff9b:1:f000:0:100::",
]  # fmt: skip
UNREADABLE = [
    "not-an-ip", "", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "127.0.0.1:80", "[::1]", "127.0.0.1 ", "1.2.3.4.5",
    "fe80::1%eth0", "::1%lo", "2600::1%25eth0", "8.8.8.8:8080",
]  # fmt: skip
PUBLIC = [
    "8.8.8.8", "1.1.1.1", "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0", "169.253.255.255",
    "128.0.0.1", "126.255.255.255", "1.0.0.0", "223.255.255.255", "2001:4860::8888", "2001:4860::1", "::8.8.8.8",
    "::ffff:8.8.8.8", "::ffff:0:8.8.8.8", "2002:101:101::", "64:ff9b::8.8.8.8", "64:ff9b:1:808:8:800::",
    "64:ff9b:1::8.8.8.8", "2001::f7f7:f7f7", "2600::5efe:8.8.8.8", "fbff::1", "64:ff9b:2::127.0.0.1",
]  # fmt: skip


@pytest.mark.parametrize("address", LOOPBACK)
def test_loopback_is_refused_unless_its_setting_allows_it(address: str) -> None:
    without = AddressSettings(allow_link_local_source_addresses=True, allow_private_source_addresses=True)

    assert "ALLOW_LOOPBACK_SOURCE_ADDRESSES" in (refusal(address, without) or "")
    assert refusal(address, OPEN) is None


@pytest.mark.parametrize("address", LINK_LOCAL)
def test_link_local_and_metadata_are_refused_unless_their_setting_allows_them(address: str) -> None:
    without = AddressSettings(allow_loopback_source_addresses=True, allow_private_source_addresses=True)

    assert "ALLOW_LINK_LOCAL_SOURCE_ADDRESSES" in (refusal(address, without) or "")
    assert refusal(address, OPEN) is None


@pytest.mark.parametrize("address", PRIVATE)
def test_private_is_refused_only_where_its_setting_forbids_it(address: str) -> None:
    assert "ALLOW_PRIVATE_SOURCE_ADDRESSES" in (refusal(address, CLOSED) or "")
    assert refusal(address, ONLY_PRIVATE) is None


@pytest.mark.parametrize("address", NEVER)
def test_multicast_and_reserved_are_refused_by_every_setting(address: str) -> None:
    assert "no setting" in (refusal(address, OPEN) or "")


@pytest.mark.parametrize("address", UNREADABLE)
def test_what_is_no_plain_address_is_refused(address: str) -> None:
    assert refusal(address, OPEN) is not None


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_pass_with_everything_forbidden(address: str) -> None:
    assert refusal(address, CLOSED) is None


@pytest.mark.parametrize("address", ["100.100.100.200", "fd00:ec2::254"])
def test_a_metadata_address_in_a_private_range_needs_both_settings(address: str) -> None:
    only_link_local = AddressSettings(allow_link_local_source_addresses=True, allow_private_source_addresses=False)

    assert refusal(address, only_link_local)
    assert refusal(address, ONLY_PRIVATE)


def test_the_reason_names_the_address_that_is_carried() -> None:
    assert "carries 127.0.0.1" in (refusal("::ffff:127.0.0.1", CLOSED) or "")


@given(st.integers(0, 2**32 - 1))
def test_an_address_is_refused_mapped_as_it_is_plain(number: int) -> None:
    plain = IPv4Address(number)

    assert bool(refusal(f"::ffff:{plain}", CLOSED)) == bool(refusal(str(plain), CLOSED))


@given(st.integers(0x7F000000, 0x7FFFFFFF), st.integers(0, 2**8 - 1), st.integers(0, 2**40 - 1))
def test_no_suffix_hides_loopback_in_the_local_nat64_prefix(loopback: int, reserved: int, suffix: int) -> None:
    high, low = divmod(loopback, 2**16)
    number = (0x0064FF9B0001 << 80) | (high << 64) | (reserved << 56) | (low << 40) | suffix

    assert refusal(str(IPv6Address(number)), ONLY_PRIVATE) is not None


@given(st.text())
def test_any_text_gets_an_answer(text: str) -> None:
    answer = refusal(text, OPEN)

    assert answer is None or isinstance(answer, str)
