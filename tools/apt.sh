#!/bin/sh
# apt.sh PACKAGE...: install those of the packages that are missing, if we may.
# Exits 1, having said how else to get them, where we may not.
set -u
missing=
for package; do
  dpkg-query --show --showformat='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' \
    || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
  echo "Not a Debian or Ubuntu machine: these packages are not installed:$missing" >&2
elif [ "$(id -u)" -ne 0 ]; then
  echo "Missing packages; install them with: sudo apt-get install$missing" >&2
else
  echo "Installing with apt:$missing"
  # shellcheck disable=SC2086  # a list of words is meant
  { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends $missing; } \
    >/dev/null && exit 0
  echo "apt could not install:$missing (see its messages above)" >&2
fi
exit 1
