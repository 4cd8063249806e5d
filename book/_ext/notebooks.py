"""Each chapter as a plain notebook, written with its page and from the same resolved document.

Labels, numbers, citations and addresses are Sphinx's own; code and outputs are what was executed.
Cells that pages do not show are folded here: later ones may need them. A comment `% slide` begins a slide
(`make slides`), `% fragment` what the next key shows, `% skip` what slides leave out.
"""

import base64
import html
import re
import textwrap
from pathlib import Path
from urllib.parse import urljoin

import nbformat
from docutils import nodes
from jupyter_cache import get_cache
from sphinx.locale import _, admonitionlabels

from .configuration import has_code
from .languages import N_, folder

FOLDER = "notebooks"  # within the site, for all its languages
HIDDEN = {
    "hidden": N_("A check of the text above"),
    "answers": N_("What is behind the answer above"),
}
FOLDED = HIDDEN | {"check": N_("The check: run it"), "hide-input": N_("Code of this figure")}
SLIDES = {"slide", "fragment", "skip"}  # nbconvert's own words
SPLIT = re.compile(r"\n*\0(\w*)\0\n*")  # between cells: a code cell's index, or what is folded
SPECIAL = re.compile(r"([\\`*_$\[\]<|])")


def indent(text: str, first: str) -> str:
    """The text behind a marker, its further lines below its first."""
    return first + textwrap.indent(text, " " * len(first)).lstrip()


