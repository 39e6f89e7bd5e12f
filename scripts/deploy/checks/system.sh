# shellcheck shell=bash
# Checks of the operating system: root, Debian, systemd, D-Bus, disk space.

RELEASES_KB=$((100 * 1024))
DATA_KB=$((50 * 1024))
# Not empty when the Debian package is installed.
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

# The folder itself, or the nearest one above it that exists.
existing() { # PATH
  local there=$1
  while [ ! -e "$there" ]; do there=$(dirname "$there"); done
  printf '%s' "$there"
}

is_noexec() { # PATH
  findmnt --noheadings --first-only --output OPTIONS --target "$(existing "$1")" 2>/dev/null | tr , '\n' | grep -qx noexec
}

# Programs start by their first line, which the kernel reads only where programs may run.
check_exec() {
  ! is_noexec "$PREFIX" || bad "$PREFIX is on a disk that is mounted noexec, so no program starts there: give another PREFIX, or remount it with exec."
}

# Everybody, or the service, has to be able to enter the folders above.
check_way() { # FOLDER [WHO OPTION-OF-SETPRIV ...]
  local path=$1 who=${2:-everybody} folder
  if [ "$#" -ge 2 ]; then shift 2; else set -- --reuid=65534 --regid=65534 --clear-groups; fi
  [ "$(id -u)" = 0 ] || return 0
  # From the top: below a closed folder nothing can be tested.
  while read -r folder; do
    if ! setpriv "$@" test -x "$folder" 2>/dev/null; then
      bad "$path: $who has to enter $folder: chmod o+x $(quote "$folder")"
      return
    fi
  done < <(folders_above "$path")
}

# The existing folders above a path, from the top, one a line.
folders_above() { # PATH
  local folder all=''
  folder=$(existing "$(dirname "$1")")
  while [ "$folder" != / ]; do
    all=$folder$'\n'$all
    folder=$(dirname "$folder")
  done
  printf '%s' "$all"
}

# The service's user, or, before that is made, a member of its group.
check_data_way() {
  if ! getent group "$BOT_GROUP" >/dev/null; then check_way "$DATA_DIR"
  elif getent passwd "$BOT_USER" >/dev/null; then check_way "$DATA_DIR" "$BOT_USER" --reuid="$BOT_USER" --regid="$BOT_GROUP" --init-groups
  else check_way "$DATA_DIR" "$BOT_USER" --reuid=65534 --regid="$BOT_GROUP" --clear-groups; fi
}

check_ways() {
  check_way "$PREFIX"
  [[ $BIN_DIR == "$PREFIX"/* ]] || check_way "$BIN_DIR/notify-bot"
  check_way "$SOCKET"
  [ -n "$DOCS_GROUP" ] || check_way "$DOCS_DIR"
  check_data_way
}

check_space() { # FOLDER KB WHAT
  local there free
  there=$(existing "$1")
  if [ -L "$1" ] && [ ! -e "$1" ]; then bad "$1 is a link to nowhere." && return; fi
  if [ ! -d "$there" ]; then bad "$there is not a folder." && return; fi
  free=$(df -Pk "$there" | awk 'NR == 2 { print $4 }')
  if [ "$free" -lt "$2" ]; then bad "$1: only $((free / 1024)) MB free, $3 needs $(($2 / 1024)) MB."; else
    ok "$1: $((free / 1024)) MB free"
  fi
}
