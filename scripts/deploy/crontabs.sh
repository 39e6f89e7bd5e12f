# shellcheck shell=sh
# Which people's crontabs and timers call a notify-runner, or a Node for it, that is gone. Parts of deploy.sh and of the
# package's postrm, so for any POSIX shell.

# Whether a line calls a program that is not there.
calls_nothing() { # LINE
  for word in $(printf '%s\n' "$1" | tr '\t"'"'"'=;' '     ' | tr ' ' '\n' | LC_ALL=C grep -aE '^(/.*/)?(node|nodejs|notify-runner(\.c?js)?)$'); do
    case $word in
      /*) [ -x "$word" ] || return 0 ;;
      node*) ;;
      *) command -v "$word" >/dev/null || return 0 ;;
    esac
  done
  return 1
}

# Prints the name of the file where a line of it calls nothing.
print_stale() { # FILE NAME
  [ -f "$1" ] || return 0
  # grep finds nothing in most, which is no error.
  LC_ALL=C grep -a notify-runner "$1" | LC_ALL=C grep -av '^[[:space:]]*#' | while IFS= read -r line; do
    ! calls_nothing "$line" || printf '%s\n' "$2"
  done | sort -u || :
}

# Prints a name a line: a user, or a file of the system's crontabs. A timer is looked for only where its user lingers,
# since a look into every home could mount them all.
stale_crontabs() { # ROOT, empty for this computer
  for file in "$1"/var/spool/cron/crontabs/*; do print_stale "$file" "${file##*/}"; done
  for file in "$1/etc/crontab" "$1"/etc/cron.d/*; do print_stale "$file" "${file#"$1"}"; done
  for file in "$1"/var/lib/systemd/linger/*; do
    [ -e "$file" ] || continue
    home=$(getent passwd "${file##*/}" | cut -d : -f 6)
    print_stale "$home/.config/systemd/user/notify-runner.service" "${file##*/}"
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
