"""Catalogues of translations: brings them up to date with the English text, and judges what they say.

    python tools/translations.py update zh_CN   # new and changed messages, into po/zh_CN
    python tools/translations.py check zh_CN    # is any missing, stale or broken?

A page has a catalogue of its own. What the site itself says (its templates, extensions, scripts, drawings
and titles) is in LC_MESSAGES/sphinx.po, where Sphinx looks for it.
"""

import io
import re
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import furo
import sphinx
import yaml
from _ext.api import docstrings
from _ext.languages import SITE, catalogue, read
from _ext.translation import HAN, messages, parser, wordy
from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import write_po

ROOT = Path(__file__).resolve().parents[1]
BOOK = ROOT / "book"
SPOKEN = [  # files in which what is said stands in `_("…")`: our own, and those of Sphinx and the theme that we use
    *sorted((BOOK / "_ext").glob("*.py")),
    *sorted((BOOK / "_templates").rglob("*.html")),
    *sorted((BOOK / "_static").glob("*.js")),
    *sorted((BOOK / "_explorers").glob("*.js")),
    *(
        Path(sphinx.__file__).parent / name
        for name in (
            *("themes/basic/static/searchtools.js", "themes/basic/static/sphinx_highlight.js"),
            "writers/html5.py",
        )
    ),
    *(
        Path(furo.__file__).parent / "theme/furo" / name
        for name in ("search.html", "sidebar/search.html", "components/edit-this-page.html")
    ),
]
METHODS = {".py": "python", ".html": "jinja2", ".js": "javascript"}
BESIDE = ["classroom/how-to", "tools/offline"]
AMBIGUOUS = {  # words of the glossary that the text also uses in another sense, or in another form
    *("Fashion-MNIST", "batch size", "bit", "classification", "feature", "independent", "label"),
    *("logit", "loss", "map-style", "module", "network", "normal", "numerical", "penalty"),
    *("precision", "prediction", "rank", "sample", "schedule", "seed", "shape", "softmax"),
    *("temperature", "tie", "training set", "vectorised", "weight"),
}
SAME = datetime(2026, 1, 1, tzinfo=UTC)  # a date that changes would change every file
ENDS = {".": "。", "?": "？", ":": "：", "!": "！"}
COUNTED = (
    r"\b(?:[Oo]ne|[Tt]wo|[Tt]hree|[Ff]our|[Ff]ive|[Ss]ix|[Ss]even|[Ee]ight|[Nn]ine|[Tt]en|[Tt]wel\w+|"
    r"\w+teen|\w+ty|[Hh]undred|[Tt]housand|[Mm]illion|[Bb]illion|[Hh]al[fv]|[Tt]wice|third|quarter|first|second|\w+th)"
)


