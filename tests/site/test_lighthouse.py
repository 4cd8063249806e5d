"""Lighthouse's marks for a phone on a slow network. Run by itself: other work would spoil them."""

import json
import os
import subprocess
from functools import cache

import pytest
from served import NODE, ROOT
from visits import PATIENCE

PAGES = [
    "book/index.html",  # met first, and the one that counts answers
    "book/softmax-regression/information.html",  # the heaviest text: most elements, most formulas
    "book/labs/conditioning.html",  # the most figures and controls
    "zh/book/softmax-regression/scratch.html",  # the longest in Chinese
]
MARKS = ["accessibility", "best-practices", "seo"]
SPEED = 95
SLOW = 1500  # Lighthouse's measure of the machine; a laptop has some 1500 to 3000


@cache
def report(address: str, chromium: str, number: int) -> dict:
    """What Lighthouse finds in a run; kept, so that all tests of a page share its first run."""
    command = [
        *(NODE, ROOT / "node_modules/lighthouse/cli/index.js", address, "--quiet"),
        *("--output=json", f"--only-categories=performance,{','.join(MARKS)}"),
        *(f"--max-wait-for-{event}={PATIENCE}" for event in ("fcp", "load")),
        "--disable-full-page-screenshot",
        "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
    ]
    environment = os.environ | {"CHROME_PATH": chromium}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment)
    return json.loads(done.stdout)


def scores(found: dict, names: list[str]) -> dict[str, float]:
    return {name: found["categories"][name]["score"] for name in names}


@pytest.mark.parametrize("page", PAGES)
def test_marks(page, address, chromium):
    assert scores(report(address + page, chromium, 0), MARKS) == dict.fromkeys(MARKS, 1)


@pytest.mark.parametrize("page", PAGES)
def test_speed(page, address, chromium):
    """The best of up to three runs counts; a slow or busy machine judges nothing, well or badly."""
    marks = []
    for number in range(3):
        found = report(address + page, chromium, number)
        marks.append(round(100 * (scores(found, ["performance"])["performance"] or 0)))
        if (index := found["environment"]["benchmarkIndex"]) < SLOW:
            pytest.skip(f"slow or busy: the machine has {index:.0f} of {SLOW}, the page {marks}")
        if marks[-1] >= SPEED:
            return
    assert max(marks) >= SPEED
