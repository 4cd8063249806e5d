#!/bin/sh
# setup.sh VENV: make the virtual environment, once, with everything in requirements.lock.
# PYTHON: the interpreter to start from (python3). TORCH_BACKEND: which builds of torch
# to take: auto (what this machine's GPU needs, else CPU), cpu, or pypi.
set -eu
venv=$1
python=${PYTHON:-python3}
backend=${TORCH_BACKEND:-auto}
tools=$(dirname "$0")
unfinished=$venv.unfinished # is there while the environment is being written

say() { echo "setup: $*"; }
fail() { echo "setup: $*" >&2; exit 1; }
give_up() { # what is there stays; but what a signal has killed may have left half a package
  [ $? -gt 128 ] || rm -f "$unfinished"
  fail "$@"
}

case $backend in
  auto | cpu | pypi | cu* | rocm* | xpu) ;;
  *) fail "TORCH_BACKEND is '$backend'; it can be auto, cpu, pypi, or a version such as cu130." ;;
esac
"$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null \
  || fail "needs Python 3.11, 3.12 or 3.13, and '$python' is not one. Name one: make setup PYTHON=python3.12"
stale=$("$tools/stale.sh" | xargs)
[ -z "$stale" ] || say "requirements.lock lacks $stale; run 'make lock', or the old versions stay"

trap 'exit 130' INT # in every shell, before it looks at what the interrupted command has returned
trap 'exit 143' TERM
if [ -e "$unfinished" ]; then
  say "the last run was interrupted; starting anew"
  rm -rf "$venv"
fi
: >"$unfinished"
if ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
  "$python" -c 'import ensurepip, venv' 2>/dev/null || "$tools/apt.sh" python3-venv \
    || fail "'$python' cannot make virtual environments without the package python3-venv."
  say "creating $venv with $("$python" --version)"
  rm -rf "$venv"
  "$python" -m venv "$venv"
fi

# What comes from PyPI has to have the hash that the lock has; PyTorch's own builds have none there.
again="the installation failed; the message above says why. Then run it again."
install() { "$venv/bin/uv" pip install --quiet --python "$venv/bin/python" "$@"; }
install_locked() { install --require-hashes --requirement "$1" || give_up "$again"; }

# uv installs in seconds what takes pip minutes.
"$tools/locked.sh" uv >"$venv/uv.txt"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --requirement "$venv/uv.txt" \
  || give_up "no package index gives uv as requirements.lock has it. Check the network or pip's configuration, then run it again."

say "installing requirements.lock ($backend builds of torch; up to 6 GB of disk, about a minute)"
if [ "$backend" = pypi ]; then
  install_locked requirements.lock
else
  "$tools/locked.sh" rest >"$venv/rest.txt"
  install_locked "$venv/rest.txt"
  # shellcheck disable=SC2046  # two words are meant
  if ! install --torch-backend="$backend" \
    $("$tools/locked.sh" torch | grep -Eo '^torch(vision)?==[^ ]+') 2>"$venv/torch-backend.log"; then
    say "PyTorch's own index gave no '$backend' build (details in $venv/torch-backend.log); taking the plain index's"
    install_locked requirements.lock
  fi
fi
# What was installed for a pin that has gone
"$venv/bin/uv" pip freeze --exclude-editable --python "$venv/bin/python" >"$venv/installed.txt"
gone=$("$tools/locked.sh" rest "$venv/installed.txt" | while IFS= read -r pin; do
  name=${pin%%[= ]*}
  [ "$name" = pip ] || grep -q "^$name==" requirements.lock || echo "$name"
done | xargs)
if [ "$gone" ]; then
  say "removing what requirements.lock no longer has: $gone"
  # shellcheck disable=SC2086  # a list of words is meant
  "$venv/bin/uv" pip uninstall --quiet --python "$venv/bin/python" $gone || give_up "$again"
fi
# d2l_helpers, so that an edit is seen at once, built by the setuptools of the lock
install --no-deps --no-build-isolation --editable . || give_up "$again"

"$venv/bin/python" -c 'import torch, torchvision; print("setup: torch", torch.__version__, "and torchvision", torchvision.__version__, "import together")' \
  || fail "torch and torchvision do not fit together. Run it again: it starts anew."
rm "$unfinished"
