"""Links that bring the course to a learner's server: `links.py HUB`, by `make classroom-links HUB=…`.

Whoever follows one gets the branch `notebooks` in a folder of the repository's name, or what is new
in it, by nbgitpuller, and then the chapter.
"""

import re
import sys
from pathlib import Path
from urllib.parse import urlencode

import yaml
from _ext.chapters import BRANCH
from _ext.configuration import has_code, repository
from _ext.languages import folder, words

ROOT = Path(__file__).resolve().parents[1]
WRONG = """{hub!r} is not the address of a hub: that begins with https://, and ends before /hub
usage: make classroom-links HUB=https://hub.example.org"""


def checked(hub: str) -> str:
    """The hub's address without a slash at its end; ValueError if it is none."""
    address = re.fullmatch(r"(https?://[\w.-]+(?::\d+)?(?:/(?!hub\b|user\b)[\w.~-]+)*)/?", hub)
    if not address:
        raise ValueError(WRONG.format(hub=hub))
    return address[1]


def link(hub: str, repository: str, page: str) -> str:
    """Where the chapter `page` of that repository opens on a hub."""
    folder = repository.rstrip("/").split("/")[-1]  # as nbgitpuller names it
    place = {"branch": BRANCH, "urlpath": f"lab/tree/{folder}/{page}.ipynb"}
    return f"{hub}/hub/user-redirect/git-pull?{urlencode({'repo': repository} | place)}"


def title(page: str, text: str, language: str) -> str:
    """What a chapter is called in a language."""
    english = re.search(r"^# (.+)", text, re.MULTILINE)[1]
    return words(ROOT, language, page).get(english, english)


def chapters(language: str = "en") -> list[tuple[str, str]]:
    """Page and title of each chapter, in the order of the course."""
    parts = yaml.safe_load((ROOT / "_toc.yml").read_text())["parts"]
    pages = [entry["file"] for part in parts for entry in part["chapters"]]
    texts = {page: ROOT / f"{page}.md" for page in pages}
    return [
        (folder(language) + page, title(page, path.read_text(), language))
        for page, path in texts.items()
        if has_code(path)
    ]


if __name__ == "__main__":
    try:
        hub = checked(sys.argv[1] if len(sys.argv) > 1 else "")
    except ValueError as error:
        sys.exit(f"links: {error}")
    if not (place := repository(ROOT)):
        sys.exit("links: the repository's address is unknown: set GITHUB_REPOSITORY=owner/name")
    for page, name in chapters(*sys.argv[2:]):
        print(f"- [{name}]({link(hub, place, page)})")
