"""Lighthouse's marks for a phone on a slow network. Run by itself: other work would spoil them."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [
    "book/index.html",
    "book/linear-regression/theory.html",
    "book/linear-regression/scratch.html",
    "book/softmax-regression/theory.html",
    "book/softmax-regression/scratch.html",
    "book/labs/learning-rates.html",
    "book/labs/plancks-law.html",
]
LEAST = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
SLOW = 1500  # Lighthouse's measure of the machine; a laptop has some 1500 to 3000


def marks(address: str, chromium: str) -> dict[str, int]:
    """What Lighthouse gives a page, from 0 to 100."""
    command = [
        *(ROOT / ".venv/bin/node", ROOT / "node_modules/lighthouse/cli/index.js", address),
        *("--quiet", "--output=json", f"--only-categories={','.join(LEAST)}"),
        "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
    ]
    environment = os.environ | {"CHROME_PATH": chromium}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    report = json.loads(done.stdout)
    found = {name: round(100 * part["score"]) for name, part in report["categories"].items()}
    if report["environment"]["benchmarkIndex"] < SLOW:
        print(f"a slow or busy machine: speed is not judged, but was {found['performance']}")
        found["performance"] = 100
    return found


@pytest.mark.parametrize("page", PAGES)
def test_marks(page, address):
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium and not os.environ.get("CI"):
        pytest.skip("no Chromium is installed")
    best = dict.fromkeys(LEAST, 0)
    for _ in range(3):  # the marks for speed scatter: the best of up to three runs counts
        best = {n: max(best[n], mark) for n, mark in marks(address + page, chromium).items()}
        if all(best[name] >= least for name, least in LEAST.items()):
            return
    assert best == LEAST
