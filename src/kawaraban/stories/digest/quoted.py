"""Quotations in a line, each with who is said to have said it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kawaraban.reading.sentences import sentences

Quoted = tuple[str, str]
"""The speaker and the words, both as written."""

# ── Japanese ─────────────────────────────────────────────────────────────────────────────────────

_SIGNS = r"一-龠々ァ-ヺーA-Za-zＡ-Ｚａ-ｚ0-9０-９・＝=.&＆\-"
_HONORIFIC = r"(?:さん|さま|くん|ちゃん)"
_NAME = re.compile(rf"(?:[{_SIGNS}の]+{_HONORIFIC}?|(?<![ぁ-ゖ])[ぁ-ゖ]{{2,5}}{_HONORIFIC})$")
_TITLE = (
    r"(?:さん|さま|様|氏|くん|君|ちゃん|C[ETOF]O|社長|会長|教授|助教|講師|大臣|首相|総理|大統領"
    r"|長官|知事|[市町村区]長"
    r"|代表|監督|選手|議員|理事長?|所長|部長|課長|局長|館長|校長|園長|院長|店長|室長|支配人|医師"
    r"|弁護士|研究員|博士|先生"
    r"|担当者|広報官?|報道官|書記官|署長|隊長|組合長|委員長?|主任|責任者|職員|関係者|裁判[長官]"
    r"|判事|検事)"
)
_TITLED = re.compile(rf".+{_TITLE}$")
_BODY = (
    r"(?:社|省|庁|党|会|局|署|府|県|市|町|村|銀行|大学|委員会|[組協]合|漁協|農協|連盟|政府|当局"
    r"|研究所|機構|業者|財団|グループ|警察|消防)"
)
_KIN = (
    r"(?:母|父|祖[父母]|[叔伯][父母]|兄|姉|弟|妹|妻|夫|娘|息子|師匠|親方|主人|店主|女将|住民|男性"
    r"|女性|漁師|農家)"
)
_SOMEBODY = re.compile(rf".+{_TITLE}|.*(?:{_BODY}|{_KIN})|[ァ-ヺー・]{{3,}}|[A-Z][\w .&-]+")
_BARE_TITLE = re.compile(rf"{_TITLE}$")
_VERB = (
    r"(?:述べ|話(?:し|す|され)|語[っるり]|言[いうっ]|コメント|説明|訴え|強調|指摘|明らかに"
    r"|明か[しす]|主張|発言|答え|回答"
    r"|呼びかけ|呼び掛け|振り返|反論|批判|打ち明け|つぶや|笑[ういっ顔]|喜[ぶびん]|嘆|投稿|宣言"
    r"|謝罪|陳謝|否定|警告|期待"
    r"|断言|釈明|報告|意気込|力を込め|胸を張|声を上げ)"
)
_QUOTATION = re.compile(r"「(?P<words>(?:[^「」]|「[^「」]*」)+)」")
_SAID = re.compile(
    rf"(?:など)?と(?!いう|の[^ち]|い[っわ]|呼|名|題|書|記|銘|称|され|か、)[^「」。]{{0,24}}?{_VERB}"
)
_SAID_BY = re.compile(
    rf"(?:など)?と(?:、)?(?P<who>[^「」。、はがも]{{2,24}})(?:[はがも](?:[^「」。"
    rf"]{{0,24}}?){_VERB}|。|$)"
)
_TOPIC = re.compile(r"(?P<who>[^。「」、はが]{1,30})(?:は|が|も)")
_SUBJECT = re.compile(r"(?P<who>[^。「」、はが]{1,30})(?:は|が)")
_AGE = re.compile(r"[（(][^（）()]*[)）]")
_PREDICATE = re.compile(
    r"(?:[るただいうくすむつぬぶぐねよぞぜさかなのんけせれえてで]|[。！？!?…])$"
)
"""How a Japanese utterance ends; 「前例のない事態」 is none."""
_NOBODY = re.compile(
    r"(?:彼|彼女|彼ら|私|私たち|僕|俺|我々|自分|誰|何|本人|双方|皆|全員|人|方|声|一方|それぞれ"
    r"|多く|[同両].*|[こそあ].*|.*[日時月年度中後前頃際])$"
)
_ONLY_NAME = re.compile(r"(?P<who>[^「」：:。、]{2,24})\s*[：:]\s*$")
_KANA = re.compile(r"[ぁ-ゖ]+")
"""Before a name it may be an adverb, or how the name begins: みなと水産."""
_JOINT = "はがをにでとてたるもい、　 "
"""What may stand right before a name; other kana are taken for its beginning."""


def quoted_in_japanese(line: str) -> Iterator[Quoted]:
    """X社の田中社長は「…」と述べた; 「…」と田中さんは話す; 田中さん：「…」."""
    before = ""
    for sentence in sentences(line):
        for found in _QUOTATION.finditer(sentence):
            words = found["words"]
            speaker = _speaker(sentence[: found.start()], sentence[found.end() :], before)
            if speaker and _PREDICATE.search(words):
                yield speaker, words
                break
        before = sentence


def _speaker(before: str, after: str, sentence_before: str) -> str:
    """Who said what stands between `before` and `after`, or ""."""
    if (named := _ONLY_NAME.fullmatch(before)) and after.strip() in {"", "。"}:
        return _name(named["who"])
    said, by = _SAID.match(after), _SAID_BY.match(after)
    if by and (speaker := _name(by["who"])) and (_TITLED.match(speaker) or said):
        return speaker
    if not said:
        return ""
    here = _people(_TOPIC, before)
    if here:
        return here[-1]
    there = _people(_SUBJECT, sentence_before)
    return there[0] if len(there) == 1 and _TITLED.match(there[0]) else ""


def _people(topic: re.Pattern[str], text: str) -> list[str]:
    """Those of whom a text says something: people with a title, bodies, names in katakana."""
    named = [_name(found["who"]) for found in topic.finditer(_AGE.sub("", text))]
    return [name for name in named if _SOMEBODY.fullmatch(name)]


def _name(written: str) -> str:
    """The name at the end of words, with its title; "" where there is none, or but a part of it."""
    found = _NAME.search(_AGE.sub("", written).strip())
    if found is None:
        return ""
    name = found[0]
    before = found.string[: found.start()]
    if before and (before[-1] not in _JOINT or ("の" in name and _KANA.fullmatch(before))):
        name = name.partition("の")[2]
    name = name.strip("の・、 ")
    nobody = _NOBODY.fullmatch(name) or _BARE_TITLE.fullmatch(name)
    return "" if nobody or not name else name


# ── English ──────────────────────────────────────────────────────────────────────────────────────

_SAYS = (
    r"(?:said|says|told|added|adds|wrote|writes|explained|explains|argued|argues|warned|warns|noted"
    r"|notes|insisted|insists|admitted|admits|recalled|recalls|announced|promised|replied)"
)
_ROLE = (
    r"(?:(?:[a-z]+ )?(?:executive|president|director|chair(?:man|woman)?|spokes(?:man|woman|person)"
    r"|minister|professor|mayor|coach|founder|co-founder|analyst|owner|manager|editor|researcher"
    r"|engineer|scientist|secretary|head))"
)
_PROPER = r"[A-Z][\w.'’&-]*\w"
_WHO = (
    rf"(?P<who>(?:{_ROLE} )?(?:{_PROPER}(?:(?: (?:of|the|de|van|von|for"
    rf"|and)){{0,2}} {_PROPER}){{0,5}})"
    rf"(?: {_ROLE} {_PROPER}(?: {_PROPER}){{0,2}})?)"
)
_AFTER_NAME = rf"(?:, (?:the |an? )?{_ROLE}[^,.“”\"]{{0,50}})?"
_WORDS = r"[“\"](?P<words>[^“”\"]+?),?[”\"]"
_ENGLISH = (
    re.compile(
        rf"{_WORDS},?\s+(?:{_SAYS}|according to)\s+{_WHO}(?P<role>{_AFTER_NAME})(?=[,.;:]|\s|$)"
    ),
    re.compile(rf"{_WORDS},?\s+{_WHO}(?P<role>{_AFTER_NAME}),?\s+{_SAYS}\b"),
    re.compile(
        rf"{_WHO}(?P<role>{_AFTER_NAME}),?\s+{_SAYS}(?:\s[a-z][\w\s]{{0,30}})?(?:[,:]"
        rf"|\sthat)?\s*{_WORDS}"
    ),
    re.compile(rf"(?:According|according) to {_WHO}(?P<role>{_AFTER_NAME}),\s*{_WORDS}"),
)
_ENGLISH_NOBODY = re.compile(
    r"(?:He|She|They|It|I|We|You|This|That|These|Those|The|A|An|But|And|Who|One|Everybody|Everyone"
    r"|Somebody|Someone|Nobody|As|In|On|At|Later|Then|When)(?:\s.*)?$"
)


def quoted_in_english(line: str) -> Iterator[Quoted]:
    """“…,” said Ann Lee, the mayor; Ann Lee told reporters: “…”; according to Ann Lee, “…”."""
    found = [quote for form in _ENGLISH for quote in form.finditer(line)]
    taken = set[int]()
    for quote in sorted(found, key=re.Match.start):
        whole = quote["words"][:1].isupper()
        if (
            whole
            and quote.start("words") not in taken
            and not _ENGLISH_NOBODY.fullmatch(quote["who"])
        ):
            taken.add(quote.start("words"))
            yield quote["who"] + quote["role"], quote["words"].strip()
