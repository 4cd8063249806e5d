"""Fixtures: the site, a browser, and one visit to each page in each scheme and on each screen."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from served import Site, serve
from visits import Visit, visit
from xdist.scheduler import LoadScopeScheduling

BUILT = Path(__file__).parents[2] / "_build/html"
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 360, "height": 740}
LOOKS = {
    f"{scheme}-{name}": {"color_scheme": scheme, "viewport": viewport}
    for scheme in ("light", "dark")
    for name, viewport in (("desktop", DESKTOP), ("phone", PHONE))
}
WHOLE = [
    "light-desktop",
    "dark-phone",
]  # the looks in which pages are checked by axe, walked and printed too
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
OFFLINE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"  # no other host is found


def pytest_xdist_make_scheduler(config, log):
    """Let one process run all tests of a look, whatever their module: it visits each page once."""

    class ByLook(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            module, _, parameter = nodeid.rstrip("]").partition("[")
            return parameter if parameter in LOOKS else module.partition("::")[0]

    return ByLook(config, log)


@pytest.fixture(scope="session")
def site() -> Site:
    if not (BUILT / "index.html").exists():
        pytest.fail(f"{BUILT} holds no site: run make site")
    return Site(BUILT)


@pytest.fixture(scope="session")
def address(site) -> Iterator[str]:
    with serve(site) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        absent = "no Chromium is installed, so no page is looked at"
        pytest.fail(absent) if os.environ.get("CI") else pytest.skip(absent)
    arguments = ["--no-sandbox", "--disable-gpu", "--no-first-run", *QUIET, OFFLINE]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def tab(browser) -> Iterator[Page]:
    """An empty tab of a desktop browser."""
    with browser.new_context(viewport=DESKTOP) as context:
        yield context.new_page()


@pytest.fixture(scope="session", params=LOOKS)
def visits(request, site, address, browser) -> dict[str, Visit]:
    """All pages in one scheme, on one screen."""
    with browser.new_context(**LOOKS[request.param]) as context:
        whole = request.param in WHOLE
        return {page: visit(context, address + page, whole=whole) for page in site.read}


@pytest.fixture(scope="session")
def visits_without_scripts(site, address, browser) -> dict[str, Visit]:
    with browser.new_context(viewport=PHONE, java_script_enabled=False) as context:
        return {page: visit(context, address + page, scripts=False) for page in site.read}
