"""Write the chapters as notebooks, with their outputs, for Colab and for download.

    python tools/notebooks.py OUT_DIR    # after `make site`, which executes the chapters

Colab cannot open MyST Markdown, and shows its directives and roles as they stand. Here they become
plain Markdown; what leads to another page leads to the site.
"""

import re
import shutil
import sys
import textwrap
from pathlib import Path

import jupytext
import nbformat
import yaml
from jupyter_cache import get_cache
from pybtex.database import parse_file

ROOT = Path(__file__).resolve().parents[1]
BOOK = ROOT / "book"
sys.path.insert(0, str(BOOK / "_ext"))

from checks import split
from course import repository
from execution import cache_path

# Cells that the site hides: later ones may need them, so they are folded, not left out.
FOLDED = {"remove-cell": "A check of the text above", "answers": "Values for the answer above"}

FENCE = re.compile(
    r"""(?msx) ^(?P<indent>\ *) (?P<fence>`{3,}|:{3,}) (?:\{(?P<name>[\w-]+)\})?
    \ *(?P<argument>[^\n]*)\n (?P<options>(?:\ *:[\w-]+:[^\n]*\n)*) (?P<body>.*?)
    ^\ *(?P=fence)\ *$"""
)
INLINE = re.compile(
    r"""(?sx) \{(?P<role>[\w:]+)\}`(?P<content>[^`]+)`
    | \$\$\ \((?P<equation>eq:[\w-]+)\)
    | (?P<target>(?m:^)\([\w:-]+\)=\n)
    | (?P<code>`+).+?(?P=code)"""
)
LABEL = re.compile(
    r"(?m)^\((\S+)\)=$|^ *:(?:label|name): (\S+)$|^ +name: (fig:\S+)$|\$\$ \((eq:\S+)\)$"
)


