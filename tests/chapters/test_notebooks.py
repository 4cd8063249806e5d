"""The published notebooks: plain Markdown, what installs them, and the buttons that lead there."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from importlib.metadata import version
from types import SimpleNamespace

import jupytext
import launch
import nbformat
import notebooks
import pytest
from references import BOOK, ROOT
from references import chapters as chapters_with_code

GITHUB = "https://github.com/teacher/course"
SITE = "https://teacher.github.io/course/book"


@pytest.fixture(scope="module")
def converter():
    return notebooks.Converter(GITHUB)


@pytest.fixture(scope="module")
def without_repository():
    return notebooks.Converter("")


@pytest.mark.parametrize(
    ("myst", "plain"),
    [
        ("(sec:any-label)=\n# Title", "# Title"),
        ("{term}`seed` or {term}`seeds <seed>`", "seed or seeds"),
        ("{ref}`the\ntheory <sec:linear-theory>`", "the\ntheory"),
        ("as {eq}`eq:linear-data` says", "as (2.1) says"),
        ("$$y = x.$$ (eq:linear-data)", r"$$y = x. \tag{2.1}$$"),
        ("$$y = x.$$", "$$y = x.$$"),
        ("a result {cite}`robbins1951`", "a result (Robbins and Monro, 1951)"),
        ("{cite}`bottou2018, robbins1951`", "(Bottou et al., 2018; Robbins and Monro, 1951)"),
        ("{cite:t}`elkan2001` says", "Elkan (2001) says"),
        ("code: `{ref}` and ``{term}`x` ``", "code: `{ref}` and ``{term}`x` ``"),
        ("```python\n{'ref': `1`}\n```", "```python\n{'ref': `1`}\n```"),
        ("```{admonition} Hint\n:class: tip\n\nLook.\n```", "**Hint**\n\nLook."),
        (":::{note}\nLook.\n:::", "**Note**\n\nLook."),
        ("1. One\n\n   ```{tip}\n   Look.\n   ```\n", "1. One\n\n   **Tip**\n\n   Look."),
        (
            "````{exercise} Try {term}`it <seed>`\n:label: ex:it\n\nWhy?\n\n```python\nx\n```\n````",
            "### Exercise: Try it\n\nWhy?\n\n```python\nx\n```",
        ),
        ("````{solution-start} ex:it\n:label: sol:it\n:class: dropdown\n````", "#### Solution"),
        ("It is.\n\n```{solution-end}\n```", "It is.\n\n***"),
        (
            "```{figure} ../_static/a.svg\n:alt: An arrow.\n:width: 80%\n\nA {term}`seed`.\n```",
            "![An arrow.](../_static/a.svg)\n\n*Figure:* A seed.",
        ),
    ],
)
def test_myst_becomes_plain_markdown(without_repository, myst, plain):
    assert without_repository.markdown(myst) == plain


@pytest.mark.parametrize(
    ("myst", "plain"),
    [
        (
            "{ref}`the theory <sec:linear-theory>`",
            f"[the theory]({SITE}/linear-regression/theory.html#sec-linear-theory)",
        ),
        (
            "{ref}`it <ex:linear-scratch-zero>`",
            f"[it]({SITE}/linear-regression/scratch.html#ex:linear-scratch-zero)",
        ),
        (
            "{eq}`eq:linear-data`",
            f"[(2.1)]({SITE}/linear-regression/scratch.html#equation-eq-linear-data)",
        ),
        (
            "{cite}`robbins1951`",
            f"([Robbins and Monro, 1951]({SITE}/reference/bibliography.html#sec-bibliography))",
        ),
        (
            "```{figure} ../_static/a.svg\n:alt: An arrow.\n\nText.\n```",
            f"![An arrow.]({SITE.removesuffix('/book')}/_static/a.svg)\n\n*Figure:* Text.",
        ),
    ],
)
def test_what_leads_elsewhere_leads_to_the_site(converter, myst, plain):
    assert converter.markdown(myst) == plain


@pytest.mark.parametrize("myst", ["{ref}`x <sec:nowhere>`", "{cite}`nobody`", "{eq}`eq:nowhere`"])
def test_a_reference_to_nothing_is_an_error(converter, myst):
    with pytest.raises(KeyError):
        converter.markdown(myst)


@pytest.mark.parametrize("myst", ["{doc}`x`", "```{tableofcontents}\n```"])
def test_what_the_converter_does_not_know_is_an_error(converter, myst):
    with pytest.raises(ValueError, match=r"doc|tableofcontents"):
        converter.markdown(myst)


def test_each_chapter_with_code_is_published():
    assert sorted(notebooks.chapters()) == chapters_with_code()


@pytest.mark.parametrize("chapter", chapters_with_code(), ids=lambda p: str(p.relative_to(BOOK)))
def test_no_myst_is_left(converter, chapter):
    source = jupytext.read(chapter)
    notebook = converter.notebook(source)
    nbformat.validate(notebook)
    text = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    text = re.sub(r"(?ms)^ *```\w*\n.*?^ *```$|(`+).+?\1", "", text)
    left = r"\{[\w:-]+\}|`|:::|- \[[ x]\]|^\(\S+\)=|\(eq:|<sec:|<ex:|^:\w+:"
    math = re.sub(r"(?s)\$\$.+?\$\$|\$.+?\$", "", text)
    assert re.findall(left, math, re.MULTILINE) == []
    code = [cell for cell in source.cells if cell.cell_type == "code"]
    assert sum(cell.cell_type == "code" for cell in notebook.cells) == len(code) + 1


CHECK = """\
```{check} any-name
Is a {term}`seed`
random?

- [ ] Yes,
  always.

  It is given.

  $$s = 0$$
- [x] No: {eq}`eq:linear-data`.

  It starts what is.
```

