# shellcheck shell=bash
# The files that a release has outside of its folder. Each one is recorded in INSTALLED before it is made, so that an
# interrupted run recognizes its files: a line has the file's sha256sum, or "link" or "dir", and its path.

# Units whose files this run changed.
units_changed=''
# The paths of the release, one a line.
placed=''

recorded() { # PATH -> the first word of its line
  [ ! -e "$INSTALLED" ] || awk -v path="$1" '{ sum = $1; sub(/^[^ ]+ +/, "") } $0 == path { print sum; exit }' "$INSTALLED"
}
is_ours() { [ -n "$(recorded "$1")" ]; }
record() { # WORD PATH
  local rest=''
  [ ! -e "$INSTALLED" ] || rest=$(awk -v path="$2" '{ line = $0; sub(/^[^ ]+ +/, "") } $0 != path { print line }' "$INSTALLED")
  printf '%s\n' ${rest:+"$rest"} "$1  $2" >"$INSTALLED.new"
  mv -f "$INSTALLED.new" "$INSTALLED"
}

# Makes a folder and its parents, and records the new ones.
make_folder() { # FOLDER [MODE GROUP]
  [ ! -d "$1" ] || return 0
  make_folder "$(dirname "$1")"
  record dir "$1"
  install -d -m "${2:-0755}" -o root -g "${3:-root}" "$1"
}

# Puts a file in place unless the same file is there.
place() { # MODE FROM TO [GROUP]
  local mode=$1 from=$2 to=$3 group=${4:-root} sum
  placed="$placed$to"$'\n'
  sum=$(sha256sum <"$from" | cut -d ' ' -f 1)
  if [ -f "$to" ] && [ ! -L "$to" ] && cmp -s "$from" "$to" && [ "$(stat -c '%a %U %G' "$to")" = "${mode#0} root $group" ]; then
    [ "$(recorded "$to")" = "$sum" ] || record "$sum" "$to"
    return
  fi
  if [ -e "$to" ] && ! is_ours "$to"; then
    mv -f "$to" "$to.old"
    say "  kept   $to.old, which was there before"
  fi
  record "$sum" "$to"
  make_folder "$(dirname "$to")"
  install -m "$mode" -o root -g "$group" "$from" "$to.new"
  mv -f "$to.new" "$to"
  did "wrote  $to"
  case $to in *.service | *.socket) units_changed="$units_changed ${to##*/}" ;; esac
}
place_link() { # TARGET AT
  placed="$placed$2"$'\n'
  [ "$(readlink "$2" 2>/dev/null)" = "$1" ] && is_ours "$2" && return
  record link "$2"
  make_folder "$(dirname "$2")"
  ln -sfn "$1" "$2.new"
  mv -fT "$2.new" "$2"
  did "linked $2"
}

place_programs() { # RELEASE
  local name
  for name in notify-bot.js notify-runner notify-scripts.cjs; do
    # An earlier release has no launcher.
    [ -e "$1/dist/$name" ] || name=$name.cjs
    place_link "$PREFIX/current/dist/$name" "$BIN_DIR/${name%.*}"
  done
  if [ "$WEB" = yes ] && [ -e "$1/dist/notify-web.js" ]; then
    place_link "$PREFIX/current/dist/notify-web.js" "$BIN_DIR/notify-web"
    place 0644 "$1/systemd/notify-web.sysusers" /etc/sysusers.d/notify-web.conf
  fi
}

place_manuals() { # RELEASE
  local page
  for page in "$1"/docs/man/*.1; do place 0644 "$page" "/usr/local/share/man/man1/${page##*/}"; done
  place 0644 "$1/completions/bash" /usr/local/share/bash-completion/completions/notify-runner
  place 0644 "$1/completions/zsh" /usr/local/share/zsh/site-functions/_notify-runner
  place 0644 "$1/completions/fish" /usr/local/share/fish/vendor_completions.d/notify-runner.fish
}

place_system_files() { # RELEASE
  local unit path=/etc/logrotate.d/notify-bot
  for unit in $(units_of "$1"); do place 0644 "$1/systemd/$unit" "$UNIT_DIR/$unit"; done
  if uses_sysusers; then place 0644 "$1/systemd/notify-bot.sysusers" /etc/sysusers.d/notify-bot.conf; fi
  place 0644 "$1/systemd/notify-bot.tmpfiles" /etc/tmpfiles.d/notify-bot.conf
  if [ -e "$path" ] && is_ours "$path" && [ "$(recorded "$path")" != "$(sha256sum <"$path" | cut -d ' ' -f 1)" ]; then
    say "  kept   $path, which was changed by hand"
    placed="$placed$path"$'\n'
  else
    place 0644 "$1/systemd/notify-bot.logrotate" "$path"
  fi
}

place_docs() { # RELEASE
  local release=$1 group=root files=0644 programs=0755 folder file guide
  [ -z "$DOCS_GROUP" ] || { group=$DOCS_GROUP files=0640 programs=0750; }
  for folder in "$DOCS_DIR" "$DOCS_DIR/examples" "$DOCS_DIR/examples/notifications"; do
    make_folder "$folder" "$programs" "$group"
  done
  guide=$(mktemp)
  guide_of "$release" >"$guide"
  place "$files" "$guide" "$DOCS_DIR/notifications.md" "$group"
  rm -f "$guide"
  for file in "$release"/examples/notifications/*; do
    place "$programs" "$file" "$DOCS_DIR/examples/notifications/${file##*/}" "$group"
  done
}

# Removes the recorded files that are not placed, and their lines.
remove_unplaced() {
  local line path rest
  while read -r line; do
    path=${line#* }
    path=${path# }
    [[ $line == dir\ * ]] || grep -qxF -- "$path" <<<"$placed" && continue
    case $path in "$UNIT_DIR"/*) systemctl disable --quiet --now "${path##*/}" 2>/dev/null || true ;; esac
    rm -f "$path"
    did "removed $path"
  done <"$INSTALLED"
  rest=$(mktemp)
  while read -r line; do
    path=${line#* }
    if [[ $line == dir\ * ]] || grep -qxF -- "${path# }" <<<"$placed"; then say "$line"; fi
  done <"$INSTALLED" >"$rest"
  cmp -s "$rest" "$INSTALLED" || cp "$rest" "$INSTALLED"
  rm -f "$rest"
}

install_outside() { # RELEASE
  placed=''
  place_programs "$1"
  place_manuals "$1"
  place_system_files "$1"
  place_docs "$1"
  remove_unplaced
}
