#!/bin/bash
# Installs notify-bot on this server, or upgrades it: Debian 12 or 13, Node 20.19 or later. docs/operations.md tells more.
# It looks at everything first and changes nothing if something stands in the way; a second run finds nothing to do.
set -euo pipefail
umask 022
export LC_ALL=C

usage() {
  cat <<'END'
Usage: sudo scripts/deploy.sh [--dry-run]
       sudo scripts/deploy.sh --uninstall [--purge [--yes]] [--dry-run]

  --dry-run    look at everything, say what would be done, change nothing
  --uninstall  stop the service and remove it; data and settings stay
  --purge      with --uninstall: remove data, settings, user and group too
  --yes        with --purge: don't ask
  --help       this text

The token comes from TELEGRAM_BOT_TOKEN, or is asked for on a terminal. One that is there already is kept.

Names, from the environment at the first run and remembered in /etc/notify-bot/deploy:
  BOT_USER    the service's user (notify-bot)        BOT_GROUP  its group (notify-bot)
  DATA_DIR    its data (/data/notifications)         SOCKET     where senders connect (/run/notify-bot/bot.sock)
  DATA_MODE   mode of that folder (0750, or what an older installation's has)
  DOCS_DIR    guide and examples (/data/docs)        DOCS_GROUP only this group may read those (none: everybody)
  PREFIX      the releases (/opt/notify-bot)         BIN_DIR    the programs (/usr/local/bin)
  NODE        the node to run with (the first of /usr/local/bin and /usr/bin); may be given anew each time
  WEB         yes for the dashboard too, docs/dashboard.md (no); may be given anew each time
Settings in the environment (NOTIFY_GROUP and so on, docs/settings.md) go into a new /etc/notify-bot/env.
END
}

# --- Names -----------------------------------------------------------------------------------------------------------
# An installation that has a user and groups already gives theirs, for instance:
#   BOT_USER=deploy BOT_GROUP=data-ops DOCS_GROUP=dataread
NAMES='BOT_USER BOT_GROUP DATA_DIR DATA_MODE SOCKET DOCS_DIR DOCS_GROUP PREFIX BIN_DIR WEB'
declare -A DEFAULTS=(
  [BOT_USER]=notify-bot [BOT_GROUP]=notify-bot [DATA_DIR]=/data/notifications [DATA_MODE]=0750 [SOCKET]=/run/notify-bot/bot.sock
  [DOCS_DIR]=/data/docs [DOCS_GROUP]='' [PREFIX]=/opt/notify-bot [BIN_DIR]=/usr/local/bin [WEB]=no
)
SETTINGS='TELEGRAM_API_ROOT NOTIFY_GROUP NOTIFY_TRUSTED_USERS NOTIFY_LOG_LEVEL NOTIFY_OUTBOX_MAX NOTIFY_RATE_PER_MINUTE'
ETC=/etc/notify-bot
WEB_ETC=/etc/notify-web
WEB_USER=notify-web
UNIT_DIR=/etc/systemd/system
KEPT_RELEASES=3
HEALTHY_WITHIN=30
TELEGRAM_WITHIN=10
# A service that dies after its first breath is not healthy.
STEADY_FOR=3
RELEASES_KB=$((100 * 1024))
DATA_KB=$((50 * 1024))

root=$(cd "$(dirname "$0")/.." && pwd)
started=$EPOCHREALTIME
dry_run='' uninstall='' purge='' yes=''

say() { printf '%s\n' "$*"; }
fail() { # SENTENCE [STATUS]
  printf 'deploy.sh: %s\n' "$1" >&2
  exit "${2:-1}"
}
seconds_since() { # EPOCHREALTIME
  local us=$((${EPOCHREALTIME/./} - ${1/./}))
  printf '%d.%d' $((us / 1000000)) $((us / 100000 % 10))
}

for word in "$@"; do
  case $word in
    --dry-run) dry_run=1 ;;
    --uninstall) uninstall=1 ;;
    --purge) purge=1 ;;
    --yes) yes=1 ;;
    --help | -h) usage && exit 0 ;;
    *) fail "There is no option $word; --help lists them." 2 ;;
  esac
done
[ -z "$purge" ] || [ -n "$uninstall" ] || fail '--purge goes with --uninstall only.' 2
[ -z "$yes" ] || [ -n "$purge" ] || fail '--yes goes with --purge only.' 2

# The token leaves the environment, so that no program started here inherits it.
token=${TELEGRAM_BOT_TOKEN:-}
unset TELEGRAM_BOT_TOKEN
looks_like_token() { [[ $1 =~ ^[0-9]{4,20}:[A-Za-z0-9_-]{20,}$ ]]; }
[ -z "$token" ] || looks_like_token "$token" ||
  fail 'TELEGRAM_BOT_TOKEN is not a token such as 123456789:AAF… from @BotFather.' 2

remembered() { # NAME
  [ ! -r "$ETC/deploy" ] || sed -n "s|^$1=||p" "$ETC/deploy" | tail -n 1
}
is_installed() { [ -e "${PREFIX:-${DEFAULTS[PREFIX]}}/installed-files" ]; }

# What was given wins over what is remembered, and that over the defaults.
given_names=''
for name in $NAMES; do
  if [ -n "${!name:-}" ]; then given_names="$given_names $name"; else
    known=$(remembered "$name")
    declare "$name=${known:-${DEFAULTS[$name]}}"
  fi
done
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
# What is looked for when nobody named one; release.sh would take Debian's.
given_node=${NODE:-$(remembered NODE)}
RELEASE_DIR=$PREFIX/current
INSTALLED=$PREFIX/installed-files
# There while a deployment goes on: the release that ran before it, or an empty line.
UNFINISHED=$PREFIX/unfinished
# shellcheck source-path=SCRIPTDIR source=release.sh
. "$root/scripts/release.sh"

if [ -z "$dry_run" ]; then
  [ "$(id -u)" = 0 ] || fail 'Only root can do this: sudo scripts/deploy.sh'
  # A folder that is always there, so that no file of a lock is left.
  exec 9</etc
  flock -n 9 || fail 'Another deploy.sh is at work; wait until it is done.'
