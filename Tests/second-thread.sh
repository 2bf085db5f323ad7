#!/usr/bin/env bash
# What a second thread gives, beside what the machine itself gives: one thread, two threads, and two processes of their
# own side by side read the same log in turn. Two processes share nothing, so that no second thread can do better.
#
#   Tests/second-thread.sh [BINARY] [LINES] [ROUNDS]
set -euo pipefail
cd "$(dirname "$0")/.."
binary=$(realpath "${1:-.build/release/leeway}")
lines=${2:-1000000}
rounds=${3:-9}
[ -x "$binary" ] || { echo "skipped: no $binary (make build)"; exit 0; }

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
speed() { # megabytes a second of one run
  "$binary" bench tail log.jsonl --only job --rounds 1 "$@" | sed -n 's/.*"mb_per_second":\([0-9.]*\).*/\1/p'
}
"$binary" bench tail log.jsonl --generate "$lines" --only job --rounds 1 >/dev/null
for ((round = 0; round < rounds; round++)); do
  one=$(speed)
  two=$(speed --threads 2)
  speed >first & speed >second & wait
  echo "$one $two $(cat first second | paste -sd' ')"
done | awk '{ pair = $3 + $4; print $2 / $1, pair / $1, $2 / pair }' >ratios
median() { cut -d' ' -f"$1" ratios | sort -n | awk '{ v[NR] = $1 } END { printf "%.2f", v[int((NR + 1) / 2)] }'; }
echo "two threads $(median 1)x one; two processes $(median 2)x one; two threads $(median 3)x two processes" \
  "(medians of $rounds rounds)"
