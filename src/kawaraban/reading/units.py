"""What numbers count: units as they are written in Japanese and in English."""

from __future__ import annotations

_SIGNS = (*"回件個本台つ冊隻棟戸票頭匹羽枚",)
UNITS = (
    ("JPY", r"円|(?<![A-Za-z])(?:yen|JPY)\b"),
    ("USD", r"米?ドル|(?<![A-Za-z])(?:(?:US )?dollars?|USD)\b"),
    ("EUR", r"ユーロ|(?<![A-Za-z])(?:euros?|EUR)\b"),
    ("GBP", r"ポンド|\bGBP\b"),
    ("CNY", r"人民元|元(?!気)|(?<![A-Za-z])yuan\b"),
    ("KRW", r"ウォン"),
    ("point", r"%?ポイント|(?<![A-Za-z])percentage points?\b|(?<![A-Za-z])points?\b"),
    ("percent", r"%|パーセント|(?<![A-Za-z])per ?cent\b|(?<![A-Za-z])pct\b"),
    ("tenth", r"割"),
    ("o'clock", r"時(?![間点代期])|(?<![A-Za-z])o'clock\b"),
    ("hour", r"時間|(?<![A-Za-z])hours?\b"),
    ("minute", r"分間?(?![野析類の])|(?<![A-Za-z])minutes?\b"),
    ("second", r"秒間?|(?<![A-Za-z])seconds?\b"),
    ("age", r"[歳才]|(?<![A-Za-z])years? old\b|-?year-old"),
    ("year", r"年間?|(?<![A-Za-z])years?\b|-year\b"),
    ("month", r"[かカヵヶケ箇]月間?|(?<![A-Za-z])months?\b|-month\b"),
    ("week", r"週間?|(?<![A-Za-z])weeks?\b|-week\b"),
    ("day", r"日間?|(?<![A-Za-z])days?\b|-day\b"),
    ("km", r"キロメートル|(?<![A-Za-z])(?:km|kilomet(?:er|re)s?)\b"),
    ("mile", r"マイル|(?<![A-Za-z])miles?\b"),
    ("m2", r"平方メートル|(?<![A-Za-z])square met(?:er|re)s?\b"),
    ("ha", r"ヘクタール|(?<![A-Za-z])hectares?\b"),
    ("cm", r"センチ(?:メートル)?|(?<![A-Za-z])(?:cm|centimet(?:er|re)s?)\b"),
    ("mm", r"ミリ(?:メートル)?|(?<![A-Za-z])(?:mm|millimet(?:er|re)s?)\b"),
    ("litre", r"リットル|(?<![A-Za-z])lit(?:er|re)s?\b"),
    ("m", r"メートル|(?<![A-Za-z])(?:m|met(?:er|re)s?)\b"),
    ("kg", r"キログラム|(?<![A-Za-z])(?:kg|kilograms?)\b"),
    ("t", r"トン|(?<![A-Za-z])(?:tons?|tonnes?)\b"),
    ("degree", r"度|°C?|(?<![A-Za-z])degrees?\b"),
    ("MB", r"メガバイト|(?<![A-Za-z])(?:MB|megabytes?)\b"),
    ("GB", r"ギガバイト|(?<![A-Za-z])(?:GB|gigabytes?)\b"),
    ("TB", r"テラバイト|(?<![A-Za-z])(?:TB|terabytes?)\b"),
    ("kW", r"キロワット|(?<![A-Za-z])(?:kW|kilowatts?)\b"),
    ("MW", r"メガワット|(?<![A-Za-z])(?:MW|megawatts?)\b"),
    ("GW", r"ギガワット|(?<![A-Za-z])(?:GW|gigawatts?)\b"),
    ("kilo", r"キロ"),  # of weight or of way, as those who hear it know
    ("country", r"[かカヵヶケ箇]国|(?<![A-Za-z])(?:countries|nations)\b"),
    ("place", r"[かカヵヶケ箇]所(?!村)|(?<![A-Za-z])(?:places|sites)\b"),
    ("shop", r"店舗?(?![員主内長頭])|(?<![A-Za-z])(?:shops|stores|outlets)\b"),
    ("school", r"校(?![舎長門正時])|(?<![A-Za-z])schools\b"),
    ("household", r"世帯|(?<![A-Za-z])(?:households|homes)\b"),
    ("machine", r"機(?![能関種械会器])|(?<![A-Za-z])(?:aircraft|planes|helicopters|satellites)\b"),
    ("rank", r"位|番目|(?:st|nd|rd|th)\b"),
    (
        "person",
        (
            r"人|名(?![前称義])|(?<![A-Za-z])(?:people|persons?|employees|workers|staff|users|members|students"
            r"|passengers|patients|customers|subscribers|residents|researchers|engineers)\b"
        ),
    ),
    ("company", r"社|(?<![A-Za-z])(?:companies|firms|publishers)\b"),
    ("fold", r"倍|-?fold\b"),
    ("generation", r"世代|代目"),
    *((sign, sign) for sign in _SIGNS),
)
"""Names with their patterns; where two fit, the first."""
COUNTERS = {
    *("", "person", "company", "fold", "generation", "rank"),
    *("country", "place", "shop", "school", "household", "machine"),
    *_SIGNS,
}
"""Units that may be missing on one side: "700 of them" tells of 700人."""