Text."""


def test_a_question_is_asked_and_its_answer_folded(without_repository):
    assert (
        without_repository.markdown(CHECK)
        == """\
**Check yourself**

Is a seed
random?

1. Yes,
   always.

2. No: (2.1).

<details>
<summary>Answer</summary>

1. **No.** It is given.

   $$s = 0$$

2. **Right.** It starts what is.

</details>

Text."""
    )


def test_the_answer_is_in_the_fold_alone(without_repository):
    other = CHECK.replace("[x]", "[?]").replace("[ ]", "[x]").replace("[?]", "[ ]")
    one, two = map(without_repository.markdown, (CHECK, other))
    assert one != two
    fold = re.compile("(?s)<details>.*</details>")
    assert fold.sub("", one) == fold.sub("", two)


def test_numbers_are_named_and_found_in_the_next_folded_cell(without_repository):
    check = """\
```{check} any-name
:within: 1 %

How many?

- [x] `all`

  Each counts.
- [ ] `half of them`

  The others
  count too.
```

```{code-cell}
:tags: [remove-input, answers]

print("all =", 2)
```"""
    executed = read(check)
    executed.cells[1].outputs = [nbformat.v4.new_output("stream", text="all = 2\n")]
    _, question, code = without_repository.notebook(executed).cells
    assert (
        question.source
        == """\
**Check yourself**

How many?

<details>
<summary>Answer</summary>

The values are in the output of the next folded cell, *Values for the answer above*:

- `all`: **Right.** Each counts.

- `half of them`: **No.** The others
   count too.

