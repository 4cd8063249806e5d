import re

import nbclient
import nbformat
import pytest
from _ext.elements import element
from _ext.notebooks import Markdown, first_cell, notebook
from docutils import nodes

GITHUB, SITE = "https://github.com/teacher/course", "https://teacher.github.io/course"
SVG = '<svg xmlns="http://www.w3.org/2000/svg"/>'
DATA = "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4="
BOX = "```{{{}}}{}\n{}Look.\n```"
CHECK = """\
```{check} any
Is $a < b$ *random*?

- [ ] Yes, `if <`
  $a < b$ **it**.

  It is $given$.

  $$s = 0$$
- [x] No.

  It starts.
```"""
FOLDS = """\
**Check yourself**

Is $a < b$ *random*?

<details>
<summary>Yes, <code>if &lt;</code> $a < b$ <strong>it</strong>.</summary>

**No.** It is $given$.

$$
s = 0
$$

</details>

<details>
<summary>No.</summary>

**Right.** It starts.

</details>"""
SOLUTION = "```{solution-start} ex:it\n:class: dropdown\n```\n\nSo.\n\n```{solution-end}\n```"
CASES = {  # what is written, and what a notebook says
    "words": (r"*a* **b** \*c\* d_e `f_g` $|x|$,", r"*a* **b** \*c\* d\_e `f_g` $|x|$,"),
    "ticks": ("``a`b``", "`` a`b ``"),
    "escapes": ("a \\[b\nc \\$d \\<e\n\n\\+ e\n\n1\\. f", "a \\[b c \\$d \\<e\n\n\\+ e\n\n1\\. f"),
    "math": ("As\n$a +\nb$; so", "As $a + b$; so"),
    "numbered": ("$$\na = b\n$$ (eq:one)", "$$\na = b \\tag{1}\n$$"),
    "not numbered": ("$$a |b|$$", "$$\na |b|\n$$"),
    "bullets": ("- one\n  line\n\n  more\n- two", "- one line\n\n  more\n- two"),
    "nested": ("- one\n  - two", "- one\n\n  - two"),
    "steps": ("3. one\n4. two\n\n   ```python\n   x\n   ```", None),
    "definitions": ("One *a*\n: It is.", "- **One *a***: It is."),
    "quote": ("> One.\n>\n> Two.", "> One.\n> \n> Two."),
    "table": (
        "| a | `b\\|c` |\n|-|-|\n| $\\|x\\|$ | d\\|e |",
        "| a | `b\\|c` |\n|---|---|\n| $\\vert x\\vert $ | d\\|e |",
    ),
    "code": ("```python\nx_y = '$'\n```", None),
    "note": (BOX.format("note", "", ""), "> **Note**\n> \n> Look."),
    "box": (BOX.format("admonition", " A *b*", ""), "> **A *b***\n> \n> Look."),
    "hint": (
        BOX.format("admonition", " A hint", ":class: tip dropdown\n"),
        "<details>\n<summary>A hint</summary>\n\nLook.\n\n</details>",
    ),
    "image": ("![An arrow.](a.svg)", f"![An arrow.]({DATA})"),
    "figure": (
        "```{figure} a.svg\n:name: fig:a\n:alt: An arrow.\n\nA *seed*.\n```",
        f"![An arrow.]({DATA})\n\n**Figure 1** A *seed*.",
    ),
    "exercise": (
        "```{exercise} Try $x$\n:label: ex:it\n:class: prove\n\nWhy?\n```",
        "### Exercise 1: Try $x$ (long · prove)\n\nWhy?",
    ),
    "solution": (SOLUTION, "#### Solution to Exercise 1\n\nSo."),
    "check": (CHECK, FOLDS),
    "nothing": ("% comment\n\n(label)=\nText", "Text"),
}
LINKS = {  # what is written, what it says, where it leads
    "out": ("[o_t](https://example.org/a_b)", r"o\_t", "https://example.org/a_b"),
    "ref": ("{ref}`sec:other`", "The other", f"{SITE}/part/other.html#sec-other"),
    "name": ("{ref}`it <sec:other>`", "it", f"{SITE}/part/other.html#sec-other"),
    "own": ("{ref}`it <sec:index>`", "it", f"{SITE}/index.html#sec-index"),
    "equation": ("{eq}`eq:one`", "(1)", f"{SITE}/index.html#equation-eq-one"),
    "figure of": ("{numref}`fig:a`", "Fig. 1", f"{SITE}/index.html#fig-a"),
    "exercise of": ("{ref}`ex:it`", "Exercise 1", f"{SITE}/index.html#ex:it"),
    "term": ("{term}`seeds <seed>`", "seeds", f"{SITE}/part/other.html#term-seed"),
}
OTHER = "(sec:other)=\n# The *other*\n\n```{glossary}\nseed\n  A start.\n```\n"


