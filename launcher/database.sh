# shellcheck shell=bash disable=SC2034,SC2154 # part of ../toystore
# The database of a store. Its URL may have a password, so that no message shows it, and a process gets it only in its
# environment.

# Refuses what is no URL of a database. The message shows nothing that may be a password.
require_database_url() {
  local found='no URL of a database'
  if [[ ${TOYSTORE_DB:-local} =~ ^(local|jdbc:postgresql://[^/?#@]+/[^/?#]+(\?.*)?)$ ]]; then
    return
  elif [[ $TOYSTORE_DB =~ ^(jdbc:)?[a-z]+:// ]]; then
    found="\"${BASH_REMATCH[0]}...\""
  fi
  misuse "$(name_of_setting TOYSTORE_DB) is $found; expected jdbc:postgresql://HOST:PORT/NAME?user=USER, or local"
}

# Refuses what cannot be the database of the store, and sets database to its URL; to nothing if the store is in files.
find_database() {
  database=${TOYSTORE_DB:-}
  database_given=$database
  require_database_url
  case $database in
    '')
      [ -z "${TOYSTORE_DB_PASSWORD_FILE:-}" ] ||
        misuse "$(name_of_setting TOYSTORE_DB_PASSWORD_FILE) is given without --db; expected a database with it"
      return
      ;;
    local)
      [ -z "${TOYSTORE_DB_PASSWORD_FILE:-}" ] ||
        misuse "$(name_of_setting TOYSTORE_DB_PASSWORD_FILE) is given, but the local database has a password of its own"
      find_local_database
      ;;
  esac
  [ "$(name_of_setting TOYSTORE_DB)" != --db ] || [[ $database_given != *[pP]assword=* ]] ||
    note "--db has a password, which other users see in the list of processes; set TOYSTORE_DB instead," \
      "or use --db-password-file"
  [ -z "${TOYSTORE_DB_PASSWORD_FILE:-}" ] ||
    require_file "$(name_of_setting TOYSTORE_DB_PASSWORD_FILE)" "$TOYSTORE_DB_PASSWORD_FILE"
}

# The one that db local start runs in the data folder.
find_local_database() {
  local file=$store/db/url servers server
  [ -f "$file" ] || die "there is no local database in $store; $me db local start$(data_flag) makes one"
  { IFS= read -r database || [ -n "$database" ]; } <"$file" || die "$file cannot be read"
  servers=${database#*//}
  read -r -d '' -a servers <<<"$(tr , ' ' <<<"${servers%%/*}")" || true
  for server in "${servers[@]}"; do
    ! accepts_connections "${server%:*}" "${server##*:}" || return 0
  done
  die "the local database in $store does not run; $me db local start$(data_flag) starts it"
}

# Whether a URL has no parameters that may be credentials.
is_public() {
  local parameter parameters
  [[ $1 != *@* ]] || return 1
  [[ $1 = *\?* ]] || return 0
  read -r -d '' -a parameters <<<"$(tr '&' ' ' <<<"${1#*\?}")" || true
  for parameter in "${parameters[@]+"${parameters[@]}"}"; do
    case $parameter in
      user=* | ssl=* | sslmode=* | sslrootcert=* | targetServerType=* | ApplicationName=* | *[tT]imeout=*) ;;
      *) return 1 ;;
    esac
  done
}

# Hides the database from the processes that are started now, but for those of with_database.
hide_database() {
  local name
  for name in TOYSTORE_DB TOYSTORE_DB_PASSWORD_FILE; do
    [ -z "${!name:-}" ] || export -n "${name?}"
  done
}

# Calls a function; the processes that it starts know the database.
with_database() {
  [ -z "$database" ] ||
    local -x TOYSTORE_DB=$database TOYSTORE_DB_PASSWORD_FILE=${TOYSTORE_DB_PASSWORD_FILE:-}
  "$@"
}

# For a command about a store that may be closed: takes the database that a flag or a variable names, or with which the
# store was opened, or else the local one if that is there, unless there is a store in files.
use_database() {
  local name
  if [ -z "${TOYSTORE_DB:-}" ]; then
    for name in TOYSTORE_DB TOYSTORE_DB_PASSWORD_FILE; do
      [ -n "${!name:-}" ] || printf -v "$name" %s "$(setting "$name")"
    done
  fi
  [ -n "${TOYSTORE_DB:-}" ] || [ ! -e "$store/db/url" ] || has_files || TOYSTORE_DB=local
  absolute_path TOYSTORE_DB_PASSWORD_FILE
  find_database
}

# use_database for a command that may be about files or a database: if nothing names one where there may be both, notes
# which one it takes.
choose_database() {
  local named=${TOYSTORE_DB:-} opened
  opened=$(setting TOYSTORE_DB)
  use_database
  if [ -n "$named" ]; then
    return
  elif [ -z "$database" ] && [ -e "$store/db/url" ]; then
    note "this $command is of the files in $store; --db local means the local database in $store/db"
  elif [ -n "$database" ] && has_files; then
    note "this $command is of $(database_name), not of the files in $store"
  elif [ -n "$database" ] && [ -z "$opened" ]; then
    note "this $command is of $(database_name)"
  fi
}

# Notes what is in the data folder, but not in the store that is about to open.
note_other_orders() {
  if [ -n "$database" ] && has_orders; then
    note "the files in $store have orders, which a store in a database does not show; $me export and import copy them" \
      "while it is closed"
  elif [ -z "$database" ] && [ -e "$store/db/url" ]; then
    note "this store is in files; $me up --db local$(data_flag) opens the one in the local database in $store/db"
  fi
}

# Tells a user who has both which flag is missing.
require_database() {
  [ -n "$database" ] || [ ! -e "$store/db/url" ] ||
    misuse "the store in $store is in files; db $1 --db local is about the local database in $store/db"
}

has_orders() { grep -qs '"order_number":' "$store"/orders-*.log; }

has_files() { any_file "$store"/orders-*.log; }

# The database of the store, without the parameters, which may be credentials; nothing if the store is in files.
database_name() {
  local url
  url=${TOYSTORE_DB:-$(setting TOYSTORE_DB)}
  case $url in
    '') ;;
    local) echo "the local database in $store/db" ;;
    *) echo "the database ${url%%\?*}" ;;
  esac
}

# An external database may belong to other machines, too.
refuse_reset_of_database() {
  local name how close=
  ! any_is_open || close="$me down$(data_flag), and then "
  how="$me db local stop --delete$(data_flag) deletes it"
  name=$(database_name)
  [ -n "$name" ] || [ ! -e "$store/db/url" ] || has_files || name="the local database in $store/db"
  [ -n "$name" ] || return 0
  [[ $name = 'the local '* ]] || how="$me db init --db URL makes a new store in an empty database"
  die "nothing was deleted: orders and stock are in $name; $close$how"
}

# Refuses to delete the local database while the store is open on it.
refuse_deletion_of_open_database() {
  local only='' before url=''
  before=$(setting TOYSTORE_DB)
  [ ! -f "$store/db/url" ] || IFS= read -r url <"$store/db/url" || true
  [ "$before" = local ] || { [ -n "$url" ] && [ "$before" = "$url" ]; } || return 0
  find_folders
  ! any_is_open ||
    die "nothing was deleted: the store in $store is open on this database; $me down$(data_flag) first"
}

# The text of a service; the command that it tells to run is as one calls it from here, for the database of this store.
advice() {
  local flags given=${database_given:-${TOYSTORE_DB:-}} how=
  if [[ $1 =~ ^(.*run\ )\./toystore\ (db\ [a-z]+)(.*)$ ]]; then
    flags=$(at "$store" data_flag)
    if [ "$given" = local ]; then
      flags+=' --db local'
    elif [ "$(name_of_setting TOYSTORE_DB)" = --db ] && is_public "$given"; then
      flags+=" --db '${given//\'/\'\\\'\'}'"
    elif [ "$(name_of_setting TOYSTORE_DB)" = --db ]; then
      how=', with the URL in TOYSTORE_DB'
    fi
    [ "$(name_of_setting TOYSTORE_DB_PASSWORD_FILE)" != --db-password-file ] ||
      flags+=" --db-password-file $(printf %q "${TOYSTORE_DB_PASSWORD_FILE:-}")"
    printf '%s\n' "${BASH_REMATCH[1]}$me ${BASH_REMATCH[2]}$flags${BASH_REMATCH[3]}$how"
  else
    printf '%s\n' "$1"
  fi
}
