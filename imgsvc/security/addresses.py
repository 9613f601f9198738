"""Which IP addresses a source may have; every range that is ever refused is in the tables at the top.

The address is the one that is really connected to, so no spelling of a host name matters here. What
matters is that an IPv6 address can carry an IPv4 one for a gateway to unwrap: each class is looked for
in the address itself and in whatever it carries.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from imgsvc.security.settings import AddressSettings

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class AddressClass:
    """Ranges that are refused together; `setting` names the field that allows them, "" where none does."""

    name: str
    setting: str
    networks: tuple[Network, ...]


def _networks(*texts: str) -> tuple[Network, ...]:
    return tuple(map(ip_network, texts))


CLASSES = (
    # Linux connects to the whole of 0.0.0.0/8 less 0.0.0.0 nowhere, other systems to themselves.
    AddressClass(
        "a loopback or unspecified address",
        "allow_loopback_source_addresses",
        _networks("127.0.0.0/8", "0.0.0.0/8", "::1/128", "::/128"),
    ),
    AddressClass(
        "a link-local address",
        "allow_link_local_source_addresses",
        _networks("169.254.0.0/16", "fe80::/10", "224.0.0.0/24", *(f"ff{flags:x}2::/16" for flags in range(16))),
    ),
    # SECURITY: private ranges are open by default, and these hand out credentials as 169.254.169.254 does:
    # Alibaba, Azure, Oracle classic, AWS and Google over IPv6.
    AddressClass(
        "a cloud's metadata address",
        "allow_link_local_source_addresses",
        _networks("100.100.100.200/32", "168.63.129.16/32", "192.0.0.192/32", "fd00:ec2::254/128", "fd20:ce::254/128"),
    ),
    AddressClass(
        "a private address",
        "allow_private_source_addresses",
        _networks(
            "10.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "100.64.0.0/10",
            "192.0.0.0/24",
            "198.18.0.0/15",
            "fc00::/7",
            "fec0::/10",
        ),
    ),
    # Link-local multicast is above. Nothing here can be the peer of a TCP connection that is meant.
    AddressClass("a multicast address", "", _networks("224.0.0.0/4", "ff00::/8")),
    AddressClass("a reserved or broadcast address", "", _networks("240.0.0.0/4")),
)

# Where each kind of IPv6 address keeps the bytes of an IPv4 one.
LAST_FOUR = (12, 13, 14, 15)
CARRIERS: tuple[tuple[IPv6Network, tuple[int, ...]], ...] = (
    (IPv6Network("::ffff:0:0/96"), LAST_FOUR),  # IPv4-mapped
    (IPv6Network("::ffff:0:0:0/96"), LAST_FOUR),  # IPv4-translated, RFC 7915
    (IPv6Network("::/96"), LAST_FOUR),  # IPv4-compatible
    (IPv6Network("64:ff9b::/96"), LAST_FOUR),  # NAT64, RFC 6052
    (IPv6Network("2002::/16"), (2, 3, 4, 5)),  # 6to4
)
# COMPAT: imgproxy has this prefix in the wrong byte order, and lets everything in it through.
NAT64_LOCAL = IPv6Network("64:ff9b:1::/48")
# RFC 8215 leaves the prefix's length to the operator: /48 and /96 of RFC 6052 are both read.
NAT64_LOCAL_LAYOUTS = ((6, 7, 9, 10), LAST_FOUR)
TEREDO = IPv6Network("2001::/32")
ISATAP_MARKS = (bytes.fromhex("00005efe"), bytes.fromhex("02005efe"))


def refusal(address: str, settings: AddressSettings) -> str | None:
    """Say why `address` may not be connected to: its class and the setting; None where it may."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return f"{address!r} is not an IP address"
    if "%" in address:
        return f"{address} has a zone, and only link-local addresses need one"
    return next(filter(None, (_reason(each, parsed, settings) for each in (parsed, *carried(parsed)))), None)


def carried(address: Address) -> Iterator[IPv4Address]:
    """The IPv4 addresses that an IPv6 address can be unwrapped to by a gateway or a tunnel."""
    if isinstance(address, IPv4Address):
        return
    packed = address.packed
    for network, places in CARRIERS:
        if address in network:
            yield _picked(packed, places)
    if address in NAT64_LOCAL:
        yield from _nat64_local(packed)
    if address in TEREDO:
        yield IPv4Address(bytes(byte ^ 0xFF for byte in packed[12:]))
    if packed[8:12] in ISATAP_MARKS:
        yield _picked(packed, LAST_FOUR)


def _nat64_local(packed: bytes) -> list[IPv4Address]:
    """Both layouts; one that is all zeros is merely not the layout in use, unless both are."""
    readings = [_picked(packed, places) for places in NAT64_LOCAL_LAYOUTS]
    return [reading for reading in readings if int(reading)] or readings


def _picked(packed: bytes, places: tuple[int, ...]) -> IPv4Address:
    return IPv4Address(bytes(packed[place] for place in places))


def _reason(address: Address, connected: Address, settings: AddressSettings) -> str | None:
    is_allowed = False
    for each in CLASSES:
        if not any(address in network for network in each.networks):
            continue
        # A metadata address needs both its settings; link-local multicast is allowed by its own.
        if is_allowed and not each.setting:
            return None
        if each.setting and getattr(settings, each.setting):
            is_allowed = True
            continue
        subject = str(connected) if address == connected else f"{connected} carries {address}, which"
        remedy = f"{each.setting.upper()} would allow it" if each.setting else "no setting allows it"
        return f"{subject} is {each.name}; {remedy}"
    return None
