# shellcheck shell=bash
# All checks in order. Each prints what it found; one that fails does not keep the others from running.

check_everything() {
  say 'Checking everything first'
  check_system
  check_node
  [ -n "$no_node" ] || check_build
  check_names
  check_space "$PREFIX" "$RELEASES_KB" 'a release'
  check_space "$DATA_DIR" "$DATA_KB" 'the data'
  check_exec
  check_ways
  [ -n "$packaged" ] || check_files
  check_settings
  check_token
  if [ -z "$building" ] && [ "$wrong" = 0 ]; then ask_doctor; fi
  [ "$wrong" = 0 ] ||
    fail "$([ "$wrong" = 1 ] && echo 'One thing stands' || echo "$wrong things stand") in the way; nothing was changed."
}
