#!/bin/sh
# Demonstrates notify-bot with a simulated Telegram. Needs no token; nothing leaves this computer.
# Usage: scripts/demo.sh [--once] [--port NUMBER]
set -eu
# With it, cd may lead elsewhere.
unset CDPATH
cd "$(dirname "$0")/.."
scripts/dev/install.sh python3:python3
npm run --silent build
exec node dist/notify-bot.js demo "$@"
