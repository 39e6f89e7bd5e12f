#!/bin/bash
# Installs notify-bot on this server, or upgrades it: Debian 12 or 13, Node 20.19 or later. See docs/operations.md.
# It checks everything first and changes nothing if a check fails; a second run finds nothing to do.
# shellcheck source-path=SCRIPTDIR/deploy
set -euo pipefail
umask 022
export LC_ALL=C
# With it, cd may lead elsewhere.
unset CDPATH

root=$(cd "$(dirname "$0")/.." && pwd)
parts=$root/scripts/deploy
. "$parts/report.sh"
. "$parts/options.sh"
. "$parts/release-layout.sh"
. "$parts/names.sh"
. "$parts/crontabs.sh"
. "$parts/uninstall.sh"
. "$parts/checks/system.sh"
. "$parts/checks/programs.sh"
. "$parts/checks/server.sh"
. "$parts/checks/settings.sh"
. "$parts/checks/everything.sh"
. "$parts/install/accounts.sh"
. "$parts/install/settings.sh"
. "$parts/install/dashboard.sh"
. "$parts/install/files.sh"
. "$parts/install/releases.sh"
. "$parts/install/units.sh"
. "$parts/install/health.sh"
. "$parts/install/rollback.sh"

# Starts the release that is now current.
restart_service() {
  since=$EPOCHREALTIME
  systemctl reset-failed notify-bot.service 2>/dev/null || true
  systemctl restart notify-bot.service || give_up 'The service does not start.'
  did "started notify-bot.service in $(seconds_since "$since") s; senders waited meanwhile"
}

install_release() {
  say 'Installing'
  roll_back_on_exit
  mark_unfinished
  note_earlier_reasons
  make_accounts
  make_settings
  make_web_settings
  make_token
  make_data
  copy_release
  require_loadable
  install_outside "$release"
  make_current
  use_new_units
  if needs_restart; then
    restart_service
    wait_until_healthy "$STEADY_FOR"
  else
    wait_until_healthy 0
  fi
  commit_release
  start_web
  drop_old_releases
  note_crontabs 'Each of these users: notify-runner init repairs the line.'
  [ -n "$changed" ] || say '  nothing to do'
  say "notify-bot ${release##*/} runs; it took $(seconds_since "$started") s. Next: notify-runner link, as any user."
}

main() {
  read_options "$@"
  take_token
  read_names
  if [ -z "$dry_run" ]; then lock; fi
  if [ -n "$uninstall" ]; then
    remove_installation
    return
  fi
  check_everything
  prepare_release
  if [ -n "$dry_run" ]; then tell_plan; else install_release; fi
}

main "$@"
