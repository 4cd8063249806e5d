"""slides.py [CHAPTER...]: make slides in _build/slides, of all chapters that have marks, or of these.

A comment `% slide` in a chapter begins a slide, `% fragment` what the next key shows; `% skip` leaves out
what follows. nbconvert makes the slides, of the notebooks of the site. reveal.js and KaTeX lie beside them.
"""

import shutil
import sys
from pathlib import Path

import nbformat
from nbconvert import SlidesExporter

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS, OUT = ROOT / "_build/html/notebooks", ROOT / "_build/slides"
PACKAGES = {"reveal": "reveal.js/dist", "katex": "katex/dist"}
UNUSED = shutil.ignore_patterns("*.mjs", "*.ts", "*.map", "*.ttf", "*.woff")


def fail(message: str) -> None:
    """End, before anything is written."""
    sys.exit(f"slides: {message}")


def read(path: Path) -> nbformat.NotebookNode | None:
    """A notebook that has slides."""
    notebook = nbformat.read(path, as_version=4)
    kinds = [cell.metadata.get("slideshow", {}).get("slide_type") for cell in notebook.cells]
    return notebook if "slide" in kinds else None


def chosen(chapters: list[str]) -> dict[str, nbformat.NotebookNode]:
    """The notebooks of the chapters, by the names that their slides get."""
    if not NOTEBOOKS.is_dir():
        fail("there are no notebooks yet: run make site")
    all_paths = {
        f"{p.relative_to(NOTEBOOKS).with_suffix('')}.md": p for p in NOTEBOOKS.rglob("*.ipynb")
    }
    found = {
        name: read(all_paths[name]) for name in chapters or sorted(all_paths) if name in all_paths
    }
    marked = {name: notebook for name, notebook in found.items() if notebook}
    for name in chapters:
        if name not in found:
            fail(f"there is no chapter {name}; they are called like {min(all_paths)}")
        if name not in marked:
            fail(
                f"{name} has no marks: write `% slide`, on a line of its own, where a slide begins"
            )
    if not marked:
        fail("no chapter has marks: write `% slide`, on a line of its own, where a slide begins")
    return {
        name.removesuffix(".md").replace("book/", "").replace("/", "-"): notebook
        for name, notebook in marked.items()
    }


def main(chapters: list[str]) -> None:
    """Write a page for each chapter, and what the pages need."""
    notebooks = chosen(chapters)
    sources = {name: ROOT / "node_modules" / place for name, place in PACKAGES.items()}
    if missing := [str(path.parent.name) for path in sources.values() if not path.is_dir()]:
        fail(
            f"{' and '.join(missing)} missing from node_modules: run make site where npm's registry answers"
        )
    for name, source in sources.items():
        shutil.copytree(source, OUT / "assets" / name / "dist", ignore=UNUSED, dirs_exist_ok=True)
    exporter = SlidesExporter(
        template_file=str(Path(__file__).with_suffix(".html.j2")),
        reveal_url_prefix="assets/reveal",
        reveal_theme="white",
    )
    for name, notebook in notebooks.items():
        title = next(cell.source for cell in notebook.cells if cell.source.startswith("# "))
        notebook.metadata["title"] = title.splitlines()[0][2:]
        exporter.language_code = notebook.metadata.get("lang", "en")
        page, _ = exporter.from_notebook_node(notebook)
        (OUT / f"{name}.html").write_text(page)
        print(f"slides: {OUT.relative_to(ROOT)}/{name}.html")


if __name__ == "__main__":
    main(sys.argv[1:])
