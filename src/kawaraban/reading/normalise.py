"""Written forms that the analyser misreads, put the way they are said; numbers stay digits.

`plain` comes before the lexicon: NFKC (neologdn would turn 5〜6人 into 56人) and what is not
language. `spell_out` comes after it: rules, in order, the more special ones first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from kawaraban.reading.amounts import SCALES, SHORT
from kawaraban.reading.roman import roman_numerals

_MONTH, _DAY = r"(1[0-2]|0?[1-9])", r"(3[01]|[12][0-9]|0?[1-9])"
_NUMBER = r"(\d[\d,]*(?:\.\d+)?)"
_SCALE = r"(百万|千万|千|万|億|兆)?"
_ALONE = r"(?<![\d/.-])"
_COUNTED = "%人件台社円時日月年歳回倍割分秒週本個点万億兆"
_CURRENCIES = {
    r"(?:(?<![A-Za-z])(?:US|U\.S\.))?\$": "ドル",
    "€": "ユーロ",
    "£": "ポンド",
    "[¥￥]": "円",
}
DIGITS = ("ゼロ", "イチ", "ニー", "サン", "ヨン", "ゴー", "ロク", "ナナ", "ハチ", "キュー")
"""Digits as they are said one by one."""
_LARGE = SCALES | SHORT
_PREFIXES = {
    "k": "キロ",
    "K": "キロ",
    "M": "メガ",
    "G": "ギガ",
    "T": "テラ",
    "P": "ペタ",
    "E": "エクサ",
}
_UNITS = {
    "km/h": "キロメートル毎時",
    "m/s": "メートル毎秒",
    "km": "キロメートル",
    "cm": "センチメートル",
    "mm": "ミリメートル",
    "μm": "マイクロメートル",
    "nm": "ナノメートル",
    "m": "メートル",
    "km2": "平方キロメートル",
    "m2": "平方メートル",
    "m3": "立方メートル",
    "kg": "キログラム",
    "mg": "ミリグラム",
    "μg": "マイクログラム",
    "g": "グラム",
    "ms": "ミリ秒",
    "ns": "ナノ秒",
    "kcal": "キロカロリー",
    "mAh": "ミリアンペアアワー",
    "kWh": "キロワット時",
    "Wh": "ワット時",
    "mL": "ミリリットル",
    "ml": "ミリリットル",
    "L": "リットル",
    "ha": "ヘクタール",
    "hPa": "ヘクトパスカル",
    "dB": "デシベル",
    "fps": "エフピーエス",
    "rpm": "アールピーエム",
    "ppm": "ピーピーエム",
    "dpi": "ディーピーアイ",
    "W": "ワット",
    "V": "ボルト",
    "Hz": "ヘルツ",
    "bit": "ビット",
    "°C": "度",
    "°F": "度",
    "°": "度",
    **{f"{sign}B": f"{name}バイト" for sign, name in _PREFIXES.items()},
    **{f"{sign}B/s": f"{name}バイト毎秒" for sign, name in _PREFIXES.items()},
    **{f"{sign}bps": f"{name}ビーピーエス" for sign, name in _PREFIXES.items()},
    **{f"{sign}Hz": f"{name}ヘルツ" for sign, name in _PREFIXES.items() if sign != "K"},
    **{f"{sign}W": f"{name}ワット" for sign, name in _PREFIXES.items() if sign != "K"},
    **{f"{sign}V": f"{name}ボルト" for sign, name in _PREFIXES.items() if sign != "K"},
    **{f"{sign}FLOPS": f"{name}フロップス" for sign, name in _PREFIXES.items() if sign != "K"},
    **{f"{sign}Wh": f"{name}ワット時" for sign, name in _PREFIXES.items() if sign != "K"},
}
"""Signs that are units after a number, and nowhere else."""
_UNIT = "|".join(map(re.escape, sorted(_UNITS, key=len, reverse=True)))
_FRACTION = (
    r"の(?:確率|割合|水準|規模|価格|コスト|時間|面積|サイズ|電力|量|速度|重さ|人|値段|大きさ|費用)"
    r"|に(?:減|縮|低|圧縮|抑|削|なっ|なる|とどま|落ち|下が|満た)|以[上下]|程度|弱|強|ほど|を[占超下]|で[済す]"
)
"""What follows 1/3 where it is a fraction and not the third of January."""

Rules = tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...]


def _rules(*pairs: tuple[str, str | Callable[[re.Match[str]], str]]) -> Rules:
    return tuple((re.compile(pattern), said) for pattern, said in pairs)


def _large(found: re.Match[str]) -> str:
    """6.5 billion in the units of Japanese: 65億; what does not come out even stays decimal."""
    whole, _, part = found["number"].replace(",", "").partition(".")
    digits, zeros = whole + part, _LARGE[found["scale"].lower()] - len(part)
    if zeros < 0:
        return found[0]
    value, said = int(digits) * 10**zeros, ""
    for unit, power in (("兆", 12), ("億", 8), ("万", 4), ("", 0)):
        count, value = divmod(value, 10**power)
        said += f"{count}{unit}" if count else ""
    return said


def _code(found: re.Match[str]) -> str:
    """The digits of a telephone number or another code, の between its groups."""
    return "の".join("".join(DIGITS[int(digit)] for digit in group) for group in found.groups())


def _unit(name: str) -> str:
    """A unit after a number; OpenJTalk takes ヘルツ for a counter and says ジュッヘルツ."""
    return f"・{name}" if name.startswith("ヘ") else name


def _money(found: re.Match[str], name: str) -> str:
    return f"{found['amount']}{found['scale'] or ''}{name}"


MARKUP = _rules(
    (r"\[([^\]]*)\]\(https?://[^)]*\)", r"\1"),  # Markdown link
    (r"https?://[!-'*-~]+", "リンク"),
    (r"</?[A-Za-z][^<>]*>|[*`]{2,}|`|_{2,}|\*(?=[^*\s]+\*)|(?<=\S)\*(?!\w)(?<![A-Za-z]\*)", ""),
    (r"(?m)^\s*(?:#{1,6}|[-*+>])\s+", ""),  # headings, lists, quotations
    (r"[(（]笑[)）]", ""),
    (r"[→⇒➡]", "、"),
)
FORMS = _rules(
    # codes, said digit by digit
    (r"(?<![\d-])(0\d{1,4})-(\d{1,4})-(\d{3,4})(?![\d-])", _code),
    (r"〒\s?(\d{3})-(\d{4})(?!\d)", _code),
    # dates and times
    (r"(?<![\d.])0(\d)(?=[月日分秒])", r"\1"),
    (r"(?<![\d-])(\d{1,2})-(\d{1,2})(?=で(?:勝|敗|引|下)|の(?:勝|敗|引|接戦))", r"\1対\2"),
    (rf"{_ALONE}(\d{{4}})([-/.]){_MONTH}\2{_DAY}(?![\d/.-])", r"\1年\3月\4日"),
    (rf"{_ALONE}(\d{{4}})/{_MONTH}(?![\d/])", r"\1年\2月"),
    (rf"{_ALONE}([1-9]\d?)/([1-9]\d*)(?={_FRACTION})", r"\2分の\1"),
    (r"(?<=約)([1-9]\d?)/([1-9]\d*)", r"\2分の\1"),
    (rf"{_ALONE}{_MONTH}/{_DAY}(?![\d/年])", r"\1月\2日"),
    (rf"{_ALONE}(\d+)/(\d+)(?![\d/])", r"\2分の\1"),
    (r"(?<!\d)([01]?\d|2[0-3]):00(?![:\d])", r"\1時"),
    (r"(?<!\d)([01]?\d|2[0-3]):([0-5]\d):([0-5]\d)(?![:\d])", r"\1時\2分\3秒"),
    (r"(?<=比)(\D{0,6}\d+):(\d+)|(?<!\d)(\d+):(\d)(?![\d:])", r"\1\3対\2\4"),
    (r"(?<!\d)([01]?\d|2[0-3]):(?=[0-5]\d)0?(\d+)(?![:\d])", r"\1時\2分"),
    (r"(?<!\d)0時(?!間)", "零時"),
    # money
    (
        rf"(?P<number>{_NUMBER})\s*(?P<scale>(?i:thousand|million|billion|trillion))(?![A-Za-z])",
        _large,
    ),
    (rf"(?<=[$€£¥￥])(?P<number>{_NUMBER})\s?(?P<scale>[KMBT])(?![A-Za-z])", _large),
    *(
        (
            rf"{sign}\s?(?P<amount>{_NUMBER}(?:[兆億万]{_NUMBER})*)(?P<scale>{_SCALE})(?:{name})?",
            lambda found, name=name: _money(found, name),
        )
        for sign, name in _CURRENCIES.items()
    ),
    (r"(?<=[ドルロ円])/月", "毎月"),
    (r"(?<=[ドルロ円])/年", "毎年"),
    (r"(?<=[ドルロ円])/日", "毎日"),
    (r"(?<=[ドルロ円])/(?:時間|時)", "毎時"),
    # ranges and signs
    (rf"(?<![\d/.A-Za-z-]){_MONTH}\s*[〜~～–-]\s*{_MONTH}(?=月)", r"\1月から\2"),
    (
        r"(?<=[\d%人件台社円時日月年歳回万億兆千百分秒倍週本個点ドルロ\u2060])\s*[〜~～]\s*(?=\d)",
        "から",
    ),
    (r"(?<=\d日から)(\d{1,2})(?![\d日月年時分.,/:])", r"\1日"),
    (r"(?<=[一-龯ァ-ヺー])\s*[〜~～]\s*(?=[一-龯ァ-ヺ])", "から"),
    (rf"(?<=[{_COUNTED}])\s*[–-]\s*(?=\d)", "から"),
    (rf"(?<![\d/.A-Za-z-])(\d[\d.,]*)[–-](?=\d[\d.,]*(?:[{_COUNTED}]|{_UNIT}))", r"\1から"),
    (r"(?<=\d)\^(\d+)", r"の\1乗"),
    (r"[▲△](?=\d)", "マイナス"),
    (r"(?<=\d)\s?[±]\s?(?=\d)", "プラスマイナス"),
    (r"(?<=\u2060)-(?=\d)", "・"),  # Core i9-14900
    (r"(?<![\dA-Za-zァ-ヺー一-龯])[-−](?=\d)", "マイナス"),
    # versions, numbers, units
    (r"(?<![A-Za-z])[vV](?:er\.?)?\s?(?=\d)", "バージョン"),
    (r"(?<![\d.])(\d+)\.(\d+)\.(\d+)(?![\d.])", r"\1.\2点\3"),
    (r"#\s?(?=\d)", "ナンバー"),
    (r"(?<=\d)\s?x\s?(?=\d)|\s?×\s?", "かける"),
    (r"(?<=[A-Za-z]\d)-(?=\d)", "・"),  # Core i7-13700
    (rf"(?<=\d)\s?({_UNIT})(?![A-Za-z/])", lambda found: _unit(_UNITS[found[1]])),
    # signs
    (r"(?<![A-Za-z])([A-Z]|Mrs?|Ms|Dr|Prof|St|Inc|Corp|Ltd|Co|vs)\.(?=\s*[^\s。])", r"\1"),
    (r"\.{2,}", "…"),  # as NFKC writes … itself
    (r"(?<=[A-Za-z])#", "シャープ"),
    (r"#(?=\w)", "ハッシュタグ"),
    (r"(?<=[A-Za-z0-9])\.(?=[A-Za-z]{2,})", "ドット"),
    (r"&", "アンド"),
    (r"(?<=[ァ-ヺー])=(?=[ァ-ヺー])", "・"),  # between the parts of a name
    (r"=", "イコール"),
    (r"\+", "プラス"),
    (r"@", "アット"),
    (r"(?<=[A-Za-z\u2060])\*", "スター"),
    (r"÷", "わる"),
)


def plain(text: str) -> str:
    """Text after NFKC, without markup and addresses; roman numerals as digits."""
    return _apply(MARKUP, unicodedata.normalize("NFKC", roman_numerals(text)))


def dropped(text: str) -> list[str]:
    """The markup that `plain` takes out of a text."""
    text, found = unicodedata.normalize("NFKC", text), list[str]()
    for pattern, said in MARKUP:
        if not said:
            found += [match[0] for match in pattern.finditer(text)]
        text = pattern.sub(said, text)
    return found


def spell_out(text: str) -> str:
    """Plain text with numbers, dates, money, units and signs as they are said."""
    return _apply(FORMS, text)


def _apply(rules: Rules, text: str) -> str:
    for pattern, said in rules:
        text = pattern.sub(said, text)
    return text
