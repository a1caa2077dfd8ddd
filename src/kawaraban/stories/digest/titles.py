"""Titles for the parts of a long piece: its author's, else from its own words.

In a talk the question that opens a part is its title; else the nouns that tell the part from the
others are; else the first clause of a sentence that may be told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kawaraban.reading.sentences import sentences
from kawaraban.stories.digest.accounts import Paragraph, askers
from kawaraban.stories.digest.nouns import is_japanese, nouns, title_of
from kawaraban.stories.digest.parts import Part
from kawaraban.stories.digest.wording import is_question, is_told, leans, without_filler

_LONGEST, _LONGEST_LATIN = 28, 70
"""Signs of a title, as an app's list of chapters shows them on one line or two."""
_SHORTEST = 6
"""Signs of a question's subject that is a title; 「今後は…」 says too little without the rest."""
_NEAR = 4
"""Paragraphs at the beginning of a part: a greeting and its answer, a question and its answer."""
_ASIDE = re.compile(r"質問(?:して|が|を)|よろしい(?:です|でしょう)|面白い(?:です|でしょう)")
_NUMBER = re.compile(
    r"(?:[\d０-９]{1,2}|[ivxIVX]{1,4}|[一二三四五六七八九十]{1,3})[.．、)）:：]\s*(?=\S)"
)
_ASKING = re.compile(
    r"(?:(?:について[はも]?|のこと[をも]?|を|は)?(?:、)?(?:もう少し)?(?:具体的に)?(?:教えて|お?聞かせ"
    r"|お話し?|伺)[^。]*。?|[。？?！!]+)$"
)
_WHAT = re.compile(
    r"(?P<subject>.+?)(?:は|って)、?(?:いったい)?(?:何|なん|どう|どん|どの|どこ|どちら|いつ|なぜ"
    r"|いかが|ありま).*$"
)
_ABOUT = re.compile(rf"(?P<subject>.{{{_SHORTEST},{_LONGEST}}}?)(?:というのは|は|って)、")
_NOMINAL = re.compile(r"(?<=[いるた])の$|(?<=[^こ])と$")
"""「いちばん難しいのは」 is about いちばん難しいこと."""
_POLITE = (
    (re.compile(r"(?:ん|の)(?:です|でしょう)か$"), "のか"),
    (re.compile(r"(?:なん|なの)でしょうか$"), "なのか"),
    (re.compile(r"(?:でしょう|です)か$"), "か"),
)
_BEFORE = re.compile(
    r"(?:(?:さっそく|早速|突然)ですが|では|それでは|じゃあ|さて|ところで|まず|次に|続いて|最後に"
    r"|あらためて|改めて|そもそも|ちなみに|そして|また|やはり"
    r"|[Ss]o|[Aa]nd|[Bb]ut|[Nn]ow|[Tt]hen|[Ff]inally|[Ll]astly)[、,]?は?[、,]?\s*"
)


def titles(parted: Sequence[Part], lines: Sequence[Paragraph]) -> list[str]:
    """A title for each part, all different."""
    texts = ["\n".join(lines[at].text for at in part.places) for part in parted]
    counted = [nouns(text) for text in texts]
    asking = askers(lines)
    found = list[str]()
    for at, part in enumerate(parted):
        given = _NUMBER.sub("", part.title, count=1) if _NUMBER.match(part.title) else part.title
        ways = (
            given,
            _asked(part, lines, asking),
            title_of(counted, at, found, japanese=is_japanese(texts[at])),
            _opening(texts[at]),
        )
        found.append(next((way for way in ways if way and way not in found), given or f"{at + 1}"))
    return found


def _asked(part: Part, lines: Sequence[Paragraph], asking: frozenset[str]) -> str:
    """The first question near the beginning of a part that makes a title, shortened; or ""."""
    opening = [lines[at] for at in part.places[:_NEAR] if lines[at].speaker in asking]
    asked = [sentence for line in opening for sentence in sentences(line.text)]
    questions = [one for one in asked if is_question(one) and not _ASIDE.search(one)]
    return next(filter(None, map(shortened, questions)), "")


def shortened(question: str) -> str:
    """What a question asks about, as a title; "" where it leans on what was said, or is too long.

    「では、使う草や木は、どう集めるのですか」 asks about 使う草や木.
    """
    words = without_filler(question.strip())
    words = _BEFORE.sub("", words, count=1) if _BEFORE.match(words) else words
    if not is_japanese(words):
        return words[:1].upper() + words[1:] if len(words) <= _LONGEST_LATIN else ""
    words = _ASKING.sub("", words)
    what = _WHAT.fullmatch(words)
    if what and len(what["subject"]) >= _SHORTEST:
        words = _NOMINAL.sub("こと", what["subject"])
    elif len(words) > _LONGEST and (topic := _ABOUT.match(words)):
        words = topic["subject"]
    for polite, plain in _POLITE:
        words = polite.sub(plain, words)
    words = _last_clauses(words)
    return "" if leans(words) or len(words) < _SHORTEST else words


def _last_clauses(words: str) -> str:
    """The end of a sentence from a comma on, as much as a title may have; "" if that is nothing."""
    while len(words) > _LONGEST:
        words = words.partition("、")[2]
    return words


def _opening(text: str) -> str:
    """The first clauses of the first sentence that stands on its own."""
    longest = _LONGEST if is_japanese(text) else _LONGEST_LATIN
    for sentence in sentences(text):
        if is_told(sentence) and not leans(sentence):
            clauses = re.split(r"[、,;。.]", sentence)
            if _SHORTEST <= len(clauses[0]) <= longest:
                return clauses[0].strip()
    return ""
