"""Work with MariaDB Connector/ODBC by way of pyodbc: odbc.py DRIVER_LIBRARY. Prints what it sees."""

import datetime
import decimal
import os
import sys

import pyodbc

from seen import plain, say, settle

ENV = os.environ
# FLAG_MULTI_STATEMENTS
MULTI_STATEMENTS = 1 << 26
pyodbc.pooling = False


def connect(**more):
    place = (
        f"DRIVER={sys.argv[1]};SERVER={ENV['COMPAT_HOST']};PORT={ENV['COMPAT_PORT']};"
        f"UID={ENV['COMPAT_USER']};PWD={ENV['COMPAT_PASSWORD']};DATABASE={ENV['COMPAT_DATABASE']};"
        f"CHARSET=utf8mb4;OPTION={MULTI_STATEMENTS}"
    )
    return pyodbc.connect(place, **more)


def ask(connection, sql, *parameters):
    cursor = connection.cursor()
    cursor.execute(sql, *parameters)
    results = []
    while True:
        if cursor.description:
            results.append([tuple(plain(v) for v in row) for row in cursor.fetchall()])
        else:
            results.append(cursor.rowcount)
        if not cursor.nextset():
            break
    cursor.close()
    return results[0] if len(results) == 1 else results


def failing(connection, sql):
    try:
        say("no error", ask(connection, sql))
    except pyodbc.Error as error:
        say(type(error).__name__, error.args[0])


def values(c):
    say("# values")
    ask(c, """CREATE TABLE kinds (id INT AUTO_INCREMENT PRIMARY KEY, big BIGINT, price DECIMAL(20,6),
        ratio DOUBLE, word VARCHAR(100), body LONGTEXT, data LONGBLOB, moment DATETIME(6))""")
    insert = "INSERT INTO kinds (big, price, ratio, word, body, data, moment) VALUES (?,?,?,?,?,?,?)"
    say(ask(c, insert, 2**62, decimal.Decimal("12345678901234.123456"), 0.1, "Grüße 'q'", "x" * 100_000,
            bytes(range(256)), datetime.datetime(2024, 2, 29, 23, 59, 59, 123456)))
    say(ask(c, insert, *(None,) * 7))
    c.commit()
    settle()
    for begin in (0, 1):
        say(ask(c, "SELECT * FROM kinds WHERE id > ? ORDER BY id", begin))
    cursor = c.cursor()
    cursor.execute("SELECT id, word, data, price FROM kinds LIMIT 0")
    say([(column[0], column[1].__name__, column[3]) for column in cursor.description])
    cursor.close()


def many(c):
    say("# many rows")
    ask(c, "CREATE TABLE items (id INT PRIMARY KEY, name VARCHAR(50), amount INT)")
    cursor = c.cursor()
    rows = [(n, f"item {n}", n * 7 % 101) for n in range(500)]
    cursor.executemany("INSERT INTO items VALUES (?, ?, ?)", rows)
    cursor.fast_executemany = True
    cursor.executemany("INSERT INTO items VALUES (?, ?, ?)", [(n + 500, name, m) for n, name, m in rows])
    cursor.close()
    c.commit()
    settle()
    for _ in range(4):
        say(ask(c, "SELECT COUNT(*), SUM(amount) FROM items"))
    for n in range(3):
        say(ask(c, "SELECT name FROM items WHERE id = ?", n))


def transactions(c):
    say("# transactions")
    for commits in (False, True):
        ask(c, "UPDATE items SET amount = ? WHERE id = 1", 1000)
        say(ask(c, "SELECT amount FROM items WHERE id = 1"))
        c.commit() if commits else c.rollback()
        settle()
        say(ask(c, "SELECT amount FROM items WHERE id = 1"))
    c.commit()
    c.autocommit = True


def session(c):
    say("# errors and the session")
    for sql in ("INSERT INTO items VALUES (1, 'again', 1)", "SELECT * FROM nowhere", "SELEKT 1", "USE nowhere"):
        failing(c, sql)
    ask(c, "SET @a = 5, time_zone = '+03:00'")
    for _ in range(3):
        say(ask(c, "SELECT @a, @@time_zone"))
    ask(c, "CREATE TEMPORARY TABLE tmp (a INT)")
    say(ask(c, "INSERT INTO tmp VALUES (1), (2)"), ask(c, "SELECT SUM(a) FROM tmp"))
    ask(c, "CREATE PROCEDURE two(a INT) BEGIN SELECT a; SELECT a * 2; END")
    say(ask(c, "CALL two(?)", 21))
    say(ask(c, "SELECT 1; SELECT 2, 3; SELECT @a"))
    cursor = c.cursor()
    say(sorted(row.table_name for row in cursor.tables(tableType="TABLE", catalog=ENV["COMPAT_DATABASE"])))
    say([(row.column_name, row.type_name) for row in cursor.columns(table="items", catalog=ENV["COMPAT_DATABASE"])])
    say([row.column_name for row in cursor.primaryKeys(table="items", catalog=ENV["COMPAT_DATABASE"])])
    cursor.close()
    say(c.getinfo(pyodbc.SQL_DBMS_VER), c.getinfo(pyodbc.SQL_DATABASE_NAME))


def main():
    c = connect()
    for part in (values, many, transactions, session):
        part(c)
    c.close()


main()
