"""What may be told of an item's text, by the way it is worded: markup, furniture, what leans."""

from __future__ import annotations

import html
import re

_KANJI = "一-龠々"
_JAPANESE_LEANING = re.compile(
    r"(?:また(?!たく|が)|さらに|しかし|しかも|ただ|一方|他方|反面|半面|そ[のれうこんし]|これ"
    r"|こ[うんのち]"
    r"|ここ(?!数|[0-9０-９一二三十])|なお|だが|だから|だけ|ですが|ですから|でも|では|なので"
    r"|なのに|結局"
    r"|続いて|次い?で|次に|やがて|彼(?!岸)|当時|当日|今回|つまり|すなわち|要するに|いわば"
    r"|たとえば|例えば"
    r"|したがって|従って|ゆえに|よって|ところ[がで]|けれど|すると|さて|じゃあ|なぜなら"
    r"|というの[もは]|とはいえ"
    r"|とはいう|とすれば|となると|というわけ|ともあれ|にもかかわらず|むしろ|もっとも|もちろん"
    r"|あるいは|および|加えて"
    r"|逆に|反対に|特に|とりわけ|実際|実は|以上|以来|上記|前述|前者|後者|あ[のれ](?!ば)|あそこ"
    r"|ああ|どちらも"
    r"|いずれ[もにの]|ほか(?:に|の|にも)|他に|ちなみに|おまけに|とにかく|いっぽう|いや|ええ|うん"
    r"|が、|で、|と、"
    r"|翌(?:日|朝|週|月|年)|前(?:日|夜)|同(?!志|盟|窓|和|意|性|居|人誌|級生|情|期会|僚)"
    r"|[両二2２三3３]人(?:は|が|とも)"
    r"|両(?:社|者|氏|方|党|派|チーム|親は)|両国(?=は|が|とも|間|首脳|政府)|最後に|最終的に"
    r"|もう(?:一つ|ひとつ)"
    r"|(?:一|二|三|四|ひと|ふた|みっ)つ(?:目|は)|第[二三四]に|(?:前|先)ほど|さっき|今(?:言|申)"
    r"|言い換え|「[^」]*」$)"
)
_ENGLISH_LEANING = re.compile(
    r"(?:And|But|Or|So|Yet|Nor|Also|Then|Thus|Hence|Still|Instead|However|Meanwhile|Moreover"
    r"|Nevertheless|Nonetheless|Therefore|Otherwise|Even so|Even then|After (?:that|this)"
    r"|Afterwards"
    r"|As (?:a result|such)|At the same time|By contrast|For (?:example|instance)|If so|Since then"
    r"|In (?:addition|contrast|turn|fact|short|other words|that|this|these|those)|On the other hand"
    r"|It|Its|He|His|She|Her|They|Their|Theirs|That|Those|These|This(?! (?:week|month|year)\b)|Such"
    r"|Here|There|Both|Neither|One|Another|Others?|Which|Among (?:them|these|those)|Indeed|Likewise"
    r"|Similarly|Rather|Besides|Consequently|Accordingly|Finally|Again|Of (?:these|those)|Either"
    r"|First|Second|Third|Later|Not (?:so|that)|No wonder|What(?:'|’)s more|All (?:this|that|these)"
    r"|At (?:that|this|first)|From (?:that|then)|By (?:then|that)|To (?:this|that)|With (?:this"
    r"|that)"
    r"|Too|Perhaps that|Maybe that|Because of (?:this|that)|Same|Some of (?:them|these)|None of"
    r"|(?:When|While|If|As|Because|Since|After|Before|Although|Though|What|How|Why|By the time"
    r"|Watching|Like|Unlike|Most of|Many of|Part of|All of) (?:the two|they|he|she|it|this|that"
    r"|these"
    r"|those|them|him|her)"
    r"|The (?:company|firm|group|two|three|pair|same|latter|former|rest|others?|result|reason"
    r"|answer"
    r"|difference|second|third|last|next|next day|following))\b"
)
_JAPANESE_REASON = re.compile(
    r"(?:から|ため)(?:です|だ|でした|だった|だという|だそうだ|なのだ|なのです|だろう"
    r"|でしょう)?[よね]*。$|[、」]?と。$"
)
"""What ends a sentence that gives the reason, or the speaker, of the one before it."""
_SELF = re.compile(r"のは|理由は|原因は|きっかけは")
"""What it is the reason of, in the same sentence."""
_FILLERS = re.compile(
    r"(?:(?:はい|ええ|うん|えー+っ?と?|えっ?と|ええと|あの[うー]*|その[うー]+|まあ|まぁ"
    r"|そうですね[えー]*|なるほど|いやあ?"
    r"|うーん|なんか|やっぱり|もう|ほんと|よく聞かれますけど|[Ww]ell|[Ll]ook|[Yy]ou know|[Yy]eah"
    r"|[Yy]es|[Nn]o|[Oo]h|[Uu]m"
    r"|[Uu]h|[Ss]ure|[Rr]ight|I mean)(?:[、。,…]|\.\.\.)+\s*)+(?=.)"
)
_EMPTY = re.compile(
    r"(?:はい|いいえ|ええ|うん|なるほど|そうですね?え?|そうですか|そうなんです(?:か|よ|ね)?|へえ+"
    r"|ああ|いやいや|確かに|本当に?"
    r"|まさに|おっしゃる通りです|そうそう|もちろんです?|わかりました|すごいですね|面白いですね"
    r"|どうも|以上です"
    r"|[Rr]ight|[Yy]es|[Nn]o|[Ss]ure|[Oo]f course|[Ee]xactly|[Ii] see|[Oo]kay|[Aa]bsolutely"
    r"|[Tt]hank you)"
    r"[、。！!.,ーぁ-ん]{0,4}"
)
_GREETING = re.compile(
    r"こんにちは|こんばんは|おはよう|はじめまして|よろしくお願い|ありがとうござい|お招き"
    r"|お越し(?:いただ|くだ)"
    r"|お(?:時間|話)を?いただ|伺いま(?:す|した)|と申します|ご紹介(?:いただ|にあず)|拍手"
    r"|お疲れさま|失礼しま(?:す|した)"
    r"|始め(?:たい|させていただき|ていき)|終わり(?:たい|にし|ま)|(?i:good (?:morning|evening"
    r"|afternoon)|welcome"
    r"|thanks? (?:you|for|so)|my name is|nice to meet)"
)
_TO_LISTENERS = re.compile(
    r"(?:話|説明|紹介)(?:を|に|も|は|、)[^。]{0,12}(?:ます|ましょう|と思います)。$|という題で"
    r"|ください[ねよ]?。$|ましょう。$"
)
"""What a speaker says about the talk, or asks of those who are there."""
_FURNITURE = re.compile(
    r"https?:|www\.|[A-Za-z0-9._+-]{1,64}@[\w-]{1,64}\.\w|(?:^|\s)[#＃][^\s#＃]+|続き[をは]"
    r"|関連(?:記事|リンク"
    r"|ニュース)|無断(?:転載|複製)"
    r"|転載(?:を禁|・複製)|会員(?:限定|登録)|ログイン|購読|メルマガ|フォローし|シェアす"
    r"|こちら(?:から|をクリック)"
    r"|[（(【［\[]?(?:文・?写真|写真・?文|写真|撮影|画像|図|イラスト|文|取材・?文|構成|聞き手"
    r"|提供|出典|編集)[＝=：:／/]"
    r"|(?:撮影|写真)は|提供写真|資料写真|[＝=](?:[^＝=。]{0,30})(?:撮影|提供|共同|ロイター|時事"
    r"|AP|AFP)"
    r"|©|\(c\)|all rights reserved|(?i:read (?:more|also|next|the full)|subscribe|sign up"
    r"|newsletter"
    r"|click here|follow us|advertisement|cookies?\b|share this|related (?:stor|article)"
    r"|(?:photo(?:graph)?s?|image|picture|illustration|credit|source|file photo"
    r"|caption)s?\s?(?:by|:|/|courtesy)"
    r"|getty images|terms of (?:use|service)|privacy policy)|^(?:By"
    r"|BY)\s+[A-Z][\w.'’-]+(?:\s[A-Z][\w.'’-]+)*$"
    r"|^(?:【|\[)?(?:PR|広告|AD)(?:】|\])?(?:$|[：: ])|^[|｜].*[|｜]$|^[\W_]+$|^```"
)
_QUESTION = re.compile(
    r"[？?][」”\"']?$|(?:です|ます|ました|ません|でした|でしょう|だろう|の|ん|よう|たい|ない|た"
    r"|る|い)(?:か|かね|かな)[。」]*$"
    r"|(?:教えて|聞かせて|お聞かせ|お話し?)(?:ください|いただけ).*$"
)
_ENDS = re.compile(r"[。．.！!？?…][」』）)”’\"'】]*$|[」』”]$")
_PAIRS = ("「」", "『』", "（）", "()", "“”", "【】", "《》", "［］", "[]")
_LONGEST = 600
"""Signs of a sentence: nobody reads a longer one aloud; it is a list, or a text without stops."""
_INLINE = (
    (re.compile(r"!\[[^\[\]]{0,300}\]\([^()]{0,2000}\)"), ""),
    (re.compile(r"\[([^\[\]]{1,300})\]\([^()\s]{0,2000}\)"), r"\1"),
    (re.compile(r"</?[a-zA-Z][^<>]{0,2000}>"), ""),
    (re.compile(r"(\*\*|__|~~|`)(?=\S)(.{1,200}?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![A-Za-z0-9*])\*(?=\S)([^*]{1,200}?)(?<=\S)\*(?![A-Za-z0-9*])"), r"\1"),
    (re.compile(r"\[\^?\d+\]|[※＊]\d+"), ""),
    (re.compile(r"\{([^{}|]{1,100})\|[^{}|]{1,100}\}"), r"\1"),
    (re.compile(rf"｜?([{_KANJI}]{{1,20}})《[ぁ-んァ-ヺー]{{1,40}}》"), r"\1"),
)
"""Images, links, tags, emphasis, notes, and readings of kanji."""
_LEAD = re.compile(
    r"(?:[>＞]\s?|[-*+•●◆■▼◇○▶►]\s+|[・●◆■▼◇▶►]|\d{1,2}[.)]\s+"
    r"|[\[(]?\d{1,2}:\d\d(?::\d\d)?[\])]?\s+)+"
)
"""A mark of a list, a quotation, or a time in a transcript, at the beginning of a line."""


