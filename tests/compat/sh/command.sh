#!/usr/bin/env bash
# Work with the mariadb command and the tools beside it.
source "$(dirname "$0")/place.sh"

fill
settle
mariadb "${place[@]}" --table "$database" <<'SQL'
SHOW TABLES;
DESCRIBE children;
SELECT COUNT(*), SUM(price), MAX(moment) FROM children;
SELECT * FROM sums ORDER BY parent LIMIT 3;
SELECT HEX(data), doc, bits + 0 FROM children WHERE id = 7;
-- How far it has counted differs between servers.
SELECT column_name, column_type, column_default FROM information_schema.columns
  WHERE table_schema = DATABASE() AND table_name = 'children' ORDER BY ordinal_position;
SHOW CREATE PROCEDURE add_one;
SHOW FULL COLUMNS FROM parents;
SELECT index_name, column_name, non_unique FROM information_schema.statistics
  WHERE table_schema = DATABASE() AND table_name = 'parents' ORDER BY 1;
SELECT table_name, table_comment FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY 1;
EXPLAIN SELECT * FROM children WHERE id = 1;
CALL add_one('x');
SELECT twice(21);
SET @a = 1; SELECT @a;
USE information_schema; SELECT DATABASE();
SQL
mariadb "${place[@]}" --xml "$database" -e "SELECT id, name FROM parents WHERE id < 3"
mariadb "${place[@]}" --html --quick "$database" -e "SELECT id FROM children LIMIT 3"
mariadb "${place[@]}" --force "$database" 2>&1 <<'SQL' || true
SELECT * FROM nowhere;
INSERT INTO parents (id, name) VALUES (1, 'again');
SELEKT;
SELECT 'still there';
SQL
mariadb "${place[@]}" --binary-mode --compress "$database" -e "SELECT COUNT(*) FROM parents"
mariadb "${place[@]}" --init-command="SET sql_mode='ANSI'" "$database" -e "SELECT @@sql_mode; SELECT @@sql_mode"
mariadb "${place[@]}" --show-warnings "$database" -e "SET sql_mode=''; INSERT INTO children (price) VALUES ('x'); SHOW WARNINGS"
mariadb-show "${place[@]}" "$database"
mariadb-check "${place[@]}" --check "$database"
seq 1 500 | sed 's/.*/&\tname &/' > "$COMPAT_FOLDER/loaded.txt"
mariadb "${place[@]}" "$database" -e "CREATE TABLE loaded (id INT PRIMARY KEY, name VARCHAR(50))"
mariadb-import "${place[@]}" --local "$database" "$COMPAT_FOLDER/loaded.txt" | sed "s/^.*\.loaded/loaded/"
settle
mariadb "${place[@]}" "$database" -e "SELECT COUNT(*), MAX(name) FROM loaded"
mariadb-admin "${place[@]}" ping
