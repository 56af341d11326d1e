#!/bin/sh
# The one list of packages, for Debian 12 and 13.
#
#   install-build-deps.sh [build] [web] [test] [package] [coverage] [fuzz] [bench]
#                                                installs what is missing of these groups (as root, or through sudo)
#   install-build-deps.sh --list GROUP...        prints their packages
#   install-build-deps.sh --runtime-of BINARY    prints the packages whose libraries this binary loads
#
# Quiet and quick when everything is there: apt is asked only for what dpkg does not know as installed.
set -eu

packages() {
  case "$1" in
    build) echo "
      g++ cmake ninja-build pkg-config
      libmimetic-dev zlib1g-dev libminizip-dev libpugixml-dev
      libsqlite3-dev libcpp-httplib-dev
      libfmt-dev libexpected-dev libcli11-dev libtomlplusplus-dev nlohmann-json3-dev
      libpsl-dev libidn2-dev libssl-dev libsodium-dev libcurl4-openssl-dev
      libseccomp-dev" ;;
    # The dashboard is built with Node.js 18 or newer; nothing of it is needed to run the program.
    web) have_node || echo "nodejs npm ca-certificates" ;;
    # What the documents' examples call (curl, less, man) is tried with them.
    test) echo "catch2 python3 chromium fonts-ipafont-gothic openssl dovecot-imapd dovecot-pop3d curl less man-db" ;;
    # Man pages, the Debian package and its trial on a fresh machine.
    package) echo "scdoc dpkg-dev file debootstrap" ;;
    coverage) echo "clang libclang-rt-dev llvm python3 catch2" ;;
    fuzz) echo "clang libclang-rt-dev" ;;
    # tests/bench/run does without; these are micro-benchmarks, and peers to compare with.
    bench) echo "libbenchmark-dev dmarc-cat libmail-dmarc-perl" ;;
    *) echo "install-build-deps.sh: no such group: $1 (build, web, test, package, coverage, fuzz, bench)" >&2; exit 2 ;;
  esac
}

# Node.js may have come from elsewhere (NodeSource, nvm): then Debian's is not put beside it.
have_node() {
  command -v npm >/dev/null && command -v node >/dev/null && [ "$(node -p 'process.versions.node.split(".")[0] >= 18')" = true ]
}

missing() {
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
  done
}

runtime_of() {
  ldd "$1" | sed -n 's/.*=> *\(\/[^ ]*\).*/\1/p' | while read -r library; do
    # The loader says /lib where dpkg may say /usr/lib.
    dpkg -S "*/$(basename "$library")" 2>/dev/null | sed -n '1s/:.*//p'
  done | sort -u
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else
    echo "These packages are missing, and installing them needs root or sudo:" >&2
    echo "  apt-get install --no-install-recommends $wanted" >&2
    exit 77
  fi
}

case "${1:-}" in
  --list) shift; for group in "$@"; do packages "$group"; done | xargs -n 1; exit ;;
  --runtime-of) runtime_of "$2"; exit ;;
esac

[ $# -gt 0 ] || set -- build web
all=$(for group in "$@"; do packages "$group"; done)
# shellcheck disable=SC2086  # lists of words
wanted=$(missing $all | xargs)
[ -n "$wanted" ] || exit 0

if ! command -v apt-get >/dev/null; then
  echo "This is not Debian. What is needed (Debian's names): $wanted" >&2
  exit 1
fi
echo "Installing: $wanted"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# shellcheck disable=SC2086
if ! { as_root env DEBIAN_FRONTEND=noninteractive apt-get -q update &&
       as_root env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends $wanted; } >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  exit 1
fi
