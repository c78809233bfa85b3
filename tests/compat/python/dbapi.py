"""The same work with every Python driver of the DB-API: dbapi.py DRIVER. Prints what it sees."""

import datetime
import decimal
import importlib
import os
import sys
import threading

from seen import plain, say, settle

DRIVER = sys.argv[1]
MODULE = importlib.import_module(
    {"pymysql": "pymysql", "mysqlclient": "MySQLdb", "connector": "mysql.connector",
     "mariadb": "mariadb"}[DRIVER]
)
ENV = os.environ


def connect(**more):
    place = {"host": ENV["COMPAT_HOST"], "port": int(ENV["COMPAT_PORT"]),
             "user": ENV["COMPAT_USER"], "password": ENV["COMPAT_PASSWORD"],
             "database": ENV["COMPAT_DATABASE"]}
    if DRIVER == "pymysql":
        place |= {"local_infile": True, "charset": "utf8mb4",
                  "client_flag": MODULE.constants.CLIENT.MULTI_STATEMENTS}
    elif DRIVER == "mysqlclient":
        place |= {"local_infile": 1, "charset": "utf8mb4"}
    elif DRIVER == "connector":
        place |= {"allow_local_infile": True, "ssl_disabled": True, "charset": "utf8mb4", "collation": "utf8mb4_general_ci"}
    else:
        place |= {"local_infile": True}
    return MODULE.connect(**place, **more)


def rows(cursor):
    return [tuple(plain(value) for value in row) for row in cursor.fetchall()]


def ask(connection, sql, parameters=None):
    cursor = connection.cursor()
    cursor.execute(sql, parameters) if parameters is not None else cursor.execute(sql)
    found = rows(cursor) if cursor.description else cursor.rowcount
    cursor.close()
    return found


def failing(connection, sql, parameters=()):
    try:
        say("no error", ask(connection, sql, parameters))
    except MODULE.Error as error:
        number = getattr(error, "errno", None) or error.args[0]
        say(type(error).__name__, number)


def autocommit(connection, on):
    if callable(getattr(connection, "autocommit", None)):
        connection.autocommit(on)
    else:
        connection.autocommit = on


def values(connection):
    say("# values")
    ask(connection, """CREATE TABLE kinds (
        id INT AUTO_INCREMENT PRIMARY KEY, tiny TINYINT, big BIGINT UNSIGNED, price DECIMAL(20,6),
        ratio DOUBLE, word VARCHAR(100), body LONGTEXT, data LONGBLOB, day DATE, moment DATETIME(6),
        span TIME, flags BIT(8), doc JSON, pick ENUM('a','b'), many SET('x','y','z'), made YEAR)""")
    insert = """INSERT INTO kinds (tiny, big, price, ratio, word, body, data, day, moment, span, doc,
        pick, many, made) VALUES (%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s)"""
    samples = [
        (-128, 18446744073709551615, decimal.Decimal("12345678901234.123456"), 0.1, "Grüße 🦀 'q'",
         "x" * 100_000, bytes(range(256)), datetime.date(2024, 2, 29),
         datetime.datetime(2024, 2, 29, 23, 59, 59, 123456), datetime.timedelta(hours=30, seconds=5),
         '{"a": [1, 2]}', "a", "x,z", 2024),
        (None,) * 14,
        (1, 0, decimal.Decimal("-0.000001"), -1e300, "", "\\ % _ ; -- #", b"\0\n\r\x1a'\"",
         datetime.date(1000, 1, 1), datetime.datetime(1970, 1, 1), datetime.timedelta(0), "null", "b",
         "", 1999),
    ]
    for sample in samples:
        cursor = connection.cursor()
        cursor.execute(insert, sample)
        say(cursor.rowcount, cursor.lastrowid)
        cursor.close()
    say(ask(connection, "SELECT * FROM kinds ORDER BY id"))
    connection.commit()
    settle()
    autocommit(connection, True)
    say(ask(connection, "SELECT * FROM kinds WHERE id > %s ORDER BY id", (0,)))
    cursor = connection.cursor()
    cursor.execute("SELECT id, word, data, price FROM kinds LIMIT 0")
    say([column[:2] for column in cursor.description], rows(cursor))
    cursor.close()


def many(connection):
    say("# many rows")
    ask(connection, "CREATE TABLE items (id INT PRIMARY KEY, name VARCHAR(50), amount INT)")
    cursor = connection.cursor()
    cursor.executemany("INSERT INTO items VALUES (%s, %s, %s)",
                       [(n, f"item {n}", n * 7 % 101) for n in range(2000)])
    say(cursor.rowcount)
    cursor.close()
    connection.commit()
    settle()
    for _ in range(4):
        say(ask(connection, "SELECT COUNT(*), SUM(amount) FROM items"))
    cursor = connection.cursor()
    cursor.execute("SELECT * FROM items ORDER BY id")
    say(cursor.fetchone(), cursor.fetchmany(3), len(cursor.fetchall()))
    cursor.close()
    say(ask(connection, "UPDATE items SET amount = amount + 1 WHERE id < %s", (100,)))
    say(ask(connection, "DELETE FROM items WHERE id >= %s", (1990,)))
    say(ask(connection, "INSERT INTO items VALUES (0, 'zero', 0) ON DUPLICATE KEY UPDATE amount = 5"))


