"""Lets a test build a small site, of its own pages and with the extensions that it names."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup, Tag
from sphinx.testing.util import SphinxTestApp
from sphinx.util.console import strip_colors

ROOT = Path(__file__).resolve().parents[2]
PLACES = ("DEFAULT_BRANCH", "GITHUB_REPOSITORY", "GITHUB_SERVER_URL", "GITHUB_SHA", "SITE_URL")
HEADER = """---
jupytext: {text_representation: {extension: .md, format_name: myst}}
kernelspec: {name: python3, display_name: Python 3}
---
"""


@dataclass
class Site:
    """What was built: where, what Sphinx has warned of, and the state that it leaves."""

    out: Path
    warnings: str
    app: SphinxTestApp

    def whole(self, page: str = "index") -> BeautifulSoup:
        return BeautifulSoup((self.out / f"{page}.html").read_text(), "html.parser")

    def __getitem__(self, page: str) -> Tag:
        return self.whole(page).select_one("article")

    def notebook(self, page: str = "index") -> nbformat.NotebookNode:
        return nbformat.read(self.out / f"notebooks/{page}.ipynb", as_version=4)


@pytest.fixture(autouse=True)
def nowhere(monkeypatch):
    """Where the tests run tells nothing of the sites."""
    for name in PLACES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def packages() -> tuple[str]:
    """What a site needs to have what npm has installed."""
    if not (ROOT / "node_modules/katex").exists():
        absent = "node_modules is missing: run make site"
        pytest.fail(absent) if os.environ.get("CI") else pytest.skip(absent)
    return ("node_modules",)


@pytest.fixture(scope="module")
def build(tmp_path_factory) -> Callable[..., Site]:
    """A function that builds `pages`, or the text of one; cells are executed if there are any."""

    def built(pages, *extensions, files=None, links=(), at=None, env=None, **config) -> Site:
        root = at or tmp_path_factory.mktemp("site")
        pages = {"index": pages} if isinstance(pages, str) else pages
        coded = [name for name, text in pages.items() if "{code-cell}" in text]
        texts = {f"{name}.md": HEADER * (name in coded) + pages[name] for name in pages}
        for name, text in ({"conf.py": ""} | texts | (files or {})).items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            if not (root / name).exists() or (root / name).read_text() != text:
                (root / name).write_text(text)
        for name in links:
            (root / name).symlink_to(ROOT / name)
        names = [name if name.startswith("sphinx") else f"_ext.{name}" for name in extensions]
        settings = {
            "extensions": ["myst_nb" if coded else "myst_parser", *names],
            "html_theme": "furo",
            "include_patterns": list(texts),
            "source_suffix": {".md": "myst-nb" if coded else "markdown"},
            "myst_enable_extensions": ["amsmath", "colon_fence", "deflist", "dollarmath"],
            "suppress_warnings": ["config.cache"],
            **({"nb_execution_mode": "force"} if coded else {}),
        }
        with pytest.MonkeyPatch.context() as patch:
            for name in PLACES:
                patch.delenv(name, raising=False)
            for name, value in (env or {}).items():
                patch.setenv(name, value)
            app = SphinxTestApp(srcdir=root, confoverrides=settings | config)
            try:
                app.build()
            finally:
                app.cleanup()
        return Site(Path(app.outdir), strip_colors(app.warning.getvalue()), app)

    return built
