# shellcheck shell=bash
# The settings and the token in /etc/notify-bot.

# Not empty when this run wrote the token.
wrote_token=''

# Sets a setting in a file, with the quotes that systemd needs.
put_setting() { # FILE NAME VALUE
  # On standard input, because the address of a proxy may hold a password, and every user can read command lines.
  printf '%s' "$3" | "$NODE" "$parts/checks/env-file-lines.js" "$1" set "$2" >"$work/env.set"
  cat "$work/env.set" >"$1"
  in_env[$2]=$3
}

# Makes the settings file once, with the settings of the environment; later only the file counts.
make_settings() {
  local name
  [ ! -e "$ETC/env" ] || return 0
  cp "$stage/systemd/notify-bot.env" "$work/env"
  for name in $SETTINGS; do
    [ -z "${!name:-}" ] || put_setting "$work/env" "$name" "${!name}"
  done
  [ "$DATA_DIR" = "${DEFAULTS[DATA_DIR]}" ] || put_setting "$work/env" NOTIFY_DATA_DIR "$DATA_DIR"
  [ "$SOCKET" = "${DEFAULTS[SOCKET]}" ] || put_setting "$work/env" NOTIFY_SOCKET "$SOCKET"
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
