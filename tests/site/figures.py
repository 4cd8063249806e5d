"""Figures with controls: the data they carry, and what their modules make of it, under Node."""

import base64
import json
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from served import NODE, ROOT, Site

KINDS = sorted(
    {path.stem for path in ROOT.glob("book/_explorers/*.js")}
    - {"controls", "frame", "index", "names"}
)
RUNNER = Path(__file__).with_name("explorers.mjs")


@dataclass
class Figure:
    """A figure with controls."""

    page: str
    json: str
    data: dict = field(init=False)

    def __post_init__(self):
        self.data = json.loads(self.json, object_hook=_unpacked)

    def say(self, *moves: dict | list) -> list[SimpleNamespace]:
        """The state, the sliders' texts and the words after each of the moves, all from the start.

        A move gives controls, in turn, values; for a button, how often it is pressed.
        """
        pairs = [list(move.items()) if isinstance(move, dict) else move for move in moves]
        done = subprocess.run(
            [NODE, "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", RUNNER],
            input=json.dumps({"json": self.json, "moves": pairs}),
            stdout=subprocess.PIPE,
            check=True,
            text=True,
        )
        return [SimpleNamespace(**said) for said in json.loads(done.stdout)]


def _unpacked(found: dict):
    """An array instead of packed bytes."""
    if "bytes" not in found:
        return found
    return np.frombuffer(base64.b64decode(found["bytes"]), np.uint8).reshape(found["shape"])


def carried(script: str) -> str:
    """The JSON that a script brings."""
    return json.loads(script.partition(" = ")[2].rstrip(";\n"))


def figures(site: Site) -> list[Figure]:
    """All of the site, in the order of their pages and places."""
    return [
        Figure(page, carried(site.text(f"_static/explorers/{image['data-data']}.js")))
        for page in site.chapters
        for image in site.soup(page).select("img.explorer")
    ]


def number(text: str) -> float:
    """The number that the words write as −0.5, 12 300 or 1.23 · 10⁴⁵."""
    digits = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−", "0123456789--")
    return float(re.sub(r"\s", "", text).translate(digits).replace("·10", "e"))