class Markdown:
    """Writes a document as Markdown without extensions; a call for each kind of node."""

    def __init__(self, app, page: str):
        self.builder, self.base = app.builder, app.config.html_baseurl
        self.page, self.root, self.level = page, Path(app.srcdir), 0
        self.address = app.builder.get_target_uri(page)

    def __call__(self, node: nodes.Node) -> str:
        """The node's text. Raises NotImplementedError for a kind that no chapter has had yet."""
        for kind in type(node).__mro__:
            if write := getattr(self, kind.__name__, None):
                return write(node)
        raise NotImplementedError(f"notebooks.py does not say what becomes of {type(node)}")

    def inline(self, node) -> str:
        """What stands in a line."""
        return "".join(map(self, node.children))

    def blocks(self, node) -> str:
        """What stands below each other."""
        return "\n\n".join(filter(None, map(self, node.children)))

    def nothing(self, node) -> str:
        """What readers do not see."""
        return ""

    document = definition = list_item = entry = compound = blocks
    term = abbreviation = title_reference = inline
    target = substitution_definition = raw = index = system_message = meta = nothing

    def comment(self, node) -> str:
        """What only the source has; a mark for slides."""
        return f"\0{node.astext()}\0" if node.astext() in SLIDES else ""

    def number(self, kind: str, node) -> str:
        """The number of a figure, an equation or an exercise."""
        numbers = self.builder.env.toc_fignumbers.get(self.page, {}).get(kind, {})
        return ".".join(map(str, numbers.get(next(iter(node["ids"]), ""), ())))

    def Text(self, node) -> str:  # noqa: N802  # docutils' name
        return SPECIAL.sub(r"\\\1", node.astext())

    def paragraph(self, node) -> str:
        line = " ".join(self.inline(node).split("\n"))
        return re.sub(r"^(\d*)([-+>.)]|#+)(?= )", r"\1\\\2", line)

    def emphasis(self, node) -> str:
        return f"*{self.inline(node)}*"

    def strong(self, node) -> str:
        return f"**{self.inline(node)}**"

    def literal(self, node) -> str:
        fence = "``" if "`" in node.astext() else "`"
        space = " " * (len(fence) - 1)
        return f"{fence}{space}{node.astext()}{space}{fence}".replace(
            "|", "\\|" if self.cell else "|"
        )

    def math(self, node) -> str:
        return f"${' '.join(node.astext().split())}$".replace("|", "\\vert " if self.cell else "|")

    def math_block(self, node) -> str:
        tagged = f" \\tag{{{self.number('displaymath', node)}}}" if node["number"] else ""
        return f"$$\n{node.astext().strip()}{tagged}\n$$"

    def reference(self, node) -> str:
        text = self.inline(node)
        if not node.get("internal"):
            return f"[{text}]({node['refuri']})" if "refuri" in node else text
        uri = urljoin(self.address, node.get("refuri") or f"#{node.get('refid', '')}")
        if not uri.partition("#")[0]:
            uri = self.address + uri
        return f"[{text}]({self.base}{uri})" if self.base else text

    def literal_block(self, node) -> str:
        return f"```{node.get('language', '')}\n{node.astext().rstrip()}\n```"

    doctest_block = literal_block

    def bullet_list(self, node) -> str:
        return "\n".join(indent(self(item), "- ") for item in node.children)

    def enumerated_list(self, node) -> str:
        first = node.get("start", 1)
        return "\n".join(
            indent(self(item), f"{i}. ") for i, item in enumerate(node.children, first)
        )

    def definition_list(self, node) -> str:
        return "\n".join(
            indent(f"**{self(item.children[0])}**: {self(item.children[-1])}", "- ")
            for item in node.children
        )

    def block_quote(self, node) -> str:
        return self.quoted(self.blocks(node))

    def quoted(self, text: str) -> str:
        """The text in a box: what Markdown has is a quotation."""
        return textwrap.indent(text, "> ", lambda line: True)

    cell = False  # within a table

    def table(self, node) -> str:
        self.cell = True
        rows = [[self(entry) for entry in row.children] for row in node.findall(nodes.row)]
        self.cell = False
        lines = [f"| {' | '.join(' '.join(entry.split()) for entry in row)} |" for row in rows]
        return "\n".join([lines[0], "|---" * len(rows[0]) + "|", *lines[1:]])

    def image(self, node) -> str:
        """A drawing travels with the notebook, which may be opened anywhere."""
        data = base64.b64encode((self.root / node["uri"]).read_bytes()).decode()
        return f"![{node['alt']}](data:image/svg+xml;base64,{data})"

    def figure(self, node) -> str:
        return self.blocks(node)

    def caption(self, node) -> str:
        number = self.number("figure", node.parent)
        name = _("Figure {}").format(number)
        return f"**{name}** " * bool(number) + self.inline(node)

    legend = blocks

    def section(self, node) -> str:
        self.level += 1
        text = self.blocks(node)
        self.level -= 1
        return text

    def title(self, node) -> str:
        return f"\0\0{'#' * self.level} {self.inline(node)}"

    def Admonition(self, node) -> str:  # noqa: N802
        """A box; an exercise is a heading of its own."""
        title, *rest = node.children
        text = "\n\n".join(map(self, rest))
        if "exercise" in node["classes"]:
            name = _("Exercise {}: ").format(self.number("exercise", node))
            return f"\0\0### {name}{self.inline(title)}\n\n{text}"
        if not isinstance(title, nodes.title):  # a `{note}` is named by what it is
            name = admonitionlabels[type(node).__name__]
            return self.quoted(f"**{name}**\n\n{self.blocks(node)}")
        return self.quoted(f"**{self.inline(title)}**\n\n{text}")

    def container(self, node) -> str:
        """A code cell, and the caption of its figure; of other containers, what is in them."""
        if node.get("nb_element") != "cell_code":
            return self.blocks(node)
        captions = "\n\n".join(map(self, node.findall(nodes.caption)))
        return f"\0{node['cell_index']}\0{captions}"

    def tag(self, node) -> str:
        """A fold, or what is in another element."""
        if "launch" in node["classes"] or node["name"] == "form":
            return ""
        if "check-title" in node["classes"]:
            return f"**{self.inline(node)}**"
        if "level" in node["classes"]:
            return _(" ({})").format(self.inline(node))
        if "solution" in node["classes"]:
            summary, *rest = node.children
            # A heading in a cell of its own: JupyterLab folds the cells behind it, and not its own
            return "\n\n".join([f"\0folded\0#### {self.inline(summary)}\0\0", *map(self, rest)])
        if node["name"] == "details":
            summary, *rest = node.children
            words = "".join(map(self.spelled, summary.children))
            inside = "\n\n".join(map(self, rest))
            return f"<details>\n<summary>{words}</summary>\n\n{inside}\n\n</details>"
        if node["name"] == "ul":
            return self.bullet_list(node)
        return self.blocks(node) if node["name"] in ("div", "li") else self.inline(node)

    def spelled(self, node) -> str:
        """A line in HTML, for the place in which Markdown is not read; mathematics is."""
        if isinstance(node, nodes.Text):
            return html.escape(node.astext().replace("\n", " "), quote=False)
        if isinstance(node, nodes.math):
            return self.math(node)
        inside = "".join(map(self.spelled, node.children))
        name = {"literal": "code", "emphasis": "em", "strong": "strong"}.get(type(node).__name__)
        return f"<{name}>{inside}</{name}>" if name else inside


