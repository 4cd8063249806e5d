"""The Binder image: its pins, its recipe and, without Docker, the environment that it makes."""

import ast
import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import nbformat
import pytest
import repo2docker
from playwright.sync_api import Locator, Page, sync_playwright

ROOT = Path(__file__).parents[2]
BINDER = ROOT / ".binder"
PYTHON = (BINDER / "runtime.txt").read_text().strip().removeprefix("python-")


CHAPTERS = [  # with code
    str(path.relative_to(ROOT).with_suffix(".ipynb"))
    for path in sorted(ROOT.glob("book/**/*.md"))
    if "```{code-cell}" in path.read_text()
]


def pins(requirements: Path) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==(\S+)", requirements.read_text(), re.MULTILINE))


def run(*command: str | Path, **options) -> str:
    both = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    done = subprocess.run(command, check=False, text=True, **both, **options)
    assert done.returncode == 0, done.stdout
    return done.stdout


class Image:
    """A folder like the image's, with what repo2docker and then `.binder/` install."""

    def __init__(self, home: Path):
        self.home, self.root, venv = home, home / "repo", home / "venv"
        run(ROOT / "tools/branch.sh", self.root)  # as the deploy job makes the branch
        self.env = os.environ | {
            "PATH": f"{venv / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "JUPYTER_CONFIG_DIR": str(home / "config"),
            "JUPYTER_DATA_DIR": str(home / "share"),
            "D2L_DATA": str(home / "data"),
            "UV_NO_CACHE": "0",  # 5 GB need not travel again for a test
        }
        uv = (sys.executable, "-m", "uv")
        run(*uv, "venv", "--python", sys.executable, venv)
        run(
            *(*uv, "pip", "install", "--python", venv / "bin/python"),
            *("--requirement", BINDER / "requirements.txt", *self.brought()),
        )
        self.run("./.binder/postBuild")

    @staticmethod
    def brought() -> list[str]:
        """The notebook server that repo2docker's lock file puts into every image."""
        conda = Path(repo2docker.__file__).parent / "buildpacks/conda"
        lock = (conda / f"environment.py-{PYTHON}-linux-64.lock").read_text()
        found = re.findall(r"/(ipykernel|jupyter_server|jupyterlab|notebook)-([\d.]+)-", lock)
        assert len(found) == 4, "repo2docker's lock file has changed its form"
        return [f"{name}=={version}" for name, version in found]

    def run(self, *command: str) -> str:
        return run(*command, cwd=self.root, env=self.env)

    @contextlib.contextmanager
    def lab(self) -> Iterator[str]:
        """Serve JupyterLab as long as the block lasts; gives its address."""
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            port = unused.getsockname()[1]
        options = (
            "--no-browser",
            "--allow-root",
            f"--port={port}",
            "--IdentityProvider.token=",
            "--expose-app-in-browser",
            "--MappingKernelManager.kernel_info_timeout=600",  # a busy machine starts kernels slowly
        )
        with (self.home / "lab.log").open("w") as log:
            server = subprocess.Popen(
                ("jupyter-lab", *options), cwd=self.root, env=self.env, stdout=log, stderr=log
            )
        try:
            while server.poll() is None:
                with contextlib.suppress(OSError):
                    urlopen(f"http://127.0.0.1:{port}/api")
                    break
                time.sleep(0.5)
            yield f"http://127.0.0.1:{port}/lab"
        finally:
            server.kill()  # its own way out can hang; a kernel ends by itself when its server has gone
            server.wait()


@pytest.fixture(scope="module")
def image(tmp_path_factory) -> Iterator[Image]:
    home = tmp_path_factory.mktemp("binder")
    uv = (sys.executable, "-m", "uv", "pip", "install", "--dry-run", "--no-cache", "--no-deps")
    if subprocess.run((*uv, "--target", home, "uv"), check=False, capture_output=True).returncode:
        absent = "no package index can be reached: what Binder would install is not tried"
        pytest.fail(absent) if os.environ.get("CI") else pytest.skip(absent)
    yield Image(home)
    shutil.rmtree(home / "venv")  # pytest keeps the rest; this is 5 GB where it is no hard link


