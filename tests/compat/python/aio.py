"""The same work with the asynchronous drivers for Python: aio.py aiomysql|asyncmy. Prints what it sees."""

import asyncio
import datetime
import decimal
import importlib
import os
import sys

from seen import plain, say, settle

DRIVER = sys.argv[1]
MODULE = importlib.import_module(DRIVER)
STREAMING = importlib.import_module(f"{DRIVER}.cursors").SSCursor
ENV = os.environ
# Several statements in one text.
MULTI_STATEMENTS = 1 << 16
PLACE = {
    "host": ENV["COMPAT_HOST"], "port": int(ENV["COMPAT_PORT"]), "user": ENV["COMPAT_USER"],
    "password": ENV["COMPAT_PASSWORD"], "db": ENV["COMPAT_DATABASE"], "charset": "utf8mb4",
    "local_infile": True, "autocommit": True, "client_flag": MULTI_STATEMENTS,
}


async def ask(connection, sql, parameters=None):
    async with connection.cursor() as cursor:
        await cursor.execute(sql, parameters)
        if not cursor.description:
            return cursor.rowcount, cursor.lastrowid
        results = [[tuple(plain(v) for v in row) for row in await cursor.fetchall()]]
        while await cursor.nextset():
            if cursor.description:
                results.append([tuple(row) for row in await cursor.fetchall()])
        return results[0] if len(results) == 1 else results


async def failing(connection, sql, parameters=None):
    try:
        say("no error", await ask(connection, sql, parameters))
    except Exception as error:  # each driver has classes of its own
        say(type(error).__name__, error.args[0])


async def values(c):
    say("# values")
    await ask(c, """CREATE TABLE kinds (id INT AUTO_INCREMENT PRIMARY KEY, big BIGINT UNSIGNED,
        price DECIMAL(20,6), ratio DOUBLE, word VARCHAR(100), body LONGTEXT, data LONGBLOB,
        moment DATETIME(6), span TIME, doc JSON)""")
    insert = """INSERT INTO kinds (big, price, ratio, word, body, data, moment, span, doc)
        VALUES (%s,%s,%s,%s,%s,UNHEX(%s),%s,%s,%s)"""
    say(await ask(c, insert, (
        2**64 - 1, decimal.Decimal("12345678901234.123456"), 0.1, "Grüße 🦀 'q'", "x" * 100_000,
        bytes(range(256)).hex(), datetime.datetime(2024, 2, 29, 23, 59, 59, 123456),
        datetime.timedelta(hours=30), '{"a": [1, 2]}')))
    say(await ask(c, insert, (None,) * 9))
    await asyncio.to_thread(settle)
    for begin in (0, 1):
        say(await ask(c, "SELECT * FROM kinds WHERE id > %s ORDER BY id", (begin,)))


async def many(c):
    say("# many rows")
    await ask(c, "CREATE TABLE items (id INT PRIMARY KEY, name VARCHAR(50), amount INT)")
    async with c.cursor() as cursor:
        rows = [(n, f"item {n}", n * 7 % 101) for n in range(2000)]
        say(await cursor.executemany("INSERT INTO items VALUES (%s, %s, %s)", rows))
    await asyncio.to_thread(settle)
    for _ in range(4):
        say(await ask(c, "SELECT COUNT(*), SUM(amount) FROM items"))
    async with c.cursor(STREAMING) as cursor:
        await cursor.execute("SELECT id FROM items ORDER BY id")
        say(await cursor.fetchone(), await cursor.fetchmany(2), len(await cursor.fetchall()))


async def transactions(c):
    say("# transactions")
    for commits in (False, True):
        await c.begin()
        await ask(c, "UPDATE items SET amount = 1000 WHERE id = 1")
        say(await ask(c, "SELECT amount FROM items WHERE id = 1"))
        await (c.commit() if commits else c.rollback())
        await asyncio.to_thread(settle)
        say(await ask(c, "SELECT amount FROM items WHERE id = 1"))
    await ask(c, "START TRANSACTION READ ONLY")
    await failing(c, "DELETE FROM items")
    await c.rollback()


async def session(c):
    say("# errors and the session")
    for sql in ("INSERT INTO items VALUES (1, 'again', 1)", "SELECT * FROM nowhere", "SELEKT 1", "USE nowhere"):
        await failing(c, sql)
    await ask(c, "SET @a = 5, time_zone = '+03:00'")
    for _ in range(3):
        say(await ask(c, "SELECT @a, @@time_zone, FROM_UNIXTIME(0)"))
    await ask(c, "CREATE TEMPORARY TABLE tmp (a INT)")
    say(await ask(c, "INSERT INTO tmp VALUES (1), (2)"), await ask(c, "SELECT SUM(a) FROM tmp"))
    await ask(c, "CREATE PROCEDURE two(a INT) BEGIN SELECT a; SELECT a * 2; END")
    say(await ask(c, "CALL two(21)"))
    say(await ask(c, "SELECT 1; SELECT 2, 3; SELECT @a"))
    if DRIVER == "aiomysql":
        await local_file(c)
    await c.ping()
    await c.select_db("information_schema")
    say(await ask(c, "SELECT DATABASE()"))


async def local_file(c):
    """Not with asyncmy: it can't open files by the names that servers send."""
    path = os.path.join(ENV["COMPAT_FOLDER"], f"{DRIVER}.csv")
    with open(path, "w", encoding="utf8") as file:
        file.writelines(f"{n},name {n}\n" for n in range(500))
    await ask(c, "CREATE TABLE loaded (id INT PRIMARY KEY, name VARCHAR(50))")
    say(await ask(c, f"LOAD DATA LOCAL INFILE '{path}' INTO TABLE loaded FIELDS TERMINATED BY ','"))
    await asyncio.to_thread(settle)
    say(await ask(c, "SELECT COUNT(*), MAX(name) FROM loaded"))


async def pools():
    say("# a pool")
    pool = await MODULE.create_pool(minsize=1, maxsize=4, **PLACE)
    async with pool.acquire() as c:
        await ask(c, "CREATE TABLE tally (id INT PRIMARY KEY, n INT)")
        await ask(c, "INSERT INTO tally VALUES (1, 0)")

    async def work():
        async with pool.acquire() as c:
            await c.begin()
            await ask(c, "UPDATE tally SET n = n + 1 WHERE id = 1")
            await c.commit()

    await asyncio.gather(*(work() for _ in range(40)))
    await asyncio.to_thread(settle)
    async with pool.acquire() as c:
        say(await ask(c, "SELECT n FROM tally"))
    pool.close()
    await pool.wait_closed()


async def main():
    c = await MODULE.connect(**PLACE)
    for part in (values, many, transactions, session):
        await part(c)
    await c.ensure_closed()
    await pools()


asyncio.run(main())
