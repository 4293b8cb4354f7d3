#!/usr/bin/env bash
# Installs a version of node.
set -euo pipefail

source "$(dirname "$0")/lib/utils.sh"
. ./colors.sh

readonly NVM_DIR="${NVM_DIR:-$HOME/.nvm}"
export PATH="$NVM_DIR/bin:$PATH" EDITOR=vi
declare -A MIRRORS=([node]="https://nodejs.org" [io]="https://iojs.org")
declare -r LIMIT=3
VERSIONS=(18 20)
alias ll='ls -l'

# Says what is wrong
# and ends.
die() {
  local code="${2:-1}"
  echo >&2 "error: $1"
  exit "$code"
}

function nvm_download {
  local url=$1
  if command -v curl >/dev/null; then
    curl --fail --location "$url" -o "$2"
  elif nvm_has wget; then
    wget -q "$url" || die "cannot download $url" 2
  fi
}

function nvm::resolve() {
  nvm_inner() {
    cat <<EOF
not_a_function() { echo "$1"; }
$(nvm_remote "$1")
EOF
  }
  nvm_inner "$@" | sort -V | tail -n1
}

nvm-ls() (
  cd "$NVM_DIR" && find . -name "v*" | while read -r line; do printf '%s\n' "${line##*/}"; done
)

main() {
  local version
  version=$(nvm::resolve "${1:-18}")
  case "$version" in
    v*) nvm_download "${MIRRORS[node]}/$version" "$NVM_DIR/$version" ;;
    *) die "unknown version" ;;
  esac
  trap 'rm -rf "$NVM_DIR/tmp"' EXIT
}

if [[ "${BASH_SOURCE[0]}" == "$0" ]]; then
  main "$@"
fi
