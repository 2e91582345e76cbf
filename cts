#!/usr/bin/env bash
# The launcher of CTS: finds a JDK 25, builds what is missing or older than its sources, and runs the command line.
set -euo pipefail

home=$(dirname "$(realpath "${BASH_SOURCE[0]}")")

fail() { printf 'cts: %s\n' "$1" >&2; exit 1; }

is_jdk_25() { # FOLDER
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && grep -q '^JAVA_VERSION="25[".]' "$1/release" 2>/dev/null
}

find_jdk() {
  local candidate java
  java=$(command -v java || true)
  for candidate in "${JAVA_HOME:-}" /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* \
    "$HOME"/.asdf/installs/java/* "$HOME"/.local/share/mise/installs/java/* /opt/java/* /opt/jdk* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home ${java:+"$(dirname "$(dirname "$(realpath "$java")")")"}; do
    if [ -n "$candidate" ] && is_jdk_25 "$candidate"; then
      printf '%s\n' "$candidate"
      return
    fi
  done
  fail "no JDK 25 found: install one (for example Debian's temurin-25-jdk or openjdk-25-jdk) or point JAVA_HOME at it"
}

built=$home/services/standalone/target/.built

is_built() {
  [ -e "$built" ] && [ -z "$(find "$home/pom.xml" "$home"/shared-model "$home"/services \
    \( -name target -o -path '*/src/test' \) -prune -o -type f \( -path '*/src/main/*' -o -name pom.xml \) -newer "$built" -print -quit)" ]
}

build() {
  command -v mvn >/dev/null || fail "Maven is needed to build CTS: install it (Debian: apt-get install maven)"
  local log
  log=$(mktemp)
  printf 'cts: building, which takes some minutes the first time …\n' >&2
  # of what Maven says, people are shown how far it is
  if ! (cd "$home" && JAVA_HOME=$jdk mvn -B -ntp package -DskipTests -Dspotless.check.skip=true) 2>&1 | tee "$log" |
    awk '/^\[INFO\] Building .*\[[0-9]+\/[0-9]+\]$/ { printf "cts:   %s", $NF; for (i = 3; i < NF - 1; i++) printf " %s", $i; print ""; fflush() }' >&2; then
    grep -E '^\[ERROR\]' "$log" | head -20 >&2
    fail "the build failed; all of its output is in $log"
  fi
  rm -f "$log"
  touch "$built"
}

jdk=$(find_jdk)
if ! is_built; then
  # what "mvn verify" made is as good as what this script makes
  jar=$(ls "$home"/services/standalone/target/standalone-*.jar 2>/dev/null | head -1 || true)
  if [ -n "$jar" ] && [ -d "$home/services/standalone/target/lib" ] && [ -d "$home/services/client-agent/target/lib" ]; then
    touch -r "$jar" "$built"
  fi
  is_built || build
fi

up=$home/services/standalone/target
client=$home/services/client-agent/target
java=("$jdk/bin/java" -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow)
java_up=("${java[@]}" -Xms96m -Xmx640m -XX:+UseCompactObjectHeaders -XX:MaxMetaspaceSize=256m
  -XX:ReservedCodeCacheSize=96m -XX:MaxDirectMemorySize=160m -Xss512k -Djdk.virtualThreadScheduler.parallelism=8
  -cp "$up/standalone-0.1.0-SNAPSHOT.jar:$up/lib/*")
java_client=("${java[@]}" -cp "$client/client-agent-0.1.0-SNAPSHOT.jar:$client/lib/*")

# quick_start ARCHIVE JAR COMMAND...   makes the JVM's AOT cache by a run of COMMAND, once a build; where that cannot be, an
# empty archive says not to try again
quick_start() {
  local archive=$1 jar=$2; shift 2
  [ ! "$archive" -nt "$jar" ] || return 0
  printf 'cts: making %s start quickly, once after a build …\n' "$(basename "$archive" .aot)" >&2
  local scratch
  scratch=$(mktemp -d "$(dirname "$archive")/aot-XXXXXX")
  (cd "$scratch" && "$1" -XX:AOTCacheOutput="$scratch/new" "${@:2}" >/dev/null 2>&1) || rm -f "$scratch/new"
  [ -s "$scratch/new" ] || : >"$scratch/new"
  touch "$scratch/new" && mv "$scratch/new" "$archive"
  rm -rf "$scratch"
}

aot() { [ -s "$1" ] && printf '%s\n' "-XX:AOTCache=$1" -Xlog:disable || true; }

case "${1:-} ${2:-} " in
  *" --help " | *" -h " | "lab  " | "lab decide "* | "lab delta "* | "lab eviction "* | "lab overlap "* | "lab transcode "*) ;;
  "up "* | "worker "* | "demo "* | "lab "*)
    quick_start "$up/up.aot" "$up/standalone-0.1.0-SNAPSHOT.jar" "${java_up[@]}" io.cts.standalone.Up --data data \
      --api-port 0 --registry-port 0 --no-public-upstreams --stop-when-up ;;
esac
quick_start "$client/client.aot" "$client/client-agent-0.1.0-SNAPSHOT.jar" "${java_client[@]}" io.cts.client.Cts --help

case ${1:-} in
  up | worker)
    main=io.cts.standalone.Up; [ "$1" = up ] || main=io.cts.standalone.Worker
    shift
    mapfile -t quick < <(aot "$up/up.aot")
    # shellcheck disable=SC2086
    exec "${java_up[@]:0:1}" "${quick[@]}" "${java_up[@]:1}" ${CTS_UP_JAVA_OPTIONS:-} "$main" "$@" ;;
  *)
    mapfile -t quick < <(aot "$client/client.aot")
    # short commands start quicker with less compiled; SHA-256 and the codecs need all that the JIT can do
    # the agent runs for months beside others: small heap, and what it needs outside it is bounded too
    case ${1:-} in
      pull | probe | demo | lab) ;;
      agent) java_client=("${java_client[0]}" -Xms8m -Xmx64m -XX:MaxDirectMemorySize=16m -XX:ReservedCodeCacheSize=32m
        -XX:MaxMetaspaceSize=64m -Xss512k "${java_client[@]:1}") ;;
      *) quick+=(-XX:TieredStopAtLevel=1) ;;
    esac
    # shellcheck disable=SC2086
    CTS_LAUNCHER=$home/cts exec "${java_client[@]:0:1}" "${quick[@]}" "${java_client[@]:1}" ${CTS_JAVA_OPTIONS:-} \
      io.cts.client.Cts "$@" ;;
esac
