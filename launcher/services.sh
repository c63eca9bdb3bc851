# shellcheck shell=bash disable=SC2034,SC2154 # part of ../toystore
# The processes of a store: finds, starts and stops them, and remembers where they listen.

# Only up makes the data folder, so that a misspelt name leaves nothing behind.
use_data() {
  [ ! -e "$data" ] || [ -d "$data" ] || die "the data folder $data is a file"
  if [ -d "$data" ]; then
    data=$(cd -P -- "$data" 2>/dev/null && pwd) || die "the data folder $data cannot be entered"
  fi
  find_store
  run=$data/run
  logs=$data/logs
}

make_data() {
  local reason
  [ -e "$data" ] || reason=$(mkdir -p "$data" 2>&1) || die "the data folder $data cannot be made: ${reason##*: }"
  [ -n "$data_from" ] || [ -w "$data" ] ||
    die "the data folder $data cannot be written; name another one by --data or TOYSTORE_DATA"
  use_data
  require_java_path "$data"
}

# Whether the process runs the jar, which is a path or a file name. The id of a process that has ended may be reused.
runs_jar() {
  local word
  if [ -d /proc/self ]; then
    while IFS= read -r -d '' word; do
      [[ $word != "$2" && $word != */"$2" ]] || return 0
    done <"/proc/$1/cmdline"
    return 1
  fi 2>/dev/null
  ps -ww -o args= -p "$1" | grep -qF -- "$2"
}

# The process of a service that this script started. One that is ending is waited for: it holds its lock and its port.
pid_of() {
  local pid tries
  pid=$(cat "$run/$1.pid" 2>/dev/null) && [ -n "$pid" ] || return 1
  for ((tries = 0; tries < 100; tries++)); do
    if runs_jar "$pid" "$run/$1.jar"; then
      echo "$pid"
      return
    fi
    is_ending "$pid" || return 1
    sleep 0.1
  done
  return 1
}

# Whether a process was killed and has not ended: it has no arguments any more, but is not merely a zombie.
is_ending() {
  [ -z "$(tr -d '\0' <"/proc/$1/cmdline")" ] &&
    awk '$1 == "State:" { zombie = $2 == "Z" } $1 == "Threads:" { exit zombie && $2 == 1 }' "/proc/$1/status"
} 2>/dev/null

# The process of a service that this script did not start. It has its lock file open, which also names it: that is used
# where open files cannot be listed. A frontend has none; on Linux it is found by its connection to catalog or orders.
unmanaged_pid_of() {
  local fd pid service
  if [ "$1" != frontend ]; then
    for fd in /proc/[0-9]*/fd/*; do
      [ ! "$fd" -ef "$data/$1.lock" ] || { fd=${fd#/proc/} && echo "${fd%%/*}" && return; }
    done
    pid=$(cat "$data/$1.lock" 2>/dev/null) && [ -n "$pid" ] && [ ! -r "/proc/$pid/fd" ] && runs_jar "$pid" "$1.jar" &&
      echo "$pid"
    return
  fi
  for pid in $(grep -ls 'frontend\.jar' /proc/[0-9]*/cmdline | tr -dc '0-9\n'); do
    for service in catalog orders; do
      ! are_connected "$pid" "$(pid_of "$service" || unmanaged_pid_of "$service")" || { echo "$pid" && return; }
    done
  done
  return 1
}

are_connected() {
  [ -n "$2" ] && [ -n "$({ connections_of "$1"; connections_of "$2" | awk '{ print $2, $1 }'; } | sort | uniq -d)" ]
}

# The TCP connections of a process: the port here and the port there.
connections_of() {
  ls -l "/proc/$1/fd" 2>/dev/null | sed -n 's/.*socket:\[\([0-9]*\)]$/\1/p' | awk '
    NR == FNR { sockets[$1]; next }
    $10 in sockets { split($2, here, ":"); split($3, there, ":"); print here[2], there[2] }
  ' - /proc/net/tcp /proc/net/tcp6 2>/dev/null
}

# Whether a service has printed that it is ready. No process is started, as this is called often.
is_ready() {
  local line
  while IFS= read -r line; do
    [[ $line != "ready $1 "* ]] || return 0
  done <"$run/$1.out"
  return 1
} 2>/dev/null

