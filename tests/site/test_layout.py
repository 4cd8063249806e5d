"""How pages look: on a narrow screen, on paper, without scripts, and while pictures load."""

from visits import expect_none


def listed(visits, fact: str, on_paper: bool = False) -> list[str]:
    """A line for each thing that a fact names, on any page."""
    lines = (
        f"{page}: {line}"
        for page, seen in visits.items()
        for look in ([seen.paper] if on_paper else seen.screens)
        for line in look[fact]
    )
    return list(dict.fromkeys(lines))


def test_nothing_is_wider_than_the_screen(visits):
    expect_none(listed(visits, "wide"))


def test_what_is_wide_scrolls_inside_itself(visits):
    expect_none(listed(visits, "cut"))


def test_code_needs_no_scrolling_on_a_desktop(visits):
    expect_none(listed(visits, "long"))


def test_an_output_does_not_look_like_code(visits):
    expect_none(listed(visits, "boxed"))


def test_a_figure_makes_room_for_its_explorer_but_not_on_paper(visits):
    expect_none(listed(visits, "doubled") + listed(visits, "doubled", on_paper=True))


def test_mathematics_is_set(visits):
    expect_none(listed(visits, "unset"))


def test_pictures_have_words_and_sizes_and_load_late(visits):
    expect_none(listed(visits, "images"))


def test_a_page_folds_its_solutions(visits):
    first = {page: seen.screens[0] for page, seen in visits.items()}
    expect_none(
        f"{page}: {screen['folded']} of {screen['solutions']} solutions are folded"
        for page, screen in first.items()
        if screen["folded"] != screen["solutions"]
    )
    assert sum(screen["solutions"] for screen in first.values()) > 0


def test_paper_shows_the_whole_text(visits):
    expect_none(listed(visits, "hidden", on_paper=True))


def test_no_line_begins_with_a_mark(visits):
    expect_none(listed(visits, "begun"))


def test_each_page_says_its_licence(visits):
    looks = {page: (*seen.screens, seen.paper) for page, seen in visits.items()}
    expect_none(page for page, seen in looks.items() if not all(look["licensed"] for look in seen))


def test_the_menu_shows_where_one_is(visits):
    """It is scrolled there; the first page is not in it."""
    inside = {page: seen.screens[0]["current"] for page, seen in visits.items()}
    inside = {page: count for page, count in inside.items() if page.startswith("book/")}
    assert {page for page, count in inside.items() if count != 1} == {"book/index.html"}


def test_code_can_be_read(visits):
    expect_none(listed(visits, "faint") + listed(visits, "faint", on_paper=True))


def test_code_can_be_read_in_the_dark_without_scripts(visits_without_scripts):
    expect_none(listed(visits_without_scripts, "faint"))


def test_paper_shows_nothing_else(visits):
    expect_none(listed(visits, "furniture", on_paper=True))


def test_everything_can_be_read_without_scripts(visits_without_scripts):
    expect_none(listed(visits_without_scripts, "hidden"))


def test_mathematics_is_set_without_scripts(visits_without_scripts):
    expect_none(listed(visits_without_scripts, "unset"))


def test_nothing_is_wider_than_the_screen_without_scripts(visits_without_scripts):
    expect_none(listed(visits_without_scripts, "wide"))
