"""`make setup`, with programs that only leave a mark: what an interruption leaves is healed."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCK = {"uv": "1", "kept": "2", "torch": "3", "torchvision": "4", "setuptools": "5"}
# Stands for Python, pip and uv. It counts the calls that write and says so; half of what the
# call named in $STOP writes is there when a signal ends it, and with it the script.
PROGRAM = """#!/bin/sh
here=$(dirname "$0")
half_done() {
  calls=$(($(cat "$COUNT") + 1))
  echo $calls >"$COUNT"
  [ $calls = "${STOP:-}" ] || return 0
  kill -s "$SIGNAL" $PPID ${POLITE:-$$}
  exit 1
}
case "$*" in
  *"sys.exit("* | *"import ensurepip"* | *"import torch"* | --version) ;;
  "-m pip --version") test -e "$here/pip" ;;
  "-m venv "*)
    mkdir -p "$3/bin"
    cp "$PROGRAM" "$3/bin/python"
    touch "$3/bin/pip" # it answers long before it is all there
    half_done
    touch "$3/bin/all-of-pip" ;;
  "-m pip install "*)
    cp "$PROGRAM" "$here/uv"
    half_done
    touch "$here/all-of-uv" ;;
  "pip install "*)
    [ -z "${OFFLINE:-}" ] || exit 2
    for name in $PACKAGES; do touch "$here/package-$name"; done
    half_done
    for name in $PACKAGES; do touch "$here/all-of-$name"; done ;;
  "pip freeze "*)
    echo pip==1
    for path in "$here"/package-*; do echo "${path##*/package-}==1"; done ;;
  "pip uninstall "*)
    for name; do rm -f "$here/package-$name"; done
    half_done
    for name; do rm -f "$here/all-of-$name"; done ;;
  *) echo "unknown: $*" >&2; exit 3 ;;
esac
"""


class Checkout:
    """A folder with the script and a small lock, in which nothing is installed."""

    def __init__(self, folder: Path):
        shutil.copytree(ROOT / "tools", folder / "tools")
        (folder / ".binder").mkdir()
        for name in ("requirements.txt", ".binder/requirements.in", ".binder/requirements.txt"):
            (folder / name).touch()
        self.root, self.program, self.count = folder, folder / "program", folder / "count"
        self.program.write_text(PROGRAM)
        self.program.chmod(0o755)
        self.lock(LOCK)

    def lock(self, versions: dict[str, str]) -> None:
        text = "".join(f"{name}=={version} \\\n" for name, version in versions.items())
        (self.root / "requirements.lock").write_text(text)
        self.packages = " ".join(versions)

    def setup(self, *shell: str, **environment: str) -> subprocess.CompletedProcess:
        self.count.write_text("0")
        own = {"PYTHON": self.program, "PROGRAM": self.program, "COUNT": self.count}
        return subprocess.run(
            (*shell, self.root / "tools/setup.sh", ".venv"),
            cwd=self.root,
            env=os.environ | own | {"PACKAGES": self.packages} | environment,
            check=False,
            capture_output=True,
            text=True,
        )

    def installed(self) -> set[str]:
        return {str(p.relative_to(self.root)) for p in self.root.glob(".venv*/**/*")} | {
            path.name for path in self.root.glob(".venv*")
        }


@pytest.fixture
def checkout(tmp_path) -> Checkout:
    return Checkout(tmp_path)


def complete(folder: Path) -> set[str]:
    """What a run leaves that nothing has interrupted."""
    folder.mkdir()
    other = Checkout(folder)
    assert other.setup().returncode == 0
    return other.installed()


@pytest.mark.parametrize("signal", ["INT", "TERM", "KILL"])
@pytest.mark.parametrize("moment", [1, 2, 3, 4, 5])
def test_the_next_run_heals_an_interruption(checkout, tmp_path, moment, signal):
    stopped = checkout.setup(STOP=str(moment), SIGNAL=signal)
    assert stopped.returncode != 0, stopped
    assert checkout.installed() != complete(tmp_path / "other")
    again = checkout.setup()
    assert (again.returncode, again.stderr) == (0, "")
    assert "interrupted; starting anew" in again.stdout
    assert checkout.installed() == complete(tmp_path / "another")


def test_a_program_that_says_goodbye_does_not_hide_an_interruption(checkout):
    """As pip does; bash, the `sh` of macOS, then goes on where others are gone already."""
    stopped = checkout.setup("bash", STOP="3", SIGNAL="INT", POLITE=" ")
    assert stopped.returncode == 130
    assert "starting anew" in checkout.setup().stdout


def test_an_interruption_is_remembered_until_it_is_healed(checkout):
    """By runs that fail before they write, too."""
    checkout.setup(STOP="2", SIGNAL="KILL")
    assert checkout.setup(TORCH_BACKEND="amiga").returncode == 1
    assert "starting anew" in checkout.setup().stdout
    assert "starting anew" not in checkout.setup().stdout


def test_without_a_network_what_is_there_stays(checkout):
    assert checkout.setup().returncode == 0
    before = checkout.installed()
    for _ in range(2):
        failed = checkout.setup(OFFLINE="1")
        assert failed.returncode == 1
        assert "the installation failed" in failed.stderr
        assert checkout.installed() - before <= {".venv/rest.txt", ".venv/torch-backend.log"}
        assert not before - checkout.installed()


def test_what_was_installed_for_a_pin_that_has_gone_is_removed(checkout):
    checkout.setup()
    checkout.lock({name: version for name, version in LOCK.items() if name != "kept"})
    done = checkout.setup()
    assert done.returncode == 0, done
    assert "no longer has: kept" in done.stdout
    left = checkout.installed()
    assert ".venv/bin/package-kept" not in left
    assert {f".venv/bin/package-{name}" for name in ("uv", "torch", "setuptools")} <= left
