"""What a page says beside its code: numbers, formulas, questions and links; and what was proofread.

No test can know that an explanation is right, or on which side of a formula the sign belongs. So
a person reads them, and `make proofread` notes, as a digest for each page, what has been read.
"""

import hashlib
import math
import re
from collections import Counter
from functools import cache
from pathlib import Path

import yaml
from _ext.questions import split
from references import BOOK, ROOT, code_only, known, reference_path

PROOFREAD = Path(__file__).parent / "proofread.yaml"

CODE = re.compile(r"(?ms)^(```+)\{code-cell\}.*?^\1$\n?|\A---\n.*?^---$")
MATH = re.compile(r"(?ms)\$\$.+?\$\$|\$[^$]+\$|^```\{math\}.*?^```$")
CHECK = re.compile(r"(?ms)^```\{check\} (\S+)\n(?::[^\n]*\n)*\n?(.+?)^```$")
LINK = re.compile(r"\{([\w:]+)\}`(?:[^`<]*<)?([^`>]+)>?`|\]\(([^)\s]+)\)")
REF = re.compile(r"\{ref\}`([^`<]+?)\s*<([^`>]+)>`")
TARGET = re.compile(  # a heading, an exercise, a figure: its label and its title
    r"(?m)^\((?P<a>\S+)\)=\n+(?P<level>#+) (?P<title>.+)$"
    r"|^`+\{exercise\} (?P<exercise>[^\n]*)\n:label: (?P<b>\S+)"
    r"|^ +caption: (?P<caption>.*)\n +name: (?P<c>\S+)"
)
GROUPED = r"\d+(?:[ \u202f\u00a0,]\d{3})*"  # 60 000
TIMES = r"\s?%|\s*\\cdot\s*10\^(?:\{-?\d+\}|\d)"
NUMBER = re.compile(rf"(?<![\w.:#-])({GROUPED}(?:\.\d+)?)({TIMES})?")


def prose(page: Path) -> str:
    """The text of a page without its code cells."""
    return CODE.sub("", page.read_text())


def numbers_of_code(chapter: Path) -> set[float]:
    """The numbers in a chapter's code and in what it prints; comments check nothing."""
    cells, (_, records) = code_only(chapter).cells, known(reference_path(chapter).read_text())
    text = "\n".join(re.sub("#.*", "", cell.source) for cell in cells)
    text += str([record.get("outputs") for record in records])
    found = re.findall(r"\d[\d_]*(?:\.\d+)?(?:e[-+]?\d+)?", text)
    return {float(number) for number in found}


def numbers_of_text(text: str) -> list[tuple[str, str]]:
    """The numbers of a text that have to come from somewhere, and what follows: a unit or a power.

    Those of three digits and more, with a point, or followed by % or a power of ten.
    """
    text = re.sub(r"`[^`]*`|(?m:^ *:\w.*$)|https?://\S+", "", text)
    return [
        (number, unit)
        for number, unit in NUMBER.findall(text)
        if unit or "." in number or len(re.sub(r"\D", "", number)) >= 3
    ]


def comes_from(number: str, unit: str, known: set[float]) -> bool:
    """Whether one of the known numbers is this one; rounded, or in another power of a unit."""
    digits = re.sub(r"\D", "", number).strip("0")
    value = float(re.sub(r"[^\d.]", "", number))
    if power := re.search(r"10\^\{?(-?\d+)", unit):
        value *= 10.0 ** int(power[1])
    wanted = [value, value / 1000, value * 1000]
    if "%" in unit:
        wanted += [value / 100, 1 + value / 100, 1 - value / 100]
    places = len(digits) - 1
    for one in known:
        if any(math.isclose(one, other, rel_tol=1e-9) for other in wanted):
            return True
        rounded, mine = f"{one:.{places}e}", f"{value:.{places}e}"
        if places >= 1 and "." in number and rounded == mine:
            return True
        if places >= 2 and rounded.partition("e")[0] == mine.partition("e")[0]:
            return True
    return False


