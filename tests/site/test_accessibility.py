"""Each page can be read with a screen reader and used by keyboard, in light and in dark."""

import pytest
from conftest import WHOLE
from visits import AXE, expect_none

whole = pytest.mark.parametrize("visits", WHOLE, indirect=True)


@whole
def test_axe_finds_nothing(visits):
    assert AXE.exists(), "axe-core is missing: run npm ci"
    expect_none(f"{page}: {line}" for page, seen in visits.items() for line in seen.axe)


@whole
def test_tab_reaches_the_skip_link_first(visits):
    expect_none(
        f"{page}: {seen.focus['first']!r}"
        for page, seen in visits.items()
        if not seen.focus["first"].startswith("Skip to")
    )


@whole
def test_what_has_the_focus_can_be_seen(visits):
    expect_none(f"{page}: {f}" for page, seen in visits.items() for f in seen.focus["unseen"])


def test_a_page_is_as_light_or_dark_as_its_reader_wants(visits):
    expect_none(page for page, seen in visits.items() if not seen.screen["scheme"])
