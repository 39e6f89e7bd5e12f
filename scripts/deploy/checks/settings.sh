# shellcheck shell=bash
# Checks of the settings file and the token.

# The settings of the service that /etc/notify-bot/env may have; systemd/notify-bot.env shows each.
SETTINGS='TELEGRAM_API_ROOT TELEGRAM_ALLOW_HTTP TELEGRAM_PROXY NOTIFY_GROUP NOTIFY_TRUSTED_USERS NOTIFY_LOG_LEVEL NOTIFY_UNCONFIRMED_RETRY NOTIFY_OUTBOX_MAX NOTIFY_RATE_PER_MINUTE NOTIFY_SHOW_HOST NOTIFY_ALERTS_FILE'
# Not empty when the token has to be written.
new_token=''
# Where the token is that is kept.
token_place=''

# What systemd takes from the settings file, by name; read once, as soon as there is a Node.
declare -A in_env=()

read_env_file() {
  local name value
  [ -r "$ETC/env" ] || return 0
  while IFS= read -r -d '' name && IFS= read -r -d '' value; do
    in_env[$name]=$value
  done < <("$NODE" "$parts/checks/env-file-lines.js" "$ETC/env")
}

setting_in_env() { printf '%s' "${in_env[$1]:-}"; } # NAME

# What is surely a mistake in a file of settings: systemd would ignore the line, or take more than was meant.
check_env_lines() { # FILE
  local line sentence
  while read -r line sentence; do bad "$1 line $line: $sentence"; done < <("$NODE" "$parts/checks/env-file-lines.js" "$1" faults)
}

check_settings() {
  local before=$wrong name value
  [ -e "$ETC/env" ] || { ok "$ETC/env will be made" && return; }
  [ -r "$ETC/env" ] || { note "$ETC/env can't be read by $(id -un)" && return; }
  if [ -n "$no_node" ]; then note "$ETC/env can't be checked without Node." && return; fi
  read_env_file
  check_env_lines "$ETC/env"
  for name in "${!in_env[@]}"; do
    case $name in
      TELEGRAM_BOT_TOKEN | NOTIFY_DATA_DIR | NOTIFY_SOCKET | NOTIFY_BOT_USER | NOTIFY_ACTOR_SOCKET | NOTIFY_WEB_*) ;;
      NOTIFY_* | TELEGRAM_*) [[ " $SETTINGS " == *" $name "* ]] || note "$ETC/env: $name is no setting of the service's." ;;
    esac
  done
  for name in NOTIFY_DATA_DIR:DATA_DIR NOTIFY_SOCKET:SOCKET; do
    value=$(setting_in_env "${name%:*}")
    name=${name#*:}
    [ -z "$value" ] || [ "$value" = "${!name}" ] || bad "$ETC/env says $value, but $name is ${!name}: make them the same."
    [ -n "$value" ] || [ "${!name}" = "${DEFAULTS[$name]}" ] || bad "$ETC/env must say $([ "$name" = SOCKET ] && echo NOTIFY_SOCKET || echo NOTIFY_DATA_DIR)=${!name}."
  done
  [ "$WEB" != yes ] || [ ! -r "$WEB_ETC/env" ] || check_env_lines "$WEB_ETC/env"
  [ "$wrong" != "$before" ] || ok "$ETC/env is kept"
}

# Where an installed token is; nothing when there is none.
installed_token() {
  if [ -n "$(setting_in_env TELEGRAM_BOT_TOKEN)" ]; then say "$ETC/env"
  elif [ -s "$ETC/telegram-bot-token" ]; then say "$ETC/telegram-bot-token"
  elif grep -qsE '^(Load|Set)Credential.*=telegram-bot-token:' "$UNIT_DIR"/notify-bot.service.d/*.conf; then
    say "a credential in $UNIT_DIR/notify-bot.service.d"
  fi
}

check_token() {
  local where
  where=$(installed_token)
  if [ -n "$where" ]; then
    token_place=$where
    ok "the token in $where is kept"
    [ -z "$token" ] || note "The one in TELEGRAM_BOT_TOKEN is not used: put it into that file to replace it, then restart the service."
    token=''
    return
  fi
  if [ -z "$token" ] && [ "$(id -u)" != 0 ]; then note 'Whether there is a token only root can see.' && return; fi
  if [ -z "$token" ] && [ -t 0 ] && [ "$wrong" = 0 ]; then
    if [ -n "$dry_run" ]; then note 'The token will be asked for.' && return; fi
    ask_for_token
  fi
  if [ -z "$token" ]; then
    bad 'There is no token: give it in TELEGRAM_BOT_TOKEN (sudo --preserve-env=TELEGRAM_BOT_TOKEN), or run this on a terminal.'
    return
  fi
  new_token=1
  ok 'a new token'
}

ask_for_token() {
  for _ in 1 2 3; do
    IFS= read -rs -p '  Token from @BotFather (not shown): ' token
    say ''
    if looks_like_token "$token"; then return; fi
    say '  That is not a token such as 123456789:AAF…'
    token=''
  done
}

# Lets the built bot check its settings, and the token with Telegram; only root can read both.
ask_doctor() {
  local report name good code seen
  [ "$(id -u)" = 0 ] || return 0
  report=$(
    [ -z "$token" ] || export TELEGRAM_BOT_TOKEN=$token
    export NOTIFY_DATA_DIR=$DATA_DIR NOTIFY_SOCKET=$SOCKET
    # The service does not get these of the sysadmin's.
    unset NODE_EXTRA_CA_CERTS NODE_OPTIONS http_proxy https_proxy HTTP_PROXY HTTPS_PROXY all_proxy ALL_PROXY no_proxy NO_PROXY
    # The token that systemd decrypted for the running service.
    [ -s "$ETC/telegram-bot-token" ] || [ ! -d /run/credentials/notify-bot.service ] ||
      export CREDENTIALS_DIRECTORY=/run/credentials/notify-bot.service
    "$NODE" "$root/dist/notify-bot.js" doctor --json 2>/dev/null | "$NODE" "$parts/checks/doctor-lines.js"
  ) || true
  while read -r name good code seen; do
    case "$name $good $code" in
      # A token that only systemd can decrypt is missing until the service runs.
      'settings false no_token') [ -z "$new_token" ] || bad "$seen" ;;
      'settings false '* | 'data false data_dir') bad "$seen" ;;
      'telegram true '*) ok "$seen" ;;
      'telegram false token_refused')
        bad "Telegram refuses the token in ${token_place:-TELEGRAM_BOT_TOKEN}: ask @BotFather for it (/mybots), and replace it there."
        ;;
      'telegram false '*) note "Telegram can't be reached now: $seen. Messages wait until it can." ;;
    esac
  done <<<"$report"
}
