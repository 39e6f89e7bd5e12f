#!/bin/sh
# Installs what the tests need, then runs every check: style, types, unused code, build, tests.
# Usage: scripts/test.sh [ARGUMENTS FOR VITEST ...]
set -eu
cd "$(dirname "$0")/.."
scripts/install.sh python3:python3 strace:strace libc-bin:getent util-linux:setpriv passwd:useradd procps:ps shellcheck:shellcheck
npx biome check .
npx tsc --noEmit
npx knip
npm run --silent build
exec npx vitest run "$@"