# The address that a service listens on, once it is ready; and the address to connect to.
listening_on() { [ ! -f "$run/$1.out" ] || sed -n "s/^ready $1 //p" "$run/$1.out"; }

address_of() { listening_on "$1" | sed 's/^0\.0\.0\.0:/127.0.0.1:/; s/^\[::\]:/[::1]:/'; }

inlining=(-XX:FreqInlineSize=100 -XX:MaxInlineLevel=9) # less work for C2

# Sets options to those of a service's JVM: ours (docs/measurements.md), then those of the user, which win. A JVM
# refuses two collectors, or a heap that begins larger than it may become, so ours give way.
choose_options() {
  local option theirs=() collector=(-XX:+UseSerialGC) heap=(-Xms64m -Xmx64m)
  local compiler=("${inlining[@]}")
  [ "$1" != orders ] || heap=(-Xms64m -Xmx160m) # a million to two million keys take up to 64 MB, and 32 more to grow
  option="${JAVA_TOOL_OPTIONS:-} ${JDK_JAVA_OPTIONS:-} ${_JAVA_OPTIONS:-} ${TOYSTORE_JAVA_OPTS:-}"
  read -r -d '' -a theirs <<<"$option" || true
  for option in "${theirs[@]+"${theirs[@]}"}"; do
    case ${option#[\"\']} in
      -XX:+Use*GC | -XX:+Use*GC[\"\']) collector=() ;;
      -Xm[sx]* | -XX:*HeapSize=* | -XX:*RAMPercentage=* | -XX:*RAMFraction=* | -XX:MaxRAM=*) heap=() ;;
      -XX:*Inline*=*) compiler=() ;;
      @* | -XX:Flags=* | -XX:VMOptionsFile=*) collector=() heap=() ;; # a file may choose anything
    esac
  done
  options=(-XX:+DisplayVMOutputToStderr -XX:+ExitOnOutOfMemoryError "${compiler[@]+"${compiler[@]}"}")
  options+=("${collector[@]+"${collector[@]}"}" "${heap[@]+"${heap[@]}"}")
  [ ! "$run/$1.jar" -ef "$(jar_of "$1")" ] || use_archive "$1" # an archive does not fit a copy of the jar
  read -r -d '' -a theirs <<<"${TOYSTORE_JAVA_OPTS:-}" || true
  options+=("${theirs[@]+"${theirs[@]}"}")
}

# Makes the files of a service that is about to start. The jar has a second name, so that a build, which makes a new
# file, does not change the jar of a running service. A release is never built, and may belong to another user or be on
# another disk, where only symbolic links lead.
lay_out() {
  local jar=$run/$1.jar symbolic=()
  ! is_release || symbolic=(-s)
  mkdir -p "$run" "$logs" && rm -f "$jar" &&
    { ln "${symbolic[@]+"${symbolic[@]}"}" "$(jar_of "$1")" "$jar" 2>/dev/null || cp "$(jar_of "$1")" "$jar"; } &&
    echo "it can be written" >"$run/$1.out" && touch "$logs/$1.log"
}

# Gives requests precedence over the thread that improves compiled code, which would otherwise take half of the processor
# time in the first seconds (docs/measurements.md).
let_requests_precede() {
  local thread name
  for thread in "/proc/$1/task"/*; do
    if read -r name <"$thread/comm" && [ "$name" = 'C2 CompilerThre' ]; then
      renice -n 10 -p "${thread##*/}" || true
    fi
  done >/dev/null 2>&1
}

start() {
  local service=$1 pid reason tries options line runs='runs already' logged=0
  shift
  if ! pid=$(pid_of "$service"); then
    require_jar "$service"
    reason=$(lay_out "$service" 2>&1) || die "the data folder $data cannot be written: ${reason##*: }"
    choose_options "$service"
    logged=$(wc -l <"$logs/$service.log")
    runs=serves
    started+=("$run/$service")
    set -m
    # the process itself writes its id, so that it is known even if this script is killed now
    # shellcheck disable=SC2016 # sh expands it
    nohup sh -c 'echo $$ >"$0" && exec "$@"' "$run/$service.pid" \
      "$java" "${jvm_log[@]}" "${options[@]}" -jar "$run/$service.jar" "$@" \
      </dev/null >"$run/$service.out" 2>>"$logs/$service.log" 9>&- &
    pid=$!
    set +m
  fi
  for ((tries = 0; tries < 1200; tries++)); do
    if is_ready "$service"; then
      [ "$runs" != serves ] || let_requests_precede "$pid"
      say "$label$service $runs on $(address_of "$service") (pid $pid)"
      return
    fi
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.05
  done
  note "$label$service did not start; the end of $logs/$service.log:"
  tail -n "+$((logged + 1))" "$logs/$service.log" | tail -n 15 | while IFS= read -r line; do
    echo "  $(advice "$line")" >&2
  done
  exit 1
}

