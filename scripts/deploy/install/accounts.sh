# shellcheck shell=bash
# The bot's user and group, and the folders that they own.

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
  # What an earlier run made is still this installation's.
  [ "$made_user" = yes ] || made_user=$(remembered MADE_USER)
  [ "$made_group" = yes ] || made_group=$(remembered MADE_GROUP)
  remember_names "$made_user" "$made_group" "$made_web_user"
}

make_data() {
  if [ ! -d "$DATA_DIR" ] || [ "$(stat -c '%U %G %a' "$DATA_DIR")" != "$BOT_USER $BOT_GROUP $((10#$DATA_MODE))" ]; then
    systemd-tmpfiles --create "$stage/systemd/notify-bot.tmpfiles" 2>/dev/null || true
    # systemd-tmpfiles makes nothing below a folder that another user owns.
    install -d -m "$DATA_MODE" -o "$BOT_USER" -g "$BOT_GROUP" "$DATA_DIR"
    did "made   $DATA_DIR"
  fi
}
