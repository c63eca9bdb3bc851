# shellcheck shell=bash disable=SC2034,SC2154 # part of ../toystore
# HTTPS, and services that prove their roles: which certificates a store uses, and how its frontend is asked over TLS.

# Exports the variables of the services from the flags.
choose_tls() {
  local i name
  if [ -n "$tls" ]; then
    for i in 0 1 2; do
      [ "${setting_named[i]}" != "${setting_flags[i]}" ] ||
        misuse "--tls names all certificates, so it takes no ${setting_flags[i]} beside it"
      setting_named[i]=--tls
    done
    [ "$tls" != default ] || tls=$data/tls
    TOYSTORE_TLS_CERT=$tls/frontend.pem
    TOYSTORE_TLS_KEY=$tls/frontend-key.pem
    TOYSTORE_PEER_TLS=$tls
  fi
  for name in "${setting_variables[@]:0:3}"; do
    absolute_path "$name"
  done
}

# Refuses files that the services cannot use, before anything has changed. What the files contain, the services check.
require_tls_files() {
  local i service file makes
  if [ -n "${TOYSTORE_TLS_CERT:-}" ] && [ -z "${TOYSTORE_TLS_KEY:-}" ]; then
    misuse "${setting_named[0]} is given without ${setting_flags[1]}; expected both: a certificate and its key"
  elif [ -n "${TOYSTORE_TLS_KEY:-}" ] && [ -z "${TOYSTORE_TLS_CERT:-}" ]; then
    misuse "${setting_named[1]} is given without ${setting_flags[0]}; expected both: a certificate and its key"
  fi
  ! wants_new_certificates || return 0
  for i in 0 1; do
    file=${!setting_variables[i]:-}
    case $file in
      '' | "${TOYSTORE_PEER_TLS:-none}"/frontend.pem | "${TOYSTORE_PEER_TLS:-none}"/frontend-key.pem) ;; # see below
      *) require_file "${setting_named[i]}" "$file" ;;
    esac
  done
  [ -n "${TOYSTORE_PEER_TLS:-}" ] || return 0
  [ -d "$TOYSTORE_PEER_TLS" ] ||
    die "${setting_named[2]}: there is no folder $TOYSTORE_PEER_TLS; $(certs_of "$TOYSTORE_PEER_TLS") makes it"
  makes="; $(certs_of "$TOYSTORE_PEER_TLS") makes it"
  for file in ca-key.pem "${services[@]/%/.pem}"; do # which need the authority that has issued them
    [ ! -e "$TOYSTORE_PEER_TLS/$file" ] || [ -e "$TOYSTORE_PEER_TLS/ca.pem" ] || makes="; put it back"
  done
  require_file "${setting_named[2]}" "$TOYSTORE_PEER_TLS/ca.pem" "$makes"
  for service in "${services[@]}"; do
    for file in "$service.pem" "$service-key.pem"; do
      require_file "${setting_named[2]}" "$TOYSTORE_PEER_TLS/$file" "$makes"
    done
  done
}

# The command that makes or renews the certificates of a folder.
certs_of() { printf '%s certs %q' "$me" "$1"; }

# The third argument, if any, is added to the message about a file that is missing.
require_file() {
  [ -e "$2" ] || die "$1: there is no file $2${3:-}"
  [ -f "$2" ] || die "$1: $2 is not a file"
  [ -r "$2" ] || die "$1: $2 cannot be read: permission denied"
}

wants_new_certificates() { [ -n "$tls" ] && [ ! -e "$tls/ca.pem" ] && [ ! -e "$tls/frontend.pem" ]; }

# For --tls. Certificates that are there are used as they are; notes say if they end soon, or something else is wrong.
# In a folder that was named, they are good for the hosts that its owner wants.
make_certificates() {
  local report problem hosts=() certs=("$java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -jar "$(jar_of certs)")
  [ -n "$tls" ] || return 0
  require_jar certs
  if wants_new_certificates || [ "$tls" = "$data/tls" ]; then
    case ${wanted[3]} in
      127.0.0.1 | ::1 | localhost) ;;
      0.0.0.0 | :: | 0:0:0:0:0:0:0:0) read -r -d '' -a hosts <<<"$(hosts_of_this_machine)" || true ;;
      *) hosts=("${wanted[3]}") ;;
    esac
  fi
  if wants_new_certificates; then
    report=$(without_java_options "${certs[@]}" "$tls" "${hosts[@]+"${hosts[@]}"}" 2>&1) || die "--tls: $report"
    report=${report##*before }
    say "certificates are in $tls; run $(certs_of "$tls") before ${report%% *} to renew them"
  elif ! report=$(without_java_options "${certs[@]}" --check "$tls" "${hosts[@]+"${hosts[@]}"}" 2>&1 >/dev/null); then
    while IFS= read -r problem; do
      problem=${problem#certs: }
      [[ $problem != *"; certs $tls "* ]] ||
        problem="${problem%"; certs $tls "*}; $(certs_of "$tls") ${problem##*"; certs $tls "}"
      note "$problem"
    done <<<"${report:-the certificates in $tls cannot be checked}"
  fi
}

# The names and addresses by which other machines may know this one.
hosts_of_this_machine() {
  local name
  for name in $(hostname 2>/dev/null) $(hostname -I 2>/dev/null); do
    [[ ! $name =~ ^([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9a-f:]+)$ || $name = *..* ]] || echo "$name"
  done
}

# For up without any flag of TLS: the store may have been open with it before.
note_unused_certificates() {
  [ "$command" != up ] || [ -n "${TOYSTORE_TLS_CERT:-}${TOYSTORE_PEER_TLS:-}" ] || [ ! -e "$data/tls/frontend.pem" ] ||
    note "$data/tls has certificates; $me up$(data_flag) --tls uses them"
}

# Sets certificate to that of the frontend of the store that is open; to nothing if it has no TLS.
find_certificate() { certificate=$(setting TOYSTORE_TLS_CERT); }

url_of() { echo "http${certificate:+s}://$1"; }

# The certificates of its authority, if that is a store's own. Clients have those of public authorities.
authority() { [ -z "$certificate" ] || [ ! -f "${certificate%/*}/ca.pem" ] || echo "${certificate%/*}/ca.pem"; }

cacert_flag() {
  local file
  file=$(authority)
  [ -z "$file" ] || printf ' --cacert %q' "$file"
}

# Prints the response to GET /ready. The launcher has started that process, so any certificate will do here, and a
# certificate of a public authority is not good for the address anyway.
ask_over_tls() {
  [ -n "${java:-}" ] || find_java
  without_java_options "$java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "$(jar_of launcher)" \
    toystore.launcher.ReadyProbe "$1" "$2" 2>/dev/null || true
}
