# shellcheck shell=sh
# Which people's crontabs and timers call a notify-runner, or a Node for it, that is gone. Parts of deploy.sh and of the
# package's postrm, so for any POSIX shell.

# The last value that a crontab gives a variable; empty where it gives none.
value_in() { # NAME FILE
  LC_ALL=C sed -n "s/^[[:space:]]*$1[[:space:]]*=[[:space:]]*[\"']\{0,1\}\([^\"']*\)[\"']\{0,1\}[[:space:]]*\$/\1/p" "$2" | tail -n 1
}

# Whether a line calls a program that is not there.
calls_nothing() { # LINE HOME PATH, either empty where it is not known
  for word in $(printf '%s\n' "$1" | tr '\t"'"'"'=;' '     ' | tr ' ' '\n' |
    LC_ALL=C grep -aE '^((~|[$]HOME|[$][{]HOME[}])?/(.*/)?)?(node(js)?|notify-(runner|scripts)(\.c?js)?)$'); do
    # shellcheck disable=SC2016,SC2088 # They stand so in the line.
    case $word in
      '~/'* | '$HOME/'* | '${HOME}/'*)
        [ -n "$2" ] || continue
        word=$2/${word#*/}
        ;;
    esac
    case $word in
      /*) [ -x "$word" ] || return 0 ;;
      node*) ;;
      *) PATH=${3:-$PATH} command -v "$word" >/dev/null || return 0 ;;
    esac
  done
  return 1
}

# Prints the name of the file where a line of it calls nothing.
print_stale() { # FILE NAME HOME, empty where it is not known
  [ -f "$1" ] || return 0
  home=$(value_in HOME "$1")
  path=$(value_in PATH "$1")
  # grep finds nothing in most, which is no error.
  LC_ALL=C grep -aE 'notify-(runner|scripts)' "$1" | LC_ALL=C grep -av '^[[:space:]]*#' | while IFS= read -r line; do
    ! calls_nothing "$line" "${home:-$3}" "$path" || printf '%s\n' "$2"
  done | sort -u || :
}

home_of() { # USER
  getent passwd "$1" | cut -d : -f 6
}

# Prints a name a line: a user, or a file of the system's crontabs. A timer is looked for only where its user lingers,
# since a look into every home could mount them all.
stale_crontabs() { # ROOT, empty for this computer
  for file in "$1"/var/spool/cron/crontabs/*; do
    [ -f "$file" ] || continue
    print_stale "$file" "${file##*/}" "$(home_of "${file##*/}")"
  done
  for file in "$1/etc/crontab" "$1"/etc/cron.d/*; do print_stale "$file" "${file#"$1"}" ''; done
  for file in "$1"/var/lib/systemd/linger/*; do
    [ -e "$file" ] || continue
    home=$(home_of "${file##*/}")
    print_stale "$home/.config/systemd/user/notify-runner.service" "${file##*/}" "$home"
  done
}

# A sentence that counts and names them; nothing where there is none.
stale_sentence() { # ROOT, empty for this computer
  names=$(stale_crontabs "$1" | sort -u || :)
  [ -n "$names" ] || return 0
  count=$(printf '%s\n' "$names" | wc -l)
  shown=$(printf '%s\n' "$names" | head -n 20 | paste -s -d , - | sed 's/,/, /g')
  [ "$count" -le 20 ] || shown="$shown and $((count - 20)) more"
  printf 'Crontabs or timers that call a notify-runner that is gone: %s (%s).\n' "$((count))" "$shown"
}