@pytest.fixture(scope="module", params=["teacher/course", ""])
def site(build, request):
    parts = [f"## {name}\n\n{written}" for name, (written, *_) in (CASES | LINKS).items()]
    tree = "```{toctree}\n:hidden:\npart/other\n```"
    made = build(
        {"index": "\n\n".join(["(sec:index)=\n# Title", *parts, tree]), "part/other": OTHER},
        "configuration", "elements", "exercises", "questions", "text", "notebooks",
        files={"a.svg": SVG}, env={"GITHUB_REPOSITORY": request.param}, numfig=True,
    )  # fmt: skip
    assert re.fullmatch(r".*check any: no cell tagged `answers` follows\n", made.warnings)
    return bool(request.param), made.app


@pytest.fixture(scope="module")
def cells(site):
    app = site[1]
    markdown = Markdown(app, "index")(app.env.get_and_resolve_doctree("index", app.builder))
    return notebook(markdown, nbformat.v4.new_notebook(), "first").cells


@pytest.fixture(scope="module")
def parts(cells):
    text = "\n\n".join(cell.source for cell in cells)
    _, *parts = re.split(r"(?m)^## (.+)\n\n", text)
    return {name: part.strip() for name, part in zip(parts[::2], parts[1::2], strict=True)}


@pytest.mark.parametrize("name", CASES)
def test_a_page_becomes_plain_markdown(parts, name):
    written, expected = CASES[name]
    assert parts[name] == (expected or written)


@pytest.mark.parametrize("name", LINKS)
def test_what_leads_elsewhere_leads_to_the_site_if_it_has_an_address(site, parts, name):
    _, text, address = LINKS[name]
    assert parts[name] == (f"[{text}]({address})" if site[0] or name == "out" else text)


def test_a_heading_begins_a_cell_and_solutions_are_folded(cells):
    folded = ["jp-MarkdownHeadingCollapsed" in cell.metadata for cell in cells]
    assert sum(folded) == 1
    heading = folded.index(True)  # in a cell of its own: JupyterLab folds the cells behind it
    assert "\n\n".join(cell.source for cell in cells[heading : heading + 2]) == CASES["solution"][1]
    others = [*cells[1 : heading + 1], *cells[heading + 2 :]]
    assert all(cell.source[0] == "#" for cell in others)


def test_the_links_that_open_a_notebook_are_not_in_it(site):
    assert Markdown(site[1], "index")(element("p", nodes.Text("Run it"), classes=["launch"])) == ""


def test_what_nobody_has_written_yet_is_an_error(site):
    with pytest.raises(NotImplementedError, match="sidebar"):
        Markdown(site[1], "index")(nodes.sidebar())


def test_marks_say_which_cells_are_slides():
    cell = nbformat.v4.new_code_cell
    run = nbformat.v4.new_notebook(
        cells=[cell("x = 1"), cell("assert x", metadata={"tags": ["hidden"]})]
    )
    text = "A.|slide|# B|fragment|1|0|C.|skip|D.|0|slide|E."
    text = re.sub(r"\|(slide|fragment|skip|\d)(?=\|)", "\n\n\0\\1\0\n\n", text).replace("|", "")
    made = [cell.metadata.slideshow.slide_type for cell in notebook(text, run, "first").cells]
    assert made == ["skip", "skip", "slide", "skip", "fragment", "-", "skip", "skip", "slide"]
    (first, a, *_) = notebook("A.", run, "first").cells
    assert first.metadata == a.metadata == {}


