#!/usr/bin/env bash
# Installs what the build and the tests need, once, and says what it is doing.
#   .ci/setup.sh run     packages and tools for `make run` and `make release`
#   .ci/setup.sh test    the same, and browsers and wasm-pack for `make test`
#   .ci/setup.sh bench   the same as run, and the load tools for `make bench`
#   .ci/setup.sh compat  the same as run, and the clients for `make compat`
#   .ci/setup.sh api-fuzz  the same as run, and schemathesis for `make api-fuzz`
#   .ci/setup.sh fuzz    the same as run, and cargo-fuzz for `make fuzz`
#   .ci/setup.sh deb     the same as run, and cargo-deb for `make deb`
#   .ci/setup.sh deb-test  the same as deb, and what makes a clean Debian for `make deb-test`
# Cargo tools go to the git-ignored folder .tools (or $SLUICEGATE_TOOLS).
set -euo pipefail
cd "$(dirname "$0")/.."
tools=${SLUICEGATE_TOOLS:-$PWD/.tools}
goal=${1:-run}

say() { printf 'setup: %s\n' "$*" >&2; }

# apt "NAME:PACKAGE [PACKAGE ..]" ... installs the packages of each program NAME that is not found.
apt() {
  local missing=() pair
  for pair in "$@"; do
    # shellcheck disable=SC2206 # several packages of one program
    command -v "${pair%%:*}" >/dev/null || missing+=(${pair#*:})
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  say "installing Debian packages: ${missing[*]}"
  local as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo)
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

# mariadb_plugin NAME ... puts plugins of the package mariadb-server where the server looks for them.
# The package itself would bring a system service along.
mariadb_plugin() {
  local folder=/usr/lib/mysql/plugin name missing=() as_root=()
  for name in "$@"; do [ -e "$folder/$name.so" ] || missing+=("$name"); done
  [ ${#missing[@]} -gt 0 ] || return 0
  say "installing MariaDB plugins: ${missing[*]}"
  [ "$(id -u)" = 0 ] || as_root=(sudo)
  local scratch
  scratch=$(mktemp -d)
  (
    cd "$scratch"
    "${as_root[@]}" apt-get update -qq >&2
    apt-get download -qq mariadb-server >&2
    dpkg -x mariadb-server_*.deb unpacked
    "${as_root[@]}" mkdir -p "$folder"
    for name in "${missing[@]}"; do
      "${as_root[@]}" cp "unpacked/usr/lib/mysql/plugin/$name.so" "$folder/"
    done
  )
  rm -rf "$scratch"
}

# mysql_server puts a MySQL server and its clients into the tools: Debian's stable release has none, so
# it and the libraries it wants are taken from the unstable one, unpacked, and run with these. Nothing
# of it is installed into the system. Where it can't be had, the tests that want it are skipped.
mysql_server() {
  local home=$tools/mysql scratch site loader libraries program package
  [ -e "$home/.installed" ] && return 0
  say "fetching a MySQL server from Debian's unstable packages (once; 70 MB)"
  scratch=$(mktemp -d)
  site=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' | head -1)
  mkdir -p "$scratch"/{lists,cache/archives}/partial "$scratch/parts"
  : > "$scratch/status"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${site:-none} sid main" > "$scratch/sid.list"
  # A mirror that stands still for a while has a release file that is past its date.
  local options=(-q -o Dir::Etc::SourceList="$scratch/sid.list" -o Dir::Etc::SourceParts="$scratch/parts"
    -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts="$scratch/parts"
    -o Dir::State::Lists="$scratch/lists" -o Dir::State::Status="$scratch/status" -o Dir::Cache="$scratch/cache"
    -o Debug::NoLocking=1 -o APT::Sandbox::User="$(id -un)" -o Acquire::Languages=none
    -o Acquire::Check-Valid-Until=false)
  if ! { apt-get "${options[@]}" update && apt-get "${options[@]}" --yes --no-install-recommends --download-only \
    install mysql-server-core mysql-client-core; } > "$scratch/log" 2>&1; then
    say "there is no MySQL server to be had; what wants one will be skipped:"
    tail -3 "$scratch/log" >&2
    rm -rf "$scratch"
    return 0
  fi
  rm -rf "$home"
  mkdir -p "$home/bin"
  for package in "$scratch"/cache/archives/*.deb; do
    case $package in */perl*|*/libperl*) continue ;; esac
    dpkg-deb -x "$package" "$home"
  done
  rm -rf "$scratch" "$home/usr/share/doc" "$home/usr/share/man"
  libraries=$(dirname "$(find "$home/usr/lib" -name 'libc.so.6' | head -1)")
  loader=$(find "$libraries" -name 'ld-linux*.so.*' | head -1)
  for program in sbin/mysqld bin/mysql bin/mysqldump bin/mysqladmin bin/mysqlbinlog; do
    printf '#!/bin/sh\nexec %q --library-path %q %q "$@"\n' "$loader" "$libraries" "$home/usr/$program" \
      > "$home/bin/${program#*/}"
    chmod +x "$home/bin/${program#*/}"
  done
  if ! "$home/bin/mysqld" --version >&2; then
    say "the MySQL server does not run here; what wants one will be skipped"
    rm "$home/bin/mysqld"
  fi
  touch "$home/.installed"
}

# compat_clients installs the drivers for Python, Node and Rust, and unpacks the tests that packages
# ship: those of Python with their sources, those of Rust with their crates. Packages for Node ship none.
compat_clients() {
  local clients=$tools/compat wanted pin name source test
  wanted=$({
    cat tests/compat/python/requirements.txt tests/compat/node/package.json tests/compat/rust/Cargo.* \
      tests/compat/rust/src/*
    grep -A1 '^name = "mysql_async"$' Cargo.lock
  } | sha256sum)
  [ "$(cat "$clients/.installed" 2>/dev/null)" != "$wanted" ] || return 0
  say "installing the clients for Python, Node and Rust, and their tests (once; some minutes)"
  rm -rf "$clients"
  mkdir -p "$clients/node" "$clients/suites" "$clients/sources"
  python3 -m venv "$clients/python"
  local pip=("$clients/python/bin/pip" --quiet --disable-pip-version-check)
  "${pip[@]}" install -r tests/compat/python/requirements.txt >&2
  while IFS= read -r pin; do
    name=${pin%%==*}
    [ "$name" != pytest ] || continue
    "${pip[@]}" download --no-deps --no-binary :all: --dest "$clients/sources" "$pin" >&2
    mkdir "$clients/suites/$name"
    tar xzf "$clients"/sources/*.tar.gz --strip-components=1 -C "$clients/suites/$name"
    rm "$clients"/sources/*.tar.gz
  done < tests/compat/python/requirements.txt
  cp tests/compat/node/package.json "$clients/node/"
  npm install --silent --no-audit --no-fund --prefix "$clients/node" >&2
  cp -r tests/compat/rust "$clients/rust"
  source=$(crate_source tests/compat/rust/Cargo.toml sqlx)
  cp -r "$source/tests/mysql" "$clients/rust/suite"
  # The others want macros of a crate that is not published.
  for test in mysql describe error rustsec; do
    printf '\n[[test]]\nname = "%s"\npath = "suite/%s.rs"\n' "$test" "$test" >> "$clients/rust/Cargo.toml"
  done
  cp -r "$(crate_source Cargo.toml mysql_async)" "$clients/suites/mysql_async"
  export CARGO_TARGET_DIR=$clients/build
  (cd "$clients/rust" && cargo build --quiet && cargo test --quiet --tests --no-run) >&2
  (cd "$clients/suites/mysql_async" && cargo test --quiet --no-run --lib --tests --no-default-features \
    --features minimal-rust,derive,client_ed25519) >&2
  unset CARGO_TARGET_DIR
  printf '%s\n' "$wanted" > "$clients/.installed"
}

# crate_source MANIFEST CRATE prints the folder of the crate that the manifest's package depends on.
crate_source() {
  cargo metadata --format-version 1 --manifest-path "$1" | python3 -c '
import json, os, sys
found = [p for p in json.load(sys.stdin)["packages"] if p["name"] == sys.argv[1]]
print(os.path.dirname(found[0]["manifest_path"]))' "$2"
}

# cargo_tool OPTIMISATION PROGRAM CRATE VERSION [FLAG ...] installs one pinned cargo tool.
# Built in a quick profile: these run for seconds, their optimised build takes minutes.
cargo_tool() {
  local level=$1 program=$2 crate=$3 version=$4
  shift 4
  local stamp=$tools/.installed-$crate-$version
  [ -e "$stamp" ] && [ -x "$tools/bin/$program" ] && return 0
  say "building $crate $version (once; a few minutes)"
  CARGO_TARGET_DIR=$tools/build CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL=$level \
    CARGO_PROFILE_RELEASE_DEBUG=0 CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_STRIP=true \
    cargo install --quiet --force --root "$tools" --version "=$version" "$@" "$crate" >&2
  touch "$stamp"
}

# npm_tool PACKAGE VERSION installs one pinned package into the folder npm of the tools.
npm_tool() {
  local package=$1 version=$2 found
  found=$(sed -n 's/^  "version": "\(.*\)",$/\1/p' "$tools/npm/node_modules/$package/package.json" 2>/dev/null || true)
  [ "$found" != "$version" ] || return 0
  apt npm:npm
  say "installing $package $version"
  mkdir -p "$tools/npm"
  [ -e "$tools/npm/package.json" ] || echo '{"private": true}' >"$tools/npm/package.json"
  (cd "$tools/npm" && npm install --silent --no-audit --no-fund "$package@$version" >&2)
}

if ! command -v cargo >/dev/null; then
  say "cargo is missing: install Rust with rustup, then run this again"
  exit 1
fi
if ! rustup target list --installed | grep -qx wasm32-unknown-unknown; then
  say "adding the wasm32-unknown-unknown target"
  rustup target add wasm32-unknown-unknown >&2
fi

# mariadb-server-core holds the server without a system service: nothing is started by installing it.
apt mariadbd:mariadb-server-core mariadb:mariadb-client cc:gcc
# Rewrites megabytes of wasm: optimised a little. Its version must equal wasm-bindgen's in Cargo.lock.
bindgen=$(sed -n '/^name = "wasm-bindgen"$/{n;s/version = "\(.*\)"/\1/p}' Cargo.lock 2>/dev/null || true)
cargo_tool 1 wasm-bindgen wasm-bindgen-cli "${bindgen:-0.2.130}" --no-default-features
cargo_tool 0 trunk trunk 0.21.14 --locked --no-default-features
case $goal in
  test)
    apt "chromium:chromium fonts-dejavu-core" chromedriver:chromium-driver
    mariadb_plugin auth_ed25519 disks
    cargo_tool 0 wasm-pack wasm-pack 0.15.1 --locked
    npm_tool axe-core 4.14.1
    ;;
  bench) apt sysbench:sysbench haproxy:haproxy ;;
  compat)
    apt sysbench:sysbench mydumper:mydumper node:nodejs npm:npm java:default-jdk-headless php:php-cli \
      python3:python3 mariadb_config:libmariadb-dev pkg-config:pkg-config
    # These have no program of their own.
    [ -e /usr/share/java/mariadb-java-client.jar ] || apt none:libmariadb-java
    php -m | grep -qx mysqli || apt none:php-mysql
    python3 -c 'import ensurepip' 2>/dev/null || apt none:python3-venv
    mariadb_plugin auth_ed25519
    mysql_server
    compat_clients
    ;;
  api-fuzz)
    apt python3:python3
    python3 -c 'import ensurepip' 2>/dev/null || apt none:python3-venv
    fuzzer=$tools/api-fuzz
    if [ "$(cat "$fuzzer/.installed" 2>/dev/null)" != "$(cat tests/api-fuzz/requirements.txt)" ]; then
      say "installing schemathesis (once)"
      rm -rf "$fuzzer"
      python3 -m venv "$fuzzer"
      "$fuzzer/bin/pip" install --quiet --disable-pip-version-check \
        -r tests/api-fuzz/requirements.txt >&2
      cp tests/api-fuzz/requirements.txt "$fuzzer/.installed"
    fi
    ;;
  fuzz)
    apt c++:g++
    cargo_tool 0 cargo-fuzz cargo-fuzz 0.13.2 --locked
    ;;
  deb | deb-test)
    # dpkg-shlibdeps finds out which libraries the package depends on.
    apt dpkg-shlibdeps:dpkg-dev xz:xz-utils
    [ "$goal" = deb ] || apt debootstrap:debootstrap systemd-nspawn:systemd-container lintian:lintian
    cargo_tool 0 cargo-deb cargo-deb 3.8.0 --locked --no-default-features
    ;;
esac
rm -rf "$tools/build"
