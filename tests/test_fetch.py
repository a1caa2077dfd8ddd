"""Fetching: what is found comes whole and once, and no server gets more than its limits."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from urllib3.util import connection

import servers
from kawaraban import __version__
from kawaraban.news import fetch as fetching
from kawaraban.news.address import LONGEST, Unfit, parse, public
from kawaraban.news.fetch import Fetched, FetchError, Limits, fetch
from servers import Handler, Loopback, Reply, Request

HERE = Limits(private=True)
SMALL = Limits(private=True, size=2**20)
RSS = "<rss><channel><title>瓦版</title></channel></rss>".encode() * 50
PUBLIC = "93.184.215.14"


class Site(Loopback):
    """Pages by path; what is not there is 404."""

    def __init__(self) -> None:
        super().__init__()
        self.pages: dict[str, Reply] = {"/feed": Reply(kind="application/rss+xml", data=RSS)}

    def answer(self, request: Request) -> Reply:
        return self.pages.get(request.path) or super().answer(request)

    def add(self, path: str, data: bytes = b"", status: int = 200, **headers: str) -> str:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        kind = sent.pop("Content-Type", "application/rss+xml")
        self.pages[path] = Reply(status, kind, data, sent)
        return self.url + path

    def move(self, path: str, to: str, status: int = 302) -> str:
        return self.add(path, status=status, Location=to)

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as server:
        yield server


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits between tries, in place of waiting."""
    asked: list[float] = []
    monkeypatch.setattr(fetching, "sleep", asked.append)
    return asked


