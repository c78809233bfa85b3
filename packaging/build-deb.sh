#!/usr/bin/env bash
# Makes what a Debian package has beside the program, and the package itself.
#   packaging/build-deb.sh TARGET     Cargo's target directory, with the release build in it
set -euo pipefail
target=$1
program=$target/release/sluicegate
parts=$target/release/packaging
cd "$(dirname "$0")/.."

rm -rf "$parts"
mkdir -p "$parts"
"$program" man "$parts/man"
gzip -9n "$parts"/man/*.1
for shell in bash zsh fish; do
  "$program" completions "$shell" >"$parts/sluicegate.$shell"
done
packaging/third-party-notices.sh | gzip -9n >"$parts/third-party-notices.gz"

rm -f "$target"/debian/sluicegate_*.deb
cargo deb --quiet --no-build --package sluicegate-server --output "$target/debian/"
package=$(echo "$target"/debian/sluicegate_*.deb)

# What is in it is what the list says; pages of commands, filters and routers come and go with them.
dpkg-deb --contents "$package" | awk '$1 !~ /^d/ { print $1, $2, $6 }' |
  grep -v -e '/sluicegate-.*\.1\.gz$' -e '/doc/sluicegate/[a-z]*/.*\.md$' | LC_ALL=C sort -k3 >"$parts/contents"
if ! diff packaging/debian/contents "$parts/contents" >&2; then
  echo "the package holds something else than packaging/debian/contents says:" \
    "put $parts/contents there if that is meant" >&2
  exit 1
fi
