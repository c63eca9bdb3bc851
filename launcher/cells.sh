# shellcheck shell=bash disable=SC2034,SC2154 # part of ../toystore
# The folders of a store: one, or those of cells, which are stores on one database. The settings of all are in the data
# folder, and each cell has its own processes, ports and logs in a folder of its own, cell-1 to cell-9.

most_cells=9

# Sets store to the data folder, also if --data names a cell in it; that is then the only one that a command is about.
find_store() {
  only=
  store=$data
  if [[ $data = */cell-[1-9] ]] && [ -e "${data%/*}/toystore.lock" ]; then
    only=$data
    store=${data%/*}
    data=$store
  fi
}

# Calls a function for the services in a folder of the store. A cell has a number and a label.
at() {
  local data=$1 run=$1/run logs=$1/logs number=0 label='' name
  if [ "$data" != "$store" ]; then
    number=${data##*-}
    label="cell-$number "
    for name in TOYSTORE_CATALOG_METRICS_PORT TOYSTORE_ORDERS_METRICS_PORT; do
      [[ ! ${!name:-} =~ ^[1-9][0-9]{0,4}$ ]] || local -x "$name=$((${!name} + 2 * (number - 1)))"
    done
  fi
  shift
  "$@"
}

# Calls a function for each folder in folders.
everywhere() {
  local folder
  for folder in "${folders[@]}"; do
    at "$folder" "$@"
  done
}

# Prints the value of a setting with which the store was opened.
setting() {
  local entry
  [ -f "$store/run/settings" ] || return 0
  while IFS= read -r -d '' entry; do
    [[ $entry != "$1="* ]] || printf '%s\n' "${entry#*=}"
  done <"$store/run/settings"
}

# Sets folders to those whose services a command is about: of the cell that was named; of the cells with which the store
# was opened, and further ones whose services have left traces; or else the data folder.
find_folders() {
  local i before
  folders=()
  before=$(setting TOYSTORE_CELLS)
  for ((i = 1; i <= most_cells; i++)); do
    [ "$i" -gt "${before:-0}" ] && ! has_processes "$store/cell-$i" || folders+=("$store/cell-$i")
  done
  if [ ${#folders[@]} = 0 ] || has_processes "$store"; then
    folders=("$store" "${folders[@]+"${folders[@]}"}")
  fi
  [ -z "$only" ] || folders=("$only")
}

has_processes() { any_file "$1"/run/*.pid; }

any_file() {
  local file
  for file in "$@"; do
    [ ! -f "$file" ] || return 0
  done
  return 1
}

# Whether a service runs in the folder.
is_open() {
  local service
  for service in "${services[@]}"; do
    ! pid_of "$service" >/dev/null || return 0
  done
  return 1
}

any_is_open() {
  local folder
  for folder in "${folders[@]}"; do
    ! at "$folder" is_open || return 0
  done
  return 1
}

require_cells() {
  [ -n "$cells" ] || return 0
  [[ $cells =~ ^[2-$most_cells]$ ]] || misuse "--cells is \"$cells\"; expected 2 to $most_cells"
  [ -z "$only" ] || misuse "--cells is about all cells of a store; name its folder: --data ${only%/*}"
}

# Says how the cell that was named can be opened.
refuse_cell() {
  local state="is open with $cells cells" how='' more=${only##*-}
  if [ -z "$cells" ] && at "$store" is_open; then
    state='is open without cells' how="$me down$(data_flag), and then "
  elif [ -z "$cells" ]; then
    state='is closed'
    while [ "$more" -lt 2 ] || [ -d "$store/cell-$((more + 1))" ]; do
      more=$((more + 1))
    done
  fi
  [ "$more" -ge 2 ] || more=2
  die "$only is for a cell of the store in $store, which $state; ${how}$me up$(data_flag) --cells $more opens it"
}

# Sets folders to those that up opens: of the cells that are wanted, or else of those with which the store was opened.
choose_cells() {
  local i before
  before=$(setting TOYSTORE_CELLS)
  if [ -z "$before" ] && [ -n "$cells" ] && at "$store" is_open; then
    die "the store in $store is open without cells; $me down$(data_flag) first"
  fi
  cells=${cells:-$before}
  [ -n "$only" ] || for ((i = ${cells:-0} + 1; i <= most_cells; i++)); do
    ! has_processes "$store/cell-$i" || ! at "$store/cell-$i" is_open ||
      die "cell-$i is open in $store, too; $me down$(at "$store/cell-$i" data_flag) closes it"
  done
  if [ -n "$only" ]; then
    [ "${only##*-}" -le "${cells:-0}" ] || refuse_cell
    return
  fi
  folders=()
  for ((i = 1; i <= ${cells:-0}; i++)); do
    folders+=("$store/cell-$i")
  done
  [ -n "$cells" ] || folders=("$store")
}
