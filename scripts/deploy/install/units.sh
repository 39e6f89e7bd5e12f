# shellcheck shell=bash
# The systemd units.

is_active() { systemctl is-active --quiet "$1"; } # UNIT
property() { systemctl show --property="$2" --value "$1" 2>/dev/null || true; } # UNIT NAME

# The units of a release that have files to install. Sockets start the ones with an @. The dashboard's only with WEB=yes.
units_of() { # RELEASE
  (cd "$1/systemd" && ls -- *.socket *.service) | if [ "$WEB" = yes ]; then cat; else sed '/^notify-web/d'; fi
}

start_sockets() {
  local unit
  for unit in notify-bot.socket notify-actor.socket; do
    [ -e "$UNIT_DIR/$unit" ] || continue
    systemctl is-enabled --quiet "$unit" || { systemctl enable --quiet "$unit" && did "enabled $unit"; }
    is_active "$unit" || systemctl start "$unit"
  done
  systemctl is-enabled --quiet notify-bot.service || { systemctl enable --quiet notify-bot.service && did 'enabled notify-bot.service'; }
}

# Lets systemd use the new unit files, except for a changed notify-bot.socket: closing it would fail senders.
use_new_units() {
  [ -z "$units_changed$interrupted" ] || systemctl daemon-reload
  start_sockets
  if [[ " $units_changed " == *' notify-actor.socket '* ]] || [ -n "$interrupted" ]; then systemctl restart notify-actor.socket; fi
  if [[ " $units_changed " == *' notify-bot.socket '* ]] && [ -n "$before" ]; then
    note 'notify-bot.socket changed, and is used from the next boot on, or at once, with senders failing for a moment:'
    say '         systemctl restart notify-bot.socket notify-bot.service'
  fi
}

needs_restart() {
  [ "$before" != "$release" ] || [ -n "$interrupted$wrote_token$newly_trusted" ] ||
    [[ $units_changed == *notify-bot.service* ]] || ! is_active notify-bot.service
}
