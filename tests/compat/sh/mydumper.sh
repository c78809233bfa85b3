#!/usr/bin/env bash
# The same with mydumper and myloader, which use several connections.
source "$(dirname "$0")/place.sh"

tool=(--host "$COMPAT_HOST" --port "$COMPAT_PORT" --user "$COMPAT_USER" --password "$COMPAT_PASSWORD")
sums() {
  settle
  mariadb "${place[@]}" "$1" -e "CHECKSUM TABLE parents, children" | sed "s/$1/the database/"
}

fill
sums "$database"
rm -rf "$COMPAT_FOLDER/mydumper"
mydumper "${tool[@]}" --threads 3 --database "$database" --routines --triggers \
  --outputdir "$COMPAT_FOLDER/mydumper" 2> "$COMPAT_FOLDER/mydumper.log"
ls "$COMPAT_FOLDER/mydumper" | grep -v '^metadata'
mariadb "${place[@]}" -e "DROP DATABASE IF EXISTS $copy"
myloader "${tool[@]}" --threads 3 --source-db "$database" --database "$copy" \
  --directory "$COMPAT_FOLDER/mydumper" 2> "$COMPAT_FOLDER/myloader.log"
sums "$copy"
