"""What the net sends, made plain: bytes to text, HTML to paragraphs, addresses, languages.

Nothing that a browser or a terminal would act on is left: no tag, script, control character or
lone surrogate, nor a mark that turns the direction of writing. The time it takes is linear.
"""

from __future__ import annotations

import codecs
import html
import re
from urllib.parse import quote, urljoin, urlsplit

LONGEST = 200_000
"""Characters of HTML that are looked at: a long article with its markup."""
ADDRESS = 2_000
"""Characters of an address, at most (sitemaps.org: 2,048)."""
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid", re.IGNORECASE)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
    (b"{\0", "utf-16-le"),
    (b"\0{", "utf-16-be"),
)
"""How a document in Unicode begins (XML 1.0, appendix F; RFC 4627, section 3)."""
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
_META = re.compile(rb"""<meta\s[^<>]{0,300}?charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
_TOP = 4_000
"""Bytes of a page in which it says its encoding (HTML Standard: 1,024)."""
_WIDER = {
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "x-euc-jp": "euc_jp",
    "iso-2022-jp": "iso2022_jp_ext",
    "gb2312": "gb18030",
}
"""What browsers take in the place of a declared encoding (encoding.spec.whatwg.org)."""
_KNOWN = re.compile(r"utf-?8|iso-|euc-|shift|x?-?sjis|x-euc|windows-|cp\d|gb|big5|koi8")
"""Encodings of documents: neither Python's other codecs, some of them slow, nor those that a
declaration in plain bytes rules out (UTF-16)."""
_ANYTHING = {"iso-8859-1", "iso-8859-15", "windows-1252", "cp1252"}
"""What servers say of all they send, and all bytes can be."""
_GUESSES = ("utf-8", "euc_jp", "cp932", "cp1252")

_CONTROLS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069"
    "\ufeff\ufffe\uffff\ud800-\udfff]"
)
_TAG = re.compile(r"""</?([a-zA-Z][\w:-]*+)(?:[^>"']|"[^"]*"|'[^']*')*+>""")
_LOOSE_TAG = re.compile(r"</?([a-zA-Z][\w:-]*+)[^>]*+>")
"""The same, where a quote is never closed."""
_UNSEEN = {"script", "style", "template", "noscript", "iframe", "object", "svg", "math", "head"}
"""Elements whose content nobody reads."""
_READINGS = re.compile(r"<r[tp]\b[^<>]*+>[^<]*+(?:</r[tp]\s*>)?", re.IGNORECASE)
"""Ruby: readings above characters, and the brackets for programs that know none."""
_JAPANESE = re.compile("[ぁ-ヿ㐀-鿿豈-﫿ｦ-ﾟ]")
_BLOCKS = re.compile(
    r"(?:p|div|h[1-6]|[uod]l|li|d[td]|tr|table|blockquote|pre|section|article|header|footer|aside"
    r"|figure|figcaption|hr|main|nav|address|form)"
)
_PROLOG = re.compile(r"(?:\s+|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*+(?:\[[^\]]*+\]\s*+)?>")
_ROOT = re.compile(r"<(?:!doctype\s+)?([a-z][\w:.-]{0,40})", re.IGNORECASE)
_WIDE = "\u3000-\u30ff\u3400-\u9fff\uff01-\uff60"
WIDE = f"[{_WIDE}]"
"""Japanese characters and marks, beside which a line end is nothing."""
_REMAINS = re.compile(r"</?[a-zA-Z!][^<>]*>")


def decode(body: bytes, charset: str = "") -> str:
    """The text of a document, whatever its encoding; no control characters, no byte-order mark.

    Args:
        body: as it came.
        charset: of its Content-Type, or "". It may be wrong, and so may the XML declaration and
            <meta charset>: what the bytes cannot be is not believed, and the likeliest Japanese
            encoding is taken.
    """
    for codec in _claims(body, charset):
        try:
            return _CONTROLS.sub("", body.decode(codec))
        except (LookupError, ValueError):  # no such encoding, or not this one
            continue
    texts = [(body.decode(guess, "replace"), guess) for guess in _GUESSES]
    return _CONTROLS.sub("", min(texts, key=lambda pair: _doubt(*pair))[0])


def _claims(body: bytes, charset: str) -> list[str]:
    """Codecs to try, the surest first."""
    declared = _DECLARED.match(body)
    names = [charset, declared[1].decode("ascii", "replace") if declared else "", "utf-8"]
    if meta := _META.search(body[:_TOP]):
        names.append(meta[1].decode("ascii", "replace"))
    if b"\x1b$" in body:
        names.insert(0, "iso-2022-jp")
    known = [name for name in (name.strip().lower() for name in names) if _KNOWN.match(name)]
    marked = [name for start, name in _BOMS if body.startswith(start)][:1]
    return marked + [_WIDER.get(name, name) for name in known if name not in _ANYTHING]


def _doubt(text: str, codec: str) -> float:
    """How unlikely a decoding is: characters that are none, kana nobody writes, or none at all."""
    strange = len(re.findall("[\ufffd\uff61-\uff9f]", text))
    foreign = len(re.findall(r"[^\x00-\x7f]", text))
    if codec == "cp1252":
        return foreign / 2
    return strange if codec == "utf-8" or re.search("[ぁ-ヶ]", text) else strange + foreign


def plain(markup: str) -> str:
    """Plain text of HTML: entities decoded, paragraphs with an empty line between them, no ruby.

    Text without tags keeps its own lines. What is longer than LONGEST is cut.
    """
    source = _CONTROLS.sub("", re.sub(r"<!\[CDATA\[|\]\]>", "", markup[:LONGEST]))
    source = _READINGS.sub("", source)
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    text = _without_tags(source) if "<" in source else source
    text = _CONTROLS.sub("", html.unescape(text))
    text = _REMAINS.sub("", text)  # that were escaped: no listener misses them
    text = re.sub(r"<(?=[/!?a-zA-Z])", "< ", text)
    lines = (re.sub(r"\s+", " ", line).strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def one_line(markup: str) -> str:
    """Plain text of HTML in one line."""
    return " ".join(plain(markup).split())


def web_address(link: str, base: str = "") -> str:
    """An absolute http or https address without tracking parameters; "" where it is none."""
    if not link.strip():
        return ""
    try:
        parts = urlsplit(urljoin(base, link.strip()))
        host = parts.hostname
    except ValueError:  # http://[
        return ""
    if parts.scheme not in {"http", "https"} or not host:
        return ""
    kept = [pair for pair in parts.query.split("&") if not _TRACKING.fullmatch(pair.split("=")[0])]
    address = parts._replace(query="&".join(kept)).geturl()
    address = re.sub(r"[\s\"<>\\^`{|}]", lambda found: quote(found[0]), address)
    return address if len(address) <= ADDRESS else ""


def language(tag: str) -> str:
    """The first subtag of a language tag: ja of ja-JP; "" where it is none."""
    found = re.match(r"\s*([a-z]{2,3})(?![a-z])", tag.lower())
    return found[1] if found else ""


def is_japanese(text: str) -> bool:
    """Whether something in a text is written in Japanese."""
    return _JAPANESE.search(text) is not None


def _without_tags(source: str) -> str:
    """The text between tags, with line ends for those that part paragraphs."""
    pieces: list[str] = []
    between = _unwrapped if _REMAINS.search(source) else str
    pattern, at = _TAG, 0
    while (start := source.find("<", at)) >= 0:
        pieces.append(between(source[at:start]))
        at = start + 1
        if re.match(r"[!?]", source[at : at + 1]):
            at = _end_of_odd(source, start)
        elif re.match(r"/?[a-zA-Z]", source[at : at + 2]):
            pattern = pattern if pattern.match(source, start) else _LOOSE_TAG
            tag = pattern.match(source, start)
            at = _past(source, tag, pieces) if tag else len(source)
        else:
            pieces.append("<")
    return "".join([*pieces, between(source[at:])])


def _unwrapped(text: str) -> str:
    """A line end in HTML is a space, and nothing between two Japanese characters."""
    text = re.sub(r"\s+", lambda found: "\n" if "\n" in found[0] else " ", text)
    return re.sub(rf"(?<=[{_WIDE}])\n(?=[{_WIDE}])", "", text).replace("\n", " ")


def _past(source: str, tag: re.Match[str], pieces: list[str]) -> int:
    """Where reading goes on after a tag: after its end where its content is not for readers."""
    name = tag[1].lower()
    if name in _UNSEEN and tag[0][1] != "/" and not tag[0].endswith("/>"):
        end = re.compile(rf"</{name}\b[^>]{{0,99}}>", re.IGNORECASE).search(source, tag.end())
        return end.end() if end else len(source)
    if name == "br":
        pieces.append("\n")
    elif _BLOCKS.fullmatch(name):
        pieces.append("\n\n")
    return tag.end()


def _end_of_odd(source: str, start: int) -> int:
    """The end of a comment or a declaration; that of the text where it is never closed."""
    mark = "-->" if source.startswith("<!--", start) else ">"
    end = source.find(mark, start)
    return len(source) if end < 0 else end + len(mark)


# ── XML ──────────────────────────────────────────────────────────────────────────────────────────


def root_name(text: str) -> str:
    """The name of the element that a document of XML or HTML consists of; "" where it is none."""
    root = _ROOT.match(text, _after_prolog(text))
    return root[1].lower() if root else ""


def harmless_xml(text: str) -> str:
    """XML that declares no entities or attributes, nor refers to characters that there are not.

    feedparser 6.0.14 takes out such entities alone as begin a line, and ends at `&#xD800;`.
    """
    at = _after_prolog(text)
    if doctype := _DOCTYPE.match(text, at):
        text = text[:at] + text[doctype.end() :]
    text = re.sub(r"<!(?=DOCTYPE|ENTITY|ATTLIST)", "<!-", text)
    return re.sub(r"&#(x[0-9a-f]+|[0-9]+);", _known, text, flags=re.IGNORECASE)


def _after_prolog(text: str) -> int:
    prolog = _PROLOG.match(text)
    return prolog.end() if prolog else 0


def _known(reference: re.Match[str]) -> str:
    """A character reference, or "" for one that XML 1.0 forbids (section 2.2)."""
    digits = reference[1].lower()
    hexadecimal = digits.startswith("x")
    longest = len("x0010ffff")
    code = int(digits[hexadecimal:], 16 if hexadecimal else 10) if len(digits) <= longest else 0
    legal = code in {9, 10, 13} or 0x20 <= code < 0xD800 or 0xE000 <= code <= 0x10FFFF  # noqa: PLR2004
    return reference[0] if legal else ""