Resolver = Callable[[Mapping[str, list[str]]], list[str]]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Resolver:
    """`names({"a.example": ["1.2.3.4", "127.0.0.1"]})`: one answer for each time it is asked."""
    true, asked = socket.getaddrinfo, []

    def known(answers: Mapping[str, list[str]]) -> list[str]:
        left = {name: list(ips) for name, ips in answers.items()}

        def lookup(host: str, *args: object, **more: object) -> object:
            if host in left:
                asked.append(host)
                host = left[host].pop(0)
            assert host.replace(".", "").isdigit() or ":" in host, f"{host} was looked up"
            return true(host, *args, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(socket, "getaddrinfo", lookup)
        return asked

    return known


@pytest.fixture
def reached(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that are connected to, all of which lead to this machine."""
    true, found = connection.create_connection, []

    def connect(address: tuple[str, int], *args: object, **more: object) -> socket.socket:
        found.append(address[0])
        return true(("127.0.0.1", address[1]), *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(connection, "create_connection", connect)
    return found


def refused(url: str, limits: Limits = HERE) -> str:
    """The error's cause: one line, no longer than can be read."""
    with pytest.raises(FetchError) as caught:
        fetch(url, limits)
    cause = caught.value.cause
    assert cause.isprintable()
    assert len(cause) < 450
    assert caught.value.hint
    assert caught.value.exit_code == 1
    return cause


def raw(data: bytes) -> servers.Sent:
    """Bytes as they are, and the end."""

    def send(handler: Handler, reply: Reply) -> None:
        del reply
        handler.wfile.write(data)
        handler.close_connection = True

    return send


# ── what is found ────────────────────────────────────────────────────────────────────────────────


def test_a_feed_comes_with_what_the_next_time_needs(site: Site) -> None:
    date = "Fri, 24 Nov 2023 00:00:00 GMT"
    kind = 'Application/RSS+XML; Charset="Shift_JIS"'
    url = site.add("/a", RSS, Content_Type=kind, ETag='W/"1"', Last_Modified=date)
    expected = Fetched(
        url, 200, "application/rss+xml", "shift_jis", RSS, 'W/"1"', date, permanent=False
    )
    assert fetch(url, HERE) == expected
    sent = site.requests[0].headers
    assert sent["user-agent"] == f"kawaraban/{__version__}"
    assert sent["accept-encoding"] == "gzip, deflate"
    assert sent["host"] == f"127.0.0.1:{site.port}"
    assert not {"if-none-match", "if-modified-since"} & set(sent)


def test_what_is_not_new_is_not_sent(site: Site) -> None:
    url = site.add("/feed", status=304, ETag='"2"')
    found = fetch(url, HERE, etag='"1"', modified="Fri, 24 Nov 2023 00:00:00 GMT")
    assert (found.status, found.body, found.etag) == (304, b"", '"2"')
    sent = site.requests[0].headers
    assert sent["if-none-match"] == '"1"'
    assert sent["if-modified-since"] == "Fri, 24 Nov 2023 00:00:00 GMT"
    assert "answered 304" in refused(url)


@pytest.mark.parametrize("mark", ["a\r\nX-Evil: 1", "日本", "x" * 2000])
def test_marks_that_would_break_a_request_are_not_sent(site: Site, mark: str) -> None:
    fetch(f"{site.url}/feed", HERE, etag=mark)
    assert "if-none-match" not in site.requests[0].headers
    assert "x-evil" not in site.requests[0].headers


def test_a_page_in_place_of_a_feed_is_told_by_its_kind(site: Site) -> None:
    site.misbehave(servers.html)
    found = fetch(f"{site.url}/feed", HERE)
    assert (found.kind, found.charset) == ("text/html", "")
    assert found.body.startswith(b"<!doctype html>")


@pytest.mark.parametrize("coding", ["", "gzip", "deflate", "identity"])
def test_an_empty_body(site: Site, coding: str) -> None:
    assert fetch(site.add("/none", Content_Encoding=coding), HERE).body == b""


def test_names_and_paths_that_are_not_ascii(site: Site, names: Resolver) -> None:
    site.add("/%E8%A8%98%E4%BA%8B%20%25", RSS)
    names({"xn--wgv71a119e.example": ["127.0.0.1"]})
    found = fetch(f"http://日本語.example:{site.port}/記事 %25?q=瓦&r=%2F#x", HERE)
    at = f"http://xn--wgv71a119e.example:{site.port}"
    assert found.url == f"{at}/%E8%A8%98%E4%BA%8B%20%25?q=%E7%93%A6&r=%2F"
    assert site.requests[0].query == {"q": "瓦", "r": "/"}
    assert site.requests[0].headers["host"] == f"xn--wgv71a119e.example:{site.port}"


def test_proxies_of_the_environment_are_not_used(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert fetch(f"{site.url}/feed", HERE).body == RSS


# ── redirects ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("status", "permanent"), [(301, True), (308, True), (302, False), (303, False), (307, False)]
)
def test_redirects_are_followed(site: Site, status: int, permanent: bool) -> None:  # noqa: FBT001
    site.move("/new/b", "../feed?x=1", 301)
    url = site.move("/a", f"{site.url}/new/b", status)
    found = fetch(url, HERE)
    assert (found.url, found.body) == (f"{site.url}/feed?x=1", RSS)
    assert found.permanent == permanent


def test_a_location_in_bytes_that_are_not_ascii(site: Site) -> None:
    site.add("/%E8%A8%98", RSS)
    site.add("/%B5%AD", RSS)
    for path, where in ("/utf8", "/記".encode()), ("/euc", "/記".encode("euc-jp")):
        assert fetch(site.move(path, where.decode("latin-1")), HERE).body == RSS


def test_redirects_in_a_circle(site: Site) -> None:
    site.move("/b", "/a")
    assert "circle" in refused(site.move("/a", "/b"))
    assert site.paths() == ["/a", "/b"]


def test_too_many_redirects(site: Site) -> None:
    for at in range(9):
        site.move(f"/{at}", f"/{at + 1}")
    assert "more than 5 redirects" in refused(f"{site.url}/0")
    assert len(site.paths()) == 6


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("file:///etc/passwd", "file: is not asked"),
        ("ftp://a.example/feed", "ftp: is not asked"),
        ("javascript:alert(1)", "javascript: is not asked"),
        ("http://me:secret@a.example/", "a user or a password"),
        ("http://[::1", "no address"),
        ("http://a..example/", "not the name of a host"),
        ("http://a.example:99999/", "not an address"),
        ("/" + "x" * LONGEST, "characters"),
        ("", "circle"),
    ],
)
def test_a_redirect_to_what_is_not_asked(site: Site, to: str, said: str) -> None:
    cause = refused(site.move("/a", to))
    assert said in cause
    assert "127.0.0.1" in cause
    assert "secret" not in cause
    assert site.paths() == ["/a"]


def test_a_redirect_into_the_house_is_refused(
    site: Site, names: Resolver, reached: list[str]
) -> None:
    asked = names({"a.example": [PUBLIC], "b.example": ["192.168.1.1"]})
    site.move("/a", f"http://b.example:{site.port}/feed")
    cause = refused(f"http://a.example:{site.port}/a", Limits())
    assert cause == "b.example: is at 192.168.1.1, which is not a public address"
    assert (asked, reached) == (["a.example", "b.example"], [PUBLIC])


