# The environment for the local cloud, and for nothing else: what `pool local status` says, not what the shell knows.
# shellcheck shell=bash

# A profile, a session or an endpoint of AWS must not leak into what is meant for the local cloud.
forget_aws() {
  local name
  for name in ${!AWS_@}; do
    case "$name" in AWS_CA_BUNDLE | AWS_CONFIG_FILE | AWS_SHARED_CREDENTIALS_FILE) ;; *) unset "$name" ;; esac
  done
}

# Exports what a client of the running local cloud needs. The variables' names are those of .pool_keys.example.
use_local_cloud() {
  local status exports
  status="$(node "$ROOT/bin/pool" local status --json)" || die "The local cloud does not answer. Try: node bin/pool local up"
  exports="$(node "$ROOT/scripts/local-exports.mjs" <<<"$status")" || exit 1
  forget_aws
  eval "$exports"
}
