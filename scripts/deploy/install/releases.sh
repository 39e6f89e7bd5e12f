# shellcheck shell=bash
# Releases in PREFIX/releases, one folder each; PREFIX/current is a link to the one that runs.

KEPT_RELEASES=3
# A temporary folder, and the new release in it.
work='' stage=''
# The folders of the new release and of the one that ran before; empty when there is none.
release='' before=''
# Not empty when an earlier run of deploy.sh was killed.
interrupted=''
# Not empty when this run copied the release.
copied=''

content_of() { # FOLDER
  (cd "$1" && find . -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum)
}

# Lays out what would be installed, and finds out what runs now.
prepare_release() {
  work=$(mktemp -d)
  stage=$work/release
  mkdir "$stage"
  trap 'rm -rf "$work"' EXIT
  if [ -n "$building" ] && [ -z "$dry_run" ]; then
    build_now || fail 'The build failed; nothing was changed.'
    building=''
    check_build
    ask_doctor
    [ "$wrong" = 0 ] || fail 'Nothing was changed.'
  fi
  if [ -z "$building" ]; then name_release; fi
  [ ! -L "$PREFIX/current" ] || before=$(readlink -e "$PREFIX/current" || true)
  if [ -e "$UNFINISHED" ]; then
    # That run may not have started the release that it made current.
    interrupted=1 before=$(cat "$UNFINISHED")
    [ -d "$before" ] || before=''
    note 'An earlier run was killed; this one finishes what that began.'
  fi
}

# A release with other content than an installed one of the same version gets a number.
name_release() {
  local content number=1 name=$version
  lay_out "$root" "$stage"
  content=$(content_of "$stage")
  while [ -d "$PREFIX/releases/$name" ] && [ "$(content_of "$PREFIX/releases/$name")" != "$content" ]; do
    number=$((number + 1)) name="$version+$number"
  done
  release=$PREFIX/releases/$name
}

# What --dry-run prints instead of installing.
tell_plan() {
  if [ "$release" = "$before" ] && [ -n "$release" ] && [ -z "$interrupted" ]; then say "Would look whether all files of $release are in place."; else
    say "Would ${building:+build $version and }install ${release:-it} and restart the service; senders would wait meanwhile."
  fi
  say 'Nothing was changed.'
}

# Remembers the release that ran before until this deployment is finished.
mark_unfinished() {
  mkdir -p "$PREFIX/releases"
  touch "$INSTALLED"
  if [ -z "$interrupted" ]; then
    say "$before" >"$UNFINISHED.new"
    mv -f "$UNFINISHED.new" "$UNFINISHED"
  fi
}

copy_release() {
  [ ! -d "$release" ] || return 0
  rm -rf "$PREFIX/releases/.new"
  cp -r "$stage" "$PREFIX/releases/.new"
  sync -f "$PREFIX/releases/.new"
  mv -T "$PREFIX/releases/.new" "$release"
  copied=1
  did "copied $release"
}

require_loadable() {
  local why
  why=$(loads_native "$release" 2>&1) || give_up "The release does not load here: $(cause_of "$why" "$?")"
}

make_current() {
  [ "$(readlink -e "$PREFIX/current" || true)" != "$release" ] || return 0
  switch_to "$release"
  did "switched $PREFIX/current to ${release##*/}"
}

# Replaces the link in one step.
switch_to() { # RELEASE
  touch "$1"
  ln -sfn "releases/${1##*/}" "$PREFIX/current.new"
  mv -fT "$PREFIX/current.new" "$PREFIX/current"
}

drop_old_releases() {
  local old name kept=0
  # Names made by this script only: no blanks.
  # shellcheck disable=SC2045
  for name in $(ls -t "$PREFIX/releases"); do
    kept=$((kept + 1))
    old=$PREFIX/releases/$name
    if [ "$kept" -le "$KEPT_RELEASES" ] || [ "$old" = "$before" ]; then continue; fi
    rm -rf "$old"
    did "removed $old"
  done
}
