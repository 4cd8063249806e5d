"""The questions in the text answer, every choice of them, and the browser remembers."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect
from visits import expect_none, new_tab

KEY = "linear-neural-networks"
# Gives every answer, the right one last. Words are compared without blanks and what formulas hide.
FAULTS = """async check => {
  const words = (element) => element.textContent.replace(/[\\s\\u200b\\u2060]+/g, "");
  const faults = [], isDone = () => check.querySelector(".check-mark").checkVisibility();
  if (isDone()) faults.push("is answered before it is");
  const answers = [...check.querySelectorAll(".choice, .check-answer li")];
  const right = (answer) => answer.classList.contains("right");
  for (const answer of answers.toSorted((a, b) => right(a) - right(b))) {
    const form = check.querySelector("form"), reply = form ? form.nextElementSibling : answer;
    if (form) {
      form.querySelector("input").value = answer.dataset.value.replace("-", "−");
      form.requestSubmit();
    } else answer.querySelector("summary").click();
    await new Promise((done) => setTimeout(done)); // a fold tells of its opening afterwards
    const told = reply.querySelector("p");
    if (!told?.checkVisibility()) faults.push("an answer is not judged");
    if (words(answer.querySelector("p")) !== words(told)) faults.push(`the reply is ${told.textContent}`);
    if (told.querySelector("strong").textContent !== (right(answer) ? "Right." : "No.")
      || reply.classList.contains("right") !== right(answer)
      || isDone() !== right(answer)) faults.push(`${told.textContent} is judged wrongly`);
  }
  return answers.length > 1 ? faults : ["has no answers"];
}"""


@pytest.fixture(scope="module")
def asking(site) -> dict[str, list[str]]:
    """The pages that have questions, and their names."""
    found = {page: site.soup(page).select(".check") for page in site.chapters}
    return {page: [one["data-name"] for one in checks] for page, checks in found.items() if checks}


def enter(check: Locator, number: str) -> None:
    """Answer with a number, by keyboard."""
    check.get_by_label("Your answer").fill(number)
    check.get_by_label("Your answer").press("Enter")


def solve(check: Locator) -> None:
    """Give the right answer, by keyboard."""
    if check.get_attribute("data-within"):
        enter(check, check.locator("li.right").get_attribute("data-value"))
    else:
        check.locator(".choice.right > summary").press("Enter")
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
    """The reply begins with the reader's number, so that two wrong ones differ."""
    page = next(page for page in asking if site.soup(page).select(".check[data-within]"))
    asked = site.soup(page).select_one(".check[data-within]")
    right, within = float(asked.select_one("li.right")["data-value"]), asked["data-within"]
    limit = float(within.removesuffix("%")) * (abs(right) / 100 if within.endswith("%") else 1)
    tab.goto(address + page)
    check = tab.locator(f"#check-{asked['data-name']}")
    for text in (" ", "many", "1.2.3"):
        enter(check, text)
        expect(check.get_by_role("status")).to_contain_text("Write a number")
    for part in (1.05, -1.05, 1.5, 0, 0.95, -0.95):
        number = str(right + part * limit).replace(".", ",").replace("-", "−")
        verdict = "No. Try again" if abs(part) > 1 else "Right."
        exact = "" if abs(part) > 1 else r"( \(\S+\))?"
        enter(check, number)
        expect(check.get_by_role("status")).to_have_text(
            re.compile(rf"^{re.escape(number)}{exact}: {re.escape(verdict)}")
        )
        expect(check.locator(".check-mark")).to_be_visible(visible=abs(part) <= 1)


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
    row = solved.tab.locator(".roadmap .stop", has=link)
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
    solve(tab.locator(".check").first)
    other.wait_for_function("key => localStorage.getItem(key)", arg=KEY)  # from another process
    solve(other.locator(".check").first)
    expect(index.locator(".progress-sum")).to_contain_text("answered 2 of")


def test_what_another_tab_forgets_is_forgotten(tab, address, asking):
    index = tab.context.new_page()
    index.goto(f"{address}book/index.html")
    tab.goto(address + next(iter(asking)))
    first, second = tab.locator(".check").all()[:2]
    solve(first)
    expect(index.locator(".progress-sum")).to_contain_text("answered 1 of")
    index.evaluate("localStorage.clear()")
    expect(first.locator(".check-mark")).to_be_hidden()
    solve(second)
    expect(first.locator(".check-mark")).to_be_hidden()
    expect(index.locator(".progress-sum")).to_contain_text("answered 1 of")


def test_a_file_for_which_there_is_no_room_changes_nothing(solved, tmp_path):
    before, told = solved.sum.text_content(), solved.tab.locator(".progress-told")
    names = [str(number) for number in range(1_000_000)]  # of no question, and 9 MB in all
    (tmp_path / "large.json").write_text(json.dumps({"answered": [*solved.names, *names]}))
    solved.tab.locator("input[type=file]").set_input_files(tmp_path / "large.json")
    expect(told).to_contain_text("nothing was loaded")
    expect(solved.sum).to_have_text(before)
    solved.tab.reload()
    expect(solved.sum).to_have_text(before)


DENIED = """Object.defineProperty(window, "localStorage", {
  configurable: true, get() { throw new DOMException("denied", "SecurityError"); },
})"""


def test_a_browser_that_keeps_nothing_is_told_so(tab, address, asking, tmp_path):
    errors = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.add_init_script(DENIED)
    tab.goto(address + next(iter(asking)))
    solve(tab.locator(".check").first)
    before = tab.evaluate("document.body.dataset.theme")
    tab.locator(".theme-toggle:visible").click()
    assert tab.evaluate("document.body.dataset.theme") != before
    tab.goto(f"{address}search.html?q=surprisal")
    expect(tab.locator("#search-results li").first).to_be_visible()
    tab.goto(f"{address}book/index.html")
    (tmp_path / "kept.json").write_text(json.dumps({"answered": next(iter(asking.values()))}))
    tab.locator("input[type=file]").set_input_files(tmp_path / "kept.json")
    expect(tab.locator(".progress-told")).to_contain_text("this browser keeps nothing")
    assert errors == []


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
            expect(check.locator("form")).to_be_hidden()
            for fold in check.locator("details").all():
                expect(fold.locator("p").first).to_be_hidden()
                fold.locator("summary").click()
                expect(fold.locator("p").first).to_contain_text(re.compile(r"(Right|No)\."))
                expect(fold.locator("p").first).to_be_visible()
            expect(check.locator(".right")).to_contain_text("Right.")
