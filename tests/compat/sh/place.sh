# Sourced by the scripts beside it: where to connect to, and how.
set -euo pipefail
place=(--no-defaults --host="$COMPAT_HOST" --port="$COMPAT_PORT" --protocol=tcp
  --default-character-set=utf8mb4
  --user="$COMPAT_USER" --password="$COMPAT_PASSWORD")
database=$COMPAT_DATABASE
# The one other database that the account has.
copy=${COMPAT_DATABASE}_copy

# Waits until the replicas have all that the primary has.
settle() {
  exec 9<>"/dev/tcp/127.0.0.1/$COMPAT_SETTLE"
  read -r -N 1 -u 9 _ || true
  exec 9>&-
}

# Tables.
tables() {
  cat <<'SQL'
CREATE TABLE parents (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(50) NOT NULL, UNIQUE (name)) COMMENT='Grüße';
CREATE TABLE children (id INT AUTO_INCREMENT PRIMARY KEY, parent INT, data BLOB, price DECIMAL(10,2),
  moment DATETIME(3) DEFAULT '2024-02-29 12:00:00.123', doc JSON, bits BIT(8),
  FOREIGN KEY (parent) REFERENCES parents (id) ON DELETE CASCADE);
SQL
}

# A view of them, a procedure, a function and a trigger.
routines() {
  cat <<'SQL'
CREATE VIEW sums AS SELECT parent, SUM(price) total FROM children GROUP BY parent;
DELIMITER //
CREATE PROCEDURE add_one(IN named VARCHAR(50)) BEGIN
  INSERT INTO parents (name) VALUES (named);
  SELECT COUNT(*) FROM parents;
END //
CREATE FUNCTION twice(a INT) RETURNS INT DETERMINISTIC RETURN a * 2 //
CREATE TRIGGER upper_names BEFORE INSERT ON parents FOR EACH ROW SET NEW.name = UPPER(NEW.name) //
DELIMITER ;
SQL
}

# All of that, and rows of many kinds.
fill() {
  { tables; cat <<'SQL'; routines; } | mariadb "${place[@]}" "$database"
INSERT INTO parents (name) SELECT CONCAT('parent ', seq, ' 🦀') FROM seq_1_to_50;
INSERT INTO children (parent, data, price, doc, bits)
  SELECT 1 + seq % 50, UNHEX(SHA2(seq, 256)), seq / 7, JSON_OBJECT('n', seq, 's', 'a''b\n'), b'1010'
  FROM seq_1_to_3000;
SQL
}
