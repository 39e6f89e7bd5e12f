# shellcheck shell=bash
# Checks of what this server already has: names of an earlier run, a data folder, files of other installations.

check_names() {
  local name known
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
  if [ -d "$DATA_DIR" ]; then check_data; fi
}

# An existing data folder is kept, with its mode unless everybody can enter it.
check_data() {
  local owner known
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
}

# The service has to read the files that another program left there.
check_data_files() {
  local file
  if [ "$(id -u)" != 0 ] || ! getent passwd "$BOT_USER" >/dev/null || ! getent group "$BOT_GROUP" >/dev/null; then return 0; fi
  for file in "$DATA_DIR"/*.json; do
    [ -f "$file" ] || continue
    setsid --wait setpriv --reuid="$BOT_USER" --regid="$BOT_GROUP" --init-groups test -r "$file" </dev/null ||
      bad "$file can't be read by $BOT_USER: chown $BOT_USER:$BOT_GROUP $(quote "$file") && chmod 0660 $(quote "$file")"
  done
}

# Runs a command in the data folder with the rights of its owner alone, for at most five seconds: the service's account
# could lead root by a link to any file, or keep it waiting at a pipe. In a session of its own, without root's terminal:
# another process of that account could take the command over and type there.
as_owner() {
  local owner
  if [ "$(id -u)" != 0 ] || ! owner=$(stat -L -c '--reuid=%u --regid=%g' "$DATA_DIR" 2>/dev/null); then
    timeout 5 "$@"
    return
  fi
  # shellcheck disable=SC2086 # two options
  setsid --wait timeout 5 setpriv $owner --clear-groups "$@" </dev/null
}

check_files() {
  local path name fragment pid found=''
  for path in "$BIN_DIR"/notify-bot "$BIN_DIR"/notify-runner "$BIN_DIR"/notify-scripts "$UNIT_DIR"/notify-bot.service \
    "$UNIT_DIR"/notify-bot.socket "$UNIT_DIR"/notify-actor.socket "$UNIT_DIR"/notify-actor@.service \
    "$BIN_DIR"/notify-web "$UNIT_DIR"/notify-web.service "$UNIT_DIR"/notify-web.socket /etc/sysusers.d/notify-web.conf \
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
  if as_owner test -f "$DATA_DIR/notify-bot.lock" && ! as_owner flock -n "$DATA_DIR/notify-bot.lock" true 2>/dev/null; then
    pid=$(as_owner head -c 20 "$DATA_DIR/notify-bot.lock") || true
    [ "$pid" = "$(property notify-bot.service MainPID)" ] || {
      bad "A notify-bot that systemd did not start (process ${pid:-unknown}) uses $DATA_DIR: end it first."
      found=1
    }
  fi
  [ -n "$found" ] || ok 'no other installation in the way'
}
