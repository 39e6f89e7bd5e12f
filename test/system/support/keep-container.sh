#!/bin/sh
# Keeps a container until standard input ends, which also happens when its parent is killed; then nothing of
# the container is left.
# Usage: keep-container.sh BASE WORK NAME SHARED
#   BASE    the tree of files that it starts from, which stays as it is
#   WORK    a folder for what it changes, removed in the end
#   SHARED  a folder that it sees as /src and can't change
# Each line "boot" on standard input starts it, once the one before has ended. Says "mounted", then at each start
# "booting PID", of its systemd-nspawn, and "ended STATUS" when that has ended.
set -eu
base=$1 work=$2 name=$3 shared=$4 grouped=${5-}
root=$work/root

# A control group of its own: systemds that share one end each other's processes.
trees() {
  for tree in /sys/fs/cgroup /sys/fs/cgroup/unified /sys/fs/cgroup/systemd; do
    if [ -w "$tree/cgroup.procs" ]; then echo "$tree"; fi
  done
}
if [ -z "$grouped" ] && [ -d /run/systemd/system ]; then
  exec systemd-run --quiet --scope --property=Delegate=yes --unit="$name" "$0" "$@" grouped
elif [ -z "$grouped" ]; then
  for tree in $(trees); do
    mkdir -p "$tree/$name"
    echo $$ >"$tree/$name/cgroup.procs"
  done
fi

nspawn=''
keeper=''
finish() {
  trap '' EXIT INT TERM HUP
  if [ -n "$keeper" ] && kill -0 "$keeper" 2>/dev/null; then
    # The first process of the container takes all others with it.
    for first in $(ps -o pid= --ppid "$nspawn"); do kill -KILL "$first" 2>/dev/null || true; done
    tries=100
    while kill -0 "$nspawn" 2>/dev/null && [ "$tries" -gt 0 ]; do
      sleep 0.1
      tries=$((tries - 1))
    done
    kill -KILL "$nspawn" 2>/dev/null || true
    wait "$keeper" || true
  fi
  if mountpoint -q "$root"; then umount "$root" || umount --lazy "$root"; fi
  rm -rf --one-file-system "$work"
  [ -n "$grouped" ] || for tree in $(trees); do
    echo $$ >"$tree/cgroup.procs"
    find "$tree/$name" -depth -type d -exec rmdir {} + 2>/dev/null || true
  done
}
trap finish EXIT
trap 'exit 1' INT TERM HUP

mkdir -p "$root" "$work/upper" "$work/over"
if ! mount -t overlay -o "lowerdir=$base,upperdir=$work/upper,workdir=$work/over" overlay "$root" 2>/dev/null; then
  # Over a file system that can't lie below another, such as a container's own.
  cp -a --reflink=auto "$base/." "$root"
fi
echo mounted

while read -r word; do
  [ "$word" = boot ] || continue
  mkfifo "$work/pid"
  {
    status=0
    # shellcheck disable=SC2016
    sh -c 'echo "$$" >"$1/pid"; exec systemd-nspawn --quiet --directory="$2" --machine="$3" \
      --bind-ro="$4:/src" --boot --register=no --keep-unit </dev/null >>"$1/console" 2>&1' \
      sh "$work" "$root" "$name" "$shared" || status=$?
    echo "ended $status"
  } &
  keeper=$!
  read -r nspawn <"$work/pid"
  rm "$work/pid"
  echo "booting $nspawn"
done