def transactions(connection):
    say("# transactions")
    autocommit(connection, False)
    ask(connection, "UPDATE items SET amount = 1000 WHERE id = 1")
    say(ask(connection, "SELECT amount FROM items WHERE id = 1"))
    connection.rollback()
    say(ask(connection, "SELECT amount FROM items WHERE id = 1"))
    ask(connection, "SAVEPOINT a")
    ask(connection, "UPDATE items SET amount = 2 WHERE id = 1")
    ask(connection, "ROLLBACK TO a")
    say(ask(connection, "SELECT amount FROM items WHERE id = 1"))
    ask(connection, "UPDATE items SET amount = 3 WHERE id = 1")
    connection.commit()
    autocommit(connection, True)
    ask(connection, "START TRANSACTION READ ONLY")
    failing(connection, "UPDATE items SET amount = 4 WHERE id = 1")
    ask(connection, "COMMIT")
    settle()
    say(ask(connection, "SELECT amount FROM items WHERE id = 1"))
    ask(connection, "BEGIN")
    say(ask(connection, "SELECT amount FROM items WHERE id = 2 FOR UPDATE"))
    ask(connection, "UPDATE items SET amount = 4 WHERE id = 2")
    ask(connection, "COMMIT")
    say(ask(connection, "SELECT LAST_INSERT_ID() >= 0"))


def errors(connection):
    say("# errors")
    failing(connection, "INSERT INTO items VALUES (1, 'again', 1)")
    failing(connection, "SELECT * FROM nowhere")
    failing(connection, "SELEKT 1")
    failing(connection, "SELECT missing FROM items")
    failing(connection, "INSERT INTO kinds (tiny) VALUES (999)")
    failing(connection, "USE nowhere")
    say(ask(connection, "SELECT 1"))


def session(connection):
    say("# session")
    ask(connection, "SET @a = 5, @b = 'x'")
    for _ in range(3):
        say(ask(connection, "SELECT @a, @b"))
    ask(connection, "SET sql_mode = 'ANSI_QUOTES', time_zone = '+03:00'")
    for _ in range(3):
        say(ask(connection, "SELECT @@sql_mode, @@time_zone, FROM_UNIXTIME(0)"))
    ask(connection, "SET sql_mode = DEFAULT, time_zone = DEFAULT")
    ask(connection, "CREATE TEMPORARY TABLE scratch (a INT)")
    ask(connection, "INSERT INTO scratch VALUES (1), (2)")
    for _ in range(3):
        say(ask(connection, "SELECT SUM(a) FROM scratch"))
    ask(connection, "DROP TEMPORARY TABLE scratch")
    ask(connection, "CREATE TABLE counted (id INT AUTO_INCREMENT PRIMARY KEY, a INT)")
    ask(connection, "INSERT INTO counted (a) VALUES (1)")
    say(ask(connection, "SELECT LAST_INSERT_ID()"))
    ask(connection, "SET @last = LAST_INSERT_ID()")
    say(ask(connection, "SELECT @last"))
    settle()
    say(ask(connection, "SELECT SQL_CALC_FOUND_ROWS id FROM items LIMIT 1"),
        ask(connection, "SELECT FOUND_ROWS() > 1"))
    ask(connection, "SET sql_mode = ''")
    ask(connection, "INSERT INTO counted (a) VALUES ('wrong')")
    say(ask(connection, "SHOW WARNINGS"))
    ask(connection, "SET sql_mode = DEFAULT")
    ask(connection, "PREPARE one FROM 'SELECT ? + 1'")
    ask(connection, "SET @n = 41")
    say(ask(connection, "EXECUTE one USING @n"))
    ask(connection, "DEALLOCATE PREPARE one")
    say(ask(connection, "SELECT DATABASE(), CURRENT_USER()"))


def procedures(connection):
    say("# procedures")
    ask(connection, "CREATE PROCEDURE two(IN a INT) BEGIN SELECT a; SELECT a * 2; END")
    ask(connection, "CREATE FUNCTION twice(a INT) RETURNS INT DETERMINISTIC RETURN a * 2")
    cursor = connection.cursor()
    cursor.callproc("two", (21,))
    if DRIVER == "connector":
        say([rows(result) for result in cursor.stored_results()])
    else:
        results = [rows(cursor)]
        while cursor.nextset():
            if cursor.description:
                results.append(rows(cursor))
        say(results)
    cursor.close()
    say(ask(connection, "SELECT twice(4)"))