fi

# --- Small helpers ---------------------------------------------------------------------------------------------------
wrong=0
ok() { say "  ok     $*"; }
note() { say "  note   $*"; }
bad() {
  say "  WRONG  $*"
  wrong=$((wrong + 1))
}

is_active() { systemctl is-active --quiet "$1"; }
property() { systemctl show --property="$2" --value "$1" 2>/dev/null || true; }

# What this script made outside of the releases, one a line: what sha256sum says of it, or "link" or "dir"; its path.
recorded() { # PATH -> its first word
  [ ! -e "$INSTALLED" ] || awk -v path="$1" '{ sum = $1; sub(/^[^ ]+ +/, "") } $0 == path { print sum; exit }' "$INSTALLED"
}
is_ours() { [ -n "$(recorded "$1")" ]; }
record() { # WORD PATH
  local rest=''
  [ ! -e "$INSTALLED" ] || rest=$(awk -v path="$2" '{ line = $0; sub(/^[^ ]+ +/, "") } $0 != path { print line }' "$INSTALLED")
  printf '%s\n' ${rest:+"$rest"} "$1  $2" >"$INSTALLED.new"
  mv -f "$INSTALLED.new" "$INSTALLED"
}

changed='' units_changed='' placed=''
did() {
  say "  $*"
  changed=1
}

# Makes a folder and those above it, and records the new ones.
make_folder() { # FOLDER [MODE GROUP]
  [ ! -d "$1" ] || return 0
  make_folder "$(dirname "$1")"
  record dir "$1"
  install -d -m "${2:-0755}" -o root -g "${3:-root}" "$1"
}

# Puts a file in place unless it is there already, and records it first, so that an interrupted run knows its own.
place() { # MODE FROM TO [GROUP]
  local mode=$1 from=$2 to=$3 group=${4:-root} sum
  placed="$placed$to"$'\n'
  sum=$(sha256sum <"$from" | cut -d ' ' -f 1)
  if [ -f "$to" ] && [ ! -L "$to" ] && cmp -s "$from" "$to" && [ "$(stat -c '%a %U %G' "$to")" = "${mode#0} root $group" ]; then
    [ "$(recorded "$to")" = "$sum" ] || record "$sum" "$to"
    return
  fi
  if [ -e "$to" ] && ! is_ours "$to"; then
    mv -f "$to" "$to.old"
    say "  kept   $to.old, which was there before"
  fi
  record "$sum" "$to"
  make_folder "$(dirname "$to")"
  install -m "$mode" -o root -g "$group" "$from" "$to.new"
  mv -f "$to.new" "$to"
  did "wrote  $to"
  case $to in *.service | *.socket) units_changed="$units_changed ${to##*/}" ;; esac
}
place_link() { # TARGET AT
  placed="$placed$2"$'\n'
  [ "$(readlink "$2" 2>/dev/null)" = "$1" ] && is_ours "$2" && return
  record link "$2"
  make_folder "$(dirname "$2")"
  ln -sfn "$1" "$2.new"
  mv -fT "$2.new" "$2"
  did "linked $2"
}

# The units of a release, by name; `@` ones are started by their sockets. The dashboard's only where it is wanted.
units_of() { # RELEASE
  (cd "$1/systemd" && ls -- *.socket *.service) | if [ "$WEB" = yes ]; then cat; else sed '/^notify-web/d'; fi
}

# Everything that a release puts outside of its own folder; what an earlier one had and this one hasn't is removed.
install_outside() { # RELEASE
  local release=$1 name page unit line path file
  placed=''
  for name in notify-bot:js notify-runner:cjs notify-scripts:cjs; do
    place_link "$PREFIX/current/dist/${name%:*}.${name#*:}" "$BIN_DIR/${name%:*}"
  done
  if [ "$WEB" = yes ] && [ -e "$release/dist/notify-web.js" ]; then
    place_link "$PREFIX/current/dist/notify-web.js" "$BIN_DIR/notify-web"
    place 0644 "$release/systemd/notify-web.sysusers" /etc/sysusers.d/notify-web.conf
  fi
  for page in "$release"/docs/man/*.1; do place 0644 "$page" "/usr/local/share/man/man1/${page##*/}"; done
  place 0644 "$release/completions/bash" /usr/local/share/bash-completion/completions/notify-runner
  place 0644 "$release/completions/zsh" /usr/local/share/zsh/site-functions/_notify-runner
  place 0644 "$release/completions/fish" /usr/local/share/fish/vendor_completions.d/notify-runner.fish
  for unit in $(units_of "$release"); do place 0644 "$release/systemd/$unit" "$UNIT_DIR/$unit"; done
  if uses_sysusers; then place 0644 "$release/systemd/notify-bot.sysusers" /etc/sysusers.d/notify-bot.conf; fi
  place 0644 "$release/systemd/notify-bot.tmpfiles" /etc/tmpfiles.d/notify-bot.conf
  path=/etc/logrotate.d/notify-bot
  if [ -e "$path" ] && is_ours "$path" && [ "$(recorded "$path")" != "$(sha256sum <"$path" | cut -d ' ' -f 1)" ]; then
    say "  kept   $path, which was changed by hand"
    placed="$placed$path"$'\n'
  else
    place 0644 "$release/systemd/notify-bot.logrotate" "$path"
  fi
  place_docs "$release"
  while read -r line; do
    path=${line#* }
    path=${path# }
    [[ $line == dir\ * ]] || grep -qxF -- "$path" <<<"$placed" && continue
    case $path in "$UNIT_DIR"/*) systemctl disable --quiet --now "${path##*/}" 2>/dev/null || true ;; esac
    rm -f "$path"
    did "removed $path"
  done <"$INSTALLED"
  file=$(mktemp)
  while read -r line; do
    path=${line#* }
    if [[ $line == dir\ * ]] || grep -qxF -- "${path# }" <<<"$placed"; then say "$line"; fi
  done <"$INSTALLED" >"$file"
  cmp -s "$file" "$INSTALLED" || cp "$file" "$INSTALLED"
  rm -f "$file"
}

place_docs() { # RELEASE
  local release=$1 group=root files=0644 programs=0755 folder file guide
  [ -z "$DOCS_GROUP" ] || { group=$DOCS_GROUP files=0640 programs=0750; }
  for folder in "$DOCS_DIR" "$DOCS_DIR/examples" "$DOCS_DIR/examples/notifications"; do
    make_folder "$folder" "$programs" "$group"
  done
  guide=$(mktemp)
  guide_of "$release" >"$guide"
  place "$files" "$guide" "$DOCS_DIR/notifications.md" "$group"
  rm -f "$guide"
  for file in "$release"/examples/notifications/*; do
    place "$programs" "$file" "$DOCS_DIR/examples/notifications/${file##*/}" "$group"
  done
}

