# The ssh key pair and the keys file of whoever sets up.
# shellcheck shell=bash

# ask_for NAME WORDS DEFAULT: exports NAME, from the environment, else as answered, else the default.
ask_for() {
  local name="$1" words="$2" value="${!1:-$3}" answer
  if [ -t 0 ]; then
    read -r -p "$words [$value]: " answer
    value="${answer:-$value}"
  fi
  export "$name=$value"
}

# The private half is made here and never leaves. EC2 gets the public half.
make_key() {
  export KEYPAIR_NAME="${KEYPAIR_NAME:-poolparty}" EC2_HOME="${EC2_HOME:-$HOME/.ec2}"
  local key="$EC2_HOME/$KEYPAIR_NAME" public
  if [ ! -d "$EC2_HOME" ]; then (umask 077 && mkdir -p "$EC2_HOME"); fi
  if [ ! -e "$key" ]; then
    say "Making the key pair $key"
    ssh-keygen -q -t ed25519 -N '' -C "$KEYPAIR_NAME" -f "$key" </dev/null
  fi
  # A private key of one's own may have come without its public half.
  if [ ! -e "$key.pub" ]; then
    public="$(ssh-keygen -y -P '' -f "$key" </dev/null)" || die "$key is no private key that opens without a passphrase."
    echo "$public" >"$key.pub"
  fi
  chmod 600 "$key"
}

# write_keys [--yes] NAME…: the keys file exports these, with the values that the environment has now.
write_keys() {
  node "$ROOT/scripts/write-keys.mjs" "$HOME/.pool_keys" "$@"
}
