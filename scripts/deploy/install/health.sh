# shellcheck shell=bash
# Whether the service is well after its start.

# Seconds to wait for an answer to GET /health.
HEALTHY_WITHIN=30
# Seconds to wait for the bot's first contact with Telegram.
TELEGRAM_WITHIN=10
# Seconds that a restarted service has to stay up.
STEADY_FOR=3
# The reasons of GET /health before this deployment, as `alike` prints them.
reasons_before=''

health() { "$NODE" "$parts/install/health.js" "$SOCKET" 2>/dev/null || say '- -'; }
# Removes the numbers, so that a reason compares equal to itself a minute later.
alike() { tr -d '0-9'; }

# Removes the word for what a reason concerns, which an older release does not give.
sentences() { sed 's/^[^ ]* //'; }

note_earlier_reasons() {
  if is_active notify-bot.service; then reasons_before=$(health | tail -n +2 | sentences | alike); fi
}

# The last reason for a rollback: this release must have caused it. The absence of Telegram, or of the host's account
# service, is not its fault.
serious_reason() { # REASONS
  local area reason serious=''
  while read -r area reason; do
    [ "$area" != accounts ] || continue
    [[ $reason == Telegram\ is\ away* || $reason == Telegram\ has\ not\ answered* ]] && continue
    grep -qxF -- "$(alike <<<"$reason")" <<<"$reasons_before" && continue
    serious=$reason
  done <<<"$1"
  printf '%s' "$serious"
}

# Returns when the service is well and has been up for some seconds; otherwise gives up.
wait_until_healthy() { # SECONDS
  local began=$SECONDS restarts waited word bot reasons serious
  restarts=$(property notify-bot.service NRestarts)
  while :; do
    is_active notify-bot.service || give_up 'The service ended right after its start.'
    [ "$(property notify-bot.service NRestarts)" = "$restarts" ] || give_up 'The service ended right after its start, and was started again.'
    reasons=$(health)
    read -r word bot <<<"$reasons"
    reasons=$(tail -n +2 <<<"$reasons")
    waited=$((SECONDS - began))
    if [ "$word" = 200 ] && [ "$bot" != - ] && [ "$waited" -ge "$1" ]; then
      say "  healthy, as @$bot"
      return
    fi
    if [ "$word" = 200 ] && [ "$waited" -ge "$TELEGRAM_WITHIN" ]; then
      say '  note   Telegram has not answered yet; messages wait on the disk until it does.'
      return
    fi
    if [ "$word" = 503 ] && [ "$waited" -ge "$TELEGRAM_WITHIN" ]; then
      serious=$(serious_reason "$reasons")
      [ -z "$serious" ] || give_up "$serious"
      say "  note   It runs, and says: $(sentences <<<"$reasons" | tr '\n' ' ')"
      return
    fi
    [ "$waited" -lt "$HEALTHY_WITHIN" ] || give_up "The service gave no answer to GET /health within $HEALTHY_WITHIN s."
    sleep 0.2
  done
}
