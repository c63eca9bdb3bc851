# shellcheck shell=bash disable=SC2034,SC2154 # part of ../toystore
# Finds Java and Maven, builds the programs and their class archives, and runs the tests.

find_java() {
  local report version
  if [ -n "${JAVA_HOME:-}" ]; then
    java=$JAVA_HOME/bin/java
    [ -x "$java" ] || die "JAVA_HOME is $JAVA_HOME, but there is no bin/java in it"
  else
    java=$(command -v java) ||
      die "no java found: install $(needed_java), or set JAVA_HOME"
  fi
  report=$(without_java_options "$java" -version 2>&1) || die "$java does not run: ${report%%$'\n'*}"
  version=$(sed -n 's/.*version "\([^"]*\)".*/\1/p' <<<"$report" | head -n 1)
  case $version in
    1[7-9]* | [2-9][0-9]*) ;;
    *) die "$java is version ${version:-unknown}; Toy Store needs 17 or newer" ;;
  esac
  jvm=$(sed -n 's/.* VM .*(build \([A-Za-z0-9.+_-]*\),.*/\1/p' <<<"$report" | head -n 1)
  choose_archives "$version"
  use_utf8
  require_java_path "$root"
}

needed_java() {
  if is_release; then
    echo 'a JRE 17 or newer (Debian: apt install openjdk-17-jre-headless)'
  else
    echo 'a JDK 17 or newer (Debian: apt install openjdk-17-jdk)'
  fi
}

# Every JVM takes options from these variables.
without_java_options() {
  (
    unset JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS
    exec "$@"
  )
}

# In the locale C, a JVM opens only files whose names are ASCII.
use_utf8() {
  local utf8
  case $(locale charmap 2>/dev/null) in
    ANSI_X3.4-1968 | US-ASCII) ;;
    *) return 0 ;;
  esac
  if utf8=$(locale -a 2>/dev/null | grep -iE -m 1 '^(C|en_US)\.utf-?8$'); then
    export LC_ALL=$utf8
  elif [[ $root$data = *[!$'\001'-$'\177']* ]]; then
    die "in the locale C, Java cannot open $root with the data folder $data; set LC_ALL to a UTF-8 locale"
  fi
}

