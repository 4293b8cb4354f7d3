# Sourced by the scripts: what they need, installed once. A stamp beside each thing says from which inputs it was made.
# shellcheck shell=bash
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
CACHE=$ROOT/.cache
BIN=$ROOT/.venv/bin
[[ ${OS:-} == Windows_NT ]] && BIN=$ROOT/.venv/Scripts
CODE_SERVER=4.100.3 # the newest whose VS Code runs on Node 20
VSCODE=$CACHE/code-server-$CODE_SERVER
export PYRIGHT_PYTHON_IGNORE_WARNINGS=1 NPM_CONFIG_UPDATE_NOTIFIER=false
mkdir -p "$CACHE"

say() { printf '==> %s\n' "$*" >&2; }

die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# hash_of: of standard input
if has sha256sum; then
  hash_of() { sha256sum | cut -c1-20; }
else
  hash_of() { shasum -a 256 | cut -c1-20; }
fi

# once STAMP KEY COMMAND...: run the command, unless it has succeeded with this key; one process at a time.
once() {
  local stamp=$1 key=$2
  shift 2
  [[ -f $stamp && $(<"$stamp") == "$key" ]] && return
  (
    has flock && flock 9
    [[ -f $stamp && $(<"$stamp") == "$key" ]] && exit
    rm -f "$stamp"
    "$@" >&2
    mkdir -p "$(dirname "$stamp")"
    echo "$key" >"$stamp"
  ) 9>"$CACHE/setup.lock"
}

# apt_get PACKAGE...: install Debian packages when we may; fails when we may not.
apt_get() {
  [[ $(id -u) == 0 ]] && has apt-get || return 1
  say "apt-get install $*"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >/dev/null
}

is_python() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
  local name
  for name in python3 python3.14 python3.13 python3.12 python3.11 python; do
    is_python "$name" && command -v "$name" && return
  done
  die "Python 3.11 or newer is missing: install it (Debian: apt-get install python3 python3-venv) and run this again"
}

need_node() {
  has node && has npm && node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' ||
    die "Node 20 or newer with npm is missing: install it from https://nodejs.org and run this again"
}

need_git() { has git || apt_get git || die "git is missing: install it and run this again"; }

has_postgres() { has initdb || compgen -G "/usr/lib/postgresql/*/bin/initdb" >/dev/null || [[ -n ${OCTOPROMPT_TEST_POSTGRES:-} ]]; }

# The tests start a server of their own; at a desk nothing this large is installed unasked.
want_postgres() {
  has_postgres || { [[ ${CI:-} == true ]] && apt_get postgresql; } ||
    say "PostgreSQL is missing, so its tests are skipped: install it (Debian: apt-get install postgresql) or name a server in OCTOPROMPT_TEST_POSTGRES"
}

LOCKED=(--require-hashes --only-binary :all: -r "$ROOT/server/requirements-dev.lock")
EDITABLE=(--no-build-isolation --no-deps -e "$ROOT")

USED='import pytest, alembic.command, jinja2.sandbox, octoprompt.lsp.server, octoprompt.lsp.session, octoprompt.index.worker
octoprompt.lsp.session._make_app(octoprompt.lsp.session._make_roots({}))'

venv_by_uv() {
  uv --version >/dev/null 2>&1 &&
    uv venv -q --allow-existing --python "$1" "$ROOT/.venv" &&
    uv pip install -q --python "$BIN/python" "${LOCKED[@]}" &&
    uv pip install -q --python "$BIN/python" "${EDITABLE[@]}"
}

venv_by_pip() {
  "$1" -c 'import ensurepip' 2>/dev/null || apt_get python3-venv ||
    die "Python's venv module is missing: install it (Debian: apt-get install python3-venv) and run this again"
  "$1" -m venv "$ROOT/.venv"
  # Compiling everything now would take longer than the rest; Python compiles what it imports.
  "$BIN/python" -m pip install -q --disable-pip-version-check --no-compile "${LOCKED[@]}"
  "$BIN/python" -m pip install -q --disable-pip-version-check "${EDITABLE[@]}"
}

make_venv() {
  local python
  python=$(find_python)
  [[ ! -e $ROOT/.venv ]] || is_python "$BIN/python" || rm -rf "$ROOT/.venv"
  say "installing the Python packages into .venv"
  # uv is several times quicker, where it is there and reaches its registry.
  venv_by_uv "$python" || venv_by_pip "$python"
  # Where PYTHONDONTWRITEBYTECODE is set, every server and every worker would compile its libraries again.
  env -u PYTHONDONTWRITEBYTECODE "$BIN/python" -c "$USED"
}

ensure_python() {
  once "$ROOT/.venv/.made-from" \
    "$({ declare -f make_venv venv_by_uv venv_by_pip && cat "$ROOT"/server/requirements-dev.lock "$ROOT/pyproject.toml"; } | hash_of)" make_venv
}

install_client() {
  say "installing the extension's npm packages"
  # At a desk, `npm install` keeps what is there; in CI everything comes from the lock.
  (cd "$ROOT/client-vscode" && npm "$([[ ${CI:-} == true ]] && echo ci || echo install)" --ignore-scripts --no-audit --no-fund --loglevel=error)
}

