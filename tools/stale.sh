#!/bin/sh
# stale.sh: print the pins that the locks have not taken over, and exit 1 if there are any.
set -eu
cd "$(dirname "$0")/.."

# stale PINS LOCK
stale() {
  grep -Eo '^[a-z0-9-]+==[^ ]+' "$1" | while read -r pin; do
    grep -q "^$pin " "$2" || echo "$pin"
  done
}
found=$(stale requirements.txt requirements.lock; stale .binder/requirements.in .binder/requirements.txt)
[ -z "$found" ] || { echo "$found"; exit 1; }
