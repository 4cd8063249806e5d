#!/bin/sh
# edition.sh BIN LANGUAGE: build the site in another language, with what the English build has executed, and
# put it where the English one leads to: zh_CN in _build/html/zh, its notebooks beside the English ones.
set -eu
[ $# -eq 2 ] || { echo "usage: tools/edition.sh BIN LANGUAGE" >&2; exit 2; }
bin=$1 language=$2 place=${2%%_*}
PYTHONPATH=book "$bin/sphinx-build" . "_build/$place/html" -d "_build/$place/.doctrees" -b html \
  -D "language=$language" -W -n --keep-going -q
rm -rf "_build/html/$place" "_build/html/notebooks/$place"
cp -R "_build/$place/html" "_build/html/$place"
mv "_build/html/$place/notebooks/$place" "_build/html/notebooks/$place"
rm -rf "_build/html/$place/notebooks"
echo "edition: $language in _build/html/$place"
