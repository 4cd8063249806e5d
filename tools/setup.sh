#!/bin/sh
# setup.sh VENV: make the virtual environment, once, with everything in requirements.txt.
# PYTHON: the interpreter to start from (python3). TORCH_BACKEND: which builds of torch
# to take: auto (what this machine's GPU needs, else CPU), cpu, or pypi.
set -eu
venv=$1
python=${PYTHON:-python3}
backend=${TORCH_BACKEND:-auto}

say() { echo "setup: $*"; }
fail() { echo "setup: $*" >&2; exit 1; }

case $backend in
  auto | cpu | pypi | cu* | rocm* | xpu) ;;
  *) fail "TORCH_BACKEND is '$backend'; it can be auto, cpu, pypi, or a version such as cu130." ;;
esac
"$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null \
  || fail "needs Python 3.11, 3.12 or 3.13, and '$python' is not one. Name one: make setup PYTHON=python3.12"

if ! "$venv/bin/python" -c '' 2>/dev/null; then
  "$python" -c 'import ensurepip, venv' 2>/dev/null || "$(dirname "$0")/apt.sh" python3-venv \
    || fail "'$python' cannot make virtual environments without the package python3-venv."
  say "creating $venv with $("$python" --version)"
  rm -rf "$venv"
  "$python" -m venv "$venv"
fi
# uv installs in seconds what takes pip minutes.
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check uv \
  || fail "no package index can be reached. Check the network or pip's configuration, then run it again."

install() { "$venv/bin/uv" pip install --quiet --python "$venv/bin/python" "$@" --requirement requirements.txt; }

say "installing requirements.txt ($backend builds of torch; up to 6 GB of disk, about a minute)"
if [ "$backend" = pypi ]; then
  install || fail "the installation failed; the message above says why. Then run it again."
elif ! install --torch-backend="$backend" 2>"$venv/torch-backend.log"; then
  say "PyTorch's own index gave no '$backend' build (details in $venv/torch-backend.log); taking the plain index's"
  install || fail "the installation failed; the message above says why. Then run it again."
fi
mkdir -p "$venv/share/jupyter/labextensions/d2l-checks"
cp book/_jupyterlab/* "$venv/share/jupyter/labextensions/d2l-checks" # JupyterLab shows the questions
"$venv/bin/python" -c 'import torch, torchvision; print("setup: torch", torch.__version__, "and torchvision", torchvision.__version__, "import together")'
