// The driver mysql, which knows callbacks only, with promises as mysql2 has them.
'use strict';
const { promisify } = require('node:util');
const mysql = require('mysql');

const wrap = (connection) => {
  const call = (name) => (...values) => promisify(connection[name]).apply(connection, values);
  const query = async (...values) => [await call('query')(...values)];
  return {
    connection,
    query,
    execute: query,
    beginTransaction: call('beginTransaction'),
    commit: call('commit'),
    rollback: call('rollback'),
    ping: call('ping'),
    changeUser: call('changeUser'),
    end: call('end'),
    release: async () => connection.release(),
  };
};

module.exports = {
  createConnection: async (place) => wrap(mysql.createConnection(place)),
  createPool: (place) => {
    const pool = mysql.createPool(place);
    return {
      query: async (...values) => [await promisify(pool.query).apply(pool, values)],
      getConnection: async () => wrap(await promisify(pool.getConnection).call(pool)),
      end: () => promisify(pool.end).call(pool),
    };
  },
};
