# shellcheck shell=bash
# The arguments of deploy.sh and the token from the environment.

dry_run='' uninstall='' purge='' yes=''
# The token to install: from the environment, or typed during the checks.
token=''

usage() {
  cat <<'END'
Usage: sudo scripts/deploy.sh [--dry-run]
       sudo scripts/deploy.sh --uninstall [--purge [--yes]] [--dry-run]

  --dry-run    look at everything, say what would be done, change nothing
  --uninstall  stop the service and remove it; data and settings stay
  --purge      with --uninstall: remove data, settings, user and group too
  --yes        with --purge: don't ask
  --help       this text

The token comes from TELEGRAM_BOT_TOKEN, or is asked for on a terminal. An installed token is kept.

Names, from the environment at the first run and remembered in /etc/notify-bot/deploy:
  BOT_USER    the service's user (notify-bot)        BOT_GROUP  its group (notify-bot)
  DATA_DIR    its data (/data/notifications)         SOCKET     where senders connect (/run/notify-bot/bot.sock)
  DATA_MODE   mode of that folder (0750, or what an older installation's has)
  DOCS_DIR    guide and examples (/data/docs)        DOCS_GROUP only this group may read those (none: everybody)
  PREFIX      the releases (/opt/notify-bot)         BIN_DIR    the programs (/usr/local/bin)
  NODE        the node to run with (the first of /usr/local/bin and /usr/bin); can change at each run
  WEB         yes for the dashboard too, docs/dashboard.md (no); can change at each run
Settings in the environment (NOTIFY_GROUP and so on, docs/settings.md) go into a new /etc/notify-bot/env.
END
}

read_options() { # ARGUMENT ...
  local word
  for word in "$@"; do
    case $word in
      --dry-run) dry_run=1 ;;
      --uninstall) uninstall=1 ;;
      --purge) purge=1 ;;
      --yes) yes=1 ;;
      --help | -h) usage && exit 0 ;;
      *) fail "There is no option $word; --help lists them." 2 ;;
    esac
  done
  [ -z "$purge" ] || [ -n "$uninstall" ] || fail '--purge goes with --uninstall only.' 2
  [ -z "$yes" ] || [ -n "$purge" ] || fail '--yes goes with --purge only.' 2
}

looks_like_token() { [[ $1 =~ ^[0-9]{4,20}:[A-Za-z0-9_-]{20,}$ ]]; }

# Takes the token out of the environment, so that no program started here inherits it.
take_token() {
  token=${TELEGRAM_BOT_TOKEN:-}
  unset TELEGRAM_BOT_TOKEN
  [ -z "$token" ] || looks_like_token "$token" ||
    fail 'TELEGRAM_BOT_TOKEN is not a token such as 123456789:AAF… from @BotFather.' 2
}

# One deployment at a time, and by root only.
lock() {
  [ "$(id -u)" = 0 ] || fail 'Only root can do this: sudo scripts/deploy.sh'
  # A folder that always exists, so that no lock file is left behind.
  exec 9</etc
  flock -n 9 || fail 'Another deploy.sh is at work; wait until it is done.'
}