def pages() -> list[tuple[Path, str]]:
    """Every page of the table of contents, and its number; empty where pages have none."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text())
    found, number = [(ROOT / f"{toc['root']}.md", "")], 0
    for part in toc.get("parts", []):
        for chapter in part["chapters"]:
            number += bool(part.get("numbered"))
            found.append(
                (ROOT / f"{chapter['file']}.md", str(number) if part.get("numbered") else "")
            )
    return found


def chapters() -> list[Path]:
    """The pages that have code."""
    return [path for path, _ in pages() if "{code-cell}" in path.read_text()]


def item(marker: str, text: str) -> str:
    """An item of a list; its further lines are indented."""
    return f"{marker} {textwrap.indent(text, '   ').lstrip()}"


class Converter:
    """Makes plain Markdown of MyST Markdown."""

    def __init__(self, repository: str):
        self.repository = repository
        github = re.fullmatch(r"https://github\.com/([^/]+)/([^/]+)", repository)
        self.site = f"https://{github[1]}.github.io/{github[2]}" if github else ""
        self.address, self.number = {}, {}
        for path, chapter in pages():
            page = path.relative_to(ROOT).with_suffix(".html").as_posix()
            equations = 0
            for match in LABEL.finditer(path.read_text()):
                label = match[match.lastindex]
                anchor = label if label.startswith(("ex:", "sol:")) else label.replace(":", "-")
                if label.startswith("eq:"):
                    equations += 1
                    self.number[label] = f"{chapter}.{equations}".lstrip(".")
                    anchor = f"equation-{anchor}"
                self.address[label] = f"{page}#{anchor}"
        self.cited = {}
        for key, entry in parse_file(BOOK / "reference/references.bib").entries.items():
            names = [" ".join(p.last_names).strip("{}") for p in entry.persons["author"]]
            names = [f"{names[0]} et al."] if len(names) > 2 else names
            self.cited[key] = (" and ".join(names), entry.fields["year"])

    def link(self, text: str, label: str) -> str:
        """The text, as a link to the place on the site if there is a site."""
        address = self.address[label]  # raises for a label that is nowhere
        return f"[{text}]({self.site}/{address})" if self.site else text

    def role(self, name: str, content: str) -> str:
        """What takes the place of a role."""
        text, _, target = content.removesuffix(">").partition("<")
        text = text.strip()
        if name == "ref":
            return self.link(text, target)
        if name == "eq":
            return self.link(f"({self.number[text]})", text)
        if name == "term":
            return text
        if name not in ("cite", "cite:t"):
            raise ValueError(
                f"what becomes of the role {{{name}}} is not said in tools/notebooks.py"
            )
        works = [self.cited[key.strip()] for key in text.split(",")]
        if name == "cite":
            return f"({self.link('; '.join(map(', '.join, works)), 'sec:bibliography')})"
        works = [f"{names} ({year})" for names, year in works]
        return self.link("; ".join(works), "sec:bibliography")

    def inline(self, match: re.Match) -> str:
        """What takes the place of a role, an equation's label, a target or code."""
        if match["role"]:
            return self.role(match["role"], match["content"])
        if match["equation"]:
            return rf" \tag{{{self.number[match['equation']]}}}$$"
        return match[0] if match["code"] else ""

    def check(self, body: str, numeric: bool) -> str:
        """A question, and its answer in a fold; blank lines, or what is in HTML stays as it is."""
        question, choices = split(body)
        asked, answers = [], []
        for i, (right, choice, why) in enumerate(choices, 1):
            verdict = f"**{'Right' if right else 'No'}.** {why}"
            if numeric:
                answers.append(item("-", f"{choice}: {verdict}"))
            else:
                asked.append(item(f"{i}.", choice))
                answers.append(item(f"{i}.", verdict))
        if numeric:
            where = f"The values are in the output of the next folded cell, *{FOLDED['answers']}*:"
            answers.insert(0, where)
        fold = ["<details>\n<summary>Answer</summary>", *answers, "</details>"]
        return self.markdown("\n\n".join(["**Check yourself**", question, *asked, *fold]))

    def directive(self, match: re.Match) -> str:
        """What takes the place of a directive; other fenced blocks stay."""
        name, argument = match["name"], self.markdown(match["argument"])
        if name is None:
            return match[0]
        options = dict(re.findall(r":([\w-]+): *(.*)", match["options"]))
        source = textwrap.dedent(match["body"])
        if name == "check":
            return textwrap.indent(self.check(source, "within" in options), match["indent"])
        body = self.markdown(source).strip()
        if name == "exercise":
            lines = f"### Exercise: {argument}\n\n{body}"
        elif name == "solution-start":
            lines = "#### Solution"
        elif name == "solution-end":
            lines = "***"
        elif name == "figure":
            source = f"{self.site}/_static/{Path(argument).name}" if self.site else argument
            lines = f"![{options['alt']}]({source})\n\n*Figure:* {body}"
        elif name in ("admonition", "hint", "note", "tip", "warning"):
            lines = f"**{argument or name.capitalize()}**\n\n{body}"
        else:
            raise ValueError(f"what becomes of {{{name}}} is not said in tools/notebooks.py")
        return textwrap.indent(lines, match["indent"])

    def markdown(self, text: str) -> str:
        """The text without directives, roles and labels."""
        parts, end = [], 0
        for match in FENCE.finditer(text):
            parts += [INLINE.sub(self.inline, text[end : match.start()]), self.directive(match)]
            end = match.end()
        return "".join([*parts, INLINE.sub(self.inline, text[end:])]).strip("\n")

    def first_cell(self, code: str) -> str:
        """The cell that installs what the code needs and Colab has not."""
        pvlib = re.findall(r"(?m)^pvlib==[\d.]+", (ROOT / "requirements.txt").read_text())
        needs = [f'"d2l_helpers @ git+{self.repository}"'] if self.repository else []
        needs += pvlib if "pvlib" in code else []
        lines = ["# Install the helper functions of the course; on Colab, this is all it takes."]
        if not self.repository:
            lines = ["# This needs d2l_helpers: in the folder of the course, `pip install -e .`"]
        return "\n".join([*lines, *([f"%pip install -q {' '.join(needs)}"] if needs else [])])

    def notebook(self, executed: nbformat.NotebookNode) -> nbformat.NotebookNode:
        """The notebook that is published, from a chapter that was read and perhaps executed."""
        code = "\n".join(cell.source for cell in executed.cells if cell.cell_type == "code")
        cells = [nbformat.v4.new_code_cell(self.first_cell(code))]
        for cell in executed.cells:
            if cell.cell_type == "markdown":
                cells.append(nbformat.v4.new_markdown_cell(self.markdown(cell.source)))
                continue
            new = nbformat.v4.new_code_cell(cell.source, outputs=cell.outputs)
            new.execution_count = cell.execution_count
            if tags := cell.metadata.get("tags", []):
                new.metadata["tags"] = tags
            for tag in FOLDED.keys() & set(tags):
                new.source = f"# @title {FOLDED[tag]}\n{cell.source}"
                new.metadata |= {"cellView": "form", "jupyter": {"source_hidden": True}}
                if tag == "answers":  # its output is one click away
                    new.metadata["jupyter"]["outputs_hidden"] = True
            cells.append(new)
            figure = cell.metadata.get("mystnb", {}).get("figure", {})
            if caption := figure.get("caption"):
                cells.append(nbformat.v4.new_markdown_cell(f"*Figure:* {self.markdown(caption)}"))
        for i, cell in enumerate(cells):
            cell.id = f"cell-{i}"  # not a random one, so that equal chapters give equal files
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
        return nbformat.v4.new_notebook(cells=cells, metadata=metadata)


def main(out: Path) -> int:
    """Write every chapter; 1 if one has not been executed."""
    converter = Converter(repository(ROOT))
    folder = cache_path(ROOT)
    cache = get_cache(folder) if folder.is_dir() else None
    for path in chapters():
        name = path.relative_to(ROOT)
        try:
            if cache is None:
                raise KeyError
            _, executed = cache.merge_match_into_notebook(jupytext.read(path))
        except KeyError:
            print(f"{name} or the helpers changed since `make site`: run it.", file=sys.stderr)
            return 1
        target = out / name.with_suffix(".ipynb")
        target.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(converter.notebook(executed), target)
    if not converter.site:  # nothing else has the figures
        shutil.copytree(BOOK / "_static", out / "book/_static", dirs_exist_ok=True)
    print(f"{len(chapters())} notebooks written to {out}")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python tools/notebooks.py OUT_DIR")
    sys.exit(main(Path(sys.argv[1])))
