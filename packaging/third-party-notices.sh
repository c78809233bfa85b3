#!/usr/bin/env bash
# The licences of all crates that the program is made of, those of the console in it included: most
# of them ask for being passed on with it. Equal texts stand once, below the crates they are of.
set -euo pipefail
cd "$(dirname "$0")/.."

# Crates that only build scripts, macros or tests use are not in the program. `cargo tree` says which.
crates() {
  cargo tree --locked --edges normal,no-proc-macro --prefix none --format '{p}|{l}' "$@" |
    sed 's/ (\*)$//' | grep -v '^sluicegate-'
}
list=$({
  crates -p sluicegate-server
  crates -p sluicegate-web --target wasm32-unknown-unknown
} | LC_ALL=C sort -u)
folders=$(cargo metadata --locked --format-version 1 |
  grep -o '"manifest_path":"[^"]*"' | sed 's/^"manifest_path":"//; s/Cargo.toml"$//')

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
echo "The program is made of these crates, beside its own. Their licences stand below."
echo
while IFS='|' read -r crate licence; do
  # "name v1.2.3" is in a folder name-1.2.3.
  name=${crate%% *} version=${crate#* v} version=${version%% *}
  printf '%s %s (%s)\n' "$name" "$version" "$licence"
  folder=$(grep "/$name-$version/\$" <<<"$folders" | head -n 1)
  [ -n "$folder" ] || continue
  while read -r text; do
    sum=$(sha256sum <"$text" | cut -d ' ' -f 1)
    [ -e "$scratch/$sum.text" ] || cp "$text" "$scratch/$sum.text"
    echo "$name $version" >>"$scratch/$sum.crates"
  done < <(find "$folder" -maxdepth 1 -type f \
    \( -iname 'licen[sc]e*' -o -iname 'copying*' -o -iname 'notice*' -o -iname 'unlicense*' \) | LC_ALL=C sort)
done <<<"$list"
for crates in $(LC_ALL=C ls "$scratch"/*.crates); do
  printf '\n%s\n' "==============================================================================="
  paste -sd ',' "$crates" | sed 's/,/, /g' | fold -s -w 79
  printf '%s\n\n' "-------------------------------------------------------------------------------"
  cat "${crates%.crates}.text"
done
