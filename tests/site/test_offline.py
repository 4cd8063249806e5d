"""The archive for those without a network: whole, the same each time, and a course when it is opened."""

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from served import NODE, ROOT

from d2l_helpers.fetching import FILES

ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT / "book")}
WALK = Path(__file__).with_name("offline.mjs")


def pack(out: Path) -> Path:
    tool = ROOT / "tools/offline.py"
    subprocess.run([sys.executable, tool, out], check=True, env=ENVIRONMENT)
    (archive,) = out.iterdir()
    return archive


@pytest.fixture(scope="module")
def archive(site, tmp_path_factory) -> Path:
    return pack(tmp_path_factory.mktemp("packed"))


@pytest.fixture(scope="module")
def unpacked(archive, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("a stick")  # a name as people give it
    zipfile.ZipFile(archive).extractall(folder)
    (course,) = folder.iterdir()
    return course


def test_the_same_input_gives_the_same_bytes(archive, tmp_path):
    assert pack(tmp_path).read_bytes() == archive.read_bytes()


def test_data_and_notebooks_are_whole(site, unpacked):
    data = unpacked / "data/FashionMNIST/raw"
    digests = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in data.iterdir()}
    assert digests == {name: digest for name, (_, digest) in FILES.items()}
    notebooks = sorted(site.folder.rglob("*.ipynb"))
    assert len(notebooks) >= 18
    for path in notebooks:
        copy = unpacked / "site" / path.relative_to(site.folder)
        assert copy.read_bytes() == path.read_bytes()


@pytest.mark.parametrize("name", ["START.html", "START.zh_CN.html"])
def test_the_page_at_the_top_leads_to_what_is_there(unpacked, name):
    page = BeautifulSoup((unpacked / name).read_text(), "lxml")
    places = [link["href"] for link in page.select("a")]
    places += [word for word in page.get_text().split() if word.endswith(".whl")]
    places += [code.text for code in page.select("p code") if "/" in code.text]
    assert len(places) >= 8
    assert [place for place in places if not (unpacked / place).exists()] == []


def test_the_helpers_in_it_read_the_data_in_it(unpacked, tmp_path):
    (wheel,) = unpacked.glob("helpers/*.whl")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
    subprocess.run([*pip, "--target", tmp_path, wheel], check=True)
    before = sorted(unpacked.rglob("*"))
    code = "import d2l_helpers as d2l; print(d2l.__file__, d2l.fetch_fashion_mnist())"
    given = os.environ | {"D2L_DATA": str(unpacked / "data"), "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=given, cwd=tmp_path, check=True, capture_output=True
    )
    assert done.stdout.decode() == f"{tmp_path}/d2l_helpers/__init__.py {unpacked}/data\n"
    assert sorted(unpacked.rglob("*")) == before


def test_without_a_site_it_says_what_to_do(tmp_path):
    copy = tmp_path / "tools/offline.py"
    copy.parent.mkdir()
    copy.write_bytes((ROOT / "tools/offline.py").read_bytes())
    done = subprocess.run(
        [sys.executable, copy, tmp_path / "out"], check=False, capture_output=True, env=ENVIRONMENT
    )
    assert (done.returncode, done.stderr) == (1, b"offline: there is no site yet: run make site\n")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["chromium", "firefox"])
def test_the_course_works_in_files(request, unpacked, name):
    """Links, styles, fonts, pictures, an explorer, a question, previews and the search."""
    given = {
        "start": (unpacked / "START.html").as_uri(),
        "browser": name.replace("chromium", "chrome"),
        "executable": request.getfixturevalue(name),
    }
    done = subprocess.run(
        [NODE, WALK], input=json.dumps(given), stdout=subprocess.PIPE, check=True, text=True
    )
    found = json.loads(done.stdout)
    assert found["errors"] == []
    assert {urlsplit(url).scheme for url in found["asked"]} <= {"file", "data"}
    page = found["page"]
    assert len(page["images"]) >= 3
    assert 0 not in page["images"]
    assert page["formulas"] > 30
    assert {"KaTeX_Main", "KaTeX_Math"} <= set(page["fonts"])
    assert page["sticky"] == "sticky"
    assert found["end"].partition("?")[0].endswith("/book/linear-regression/theory.html")