# Waits until a service has ended, at most this many seconds; fails if it has not.
ends() {
  local tries
  for ((tries = 0; tries < $2 * 10; tries++)); do
    pid_of "$1" >/dev/null || return 0
    sleep 0.1
  done
  return 1
}

stop() {
  local service=$1 pid=$2
  kill -TERM "$pid" 2>/dev/null || true
  if ends "$service" "$stop_seconds"; then
    say "$label$service stopped"
  else
    kill -KILL "$pid" 2>/dev/null || true
    ends "$service" 10 || true # it holds its lock and its port until then
    say "$label$service had to be killed: it did not stop in $stop_seconds s (pid $pid)"
  fi
}

# Removes the files of a service that does not run: run/SERVICE in its folder, and more.
forget() { rm -f "$1".{pid,out,jar} 2>/dev/null || true; }

# Prints why the frontend at an address is not ready; nothing if it is.
why_not_ready() {
  local host=${1%:*} reply=
  host=${host#[}
  { exec 3<>"/dev/tcp/${host%]}/${1##*:}"; } 2>/dev/null || { echo "no connection to $1" && return; }
  if [ -n "$certificate" ]; then
    exec 3>&-
    reply=$(ask_over_tls "${host%]}" "${1##*:}")
  else
    printf 'GET /ready HTTP/1.0\r\n\r\n' >&3
    IFS= read -r -d '' -t 15 reply <&3 || true
    exec 3>&-
  fi
  case $reply in
    'HTTP/1.1 200 '*) ;;
    '') echo "no answer from $1" ;;
    *) sed -nE '/"message":/ { s/.*"message":"(([^"\]|\\.)*)".*/\1/; s/\\(["\])/\1/g; p; }' <<<"$reply" ;;
  esac
}

# --- where the services listen ------------------------------------------------------------------------------------

require_ports() {
  local i
  for i in 0 1 2; do
    [[ ${wanted[i]:-0} =~ ^[0-9]{1,5}$ ]] && [ $((10#${wanted[i]:-0})) -le 65535 ] ||
      misuse "${named[i]} is \"${wanted[i]}\"; expected 0 (any free one) to 65535"
  done
}

# Where catalog and orders listen: on the loopback address of the frontend, or on the usual one.
inside_host() {
  case ${wanted[3]} in
    127.* | ::1 | localhost) echo "${wanted[3]}" ;;
    *:*) echo ::1 ;;
    *) echo 127.0.0.1 ;;
  esac
}

