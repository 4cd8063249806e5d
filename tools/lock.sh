#!/bin/sh
# lock.sh RUN: write requirements.lock and .binder/requirements.txt anew: every package that an
# installation brings, with the hashes of its files; the newest of what requirements.txt leaves
# open. RUN is the folder of uv's program.
# NEWEST=1: only requirements.lock, with the pins of requirements.txt as lower bounds.
set -eu
run=$1
cd "$(dirname "$0")/.."
temporary=$(mktemp -d)
trap 'rm -r "$temporary"' EXIT

# One version for every Python and system, so that everyone has what the tests ran with.
compile() {
  "$run/uv" pip compile --quiet --upgrade --universal --fork-strategy fewest --python-version 3.11 \
    --generate-hashes --no-emit-package d2l-helpers --custom-compile-command "make lock" "$@"
}

if [ "${NEWEST:-}" ]; then
  # jupyter-book 2 is another engine.
  sed '/^jupyter-book==/!s/==/>=/' requirements.txt >"$temporary/requirements.txt"
  compile "$temporary/requirements.txt" --output-file requirements.lock
  echo "lock: requirements.lock looks ahead; 'git restore requirements.lock' takes it back"
  exit
fi
compile requirements.txt --output-file requirements.lock

# On Binder a package has the version that is asked for there, else the one that requirements.txt
# asks for, else the one that repo2docker's image holds already, else everyone's.
python=$(sed 's/^python-//' .binder/runtime.txt)
image=$(find "$run/../lib" -path "*/buildpacks/conda/environment.py-$python-linux-64.lock")
[ "$image" ] || { echo "lock: repo2docker has no image with Python $python" >&2; exit 1; }
{
  grep -Eho '^[a-z0-9-]+==[^ ]+' .binder/requirements.in requirements.txt
  sed -nE 's|.*/([^/]+)-([0-9][^-]*)-py[^-]*$|\1==\2|p' "$image" | tr _ - \
    | sed 's/^nbconvert-core=/nbconvert=/; s/^python-fastjsonschema=/fastjsonschema=/' # conda's names
  sed -n 's/^\([a-z].*\) \\$/\1/p' requirements.lock
} | awk -F== '!seen[$1]++' >"$temporary/versions.txt"
compile .binder/requirements.in --constraints "$temporary/versions.txt" --no-annotate \
  --output-file "$temporary/binder.txt"
tools/locked.sh rest "$temporary/binder.txt" >.binder/requirements.txt
