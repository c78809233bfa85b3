#!/usr/bin/env bash
# sysbench with a fixed number of events and a fixed seed.
source "$(dirname "$0")/place.sh"

bench() {
  sysbench "$1" --db-driver=mysql --mysql-host="$COMPAT_HOST" --mysql-port="$COMPAT_PORT" \
    --mysql-user="$COMPAT_USER" --mysql-password="$COMPAT_PASSWORD" --mysql-db="$database" \
    --tables=2 --table-size=2000 --rand-seed=7 --threads=1 --time=0 --events=200 "${@:2}"
}

bench oltp_read_write prepare > /dev/null
settle
for mode in auto disable; do
  for work in oltp_read_write oltp_point_select oltp_read_only oltp_update_index oltp_insert; do
    bench "$work" --db-ps-mode="$mode" run > "$COMPAT_FOLDER/sysbench.log"
    echo "$work $mode" $(grep -E '^ +(read|write|other|total|transactions|ignored errors|reconnects):' \
      "$COMPAT_FOLDER/sysbench.log" | sed -E 's/ +/ /g; s/\(.*//')
    settle
  done
done
mariadb "${place[@]}" "$database" -e "SELECT COUNT(*) FROM sbtest1; SELECT COUNT(*) FROM sbtest2"
