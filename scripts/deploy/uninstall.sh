# shellcheck shell=bash
# Removes an installation: programs and units, and with --purge data, settings and accounts too.

# Stops and removes everything except data and settings.
remove_installed() {
  local line path unit
  for unit in notify-web.service notify-web.socket notify-bot.service notify-bot.socket notify-actor.socket; do
    systemctl disable --quiet --now "$unit" 2>/dev/null || true
  done
  systemctl stop 'notify-actor@*.service' 2>/dev/null || true
  [ ! -e "$INSTALLED" ] || while read -r line; do
    path=${line#* }
    path=${path# }
    [[ $line == dir\ * ]] || rm -f "$path"
  done <"$INSTALLED"
  # In reverse order, so that a folder is empty before it is removed.
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

# Removes data, settings, and the accounts that deploy.sh made.
purge_rest() {
  local path
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
  rm -rf "$ETC" "$WEB_ETC" /var/lib/notify-web /var/lib/notify-bot "$UNIT_DIR"/notify-web.service.d "$UNIT_DIR"/notify-web.socket.d "$UNIT_DIR"/notify-bot.service.d "$UNIT_DIR"/notify-bot.socket.d \
    "$UNIT_DIR"/notify-actor.socket.d "$UNIT_DIR"/notify-actor@.service.d
  systemctl daemon-reload
  # The folders above may have been made for these two; they go when they are empty.
  for path in "$(dirname "$DATA_DIR")" "$(dirname "$DOCS_DIR")"; do rmdir "$path" 2>/dev/null || true; done
}

# Names the people whose crontabs call a program that is gone: nobody else tells them.
note_crontabs() { # ADVICE
  local sentence
  sentence=$(stale_sentence '')
  [ -z "$sentence" ] || note "$sentence $1"
}

# What --dry-run prints instead.
list_removals() {
  say "Would stop the service and remove $PREFIX and:"
  [ ! -e "$INSTALLED" ] || sed -e '/^dir /d' -e 's/^[^ ]* */  /' "$INSTALLED"
  [ -z "$purge" ] || say "Would also remove $DATA_DIR, $ETC, and the user and group if deploy.sh made them."
}

confirm_purge() {
  local answer
  [ -t 0 ] || fail 'Without a terminal, --purge needs --yes.' 2
  read -r -p "Remove $DATA_DIR with all links, waiting messages and history, and $ETC with the token? [yes/no] " answer
  [ "$answer" = yes ] || fail 'Nothing was removed.'
}

remove_installation() {
  if ! is_installed && { [ -z "$purge" ] || [ ! -e "$ETC" ]; }; then
    say 'Nothing is installed; nothing to do.'
    return
  fi
  if [ -n "$dry_run" ]; then
    list_removals
    return
  fi
  if [ -n "$purge" ] && [ -z "$yes" ]; then confirm_purge; fi
  remove_installed
  if [ -n "$purge" ]; then
    purge_rest
    say "Removed, with data and settings, in $(seconds_since "$started") s."
  else
    say "Removed in $(seconds_since "$started") s. $DATA_DIR and $ETC stay; --uninstall --purge removes those too."
  fi
  note_crontabs 'Remove each line: crontab -e -u USER'
}
