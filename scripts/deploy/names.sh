# shellcheck shell=bash
# Users, groups and folders of this installation. The environment wins over what an earlier run remembered, and that over
# the defaults of release-layout.sh. A server with its own user and groups gives their names at the first run, for instance:
#   BOT_USER=deploy BOT_GROUP=data-ops DOCS_GROUP=dataread

NAMES='BOT_USER BOT_GROUP DATA_DIR DATA_MODE SOCKET DOCS_DIR DOCS_GROUP PREFIX BIN_DIR WEB'
ETC=/etc/notify-bot
WEB_ETC=/etc/notify-web
WEB_USER=notify-web
UNIT_DIR=/etc/systemd/system
# The names that the environment has, and the Node that it or an earlier run names.
given_names='' given_node=''

remembered() { # NAME
  [ ! -r "$ETC/deploy" ] || sed -n "s|^$1=||p" "$ETC/deploy" | tail -n 1
}

read_names() {
  local name known
  for name in $NAMES; do
    if [ -n "${!name:-}" ]; then given_names="$given_names $name"; else
      known=$(remembered "$name")
      printf -v "$name" %s "${known:-${DEFAULTS[$name]}}"
    fi
  done
  given_node=${NODE:-$(remembered NODE)}
  require_good_names
  RELEASE_DIR=$PREFIX/current
  # Every file and folder that this script made outside of PREFIX.
  INSTALLED=$PREFIX/installed-files
  # Exists while a deployment goes on: the release that ran before it, or an empty line.
  UNFINISHED=$PREFIX/unfinished
}

require_good_names() {
  local name
  for name in BOT_USER BOT_GROUP DOCS_GROUP; do
    [[ ${!name} =~ ^[a-z_][a-z0-9_-]{0,30}$ ]] || [ "$name${!name}" = DOCS_GROUP ] ||
      fail "$name: ${!name} is not a name for a user or group." 2
  done
  for name in DATA_DIR SOCKET DOCS_DIR PREFIX BIN_DIR; do
    [[ ${!name} =~ ^(/[A-Za-z0-9_-][A-Za-z0-9._-]*){2,}$ ]] ||
      fail "$name: ${!name} is not an absolute path of two names or more, in plain letters, and without a slash at its end." 2
  done
  [[ $DATA_MODE =~ ^[0-7]?[0-7][0-7]0$ ]] || fail "DATA_MODE: $DATA_MODE is not a mode that keeps everybody else out, such as 0750." 2
  [[ $WEB =~ ^(yes|no)$ ]] || fail "WEB: $WEB is neither yes nor no." 2
  [ "$BOT_USER" != root ] || fail 'BOT_USER: the service does not run as root.' 2
}

is_installed() { [ -e "$INSTALLED" ]; }

# The default user and group are declared to systemd-sysusers; others are the server's own.
uses_sysusers() { [ "$BOT_USER $BOT_GROUP" = 'notify-bot notify-bot' ]; }

# Writes down the names and the accounts that deploy.sh made, for the next run.
remember_names() { # MADE_USER MADE_GROUP MADE_WEB_USER
  local name
  {
    say '# The names that deploy.sh was first run with, and what it made.'
    for name in $NAMES; do say "$name=${!name}"; done
    [ -z "$given_node" ] || say "NODE=$given_node"
    say "MADE_USER=${1:-no}"
    say "MADE_GROUP=${2:-no}"
    [ -z "$3" ] || say "MADE_WEB_USER=$3"
  } >"$work/deploy"
  cmp -s "$work/deploy" "$ETC/deploy" || install -m 0644 "$work/deploy" "$ETC/deploy"
}
