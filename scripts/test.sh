#!/usr/bin/env bash
# Sets up what the tests need and runs every test; the last line counts them.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Whatever ends this early, the last line says that the tests did not pass.
results="$(mktemp -d)"
last_line="0 passed, 1 failed" aside=
leave() {
  if [ -n "$aside" ]; then kill "$aside" 2>/dev/null && wait "$aside" || true; fi
  rm -rf "$results"
  if [ -n "$last_line" ]; then echo "$last_line"; fi
}
trap leave EXIT

need_node
need_root test
need_packages "the local cloud's machines" "${CLOUD_PACKAGES[@]}"
need_packages "tests: load, other EC2 clients, HAProxy's check" "${TEST_PACKAGES[@]}"
need_modules
need_tool_binaries
need_build

cd "$ROOT"
runs=()

# check NAME COMMAND…: one check; a failing one counts as one failure and does not stop the others.
check() {
  local name="$1" status=0
  shift
  say "$name"
  "$@" </dev/null || status=$?
  runs+=("$name=$status=")
}

# tests NAME: one project of vitest, whose figures go into a file to be counted.
tests() {
  exec node node_modules/vitest/vitest.mjs run --project "$1" --passWithNoTests --reporter=default --reporter=json \
    --outputFile.json="$results/$1.json" </dev/null
}

suite() {
  local status=0
  say "Tests: $1"
  (tests "$1") || status=$?
  runs+=("$1=$status=$results/$1.json")
}

# The same unit tests where npm has left out every package that it may leave out.
without_optional() {
  local status=0
  say "Tests: unit, without the packages that npm may leave out"
  bash scripts/without-optional.sh "$results/without-optional.json" || status=$?
  runs+=("unit without optional packages=$status=$results/without-optional.json")
}

# Tests on real machines mostly wait for them: two suites run side by side, one of them out of sight until it ends.
machines() {
  local log="$results/contract.log" status=0
  (tests contract) >"$log" 2>&1 &
  aside=$!
  suite deck
  wait "$aside" || status=$?
  aside=
  say "Tests: contract"
  cat "$log"
  runs+=("contract=$status=$results/contract.json")
}

check "Format and lint" npx biome check .
check "Types" npx tsc --noEmit
check "Who imports whom" npx depcruise --config .dependency-cruiser.cjs src
check "Dead code" npx knip
check "The list of what the local cloud implements" npm run --silent docs:local-cloud -- --check
for project in unit simulation; do suite "$project"; done
without_optional
machines
last_line=
node scripts/count-tests.mjs "${runs[@]}"
