#!/usr/bin/env bash
# Sets up what the tests need and runs every test; the last line counts them.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Whatever ends this early, the last line says that the tests did not pass.
results="$(mktemp -d)"
last_line="0 passed, 1 failed"
trap 'rm -rf "$results"; if [ -n "$last_line" ]; then echo "$last_line"; fi' EXIT

need_node
need_root test
need_packages "the local cloud's machines" "${CLOUD_PACKAGES[@]}"
need_packages "tests: load, other EC2 clients, HAProxy's check" "${TEST_PACKAGES[@]}"
need_modules
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

# suite NAME: one project of vitest, whose figures are counted.
suite() {
  local file="$results/$1.json" status=0
  say "Tests: $1"
  npx vitest run --project "$1" --passWithNoTests --reporter=default --reporter=json --outputFile.json="$file" </dev/null ||
    status=$?
  runs+=("$1=$status=$file")
}

check "Format and lint" npx biome check .
check "Types" npx tsc --noEmit
check "Who imports whom" npx depcruise --config .dependency-cruiser.cjs src
check "Dead code" npx knip
for project in unit simulation contract deck; do suite "$project"; done
last_line=
node scripts/count-tests.mjs "${runs[@]}"
