#!/bin/sh
# Builds the fuzz targets and runs one: Tests/Fuzzing/run.sh json|records|otlp|traces|zip [SECONDS]
#
# It begins with the seeds in Corpus/TARGET and with what earlier runs found: Corpus/TARGET.base64, an input a line.
set -eu
cd "$(dirname "$0")"
target=$1
seconds=${2:-120}
resources=$(swiftc -print-target-info | sed -n 's/.*"runtimeResourcePath": "\(.*\)",*/\1/p')
library=$(ls "$resources"/clang/lib/linux/libclang_rt.fuzzer_no_main-"$(uname -m)".a)
swift build -c release --sanitize address -Xswiftc -sanitize-coverage=edge,inline-8bit-counters,pc-table \
  -Xlinker "$library" -Xlinker -lstdc++
mkdir -p .build/found/"$target" .build/known/"$target"
number=0
while read -r line; do
  number=$((number + 1))
  printf '%s' "$line" | base64 -d >.build/known/"$target/$number"
done <Corpus/"$target".base64
# A stack trace of Swift's own would hang for minutes after a crash.
ASAN_OPTIONS=suppressions=suppressions.txt SWIFT_BACKTRACE=enable=no FUZZ_TARGET=$target .build/release/Fuzz \
  .build/found/"$target" Corpus/"$target" .build/known/"$target" \
  -max_total_time="$seconds" -max_len=4096 -rss_limit_mb=1024 -artifact_prefix=.build/found/ -print_final_stats=1
