# shellcheck shell=bash
# Checks of the settings file and the token.

# The settings of the service that /etc/notify-bot/env may have; systemd/notify-bot.env shows each.
SETTINGS='TELEGRAM_API_ROOT TELEGRAM_PROXY NOTIFY_GROUP NOTIFY_TRUSTED_USERS NOTIFY_LOG_LEVEL NOTIFY_UNCONFIRMED_RETRY NOTIFY_OUTBOX_MAX NOTIFY_RATE_PER_MINUTE'
# Not empty when the token has to be written.
new_token=''

# A value in the settings file, without its quotes.
setting_in_env() { # NAME
  [ ! -r "$ETC/env" ] || sed -n "s/^[[:space:]]*$1[[:space:]]*=[[:space:]]*//p" "$ETC/env" | tail -n 1 | sed -e 's/[[:space:]]*$//' -e "s/^\\([\"']\\)\\(.*\\)\\1\$/\\2/"
}

check_settings() {
  local line number=0 before=$wrong name value
  [ -e "$ETC/env" ] || { ok "$ETC/env will be made" && return; }
  [ -r "$ETC/env" ] || { note "$ETC/env can't be read by $(id -un)" && return; }
  while IFS= read -r line || [ -n "$line" ]; do
    number=$((number + 1))
    [[ $line =~ ^[[:space:]]*([#\;].*)?$ ]] && continue
    if ! [[ $line =~ ^[[:space:]]*([A-Za-z_][A-Za-z0-9_]*)[[:space:]]*= ]]; then
      bad "$ETC/env line $number is not NAME=VALUE."
      continue
    fi
    name=${BASH_REMATCH[1]}
    case $name in
      TELEGRAM_BOT_TOKEN | NOTIFY_DATA_DIR | NOTIFY_SOCKET | NOTIFY_BOT_USER | NOTIFY_WEB_*) ;;
      NOTIFY_* | TELEGRAM_*) [[ " $SETTINGS " == *" $name "* ]] || note "$ETC/env line $number: $name is no setting of the service's." ;;
    esac
  done <"$ETC/env"
  for name in NOTIFY_DATA_DIR:DATA_DIR NOTIFY_SOCKET:SOCKET; do
    value=$(setting_in_env "${name%:*}")
    name=${name#*:}
    [ -z "$value" ] || [ "$value" = "${!name}" ] || bad "$ETC/env says $value, but $name is ${!name}: make them the same."
    [ -n "$value" ] || [ "${!name}" = "${DEFAULTS[$name]}" ] || bad "$ETC/env must say $([ "$name" = SOCKET ] && echo NOTIFY_SOCKET || echo NOTIFY_DATA_DIR)=${!name}."
  done
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
  local report name good seen
  [ "$(id -u)" = 0 ] || return 0
  report=$(
    [ -z "$token" ] || export TELEGRAM_BOT_TOKEN=$token
    export NOTIFY_DATA_DIR=$DATA_DIR NOTIFY_SOCKET=$SOCKET
    # The token that systemd decrypted for the running service.
    [ -s "$ETC/telegram-bot-token" ] || [ ! -d /run/credentials/notify-bot.service ] ||
      export CREDENTIALS_DIRECTORY=/run/credentials/notify-bot.service
    "$NODE" "$root/dist/notify-bot.js" doctor --json 2>/dev/null | "$NODE" "$parts/checks/doctor-lines.js"
  ) || true
  while read -r name good seen; do
    case "$name $good" in
      'settings false')
        # A token that only systemd can decrypt is missing until the service runs.
        if [ -n "$new_token" ] || [[ $seen != TELEGRAM_BOT_TOKEN\ is\ not\ set* ]]; then bad "$seen"; fi
        ;;
      'telegram true') ok "$seen" ;;
      'telegram false') if [[ $seen == *'token is refused'* ]]; then bad "Telegram refuses the token: ask @BotFather for it (/mybots)."; else
        note "Telegram can't be reached now: $seen. Messages wait until it can."
      fi ;;
    esac
  done <<<"$report"
}
