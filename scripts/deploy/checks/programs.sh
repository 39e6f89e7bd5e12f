# shellcheck shell=bash
# Checks of what will run: Node, and the built programs.

# Not empty when no Node was found to try the programs with.
no_node=''
# Not empty when the programs have to be built first.
building=''
# The version in package.json.
version=''

is_new_enough() { [ "$("$1" "$parts/checks/node-version.js" 2>/dev/null)" = yes ]; } # NODE

# Sets NODE: the given one, or the first that every user and every service finds.
check_node() {
  local path=$given_node place
  if [ -n "$path" ] && [ ! -x "$path" ] && [ "$path" = "$(remembered NODE)" ]; then
    note "$path, which an earlier run was given, is gone."
    path='' given_node=''
  fi
  if [ -z "$path" ]; then
    for place in /usr/local/sbin /usr/local/bin /usr/sbin /usr/bin; do
      [ ! -x "$place/node" ] || { path=$place/node && break; }
    done
  fi
  if [ -z "$path" ]; then
    NODE=$(command -v node || true) no_node=1
    bad "No node in /usr/local/bin or /usr/bin: apt-get install nodejs on Debian 13, https://nodejs.org/en/download on 12${NODE:+; or give NODE=$NODE if everybody can run that one}"
    return
  fi
  NODE=$path
  if [[ $NODE != /* ]]; then
    no_node=1
    bad "NODE: $NODE is not an absolute path."
    return
  fi
  if ! path=$(readlink -e "$NODE") || [ ! -x "$path" ]; then
    no_node=1
    bad "NODE: $NODE is no program."
    return
  fi
  case $path in
    /home/* | /root/* | /run/user/*) bad "$NODE is in $path, a home that the service can't enter: install Node for everybody." && return ;;
  esac
  if ! is_new_enough "$NODE"; then
    bad "$NODE is $("$NODE" --version 2>/dev/null || echo broken); it takes Node 20.19 or later: https://nodejs.org/en/download"
  elif [ "$(id -u)" = 0 ] && ! setpriv --reuid=65534 --regid=65534 --clear-groups "$NODE" -e 0 2>/dev/null; then
    bad "$NODE can't be run by everybody: chmod o+rx it and the folders above."
  else
    ok "$NODE $("$NODE" --version)"
  fi
}

# Why a program of Node's ended: the line of its error. Node prints its version last.
cause_of() { # OUTPUT STATUS
  local line
  line=$(grep -m 1 -E '^([A-Za-z.]*(Error|Exception)( \[[A-Z0-9_]+\])?|FATAL ERROR): ' <<<"$1") ||
    line=$(grep -m 1 '[^[:space:]]' <<<"$1") ||
    if [ "$2" -gt 128 ]; then line="signal $(kill -l $(($2 - 128)) 2>/dev/null || echo $(($2 - 128))) ended it"; else line="it ended with status $2"; fi
  cut -c 1-300 <<<"$line"
}

loads_native() { "$NODE" "$parts/checks/load-native.js" "$1"; } # TREE

check_build() {
  local why status noexec=''
  version=$(version_of "$root")
  ! is_noexec "$root" || noexec=1
  if [ -z "$version" ]; then bad "$root/package.json names no version." && return; fi
  if is_built "$root"; then
    # This fails when a file is missing or doesn't fit this machine. Machine code can't be loaded from a noexec disk; that
    # of the release is tried where it is installed.
    if why=$("$NODE" "$root/dist/notify-bot.js" --version 2>&1 >/dev/null) &&
      { [ -n "$noexec" ] || why=$(loads_native "$root" 2>&1); }; then
      ok "the build of $version"
    else
      status=$?
      bad "The build in $root/dist does not start here: $(cause_of "$why" "$status")"
    fi
  elif [ ! -d "$root/src" ]; then
    bad "$root has neither programs in dist/ nor a source to build them from: unpack the release again."
  elif [ -n "$noexec" ]; then
    bad "$root is on a disk that is mounted noexec, so nothing can be built there: copy the checkout elsewhere, or deploy a built release."
  elif ! command -v npm >/dev/null; then
    bad 'The programs are not built, and npm is not there to build them: apt-get install npm, or deploy a built release.'
  else
    building=1
    ok "$version will be built first, with npm"
  fi
}

# Builds as the owner of the tree, who continues to work in it.
build_now() {
  local owner
  owner=$(stat -c %U "$root")
  say 'Building'
  if [ "$owner" = root ] || [ "$owner" = UNKNOWN ]; then (cd "$root" && scripts/dev/install.sh && npm run --silent build) || return 1; else
    (cd "$root" && runuser -u "$owner" -- env HOME="$(getent passwd "$owner" | cut -d : -f 6)" \
      sh -c 'scripts/dev/install.sh && npm run --silent build') || return 1
  fi
}
