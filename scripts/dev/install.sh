#!/bin/sh
# Installs what building, demo and tests need: the npm packages and, as root, the Debian packages named as arguments.
# Usage: scripts/dev/install.sh [DEBIAN-PACKAGE:COMMAND-OR-FILE ...]
set -eu
# With it, cd may lead elsewhere.
unset CDPATH
cd "$(dirname "$0")/../.."

say() { printf '%s\n' "$*" >&2; }

if [ "$(node scripts/deploy/checks/node-version.js 2>/dev/null)" != yes ]; then
  say 'notify-bot needs Node 20.19 or later with npm: see https://nodejs.org/en/download, or apt-get install nodejs npm on Debian 13.'
  exit 1
fi

missing=''
for wanted in "$@"; do
  command -v "${wanted#*:}" >/dev/null || [ -e "${wanted#*:}" ] || missing="$missing ${wanted%%:*}"
done
if [ -n "$missing" ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "Installing$missing"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q >&2
    # One package per word.
    # shellcheck disable=SC2086
    apt-get install -q -y --no-install-recommends $missing >&2
  else
    say "Only root can install$missing. What needs them is skipped."
  fi
fi

# dash and bash both have -nt.
# shellcheck disable=SC3013
if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  say 'Installing npm packages'
  npm ci --loglevel=error >&2
  touch node_modules/.package-lock.json
fi
