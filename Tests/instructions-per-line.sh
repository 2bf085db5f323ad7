#!/usr/bin/env bash
# How many instructions the collector spends on a line of the small job of `leeway bench tail`, counted by callgrind:
# seconds vary with the machine, instructions do not. Fails above the limit; skips, saying why, without valgrind or
# without a release binary.
#
#   Tests/instructions-per-line.sh [BINARY] [LIMIT]
set -euo pipefail
cd "$(dirname "$0")/.."
binary=${1:-.build/release/leeway}
limit=${2:-4500}
command -v valgrind >/dev/null || { echo "skipped: no valgrind (apt-get install valgrind)"; exit 0; }
[ -x "$binary" ] || { echo "skipped: no $binary (make build)"; exit 0; }

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# Valgrind of Debian 12 cannot read the debugging information of Swift 6.
strip -o "$scratch/leeway" "$binary"

# Two files, one twice as long: what does not depend on the number of lines cancels out.
"$scratch/leeway" bench tail "$scratch/long.jsonl" --generate 40000 --only job --rounds 1 >/dev/null
head -n 20000 "$scratch/long.jsonl" >"$scratch/short.jsonl"
count() {
  valgrind --tool=callgrind --callgrind-out-file=/dev/null "$scratch/leeway" bench tail "$1" --only job --rounds 1 2>&1 \
    >/dev/null | sed -n 's/.*Collected : *\([0-9]*\).*/\1/p'
}
lines=$(($(wc -l <"$scratch/long.jsonl") - 20000))
per_line=$((($(count "$scratch/long.jsonl") - $(count "$scratch/short.jsonl")) / lines))
echo "$per_line instructions a line (limit $limit)"
[ "$per_line" -le "$limit" ]