</details>"""
    )
    assert code.source == '# @title Values for the answer above\nprint("all =", 2)'
    assert code.metadata["cellView"] == "form"
    assert code.metadata["jupyter"] == {"source_hidden": True, "outputs_hidden": True}
    assert code.outputs[0].text == "all = 2\n"


def test_what_is_no_question_is_an_error(without_repository):
    with pytest.raises(ValueError, match="one of them is right"):
        without_repository.markdown(CHECK.replace("[x]", "[ ]"))


def read(body: str) -> nbformat.NotebookNode:
    header = "---\nkernelspec: {name: python3, display_name: Python 3}\n---\n"
    return jupytext.reads(header + body, "md:myst")


def test_a_caption_becomes_text_and_options_vanish(without_repository):
    cell = "```{code-cell}\n---\nmystnb:\n  figure:\n    caption: A {term}`seed`.\n---\nx = 1\n```"
    _, code, caption = without_repository.notebook(read(cell)).cells
    assert code.source == "x = 1"
    assert caption.source == "*Figure:* A seed."


def test_a_check_is_folded_and_kept(converter):
    _, code = converter.notebook(read("```{code-cell}\n:tags: [remove-cell]\n\nx = 1\n```")).cells
    assert code.source == "# @title A check of the text above\nx = 1"
    assert code.metadata["cellView"] == "form"
    assert code.metadata["jupyter"] == {"source_hidden": True}


def test_the_first_cell_installs_what_colab_has_not(converter, without_repository):
    helpers = f'%pip install -q "d2l_helpers @ git+{GITHUB}"'
    assert converter.first_cell("x = 1").endswith(f"\n{helpers}")
    assert re.search(rf"\n{re.escape(helpers)} pvlib==[\d.]+$", converter.first_cell("'pvlib'"))
    assert "%pip" not in without_repository.first_cell("x = 1")
    assert "pip install -e ." in without_repository.first_cell("x = 1")
    lab = jupytext.read(BOOK / "labs/plancks-law.md")
    assert "pvlib" in converter.notebook(lab).cells[0].source


def test_outputs_are_taken_over(converter):
    executed = read("```{code-cell}\n1\n```")
    executed.cells[0].execution_count = 1
    executed.cells[0].outputs = [nbformat.v4.new_output("stream", text="one\n")]
    _, code = converter.notebook(executed).cells
    assert code.outputs[0].text == "one\n"
    assert code.execution_count == 1


def test_a_chapter_that_was_not_executed_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(notebooks, "cache_path", lambda root: tmp_path / "of-other-helpers")
    assert notebooks.main(tmp_path) == 1
    assert "make site" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_buttons_lead_to_the_notebooks():
    page = "book/linear-regression/scratch"
    (group,) = launch.buttons(GITHUB, page)
    assert {button["text"]: button["url"] for button in group["buttons"]} == {
        "Binder": f"https://mybinder.org/v2/gh/teacher/course/main?urlpath=lab/tree/{page}.md",
        "Colab": "https://colab.research.google.com/github/teacher/course"
        f"/blob/notebooks/{page}.ipynb",
        "Download notebook": f"{GITHUB}/raw/notebooks/{page}.ipynb",
    }


def test_binder_alone_knows_other_hosts():
    (group,) = launch.buttons("https://git.example.org/teacher/course", "book/a")
    (button,) = group["buttons"]
    repository = "https%3A%2F%2Fgit.example.org%2Fteacher%2Fcourse"
    address = f"https://mybinder.org/v2/git/{repository}/main?urlpath=lab/tree/book/a.md"
    assert button["url"] == address


@pytest.mark.parametrize(
    ("page", "repository", "count"),
    [
        ("book/linear-regression/scratch", GITHUB, 1),
        ("book/linear-regression/scratch", "", 0),
        ("book/how-to-use", GITHUB, 0),
    ],
)
def test_buttons_need_code_and_a_repository(page, repository, count):
    options = {"repository_url": repository} if repository else {}
    app = SimpleNamespace(
        config=SimpleNamespace(html_theme_options=options),
        env=SimpleNamespace(doc2path=lambda name: ROOT / f"{name}.md"),
    )
    context = {"header_buttons": ["the theme's"]}
    launch.add_buttons(app, page, "page.html", context, doctree=object())
    assert len(context["header_buttons"]) == count + 1
    assert context["header_buttons"][-1] == "the theme's"


@pytest.mark.skipif("EVERY" not in os.environ, reason="minutes: the weekly run has EVERY=1")
def test_a_notebook_runs_where_only_its_first_cell_has_installed(converter, tmp_path):
    package = tmp_path / "package"
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        package.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, package)
    shutil.copytree(ROOT / "d2l_helpers", package / "d2l_helpers")
    notebook = converter.notebook(jupytext.read(BOOK / "linear-regression/scratch.md"))
    install = notebook.cells.pop(0).source.partition("%pip install -q ")[2]
    assert f"git+{GITHUB}" in install
    needs = shlex.split(install.replace(f"git+{GITHUB}", package.as_uri()))
    nbformat.write(notebook, tmp_path / "scratch.ipynb")

    # The versions and the build of torch that are here, so that nothing large travels again
    pinned = re.findall(r"(?m)^[\w.-]+==\S+", (ROOT / "requirements.txt").read_text())
    (tmp_path / "pins.txt").write_text("\n".join(pinned))
    build = version("torch").partition("+")[2]
    python = tmp_path / "venv/bin/python"
    uv = (sys.executable, "-m", "uv")
    pip = (*uv, "pip", "install", "--quiet", "--python", python)
    pip = (*pip, "--constraint", tmp_path / "pins.txt")
    pip = (*pip, f"--torch-backend={build}") if build else pip
    environment = os.environ | {"UV_NO_CACHE": "0", "PYTHONPATH": ""}
    for command in (
        (*uv, "venv", "--quiet", "--python", sys.executable, tmp_path / "venv"),
        (*pip, "ipykernel", "nbclient", *needs),
        (python, "-m", "jupyter", "execute", "scratch.ipynb"),
    ):
        done = subprocess.run(
            command, check=False, cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
    shutil.rmtree(tmp_path / "venv")  # pytest keeps the rest