# Refuses a host or ports that cannot be had, before anything has changed.
require_free_ports() {
  local i port address addresses=() host=${wanted[3]} here
  here=$(hostname -I 2>/dev/null) || true
  case $host in
    0.0.0.0) addresses=(127.0.0.1) ;;
    :: | 0:0:0:0:0:0:0:0) addresses=(127.0.0.1 ::1) ;;
    127.* | ::1 | localhost) addresses=("$host") ;;
    *) [[ " $here " != *" $host "* ]] || addresses=("$host") ;;
  esac
  [[ ${#addresses[@]} != 0 || -z $here || $host = *[!0-9.]* ]] ||
    misuse "${named[3]} is $host, which is not an address of this machine; it has 127.0.0.1 ${here% }"
  for i in 0 1 2; do
    port=${wanted[i]}
    ! pid_of "${services[i]}" >/dev/null && [ "$port" != 0 ] || continue
    [[ $claimed != *" $port "* ]] ||
      misuse "${named[i]} is $port$in_cell, and so is the port of another service; each needs one of its own"
    claimed+="$port "
    for address in $(if [ "$i" = 2 ]; then echo "${addresses[*]+"${addresses[*]}"}"; else inside_host; fi); do
      ! accepts_connections "$address" "$port" ||
        die "${named[i]} is $port$in_cell${defaulted[i]:-}, but the port is taken by another process; expected a free one, or" \
          "0 for any"
    done
  done
}

accepts_connections() { (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null; }

# Completes wanted and the environment from those with which the store was opened. They hold until down, so that a
# service that has died comes back as it was.
load_settings() {
  local entry name loaded=' '
  [ -f "$run/settings" ] || return 0
  while IFS= read -r -d '' entry; do
    name=${entry%%=*}
    is_setting "$name" || continue
    if [ -z "${!name+set}" ]; then
      export "${entry?}"
      setting_was_kept "$name"
    elif [ "$entry" != "$name=${!name}" ] && [ -n "$1" ]; then
      refuse_setting "$name"
    fi
    loaded+="$name "
  done <"$run/settings"
  for name in "${!TOYSTORE_@}"; do
    if [ -n "$1" ] && is_setting "$name" && [[ $loaded != *" $name "* ]]; then
      refuse_setting "$name"
    fi
  done
}

# Completes wanted from the host and the ports with which a folder's services were started.
load_places() {
  local entry i
  [ -f "$run/settings" ] || return 0
  while IFS= read -r -d '' entry; do
    for i in 0 1 2 3; do
      [ "${entry%%=*}" != "${variables[i]}" ] || load_place "$i" "${entry#*=}" "$1"
    done
  done <"$run/settings"
}

is_setting() { [[ " ${settings[*]} " = *" ${1#TOYSTORE_} "* ]]; }

refuse_setting() {
  die "$(name_of_setting "$1") is not as it was when the store in $data was opened; $me down$(data_flag) first"
}

# Where a service was, or the host. While others run, they expect it there; the argument that says so is not empty.
load_place() {
  local i=$1 before=$2 is_open=$3 now
  now=${wanted[i]}
  if [ -z "$now" ]; then
    wanted[i]=$before
  elif [ -n "$is_open" ]; then
    [ "$now" = "$before" ] || [ "$now" = 0 ] ||
      die "${named[i]} is $now, but the store in $data is open with $before; $me down$(data_flag) first"
    wanted[i]=$before
  fi
}

# Saves the settings, with these ports. For this user alone, as there may be an admin token or a password in them.
save_settings() (
  umask 077
  mkdir -p "$run"
  {
    printf '%s=%s\0' "${variables[0]}" "$1" "${variables[1]}" "$2" "${variables[2]}" "$3" \
      "${variables[3]}" "${wanted[3]}"
    [ -z "$cells" ] || [ -n "$label" ] || printf 'TOYSTORE_CELLS=%s\0' "$cells"
    for name in "${!TOYSTORE_@}"; do
      ! is_setting "$name" || printf '%s=%s\0' "$name" "${!name}"
    done
  } >"$run/settings"
)

# --- flags of settings --------------------------------------------------------------------------------------------

# Flags that set variables of the services, and the flag or variable that a message names.
setting_flags=(--tls-cert --tls-key --peer-tls --db --db-password-file)
setting_variables=(TOYSTORE_TLS_CERT TOYSTORE_TLS_KEY TOYSTORE_PEER_TLS TOYSTORE_DB TOYSTORE_DB_PASSWORD_FILE)
setting_named=("${setting_variables[@]}")

set_setting() {
  local i
  for i in "${!setting_flags[@]}"; do
    [ "$1" != "${setting_flags[i]}" ] || {
      printf -v "${setting_variables[i]}" %s "$2"
      setting_named[i]=$1
    }
  done
}

# For a variable that neither a flag nor the environment has set: the store was opened with it before.
setting_was_kept() {
  local i
  for i in "${!setting_variables[@]}"; do
    [ "$1" != "${setting_variables[i]}" ] || case $1 in
      TOYSTORE_DB*) setting_named[i]="the store in $data was opened with a database" ;;
      *) setting_named[i]="the store in $data was opened with TLS" ;;
    esac
  done
}

# The flag or variable that has set a variable.
name_of_setting() {
  local i name=$1
  for i in "${!setting_variables[@]}"; do
    [ "$1" != "${setting_variables[i]}" ] || name=${setting_named[i]}
  done
  echo "$name"
}

# Exports a variable that names a file, by its absolute path, as a store may be reopened from elsewhere.
absolute_path() {
  if [ -n "${!1:-}" ]; then
    printf -v "$1" %s "$(absolute "${!1}")"
    export "${1?}"
  else
    unset "$1"
  fi
}