# A JVM takes ":" for the end of a path to classes, and "!/" for the end of the path to a jar.
require_java_path() {
  case $1/ in
    *:* | *!/*) die "Java cannot run programs in $1: the path has a \":\", or a folder whose name ends in \"!\"" ;;
  esac
}

find_maven() {
  command -v mvn >/dev/null ||
    die "no mvn found, and the store must be built: install Maven 3.8.1 or newer (Debian: apt install maven)"
  [ -x "${java%/*}/javac" ] || { [ -z "${JAVA_HOME:-}" ] && command -v javac >/dev/null; } ||
    die "$java comes without javac, and the store must be built: install a JDK, not only a JRE"
}

# An unpacked release has all jars in lib, and nothing to build. In a source tree each jar is where Maven makes it.
is_release() { [ -d "$root/lib" ]; }

jar_of() { if is_release; then echo "$root/lib/$1.jar"; else echo "$root/$1/target/$1.jar"; fi; }

require_jar() {
  [ ! -f "$(jar_of "$1")" ] || return 0
  ! is_release || die "there is no $(jar_of "$1"); unpack the release again"
  die "there is no $(jar_of "$1"), and TOYSTORE_NO_BUILD forbids to build it"
}

print_version() {
  if is_release; then
    echo "Toy Store $(<"$root/lib/version")"
  else
    sed -n 's:^  <version>\(.*\)</version>$:Toy Store \1:p' "$root/pom.xml"
  fi
}

# A build makes some of the jars. Beside each one is a stamp, as old as the start of the build that has made it: the jar
# is complete if it is newer than that, and up to date if no source is.
needs_build() {
  local module jar stamp oldest=
  ! is_release || return 1
  for module in "${modules[@]}"; do
    jar=$root/$module/target/$module.jar stamp=${jar%.jar}.stamp
    [ -f "$stamp" ] && [ "$jar" -nt "$stamp" ] || return 0
    [ -n "$oldest" ] && [ ! "$stamp" -ot "$oldest" ] || oldest=$stamp
  done
  [ -n "$(cd "$root" && find pom.xml .mvn data/toys.json ./*/pom.xml ./*/src/main -newer "$oldest" -print)" ]
}

build() {
  [ -z "${TOYSTORE_NO_BUILD:-}" ] && { needs_build || ! has_archives; } || return 0
  if is_read_only_release; then
    [ "$command" != up ] ||
      note "$root cannot be written: no class archives are made, so services take longer to start"
    return 0
  fi
  run_aside build_now
}

is_read_only_release() { is_release && { [ ! -w "$root" ] || [ ! -w "$root/lib" ]; }; }

build_now() {
  lock "$root/.build.lock"
  ! needs_build || run_maven # or another command has built it meanwhile
  make_archives
}

run_maven() {
  local log=$root/.build.log start=$root/.build.start module stamps=()
  find_maven
  echo "building (the first time takes a minute) ..." >&2
  for module in "${modules[@]}"; do
    stamps+=("$root/$module/target/$module.stamp")
  done
  rm -f "${stamps[@]}" # until all these jars are complete again
  touch "$start"
  if ! (
    cd "$root" &&
      mvn -B -ntp -Dmaven.test.skip=true -Dassembly.skipAssembly -pl "$(IFS=,; echo "${modules[*]}")" -am package
  ) >"$log" 2>&1; then
    # the errors in source files, or else all errors
    (grep -E '^\[(ERROR|WARNING)\] .*\.java:' "$log" || grep -E '^\[ERROR\] .' "$log" || tail -n 5 "$log") |
      awk '!seen[$0]++' | head -n 10 >&2
    die "the build failed; its output is in $log"
  fi
  touch -r "$start" "${stamps[@]}"
  rm -f "$log" "$start"
}

# With a class archive a program starts in half the time; with an AOT cache its code is fast sooner, too
# (docs/operations.md). A JVM uses only an archive that it made itself for that jar, so an archive may be missing, stale
# or damaged. An empty one says that none could be made.
choose_archives() {
  case $1 in
    1* | 2[0-4]* | 25 | 25-* | 25.0.0*) archive_type=jsa archive_flag=-XX:SharedArchiveFile ;;
    *)
      archive_type=aot archive_flag=-XX:AOTCache
      jvm_log[1]='-Xlog:all=warning,cds*=off,aot*=off:stderr'
      ;;
  esac
}

archive_of() {
  local jar
  jar=$(jar_of "$1")
  echo "${jar%.jar}-${jvm:-unknown}.$archive_type"
}

has_archive() {
  [ -f "$(jar_of "$1")" ] && [ -f "$(archive_of "$1")" ] && ! [ "$(jar_of "$1")" -nt "$(archive_of "$1")" ]
}

has_archives() {
  local program
  [ -n "$jvm" ] || return 0 # an archive is named for its JVM
  for program in "${services[@]}" client; do
    has_archive "$program" || return 1
  done
}

# A failure costs time at the next starts, and nothing else.
make_archives() {
  local program log=$root/.build.archives.log
  ! has_archives || return 0
  echo "making archives of classes for quick starts (once for each build and JVM) ..." >&2
  scratch=$(mktemp -d "$root/.build.archives.XXXXXX") || return 0
  if without_java_options "$java" -jar "$(jar_of launcher)" "$java" "$root" "$scratch" "$jvm.$archive_type" \
    -XX:+UseSerialGC "${inlining[@]}" >"$scratch/log" 2>&1; then
    rm -f "$log"
    return
  fi
  mv -f "$scratch/log" "$log"
  note "some could not be made, so starts take longer; $log says why"
  for program in "${services[@]}" client; do
    has_archive "$program" || : >"$(archive_of "$program")" || true
  done
}

# With an AOT cache, a JVM refuses to start beside these options of the user; with a class archive it takes them.
use_archive() {
  case "$archive_type ${JAVA_TOOL_OPTIONS:-} ${JDK_JAVA_OPTIONS:-} ${_JAVA_OPTIONS:-} ${TOYSTORE_JAVA_OPTS:-}" in
    aot*-Xshare:* | aot*-XX:AOT* | aot*-XX:*Archive* | aot*-XX:*ClassList* | aot*-Xm[sx][1-3][mM]*) ;;
    *) ! has_archive "$1" || [ ! -s "$(archive_of "$1")" ] || options+=("$archive_flag=$(archive_of "$1")") ;;
  esac
}

run_tests() {
  local log=$root/.test.log status=0
  ! is_release || misuse "test needs the source tree, and $root is an unpacked release"
  find_java
  find_maven
  cd "$root" || exit
  lock "$root/.build.lock"
  say "all that Maven says is in $log"
  rm -rf ./*/target/{surefire,failsafe}-reports # the summary is about this run
  # a test that fails stops no other test, in no module
  mvn -B -ntp -T 3 --fail-at-end -Dmaven.test.failure.ignore verify "$@" 2>&1 | tee "$log" |
    sed -unE 's/^\[INFO\] Building ([a-z-]+) .*/\1 .../p; s/^\[ERROR\] (Tests run: .* <<< .*)/\1/p' || status=$?
  "$java" testing/src/main/java/toystore/testing/TestSummary.java "$root" "$SECONDS" "$log" "$status"
}

archives() {
  find_java
  ! is_read_only_release || die "$root cannot be written, so no class archives can be made"
  run_aside make_archives
}
