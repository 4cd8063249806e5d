"""`make serve`: a saved page is built again, and a mistake in a source does not end it."""

import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

SERVE = Path(__file__).parents[2] / "tools" / "serve.py"
LIMIT = 600  # seconds: no verdict on the speed; a server that hangs is given up


class Served:
    """A book of one page, and the server that shows it."""

    def __init__(self, root):
        self.root, self.page, self.toc = root, root / "book" / "index.md", root / "_toc.yml"
        self.page.parent.mkdir()
        self.page.write_text("# Title\n\nFirst.\n")
        self.toc.write_text("format: jb-book\nroot: book/index\n")
        (root / "_config.yml").write_text("title: Book\nonly_build_toc_files: true\n")
        command = [sys.executable, SERVE, "0"]
        with (root / "log").open("w") as log:
            self.process = subprocess.Popen(command, cwd=root, stdout=log, stderr=subprocess.STDOUT)
        self.until(lambda: "http://" in self.log())
        self.address = self.log().partition("http://")[2].split()[0]
        self.until(lambda: self.get("/-/version"))

    def log(self):
        return (self.root / "log").read_text()

    def get(self, path):
        return urlopen(f"http://{self.address}{path}").read().decode()

    def until(self, condition):
        end = time.monotonic() + LIMIT
        while not condition():
            assert self.process.poll() is None, self.log()
            assert time.monotonic() < end, self.log()
            time.sleep(0.1)

    def save(self, file, text):
        """Save a file and wait for the build."""
        before = self.get("/-/version")
        file.write_text(text)
        self.until(lambda: self.get("/-/version") != before)


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    served = Served(tmp_path_factory.mktemp("serve"))
    yield served
    served.process.terminate()
    served.process.wait()


def test_a_page_reloads_itself_when_served_only(served):
    assert "/-/reload.js" in served.get("/book/index.html")
    assert "/-/reload.js" not in (served.root / "_build/html/book/index.html").read_text()
    assert "location.reload()" in served.get("/-/reload.js")


def test_a_saved_page_is_built_again(served):
    served.save(served.page, "# Title\n\nSecond.\n")
    assert "Second." in served.get("/book/index.html")


def test_a_mistake_is_printed_and_ends_nothing(served):
    right = served.toc.read_text()
    served.save(served.toc, "root: [\n")
    assert "serve: " in served.log().partition("built in")[2]
    served.toc.write_text(right)
    served.save(served.page, "# Title\n\n{ref}`nowhere`. Third.\n")
    served.until(lambda: "Third." in served.get("/book/index.html"))
    assert "undefined label: 'nowhere'" in served.log()


def test_a_missing_page_is_missing(served):
    with pytest.raises(HTTPError, match="404"):
        served.get("/book/nowhere.html")
    (served.root / "_build/html/404.html").write_text("Lost?")
    with pytest.raises(HTTPError, match="404") as error:
        served.get("/course/book/nowhere.html")
    assert error.value.read().startswith(b"Lost?")


def test_links_with_the_folder_of_the_published_site_work(served):
    assert served.get("/course/book/index.html") == served.get("/book/index.html")