def test_the_pins_are_those_of_the_root():
    ours, root = pins(BINDER / "requirements.txt"), pins(ROOT / "requirements.txt")
    shared = ours.keys() & root.keys()
    assert {"numpy", "matplotlib"} <= shared
    assert not ours.keys() & {"jupytext", "jupyterlab-myst", "jupyterlab"}  # notebooks need none
    assert {name: ours[name] for name in shared} == {name: root[name] for name in shared}


def test_repo2docker_takes_every_file_of_the_folder():
    recipe = run(sys.executable, "-m", "repo2docker", "--no-build", "--debug", ROOT)
    packages = " ".join((BINDER / "apt.txt").read_text().split())
    assert f"Building conda environment for python={PYTHON}" in recipe
    assert f"apt-get install --yes --no-install-recommends {packages} " in recipe
    assert '/bin/pip install --no-cache-dir -r ".binder/requirements.txt"' in recipe
    assert "RUN ./.binder/postBuild" in recipe
    assert re.search('ENV R2D_ENTRYPOINT=".*/.binder/start"', recipe)


def test_torch_is_the_one_that_everyone_has(image):
    ask = "from importlib.metadata import version; print(version('{}').partition('+')[0])"
    for name in ("torch", "torchvision"):
        version = image.run("python", "-c", ask.format(name))
        assert version.strip() == pins(ROOT / "requirements.txt")[name]


def test_the_packages_fit_together(image):
    check = ("uv", "pip", "check", "--python", shutil.which("python", path=image.env["PATH"]))
    done = subprocess.run(check, check=False, capture_output=True, text=True, env=image.env)
    lines = (done.stdout + done.stderr).splitlines()
    wrong = [line for line in lines if line.startswith("The package ")]
    assert done.returncode == bool(wrong), lines
    # One file of pvlib is read, and nothing imported: what it asks for stays away.
    assert all(line.startswith("The package `pvlib` requires ") for line in wrong), wrong


