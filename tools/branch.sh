#!/bin/sh
# branch.sh OUT: gather in the folder OUT what the branch `notebooks` holds: the chapters as
# `make site` has written them, the helper package, and what Binder builds its image from.
set -eu
[ $# -eq 1 ] || { echo "usage: tools/branch.sh OUT" >&2; exit 2; }
mkdir -p "$1"
out=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
[ -d _build/html/notebooks ] || { echo "branch: there are no notebooks yet: run make site" >&2; exit 1; }
[ -z "$(ls -A "$out")" ] || { echo "branch: $out is not empty" >&2; exit 1; }
cp -R _build/html/notebooks/. "$out"
for path in .binder d2l_helpers pyproject.toml README.md LICENSE LICENSE-TEXT requirements.lock tools/locked.sh; do
  git ls-files --cached --others --exclude-standard -- "$path"
done | tar -cf - -T - | tar -xf - -C "$out"
echo "branch: $(find "$out" -name '*.ipynb' | wc -l) notebooks in $out"
