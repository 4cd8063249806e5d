"""`make serve` and `make lab`: what they show, and what they leave alone."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path
from urllib.request import urlopen

import nbformat
import pytest
from served import ROOT

BUILT = ("site", "data", "node_modules/.package-lock.json")  # what these tests find ready
MINE = ROOT / "notebooks"


def free_port() -> int:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return unused.getsockname()[1]


@contextlib.contextmanager
def running(log: Path, *words: str, **variables: str) -> Iterator[subprocess.Popen]:
    """`make` with these words, as long as the block lasts; its children end with it."""
    command = ["make", *(f"--old-file={name}" for name in BUILT), *words]
    with log.open("w") as out:
        make = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | variables, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=out, stderr=out,
        )  # fmt: skip
        try:
            yield make
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(make.pid, signal.SIGTERM)
            make.wait()


def fetch(make: subprocess.Popen, log: Path, address: str) -> str:
    """What an address gives, once somebody answers there."""
    while make.poll() is None:
        with contextlib.suppress(OSError, HTTPException), urlopen(address) as reply:
            return reply.read().decode()
        time.sleep(0.5)
    pytest.fail(f"make has ended:\n{log.read_text()[-2000:]}")


@pytest.mark.parametrize(
    ("language", "title"), [("en", "Ten lines that learn"), ("zh_CN", "十行会学习的代码")]
)
def test_serve_shows_the_pages_and_reloads_them(tmp_path, language, title):
    port, log = free_port(), tmp_path / "log"
    with running(log, "serve", f"PORT={port}", f"LANGUAGE={language}") as make:
        page = fetch(make, log, f"http://127.0.0.1:{port}/book/start/first-model.html")
    assert title in page
    assert 'class="language' not in page  # there is no other edition
    assert "new WebSocket" in page or "livereload" in page.lower()
    assert "Content-Security-Policy" not in page  # which would forbid it


@pytest.fixture(params=[("en", "book"), ("zh_CN", "zh/book")], ids=["en", "zh_CN"])
def changed(request) -> Iterator[str]:
    """A language, in whose first notebook in the learner's folder something has been written."""
    language, place = request.param
    path, new = MINE / place / "start/first-model.ipynb", not MINE.exists()
    before = path.read_bytes() if path.exists() else None
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_raw_cell("mine")]), path)
    yield language
    if new:
        shutil.rmtree(MINE)
    elif before is None:
        path.unlink()
    else:
        path.write_bytes(before)


def test_lab_opens_the_chapters_and_leaves_what_is_yours(tmp_path, changed):
    port, log = free_port(), tmp_path / "log"
    options = {"ServerApp": {"port": port, "port_retries": 0, "token": "", "open_browser": False}}
    options["ServerApp"]["allow_root"] = True
    (tmp_path / "jupyter_server_config.json").write_text(json.dumps(options))
    folder = {"JUPYTER_CONFIG_DIR": str(tmp_path), "JUPYTER_DATA_DIR": str(tmp_path / "data")}
    with running(log, "lab", f"LANGUAGE={changed}", **folder) as make:
        api = f"http://127.0.0.1:{port}/api/contents"
        mine, theirs = (
            json.loads(fetch(make, log, f"{api}/start/{name}.ipynb"))
            for name in ("first-model", "tensors")
        )
    assert [cell["source"] for cell in mine["content"]["cells"]] == ["mine"]
    cells = theirs["content"]["cells"]
    shown = [output for cell in cells for output in cell.get("outputs", [])]
    assert cells
    assert shown
    assert all(cell["metadata"].get("trusted", True) for cell in cells)  # or figures are hidden