def test_what_the_chapters_import_is_there(image):
    cells = [
        ast.parse(cell.source)
        for path in CHAPTERS
        for cell in nbformat.read(image.root / path, as_version=4).cells
        if cell.cell_type == "code" and "%" not in cell.source
    ]
    statements = {
        ast.unparse(node)
        for cell in cells
        for node in ast.walk(cell)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert "import d2l_helpers as d2l" in statements
    image.run("python", "-c", "\n".join(sorted(statements)))


def test_the_data_are_there(image):
    assert list((image.home / "data").rglob("train-images-idx3-ubyte"))


def test_start_runs_the_server_on_one_thread(image):
    ask = "import torch; print(torch.get_num_threads())"
    assert image.run(".binder/start", "python", "-c", ask) == "1\n"


def test_the_branch_holds_every_chapter_and_its_outputs(image):
    """And nothing of what only builds the site."""
    for path in [*CHAPTERS, *(f"zh/{path}" for path in CHAPTERS)]:
        notebook = nbformat.read(image.root / path, as_version=4)
        nbformat.validate(notebook)
        assert any(cell.get("outputs") for cell in notebook.cells), path
    assert {path.name for path in image.root.iterdir()} == {
        *(".binder", "book", "d2l_helpers", "tools", "pyproject.toml", "requirements.lock"),
        *("README.md", "LICENSE", "LICENSE-TEXT", "zh"),
        *(path.name for path in image.root.glob("*.egg-info")),
    }


OPEN = """async path => {
  const widget = await window.jupyterapp.commands.execute("docmanager:open", { path });
  await widget.context.ready;
  await widget.sessionContext.ready;
}"""
RUN_ALL = """async () => {
  const { commands, shell } = window.jupyterapp;
  const code = () => shell.currentWidget.content.model.sharedModel.toJSON().cells
    .filter(cell => cell.cell_type === "code");
  await commands.execute("notebook:run-all-cells");
  // An expected error ends the command, and not the run: the cells behind it follow.
  while (code().some(cell => cell.execution_count === null))
    await new Promise(resolve => setTimeout(resolve, 100));
  return code().map(cell => ({
    expected: (cell.metadata.tags || []).includes("raises-exception"),
    error: cell.outputs.filter(o => o.output_type === "error").map(o => o.evalue).join(),
  }));
}"""
CLOSE = """async () => {
  const widget = window.jupyterapp.shell.currentWidget;
  await widget.sessionContext.shutdown();
  widget.dispose();
}"""


@pytest.fixture(scope="module")
def lab(image) -> Iterator[Page]:
    """The image's JupyterLab, in a tab of a browser."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        pytest.skip("no Chromium is installed")
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with image.lab() as address, sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=quiet)
        page = browser.new_page()
        page.set_default_timeout(600_000)  # a busy machine is no error; one that hangs is
        page.goto(address)
        page.wait_for_function("window.jupyterapp?.restored.then(() => true)")
        yield page
        browser.close()


@contextlib.contextmanager
def opened(page: Page, path: str) -> Iterator[Locator]:
    """A notebook that is open in JupyterLab, as long as the block lasts."""
    page.evaluate(OPEN, path)
    notebook = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
    notebook.locator(".jp-MarkdownOutput h1").first.wait_for()
    notebook.locator(".jp-CodeCell").first.wait_for()
    try:
        yield notebook
    finally:
        page.evaluate(CLOSE)


def run_all(page: Page) -> None:
    cells = page.evaluate(RUN_ALL)
    assert cells
    assert [cell for cell in cells if bool(cell["error"]) != cell["expected"]] == []


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_opens_rendered(lab, chapter):
    """An extension that cannot load is still listed as enabled and OK; only a browser shows it."""
    with opened(lab, chapter):
        pass


@pytest.mark.parametrize("chapter", CHAPTERS if os.environ.get("EVERY") else CHAPTERS[-2:-1])
def test_a_chapter_runs_to_its_end(lab, chapter):
    with opened(lab, chapter):
        run_all(lab)


LOOK = """async () => {
  const { content } = window.jupyterapp.shell.currentWidget;
  for (let i = 0; i < content.widgets.length; i++) {
    await content.scrollToItem(i); // cells are drawn when they come into sight
    await content.widgets[i].ready;
  }
  const drawn = (cell) => [...cell.node.querySelectorAll(".jp-RenderedMarkdown")];
  const texts = content.widgets.flatMap(drawn); // those out of sight are not in the page
  const all = (selector) => texts.flatMap((text) => [...text.querySelectorAll(selector)]);
  return {
    words: texts.map((text) => text.textContent).join("\\n"),
    folds: all("details").length,
    open: all("details[open]").length,
    figures: content.widgets.filter((cell) => cell.node.querySelector(".jp-RenderedSVG")).length,
    hidden: content.widgets.filter((cell) => cell.inputHidden).length,
    collapsed: content.widgets.filter((cell) => cell.headingCollapsed).length,
  };
}"""


def test_a_chapter_looks_right(lab, image):
    """No MyST is left over; figures are there; answers, solutions and checks of the text are folded."""
    path = "book/linear-regression/scratch.ipynb"
    cells = nbformat.read(image.root / path, as_version=4).cells
    with opened(lab, path):
        seen = lab.evaluate(LOOK)
    left = re.findall(r"\{[\w:]+\}`|^:::|^```\{", seen["words"], re.MULTILINE)
    assert left == []
    assert seen["figures"] > 2
    assert seen["folds"] > seen["open"] == 0
    assert seen["hidden"] == sum("cellView" in cell.metadata for cell in cells) > 0
    solutions = [cell for cell in cells if cell.source.startswith("#### Solution")]
    assert seen["collapsed"] == len(solutions) > 0


def test_the_first_cell_of_a_notebook_installs_the_helpers(image, tmp_path):
    """As on Colab: the package is not there, and comes from the repository."""
    path = image.root / "book/linear-regression/scratch.ipynb"
    notebook = nbformat.read(path, as_version=4)
    source, count = re.subn(r"git\+[^\"]+", image.root.as_uri(), notebook.cells[0].source)
    if not count:
        pytest.skip("the site does not know its address: set GITHUB_REPOSITORY")
    notebook.cells[0].source = source
    nbformat.write(notebook, tmp_path / path.name)
    uv, python = (sys.executable, "-m", "uv", "pip"), shutil.which("python", path=image.env["PATH"])
    run(*uv, "uninstall", "--python", python, "d2l-helpers")
    run(*uv, "install", "--python", python, "pip")
    run("jupyter", "execute", path.name, cwd=tmp_path, env=image.env)
    assert "site-packages" in run(
        python, "-c", "import d2l_helpers; print(d2l_helpers.__file__)", cwd=tmp_path, env=image.env
    )
