#!/usr/bin/env bash
# Work with MySQL's own commands.
source "$(dirname "$0")/place.sh"
own=(--no-defaults --host="$COMPAT_HOST" --port="$COMPAT_PORT" --protocol=tcp --get-server-public-key
  --default-character-set=utf8mb4 --user="$COMPAT_USER" --password="$COMPAT_PASSWORD")
quiet() { "$@" 2> >(grep -v 'Using a password' >&2); }
sql() { quiet "$COMPAT_MYSQL/mysql" "${own[@]}" "$@"; }

{ tables; cat <<'SQL'; routines; } | sql "$database"
INSERT INTO parents (name) WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 50)
  SELECT CONCAT('parent ', n, ' 🦀') FROM n;
INSERT INTO children (parent, data, price, doc, bits)
  WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 900)
  SELECT 1 + n % 50, UNHEX(SHA2(n, 256)), n / 7, JSON_OBJECT('n', n, 's', 'a''b\n'), b'1010' FROM n;
SQL
sql --table "$database" <<'SQL'
SHOW TABLES;
DESCRIBE children;
SELECT COUNT(*), SUM(price), MAX(moment) FROM children;
SELECT * FROM sums ORDER BY parent LIMIT 3;
SELECT HEX(data), doc, bits + 0 FROM children WHERE id = 7;
SHOW CREATE PROCEDURE add_one;
EXPLAIN SELECT * FROM children WHERE id = 1;
CALL add_one('x');
SELECT twice(21);
SET @a = 1; SELECT @a;
USE information_schema; SELECT DATABASE();
SQL
sql --xml "$database" -e "SELECT id, name FROM parents WHERE id < 3"
sql --column-type-info "$database" -e "SELECT id, data, price, doc FROM children LIMIT 1"
sql --force "$database" 2>&1 <<'SQL' || true
SELECT * FROM nowhere;
INSERT INTO parents (id, name) VALUES (1, 'again');
SELEKT;
SELECT 'still there';
SQL
sql --show-warnings "$database" -e "SET sql_mode=''; INSERT INTO children (price) VALUES ('x'); SHOW WARNINGS"
for options in "--single-transaction --quick" "--lock-tables" "--hex-blob --complete-insert"; do
  # shellcheck disable=SC2086 # several options
  quiet "$COMPAT_MYSQL/mysqldump" "${own[@]}" --skip-dump-date --skip-comments --set-gtid-purged=OFF --no-tablespaces \
    --routines --triggers $options "$database" > "$COMPAT_FOLDER/first.sql"
  sql -e "DROP DATABASE IF EXISTS $copy; CREATE DATABASE $copy"
  sql "$copy" < "$COMPAT_FOLDER/first.sql"
  sha256sum < "$COMPAT_FOLDER/first.sql"
  sql -e "CHECKSUM TABLE $copy.parents, $copy.children"
done
quiet "$COMPAT_MYSQL/mysqladmin" "${own[@]}" ping
