#!/bin/sh
':' /*
# shellcheck disable=SC3013 # dash, bash and busybox compare files by -nt; where a shell does not, Node starts.

# notify-runner: starts the program beside this file, notify-runner.cjs. Cron starts this every minute for every user, and
# mostly nothing is due. Then it ends without a start of Node, as the note of the last run allows: idle/HOST/ in the
# runner's folder, written by state/cron/idle-note.ts. Whatever is unusual starts Node.
#
# This file is JavaScript too, for crontab lines that name Node; so it must not contain the two characters that end a
# comment there before its last line.

idle() {
  IFS= read -r host </proc/sys/kernel/hostname || return 1
  folder=${NOTIFY_STATE_DIR:-$HOME/.notifications}/idle/$host
  # Another account's note says nothing about this one's scripts.
  [ -O "$folder/until" ] && [ -f "$folder/until" ] || return 1
  # Nothing waits at a pipe, and nothing is emptied behind a link.
  if [ -L "$folder/now" ] || { [ -e "$folder/now" ] && ! [ -f "$folder/now" ]; }; then return 1; fi
  {
    IFS= read -r version && IFS= read -r settings && IFS= read -r spread &&
      IFS= read -r scripts && IFS= read -r pending
  } <"$folder/until" || return 1
  [ "$version" = NOTIFY_VERSION ] || return 1
  [ "$settings" = "$HOME|${NOTIFY_SCRIPTS_DIR-}|${NOTIFY_STATE_DIR-}|${NOTIFY_SOCKET-}|${NOTIFY_WEB_SOCKET-}|${NOTIFY_LOG_LEVEL-}|${NOTIFY_SHARED_HOME-}|${NOTIFY_EVERY-}|${TZ-}" ] || return 1
  # The time of this file is now: no program is needed to ask for it.
  true >"$folder/now" || return 1
  # Before the note was written, the clock has been set back; after its end, something is due.
  [ "$folder/now" -nt "$folder/since" ] || return 1
  if ! [ "$folder/until" -nt "$folder/now" ]; then
    # Not everybody's at once.
    sleep "$spread"
    return 1
  fi
  # A script that is new, changed, gone or made executable, or a message that waits.
  changed=$(find -L "$scripts" "$pending" -maxdepth 1 -cnewer "$folder/since" -print -quit) && [ -z "$changed" ]
}

[ $# = 0 ] && ! [ -t 0 ] && ! [ -t 1 ] && ! [ -t 2 ] && idle 2>/dev/null && exit 0

self=$0
[ -e "$self" ] || self=$(command -v -- "$self")
self=$(readlink -f -- "$self") && exec "${self%/*}/notify-runner.cjs" "$@"
echo "notify-runner: its program, notify-runner.cjs, was not found beside $0." >&2
exit 1
*/
import('./notify-runner.cjs');
