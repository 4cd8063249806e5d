"""Each page can be read with a screen reader and used by keyboard, in light and in dark."""

from visits import expect_none


def test_axe_finds_nothing(visits):
    expect_none(f"{page}: {line}" for page, seen in visits.items() for line in seen.axe)


def test_tab_reaches_the_skip_link_first(visits):
    expect_none(
        f"{page}: {seen.focus['first']!r}"
        for page, seen in visits.items()
        if not seen.focus["first"].startswith(("Skip to", "跳到"))
    )


def test_what_has_the_focus_can_be_seen(visits):
    expect_none(f"{page}: {f}" for page, seen in visits.items() for f in seen.focus["unseen"])


def test_a_page_is_as_light_or_dark_as_its_reader_wants(visits):
    """When it comes, and when its reader changes the scheme."""
    expect_none(
        page
        for page, seen in visits.items()
        if not all(screen["scheme"] for screen in seen.screens)
    )
