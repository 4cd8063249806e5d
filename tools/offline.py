"""offline.py OUT: pack site, notebooks, data and helper package into one archive that needs no network.

The same input gives the same bytes. The pages are those of the site: they open from files as they are.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from _ext.languages import folder, languages, words
from _ext.translation import translated
from babel import Locale
from markdown_it import MarkdownIt

from d2l_helpers import fetching

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "_build/html"
NAME = "linear-neural-networks"
ONLINE = {".buildinfo", "404.html", "objects.inv", "sitemap.xml"}  # of use on a server only
PACKAGE = ["d2l_helpers", "pyproject.toml", "README.md", "LICENSE"]
STYLE = """\
  :root { color-scheme: light dark; }
  body { max-width: 42em; margin: 2em auto; padding: 0 1em; font: 1.1em/1.5 system-ui, sans-serif; text-autospace: normal; }
  pre { padding: 0.7em; white-space: pre-wrap; border: 1px solid #888; }"""
TIME = (1980, 1, 1, 0, 0, 0)  # the first that an archive can say


def wheel(place: Path) -> Path:
    """The helper package, built in a folder of its own, where nothing of an older build lies."""
    for name in PACKAGE:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, place / name)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    command += ["--disable-pip-version-check", "--wheel-dir", str(place), str(place)]
    subprocess.run(command, check=True, env=os.environ | {"SOURCE_DATE_EPOCH": "315532800"})
    return next(place.glob("*.whl"))


def name_of(language: str) -> str:
    """The page that a reader of a language opens first."""
    return "START.html" if language == "en" else f"START.{language}.html"


def start(language: str, helpers: str) -> str:
    """That page: what is here, and how to run it."""
    known = words(ROOT, language, "tools/offline")
    text = translated(Path(__file__).with_name("offline.md").read_text(), known.get)
    text = text.replace("WHEEL", helpers).replace("PLACE", folder(language))
    others = "".join(
        f'<p><a href="{name_of(other)}">{Locale.parse(other).get_language_name()}</a></p>\n'
        for other in languages(ROOT)
        if other != language
    )
    title = text.partition("\n")[0].removeprefix("# ")
    return (
        f'<!doctype html>\n<html lang="{language.replace("_", "-")}">\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{title}</title>\n'
        f"<style>\n{STYLE}\n</style>\n{others}{MarkdownIt().render(text)}</html>\n"
    )


def files(place: Path) -> Iterator[tuple[str, bytes]]:
    """Names and contents, in their order in the archive; what a reader opens comes first."""
    helpers = wheel(place)
    for language in languages(ROOT):
        yield name_of(language), start(language, helpers.name).encode()
    for name in ("LICENSE", "LICENSE-TEXT"):
        yield name, (ROOT / name).read_bytes()
    yield f"helpers/{helpers.name}", helpers.read_bytes()
    for name, data in sorted(fetching.read_fashion_mnist().items()):
        yield f"data/FashionMNIST/raw/{name}", data
    for path in sorted(SITE.rglob("*")):
        if path.is_file() and path.name not in ONLINE:
            yield f"site/{path.relative_to(SITE).as_posix()}", path.read_bytes()


def main(out: Path) -> None:
    """Write the archive under another name, and rename it when it is whole."""
    if not (SITE / "index.html").exists():
        sys.exit("offline: there is no site yet: run make site")
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out) as folder:
        part = Path(folder, "part.zip")
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in files(Path(folder)):
                info = zipfile.ZipInfo(f"{NAME}/{name}", TIME)
                info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
                archive.writestr(info, data)
        path = part.replace(out / f"{NAME}.zip")
    print(f"offline: {path}, {path.stat().st_size / 1e6:.0f} MB")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: tools/offline.py OUT")
    main(Path(sys.argv[1]))
