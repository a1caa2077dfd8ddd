"""Addresses of strangers: what may be asked, and at which machine.

A feed can name any address, and so can a server that sends on to another: one inside the house, a
file, one with a password in it. An address is read here once, its host is looked up once, and what
was found is what is connected to, so that a name which answers differently a moment later (DNS
rebinding) gains nothing.
"""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from string import ascii_letters, digits
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

PORTS = {"http": 80, "https": 443}
LONGEST = 8000
"""Characters of an address: what RFC 9110, 4.1 asks servers to bear."""
LONGEST_HOST = 253
"""Characters of a host's name: RFC 1035, 2.3.4, written without its last dot."""
_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?")
_KEPT = ascii_letters + digits + "-._~!$&'()*+,;=:@/%[]"
"""What stands in a path as it is, and, with ?, in a query (RFC 3986; [] as browsers send it)."""
_NAT64 = IPv6Network("64:ff9b::/96")
"""RFC 6052: IPv4 addresses as a network that has IPv6 alone reaches them."""
_UNICAST = IPv6Network("2000::/3")
"""RFC 4291, 2.4 and IANA's registry: all of IPv6 that is given out to be reached."""


class Unfit(ValueError):  # noqa: N818 - becomes an error that can be told in fetch.py
    """An address that is not asked: whose, why, and what to do."""

    def __init__(self, host: str, cause: str, hint: str) -> None:
        super().__init__(cause)
        self.host, self.cause, self.hint = host, cause, hint


@dataclass(frozen=True, slots=True)
class Address:
    """An http or https address, all of it ASCII."""

    scheme: str
    host: str
    """A name in lower case, or an IP address without brackets."""
    port: int
    target: str
    """Path and query, as they are sent."""

    @property
    def authority(self) -> str:
        """What the Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The whole, without a fragment."""
        return f"{self.scheme}://{self.authority}{self.target}"

    def to(self, location: str) -> Address:
        """Where a Location header sends on to; it may be relative.

        Args:
            location: as http.client hands it out, bytes read as Latin-1.

        Raises:
            Unfit: as `parse`.
        """
        try:
            return parse(urljoin(self.url, _decoded(location)))
        except Unfit as error:
            cause = f"sends on to another address: {error.cause}"
            raise Unfit(self.host, cause, error.hint) from None
        except ValueError:
            raise Unfit(self.host, "sends on to what is no address", _CHECK) from None


_CHECK = "check the address; it begins with http:// or https://"


def parse(url: str) -> Address:
    """Read an address; names and paths that are not ASCII are put as they are sent.

    Raises:
        Unfit: it is not http or https, has a user in it, or is none.
    """
    if len(url) > LONGEST:
        raise Unfit(url[:40], f"the address has more than {LONGEST} characters", _CHECK)
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise Unfit(url, "not an address", _CHECK) from None
    _judge(parts, host, port)
    scheme = parts.scheme.lower()
    known = PORTS[scheme] if port is None else port
    return Address(scheme, _ascii(host), known, _target(parts))


def _judge(parts: SplitResult, host: str, port: int | None) -> None:
    # A password must not stand in a message: neither does what is before an @.
    if parts.scheme.lower() not in PORTS:
        name = f"{parts.scheme}:" if parts.scheme else "an address without http://"
        raise Unfit(host or parts.path.rpartition("@")[2], f"{name} is not asked", _CHECK)
    if "@" in parts.netloc:
        hint = "leave out what stands before the @"
        raise Unfit(host, "the address has a user or a password in it", hint)
    if not host or port == 0 or ("[" in parts.netloc and ":" not in host):
        raise Unfit(host or parts.path, "not an address", _CHECK)


def _ascii(host: str) -> str:
    """A host as the DNS knows it (IDNA 2003, which Python has)."""
    try:
        if ":" in host and "%" not in host:
            return str(IPv6Address(host))
        name = unquote(host)
        # The codec is slow on what is long.
        plain = name.encode("idna").decode().lower() if len(name) <= LONGEST_HOST else ""
    except ValueError:
        plain = ""
    if not _NAME.fullmatch(plain):
        raise Unfit(host, "not the name of a host", _CHECK)
    return plain


def _target(parts: SplitResult) -> str:
    path = quote(parts.path or "/", _KEPT, errors="replace")
    query = quote(parts.query, _KEPT + "?", errors="replace")
    return f"{path}?{query}" if query else path


def _decoded(location: str) -> str:
    """A header's text: UTF-8 where it is that, else its bytes as they would be written in one."""
    try:
        raw = location.encode("latin-1")
    except UnicodeEncodeError:
        return location
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return quote(raw, _KEPT + "?#")


def lookup(address: Address, *, private: bool) -> tuple[str, ...]:
    """The IP addresses of a host, in the system's order, each fit to be connected to.

    The system's resolver has a time limit of its own (resolv.conf: 5 s a server, two attempts).

    Args:
        address: whose host is looked up.
        private: whether any address will do.

    Raises:
        Unfit: one of them is not public.
        socket.gaierror: there is no such host, or no answer.
    """
    found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    ips = tuple(dict.fromkeys(str(entry[4][0]) for entry in found))
    for ip in () if private else ips:
        if not public(ip):
            cause = f"is at {ip}, which is not a public address"
            raise Unfit(address.host, cause, "if it is meant, set private = true in [sources]")
    return ips


def public(ip: str) -> bool:
    """Whether an IP address is one of the public internet's.

    IPv4 addresses inside of IPv6 ones (mapped, NAT64, 6to4) are looked at themselves.
    """
    found = ip_address(ip)
    if isinstance(found, IPv6Address):
        inner = _inner(found)
        if inner is None:
            return found.is_global and found in _UNICAST
        found = inner
    return found.is_global and not found.is_multicast


def _inner(ip: IPv6Address) -> IPv4Address | None:
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour
