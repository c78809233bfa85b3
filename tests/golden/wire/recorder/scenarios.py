"""What the raw client plays, and with which capabilities."""

import struct
import threading

from .raw import Raw, execute_payload

# PROTOCOL_41, SECURE_CONNECTION, PLUGIN_AUTH, CONNECT_WITH_DB, LOCAL_FILES, TRANSACTIONS,
# MULTI_STATEMENTS, MULTI_RESULTS, PS_MULTI_RESULTS, LONG_FLAG
CLASSIC = 0x200 | 0x8000 | 1 << 19 | 8 | 0x80 | 0x2000 | 1 << 16 | 1 << 17 | 1 << 18 | 4
MYSQL = 1
SESSION_TRACK = 1 << 23
DEPRECATE_EOF = 1 << 24
PROGRESS, BULK, METADATA, CACHE = 1, 4, 8, 16

CAPABILITIES = {
    "classic": (CLASSIC | MYSQL, 0),
    "tracked": (CLASSIC | SESSION_TRACK, PROGRESS | BULK | METADATA),
    "no-eof": (CLASSIC | DEPRECATE_EOF | MYSQL, 0),
    "modern": (CLASSIC | DEPRECATE_EOF | SESSION_TRACK, PROGRESS | BULK | METADATA | CACHE),
    "cached": (CLASSIC, BULK | CACHE),
}


def text(c, _):
    for sql in [
        "SELECT 1", "SELECT NULL, '', 'a', REPEAT('x', 300), 1.5", "SELECT * FROM orders",
        "SELECT * FROM kinds", "SELECT 1 FROM orders WHERE id < 0",
        "SELECT n FROM numbers LIMIT 90",
        "SELEKT 1", "SELECT * FROM nowhere", "DO 1", "SET NAMES utf8mb4", "USE mysql", "USE shop",
        "INSERT INTO orders (item) VALUES ('a'), ('b'), ('c')",
        "UPDATE orders SET note = 'y' WHERE id > 3",
        "INSERT INTO orders (item) VALUES ('d') RETURNING id, item",
        "DELETE FROM orders WHERE id > 3",
        "START TRANSACTION", "INSERT INTO orders (item) VALUES ('e')", "ROLLBACK",
        "START TRANSACTION READ ONLY", "COMMIT", "SET autocommit = 0", "SET autocommit = 1",
        "SELECT 1/0", "SHOW WARNINGS", "EXPLAIN SELECT 1", "ANALYZE TABLE orders",
        "SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = 65535, MESSAGE_TEXT = 'no report'",
        "SET SESSION session_track_system_variables = '*', session_track_state_change = 1",
        "SET SESSION session_track_transaction_info = 'CHARACTERISTICS'",
        "SET NAMES latin1", "START TRANSACTION", "SELECT item FROM orders", "COMMIT", "USE mysql",
        "CREATE TEMPORARY TABLE shop.temp (a INT)",
        "SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'",
    ]:
        c.query(sql)


def several(c, _):
    for sql in [
        "SELECT 1; SELECT 2, 3", "DO 1; DO 2; SELECT 1", "SELECT 1; SELEKT",
        "SELECT 1; SELECT * FROM nowhere",
        "CALL two_results()", "CALL breaks_off()", "CALL gives_back(1, @b, @c)",
        "SELECT 1; CALL two_results(); SELECT 4; DO 5",
        "SELECT IF(n < 5, n, (SELECT n FROM numbers)) FROM numbers ORDER BY n",
        "SELECT 1; SELECT IF(n < 5, n, (SELECT n FROM numbers)) FROM numbers ORDER BY n; SELECT 2",
    ]:
        c.query(sql)
    c.ask(b"\x1b\x01\0")
    c.query("SELECT 1; SELECT 2")
    c.ask(b"\x1b\0\0")
    c.query("SELECT 1; SELECT 2")


