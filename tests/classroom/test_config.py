"""The configuration, without a hub: what is missing is named before anything is changed."""

import os
import shutil
from pathlib import Path

import pytest
from traitlets.config.loader import PyFileConfigLoader

ROOT = Path(__file__).parents[2]
NAMES = ("CLASSROOM", "CLASSROOM_TRY", "D2L_DATA", "PORT")


@pytest.fixture
def course(tmp_path, monkeypatch) -> Path:
    """A course with everything that the hub needs, and nothing else."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    for path in (
        "_build/html/notebooks/book/start/tensors.ipynb",
        "node_modules/configurable-http-proxy/bin/configurable-http-proxy",
        "data/FashionMNIST/raw/train-images-idx3-ubyte",
    ):
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).touch()
    (tmp_path / "classroom").mkdir()
    shutil.copy(ROOT / "classroom/jupyterhub_config.py", tmp_path / "classroom")
    monkeypatch.setenv("CLASSROOM", str(tmp_path / "hub"))
    monkeypatch.setenv("CLASSROOM_TRY", "a long password")
    monkeypatch.setenv("D2L_DATA", str(tmp_path / "data"))
    return tmp_path


def load(course: Path):
    return PyFileConfigLoader(str(course / "classroom/jupyterhub_config.py")).load_config()


def test_to_try_it_a_password_is_enough(course, capsys):
    c = load(course)
    assert c.JupyterHub.authenticator_class == "shared-password"
    assert c.JupyterHub.bind_url == "http://127.0.0.1:8000"
    said = capsys.readouterr().out
    assert "http://127.0.0.1:8000" in said
    assert "a long password" in said
    assert (course / "hub").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("missing", "way_out"),
    [
        ("node_modules", "configurable-http-proxy is missing: run make site"),
        ("_build", "no notebooks yet: run make site"),
        ("data", "no Fashion-MNIST in .*: run make data"),
    ],
)
def test_what_is_missing_is_named(course, missing, way_out):
    shutil.rmtree(course / missing)
    with pytest.raises(SystemExit, match=way_out):
        load(course)
    assert not (course / "hub").exists()


def test_without_node(course, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    with pytest.raises(SystemExit, match="Node is missing: run make setup"):
        load(course)


@pytest.mark.parametrize("port", ["http", "-1", "0", "65534"])
def test_a_port_that_is_none(course, monkeypatch, port):
    monkeypatch.setenv("PORT", port)
    with pytest.raises(SystemExit, match=f"PORT={port} is no port"):
        load(course)


def in_earnest(monkeypatch, *, user: int = 0, groups=("learners", "teachers")) -> None:
    group = type("Group", (), {})
    listed = []
    for name in groups:
        listed.append(group())
        listed[-1].gr_name = name
    monkeypatch.delenv("CLASSROOM_TRY")
    monkeypatch.setattr(os, "geteuid", lambda: user)
    monkeypatch.setattr("grp.getgrall", lambda: listed)


def test_in_earnest_it_takes_the_accounts_of_the_machine(course, monkeypatch):
    in_earnest(monkeypatch)
    open_to_all = os.stat_result((0o40755, *[0] * 9))
    monkeypatch.setattr(Path, "stat", lambda self, **_: open_to_all)
    c = load(course)
    assert (c.JupyterHub.authenticator_class, c.JupyterHub.spawner_class) == ("pam", "localprocess")
    assert c.PAMAuthenticator.allowed_groups == {"learners", "teachers"}
    assert c.JupyterHub.cleanup_servers is False
    assert "allow_all" not in c.Authenticator
    assert "args" not in c.Spawner


@pytest.mark.parametrize(
    ("there", "way_out"),
    [
        ({"user": 1000}, "only root .* to try it: make classroom"),
        ({"groups": ["teachers"]}, "no group learners: groupadd learners"),
        ({}, "is closed to them"),
    ],
)
def test_in_earnest_what_is_missing_is_named(course, monkeypatch, there, way_out):
    in_earnest(monkeypatch, **there)
    (course / "_build").chmod(0o700)
    with pytest.raises(SystemExit, match=way_out):
        load(course)
    assert not (course / "hub").exists()