HELPERS = f'%pip install -q "d2l_helpers @ git+{GITHUB}"'


@pytest.mark.parametrize(
    ("repository", "commit", "code", "installed"),
    [
        (GITHUB, "", "x = 1", [HELPERS]),
        (GITHUB, "abc123", "x = 1", [HELPERS.replace("course", "course@abc123")]),
        (GITHUB, "", "import pvlib", [HELPERS, '%pip install -q "pvlib==0.1.2"']),
        ("", "abc123", "x = 1", []),
        ("", "", "import pvlib", ['%pip install -q "pvlib==0.1.2"']),
    ],
)
def test_the_first_cell_installs_what_colab_has_not(repository, commit, code, installed):
    cell = first_cell(repository, commit, code, "torch==2\npvlib==0.1.2 # sun\n")
    assert re.findall("%pip.+", cell) == installed
    assert ("pip install -e ." in cell) == (not repository)


def code(text, *tags):
    return f"```{{code-cell}}\n:tags: [{', '.join(tags)}]\n\n{text}\n```\n\n"


CELLS = (
    "# Page\n\n" + code("x = 1") + code("assert x", "hidden") + code("print('a =', x)", "answers")
    + "Text.\n\n" + code("print(x + 1)", "hide-input") + code("1 / 0", "raises-exception")
    + "```{code-cell}\n---\nmystnb: {figure: {caption: A *line*., name: 'fig:a'}}\n---\n"
    + f"from IPython.display import SVG\n\nSVG('{SVG}')\n```\n"
)  # fmt: skip
FOLD = {"cellView": "form", "jupyter": {"source_hidden": True}}


@pytest.fixture(scope="module")
def executed(build):
    return build(
        CELLS, "configuration", "elements", "notebooks", numfig=True,
        files={"requirements.txt": ""},
        env={"GITHUB_REPOSITORY": "teacher/course", "GITHUB_SHA": "abc123"},
    )  # fmt: skip


def test_a_notebook_has_the_cells_that_were_executed(executed):
    made = executed.notebook()
    nbformat.validate(made)
    assert [cell.id for cell in made.cells] == [f"cell-{i}" for i in range(len(made.cells))]
    assert made.cells[0].source == first_cell(GITHUB, "abc123", "", "")
    answers = FOLD | {"jupyter": {"source_hidden": True, "outputs_hidden": True}}
    assert [(cell.source, cell.metadata) for cell in made.cells[1:-2]] == [
        ("# Page", {}),
        ("x = 1", {}),
        ("# @title A check of the text above\nassert x", FOLD),
        ("# @title What is behind the answer above\nprint('a =', x)", answers),
        ("Text.", {}),
        ("# @title Code of this figure\nprint(x + 1)", FOLD),
        ("1 / 0", {"tags": ["raises-exception"]}),
    ]
    assert made.cells[-1].source == "**Figure 1** A *line*."
    outputs = [cell.outputs for cell in made.cells if cell.cell_type == "code"]
    assert [len(found) for found in outputs] == [0, 0, 0, 1, 1, 1, 1]
    assert [outputs[3][0].text, outputs[4][0].text] == ["a = 1\n", "2\n"]
    assert outputs[5][0].ename == "ZeroDivisionError"
    assert "image/svg+xml" in outputs[6][0].data
    assert [cell.get("execution_count") for cell in made.cells[2:5]] == [1, 2, 3]


def test_a_page_shows_neither_checks_nor_values(executed):
    page = executed["index"].get_text()
    assert [text in page for text in ("x = 1", "assert x", "a = 1", "x + 1")] == [
        True, False, False, True,
    ]  # fmt: skip


def test_a_notebook_can_be_executed(executed):
    made = executed.notebook()
    before = [cell.outputs for cell in made.cells if cell.cell_type == "code"]
    nbclient.NotebookClient(made, kernel_name="python3").execute()
    after = [cell.outputs for cell in made.cells if cell.cell_type == "code"]
    assert after[:5] == before[:5]
    assert after[5][0].ename == "ZeroDivisionError"
    assert after[6][0].data == before[6][0].data
