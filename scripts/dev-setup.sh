#!/usr/bin/env bash
# Sets up what `pool` needs, step by step; a step that is done already is skipped.
#   npm run dev:setup                the local cloud, up and ready
#   npm run dev:setup -- --aws       AWS, with a profile of ~/.aws: makes an ed25519 key and imports it
#   npm run dev:setup -- --yes       writes over an existing ~/.pool_keys without asking
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$ROOT/scripts/local-env.sh"
source "$ROOT/scripts/keys.sh"

cloud=local over=()
for word in "$@"; do
  case "$word" in
    --aws) cloud=aws ;;
    --yes) over=(--yes) ;;
    -h | --help) sed -n '2,5s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
    *) echo "dev:setup does not know $word: it knows --aws and --yes" >&2; exit 2 ;;
  esac
done

set_up_local() {
  need_root dev:setup
  need_packages "the local cloud's machines" "${CLOUD_PACKAGES[@]}"
  need_modules
  need_build
  say "Local cloud up"
  forget_aws
  node "$ROOT/bin/pool" local up || die "The local cloud did not come up: see the line above."
  use_local_cloud
  make_key
  node "$ROOT/scripts/import-key.mjs" "$KEYPAIR_NAME" "$EC2_HOME/$KEYPAIR_NAME.pub" --replace
  write_keys "${over[@]}" AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_REGION AWS_DEFAULT_REGION \
    AWS_ENDPOINT_URL_EC2 AWS_ENDPOINT_URL_S3 AWS_ENDPOINT_URL_STS KEYPAIR_NAME EC2_HOME POOL_AMI POOL_INSTANCE_PROFILE
}

set_up_aws() {
  need_packages "ssh keys" openssh-client
  need_modules
  need_build
  unset AWS_ENDPOINT_URL AWS_ENDPOINT_URL_EC2 AWS_ENDPOINT_URL_S3 AWS_ENDPOINT_URL_STS AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
  ask_for AWS_PROFILE "Profile of ~/.aws" default
  ask_for AWS_REGION "Region" "${AWS_DEFAULT_REGION:-us-east-1}"
  ask_for KEYPAIR_NAME "Name of your key pair" poolparty
  export AWS_DEFAULT_REGION="$AWS_REGION"
  make_key
  write_keys "${over[@]}" AWS_PROFILE AWS_REGION AWS_DEFAULT_REGION KEYPAIR_NAME EC2_HOME
  node "$ROOT/scripts/import-key.mjs" "$KEYPAIR_NAME" "$EC2_HOME/$KEYPAIR_NAME.pub"
}

need_node
"set_up_$cloud"
say "Ready. Now: source ~/.pool_keys && node bin/pool list"
