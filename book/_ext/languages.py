"""Other languages: a page's text is replaced as it is read, and every page leads to itself in the others.

A language is a folder in po: a catalogue a page, and LC_MESSAGES/sphinx.po for what the site says itself.
What is missing there, or stale, stays English.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from sphinx.locale import _

from .translation import translated

SITE = "LC_MESSAGES/sphinx"


def N_(text: str) -> str:  # noqa: N802  # gettext's name
    """Mark a text that is translated where it is used."""
    return text


def catalogue(root: Path, language: str, page: str) -> Path:
    """Where the translations of a page are."""
    return root / "po" / language / f"{page}.po"


def read(path: Path) -> Catalog:
    """A catalogue; an empty one, if there is none yet."""
    if not path.exists():
        return Catalog()
    with path.open("rb") as file:
        return read_po(file)


@lru_cache(maxsize=4)  # a page asks once for its text, and once for each docstring
def read_words(path: Path, modified: float) -> dict[str, str]:
    """What a catalogue translates, without what is stale."""
    return {m.id: m.string for m in read(path) if m.id and m.string and not m.fuzzy}


def words(root: Path, language: str, page: str) -> dict[str, str]:
    """The translations of a page's messages; none, if it has no catalogue."""
    path = catalogue(root, language, page)
    return read_words(path, path.stat().st_mtime) if path.exists() else {}


def look_up(app, page: str) -> Callable[[str], str | None]:
    """A function that gives the translation of a page's message, if there is one."""
    return words(Path(app.srcdir), app.config.language, page).get


def languages(root: Path) -> list[str]:
    """English, and each that has a folder."""
    return ["en", *sorted(path.name for path in root.glob("po/*/"))]


def folder(language: str) -> str:
    """Where in the site a language has its pages: English at the root, zh_CN in zh/."""
    return "" if language == "en" else f"{Locale.parse(language).language}/"


@dataclass(frozen=True)
class Edition:
    """A page in one of the site's languages."""

    name: str  # of the language, in itself
    tag: str  # what HTML calls it
    href: str
    url: str  # the whole address; empty if nobody knows where the site will be
    current: bool


def editions(app, page: str) -> Iterator[Edition]:
    """A page in every language of the site."""
    here = folder(app.config.language)
    root = app.config.html_baseurl.removesuffix(here)
    up = "../" * (page.count("/") + bool(here))
    if page == "404":  # which is shown at any depth
        up = urlsplit(root).path or "/"
    address = app.builder.get_target_uri(page)
    for language in languages(Path(app.srcdir)):
        place = folder(language) + address
        yield Edition(
            name=Locale.parse(language).get_language_name() or language,
            tag=language.replace("_", "-"),
            href=up + place,
            url=root and root + place,
            current=language == app.config.language,
        )


def translate(app, page: str, content: list[str]) -> None:
    """Replace a page's text as it is read, and again when its catalogue changes."""
    # One that is not there yet has the page read again each time.
    app.env.note_dependency(str(catalogue(Path(app.srcdir), app.config.language, page)))
    content[0] = translated(content[0], look_up(app, page))


def speak(app, config) -> None:
    """Name the site in its language; give scripts their words, where Sphinx looks for them."""
    if config.language == "en":
        return
    config.html_title = config.project = config.ogp_site_name = _(config.html_title)
    config.ogp_social_cards = {"enable": False}  # their font has no Chinese
    path = catalogue(Path(app.srcdir), config.language, SITE)
    if not path.exists():
        return
    of_scripts = {m.id for m in read(path) if any(c.endswith(".js") for c in m.auto_comments)}
    known = words(Path(app.srcdir), config.language, SITE)
    texts = {text: new for text, new in known.items() if text in of_scripts}
    # Sphinx's own file calls `Function`, which the site's policy forbids.
    script = (
        f"Object.assign(Documentation.TRANSLATIONS, {json.dumps(texts, ensure_ascii=False)});\n"
    )
    path.with_suffix(".js").write_text(script)


def link(app, pagename, templatename, context, doctree) -> None:
    """Give a page's template itself in the other languages; who edits a translation edits its catalogue."""
    context["editions"] = [] if app.config.course_preview else list(editions(app, pagename))
    if app.config.language != "en":
        context["page_source_suffix"] = ".po"


def setup(app):
    """Register the extension with Sphinx."""
    app.connect("config-inited", speak, priority=901)  # behind configuration.py
    app.connect("html-page-context", link)
    if app.config.language != "en":
        app.connect("source-read", translate)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
