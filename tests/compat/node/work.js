// The same work with the drivers for Node: work.js mysql2|mysql|mariadb. Prints what it sees.
'use strict';
const crypto = require('node:crypto');
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');

const env = process.env;
const driver = process.argv[2];
const module_ = require({ mysql2: 'mysql2/promise', mysql: './callbacks.js', mariadb: 'mariadb' }[driver]);
const place = {
  host: env.COMPAT_HOST,
  port: Number(env.COMPAT_PORT),
  user: env.COMPAT_USER,
  password: env.COMPAT_PASSWORD,
  database: env.COMPAT_DATABASE,
  multipleStatements: true,
  ...{
    mysql2: { infileStreamFactory: (name) => fs.createReadStream(name), supportBigNumbers: true,
      bigNumberStrings: true, dateStrings: true },
    mysql: { charset: 'utf8mb4', supportBigNumbers: true, bigNumberStrings: true, dateStrings: true },
    mariadb: { permitLocalInfile: true, bigIntAsNumber: false, dateStrings: true },
  }[driver],
};

const settle = () =>
  new Promise((done) => net.connect(Number(env.COMPAT_SETTLE), '127.0.0.1').on('close', done).resume());

const plain = (value) => {
  if (typeof value === 'bigint') return `${value}n`;
  if (Buffer.isBuffer(value)) {
    return `<${value.length} bytes ${crypto.createHash('sha256').update(value).digest('hex').slice(0, 12)}>`;
  }
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(plain);
  if (value && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
  }
  if (typeof value === 'string' && value.length > 200) return `<${value.length} characters>`;
  return value;
};
const say = (...words) => console.log(...words.map((word) => (typeof word === 'string' ? word : JSON.stringify(plain(word)))));

const rowsOf = (answer) => (driver === 'mariadb' ? answer : answer[0]);
const ask = async (connection, sql, values) => {
  const rows = rowsOf(await connection.query(sql, values));
  return Array.isArray(rows) ? [...rows] : { affected: rows.affectedRows, id: rows.insertId };
};
const execute = async (connection, sql, values) => {
  const rows = rowsOf(await connection.execute(sql, values));
  return Array.isArray(rows) ? [...rows] : { affected: rows.affectedRows, id: rows.insertId };
};
const failing = async (promise) => {
  try {
    say('no error', await promise);
  } catch (error) {
    say(error.code ?? '', error.errno ?? 0, error.sqlState ?? '');
  }
};

async function values(c) {
  say('# values');
  await ask(c, `CREATE TABLE kinds (id INT AUTO_INCREMENT PRIMARY KEY, big BIGINT UNSIGNED, price DECIMAL(20,6),
    ratio DOUBLE, word VARCHAR(100), data LONGBLOB, moment DATETIME(6), doc JSON, made YEAR)`);
  const insert = 'INSERT INTO kinds (big, price, ratio, word, data, moment, doc, made) VALUES (?,?,?,?,?,?,?,?)';
  const sample = ['18446744073709551615', '12345678901234.123456', 0.1, "Grüße 🦀 'q'",
    Buffer.from([...Array(256).keys()]), '2024-02-29 23:59:59.123456', '{"a": [1, 2]}', 2024];
  say(await ask(c, insert, sample));
  say(await execute(c, insert, sample));
  say(await execute(c, insert, Array(8).fill(null)));
  await settle();
  for (const f of [ask, execute]) say(await f(c, 'SELECT * FROM kinds WHERE id > ? ORDER BY id', [0]));
}

async function many(c) {
  say('# many rows');
  await ask(c, 'CREATE TABLE items (id INT PRIMARY KEY, name VARCHAR(50), amount INT)');
  const rows = [...Array(2000).keys()].map((n) => [n, `item ${n}`, (n * 7) % 101]);
  if (driver === 'mariadb') {
    const answer = await c.batch('INSERT INTO items VALUES (?, ?, ?)', rows);
    say(answer.affectedRows);
  } else {
    say(await ask(c, 'INSERT INTO items VALUES ?', [rows]));
  }
  await settle();
  for (let n = 0; n < 4; n++) say(await ask(c, 'SELECT COUNT(*) n, SUM(amount) s FROM items'));
  for (let n = 0; n < 4; n++) say(await execute(c, 'SELECT name FROM items WHERE id = ?', [n]));
  let count = 0;
  const stream = driver === 'mariadb'
    ? c.queryStream('SELECT * FROM items')
    : c.connection.query('SELECT * FROM items').stream({ highWaterMark: 5 });
  await new Promise((done, fail) => stream.on('data', () => count++).on('end', done).on('error', fail));
  say('streamed', count);
}

