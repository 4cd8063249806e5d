"""What makes a translation stale or broken, and that the Chinese one is neither."""

import pytest
import translations
from _ext.languages import catalogue
from translations import faults, judged, update

GOOD = "如果$x$大于`0`，**损失**（loss）见{ref}`线性回归 <sec:a>`。"
ENGLISH = "If $x$ is above `0`, the **loss** is in {ref}`linear regression <sec:a>`."


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("", ""), None),
        (("$x$", "$y$"), "lacks $x$"),
        (("`0`", "`1`"), "lacks `0`"),
        (("<sec:a>", "<sec:b>"), "lacks {ref}`sec:a`"),
        (("**损失**", "损失"), "lacks **bold**"),
        (("**损失**（loss）见", "**损失（loss）**见"), "asterisks that make nothing bold"),
        (("大于", "*大*于"), "italics"),
        (("，", ","), "punctuation of half width"),
        (("（loss）", "(loss)"), "brackets of half width"),
        (("损失", '"损失"'), "a straight quotation mark"),
        (("见{", "见 {"), "a space beside a Chinese character"),
        (("如果$", "如果 $"), "a space beside a Chinese character"),
        (("。", ""), "does not end with 。"),
        (("如果", "- 如果"), "is no paragraph"),
        (("如果", "1. 如果"), "is no paragraph"),
        (("如果", "如果\n"), "has a line break"),
        (("大于", "大于3"), "has the number 3 too much"),
        (("大于", "大于5 %"), "a space before %"),
    ],
)
def test_what_is_wrong_with_a_translation(change, fault):
    found = faults(ENGLISH, GOOD.replace(*change))
    assert found == [] if fault is None else any(fault in each for each in found), found


@pytest.mark.parametrize(
    ("text", "new", "kind", "fault"),
    [
        ("after 3.5 hours", "过了几个小时", "text", "lacks the number 3.5"),
        ("two houses", "2栋房子", "text", None),
        ("25 million", "2500万", "text", None),
        ("a | b", "甲、乙", "td", "another number of |"),
        ("{n} of {all}", "{all}中的{n}", "a.js", None),
        ("{n} of {all}", "{all}中的", "a.js", "other places for values"),
        ("$\\text{a row}$ of $x$", "$x$的$\\text{一行}$", "text", None),
        ("one " * 20, "短", "text", "has 1 characters for 20 words"),
        ("w: (d, 1) weights.", "w：形状为(d, 1)的权重。", "docstring", None),
        ("w: weights.", "w：权重(很多)。", "docstring", "brackets of half width"),
    ],
)
def test_what_is_right_or_wrong_for_a_kind(text, new, kind, fault):
    found = faults(text, new, kind)
    assert found == [] if fault is None else any(fault in each for each in found), found


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of one page, where translations.py looks for it."""
    monkeypatch.setattr(translations, "ROOT", tmp_path)
    (tmp_path / "a.md").write_text("# Title\n\nThe first sentence of a long text.\n")
    return tmp_path


def test_a_message_that_changes_is_stale_and_keeps_what_it_had(course):
    update("a", "zh_CN")
    assert [fault for _, fault in judged("a", "zh_CN")] == ["is not translated"] * 2
    head, _, body = catalogue(course, "zh_CN", "a").read_text().partition("\n\n")
    body = body.replace('msgstr ""', 'msgstr "标题"', 1).replace('msgstr ""', 'msgstr "第一句话。"')
    catalogue(course, "zh_CN", "a").write_text(f"{head}\n\n{body}")
    assert list(judged("a", "zh_CN")) == []

    (course / "a.md").write_text("# Title\n\nThe first sentence of a longer text.\n")
    assert [fault for _, fault in judged("a", "zh_CN")] == [
        "is not in the catalogue: make zh-update",
        "is no longer in the page: make zh-update",
    ]
    update("a", "zh_CN")
    assert [fault for _, fault in judged("a", "zh_CN")] == ["is stale: its English has changed"]
    text = catalogue(course, "zh_CN", "a").read_text()
    assert '#| msgid "The first sentence of a long text."' in text
    assert 'msgstr "第一句话。"' in text


def test_an_update_of_what_is_up_to_date_changes_nothing(course):
    update("a", "zh_CN")
    before = catalogue(course, "zh_CN", "a").read_bytes()
    update("a", "zh_CN")
    assert catalogue(course, "zh_CN", "a").read_bytes() == before
