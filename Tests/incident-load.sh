#!/usr/bin/env bash
# How the incident engine bears a storm: RULES rules of TENANTS tenants each fire within a second. Prints how long it takes
# to decide, to fold the journal, to list and to draw, and who wins when four processes acknowledge the same incidents.
#
#   Tests/incident-load.sh [BINARY] [RULES] [TENANTS]
set -euo pipefail
cd "$(dirname "$0")/.."
binary=$(realpath "${1:-.build/release/leeway}")
rules=${2:-50}
tenants=${3:-200}
[ -x "$binary" ] || { echo "skipped: no $binary (make build)"; exit 0; }

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
awk -v tenants="$tenants" 'BEGIN {
  for (i = 0; i < 3 * tenants; i++)
    printf "{\"ts\":%.4f,\"tenant\":\"t%06d\",\"status\":500}\n", 1790000000 + i / (3 * tenants), i % tenants
  for (i = 0; i < 60; i++) printf "{\"ts\":%d,\"tenant\":\"t000000\",\"status\":200}\n", 1790000001 + i
}' >log.jsonl
{
  echo "service: storm"
  echo "shipped_rules: off"
  echo "sources: [{ name: log, paths: [log.jsonl], time: ts, labels: { tenant: tenant } }]"
  echo "metrics: [{ name: requests, source: log, kind: counter }]"
  echo "rules:"
  for ((i = 0; i < rules; i++)); do
    echo "  - { name: errors-$i, source: log, when: 'count(status >= 500) over 120s > 1', by: [tenant], severity: warn, keep_firing_for: 1h }"
  done
} >leeway.yaml

took() { # LABEL COMMAND…
  local label=$1 start end
  shift
  start=$(date +%s%N)
  "$@" >out.txt
  end=$(date +%s%N)
  echo "$label: $(((end - start) / 1000000)) ms"
}
took "start of the program" "$binary" --version
took "read, decide and commit" "$binary" collect --once --state state
echo "open signals: $("$binary" incidents list --open --state state | wc -l)"
took "fold the journal, show one" "$binary" incidents show 1 --state state
took "list all, as JSON" "$binary" incidents list --state state --json
took "the overview, first paint" "$binary" render overview 120x40 --state state
took "verify the chain" "$binary" audit verify --state state

for ((i = 0; i < 200; i++)); do "$binary" incidents open --title "race $i" --severity warn --state race >/dev/null; done
took "one note, the whole program" "$binary" incidents note 1 "a note" --state race
race() {
  local won=0
  for ((i = 2; i <= 200; i++)); do
    if "$binary" incidents ack "$i" --rev 1 --as "operator-$1" --state race >/dev/null 2>&1; then won=$((won + 1)); fi
  done
  echo "$won" >"won-$1"
}
start=$(date +%s%N)
for process in 1 2 3 4; do race "$process" & done
wait
end=$(date +%s%N)
echo "four processes, 199 incidents: $(cat won-* | awk '{ sum += $1 } END { print sum }') winners" \
  "($(cat won-* | tr '\n' ' ')) in $(((end - start) / 1000000)) ms"