@cache
def pages() -> dict[str, str]:
    """The text of each page, in the order in which the book has them."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text())
    files = [toc["root"], *(page["file"] for part in toc["parts"] for page in part["chapters"])]
    return {name.removeprefix("book/"): (ROOT / f"{name}.md").read_text() for name in files}


def stems(text: str) -> set[str]:
    """The beginnings of a text's words."""
    return {word[:6] for word in re.findall(r"[a-z0-9]{3,}", text.lower())}


@cache
def targets() -> dict[str, tuple[str, int, set[str], set[str]]]:
    """Where each label stands: page, place, what it is called, and the words that it is about."""
    found = {}
    for page, text in pages().items():
        title = re.search(r"(?m)^# (.+)$", text)[1]
        here = list(TARGET.finditer(text))
        ends = [match.start() for match in here[1:]] + [len(text)]
        for match, end in zip(here, ends, strict=True):
            label = match["a"] or match["b"] or match["c"]
            called = stems(f"{label} {title} {match['title'] or match['exercise'] or ''}")
            about = stems(text[match.start() : len(text) if match["level"] == "#" else end])
            found[label] = (page, match.start(), called, about)
        for match in CHECK.finditer(text):
            about = stems(match[2])
            found[f"check:{match[1]}"] = (page, match.start(), stems(match[1]), about)
    count = Counter(stem for *_, about in found.values() for stem in about)
    common = {stem for stem, times in count.items() if times > len(found) / 4}
    return {label: (*where, about - common) for label, (*where, about) in found.items()}


def leads_there(page: str, place: int, text: str, label: str) -> bool:
    """Whether the text of a link says where it leads: before or behind it, by name or by subject."""
    if label not in targets():
        return False
    to, there, called, about = targets()[label]
    order = list(pages())
    here, behind = order.index(page), (order.index(to), there)
    claims = {
        "next chapter": behind[0] == here + 1,
        "(last|previous) chapter|chapter before": behind[0] == here - 1,
        "next (part|section)|later|another part": behind > (here, place),
        "exercise|question": label.startswith(("ex:", "check:")),
        "figure": label.startswith("fig:"),
    }
    if made := [true for claim, true in claims.items() if re.search(claim, text.lower())]:
        return all(made)
    return bool(stems(text) & (called | about))


def said(page: Path) -> dict[str, list]:
    """What has to be read again when it changes."""
    text = prose(page)
    return {
        "answers": [split(body) for _, body in CHECK.findall(text)],
        "formulas": [re.sub(r"\s+", " ", formula) for formula in MATH.findall(text)],
        "links": [re.sub(r"\s+", " ", " ".join(link)) for link in LINK.findall(text)],
        "numbers": re.findall(r"[-−]?\d[\d.\u202f\u00a0]*", re.sub(r"(?m)^ *:\w.*$", "", text)),
    }


def digests(page: Path) -> dict[str, str]:
    """A digest of each kind of thing that has to be read again."""
    return {
        kind: hashlib.sha256(repr(things).encode()).hexdigest()[:8]
        for kind, things in said(page).items()
        if things
    }


def unread() -> tuple[list[str], dict[str, dict[str, str]]]:
    """What has changed since it was proofread; and the digests of all pages as they are now."""
    before = yaml.safe_load(PROOFREAD.read_text())
    now = {str(path.relative_to(BOOK)): digests(path) for path in sorted(BOOK.rglob("*.md"))}
    changed = [
        f"{page}: {kind}"
        for page in sorted(before.keys() | now.keys())
        for kind in ("answers", "formulas", "links", "numbers")
        if before.get(page, {}).get(kind) != now.get(page, {}).get(kind)
    ]
    return changed, now


if __name__ == "__main__":
    changed, now = unread()
    print(*changed or ["nothing has changed"], sep="\n")
    head = (
        "# The answers, formulas, links and numbers that were read; `make proofread` writes it.\n"
    )
    PROOFREAD.write_text(head + yaml.dump(now))
