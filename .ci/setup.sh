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
# Without links: what is installed for Python and Node knows where it lies.
tools=$(realpath -m "${SLUICEGATE_TOOLS:-$PWD/.tools}")
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
  [ -n "${updated:-}" ] || "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2
  updated=yes
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
}

# optional CHECK PACKAGE .. installs the packages of a client unless CHECK succeeds, and goes on without
# it where they can't be had.
optional() {
  local check=$1
  shift
  eval "$check" >/dev/null 2>&1 && return 0
  apt "none:$*" || say "can't be had, what wants them is left out: $*"
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

# compat_clients installs the drivers that Debian does not have, and unpacks the tests that packages
# ship: those of Python with their sources, those of Rust with their crates. Packages for Node ship none.
# What can't be had is said, left out, and tried again the next time.
compat_clients() {
  clients=$tools/compat
  mkdir -p "$clients/suites"
  compat_python
  compat_suites
  compat_node
  compat_rust
  compat_go
}

# outdated PIECE FILE .. succeeds unless the piece was installed by files with this content. Sets `wanted`.
outdated() {
  local piece=$1
  shift
  wanted=$(cat "$@" | sha256sum)
  [ "$(cat "$clients/.$piece" 2>/dev/null)" != "$wanted" ]
}

# complete PIECE notes that it was installed as `outdated` has seen it.
complete() { printf '%s\n' "$wanted" > "$clients/.$1"; }

left_out() { say "can't be had, what wants it is left out: $*"; }

compat_python() {
  local pins=tests/compat/python/requirements.txt pip pin all=yes
  outdated python $pins || return 0
  say "installing drivers for Python (once)"
  rm -rf "$clients/python"
  python3 -m venv "$clients/python" || { left_out "a virtual environment of Python"; return 0; }
  pip=("$clients/python/bin/pip" --quiet --disable-pip-version-check)
  if ! "${pip[@]}" install -r $pins >&2; then
    while IFS= read -r pin; do
      "${pip[@]}" install "$pin" >&2 || { left_out "$pin"; all=no; }
    done < $pins
  fi
  [ $all = no ] || complete python
}

# The sources of those whose tests are run.
compat_suites() {
  local pins=tests/compat/python/requirements.txt pin name scratch all=yes
  [ -x "$clients/python/bin/pip" ] || return 0
  outdated suites $pins || return 0
  say "fetching the tests of drivers for Python (once)"
  scratch=$(mktemp -d)
  while IFS= read -r pin; do
    name=${pin%%==*}
    case $name in PyMySQL|mysqlclient|mysql-connector-python|mariadb|SQLAlchemy) ;; *) continue ;; esac
    rm -rf "$clients/suites/$name" "$scratch"/*
    if "$clients/python/bin/pip" --quiet --disable-pip-version-check download --no-deps --no-binary :all: \
      --dest "$scratch" "$pin" >&2; then
      mkdir "$clients/suites/$name"
      tar xzf "$scratch"/*.tar.gz --strip-components=1 -C "$clients/suites/$name"
    else
      left_out "the tests of $pin"
      all=no
    fi
  done < $pins
  rm -rf "$scratch"
  [ $all = no ] || complete suites
}

compat_node() {
  outdated node tests/compat/node/package.json || return 0
  say "installing drivers for Node (once)"
  rm -rf "$clients/node"
  mkdir "$clients/node"
  cp tests/compat/node/package.json "$clients/node/"
  if npm install --silent --no-audit --no-fund --prefix "$clients/node" >&2; then
    complete node
  else
    left_out "the drivers for Node"
  fi
}

compat_rust() {
  local source test
  outdated rust tests/compat/rust/Cargo.* tests/compat/rust/src/* <(grep -A1 '^name = "mysql_async"$' Cargo.lock) || return 0
  say "building the drivers for Rust and their tests (once; some minutes)"
  rm -rf "$clients/rust" "$clients/suites/mysql_async"
  cp -r tests/compat/rust "$clients/rust"
  source=$(crate_source tests/compat/rust/Cargo.toml sqlx) && cp -r "$source/tests/mysql" "$clients/rust/suite" || {
    left_out "sqlx"
    return 0
  }
  # The others want macros of a crate that is not published, and one 8 GiB of memory.
  for test in mysql describe error; do
    printf '\n[[test]]\nname = "%s"\npath = "suite/%s.rs"\n' "$test" "$test" >> "$clients/rust/Cargo.toml"
  done
  cp -r "$(crate_source Cargo.toml mysql_async)" "$clients/suites/mysql_async"
  if (export CARGO_TARGET_DIR=$clients/build
    cd "$clients/rust" && cargo build --quiet && cargo test --quiet --tests --no-run &&
      cd "$clients/suites/mysql_async" && cargo test --quiet --no-run --lib --tests --no-default-features \
        --features minimal-rust,derive,client_ed25519) >&2; then
    complete rust
  else
    left_out "the drivers for Rust"
  fi
}

# Debian has the driver as source: no module is fetched.
compat_go() {
  command -v go >/dev/null && [ -d /usr/share/gocode/src/github.com/go-sql-driver/mysql ] || return 0
  outdated go tests/compat/go/work.go || return 0
  say "building the work of go-sql-driver (once)"
  if GO111MODULE=off GOPATH=/usr/share/gocode GOFLAGS= go build -o "$clients/go-work" tests/compat/go/work.go >&2; then
    complete go
  else
    left_out "the driver for Go"
  fi
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
    apt python3:python3 mariadb_config:libmariadb-dev pkg-config:pkg-config
    for program in sysbench mydumper; do optional "command -v $program" $program; done
    optional "command -v node && command -v npm" nodejs npm
    optional "command -v java && [ -e /usr/share/java/mariadb-java-client.jar ]" default-jdk-headless libmariadb-java
    optional "[ -e /usr/share/java/HikariCP.jar ]" libhikaricp-java libslf4j-java
    optional "php -r 'mysqli_init();'" php-cli php-mysql
    optional "perl -MDBD::MariaDB -e 1" libdbd-mariadb-perl
    optional "perl -MDBD::mysql -e 1" libdbd-mysql-perl
    optional "ruby -rmysql2 -e 1" ruby ruby-mysql2
    optional "ls /usr/lib/*/odbc/libmaodbc.so" odbc-mariadb unixodbc
    optional "command -v go && [ -d /usr/share/gocode/src/github.com/go-sql-driver/mysql ]" \
      golang-go golang-github-go-sql-driver-mysql-dev
    optional "python3 -c 'import ensurepip'" python3-venv
    mariadb_plugin auth_ed25519
    mysql_server
    compat_clients
    ;;
  api-fuzz)
    apt python3:python3
    python3 -c 'import ensurepip' 2>/dev/null || apt none:python3-venv
    fuzzer=$tools/api-fuzz
    if [ "$(cat "$fuzzer/.installed" 2>/dev/null)" != "$(cat tests/api-fuzz/requirements.txt)" ] ||
      ! "$fuzzer/bin/schemathesis" --version >/dev/null 2>&1; then
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