def test_a_redirect_without_a_location(site: Site) -> None:
    assert "answered 302" in refused(site.add("/a", status=302))


# ── addresses ────────────────────────────────────────────────────────────────────────────────────


def test_a_name_is_looked_up_once_and_that_is_what_is_asked(
    site: Site, names: Resolver, reached: list[str]
) -> None:
    asked = names({"a.example": [PUBLIC, "127.0.0.1"]})
    assert fetch(f"http://a.example:{site.port}/feed", Limits()).body == RSS
    assert (asked, reached) == (["a.example"], [PUBLIC])
    assert site.requests[0].headers["host"] == f"a.example:{site.port}"


def test_each_try_looks_a_name_up_and_judges_it(
    site: Site, names: Resolver, reached: list[str]
) -> None:
    names({"a.example": [PUBLIC, "127.0.0.1"]})
    site.misbehave(servers.status(503))
    assert "127.0.0.1" in refused(f"http://a.example:{site.port}/feed", Limits())
    assert reached == [PUBLIC]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "0x7f000001", "2130706433", "１２７.0.0.1"])
def test_this_machine_is_not_asked_unless_allowed(site: Site, host: str) -> None:
    assert "not a public address" in refused(f"http://{host}:{site.port}/feed", Limits())
    assert fetch(f"http://{host}:{site.port}/feed", HERE).body == RSS


