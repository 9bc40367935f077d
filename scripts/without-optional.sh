#!/usr/bin/env bash
# Runs the unit tests in a copy of this checkout whose modules come from `npm ci --omit=optional`.
# Usage: without-optional.sh RESULTS.json
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

results="$(realpath -m "$1")"
copy="$(mktemp -d)"
trap 'rm -rf "$copy"' EXIT
tar -C "$ROOT" --exclude=./node_modules --exclude=./dist -cf - . | tar -C "$copy" -xf -
cd "$copy"
npm ci --omit=optional --no-audit --no-fund --no-update-notifier --loglevel=error </dev/null
node scripts/tool-binaries.mjs
node node_modules/vitest/vitest.mjs run --project unit --reporter=dot --reporter=json --outputFile.json="$results" </dev/null
