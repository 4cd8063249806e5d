"""What the tests of explorers share: an explorer on its page, its data, and its controls."""

import xml.etree.ElementTree as ET
from json import loads

import pytest
from playwright.sync_api import Locator, Page
from served import Site

DATA = ".//{http://purl.org/dc/elements/1.1/}description"


def explorer(tab: Page, site: Site, url: str, kind: str) -> tuple[Locator, dict]:
    """The box of a page's explorer of that kind, and the data that its figure carries."""
    tab.goto(url)
    for image in tab.locator("img.explorer").all():
        file = site.served(image.evaluate("image => image.src"))
        data = loads(ET.parse(file).findtext(DATA))
        if data["kind"] == kind:
            image.evaluate("image => image.scrollIntoView()")  # it is built when it comes near
            box = image.locator("xpath=ancestor::figure").locator(".explorer-box")
            box.locator(".explorer-plots svg").first.wait_for()
            return box, data
    pytest.fail(f"no explorer {kind} on {url}")


def choose(box: Locator, **values: int) -> str:
    """Set controls by name, as a person does; returns the words then shown."""
    for name, value in values.items():
        control = box.locator(f"[name={name}]")
        if control.evaluate("control => control.tagName") == "SELECT":
            control.select_option(index=value)
        else:
            control.fill(str(value))
    box.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    return box.locator(".explorer-words").inner_text()
