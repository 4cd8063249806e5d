"""How pages look: on a narrow screen, on paper, without scripts, and while pictures load."""

import pytest
from conftest import WHOLE
from visits import expect_none

printed = pytest.mark.parametrize("visits", WHOLE, indirect=True)


def listed(visits, fact: str, medium: str = "screen"):
    """A line for each thing that a fact names, on any page."""
    for page, seen in visits.items():
        for line in getattr(seen, medium)[fact]:
            yield f"{page}: {line}"


def test_nothing_is_wider_than_the_screen(visits):
    expect_none(listed(visits, "wide"))


def test_what_is_wide_scrolls_inside_itself(visits):
    expect_none(listed(visits, "cut"))


def test_mathematics_is_set(visits):
    expect_none(listed(visits, "unset"))


def test_pictures_have_words_and_sizes_and_load_late(visits):
    expect_none(listed(visits, "images"))


def test_a_page_folds_its_solutions(visits):
    expect_none(
        f"{page}: {seen.screen['folded']} of {seen.screen['solutions']} solutions are folded"
        for page, seen in visits.items()
        if seen.screen["folded"] != seen.screen["solutions"]
    )
    assert sum(seen.screen["solutions"] for seen in visits.values()) > 0


@printed
def test_paper_shows_the_whole_text(visits):
    expect_none(listed(visits, "hidden", "paper"))


@printed
def test_paper_shows_nothing_else(visits):
    expect_none(listed(visits, "furniture", "paper"))


def test_everything_can_be_read_without_scripts(visits_without_scripts):
    expect_none(listed(visits_without_scripts, "hidden"))


def test_mathematics_is_set_without_scripts(visits_without_scripts):
    expect_none(listed(visits_without_scripts, "unset"))


def test_nothing_is_wider_than_the_screen_without_scripts(visits_without_scripts):
    expect_none(listed(visits_without_scripts, "wide"))
