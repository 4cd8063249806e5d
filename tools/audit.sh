#!/bin/sh
# audit.sh RUN: look up every locked package, from PyPI and from npm, in the databases of known
# vulnerabilities. RUN is the folder of the programs. Exits 1 if one is found.
# That a database cannot be reached says nothing about the course: it is told, and is no failure,
# so that the target can be called anywhere. STRICT=1 makes it one (exit 3), for runs whose
# success has to mean that everything was looked up.
set -u
run=$(cd "$1" && pwd)
cd "$(dirname "$0")/.." || exit
found=''
unreached=''

not_checked() {
  echo "audit: $1 cannot be reached from here: NOTHING in $2 was checked" >&2
  unreached=1
}

# Not PyPI's own record: a mirror of PyPI may answer without it, which looks like a clean bill.
if "$run/python" -c 'import urllib.request as web; web.urlopen("https://api.osv.dev/v1/vulns/OSV-2020-111", timeout=10)' 2>/dev/null; then
  echo "audit: requirements.lock, in the database OSV"
  "$run/uv" tool run --quiet --from pip-audit==2.10.1 pip-audit --vulnerability-service osv \
    --disable-pip --require-hashes --progress-spinner off --requirement requirements.lock || found=1
else
  not_checked "the database OSV" requirements.lock
fi

# npm fails alike for a finding and for a database out of reach; only for a finding it reports.
if report=$(PATH="$run:$PATH" npm audit --package-lock-only --fetch-retries=0 --fetch-timeout=20000 2>/dev/null); then
  echo "audit: package-lock.json, in npm's database: $report"
elif [ "$report" ]; then
  echo "audit: package-lock.json, in npm's database: $report"
  found=1
else
  not_checked "npm's database" package-lock.json
fi

[ -z "$found" ] || exit 1
[ -z "$unreached" ] || [ -z "${STRICT:-}" ] || exit 3