def test_one_private_address_among_public_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [(2, 1, 6, "", (ip, 80)) for ip in (PUBLIC, "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    assert "10.0.0.1" in refused("http://a.example/", Limits())


def test_the_next_address_is_asked_where_the_first_is_dead(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    true = socket.getaddrinfo

    def lookup(host: str, port: int, *args: int, **more: int) -> object:
        ips = ["127.0.0.2", "127.0.0.1"] if host == "a.example" else [host]
        return [entry for ip in ips for entry in true(ip, port, *args, **more)]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    limits = Limits(private=True, connect=0.5)
    assert fetch(f"http://a.example:{site.port}/feed", limits).body == RSS


PRIVATE = """
0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 169.254.169.254 172.16.0.1 192.0.2.1 192.168.0.1 198.18.0.1
224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
:: ::1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::10.0.0.1 64:ff9b:1::1 2002:7f00:1::
2001::1 2001:db8::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 fec0::1 ff02::1 4000::1
"""


@pytest.mark.parametrize("ip", PRIVATE.split())
def test_addresses_that_are_not_public(ip: str) -> None:
    assert not public(ip)


@pytest.mark.parametrize(
    "ip", f"{PUBLIC} ::ffff:{PUBLIC} 64:ff9b::{PUBLIC} 2606:4700::1111".split()
)
def test_addresses_that_are(ip: str) -> None:
    assert public(ip)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "feed.xml",
        "//a.example/",
        "http:///feed",
        "file:///etc/passwd",
        "gopher://a.example/",
        "http://user@a.example/",
        "http://@a.example/",
        "http://a.example\\@127.0.0.1/",
        "http://a b.example/",
        "http://a%00b.example/",
        "http://a.example:0/",
        "http://[fe80::1%25a b]/",
        "http://[v1.x]/",
        "http://" + "a" * 300 + "/",
        "http://\ud800.example/",
    ],
)
def test_what_is_no_address_to_ask(url: str) -> None:
    with pytest.raises(Unfit):
        parse(url)
    refused(url)


def test_an_address_is_put_as_it_is_sent() -> None:
    assert parse("HTTPS://A.Example:443").url == "https://a.example/"
    assert parse("http://[::1]:80/?a=[b]#c").url == "http://[::1]/?a=[b]"
    assert parse("http://a.example./\ud800\x01").url == "http://a.example./%3F%01"


# ── packed bodies ────────────────────────────────────────────────────────────────────────────────


def bare(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


PACKED = {
    "gzip": ("gzip", gzip.compress(RSS)),
    "x-gzip": ("X-GZip", gzip.compress(RSS)),
    "two streams": ("gzip", gzip.compress(RSS[:99]) + gzip.compress(RSS[99:])),
    "more behind it": ("gzip", gzip.compress(RSS) + bytes(5)),
    "deflate": ("deflate", zlib.compress(RSS)),
    "raw deflate": ("deflate", bare(RSS)),
    "not at all": ("identity", RSS),
}


@pytest.mark.parametrize("how", PACKED)
@pytest.mark.parametrize("sent", [servers.well, servers.chunked])
def test_packed_bodies(site: Site, how: str, sent: servers.Fault) -> None:
    coding, data = PACKED[how]
    site.misbehave(sent)
    assert fetch(site.add("/a", data, Content_Encoding=coding), HERE).body == RSS


def test_a_packed_body_that_comes_byte_by_byte(site: Site) -> None:
    def drops(handler: Handler, reply: Reply) -> None:
        handler.head(reply, length=None)
        for byte in reply.data:
            handler.wfile.write(b"1\r\n%c\r\n" % byte)
        handler.wfile.write(b"0\r\n\r\n")

    for path, (coding, data) in PACKED.items():
        url = site.add(f"/{path[0]}", data, Content_Encoding=coding)
        site.misbehave(lambda reply: replace(reply, sent=drops))
        assert fetch(url, HERE).body == RSS


@pytest.mark.parametrize("packed", [gzip.compress, zlib.compress, bare])
def test_a_bomb_is_stopped_early(
    site: Site, packed: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = []

    class Watched(fetching.Body):
        def add(self, wire: bytes) -> None:
            super().add(wire)
            sizes.append(len(self.data))

    monkeypatch.setattr(fetching, "Body", Watched)
    coding = "gzip" if packed is gzip.compress else "deflate"
    url = site.add("/bomb", packed(bytes(10**7)), Content_Encoding=coding)
    assert "more than 1,048,576 bytes" in refused(url, SMALL)
    assert max(sizes) == SMALL.size + 1
    assert len(site.requests) == 1


def test_a_body_of_the_largest_size(site: Site) -> None:
    data = bytes(SMALL.size)
    for path, sent, coding in ("/a", data, ""), ("/b", gzip.compress(data), "gzip"):
        assert fetch(site.add(path, sent, Content_Encoding=coding), SMALL).body == data


def test_an_endless_stream_that_unpacks_to_nothing(site: Site) -> None:
    nothing = b"\x00\x00\x00\xff\xff" * 400_000
    url = site.add("/a", nothing, Content_Encoding="deflate")
    assert "more than" in refused(url, SMALL)


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "\x1b[31m" + "x" * 500])
def test_a_coding_that_was_not_asked_for(site: Site, coding: str) -> None:
    assert "packed as" in refused(site.add("/a", RSS, Content_Encoding=coding))


def test_a_packed_body_that_is_damaged(site: Site, waits: list[float]) -> None:
    assert "cannot be read" in refused(site.add("/a", RSS, Content_Encoding="gzip"))
    assert waits == []


def test_a_packed_body_without_its_end_is_tried_again(site: Site, waits: list[float]) -> None:
    cause = refused(site.add("/a", gzip.compress(RSS)[:-9], Content_Encoding="gzip"))
    assert "broke off" in cause
    assert waits == [0.5, 1.0]


# ── limits ───────────────────────────────────────────────────────────────────────────────────────


def test_a_body_that_is_too_large(site: Site) -> None:
    def hundred(handler: Handler, reply: Reply) -> None:
        handler.head(reply, length=100 * 2**20)
        for _ in range(100):
            handler.wfile.write(bytes(2**20))

    site.misbehave(lambda reply: replace(reply, sent=hundred), servers.endless)
    for _ in range(2):
        assert "more than 1,048,576 bytes" in refused(f"{site.url}/feed", SMALL)
    assert len(site.requests) == 2


def slowly(data: bytes) -> servers.Sent:
    """Bytes, and then more of the last ones, one now and then."""

    def send(handler: Handler, reply: Reply) -> None:
        del reply
        handler.wfile.write(data)
        while not handler.loopback.stopped.wait(0.02):
            handler.wfile.write(b"x")

    return send


SLOW = {
    "no answer": servers.hang,
    "body": servers.trickle,
    "head": lambda reply: replace(reply, sent=slowly(b"HTTP/1.1 200 OK\r\nX: ")),
    "body without a length": lambda reply: replace(
        reply, sent=slowly(b"HTTP/1.1 200 OK\r\n\r\n<rss>")
    ),
    "length of a chunk": lambda reply: replace(
        reply, sent=slowly(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;")
    ),
}


@pytest.mark.parametrize("what", SLOW)
def test_what_takes_too_long_is_left(site: Site, what: str, waits: list[float]) -> None:
    site.misbehave(SLOW[what])
    cause = refused(f"{site.url}/feed", Limits(private=True, total=0.3))
    assert cause == "127.0.0.1: not done within 0.3 s"
    assert waits == []
    assert not [one for one in threading.enumerate() if isinstance(one, threading.Timer)]


def test_no_wait_outlives_the_time_for_all(site: Site, waits: list[float]) -> None:
    site.misbehave(servers.status(503, retry_after="7"))
    cause = refused(f"{site.url}/feed", Limits(private=True, total=5))
    assert "503" in cause
    assert waits == []


LONG = b"x" * 100_000


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nX: " + LONG + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000 + b"\r\n",
        b"HTTP/1.1 200 " + LONG + b"\r\n\r\n",
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\nhello",
    ],
)
def test_a_head_that_is_none(site: Site, head: bytes, waits: list[float]) -> None:
    site.misbehave(lambda reply: replace(reply, sent=raw(head)))
    assert "cannot be read" in refused(f"{site.url}/feed")
    assert waits == []


