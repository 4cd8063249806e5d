"""The questions in the text answer, every choice of them, and the browser remembers."""

import json
import re

import pytest
from playwright.sync_api import expect
from visits import expect_none

KEY = "linear-neural-networks"


def asking(site) -> list[str]:
    """The pages that have questions."""
    return [page for page in site.chapters if site.soup(page).select(".check")]


def names(site, page: str) -> list[str]:
    return [check["data-name"] for check in site.soup(page).select(".check")]


def words(text: str) -> str:
    """Text as it is read: letters, digits and signs, without the blanks and what formulas hide."""
    return re.sub(r"[\s\u200b\u2060]+", "", text)


def answer(check, choice: int, value: str) -> None:
    """Answer by keyboard."""
    if value:
        check.get_by_label("Your answer").fill(value)
        check.get_by_label("Your answer").press("Enter")
    else:
        check.get_by_role("radio").nth(choice).focus()
        check.page.keyboard.press("Space")
        check.get_by_role("radio").nth(choice).press("Enter")


def test_every_choice_is_answered(tab, site, address):
    faults, count = [], 0
    for page in asking(site):
        tab.goto(address + page)
        for name in names(site, page):
            check = tab.locator(f"#check-{name}")
            mark = check.locator(".check-mark")
            items = check.locator(".check-answers > li")
            order = sorted(range(items.count()), key=lambda i: "right" in data(items, i))
            expect(mark).to_be_hidden()
            for choice in order:  # the right one last
                given = data(items, choice)
                answer(check, choice, given.get("value", ""))
                said = check.get_by_role("status").text_content()
                if words(said) != words(items.nth(choice).text_content()):
                    faults.append(f"{page}: {name}: answer {choice} gets {said!r}")
                if mark.is_visible() != ("right" in given):
                    faults.append(f"{page}: {name}: answer {choice} is judged wrongly")
                count += 1
    expect_none(faults)
    assert count > 2 * len(asking(site))


def data(items, i: int) -> dict[str, str]:
    return items.nth(i).evaluate("item => ({ ...item.dataset })")


def numeric(site) -> tuple[str, str, float, str]:
    """Page, name, right answer and tolerance of a question for a number."""
    for page in asking(site):
        if check := site.soup(page).select_one(".check[data-within]"):
            right = check.select_one("[data-right]")["data-value"]
            return page, check["data-name"], float(right), check["data-within"]
    pytest.fail("no question asks for a number")


@pytest.fixture
def number(tab, site, address):
    """A question for a number, its right answer, and how far one may be from it."""
    page, name, right, within = numeric(site)
    tab.goto(address + page)
    share = abs(right) / 100 if within.endswith("%") else 1
    return tab.locator(f"#check-{name}"), right, share * float(within.removesuffix("%"))


@pytest.mark.parametrize("part", [0, 0.95, -0.95])
def test_a_number_within_the_tolerance_is_right(number, part):
    check, right, limit = number
    answer(check, 0, f"{right + part * limit}".replace(".", ",").replace("-", "−"))
    expect(check.get_by_role("status")).to_contain_text("Right.")


def test_a_number_outside_the_tolerance_is_wrong(number):
    check, right, limit = number
    answer(check, 0, f"{right + 1.05 * limit}")
    expect(check.get_by_role("status")).to_contain_text("Try again")
    expect(check.locator(".check-mark")).to_be_hidden()


@pytest.mark.parametrize("given", [" ", "many", "1.2.3"])
def test_what_is_no_number_is_asked_for_again(number, given):
    check, _, _ = number
    answer(check, 0, given)
    expect(check.get_by_role("status")).to_contain_text("Write a number")


def test_no_choice_is_asked_for(tab, site, address):
    page = asking(site)[0]
    tab.goto(address + page)
    check = tab.locator(".check:not([data-within])").first
    check.get_by_role("button", name="Check").click()
    expect(check.get_by_role("status")).to_contain_text("Choose an answer")


def solve(tab, check) -> None:
    """Give the right answer."""
    items = check.locator(".check-answers > li")
    right = next(i for i in range(items.count()) if "right" in data(items, i))
    answer(check, right, data(items, right).get("value", ""))
    expect(check.locator(".check-mark")).to_be_visible()


