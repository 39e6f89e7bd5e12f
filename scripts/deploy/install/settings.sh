# shellcheck shell=bash
# The settings and the token in /etc/notify-bot.

# Not empty when this run wrote the token.
wrote_token=''

# Makes the settings file once, with the settings of the environment; later only the file counts.
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
