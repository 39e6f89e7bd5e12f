#!/bin/sh
# Installs what the tests need, then runs every check: style, types, unused code, regular expressions, build, tests. As root
# it runs the system test too, which boots its own server. Arguments choose tests; the system test then doesn't run.
# Usage: scripts/test.sh [ARGUMENTS FOR VITEST ...]
set -eu
# With it, cd may lead elsewhere.
unset CDPATH
cd "$(dirname "$0")/.."
scripts/dev/install.sh python3:python3 strace:strace libc-bin:getent libnss-extrausers:/var/lib/extrausers util-linux:setpriv passwd:useradd procps:ps openssl:openssl cron:cron faketime:faketime iproute2:ip nftables:nft shellcheck:shellcheck chromium:chromium chromium-headless-shell:chromium-headless-shell
npx biome check .
npm run --silent types
npx knip
npm run --silent regexes
npm run --silent build
if [ $# = 0 ] && [ "$(id -u)" = 0 ]; then
  scripts/dev/install.sh debootstrap:debootstrap systemd-container:systemd-nspawn util-linux:nsenter
  npx vitest run --project system
fi
exec npx vitest run "$@"
