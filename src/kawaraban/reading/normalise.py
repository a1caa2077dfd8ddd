"""Written forms that the analyser misreads, put the way they are said; numbers stay digits.

Plain NFKC comes first (neologdn would turn 5〜6人 into 56人). Then rules, in order.
"""

from __future__ import annotations

import re
import unicodedata

_MONTH, _DAY = r"(1[0-2]|0?[1-9])", r"(3[01]|[12][0-9]|0?[1-9])"
_NUMBER = r"(\d[\d,]*(?:\.\d+)?)"
_SCALE = r"(千|万|億|兆|百万|千万)?"
_ALONE = r"(?<![\d/.-])"
_COUNTED = "%人件台社円時日月年歳回倍割分秒週本個点"
_UNITS = {
    "km/h": "キロメートル毎時",
    "km": "キロメートル",
    "cm": "センチメートル",
    "mm": "ミリメートル",
    "nm": "ナノメートル",
    "m": "メートル",
    "kg": "キログラム",
    "mg": "ミリグラム",
    "g": "グラム",
    "KB": "キロバイト",
    "MB": "メガバイト",
    "GB": "ギガバイト",
    "TB": "テラバイト",
    "PB": "ペタバイト",
    "kHz": "キロヘルツ",
    "MHz": "メガヘルツ",
    "GHz": "ギガヘルツ",
    "Hz": "ヘルツ",
    "kW": "キロワット",
    "MW": "メガワット",
    "GW": "ギガワット",
    "W": "ワット",
    "°C": "度",
}
"""Signs that are units after a number, and nowhere else."""

RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), said)
    for pattern, said in (
        (r"\[([^\]]*)\]\(https?://[^)]*\)", r"\1"),  # Markdown link
        (r"https?://[!-'*-~]+", "ウェブページ"),
        (r"<[^<>]*>|[*`]+|_{2,}", ""),  # what is left of HTML and Markdown
        (rf"{_ALONE}(\d{{4}})([-/.]){_MONTH}\2{_DAY}(?![\d/.-])", r"\1年\3月\4日"),
        (rf"{_ALONE}{_MONTH}/{_DAY}(?![\d/年])", r"\1月\2日"),
        (r"(?<!\d)([01]?\d|2[0-3]):00(?![:\d])", r"\1時"),
        (r"(?<!\d)([01]?\d|2[0-3]):(?=[0-5]\d)0?(\d+)(?![:\d])", r"\1時\2分"),
        (rf"(?:(?<![A-Za-z])US)?\$\s?{_NUMBER}{_SCALE}(?:ドル)?", r"\1\2ドル"),
        (rf"€\s?{_NUMBER}{_SCALE}(?:ユーロ)?", r"\1\2ユーロ"),
        (rf"£\s?{_NUMBER}{_SCALE}(?:ポンド)?", r"\1\2ポンド"),
        (rf"[¥￥]\s?{_NUMBER}{_SCALE}円?", r"\1\2円"),
        (rf"(?<![\d/.A-Za-z-]){_MONTH}\s*[〜~-]\s*{_MONTH}月", r"\1月から\2月"),
        (r"(?<=[\d%人件台社円時日月年歳回])\s*[〜~～]\s*(?=\d)", "から"),
        (rf"(?<=[{_COUNTED}])\s*-\s*(?=\d)", "から"),
        (rf"(?<![\d/.A-Za-z-])(\d[\d.]*)-(?=\d[\d.]*[{_COUNTED}])", r"\1から"),
        (r"(?<![A-Za-z])[vV](?:er\.?)?\s?(?=\d)", "バージョン"),
        (r"#\s?(?=\d)", "ナンバー"),
        (r"(?<=\d)\s?[x×]\s?(?=\d)", "かける"),
        (r"(?<![\dA-Za-z])[-−](?=\d)", "マイナス"),
        *((rf"(?<=\d)\s?{sign}(?![A-Za-z/])", unit) for sign, unit in _UNITS.items()),
        (r"\.{2,}", "…"),  # as NFKC writes … itself
        (r"&", "アンド"),
        (r"=", "イコール"),
        (r"\+", "プラス"),
        (r"@", "アット"),
    )
)


def normalise(text: str) -> str:
    """Text after NFKC and every rule."""
    text = unicodedata.normalize("NFKC", text)
    for pattern, said in RULES:
        text = pattern.sub(said, text)
    return text
