#!/bin/sh
# data.sh PYTHON: put Fashion-MNIST where the chapters look for it: $D2L_DATA, else the
# user's cache. From the distribution's package, which we install if we may, or a download.
set -eu
python=$1

status=0
"$python" -c 'import sys, d2l_helpers.fetching as data; sys.exit(3 if data.missing_files() else 0)' \
  || status=$?
case $status in
  0) exit 0 ;;
  3) ;;
  *) exit "$status" ;; # d2l_helpers cannot be imported; Python has said why
esac

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
  "$(dirname "$0")/apt.sh" dataset-fashion-mnist || echo "data: going on without it"
fi
exec "$python" -c 'import d2l_helpers as d2l; d2l.fetch_fashion_mnist()'