def prepared(c, _):
    select = c.prepare("SELECT ? + 1, ?, item FROM orders")
    for values in [(1, "a"), (1, "a"), ("x", None)]:
        c.execute(select, values)
    nothing = c.prepare("DO 1")
    c.execute(nothing)
    c.prepare("SELEKT ?")
    insert = c.prepare("INSERT INTO orders (item, note) VALUES (?, ?)")
    c.execute(insert, ("p", None))
    c.send(b"\x18" + struct.pack("<IH", insert, 1) + b"long ")
    c.send(b"\x18" + struct.pack("<IH", insert, 1) + b"data")
    c.execute(insert, ("q", ""), long=(1,))
    c.ask(b"\x1a" + struct.pack("<I", insert))
    c.ask(b"\x1a" + struct.pack("<I", 4711))
    c.execute(4711)
    c.send(b"\x19" + struct.pack("<I", insert))
    c.execute(insert, ("r", None))
    kinds = c.prepare("SELECT * FROM kinds")
    c.execute(kinds)
    c.execute(kinds)
    c.query("DELETE FROM orders WHERE id > 3")
    two = c.prepare("CALL two_results()")
    c.execute(two)
    back = c.prepare("CALL gives_back(?, ?, ?)")
    c.execute(back, (1, 2, 3))
    c.execute(back, (1, 2, 3))
    fails = c.prepare("SELECT IF(n < 5, n, (SELECT n FROM numbers)) FROM numbers ORDER BY n")
    c.execute(fails)
    # The statement prepared last, before its id is known.
    c.send(b"\x16SELECT ?, 2")
    c.ask(execute_payload(0xFFFFFFFF, (7,)))
    c.query("CREATE TEMPORARY TABLE changing (a INT)")
    star = c.prepare("SELECT * FROM changing")
    c.execute(star)
    c.query("ALTER TABLE changing ADD b INT")
    c.execute(star)
    c.execute(star)


def cursors(c, _):
    select = c.prepare("SELECT n FROM numbers WHERE n <= ?")

    def fetch(statement, rows):
        return c.ask(b"\x1c" + struct.pack("<II", statement, rows))

    for limit in (5, 0, 5):
        c.execute(select, (limit,), flags=1)
        for rows in (2, 2, 2, 2):
            fetch(select, rows)
    c.execute(select, (5,), flags=1)
    c.ask(b"\x1a" + struct.pack("<I", select))
    fetch(select, 1)
    c.execute(select, (3,))
    c.execute(c.prepare("INSERT INTO orders (item) VALUES ('c')"), flags=1)
    c.query("DELETE FROM orders WHERE id > 3")
    c.execute(c.prepare("CALL two_results()"), flags=1)
    c.execute(c.prepare("CALL gives_back(?, ?, ?)"), (1, 2, 3), flags=1)
    c.execute(c.prepare("SHOW TABLES"), flags=1)
    c.execute(c.prepare("SELECT n, (SELECT n FROM numbers) FROM numbers"), flags=1)


def bulk(c, _):
    insert = c.prepare("INSERT INTO orders (id, item) VALUES (?, ?)")

    def execute(statement, flags, rows):
        payload = b"\xfa" + struct.pack("<IH", statement, flags)
        payload += b"\x08\0\xfd\0" if flags & 128 else b""
        for number, item in rows:
            payload += b"\0" + struct.pack("<q", number) if number is not None else b"\x01"
            payload += b"\0" + bytes([len(item)]) + item.encode()
        return c.ask(payload)

    execute(insert, 128, [(100, "a"), (101, "b"), (102, "c")])
    execute(insert, 128, [(103, "a"), (100, "again"), (104, "c")])
    returning = c.prepare("INSERT INTO orders (id, item) VALUES (?, ?) RETURNING id, item")
    execute(returning, 128, [(110, "a"), (111, "b"), (None, "c")])
    execute(returning, 128, [(120, "a"), (110, "b")])
    execute(c.prepare("SELECT ?, ?"), 128, [(1, "a"), (2, "b")])
    execute(4711, 128, [(1, "a")])
    c.query("DELETE FROM orders WHERE id > 3")


def commands(c, _):
    c.ask(b"\x0e")
    c.ask(b"\x02mysql")
    c.ask(b"\x02nowhere")
    c.ask(b"\x02shop")
    c.ask(b"\x09")
    c.ask(b"\x0a")
    c.ask(b"\x04orders\0")
    c.ask(b"\x04orders\0i%")
    c.ask(b"\x04nowhere\0")
    c.ask(b"\x07\x04")
    c.ask(b"\x0d")
    c.ask(b"\x0c" + struct.pack("<I", 4_000_000))
    c.ask(b"\x1f")
    c.ask(b"\x1b\x07\0")
    for byte in [0, 5, 6, 11, 15, 16, 19, 20, 29, 30, 32, 33, 34, 100, 249, 251, 252, 253, 254]:
        c.ask(bytes([byte]) + b"x")


def change_user(c, _):
    def change(user, password, database, plugin=b"mysql_native_password"):
        payload = b"\x11" + user + b"\0" + c.password(password) + database
        payload += b"\0\x2d\0" + plugin + b"\0"
        reply = c.ask(payload)
        if reply[4:5] == b"\xfe":
            c.scramble = reply.rstrip(b"\0")[-20:]
            c.send(c.password(password)[1:], reply[3] + 1)
            c.reply()

    change(b"other", "other", b"shop")
    change(b"wire", "secret", b"")
    change(b"wire", "secret", b"mysql", b"client_ed25519")
    change(b"other", "wrong", b"shop")


def infile(c, _):
    statement = "LOAD DATA LOCAL INFILE 'data.csv' INTO TABLE orders FIELDS TERMINATED BY ',' (id, item)"

    def load(*pieces):
        c.query(statement)
        for seq, piece in enumerate([*pieces, b""], 2):
            c.send(piece, seq)
        c.reply()

    load(b"1000,a\n1001,b\n")
    load(b"1002,a\n10", b"03,b\n", b"x,c\n" * 9)
    load()
    c.query("LOAD DATA LOCAL INFILE 'x' INTO TABLE nowhere")
    c.query("DELETE FROM orders WHERE id > 3")
    c.query(statement + "; SELECT 1")
    c.send(b"1000,a\n", 2)
    c.send(b"", 3)
    c.reply()
    c.query("DELETE FROM orders WHERE id > 3")


def progress(c, _):
    c.query("CREATE TABLE slow (a INT, b CHAR(100) DEFAULT '') ENGINE = InnoDB")
    c.query("INSERT INTO slow (a) SELECT x.n FROM numbers x, numbers y WHERE y.n <= 400", 60)
    c.until_silent()
    c.query("ALTER TABLE slow ADD c INT, ADD KEY (a, b), ALGORITHM = COPY", 60)
    c.until_silent()
    c.query("DROP TABLE slow")


def killed(c, server):
    for verb in ("KILL QUERY", "KILL"):
        timer = threading.Timer(1, server.sql, [f"{verb} {c.connection_id}"])
        timer.start()
        c.query("SELECT n, SLEEP(IF(n < 20, 0, 0.2)), REPEAT('x', 1000) FROM numbers ORDER BY n")
        c.until_silent()
        timer.join()
        if verb == "KILL QUERY":
            c.ask(b"\x0e")


def binlog(c, _):
    c.query("SET @master_binlog_checksum = 'NONE', @mariadb_slave_capability = 4")
    c.ask(b"\x15" + struct.pack("<I", 77) + b"\0\0\0" + struct.pack("<HII", 3306, 0, 0))
    # Without the flag it would wait for more events at the end.
    c.ask(b"\x12" + struct.pack("<IHI", 4, 1, 77) + b"binlog.000001")


def binlog_missing(c, _):
    c.ask(b"\x12" + struct.pack("<IHI", 4, 1, 77) + b"binlog.nothing")


def huge(c, _):
    limit = 0xFFFFFF
    c.query("SELECT REPEAT('x', 16777211) UNION ALL SELECT 'end'", 20)
    c.query("SELECT REPEAT('y', 16777216), 1 UNION ALL SELECT 'end', 2", 20)
    c.query("SELECT LENGTH('" + "z" * (limit - 1 - 17) + "')", 20)
    c.query("SELECT LENGTH('" + "z" * limit + "')", 20)


PLAYS = {
    "text": (text, ("classic", "tracked", "no-eof", "modern")),
    "several": (several, ("classic", "modern")),
    "prepared": (prepared, ("classic", "tracked", "modern", "cached")),
    "cursors": (cursors, ("classic", "modern", "cached")),
    "bulk": (bulk, ("tracked", "modern", "cached")),
    "commands": (commands, ("classic", "no-eof", "modern")),
    "change-user": (change_user, ("classic", "modern")),
    "infile": (infile, ("classic", "modern")),
    "progress": (progress, ("tracked", "modern")),
    "killed": (killed, ("classic", "modern")),
    "binlog": (binlog, ("classic", "modern")),
    "binlog-missing": (binlog_missing, ("classic",)),
    "huge": (huge, ("classic", "modern")),
}


def player(play, capabilities):
    def run(server, port):
        c = Raw(port, *CAPABILITIES[capabilities])
        play(c, server)
        c.close()

    return run


ALL = {
    f"{name}-{capabilities}": player(play, capabilities)
    for name, (play, wanted) in PLAYS.items()
    for capabilities in wanted
}
