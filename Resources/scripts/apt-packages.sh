#!/bin/sh
# Installs the named Debian packages that are missing, when it may; otherwise prints the exact
# line to run and fails. Servers that come with them are not left running: the tests start theirs.
set -eu
missing=
for package in "$@"; do
  state=$(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null || true)
  case $state in ii*) ;; *) missing="$missing $package" ;; esac
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
  echo "RadRelay needs these Debian packages, and apt-get is not here:$missing" >&2
  exit 1
fi
if [ "$(id -u)" = 0 ]; then
  sudo=
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
  sudo='sudo -n'
else
  echo "RadRelay needs some packages. Run this once, then try again:" >&2
  echo "  sudo apt-get install --no-install-recommends -y$missing" >&2
  exit 1
fi

# A fresh service would listen at once; policy-rc.d is the Debian way to say no.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' | $sudo tee "$policy" >/dev/null
  $sudo chmod 0755 "$policy"
  trap '$sudo rm -f "$policy"' EXIT
fi
echo "Installing:$missing" >&2
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -q >/dev/null || true
# shellcheck disable=SC2086 — a list of words is wanted.
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing >/dev/null