# ── tries ────────────────────────────────────────────────────────────────────────────────────────

CUT = {
    "cut": servers.cut,
    "overstated": servers.overstated,
    "slammed": servers.slammed,
    "nothing": lambda reply: replace(reply, sent=raw(b"")),
    "chunk": lambda reply: replace(
        reply, sent=raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n<rss>")
    ),
}


@pytest.mark.parametrize("how", CUT)
def test_what_breaks_off_is_tried_again(site: Site, how: str, waits: list[float]) -> None:
    site.misbehave(CUT[how], CUT[how])
    assert fetch(f"{site.url}/feed", HERE).body == RSS
    assert waits == [0.5, 1.0]
    site.misbehave(*[CUT[how]] * 3)
    cause = refused(f"{site.url}/feed")
    assert cause.startswith("127.0.0.1: broke off")
    assert cause.endswith("(try 3 of 3)")
    assert len(site.requests) == 6


def test_no_server(waits: list[float]) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        cause = refused(f"http://127.0.0.1:{bound.getsockname()[1]}/")
    assert cause == "127.0.0.1: cannot be reached: Connection refused (try 3 of 3)"
    assert waits == [0.5, 1.0]


@pytest.mark.parametrize(
    ("error", "tries"), [(socket.EAI_AGAIN, 3), (socket.EAI_NONAME, 1)], ids=["no answer", "none"]
)
def test_no_such_name(
    error: int, tries: int, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    def lookup(*_: object, **__: object) -> None:
        raise socket.gaierror(error, "not known")

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    assert refused("http://a.example/").startswith("a.example: the name cannot be looked up")
    assert len(waits) == tries - 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 204, 206])
def test_what_is_refused_is_not_asked_again(site: Site, status: int, waits: list[float]) -> None:
    cause = refused(site.add("/a", status=status))
    assert cause.startswith(f"127.0.0.1: answered {status}")
    assert (len(site.requests), waits) == (1, [])


@pytest.mark.parametrize("status", [429, 500, 502, 503])
@pytest.mark.parametrize(
    ("after", "wait"),
    [("3", 3), ("3600", 10), ("soon", 0.5), ("²", 0.5), ("-1", 0.5), ("9" * 5000, 0.5)],
)
def test_a_busy_server_is_waited_for(
    site: Site, status: int, after: str, wait: float, waits: list[float]
) -> None:
    site.misbehave(servers.status(status, retry_after=after))
    assert fetch(f"{site.url}/feed", HERE).body == RSS
    assert waits == [wait]


@pytest.mark.parametrize(
    ("until", "wait"),
    [
        ("Fri, 24 Nov 2023 00:00:04 GMT", 4),
        ("Thu, 23 Nov 2023 00:00:00 GMT", 0),
        ("Sat, 25 Nov 2023 00:00:00 GMT", 10),
        ("Fri, 24 Nov 2023 00:00:04 -0000", 0.5),
        ("Fri, 99 Nov 99999 00:00:04 GMT", 0.5),
    ],
)
def test_a_date_to_wait_for_is_counted_from_the_servers_own(
    site: Site, until: str, wait: float, waits: list[float]
) -> None:
    head = f"HTTP/1.1 503 Busy\r\nDate: Fri, 24 Nov 2023 00:00:00 GMT\r\nRetry-After: {until}"
    site.misbehave(lambda reply: replace(reply, sent=raw(f"{head}\r\n\r\n".encode())))
    assert fetch(f"{site.url}/feed", HERE).body == RSS
    assert waits == [wait]