def leans(text: str) -> bool:
    """Whether a sentence leans on the one before it: told after that one or not at all."""
    reason = _JAPANESE_REASON.search(text) and not _SELF.search(text)
    return bool(reason or _JAPANESE_LEANING.match(text) or _ENGLISH_LEANING.match(text))


def is_question(text: str) -> bool:
    """Whether a sentence asks something."""
    return bool(_QUESTION.search(text))


def is_told(text: str) -> bool:
    """Whether a sentence says something: no credit, link, greeting or sound, nothing left open."""
    if len(text) > _LONGEST:
        return False
    whole = all(text.count(pair[0]) == text.count(pair[1]) for pair in _PAIRS)
    unsaid = (_GREETING, _FURNITURE, _TO_LISTENERS)
    said = not (_EMPTY.fullmatch(text) or any(form.search(text) for form in unsaid))
    return whole and text.count('"') % 2 == 0 and said


def is_ended(text: str) -> bool:
    """Whether a line ends as a sentence does; captions and list entries do not."""
    return bool(_ENDS.search(text))


def without_filler(text: str) -> str:
    """A sentence from its first word that means something: はい、えーと、… and Well, are cut."""
    return _FILLERS.sub("", text, count=1) if _FILLERS.match(text) else text


def without_markup(line: str) -> str:
    """A line as it reads, without Markdown, HTML, readings, notes and the mark of a list."""
    line = html.unescape(line) if "&" in line else line
    for markup, words in _INLINE:
        line = markup.sub(words, line)
    return _LEAD.sub("", line.strip(), count=1) if _LEAD.match(line.strip()) else line.strip()
