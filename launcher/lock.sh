# shellcheck shell=bash disable=SC2034,SC2154 # part of ../toystore
# One command at a time, and all or nothing.

# Takes a lock, which the system releases when this process ends. The file names the process that locked it last.
lock() {
  local file=$1 reason tries holder
  if reason=$({ exec 9<>"$file"; } 2>&1); then
    exec 9<>"$file"
  elif ! { exec 9<"$file"; } 2>/dev/null; then # a store on a read-only disk can be stopped
    die "$file cannot be written: ${reason##*: }"
  fi
  for ((tries = 0; ; tries++)); do
    ! try_lock || break
    holder=$(<"$file")
    holder=${holder:-another command}
    [ "$tries" != 1 ] || note "waiting for $holder, which changes ${file%/*} ..."
    [ "$tries" -lt $((wait_seconds * 10)) ] ||
      die "$holder has changed ${file%/*} for more than $wait_seconds s; try again later"
    sleep 0.1
  done
  { echo "$me $command (pid $$)" >"$file"; } 2>/dev/null || true # on a full disk
}

try_lock() {
  if command -v flock >/dev/null; then
    flock -n 9
  elif command -v perl >/dev/null; then
    perl -MFcntl=:flock -e 'open(LOCK, "<&=9") && flock(LOCK, LOCK_EX | LOCK_NB) or exit 1'
  else
    die "neither flock nor perl found: install one of them (Debian: apt install util-linux)"
  fi
}

started=()  # services that this command has started, until the store is open: run/SERVICE in their folders
scratch=    # a folder to remove at the end
unwritten=  # some output could not be written

# The end of this script: undoes what is not finished. Background jobs are process groups of their own.
finish() {
  local status=$? job groups=() tries service
  set +e
  trap '' HUP INT PIPE TERM
  for job in $(jobs -p); do
    ! kill -TERM -- "-$job" || groups+=("-$job")
  done 2>/dev/null
  if [ ${#groups[@]} -gt 0 ]; then
    for ((tries = 0; tries < stop_seconds * 20; tries++)); do
      kill -0 -- "${groups[@]}" || break
      sleep 0.05
    done
    kill -KILL -- "${groups[@]}"
  fi 2>/dev/null
  if [ ${#started[@]} -gt 0 ]; then
    for service in "${started[@]}"; do
      forget "$service"
    done
    started=("${started[@]#"$store/"}")
    started=("${started[@]/#run\//}")
    started=("${started[@]/\/run\///}")
    note "the store is not open; stopped what this command had started: ${started[*]}"
  fi
  [ -z "$scratch" ] || rm -rf "$scratch"
  if [ -n "$unwritten" ]; then
    note "not all of the output could be written to stdout: the disk is full, or the reader has closed it"
    [ "$status" != 0 ] || status=1
  fi
  exit "$status"
}

finish_on_exit() {
  trap finish EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  trap : PIPE
}

# Runs a function in a process group of its own, and ends if it fails.
run_aside() {
  set -m
  (
    unwritten=
    finish_on_exit
    "$@"
  ) </dev/null &
  set +m
  wait $! || exit
}
