#!/usr/bin/env bash
# Dumps a database, restores the dump as another one, and dumps that: both dumps must be equal.
source "$(dirname "$0")/place.sh"

dump() {
  mariadb-dump "${place[@]}" --skip-dump-date --skip-comments --routines --triggers --events "$@"
}

fill
settle
for options in "--single-transaction --quick" "--lock-tables" "--skip-opt" "--hex-blob --complete-insert"; do
  # shellcheck disable=SC2086 # several options
  dump $options "$database" > "$COMPAT_FOLDER/first.sql"
  mariadb "${place[@]}" -e "DROP DATABASE IF EXISTS $copy; CREATE DATABASE $copy"
  settle
  mariadb "${place[@]}" "$copy" < "$COMPAT_FOLDER/first.sql"
  settle
  # shellcheck disable=SC2086
  dump $options "$copy" > "$COMPAT_FOLDER/second.sql"
  cmp "$COMPAT_FOLDER/first.sql" "$COMPAT_FOLDER/second.sql" && echo "$options: equal"
  sha256sum < "$COMPAT_FOLDER/first.sql"
done