def large(connection):
    say("# large values")
    data = bytes(n * 31 % 256 for n in range(3_000_000))
    ask(connection, "CREATE TABLE blobs (id INT PRIMARY KEY, data LONGBLOB)")
    ask(connection, "INSERT INTO blobs VALUES (1, %s)", (data,))
    settle()
    for _ in range(3):
        say(ask(connection, "SELECT id, data FROM blobs"))


def files(connection):
    say("# local files")
    path = os.path.join(ENV["COMPAT_FOLDER"], f"{DRIVER}.csv")
    with open(path, "w", encoding="utf8") as file:
        file.writelines(f"{n},name {n}\n" for n in range(500))
    ask(connection, "CREATE TABLE loaded (id INT PRIMARY KEY, name VARCHAR(50))")
    say(ask(connection, f"LOAD DATA LOCAL INFILE '{path}' INTO TABLE loaded FIELDS TERMINATED BY ','"))
    connection.commit()
    settle()
    say(ask(connection, "SELECT COUNT(*), MAX(name) FROM loaded"))


def special(connection):
    say("# what only some drivers do")
    if DRIVER == "pymysql":
        cursor = connection.cursor(MODULE.cursors.SSDictCursor)
        cursor.execute("SELECT id, name FROM items ORDER BY id")
        say(cursor.fetchone(), cursor.fetchmany(2))
        cursor.close()
        cursor = connection.cursor()
        cursor.execute("SELECT 1; SELECT 2, 3; UPDATE items SET amount = 9 WHERE id = 9")
        say(cursor.fetchall(), cursor.nextset(), cursor.fetchall(), cursor.nextset(), cursor.rowcount)
        cursor.close()
        connection.ping(reconnect=False)
        connection.select_db("information_schema")
        say(ask(connection, "SELECT DATABASE()"))
        connection.select_db(ENV["COMPAT_DATABASE"])
    if DRIVER == "mysqlclient":
        cursor = connection.cursor(MODULE.cursors.SSCursor)
        cursor.execute("SELECT id, name FROM items ORDER BY id")
        say(cursor.fetchone(), cursor.fetchmany(2))
        cursor.close()
        connection.ping()
        connection.change_user(ENV["COMPAT_USER"], ENV["COMPAT_PASSWORD"], ENV["COMPAT_DATABASE"])
        say(ask(connection, "SELECT DATABASE(), @a"))
    if DRIVER == "connector":
        cursor = connection.cursor(prepared=True)
        for n in (1, 2, 3):
            cursor.execute("SELECT name, amount FROM items WHERE id = %s", (n,))
            say(rows(cursor))
        cursor.execute("UPDATE items SET amount = %s WHERE id = %s", (77, 5))
        say(cursor.rowcount)
        cursor.close()
        connection.cmd_reset_connection()
        say(ask(connection, "SELECT @a"))
        connection.cmd_change_user(ENV["COMPAT_USER"], ENV["COMPAT_PASSWORD"],
                                   ENV["COMPAT_DATABASE"])
        say(ask(connection, "SELECT DATABASE()"), connection.is_connected())
    if DRIVER == "mariadb":
        cursor = connection.cursor(binary=True)
        for n in (1, 2, 3):
            cursor.execute("SELECT name, amount FROM items WHERE id = ?", (n,))
            say(rows(cursor))
        cursor.close()
        cursor = connection.cursor(buffered=False)
        cursor.execute("SELECT id FROM items ORDER BY id")
        say(cursor.fetchone(), cursor.fetchmany(2))
        cursor.close()
        connection.ping()
        connection.reset()
        say(ask(connection, "SELECT @a"))
        connection.change_user(ENV["COMPAT_USER"], ENV["COMPAT_PASSWORD"], ENV["COMPAT_DATABASE"])
        say(ask(connection, "SELECT DATABASE()"))


def crowd():
    say("# several connections at a time")
    first = connect()
    ask(first, "CREATE TABLE tally (id INT PRIMARY KEY, n INT)")
    ask(first, "INSERT INTO tally VALUES (1, 0)")
    first.commit()
    settle()

    def work():
        connection = connect()
        for _ in range(25):
            ask(connection, "SELECT n FROM tally WHERE id = 1 FOR UPDATE")
            ask(connection, "UPDATE tally SET n = n + 1 WHERE id = 1")
            connection.commit()
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    say(ask(first, "SELECT n FROM tally"))
    first.close()


def main():
    connection = connect()
    say(ask(connection, "SELECT @@character_set_client, @@autocommit"))
    for part in (values, many, transactions, errors, session, procedures, large, files, special):
        part(connection)
    connection.close()
    crowd()


main()