# ── TLS ──────────────────────────────────────────────────────────────────────────────────────────

PEM = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgAzhrYbGQG/6BFvCp
x3IxMxAk4ofsPvuj9pi0yxKP8Q+hRANCAATm2elG4lPooYOnYUAwYmgs7JqZWReG
rN8fWUYzMdSx9RUMPFaLPaufC2y08s3zB7vIu/4C548SUOsBIPGjRCEO
-----END PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBajCCARCgAwIBAgIBATAKBggqhkjOPQQDAjAXMRUwEwYDVQQDDAxuZXdzLmV4
YW1wbGUwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBcxFTATBgNV
BAMMDG5ld3MuZXhhbXBsZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABObZ6Ubi
U+ihg6dhQDBiaCzsmplZF4as3x9ZRjMx1LH1FQw8Vos9q58LbLTyzfMHu8i7/gLn
jxJQ6wEg8aNEIQ6jSzBJMA8GA1UdEwEB/wQFMAMBAf8wFwYDVR0RBBAwDoIMbmV3
cy5leGFtcGxlMB0GA1UdDgQWBBSB8QPjLbP+FXaykTX2tqHuOXQ22TAKBggqhkjO
PQQDAgNIADBFAiAtnw79JaI8TQlDO+UgZpGicDVj/vlRoM8EOCrEHuFNWwIhAOHj
+wSS/USJ3PPcInPFLkyfG+vtDv3UvlSCBasgqBTy
-----END CERTIFICATE-----
"""
"""For news.example, 2020 to 2120: a key that guards nothing."""


@pytest.fixture
def secure(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """The site with TLS, trusted as the system's certificates are; the names that are asked for."""
    (tmp_path / "pem").write_text(PEM)
    asked: list[str | None] = []
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(tmp_path / "pem")
    server.sni_callback = lambda _, name, __: asked.append(name)
    site._http.socket = server.wrap_socket(
        site._http.socket, server_side=True, do_handshake_on_connect=False
    )
    trust = ssl.create_default_context(cadata=PEM[PEM.index("-----BEGIN CERT") :])
    monkeypatch.setattr(fetching, "_trust", lambda: trust)
    return asked


def test_tls_is_for_the_name_and_the_connection_for_the_address(
    site: Site, secure: list[str | None], names: Resolver, reached: list[str]
) -> None:
    names({"news.example": [PUBLIC]})
    url = f"https://news.example:{site.port}/feed"
    assert fetch(url, Limits()).body == RSS
    assert (secure, reached) == (["news.example"], [PUBLIC])
    assert site.requests[0].headers["host"] == f"news.example:{site.port}"


def test_tls_with_another_name_is_refused(
    site: Site, secure: list[str | None], names: Resolver, waits: list[float]
) -> None:
    names({"evil.example": ["127.0.0.1"]})
    cause = refused(f"https://evil.example:{site.port}/feed")
    assert cause.startswith("evil.example: no secure connection: Hostname mismatch")
    assert (secure, site.requests, waits) == (["evil.example"], [], [])


def test_tls_that_is_not_trusted_is_refused(
    site: Site, secure: list[str | None], names: Resolver, monkeypatch: pytest.MonkeyPatch
) -> None:
    names({"news.example": ["127.0.0.1"]})
    monkeypatch.setattr(fetching, "_trust", ssl.create_default_context)
    assert "self-signed" in refused(f"https://news.example:{site.port}/feed")
    assert secure


def test_no_tls_where_there_should_be(site: Site) -> None:
    assert "no secure connection" in refused(f"https://127.0.0.1:{site.port}/feed")


def test_tls_that_trickles_is_left(site: Site, secure: list[str | None], names: Resolver) -> None:
    names({"news.example": ["127.0.0.1"]})
    site.misbehave(SLOW["head"])
    limits = Limits(private=True, total=0.3)
    assert "not done within" in refused(f"https://news.example:{site.port}/feed", limits)
    assert secure
