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
