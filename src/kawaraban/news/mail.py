"""Newsletters in files: mails as mail programs save them (.eml), and saved pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from pathlib import Path

from kawaraban.model import Item
from kawaraban.news.dates import parse_date
from kawaraban.news.newsletters import Letter, read_newsletter
from kawaraban.news.pages import page_head
from kawaraban.news.plain import decode, one_line
from kawaraban.news.tidy import PageError

NAME = 100
"""Characters of a newsletter's name that are kept."""


def saved_newsletter(
    body: bytes, file: Path, told: Mapping[str, str], published: datetime
) -> tuple[Item, ...]:
    """The stories of a newsletter's issue in a file.

    Args:
        body: what the file holds.
        file: its name tells a mail (.eml) from a page.
        told: what is said of it beside it: source, url, lang, published.
        published: its date, where neither the letter nor what stands beside it says another.

    Raises:
        PageError: no mail with HTML in it, no HTML, or no story.
    """
    if file.suffix.lower() == ".eml":
        text, letter = _mail(body, file, published)
    else:
        text = decode(body)
        head = page_head(text, str(file), published)
        name = head.site or head.title or file.stem
        letter = Letter(name, head.url, head.published or published)
    letter = Letter(
        told.get("source") or letter.name,
        told.get("url") or letter.url,
        published if "published" in told else letter.published,
        told.get("lang", ""),
    )
    found = read_newsletter(text, letter)
    if not found:
        hint = "it links to no story that lies elsewhere"
        raise PageError("no story was found in the newsletter", where=str(file), hint=hint)
    return found


def _mail(body: bytes, file: Path, published: datetime) -> tuple[str, Letter]:
    """The HTML of a mail, and whose it is."""
    mail = message_from_bytes(body, _class=EmailMessage, policy=policy.default)
    part = mail.get_body(("html",)) if isinstance(mail, EmailMessage) else None
    if part is None:
        hint = "save the mail whole, with its HTML"
        raise PageError("the mail has no part in HTML", where=str(file), hint=hint)
    raw = part.get_payload(decode=True)
    text = decode(raw if isinstance(raw, bytes) else b"", part.get_content_charset() or "")
    name, address = parseaddr(str(mail.get("From", "")))
    sent = parse_date(str(mail.get("Date", "")), published)
    return text, Letter(one_line(name or address)[:NAME] or file.stem, "", sent or published)
