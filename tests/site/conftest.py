"""Fixtures: the site, a browser, one visit to each page on each screen, the figures with controls."""

import os
import shutil
from collections.abc import Iterator

import figures as carried
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from served import ROOT, Site, serve
from visits import LOOKS, PATIENCE, PHONE, Visit, new_tab, visit
from xdist.scheduler import LoadScopeScheduling

BUILT = ROOT / "_build/html"
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
OFFLINE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"  # no other host is found

expect.set_options(timeout=PATIENCE)


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


def installed(*names: str) -> str:
    """The program that has one of these names; without it CI fails, and other machines skip."""
    found = next(filter(None, map(shutil.which, names)), None)
    if not found:
        absent = f"{names[0]} is not installed, so no page is looked at with it"
        pytest.fail(absent) if os.environ.get("CI") else pytest.skip(absent)
    return found


@pytest.fixture(scope="session")
def chromium() -> str:
    return installed("chromium", "google-chrome")


@pytest.fixture(scope="session")
def firefox() -> str:
    return installed("firefox-esr", "firefox")


@pytest.fixture(scope="session")
def browser(chromium) -> Iterator[Browser]:
    arguments = ["--no-sandbox", "--disable-gpu", "--no-first-run", *QUIET, OFFLINE]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=arguments, timeout=PATIENCE
        )
        yield browser
        browser.close()


@pytest.fixture
def tab(browser) -> Iterator[Page]:
    """An empty tab of a desktop browser."""
    with new_tab(browser) as tab:
        yield tab


def looked_at(site: Site, look: str) -> list[str]:
    """The pages that are looked at so: all English ones, and of the Chinese ones every other."""
    others = [page for page in site.read if page in site.chinese][list(LOOKS).index(look) :: 2]
    return [page for page in site.read if page not in site.chinese] + others


@pytest.fixture(scope="session", params=LOOKS)
def visits(request, site, address, browser) -> dict[str, Visit]:
    """The pages in one scheme, on one screen."""
    with new_tab(browser, **LOOKS[request.param]) as tab:
        pages = looked_at(site, request.param)
        return {page: visit(tab.context, address + page) for page in pages}


@pytest.fixture(scope="session")
def visits_without_scripts(site, address, browser) -> dict[str, Visit]:
    with new_tab(browser, PHONE, color_scheme="dark", java_script_enabled=False) as tab:
        return {page: visit(tab.context, address + page, scripts=False) for page in site.read}


@pytest.fixture(scope="session")
def figures(site) -> dict[str, carried.Figure]:
    """The figures with controls, by their kind."""
    return {figure.data["kind"]: figure for figure in carried.figures(site)}
