#!/bin/sh
# Shows the whole of notify-bot with a pretend Telegram. Needs no token, and nothing leaves this computer.
# Usage: scripts/demo.sh [--once] [--port NUMBER]
set -eu
cd "$(dirname "$0")/.."
scripts/dev/install.sh python3:python3
npm run --silent build
exec node dist/notify-bot.js demo "$@"
