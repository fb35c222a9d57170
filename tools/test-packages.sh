#!/bin/sh
# test-packages.sh [proofs]: installs the Debian packages of tests/apt-packages.txt that are missing, and with
# `proofs` those of tests/proofs-packages.txt too; without root, says how and fails.
set -eu
cd "$(dirname "$0")/.."
wanted=$(sed 's/#.*//' tests/apt-packages.txt ${1:+"tests/$1-packages.txt"})
missing=
for package in $wanted; do
  state=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$state" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

install="apt-get install --yes --no-install-recommends$missing"
if [ "$(id -u)" != 0 ]; then
  echo "The tests need Debian packages that are not installed. Run:" >&2
  echo "  sudo apt-get update && sudo $install" >&2
  exit 1
fi
echo "== Debian packages:$missing"
# Debian's PostgreSQL would start a cluster of its own; the tests start theirs.
drop_in=/etc/postgresql-common/createcluster.d/onrecord-tests.conf
mkdir -p "$(dirname "$drop_in")"
trap 'rm -f "$drop_in"' EXIT
echo "create_main_cluster = false" >"$drop_in"
export DEBIAN_FRONTEND=noninteractive
# Nor is the machine to become a mail server: the tests start Postfix with a configuration of theirs.
echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections
log=$(mktemp)
if ! { apt-get update --quiet && $install; } >"$log" 2>&1; then
  cat "$log" >&2
  echo "Debian packages could not be installed; the command was: $install" >&2
  exit 1
fi
rm -f "$log"