uses_sysusers() { [ "$BOT_USER $BOT_GROUP" = 'notify-bot notify-bot' ]; }

# --- Uninstalling ----------------------------------------------------------------------------------------------------
# Stops and removes all but data and settings.
remove_installed() {
  local line path unit
  for unit in notify-web.service notify-bot.service notify-bot.socket notify-actor.socket; do
    systemctl disable --quiet --now "$unit" 2>/dev/null || true
  done
  systemctl stop 'notify-actor@*.service' 2>/dev/null || true
  [ ! -e "$INSTALLED" ] || while read -r line; do
    path=${line#* }
    path=${path# }
    [[ $line == dir\ * ]] || rm -f "$path"
  done <"$INSTALLED"
  # The longest first, so that a folder is empty when its turn comes.
  [ ! -e "$INSTALLED" ] || sed -n 's/^dir  //p' "$INSTALLED" | sort -r | while read -r path; do
    rmdir "$path" 2>/dev/null || true
  done
  systemctl daemon-reload
  systemctl reset-failed 'notify-*' 2>/dev/null || true
  rm -rf "$PREFIX/releases"
  rm -f "$PREFIX/current" "$INSTALLED" "$UNFINISHED" "$PREFIX"/{current,installed-files,unfinished}.new
  rm -rf /run/notify-bot /run/notify-actor
  [ ! -L "$DATA_DIR/bot.sock" ] || rm -f "$DATA_DIR/bot.sock"
  rmdir "$PREFIX" 2>/dev/null || true
}

purge_rest() {
  local answer path
  if [ -d "$DATA_DIR" ] && [ -n "$(ls -A "$DATA_DIR")" ] && [ ! -e "$DATA_DIR/notify-bot.lock" ]; then
    say "  kept   $DATA_DIR: no service ever used it as its data"
  else
    rm -rf "$DATA_DIR"
  fi
  if [ "$(remembered MADE_WEB_USER)" = yes ]; then
    userdel "$WEB_USER" 2>/dev/null || true
    groupdel "$WEB_USER" 2>/dev/null || true
  fi
  if [ "$(remembered MADE_USER)" = yes ]; then userdel "$BOT_USER" 2>/dev/null || true; fi
  if [ "$(remembered MADE_GROUP)" = yes ]; then groupdel "$BOT_GROUP" 2>/dev/null || true; fi
  rm -rf "$ETC" "$WEB_ETC" /var/lib/notify-web "$UNIT_DIR"/notify-web.service.d "$UNIT_DIR"/notify-bot.service.d "$UNIT_DIR"/notify-bot.socket.d \
    "$UNIT_DIR"/notify-actor.socket.d "$UNIT_DIR"/notify-actor@.service.d
  systemctl daemon-reload
  # The folders above were made for these two, where they are empty now.
  for path in "$(dirname "$DATA_DIR")" "$(dirname "$DOCS_DIR")"; do rmdir "$path" 2>/dev/null || true; done
}

if [ -n "$uninstall" ]; then
  if ! is_installed && { [ -z "$purge" ] || [ ! -e "$ETC" ]; }; then
    say 'Nothing is installed; nothing to do.'
    exit 0
  fi
  if [ -n "$dry_run" ]; then
    say "Would stop the service and remove $PREFIX and:"
    [ ! -e "$INSTALLED" ] || sed -e '/^dir /d' -e 's/^[^ ]* */  /' "$INSTALLED"
    [ -z "$purge" ] || say "Would also remove $DATA_DIR, $ETC, and the user and group if deploy.sh made them."
    exit 0
  fi
  if [ -n "$purge" ] && [ -z "$yes" ]; then
    [ -t 0 ] || fail 'Without a terminal, --purge needs --yes.' 2
    read -r -p "Remove $DATA_DIR with all links, messages that wait and history, and $ETC with the token? [yes/no] " answer
    [ "$answer" = yes ] || fail 'Nothing was removed.'
  fi
  remove_installed
  if [ -n "$purge" ]; then
    purge_rest
    say "Removed, with data and settings, in $(seconds_since "$started") s."
  else
    say "Removed in $(seconds_since "$started") s. $DATA_DIR and $ETC stay; --uninstall --purge removes those too."
  fi
  exit 0
fi

# --- Looking at everything -------------------------------------------------------------------------------------------
packaged=''
check_system() {
  local id='' version=''
  if [ "$(id -u)" = 0 ]; then ok 'root'; else bad 'Only root can deploy: sudo scripts/deploy.sh'; fi
  id=$(sed -n 's/^ID=//p' /etc/os-release 2>/dev/null | tr -d \")
  version=$(sed -n 's/^VERSION_ID=//p' /etc/os-release 2>/dev/null | tr -d \")
  case "$id $version" in
    'debian 12' | 'debian 13') ok "Debian $version" ;;
    debian*) note "Debian ${version:-without a number}: only 12 and 13 were tried." ;;
    *) if grep -qs '^ID_LIKE=.*debian' /etc/os-release; then note "$id $version: only Debian 12 and 13 were tried."; else
      bad "This is ${id:-no} $version; it takes Debian 12 or 13."
    fi ;;
  esac
  if [ ! -d /run/systemd/system ]; then bad 'systemd does not run here, so there is nothing to start the service.'; else
    ok "systemd $(systemctl --version | sed -n '1s/^systemd \([0-9]*\).*/\1/p')"
    if [ -S /run/dbus/system_bus_socket ]; then ok 'D-Bus'; else
      bad "D-Bus is not there, and people's scripts are started through it: apt-get install dbus"
    fi
  fi
  if dpkg-query -W -f '${db:Status-Status}' notify-bot 2>/dev/null | grep -qx installed; then
    packaged=1
    bad 'notify-bot is installed as a Debian package; upgrade it with apt, or remove it first: apt-get remove notify-bot'
  fi
}

no_node=''
check_node() {
  local path=$given_node place
  # One that was given once and is gone is looked for anew.
  if [ -n "$path" ] && [ ! -x "$path" ] && [ "$path" = "$(remembered NODE)" ]; then
    note "$path, which an earlier run was given, is gone."
    path='' given_node=''
  fi
  if [ -z "$path" ]; then
    # Where every user and every service finds it.
    for place in /usr/local/sbin /usr/local/bin /usr/sbin /usr/bin; do
      [ ! -x "$place/node" ] || { path=$place/node && break; }
    done
  fi
  if [ -z "$path" ]; then
    NODE=$(command -v node || true) no_node=1
    bad "No node in /usr/local/bin or /usr/bin: apt-get install nodejs on Debian 13, https://nodejs.org/en/download on 12${NODE:+; or give NODE=$NODE if everybody can run that one}"
    return
  fi
  NODE=$path
  if [[ $NODE != /* ]]; then
    no_node=1
    bad "NODE: $NODE is not an absolute path."
    return
  fi
  if ! path=$(readlink -e "$NODE") || [ ! -x "$path" ]; then
    no_node=1
    bad "NODE: $NODE is no program."
    return
  fi
  case $path in
    /home/* | /root/* | /run/user/*) bad "$NODE is in $path, a home that the service can't enter: install Node for everybody." && return ;;
  esac
  if ! "$NODE" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'; then
    bad "$NODE is $("$NODE" --version 2>/dev/null || echo broken); it takes Node 20.19 or later: https://nodejs.org/en/download"
  elif [ "$(id -u)" = 0 ] && ! setpriv --reuid=65534 --regid=65534 --clear-groups "$NODE" -e 0 2>/dev/null; then
    bad "$NODE can't be run by everybody: chmod o+rx it and the folders above."
  else
    ok "$NODE $("$NODE" --version)"
  fi
}

building=''
check_build() {
  version=$(version_of "$root")
  if [ -z "$version" ]; then bad "$root/package.json names no version." && return; fi
  if is_built "$root"; then
    # Whatever lacks a file or doesn't fit this machine shows here.
    if why=$("$NODE" "$root/dist/notify-bot.js" --version 2>&1 >/dev/null) && why=$(loads_native "$root" 2>&1); then
      ok "the build of $version"
    else
      bad "The build in $root/dist does not start here: $(tail -n 1 <<<"$why" | cut -c 1-300)"
    fi
  elif [ ! -d "$root/src" ]; then
    bad "$root has neither programs in dist/ nor a source to build them from: unpack the release anew."
  elif ! command -v npm >/dev/null; then
    bad 'The programs are not built, and npm is not there to build them: apt-get install npm, or deploy a built release.'
  else
    building=1
    ok "$version will be built first, with npm"
  fi
}
loads_native() { # TREE
  "$NODE" -e 'const load = require("node:module").createRequire(process.argv[1] + "/dist/x.js"); load("koffi").load(null); load("@resvg/resvg-js")' "$1"
}

check_space() { # FOLDER KB WHAT
  local there=$1 free
  while [ ! -e "$there" ]; do there=$(dirname "$there"); done
  if [ -L "$1" ] && [ ! -e "$1" ]; then bad "$1 is a link to nowhere." && return; fi
  if [ ! -d "$there" ]; then bad "$there is not a folder." && return; fi
  free=$(df -Pk "$there" | awk 'NR == 2 { print $4 }')
  if [ "$free" -lt "$2" ]; then bad "$1: only $((free / 1024)) MB free, $3 needs $(($2 / 1024)) MB."; else
    ok "$1: $((free / 1024)) MB free"
  fi
}

check_names() {
  local name known owner
  if is_installed; then
    for name in $given_names; do
      [ "$name" != WEB ] || continue
      known=$(remembered "$name")
      [ "${!name}" = "${known:-${DEFAULTS[$name]}}" ] ||
        bad "$name was ${known:-${DEFAULTS[$name]}} and can't become ${!name} now: uninstall first, data and settings stay."
    done
  fi
  if [ -n "$DOCS_GROUP" ] && ! getent group "$DOCS_GROUP" >/dev/null; then bad "DOCS_GROUP: there is no group $DOCS_GROUP."; fi
  if [ "$(id -u "$BOT_USER" 2>/dev/null)" = 0 ]; then bad "BOT_USER: $BOT_USER is root by another name."; fi
  if [ -d "$DATA_DIR" ]; then
    owner=$(stat -c %U "$DATA_DIR")
    if [ "$owner" = "$BOT_USER" ]; then
      ok "$DATA_DIR is there and is kept"
      # Programs of the older installation may need to write there through their group.
      if ! is_installed && [ "$DATA_MODE" = "${DEFAULTS[DATA_MODE]}" ]; then
        known=$(stat -c %a "$DATA_DIR")
        [[ $known =~ ^2?7[57]0$ ]] && DATA_MODE=$(printf '%04d' "$known")
      fi
      check_data_files
    elif [ "$owner" = root ] && [ -z "$(ls -A "$DATA_DIR" 2>/dev/null)" ]; then
      ok "$DATA_DIR is empty"
    else
      bad "$DATA_DIR belongs to $owner, not to $BOT_USER: give BOT_USER=$owner BOT_GROUP=$(stat -c %G "$DATA_DIR"), or chown -R it."
    fi
  fi
}

# What another program left there the service has to read.
check_data_files() {
  local file
  if [ "$(id -u)" != 0 ] || ! getent passwd "$BOT_USER" >/dev/null || ! getent group "$BOT_GROUP" >/dev/null; then return 0; fi
  for file in "$DATA_DIR"/*.json; do
    [ -f "$file" ] || continue
    setpriv --reuid="$BOT_USER" --regid="$BOT_GROUP" --init-groups test -r "$file" ||
      bad "$file can't be read by $BOT_USER: chown $BOT_USER:$BOT_GROUP $file && chmod 0660 $file"
  done
}

check_files() {
  local path name fragment pid found=''
  for path in "$BIN_DIR"/notify-bot "$BIN_DIR"/notify-runner "$BIN_DIR"/notify-scripts "$UNIT_DIR"/notify-bot.service \
    "$UNIT_DIR"/notify-bot.socket "$UNIT_DIR"/notify-actor.socket "$UNIT_DIR"/notify-actor@.service \
    "$BIN_DIR"/notify-web "$UNIT_DIR"/notify-web.service /etc/sysusers.d/notify-web.conf \
    /etc/logrotate.d/notify-bot /etc/tmpfiles.d/notify-bot.conf /etc/sysusers.d/notify-bot.conf; do
    if { [ -e "$path" ] || [ -L "$path" ]; } && ! is_ours "$path"; then
      bad "$path is there and is not from deploy.sh: remove it or move it away."
      found=1
    fi
  done
  if [ -e "$PREFIX/current" ] && [ ! -L "$PREFIX/current" ]; then bad "$PREFIX/current is not a link: move it away."; fi
  [ -d /run/systemd/system ] || return 0
  for name in notify-bot.service notify-bot.socket; do
    fragment=$(property "$name" FragmentPath)
    case $fragment in '' | "$UNIT_DIR/$name") ;; *)
      bad "$name comes from $fragment already: remove that one first."
      found=1
      ;;
    esac
  done
  if [ -e "$DATA_DIR/notify-bot.lock" ] && ! flock -n "$DATA_DIR/notify-bot.lock" true 2>/dev/null; then
    pid=$(cat "$DATA_DIR/notify-bot.lock")
    [ "$pid" = "$(property notify-bot.service MainPID)" ] || {
      bad "A notify-bot that systemd did not start (process ${pid:-unknown}) uses $DATA_DIR: end it first."
      found=1
    }
  fi
  [ -n "$found" ] || ok 'nothing foreign in the way'
}

# A value in the settings file, without its quotes.
setting_in_env() { # NAME
  [ ! -r "$ETC/env" ] || sed -n "s/^[[:space:]]*$1[[:space:]]*=[[:space:]]*//p" "$ETC/env" | tail -n 1 | sed -e 's/[[:space:]]*$//' -e "s/^\\([\"']\\)\\(.*\\)\\1\$/\\2/"
}

check_settings() {
  local line number=0 before=$wrong name value
  [ -e "$ETC/env" ] || { ok "$ETC/env will be made" && return; }
  [ -r "$ETC/env" ] || { note "$ETC/env can't be read by $(id -un)" && return; }
  while IFS= read -r line || [ -n "$line" ]; do
    number=$((number + 1))
    [[ $line =~ ^[[:space:]]*([#\;].*)?$ ]] && continue
    if ! [[ $line =~ ^[[:space:]]*([A-Za-z_][A-Za-z0-9_]*)[[:space:]]*= ]]; then
      bad "$ETC/env line $number is not NAME=VALUE."
      continue
    fi
    name=${BASH_REMATCH[1]}
    case $name in
      TELEGRAM_BOT_TOKEN | NOTIFY_DATA_DIR | NOTIFY_SOCKET | NOTIFY_BOT_USER | NOTIFY_WEB_*) ;;
      NOTIFY_* | TELEGRAM_*) [[ " $SETTINGS " == *" $name "* ]] || note "$ETC/env line $number: $name is no setting of the service's." ;;
    esac
  done <"$ETC/env"
  for name in NOTIFY_DATA_DIR:DATA_DIR NOTIFY_SOCKET:SOCKET; do
    value=$(setting_in_env "${name%:*}")
    name=${name#*:}
    [ -z "$value" ] || [ "$value" = "${!name}" ] || bad "$ETC/env says $value, but $name is ${!name}: make them the same."
    [ -n "$value" ] || [ "${!name}" = "${DEFAULTS[$name]}" ] || bad "$ETC/env must say $([ "$name" = SOCKET ] && echo NOTIFY_SOCKET || echo NOTIFY_DATA_DIR)=${!name}."
  done
  [ "$wrong" != "$before" ] || ok "$ETC/env is kept"
}

new_token=''
check_token() {
  local where=''
  if [ -n "$(setting_in_env TELEGRAM_BOT_TOKEN)" ]; then where=$ETC/env
  elif [ -s "$ETC/telegram-bot-token" ]; then where=$ETC/telegram-bot-token
  elif grep -qsE '^(Load|Set)Credential.*=telegram-bot-token:' "$UNIT_DIR"/notify-bot.service.d/*.conf; then
    where="a credential in $UNIT_DIR/notify-bot.service.d"
  fi
  if [ -n "$where" ]; then
    ok "the token in $where is kept"
    [ -z "$token" ] || note "The one in TELEGRAM_BOT_TOKEN is not used: put it into that file to replace it, then restart the service."
    token=''
    return
  fi
  if [ -z "$token" ] && [ "$(id -u)" != 0 ]; then note 'Whether there is a token only root can see.' && return; fi
  if [ -z "$token" ] && [ -t 0 ] && [ "$wrong" = 0 ]; then
    if [ -n "$dry_run" ]; then note 'The token will be asked for.' && return; fi
    for _ in 1 2 3; do
      IFS= read -rs -p '  Token from @BotFather (not shown): ' token
      say ''
      looks_like_token "$token" && break
      say '  That is not a token such as 123456789:AAF…'
      token=''
    done
  fi
  if [ -z "$token" ]; then
    bad 'There is no token: give it in TELEGRAM_BOT_TOKEN (sudo --preserve-env=TELEGRAM_BOT_TOKEN), or run this on a terminal.'
    return
  fi
  new_token=1
  ok 'a new token'
}

# The bot's own reading of its settings, and Telegram's word on the token.
ask_doctor() {
  local report name
  { [ -z "$building" ] && [ "$wrong" = 0 ]; } || [ -n "${1:-}" ] || return 0
  [ "$(id -u)" = 0 ] || return 0
  report=$(
    [ -z "$token" ] || export TELEGRAM_BOT_TOKEN=$token
    export NOTIFY_DATA_DIR=$DATA_DIR NOTIFY_SOCKET=$SOCKET
    # What systemd decrypted for the running service.
    [ -s "$ETC/telegram-bot-token" ] || [ ! -d /run/credentials/notify-bot.service ] ||
      export CREDENTIALS_DIRECTORY=/run/credentials/notify-bot.service
    "$NODE" "$root/dist/notify-bot.js" doctor --json 2>/dev/null |
      "$NODE" -e 'for (const { check, ok, seen } of JSON.parse(require("node:fs").readFileSync(0, "utf8"))) console.log(check, ok, seen.replaceAll(/\s+/g, " "))'
  ) || true
  while read -r name good seen; do
    case "$name $good" in
      'settings false')
        # Only systemd can read an encrypted one that it was not asked for yet.
        if [ -n "$new_token" ] || [[ $seen != TELEGRAM_BOT_TOKEN\ is\ not\ set* ]]; then bad "$seen"; fi
        ;;
      'telegram true') ok "$seen" ;;
      'telegram false') if [[ $seen == *'token is refused'* ]]; then bad "Telegram refuses the token: ask @BotFather for it (/mybots)."; else
        note "Telegram can't be reached now: $seen. Messages wait until it can."
      fi ;;
    esac
  done <<<"$report"
}

build_now() {
  local owner
  owner=$(stat -c %U "$root")
  say 'Building'
  if [ "$owner" = root ] || [ "$owner" = UNKNOWN ]; then (cd "$root" && scripts/dev/install.sh && npm run --silent build) || return 1; else
    # As whoever the tree belongs to, who goes on working in it.
    (cd "$root" && runuser -u "$owner" -- env HOME="$(getent passwd "$owner" | cut -d : -f 6)" \
      sh -c 'scripts/dev/install.sh && npm run --silent build') || return 1
  fi
}

say 'Looking at everything first'
check_system
check_node
[ -n "$no_node" ] || check_build
check_names
check_space "$PREFIX" "$RELEASES_KB" 'a release'
check_space "$DATA_DIR" "$DATA_KB" 'the data'
[ -n "$packaged" ] || check_files
check_settings
check_token
ask_doctor
if [ "$wrong" != 0 ]; then
  fail "$([ "$wrong" = 1 ] && echo 'One thing stands' || echo "$wrong things stand") in the way; nothing was changed."
fi

# --- What would be done ----------------------------------------------------------------------------------------------
work=$(mktemp -d)
stage=$work/release
mkdir "$stage"
trap 'rm -rf "$work"' EXIT
content_of() { # FOLDER
  (cd "$1" && find . -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum)
}
if [ -n "$building" ] && [ -z "$dry_run" ]; then
  build_now || fail 'The build failed; nothing was changed.'
  building=''
  check_build
  ask_doctor now
  [ "$wrong" = 0 ] || fail 'Nothing was changed.'
fi
release='' before=''
if [ -z "$building" ]; then
  lay_out "$root" "$stage"
  content=$(content_of "$stage")
  number=1 name=$version
  while [ -d "$PREFIX/releases/$name" ] && [ "$(content_of "$PREFIX/releases/$name")" != "$content" ]; do
    number=$((number + 1)) name="$version+$number"
  done
  release=$PREFIX/releases/$name
fi
[ ! -L "$PREFIX/current" ] || before=$(readlink -e "$PREFIX/current" || true)
interrupted=''
if [ -e "$UNFINISHED" ]; then
  # What that run made current never proved itself, and may not even have been started.
  interrupted=1 before=$(cat "$UNFINISHED")
  [ -d "$before" ] || before=''
  note 'An earlier run was killed; this one finishes what that began.'
fi

if [ -n "$dry_run" ]; then
  if [ "$release" = "$before" ] && [ -n "$release" ] && [ -z "$interrupted" ]; then say "Would look whether all files of $release are in place."; else
    say "Would ${building:+build $version and }install ${release:-it} and restart the service; senders would wait meanwhile."
  fi
  say 'Nothing was changed.'
  exit 0
fi

# --- Doing it --------------------------------------------------------------------------------------------------------
say 'Installing'
# From here on whatever ends this script puts things back.
at_risk=1 wrote_token='' copied='' since=$EPOCHREALTIME
leave() {
  local status=$?
  trap '' INT TERM HUP
  [ -z "$at_risk" ] || go_back 'A step failed or was interrupted.'
  rm -rf "$work"
  exit "$status"
}
trap leave EXIT
trap 'exit 1' INT TERM HUP

mkdir -p "$PREFIX/releases"
touch "$INSTALLED"
if [ -z "$interrupted" ]; then
  say "$before" >"$UNFINISHED.new"
  mv -f "$UNFINISHED.new" "$UNFINISHED"
fi

# Makes this release the current one, in one step.
switch_to() { # RELEASE
  touch "$1"
  ln -sfn "releases/${1##*/}" "$PREFIX/current.new"
  mv -fT "$PREFIX/current.new" "$PREFIX/current"
}

start_sockets() {
  local unit
  for unit in notify-bot.socket notify-actor.socket; do
    [ -e "$UNIT_DIR/$unit" ] || continue
    systemctl is-enabled --quiet "$unit" || { systemctl enable --quiet "$unit" && did "enabled $unit"; }
    is_active "$unit" || systemctl start "$unit"
  done
  systemctl is-enabled --quiet notify-bot.service || { systemctl enable --quiet notify-bot.service && did 'enabled notify-bot.service'; }
}

last_words() {
  journalctl --unit=notify-bot.service --since="@${since%.*}" --lines=15 --no-pager --output=cat 2>/dev/null |
    cut -c 1-400 | sed 's/^/  | /' || true
}

# Puts the release before back; without one, removes what was installed.
go_back() { # WHY
  at_risk=''
  set +e
  say "$1"
  last_words
  [ -z "$wrote_token" ] || rm -f "$ETC/telegram-bot-token"
  if [ -z "$before" ] || [ ! -d "$before" ]; then
    remove_installed
    printf 'deploy.sh: %s There was no release before to go back to, so it was removed again.\n' "$1" >&2
    return
  fi
  if [ "$before" = "$release" ] && [ -z "$changed$interrupted" ]; then
    rm -f "$UNFINISHED"
    printf 'deploy.sh: %s Nothing was changed, so there is nothing to go back to.\n' "$1" >&2
    return
  fi
  switch_to "$before"
  install_outside "$before" >/dev/null
  systemctl daemon-reload
  systemctl reset-failed notify-bot.service notify-bot.socket 2>/dev/null
  start_sockets >/dev/null
  if systemctl restart notify-bot.service && is_active notify-bot.service; then
    [ -z "$copied" ] || rm -rf "$release"
    rm -f "$UNFINISHED"
    printf 'deploy.sh: %s %s runs again; senders waited meanwhile.\n' "$1" "${before##*/}" >&2
  else
    printf 'deploy.sh: %s %s does not start either: journalctl -u notify-bot\n' "$1" "${before##*/}" >&2
  fi
}
give_up() { # WHY
  go_back "$1"
  exit 1
}

# What the socket answers to GET /health: a line with the status and the bot's name or "-", then the reasons, one a line.
health() {
  # shellcheck disable=SC2016 # The dollars are JavaScript's.
  "$NODE" -e '
    const request = require("node:http").get({ socketPath: process.argv[1], path: "/health", timeout: 2000 }, async (answer) => {
      let text = "";
      for await (const part of answer) text += part;
      const { bot = "-", reasons = [] } = JSON.parse(text);
      console.log([`${answer.statusCode} ${bot}`, ...reasons.map((reason) => reason.replaceAll(/\s+/g, " "))].join("\n"));
    });
    request.on("timeout", () => request.destroy()).on("error", () => console.log("- -"));
  ' "$SOCKET" 2>/dev/null || say '- -'
}
alike() { tr -d '0-9'; }

made_web_user=$(remembered MADE_WEB_USER)
make_web_account() {
  if [ "$WEB" = no ] || getent passwd "$WEB_USER" >/dev/null; then return 0; fi
  systemd-sysusers "$stage/systemd/notify-web.sysusers"
  made_web_user=yes
  did "made   user $WEB_USER"
}

# The dashboard's own settings, and its name among those whom the bot trusts.
newly_trusted=''
make_web_settings() {
  local known
  [ "$WEB" = yes ] || return 0
  install -d -m 0750 -o root -g "$WEB_USER" "$WEB_ETC"
  if [ ! -e "$WEB_ETC/env" ]; then
    install -m 0640 -o root -g "$WEB_USER" "$stage/systemd/notify-web.env" "$WEB_ETC/env"
    did "wrote  $WEB_ETC/env"
  fi
  known=$(setting_in_env NOTIFY_TRUSTED_USERS)
  [[ " ${known//,/ } " != *" $WEB_USER "* ]] || return 0
  {
    sed '/^[[:space:]]*NOTIFY_TRUSTED_USERS[[:space:]]*=/d' "$ETC/env"
    say "NOTIFY_TRUSTED_USERS=${known:+$known,}$WEB_USER"
  } >"$work/env.trusting"
  install -m 0640 -o root -g "$BOT_GROUP" "$work/env.trusting" "$ETC/env.new"
  mv -f "$ETC/env.new" "$ETC/env"
  newly_trusted=1
  did "added  $WEB_USER to NOTIFY_TRUSTED_USERS in $ETC/env"
}

# The dashboard is no reason to take a bot back that is well.
start_web() {
  [ "$WEB" = yes ] || return 0
  systemctl is-enabled --quiet notify-web.service || { systemctl enable --quiet notify-web.service && did 'enabled notify-web.service'; }
  if [ "$before" = "$release" ] && [[ $units_changed != *notify-web.service* ]] && is_active notify-web.service; then return 0; fi
  systemctl reset-failed notify-web.service 2>/dev/null || true
  if systemctl restart notify-web.service; then did 'started notify-web.service'; else
    note 'notify-web.service does not start: journalctl -u notify-web'
  fi
}

make_accounts() {
  local made_user='' made_group=''
  getent group "$BOT_GROUP" >/dev/null || made_group=yes
  getent passwd "$BOT_USER" >/dev/null || made_user=yes
  if [ -n "$made_user$made_group" ]; then
    if uses_sysusers; then
      systemd-sysusers "$stage/systemd/notify-bot.sysusers"
    else
      [ -z "$made_group" ] || groupadd --system "$BOT_GROUP"
      [ -z "$made_user" ] || useradd --system --gid "$BOT_GROUP" --home-dir / --no-create-home \
        --shell /usr/sbin/nologin --comment 'Telegram gateway' "$BOT_USER"
    fi
    did "made   ${made_user:+user $BOT_USER }${made_group:+group $BOT_GROUP}"
  fi
  install -d -m 0750 -o root -g "$BOT_GROUP" "$ETC"
  make_web_account
  [ "$made_user" = yes ] || made_user=$(remembered MADE_USER)
  [ "$made_group" = yes ] || made_group=$(remembered MADE_GROUP)
  {
    say '# The names that deploy.sh was first run with, and what it made.'
    for name in $NAMES; do say "$name=${!name}"; done
    [ -z "$given_node" ] || say "NODE=$given_node"
    say "MADE_USER=${made_user:-no}"
    say "MADE_GROUP=${made_group:-no}"
    [ -z "$made_web_user" ] || say "MADE_WEB_USER=$made_web_user"
  } >"$work/deploy"
  if ! cmp -s "$work/deploy" "$ETC/deploy"; then install -m 0644 "$work/deploy" "$ETC/deploy"; fi
}

make_settings() {
  local name
  [ ! -e "$ETC/env" ] || return 0
  cp "$stage/systemd/notify-bot.env" "$work/env"
  for name in $SETTINGS; do
    [ -z "${!name:-}" ] || printf '%s=%s\n' "$name" "${!name}" >>"$work/env"
  done
  [ "$DATA_DIR" = "${DEFAULTS[DATA_DIR]}" ] || say "NOTIFY_DATA_DIR=$DATA_DIR" >>"$work/env"
  [ "$SOCKET" = "${DEFAULTS[SOCKET]}" ] || say "NOTIFY_SOCKET=$SOCKET" >>"$work/env"
  install -m 0640 -o root -g "$BOT_GROUP" "$work/env" "$ETC/env"
  did "wrote  $ETC/env"
}

make_token() {
  [ -n "$new_token" ] || return 0
  (umask 077 && printf '%s\n' "$token" >"$ETC/telegram-bot-token.new")
  mv -f "$ETC/telegram-bot-token.new" "$ETC/telegram-bot-token"
  token='' wrote_token=1
  did "wrote  $ETC/telegram-bot-token"
}

make_data() {
  if [ ! -d "$DATA_DIR" ] || [ "$(stat -c '%U %G %a' "$DATA_DIR")" != "$BOT_USER $BOT_GROUP $((10#$DATA_MODE))" ]; then
    systemd-tmpfiles --create "$stage/systemd/notify-bot.tmpfiles" 2>/dev/null || true
    # systemd-tmpfiles makes nothing below a folder that another user owns.
    install -d -m "$DATA_MODE" -o "$BOT_USER" -g "$BOT_GROUP" "$DATA_DIR"
    did "made   $DATA_DIR"
  fi
}

copy_release() {
  [ ! -d "$release" ] || return 0
  rm -rf "$PREFIX/releases/.new"
  cp -r "$stage" "$PREFIX/releases/.new"
  sync -f "$PREFIX/releases/.new"
  mv -T "$PREFIX/releases/.new" "$release"
  copied=1
  did "copied $release"
}

# Waits until the service is well and has been so for some seconds, or gives up.
wait_until_healthy() { # STEADY
  local began=$SECONDS restarts word bot reasons reason serious
  restarts=$(property notify-bot.service NRestarts)
  while :; do
    is_active notify-bot.service || give_up 'The service ended right after its start.'
    [ "$(property notify-bot.service NRestarts)" = "$restarts" ] || give_up 'The service ended right after its start, and was started again.'
    reasons=$(health)
    read -r word bot <<<"$reasons"
    reasons=$(tail -n +2 <<<"$reasons")
    if [ "$word" = 200 ] && [ "$bot" != - ] && [ $((SECONDS - began)) -ge "$1" ]; then
      say "  healthy, as @$bot"
      return
    fi
    if [ "$word" = 200 ] && [ $((SECONDS - began)) -ge "$TELEGRAM_WITHIN" ]; then
      say '  note   Telegram has not answered yet; messages wait on the disk until it does.'
      return
    fi
    if [ "$word" = 503 ] && [ $((SECONDS - began)) -ge "$TELEGRAM_WITHIN" ]; then
      # What was so before is not this release's doing, and Telegram being away is nobody's.
      serious=''
      while read -r reason; do
        [[ $reason == Telegram\ is\ away* || $reason == Telegram\ has\ not\ answered* ]] && continue
        grep -qxF -- "$(alike <<<"$reason")" <<<"$reasons_before" && continue
        serious=$reason
      done <<<"$reasons"
      [ -z "$serious" ] || give_up "$serious"
      say "  note   It runs, and says: ${reasons//$'\n'/ }"
      return
    fi
    [ $((SECONDS - began)) -lt "$HEALTHY_WITHIN" ] || give_up "The service gave no answer to GET /health within $HEALTHY_WITHIN s."
    sleep 0.2
  done
}

drop_old_releases() {
  local old name kept=0
  # Names made by this script only: no blanks.
  # shellcheck disable=SC2045
  for name in $(ls -t "$PREFIX/releases"); do
    kept=$((kept + 1))
    old=$PREFIX/releases/$name
    if [ "$kept" -le "$KEPT_RELEASES" ] || [ "$old" = "$before" ]; then continue; fi
    rm -rf "$old"
    did "removed $old"
  done
}

reasons_before=''
if is_active notify-bot.service; then reasons_before=$(health | tail -n +2 | alike); fi
make_accounts
make_settings
make_web_settings
make_token
make_data
copy_release
why=$(loads_native "$release" 2>&1) || give_up "The release does not load here: $(tail -n 1 <<<"$why")"
install_outside "$release"
[ "$(readlink -e "$PREFIX/current" || true)" = "$release" ] || { switch_to "$release" && did "switched $PREFIX/current to ${release##*/}"; }
[ -z "$units_changed$interrupted" ] || systemctl daemon-reload
start_sockets
if [[ " $units_changed " == *' notify-actor.socket '* ]] || [ -n "$interrupted" ]; then systemctl restart notify-actor.socket; fi
if [[ " $units_changed " == *' notify-bot.socket '* ]] && [ -n "$before" ]; then
  note 'notify-bot.socket changed, and is used from the next boot on, or at once, with senders failing for a moment:'
  say '         systemctl restart notify-bot.socket notify-bot.service'
fi
if [ "$before" != "$release" ] || [ -n "$interrupted$wrote_token" ] || [ -n "$newly_trusted" ] || [[ $units_changed == *notify-bot.service* ]] || ! is_active notify-bot.service; then
  since=$EPOCHREALTIME
  systemctl reset-failed notify-bot.service 2>/dev/null || true
  systemctl restart notify-bot.service || give_up 'The service does not start.'
  did "started notify-bot.service in $(seconds_since "$since") s; whoever sent meanwhile waited"
  wait_until_healthy "$STEADY_FOR"
else
  wait_until_healthy 0
fi
at_risk=''
rm -f "$UNFINISHED"
start_web
drop_old_releases
if [ -z "$changed" ]; then say '  nothing to do'; fi
say "notify-bot ${release##*/} runs; it took $(seconds_since "$started") s. Next: notify-runner link, as any user."
