"""A private MariaDB server in a temporary folder on a free port of the loopback."""

import pathlib
import shutil
import socket
import subprocess
import tempfile
import time

OPTIONS = [
    "--bind-address=127.0.0.1",
    "--skip-name-resolve",
    "--server-id=1",
    "--log-bin=binlog",
    "--local-infile=1",
    "--max-allowed-packet=64M",
    "--innodb-buffer-pool-size=32M",
    "--innodb-log-file-size=16M",
    "--innodb-fast-shutdown=2",
    "--progress-report-time=1",
]

SCHEMA = """
CREATE USER wire@'%' IDENTIFIED BY 'secret'; GRANT ALL ON *.* TO wire@'%' WITH GRANT OPTION;
CREATE USER other@'%' IDENTIFIED BY 'other';
CREATE DATABASE shop; GRANT ALL ON shop.* TO other@'%'; USE shop;
CREATE TABLE orders (id INT PRIMARY KEY AUTO_INCREMENT, item VARCHAR(40) NOT NULL DEFAULT '',
  price DECIMAL(10,2), placed DATETIME(6), note TEXT);
INSERT INTO orders VALUES (1,'pear',1.5,'2026-11-24 00:29:16.5',NULL),
  (2,'apple',2,'2026-11-24','x'), (3,'plum',NULL,NULL,REPEAT('n',300));
CREATE TABLE numbers (n INT PRIMARY KEY); INSERT INTO numbers SELECT seq FROM seq_1_to_1000;
CREATE TABLE kinds (t TINYINT, s SMALLINT UNSIGNED, m MEDIUMINT, b BIGINT UNSIGNED, f FLOAT,
  d DOUBLE, bits BIT(9), y YEAR, dt DATE, ti TIME(3), ts TIMESTAMP NULL, e ENUM('a','b'),
  st SET('a','b'), bl BLOB, j JSON, u UUID, i INET6, g GEOMETRY);
INSERT INTO kinds VALUES (-1,65535,-70000,18446744073709551615,1.5,-2.5,b'101010101',2026,
  '2026-11-24','-26:03:04.005','2026-11-24 00:29:16','b','a,b','\\0\\1','{"a": 1}',
  '123e4567-e89b-12d3-a456-426655440000','::1',POINT(1,2));
INSERT INTO kinds (t) VALUES (NULL);
"""

PROCEDURES = """
USE shop;
DELIMITER //
CREATE PROCEDURE two_results() BEGIN SELECT 1; SELECT 2, 3; END //
CREATE PROCEDURE breaks_off() BEGIN SELECT 1; SELECT * FROM nowhere; END //
CREATE PROCEDURE gives_back(IN a INT, OUT b INT, INOUT c INT)
  BEGIN SELECT a; SET b = a + 1; SET c = c * 2; END //
"""


class Server:
    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="wire-recorder-"))
        self.port = free_port()
        data = self.folder / "data"
        run = ["--no-defaults", f"--datadir={data}", "--user=root"]
        install = ["mariadb-install-db", *run, "--auth-root-authentication-method=normal"]
        subprocess.run(install, check=True, stdout=subprocess.DEVNULL)
        log = open(self.folder / "log", "wb")
        self.socket = self.folder / "socket"
        mariadbd = shutil.which("mariadbd") or "/usr/sbin/mariadbd"
        arguments = [mariadbd, *run, f"--port={self.port}", f"--socket={self.socket}", *OPTIONS]
        self.process = subprocess.Popen(arguments, stdout=log, stderr=log)
        self.wait()
        self.sql(SCHEMA)
        self.sql(PROCEDURES)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder)

    def wait(self):
        for _ in range(300):
            if self.process.poll() is None and self.socket.exists():
                return
            time.sleep(0.1)
        raise RuntimeError((self.folder / "log").read_text())

    def sql(self, text):
        arguments = ["mariadb", "--no-defaults", "-uroot", f"--socket={self.socket}"]
        subprocess.run(arguments, input=text.encode(), check=True, capture_output=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
