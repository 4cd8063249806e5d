"""A hub with the course's configuration, and those who learn there: over HTTP, as browsers do it."""

import subprocess
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from learners import CHAPTER, Learner, kill, megabytes, running, wait_for
from links import link

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "_build/html/notebooks/book"
MINE = "A learner has written this."


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    """A hub for two; what it has started ends with the tests."""
    assert list(BOOK.glob("*/*.ipynb")), "there are no notebooks yet: run make site"
    with running(tmp_path_factory.mktemp("hub"), "c.JupyterHub.active_server_limit = 2") as hub:
        yield hub


@pytest.fixture(scope="module")
def learners(hub) -> list[Learner]:
    """Two who have logged in; their servers start together."""
    both = [Learner(hub, name) for name in ("ada", "emmy")]
    for learner in both:
        learner.login().raise_for_status()
        assert learner.request_server().ok
    for learner in both:
        wait_for(learner.ready)
    return both


def edit(learner: Learner) -> None:
    notebook = learner.read(CHAPTER)
    notebook["cells"][0]["source"] = MINE
    learner.write(CHAPTER, notebook)


@pytest.mark.parametrize(
    ("name", "password"), [("ada", "wrong"), ("ada", ""), ("../ada", None), ("a b", None)]
)
def test_a_wrong_password_or_name_is_refused(hub, name, password):
    stranger = Learner(hub, name)
    answer = stranger.login() if password is None else stranger.login(password)
    assert answer.status_code == 403
    assert "Invalid username or password" in answer.text
    assert not (hub.folder / "ada").exists()
    assert not (hub.folder / "learners/a b").exists()


def test_each_has_the_notebooks_of_the_course(learners):
    for learner in learners:
        there = learner.home / "notebooks/book"
        files = {path.relative_to(BOOK): path.read_bytes() for path in BOOK.rglob("*.ipynb")}
        assert {p.relative_to(there): p.read_bytes() for p in there.rglob("*.*")} == files != {}
        cells = learner.read(CHAPTER)["cells"]
        assert any(cell.get("outputs") for cell in cells)
        assert all(c["metadata"]["trusted"] for c in cells if c["cell_type"] == "code")


def test_nobody_reaches_the_folder_of_another(learners, hub):
    ada, emmy = learners
    own, other = (f"/user/{name}/api/contents/notebooks" for name in ("ada", "emmy"))
    assert ada.ask("GET", own).ok
    assert ada.ask("GET", other).status_code == 403
    pages = [f"{hub.url}/user/{name}/lab/tree/notebooks/book" for name in ("ada", "emmy")]
    assert ada.browser.get(pages[0]).ok
    assert ada.browser.get(pages[1]).status_code == 403
    assert "notebooks" in [
        entry["name"] for entry in emmy.server("GET", "contents").json()["content"]
    ]


def test_a_third_is_told_to_come_later(learners, hub):
    third = Learner(hub, "third")
    third.login().raise_for_status()
    answer = third.request_server()
    assert answer.status_code == 429
    assert answer.json()["message"] == "Active user limit exceeded. Try again in a few minutes."
    page = third.browser.get(f"{hub.url}/hub/spawn")
    assert page.status_code == 429
    assert "Active user limit exceeded" in page.text


def test_a_chapter_runs_in_the_memory_that_is_set_aside(learners):
    """On one thread, with the one copy of the data; too much is an error, and the kernel lives."""
    ada = learners[0]
    notebook = ada.open(CHAPTER)
    code = [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for cell in code[:5]:
        assert "Error" not in ada.run(cell)
    assert ada.run("torch.get_num_threads()") == "1"
    assert not (ada.home / ".cache/d2l_helpers").exists()
    assert ada.run("all_of_it = bytearray(8 * 2**30)").startswith("MemoryError")
    assert ada.run("'all_of_it' in globals(), len(val_iter.dataset)") == "(False, 10000)"
    values = yaml.safe_load((ROOT / "classroom/values.yaml").read_text())
    set_aside = values["singleuser"]["memory"]["guarantee"].removesuffix("M")
    # What it has for itself: how much of the shared libraries counts differs from machine to machine.
    assert 0 < megabytes(ada.processes(), "uss") < int(set_aside) * 2**20 / 1e6


def test_a_link_brings_the_course(learners, tmp_path):
    """Made as the links of the chapters are, for a branch made as the published one is."""
    ada, course = learners[0], tmp_path / "course"
    subprocess.run([ROOT / "tools/branch.sh", course], check=True, capture_output=True)
    git = (
        "git",
        "-C",
        course,
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@b.c",
        "-c",
        "commit.gpgsign=false",
    )
    for words in (["init", "-q", "-b", "notebooks"], ["add", "-A"], ["commit", "-qm", "All"]):
        subprocess.run([*git, *words], check=True, capture_output=True)
    page = ada.browser.get(link(ada.hub.url, course.as_uri(), "book/start/tensors"))
    assert page.ok
    assert urlsplit(page.url).path == "/user/ada/git-pull"
    asked = {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}
    opens = asked.pop("urlpath").removeprefix("lab/tree/")  # the page asks for the rest
    pulled = ada.ask("GET", "/user/ada/git-pull/api", params=asked | {"targetpath": "course"})
    assert '"phase": "finished"' in pulled.text
    assert ada.read(opens)["cells"]


def test_an_edit_is_kept_and_what_is_missing_comes(learners):
    emmy = learners[1]
    edit(emmy)
    missing = next(
        path for path in (emmy.home / "notebooks").rglob("*.ipynb") if path.stem == "tensors"
    )
    missing.unlink()
    emmy.stop()
    emmy.start()
    assert emmy.read(CHAPTER)["cells"][0]["source"] == MINE
    assert missing.exists()


def test_a_killed_server_starts_again_with_what_was_saved(learners):
    emmy = learners[1]
    edit(emmy)
    before = emmy.processes()[0]
    kill(before)
    emmy.start()
    assert emmy.processes()[0] != before
    assert emmy.read(CHAPTER)["cells"][0]["source"] == MINE


def test_a_killed_hub_finds_everyone_at_work(learners, hub):
    ada, emmy = learners
    edit(emmy)
    ada.open(CHAPTER)
    ada.run("mine = 42")
    kernel = ada.kernel
    hub.kill()
    assert ada.run("mine") == "42"  # nobody waits for the hub
    hub.start()
    wait_for(lambda: ada.ready() and emmy.ready())
    assert ada.open(CHAPTER)
    assert ada.kernel == kernel
    assert ada.run("mine") == "42"
    assert emmy.read(CHAPTER)["cells"][0]["source"] == MINE
    assert ada.browser.get(f"{hub.url}/hub/home").ok  # still logged in
