# shellcheck shell=bash
# What happens when an installation ends early: the release before runs again, or everything is removed again.

# Not empty while an end of this script means a rollback.
at_risk=''
# When the service was last restarted, or the installation began; the log since then is shown.
since=''

roll_back_on_exit() {
  at_risk=1 since=$EPOCHREALTIME
  trap leave EXIT
  trap 'exit 1' INT TERM HUP
}

leave() {
  local status=$?
  trap '' INT TERM HUP
  [ -z "$at_risk" ] || roll_back 'A step failed or was interrupted.'
  rm -rf "$work"
  exit "$status"
}

# The new release is well; nothing goes back from here on.
commit_release() {
  at_risk=''
  rm -f "$UNFINISHED"
}

last_words() {
  journalctl --unit=notify-bot.service --since="@${since%.*}" --lines=15 --no-pager --output=cat 2>/dev/null |
    cut -c 1-400 | sed 's/^/  | /' || true
}

roll_back() { # WHY
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
  [ "$WEB" != yes ] || systemctl start notify-web.service 2>/dev/null
  if systemctl restart notify-bot.service && is_active notify-bot.service; then
    [ -z "$copied" ] || rm -rf "$release"
    rm -f "$UNFINISHED"
    printf 'deploy.sh: %s %s runs again; senders waited meanwhile.\n' "$1" "${before##*/}" >&2
  else
    printf 'deploy.sh: %s %s does not start either: journalctl -u notify-bot\n' "$1" "${before##*/}" >&2
  fi
}

give_up() { # WHY
  roll_back "$1"
  exit 1
}
