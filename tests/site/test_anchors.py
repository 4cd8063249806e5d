"""A link to a place leads there, and so do Back and Reload: in Chromium and in Firefox."""

import json
import os
import subprocess
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

import pytest
from served import NODE, Site
from visits import DESKTOP, PHONE, expect_none

pytestmark = pytest.mark.skipif(
    "EVERY" not in os.environ, reason="4 minutes: the weekly run has EVERY=1"
)
RUNNER = Path(__file__).with_name("anchors.mjs")
NEAR = 5  # pixels


def places(site: Site) -> dict[str, list[str]]:
    """The ids of each page that links of the site lead to, and those of its sections; in order."""
    links = {
        urldefrag(urljoin(f"//site/{page}", link["href"]))
        for page in site.pages
        for link in site.soup(page).select('a[href*="#"]')
    }
    wanted = {(url.removeprefix("//site/"), unquote(name)) for url, name in links}
    ids = {
        page: [
            tag["id"]
            for tag in site.soup(page).select("[id]")
            if tag.name == "section" or (page, tag["id"]) in wanted
        ]
        for page in site.read
    }
    return {page: found for page, found in ids.items() if found}


@pytest.fixture(scope="module", params=["chromium", "firefox"])
def arrivals(request, site, address) -> list[list]:
    """Screen, page, id, way, and how many pixels from that place the browser stood then."""
    given = {
        "address": address,
        "browser": request.param.replace("chromium", "chrome"),
        "executable": request.getfixturevalue(request.param),
        "screens": {"desktop": DESKTOP, "phone": PHONE},
        "pages": places(site),
    }
    done = subprocess.run(
        [NODE, RUNNER], input=json.dumps(given), stdout=subprocess.PIPE, check=True, text=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("wanted", ["click", "deep link", "back", "reload"])
def test_a_place_is_where_it_should_be(arrivals, wanted):
    found = [arrival for arrival in arrivals if arrival[3] == wanted]
    assert found
    expect_none(
        f"{page}#{name}, {screen}: {'hidden' if pixels is None else f'{pixels:+.0f} px'}"
        for screen, page, name, _, pixels in found
        if pixels is None or abs(pixels) > NEAR
    )