def pages() -> list[str]:
    """The pages of the book, in the order of _toc.yml, and what else is text in Markdown."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text())
    inside = [page["file"] for part in toc["parts"] for page in part["chapters"]]
    return [toc["root"], *inside, *BESIDE]


# ---- What there is to translate


def site() -> Iterator[tuple[str, str]]:
    """What the site says, and where from."""
    toc, config = (
        yaml.safe_load((ROOT / name).read_text()) for name in ("_toc.yml", "_config.yml")
    )
    yield config["title"], "title of the site"
    yield config["author"], "author of the site"
    for part in toc["parts"]:
        yield part["caption"], "part of the table of contents"
    for path in SPOKEN:
        keywords = dict.fromkeys(["_", "N_", "gettext"])
        for _, text, _, _ in extract_from_file(METHODS[path.suffix], path, keywords):
            yield text, path.name
    sources = "".join((ROOT / f"{page}.md").read_text() for page in pages())
    for name in sorted(re.findall(r"\{figure\} \.\./_static/(.+\.svg)", sources)):
        for text in re.findall(
            r"<(?:text|title)[^>]*>([^<]+)<", (BOOK / "_static" / name).read_text()
        ):
            if wordy(text):
                yield text, name


def template(page: str) -> Catalog:
    """The messages of a page, or of the site, as a catalogue."""
    found = site() if page == SITE else page_messages(page)
    catalog = Catalog(project="Linear Neural Networks", fuzzy=False, creation_date=SAME)
    for text, kind in found:
        catalog.add(text, auto_comments=[kind])
    return catalog


def page_messages(page: str) -> Iterator[tuple[str, str]]:
    """The messages of a page, and their kinds."""
    source = (ROOT / f"{page}.md").read_text()
    yield from ((message.text, message.kind) for message in messages(source))
    yield from ((text, "docstring") for text in docstrings(source))


def update(page: str, language: str) -> None:
    """Bring a catalogue up to date: what has changed keeps its translation, marked as fuzzy."""
    path = catalogue(ROOT, language, page)
    catalog = read(path)
    catalog.locale = Locale.parse(language)
    catalog.update(template(page), update_creation_date=False)
    catalog.header_comment, catalog.fuzzy = "", False
    catalog.project = "Linear Neural Networks"
    catalog.creation_date = catalog.revision_date = SAME
    for message in catalog:
        if not message.fuzzy:  # babel reads an old original as a comment, and would keep it
            message.user_comments = [c for c in message.user_comments if c[:1] != "|"]
        message.flags -= {"python-format", "python-brace-format"}  # babel takes every brace for one
    out = io.BytesIO()
    write_po(
        out, catalog, width=10**6, no_location=True, include_previous=True, ignore_obsolete=True
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(out.getvalue())


# ---- What a translation has to keep


def fixed(text: str) -> Counter:
    """What no translation changes: formulas, code, what roles and links lead to, how much is bold."""
    out = Counter()
    for token in parser().parseInline(text)[0].children or ():
        match token.type:
            case "math_inline" | "math_inline_double":
                words = re.sub(r"\\text(?:rm)?\{[^}]*\}", "", token.content)
                out[f"${words}$"] += 1
            case "code_inline":
                out[f"`{token.content}`"] += 1
            case "myst_role":
                target = re.search(r"<([^>]+)>$", token.content)
                out[f"{{{token.meta['name']}}}`{target[1] if target else token.content}`"] += 1
            case "link_open":
                out[f"a link to {token.attrs['href']}"] += 1
            case "strong_open":
                out["**bold**"] += 1
            case "text" if "**" in token.content:
                out["asterisks that make nothing bold"] += 1
    return out


def plain(text: str) -> str:
    """The words alone: x in the place of code and formulas, and of roles and links what one reads."""
    text = re.sub(r"\{(?:eq|cite|cite:t|py:obj)\}`[^`]*`", "x", text)
    text = re.sub(r"\{[\w:]+\}`([^`<]*?)(?: *<[^>]*>)?`", r"\1", text)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return re.sub(r"(`+).+?\1|\$[^$]*\$", "x", text).replace("**", "")


def numbers(text: str) -> Counter:
    """The numbers in the words; not 51 million, which is 5100 times 万."""
    return Counter(
        re.findall(r"(?<![A-Za-z\d])\d+(?:[.\u00a0]\d+)*(?![\d.]*\d)(?! [mb]illion)", plain(text))
    )


def lost(text: str, new: str, kind: str) -> Iterator[str]:
    """What a translation has lost or added of what is not to be translated."""
    old, now = fixed(text), fixed(new)
    yield from (f"lacks {item}" for item in old - now)
    yield from (f"has {item} too much" for item in now - old)
    yield from (f"lacks the number {number}" for number in numbers(text) - numbers(new))
    if not re.search(COUNTED, text):  # a number in words may become one in digits
        yield from (f"has the number {n} too much" for n in numbers(new) - numbers(text))
    places = r"\$?\{\w*\}(?!`)"
    if "." in kind and set(re.findall(places, text)) != set(re.findall(places, new)):
        yield "has other places for values"
    if kind in ("td", "th") and text.count("|") != new.count("|"):
        yield "has another number of |"
    size, han = len(plain(text).split()), len(re.findall(f"[{HAN}]", new))
    if size >= 12 and kind != "comment" and not 0.7 * size <= han <= 3.5 * size:
        yield f"has {han} characters for {size} words"


def typography(text: str, new: str, kind: str) -> Iterator[str]:
    """What is not written as Chinese is, or means something else in Markdown."""
    blocks = [token.type for token in parser().parse(new)]
    paragraph = ["paragraph_open", "inline", "paragraph_close"]
    if "\n" in new:
        yield "has a line break"
    if "." not in kind and kind not in ("comment", "formula") and blocks != paragraph:
        yield "is no paragraph: its beginning means something in Markdown"
    if any(token.type == "em_open" for token in parser().parseInline(new)[0].children or ()):
        yield "italics"
    words, wide = plain(new), f"[{HAN}，。；：？！、（）《》“”]"
    # A docstring has shapes in brackets of half width: (n, 1) stands there without being a formula.
    brackets = rf"\([^)]*[{HAN}]" if kind == "docstring" else rf"[{HAN}]\(|\)[{HAN}]"
    half_width = rf"[{HAN}][,;:?!.](?=\s|{wide}|$)|[,;:?!][{HAN}]"
    for what, pattern in {
        "punctuation of half width beside a Chinese character": half_width,
        "brackets of half width in Chinese": brackets,
        "a straight quotation mark beside a Chinese character": rf"[{HAN}][\"']|[\"'][{HAN}]",
        "a space before %": "[ \u00a0]%",
        "a space beside a Chinese character": rf"{wide} (?=\w)|(?<=\w) {wide}",
    }.items():
        if found := re.search(pattern, words):
            yield f"{what}: …{words[max(found.start() - 8, 0) : found.end() + 8]}…"
    last = plain(text).removesuffix("...")[-1:]
    ended = kind in ("comment", "term", "formula") or words[-1:] in (ENDS.get(last), last, "：")
    if last in ENDS and not ended:
        yield f"does not end with {ENDS[last]}"


def faults(text: str, new: str, kind: str = "text") -> list[str]:
    """What is wrong with a translation, in words."""
    return [*lost(text, new, kind), *typography(text, new, kind)]


def terms(language: str) -> list[tuple[str, re.Pattern, str]]:
    """The terms of the glossary that mean one thing: each with a pattern of its English, and its name."""
    return [
        (
            message.id,
            re.compile(rf"(?i)(?<![\w-]){re.escape(message.id)}(?:s|es)?(?![\w-])"),
            message.string,
        )
        for message in read(catalogue(ROOT, language, "book/reference/glossary"))
        if "term" in message.auto_comments and message.string and message.id not in AMBIGUOUS
    ]


def judged(page: str, language: str) -> Iterator[tuple[str, str]]:
    """Each message of a page that is missing, stale or broken, and what is wrong."""
    catalog, wanted = read(catalogue(ROOT, language, page)), template(page)
    named = terms(language) if page != SITE else []
    for message in wanted:
        if not message.id:
            continue
        found = catalog.get(message.id)
        if found is None:
            yield message.id, "is not in the catalogue: make zh-update"
        elif found.fuzzy:
            yield message.id, "is stale: its English has changed"
        elif not found.string:
            yield message.id, "is not translated"
        else:
            kind = message.auto_comments[0]
            for fault in faults(message.id, found.string, kind):
                yield message.id, fault
            for term, pattern, name in named if kind not in ("comment", "term") else ():
                if name not in found.string and pattern.search(plain(message.id)):
                    yield message.id, f"does not say {name}, the glossary's word for {term}"
    for message in catalog:
        if message.id and message.id not in wanted:
            yield message.id, "is no longer in the page: make zh-update"


def main(command: str, language: str) -> int:
    """Update all catalogues, or print what is wrong with them."""
    if command == "update":
        for page in [SITE, *pages()]:
            update(page, language)
        return 0
    wrong = [
        (page, text, fault) for page in [SITE, *pages()] for text, fault in judged(page, language)
    ]
    for page, text, fault in wrong:
        print(f"po/{language}/{page}.po: {fault}: {text[:70]}")
    print(f"{len(wrong)} faults" if wrong else "complete, up to date and unbroken")
    return bool(wrong)


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("update", "check"):
        sys.exit("usage: python tools/translations.py update|check LANGUAGE")
    sys.exit(main(*sys.argv[1:]))