def first_cell(repository: str, commit: str, code: str, pins: str) -> str:
    """The cell that installs what is missing: all that it takes on Colab.

    A notebook that somebody keeps gets the helpers of its own commit, if that is known.
    """
    needs = {"d2l_helpers": f"d2l_helpers @ git+{repository}{commit and f'@{commit}'}"}
    if "pvlib" in code:
        needs["pvlib"] = re.search(r"(?m)^pvlib==[\d.]+", pins)[0]
    lines = [
        "# " + _("What the chapter needs, where it is missing, as on Colab"),
        "from importlib.util import find_spec",
        "",
    ]
    for name, source in needs.items():
        install = (
            f'%pip install -q "{source}"'
            if repository or name != "d2l_helpers"
            else (
                'raise ImportError("d2l_helpers: in the folder of the course, run `pip install -e .`")'
            )
        )
        lines += [f'if not find_spec("{name}"):', f"    {install}"]
    return "\n".join(lines)


def title(tag: str) -> str:
    """The line by which a folded cell says what is in it."""
    return f"# @title {_(FOLDED[tag])}\n"


def code_cell(executed: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """A cell as it was executed; folded if a page hides it."""
    new = nbformat.v4.new_code_cell(executed.source, outputs=executed.outputs)
    new.execution_count = executed.execution_count
    tags = executed.metadata.get("tags", [])
    if "raises-exception" in tags:
        new.metadata["tags"] = ["raises-exception"]
    for name in [name for name in FOLDED if name in tags][:1]:
        new.source = title(name) + executed.source
        new.metadata |= {"cellView": "form", "jupyter": {"source_hidden": True}}
        if name == "answers":
            new.metadata["jupyter"]["outputs_hidden"] = True
    return new


def mark_slides(cells: list[nbformat.NotebookNode], marks: dict[int, str]) -> None:
    """Say of each cell whether it begins a slide, continues one, or is in none."""
    mark = "skip"  # up to the first
    for i, cell in enumerate(cells):
        mark = marks.get(i, mark)
        drawn = cell.source.startswith(title("hide-input"))
        if "cellView" in cell.metadata and not drawn:  # a check
            cell.metadata["slideshow"] = {"slide_type": "skip"}
            continue
        cell.metadata["slideshow"] = {"slide_type": mark}
        if mark != "skip":
            mark = "-"


def notebook(markdown: str, executed: nbformat.NotebookNode, first: str) -> nbformat.NotebookNode:
    """The notebook of a text in which code cells are named by their index."""
    cells = [nbformat.v4.new_code_cell(first)]
    start, *parts = SPLIT.split(markdown)
    marks = {}  # each at the number of the cell behind it
    for kind, text in [("", start), *zip(parts[::2], parts[1::2], strict=True)]:
        if kind.isdecimal():
            cells.append(code_cell(executed.cells[int(kind)]))
        if kind in SLIDES:
            marks[len(cells)] = kind
        if text.strip():
            cells.append(nbformat.v4.new_markdown_cell(text.strip()))
        if kind == "folded":
            cells[-1].metadata["jp-MarkdownHeadingCollapsed"] = True
    for i, cell in enumerate(cells):
        cell.id = f"cell-{i}"  # not a random one: equal chapters give equal files
    if marks:
        mark_slides(cells, marks)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return nbformat.v4.new_notebook(cells=cells, metadata=metadata)


def write(app, doctree, page: str) -> None:
    """Write a chapter's notebook; then take from the page what only the notebook has."""
    if app.builder.name != "html" or not has_code(app.env.doc2path(page)):
        return
    root = Path(app.srcdir)
    executed = nbformat.read(
        Path(app.outdir).parent / f"jupyter_execute/{page}.ipynb", as_version=4
    )
    if (
        app.config.nb_execution_mode == "cache"
    ):  # what MyST-NB takes from the cache it does not write
        cache = get_cache(app.config.nb_execution_cache_path)
        executed = cache.merge_match_into_notebook(executed)[1]
    code = "\n".join(cell.source for cell in executed.cells if cell.cell_type == "code")
    pins = (root / "requirements.txt").read_text()
    first = first_cell(app.config.course_repository, app.config.course_commit, code, pins)
    target = Path(app.outdir, FOLDER, f"{folder(app.config.language)}{page}.ipynb")
    target.parent.mkdir(parents=True, exist_ok=True)
    made = notebook(Markdown(app, page)(doctree), executed, first)
    if app.config.language != "en":
        made.metadata["lang"] = app.config.language.replace("_", "-")  # for `make slides`
    nbformat.write(made, target)
    for node in list(doctree.findall(nodes.container)):
        if any(f"tag_{name}" in node["classes"] for name in HIDDEN):
            node.parent.remove(node)


def setup(app):
    """Register the extension with Sphinx."""
    app.connect("doctree-resolved", write, priority=900)  # all references are resolved
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
