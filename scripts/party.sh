#!/usr/bin/env bash
# From a fresh machine to a served pool: sets everything up, starts the example's pool on the local cloud.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$ROOT/scripts/local-env.sh"
source "$ROOT/scripts/keys.sh"

need_node
need_root party
bash "$ROOT/scripts/dev-setup.sh" "$@"

# The keys file may point at AWS. A party must not be billed: it takes the local cloud's own words.
use_local_cloud
make_key
settings=examples/hello/pool.yml
cd "$ROOT"
node bin/pool -c "$settings" start
address="$(node bin/pool -c "$settings" list --json | node -p 'JSON.parse(require("node:fs").readFileSync(0, "utf8")).address')"

hint() { printf '  %-56s %s\n' "$1" "$2"; }

echo
say "The party is on: http://$address/"
echo
echo "Try next, after   source ~/.pool_keys"
hint "curl http://$address/" "which node answers? ask again"
hint "node bin/pool -c $settings list" "who is there"
hint "node bin/instance -c $settings ssh i=1" "a shell on node1"
hint "node bin/pool -c $settings stop" "ends every node of the pool"
hint "node bin/pool local down" "ends the local cloud"
