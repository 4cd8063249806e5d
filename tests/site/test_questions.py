"""The questions in the text answer, every choice of them, and the browser remembers."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect
from visits import expect_none, new_tab

KEY = "linear-neural-networks"
# Gives every answer, the right one last. Words are compared without blanks and what formulas hide.
FAULTS = """check => {
  const words = (element) => element.textContent.replace(/[\\s\\u200b\\u2060]+/g, "");
  const form = check.querySelector("form"), reply = check.querySelector("[role=status]");
  const faults = [], isDone = () => check.querySelector(".check-mark").checkVisibility();
  if (isDone()) faults.push("is answered before it is");
  const items = [...check.querySelectorAll(".check-answers > li")].map((item, i) => [item, i]);
  const right = ([{ dataset }]) => "right" in dataset;
  for (const [item, i] of items.toSorted((a, b) => right(a) - right(b))) {
    const input = form.querySelectorAll("input")[item.dataset.value ? 0 : i];
    item.dataset.value ? (input.value = item.dataset.value) : input.click();
    form.requestSubmit();
    if (words(reply) !== words(item)) faults.push(`answer ${i} gets ${reply.textContent}`);
    if (isDone() !== right([item])) faults.push(`answer ${i} is judged wrongly`);
  }
  return items.length ? faults : ["has no answers"];
}"""


@pytest.fixture(scope="module")
def asking(site) -> dict[str, list[str]]:
    """The pages that have questions, and their names."""
    found = {page: site.soup(page).select(".check") for page in site.chapters}
    return {page: [one["data-name"] for one in checks] for page, checks in found.items() if checks}


def answer(check: Locator, choice: int, value: str) -> None:
    """Answer by keyboard."""
    if value:
        check.get_by_label("Your answer").fill(value)
        check.get_by_label("Your answer").press("Enter")
    else:
        check.get_by_role("radio").nth(choice).focus()
        check.page.keyboard.press("Space")
        check.get_by_role("radio").nth(choice).press("Enter")


def solve(check: Locator) -> None:
    """Give the right answer."""
    items = check.locator(".check-answers > li")
    given = items.evaluate_all("all => all.map(item => ({ ...item.dataset }))")
    right = next(i for i, item in enumerate(given) if "right" in item)
    answer(check, right, given[right].get("value", ""))
    expect(check.locator(".check-mark")).to_be_visible()


def test_every_choice_is_answered(tab, address, asking):
    faults = []
    for page, names in asking.items():
        tab.goto(address + page)
        for name in names:
            found = tab.locator(f"#check-{name}").evaluate(FAULTS)
            faults += [f"{page}: {name}: {fault}" for fault in found]
    expect_none(faults)
    assert asking


def test_a_number_is_judged_by_its_distance(tab, site, address, asking):
    page = next(page for page in asking if site.soup(page).select(".check[data-within]"))
    asked = site.soup(page).select_one(".check[data-within]")
    right, within = float(asked.select_one("[data-right]")["data-value"]), asked["data-within"]
    limit = float(within.removesuffix("%")) * (abs(right) / 100 if within.endswith("%") else 1)
    tab.goto(address + page)
    check = tab.locator(f"#check-{asked['data-name']}")
    cases = [(text, "Write a number") for text in (" ", "many", "1.2.3")]
    cases += [(right + part * limit, "Try again") for part in (1.05, -1.05)]
    cases += [(right + part * limit, "Right.") for part in (0, 0.95, -0.95)]
    for given, told in cases:
        answer(check, 0, str(given).replace(".", ",").replace("-", "−"))
        expect(check.get_by_role("status")).to_contain_text(told)
        expect(check.locator(".check-mark")).to_be_visible(visible=told == "Right.")


def test_no_choice_is_asked_for(tab, address, asking):
    tab.goto(address + next(iter(asking)))
    check = tab.locator(".check:not([data-within])").first
    check.get_by_role("button", name="Check").click()
    expect(check.get_by_role("status")).to_contain_text("Choose an answer")


@dataclass
class Solved:
    """The index, after a chapter whose questions have all been answered, and one of the next."""

    tab: Page
    page: str
    names: list[str]
    sum: Locator


@pytest.fixture(scope="module")
def solved(browser, address, asking) -> Iterator[Solved]:
    (first, names), (second, _), *_ = asking.items()
    with new_tab(browser) as tab:
        tab.goto(address + first)
        for name in names:
            solve(tab.locator(f"#check-{name}"))
        tab.goto(address + second)
        solve(tab.locator(".check").first)
        tab.reload()
        expect(tab.locator(".check-mark").first).to_be_visible()
        tab.goto(f"{address}book/index.html")
        yield Solved(tab, first, names, tab.locator(".progress-sum"))


def test_the_index_counts(solved, asking):
    count, total = len(solved.names), sum(map(len, asking.values()))
    told = f"You have answered {count + 1} of {total} questions, "
    told += f"and all questions of 1 of {len(asking)} chapters."
    expect(solved.sum).to_have_text(told)
    badges = solved.tab.locator(".check-count")
    assert badges.count() == len(asking), "a chapter of the index has no count"
    link = solved.tab.locator(f"a[href^='{solved.page.removeprefix('book/')}']")
    row = solved.tab.locator("article tr", has=link)
    expect(row.locator(".check-count")).to_have_text(f"✓ {count} of {count}")


def test_progress_can_be_saved_cleared_and_loaded(solved, tmp_path):
    tab, before = solved.tab, solved.sum.text_content()
    with tab.expect_download() as download:
        tab.get_by_role("button", name="Save").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert set(solved.names) < set(json.loads(file.read_text())["answered"])

    tab.once("dialog", lambda dialog: dialog.dismiss())
    tab.get_by_role("button", name="Clear").click()
    expect(solved.sum).to_have_text(before)
    tab.once("dialog", lambda dialog: dialog.accept())
    tab.get_by_role("button", name="Clear").click()
    expect(solved.sum).to_contain_text("answered 0 of")
    tab.reload()
    expect(solved.sum).to_contain_text("answered 0 of")

    tab.locator("input[type=file]").set_input_files(file)
    expect(solved.sum).to_have_text(before)
    tab.reload()
    expect(solved.sum).to_have_text(before)


def test_a_file_without_progress_changes_nothing(solved, tmp_path):
    before, told = solved.sum.text_content(), solved.tab.locator(".progress-told")
    for text in ("", "[]", "null", '{"answered": 3}', '{"answered": [3]}', "no"):
        told.evaluate("told => (told.textContent = '')")
        (tmp_path / "other.json").write_text(text)
        solved.tab.locator("input[type=file]").set_input_files(tmp_path / "other.json")
        expect(told).to_contain_text("holds no progress")
        expect(solved.sum).to_have_text(before)


def test_two_tabs_know_of_each_other(tab, address, asking):
    other, index = tab.context.new_page(), tab.context.new_page()
    index.goto(f"{address}book/index.html")
    for page, name in zip((tab, other), asking, strict=False):
        page.goto(address + name)
    for page in (tab, other):
        solve(page.locator(".check").first)
    expect(index.locator(".progress-sum")).to_contain_text("answered 2 of")


def test_what_others_wrote_into_the_store_does_no_harm(tab, address):
    tab.goto(f"{address}book/index.html")
    for kept in ("", "[]", "null", '{"answered": {}}', "{"):
        tab.evaluate("([key, text]) => localStorage.setItem(key, text)", [KEY, kept])
        tab.reload()
        expect(tab.locator(".progress-sum")).to_contain_text("answered 0 of")


def test_without_scripts_every_answer_is_in_a_fold(browser, address, asking):
    with new_tab(browser, java_script_enabled=False) as tab:
        tab.goto(address + next(iter(asking)))
        for check in tab.locator(".check").all():
            expect(check.locator("form")).to_have_count(0)
            expect(check.locator(".check-answers")).to_be_hidden()
            check.locator("summary").click()
            expect(check.locator(".check-answers")).to_be_visible()
            expect(check.locator("[data-right]")).to_contain_text("Right.")
