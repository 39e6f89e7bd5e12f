# shellcheck shell=bash
# The dashboard, which is installed with WEB=yes: its user, its settings, its service.

# yes when deploy.sh made the user, now or in an earlier run.
made_web_user=''
# Not empty when this run added the dashboard to the users whom the bot trusts.
newly_trusted=''

make_web_account() {
  made_web_user=$(remembered MADE_WEB_USER)
  if [ "$WEB" = no ] || getent passwd "$WEB_USER" >/dev/null; then return 0; fi
  systemd-sysusers "$stage/systemd/notify-web.sysusers"
  made_web_user=yes
  did "made   user $WEB_USER"
}

# Makes the dashboard's settings, and lets the bot trust it.
make_web_settings() {
  local known
  [ "$WEB" = yes ] || return 0
  install -d -m 0750 -o root -g "$WEB_USER" "$WEB_ETC"
  if [ ! -e "$WEB_ETC/env" ]; then
    install -m 0640 -o root -g "$WEB_USER" "$stage/systemd/notify-web.env" "$WEB_ETC/env"
    did "wrote  $WEB_ETC/env"
  fi
  known=$(setting_in_env NOTIFY_TRUSTED_USERS)
  [[ " ${known//,/ } " != *" $WEB_USER "* ]] || return 0
  cp "$ETC/env" "$work/env.trusting"
  put_setting "$work/env.trusting" NOTIFY_TRUSTED_USERS "${known:+$known,}$WEB_USER"
  install -m 0640 -o root -g "$BOT_GROUP" "$work/env.trusting" "$ETC/env.new"
  mv -f "$ETC/env.new" "$ETC/env"
  newly_trusted=1
  did "added  $WEB_USER to NOTIFY_TRUSTED_USERS in $ETC/env"
}

# A dashboard that does not start is reported; it does not trigger a rollback of the bot.
start_web() {
  local unit
  [ "$WEB" = yes ] || return 0
  for unit in notify-web.service notify-web.socket; do
    systemctl is-enabled --quiet "$unit" || { systemctl enable --quiet "$unit" && did "enabled $unit"; }
  done
  if [ "$before" = "$release" ] && [[ $units_changed != *notify-web.* ]] && is_active notify-web.service && is_active notify-web.socket; then return 0; fi
  systemctl reset-failed notify-web.service notify-web.socket 2>/dev/null || true
  # A socket can't be opened while its service runs.
  if [[ " $units_changed " == *' notify-web.socket '* ]] || ! is_active notify-web.socket; then
    systemctl stop notify-web.service notify-web.socket
  fi
  if systemctl restart notify-web.service; then did 'started notify-web.service'; else
    note 'notify-web.service does not start: journalctl -u notify-web'
  fi
}
