# What the set-up scripts share: words to the user, root, Debian packages, node modules, the build.
# shellcheck shell=bash disable=SC2034

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

# For the machines of the local cloud.
CLOUD_PACKAGES=(podman runc netavark aardvark-dns mmdebstrap iproute2 nftables iptables uidmap lxcfs conntrack
  openssh-client)
# For the tests: a load, other EC2 clients, and HAProxy's own check of what we write for it.
TEST_PACKAGES=(wrk awscli python3-boto3 haproxy)
# Debian's way to say that no service may be started; where a machine has one already, it is left alone.
POLICY=/usr/sbin/policy-rc.d

say() { echo "-- $*"; }
die() { echo "$*" >&2; exit 1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else die "This needs root for: $*. Run it as root, or install sudo."
  fi
}

# The local cloud makes machines and networks, which only root may.
need_root() {
  [ "$(id -u)" = 0 ] || die "The local cloud makes machines and networks, and needs root. Try: sudo -E npm run $1"
}

need_node() {
  command -v node >/dev/null || die "Node.js is not here. Install Node 20.19 or newer, with npm, and try again."
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
    die "Node $(node --version) is too old. Install Node 20.19 or newer, and try again."
}

is_installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# Debian starts and enables the services of what it installs. We want the programs and no service.
quiet_install() {
  local made=no status=0
  if [ ! -e "$POLICY" ]; then
    made=yes
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$POLICY" >/dev/null
    as_root chmod 755 "$POLICY"
  fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" </dev/null >/dev/null ||
    status=$?
  if [ "$made" = yes ]; then as_root rm -f "$POLICY"; fi
  return "$status"
}

# need_packages WHY NAME…: installs those that are missing, and asks Debian for its list only then.
need_packages() {
  local why="$1" missing=() name
  shift
  for name in "$@"; do is_installed "$name" || missing+=("$name"); done
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null || die "Missing for $why: ${missing[*]}. There is no apt-get here: install them by hand."
  say "Installing ${missing[*]} ($why)"
  as_root apt-get update -qq </dev/null || die "apt-get update failed: look at its lines above, and try again."
  quiet_install "${missing[@]}" || die "apt-get could not install ${missing[*]} ($why): look at its lines above."
  for name in "${missing[@]}"; do
    if [ "$name" = haproxy ]; then as_root systemctl disable --quiet haproxy.service 2>/dev/null || true; fi
  done
}

need_modules() {
  if node "$ROOT/scripts/modules-are-there.mjs" "$ROOT"; then return; fi
  say "Installing the node modules of package-lock.json"
  (cd "$ROOT" && npm ci --no-audit --no-fund --no-update-notifier --loglevel=error </dev/null) || die "npm ci failed: see its lines above."
}

# The test tools' own binaries, where npm was told to leave optional packages out.
need_tool_binaries() {
  (cd "$ROOT" && node scripts/tool-binaries.mjs) || die "The test tools are not complete: see the lines above, or run npm ci."
}

need_build() {
  local dist="$ROOT/dist/pool.js"
  if [ -e "$dist" ] && [ -z "$(cd "$ROOT" && find src scripts/build.mjs package-lock.json -newer "$dist" -print -quit)" ]; then
    return
  fi
  say "Building the commands"
  (cd "$ROOT" && npm run --silent build) || die "The build failed: look at its lines above."
}
