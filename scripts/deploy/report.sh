# shellcheck shell=bash
# What deploy.sh prints, and how it ends when something is wrong.

started=$EPOCHREALTIME
# How many checks failed.
wrong=0
# Not empty when this run changed something.
changed=''

say() { printf '%s\n' "$*"; }
fail() { # SENTENCE [STATUS]
  printf 'deploy.sh: %s\n' "$1" >&2
  exit "${2:-1}"
}

ok() { say "  ok     $*"; }
note() { say "  note   $*"; }
bad() {
  say "  WRONG  $*"
  wrong=$((wrong + 1))
}
did() {
  say "  $*"
  changed=1
}

# A path as it has to be typed in a command.
quote() { if [[ $1 =~ ^[A-Za-z0-9_./:@%+,-]+$ ]]; then printf '%s' "$1"; else printf "'%s'" "${1//\'/\'\\\'\'}"; fi; }

seconds_since() { # EPOCHREALTIME
  local us=$((${EPOCHREALTIME/./} - ${1/./}))
  printf '%d.%d' $((us / 1000000)) $((us / 100000 % 10))
}