@pytest.fixture
def solved(tab, site, address) -> tuple[str, list[str]]:
    """The index, after a chapter whose questions have all been answered, and one of the next."""
    first, second, *_ = asking(site)
    tab.goto(address + first)
    for name in names(site, first):
        solve(tab, tab.locator(f"#check-{name}"))
    tab.goto(address + second)
    solve(tab, tab.locator(".check").first)
    tab.reload()
    expect(tab.locator(".check-mark").first).to_be_visible()
    tab.goto(f"{address}book/index.html")
    return first, names(site, first)


def test_the_index_counts(tab, site, solved):
    page, done = solved
    pages = asking(site)
    total = sum(len(names(site, page)) for page in pages)
    told = f"You have answered {len(done) + 1} of {total} questions, "
    told += f"and all questions of 1 of {len(pages)} chapters."
    expect(tab.locator(".progress-sum")).to_have_text(told)
    badges = tab.locator(".check-count")
    assert badges.count() == len(pages), "a chapter of the index has no count"
    row = tab.locator("article tr", has=tab.locator(f"a[href^='{page.removeprefix('book/')}']"))
    expect(row.locator(".check-count")).to_have_text(f"✓ {len(done)} of {len(done)}")


def test_progress_can_be_saved_cleared_and_loaded(tab, solved, tmp_path):
    _, done = solved
    before = tab.locator(".progress-sum").text_content()
    with tab.expect_download() as download:
        tab.get_by_role("button", name="Save").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert set(done) < set(json.loads(file.read_text())["answered"])

    tab.once("dialog", lambda dialog: dialog.dismiss())
    tab.get_by_role("button", name="Clear").click()
    expect(tab.locator(".progress-sum")).to_have_text(before)
    tab.once("dialog", lambda dialog: dialog.accept())
    tab.get_by_role("button", name="Clear").click()
    expect(tab.locator(".progress-sum")).to_contain_text("answered 0 of")
    tab.reload()
    expect(tab.locator(".progress-sum")).to_contain_text("answered 0 of")

    tab.locator("input[type=file]").set_input_files(file)
    expect(tab.locator(".progress-sum")).to_have_text(before)
    tab.reload()
    expect(tab.locator(".progress-sum")).to_have_text(before)


@pytest.mark.parametrize("text", ["", "[]", "null", '{"answered": 3}', '{"answered": [3]}', "no"])
def test_a_file_without_progress_changes_nothing(tab, solved, tmp_path, text):
    before = tab.locator(".progress-sum").text_content()
    (tmp_path / "other.json").write_text(text)
    tab.locator("input[type=file]").set_input_files(tmp_path / "other.json")
    expect(tab.locator(".progress-told")).to_contain_text("holds no progress")
    expect(tab.locator(".progress-sum")).to_have_text(before)


def test_two_tabs_know_of_each_other(tab, site, address):
    first, second, *_ = asking(site)
    other = tab.context.new_page()
    index = tab.context.new_page()
    index.goto(f"{address}book/index.html")
    tab.goto(address + first)
    other.goto(address + second)
    solve(tab, tab.locator(".check").first)
    solve(other, other.locator(".check").first)
    expect(index.locator(".progress-sum")).to_contain_text("answered 2 of")


@pytest.mark.parametrize("kept", ["", "[]", "null", '{"answered": {}}', "{"])
def test_what_others_wrote_into_the_store_does_no_harm(tab, address, kept):
    tab.goto(f"{address}book/index.html")
    tab.evaluate("([key, text]) => localStorage.setItem(key, text)", [KEY, kept])
    tab.reload()
    expect(tab.locator(".progress-sum")).to_contain_text("answered 0 of")


def test_without_scripts_every_answer_is_in_a_fold(browser, site, address):
    page = asking(site)[0]
    with browser.new_context(java_script_enabled=False) as context:
        tab = context.new_page()
        tab.goto(address + page)
        for check in tab.locator(".check").all():
            expect(check.locator("form")).to_have_count(0)
            expect(check.locator(".check-answers")).to_be_hidden()
            check.locator("summary").click()
            expect(check.locator(".check-answers")).to_be_visible()
            expect(check.locator("[data-right]")).to_contain_text("Right.")