ensure_client() {
  need_node
  once "$ROOT/client-vscode/node_modules/.made-from" \
    "$(hash_of <"$ROOT/client-vscode/package-lock.json")" install_client
}

link_ripgrep() {
  has rg || apt_get ripgrep || true
  mkdir -p "$(dirname "$1")"
  if has rg; then
    ln -s "$(command -v rg)" "$1"
  else
    say "ripgrep is missing: the browser VS Code's own search finds nothing until you install it (Debian: apt-get install ripgrep)"
    printf '#!/bin/sh\nexec rg "$@"\n' >"$1" && chmod +x "$1"
  fi
}

# Its own install steps download and compile programs; stand-ins make them unnecessary.
install_vscode() {
  say "installing a browser VS Code (code-server $CODE_SERVER) into .cache, once"
  local work=$VSCODE.new
  rm -rf "$work" "$VSCODE"
  mkdir -p "$work"
  (
    cd "$work"
    npm pack --silent "code-server@$CODE_SERVER" >/dev/null
    tar -xzf "code-server-$CODE_SERVER.tgz" --strip-components=3 package/lib/vscode
    rm "code-server-$CODE_SERVER.tgz"
    npm install --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error
    cp "$ROOT/scripts/lib/spdlog.cjs" node_modules/@vscode/spdlog/index.js
    echo 'exports.start = () => {};' >node_modules/native-watchdog/index.js
    link_ripgrep node_modules/@vscode/ripgrep/bin/rg
    ln -s node_modules node_modules.asar
  )
  mv "$work" "$VSCODE"
}

ensure_vscode() {
  need_node
  once "$VSCODE/.made-from" \
    "$({ declare -f install_vscode link_ripgrep && cat "$ROOT/scripts/lib/spdlog.cjs"; } | hash_of)" install_vscode
}

find_chromium() {
  local name
  for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do
    [[ -n $name ]] && command -v "$name" && return
  done
  return 1
}

ensure_chromium() {
  find_chromium >/dev/null || apt_get chromium ||
    die "Chromium is missing: install it (Debian: apt-get install chromium), or name one in CHROMIUM, and run this again"
  CHROMIUM=$(find_chromium) || die "Chromium was installed but is not on the PATH: name it in CHROMIUM and run this again"
  export CHROMIUM
}

# Everything that goes into the .vsix.
extension_sources() {
  find "$ROOT"/client-vscode/{src,media,package.json,package-lock.json,esbuild.mjs,.vscodeignore} \
    "$ROOT/server/octoprompt" "$ROOT/server/requirements.lock" "$ROOT/pyproject.toml" \
    -type f ! -name '*.pyc' -print0 | sort -z
}

VSIX=$ROOT/dist/octoprompt.vsix

build_extension() {
  say "building the extension"
  local server=$ROOT/client-vscode/server
  rm -rf "$server" "$VSIX"
  mkdir -p "$server/wheel" "$ROOT/dist"
  (
    cd "$ROOT"
    "$BIN/python" -m hatchling build --target wheel --directory "$server/wheel" >"$CACHE/wheel.log" 2>&1 ||
      { cat "$CACHE/wheel.log"; die "the server's wheel does not build: see above"; }
  )
  cp "$ROOT/server/requirements.lock" "$server/"
  (
    cd "$ROOT/client-vscode"
    node_modules/.bin/vsce package --no-dependencies --skip-license --allow-missing-repository --out "$VSIX" >"$CACHE/vsce.log" 2>&1 ||
      { cat "$CACHE/vsce.log"; die "the extension does not build: see above"; }
  )
}

# ensure_extension: VSIX is up to date with the sources
ensure_extension() {
  once "$ROOT/dist/.made-from" "$(extension_sources | xargs -0 cat | hash_of)" build_extension
}

CODEBASE=$CACHE/codebase

# Real sources under git, for the tests in VS Code to open.
fetch_codebase() {
  say "fetching $(grep -o '^[^ #]*==[^ ]*' "$ROOT/tests/vscode/codebase.txt") for the tests in VS Code"
  local work=$CODEBASE.new
  rm -rf "$work" "$CODEBASE"
  mkdir -p "$work"
  "$BIN/python" -m pip download -q --disable-pip-version-check --no-deps --no-binary :all: --require-hashes \
    -r "$ROOT/tests/vscode/codebase.txt" -d "$work.sdist"
  tar -xzf "$work.sdist"/*.tar.gz --strip-components=1 -C "$work"
  rm -rf "$work.sdist"
  git -C "$work" init -q -b main
  git -C "$work" add -A
  git -C "$work" -c user.name=tests -c user.email=tests@localhost -c commit.gpgsign=false commit -q -m "Import"
  mv "$work" "$CODEBASE"
}

ensure_codebase() {
  need_git
  once "$CODEBASE/.git/.made-from" "$(hash_of <"$ROOT/tests/vscode/codebase.txt")" fetch_codebase
}
