"""English, the way it is spoken."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kawaraban.reading.english import cardinal, ordinal, spell_out, year


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("On Nov. 17, 2023, it", "On November seventeenth, twenty twenty-three, it"),
        ("May 1 and Sept. 2nd", "May first and September second"),
        ("on 2023-11-24", "on November twenty-fourth, twenty twenty-three"),
        ("on 3/18/2024.", "on March eighteenth, twenty twenty-four."),
        ("at 10:30 a.m. sharp", "at ten thirty A M sharp"),
        ("at 5 pm.", "at five P M."),
        ("at 14:05", "at fourteen oh five"),
        ("at 12:00", "at twelve o'clock"),
        ("$6.5 billion", "six point five billion dollars"),
        ("€1M and £3.50", "one million euros and three pounds and fifty pence"),
        (
            "$1, $1,234.56",
            "one dollar, one thousand two hundred thirty-four dollars and fifty-six cents",
        ),
        ("¥1,000 or $20/month", "one thousand yen or twenty dollars per month"),
        ("up 3.5%", "up three point five percent"),
        ("505 of about 700", "five hundred five of about seven hundred"),
        ("5-6 people", "five to six people"),
        ("1/3 and 3/4", "one third and three quarters"),
        ("in the 1990s and 2010s", "in the nineteen nineties and twenty tens"),
        (
            "since 1984, 2005 and 1900",
            "since nineteen eighty-four, two thousand five and nineteen hundred",
        ),
        ("the 1st, the 22nd", "the first, the twenty-second"),
        ("80GB at 3.2 GHz", "eighty gigabytes at three point two gigahertz"),
        ("1 km, 100 km/h", "one kilometer, one hundred kilometers per hour"),
        ("-5°C", "minus five degrees Celsius"),
        ("v2.0, Python 3.12.1", "version two point zero, Python three point twelve point one"),
        ("GPT-4o, H100, iOS 17", "GPT four o, H one hundred, iOS seventeen"),
        ("R&D, #1", "R and D, number one"),
        ("See https://a.example/x now", "See the link now"),
        ("**bold** <b>words</b>", "bold words"),
        ("NASA's CEO isn't here.", "NASA's CEO isn't here."),
        ("", ""),
    ],
)
def test_english_is_said_in_words(text: str, said: str) -> None:
    assert spell_out(text) == said


@settings(deadline=None)
@given(st.text(st.sampled_from("0123456789 .,:/-$%€£#@&+=km/hGBvapmst°CNov")))
def test_no_digit_is_left(text: str) -> None:
    assert not any("0" <= char <= "9" for char in spell_out(text))


@settings(deadline=None)
@given(st.text())
def test_any_text_at_all_is_said_without_failing(text: str) -> None:
    assert "  " not in spell_out(text)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("0", "zero"),
        ("1,000,001", "one million one"),
        ("3.05", "three point zero five"),
        ("1" * 40, "one " * 39 + "one"),
    ],
)
def test_cardinals(number: str, said: str) -> None:
    assert cardinal(number) == said


def test_ordinals_and_years() -> None:
    assert (ordinal(12), ordinal(103)) == ("twelfth", "one hundred third")
    assert (year(1066), year(2000), year(1905)) == (
        "ten sixty-six",
        "two thousand",
        "nineteen oh five",
    )
