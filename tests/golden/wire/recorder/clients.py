"""What real clients say: MariaDB's own programs, PyMySQL and MySQL Connector/Python."""

import subprocess

LOGIN = {"host": "127.0.0.1", "user": "wire", "password": "secret", "database": "shop"}


def program(*arguments, text=""):
    def run(_, port):
        name, *rest = arguments
        login = ["--no-defaults", "-h127.0.0.1", f"-P{port}", "-uwire", "-psecret"]
        subprocess.run([name, *login, *rest], input=text.encode(), capture_output=True, timeout=60)

    return run


MARIADB_SCRIPT = """
SELECT * FROM orders; SELEKT 1; INSERT INTO orders (item) VALUES ('m');
DELETE FROM orders WHERE id > 3;
use mysql
use shop
CALL two_results(); CALL breaks_off();
START TRANSACTION; SELECT * FROM kinds; ROLLBACK;
\\s
PREPARE p FROM 'SELECT ?'; EXECUTE p USING @a; DEALLOCATE PREPARE p;
"""


def pymysql(_, port):
    import pymysql
    from pymysql.constants import CLIENT

    db = pymysql.connect(port=port, client_flag=CLIENT.MULTI_STATEMENTS, local_infile=True, **LOGIN)
    with db.cursor() as cursor:
        cursor.execute("SELECT * FROM orders WHERE id < %s", (3,))
        cursor.executemany("INSERT INTO orders (item) VALUES (%s)", [("a",), ("b",)])
        cursor.execute("SELECT 1; SELECT 2")
        while cursor.nextset():
            pass
        cursor.callproc("two_results")
        while cursor.nextset():
            pass
        try:
            cursor.execute("SELEKT")
        except pymysql.err.ProgrammingError:
            pass
    db.rollback()
    db.ping()
    db.select_db("mysql")
    db.close()


def connector(_, port):
    import mysql.connector

    db = mysql.connector.connect(port=port, use_pure=True, ssl_disabled=True, **LOGIN)
    with db.cursor(prepared=True) as cursor:
        for number in (1, 2):
            cursor.execute("SELECT * FROM orders WHERE id <= %s", (number,))
            cursor.fetchall()
    with db.cursor() as cursor:
        cursor.execute("SELECT * FROM kinds")
        cursor.fetchall()
    db.cmd_statistics()
    db.cmd_reset_connection()
    db.cmd_change_user("other", "other", "shop")
    db.close()


ALL = {
    "program-mariadb": program("mariadb", "--force", "shop", text=MARIADB_SCRIPT),
    "program-mariadb-rehash": program("mariadb", "--auto-rehash", "shop", text="SELECT 1;"),
    "program-admin": program("mariadb-admin", "--force", "ping", "status", "processlist", "refresh",
                             "debug", "kill", "4000000"),
    "program-dump": program("mariadb-dump", "--routines", "--hex-blob", "shop", "orders", "kinds"),
    "program-binlog": program("mariadb-binlog", "--read-from-remote-server", "binlog.000001"),
    "python-pymysql": pymysql,
    "python-connector": connector,
}