async function transactions(c) {
  say('# transactions');
  await c.beginTransaction();
  await ask(c, 'UPDATE items SET amount = 1000 WHERE id = 1');
  say(await ask(c, 'SELECT amount FROM items WHERE id = 1'));
  await c.rollback();
  await c.beginTransaction();
  say(await ask(c, 'SELECT amount FROM items WHERE id = 1'));
  await execute(c, 'UPDATE items SET amount = ? WHERE id = 1', [3]);
  await c.commit();
  await settle();
  say(await execute(c, 'SELECT amount FROM items WHERE id = ?', [1]));
  await ask(c, 'SET autocommit = 0');
  await ask(c, 'UPDATE items SET amount = 5 WHERE id = 1');
  say(await ask(c, 'SELECT amount FROM items WHERE id = 1'));
  await ask(c, 'SET autocommit = 1');
}

async function errors(c) {
  say('# errors');
  await failing(ask(c, "INSERT INTO items VALUES (1, 'again', 1)"));
  await failing(ask(c, 'SELECT * FROM nowhere'));
  await failing(ask(c, 'SELEKT 1'));
  await failing(execute(c, 'SELECT * FROM nowhere WHERE a = ?', [1]));
  say(await ask(c, 'SELECT 1 AS one'));
}

async function session(c) {
  say('# session');
  await ask(c, "SET @a = 5, time_zone = '+03:00'");
  for (let n = 0; n < 3; n++) say(await ask(c, 'SELECT @a a, @@time_zone z, FROM_UNIXTIME(0) t'));
  say(await ask(c, 'SELECT 1 AS a; SELECT 2 AS b; SET @b = 6'));
  await ask(c, 'CREATE TEMPORARY TABLE scratch (a INT)');
  await ask(c, 'INSERT INTO scratch VALUES (1), (2)');
  for (let n = 0; n < 3; n++) say(await execute(c, 'SELECT SUM(a) s FROM scratch'));
  await ask(c, 'CREATE PROCEDURE two(a INT) BEGIN SELECT a AS x; SELECT a * 2 AS y; END');
  say((await ask(c, 'CALL two(21)')).slice(0, 2));
  const data = Buffer.alloc(3_000_000, 'abc');
  await ask(c, 'CREATE TABLE blobs (id INT PRIMARY KEY, data LONGBLOB)');
  say(await execute(c, 'INSERT INTO blobs VALUES (?, ?)', [1, data]));
  await settle();
  for (let n = 0; n < 3; n++) say(await execute(c, 'SELECT data FROM blobs WHERE id = ?', [1]));
  const file = path.join(env.COMPAT_FOLDER, `${driver}.csv`);
  fs.writeFileSync(file, [...Array(500).keys()].map((n) => `${n},name ${n}\n`).join(''));
  await ask(c, 'CREATE TABLE loaded (id INT PRIMARY KEY, name VARCHAR(50))');
  say(await ask(c, `LOAD DATA LOCAL INFILE '${file}' INTO TABLE loaded FIELDS TERMINATED BY ','`));
  await settle();
  say(await ask(c, 'SELECT COUNT(*) n, MAX(name) m FROM loaded'));
  await c.ping();
  // The driver of MariaDB does not change users on other servers.
  if (driver === 'mariadb' && !c.info.isMariaDB()) return;
  await c.changeUser({ user: place.user, password: place.password, database: place.database });
  say(await ask(c, 'SELECT DATABASE() d, @a a'));
}

async function pools() {
  say('# a pool');
  const pool = module_.createPool({ ...place, connectionLimit: 4 });
  await pool.query('CREATE TABLE tally (id INT PRIMARY KEY, n INT)');
  await pool.query('INSERT INTO tally VALUES (1, 0)');
  const work = async () => {
    const c = await pool.getConnection();
    await c.beginTransaction();
    await ask(c, 'UPDATE tally SET n = n + 1 WHERE id = 1');
    await c.commit();
    await c.release();
  };
  await Promise.all([...Array(40).keys()].map(work));
  await settle();
  say(await ask(pool, 'SELECT n FROM tally'));
  await pool.end();
}

(async () => {
  const c = await module_.createConnection(place);
  for (const part of [values, many, transactions, errors, session]) await part(c);
  await c.end();
  await pools();
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
