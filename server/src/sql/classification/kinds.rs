//! What statements can do.

bitflags::bitflags! {
    /// What a statement does; all of its properties together.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
    pub struct Kinds: u64 {
        /// It reads data.
        const READ = 1;
        /// It may write data, or nothing is known of it.
        const WRITE = 1 << 1;
        /// It writes nothing, but only the primary can answer it rightly.
        const PRIMARY_READ = 1 << 2;
        /// It changes the session: whatever other server the session uses must run it, too.
        const SESSION_WRITE = 1 << 3;

        /// It reads a user variable.
        const USERVAR_READ = 1 << 4;
        /// It sets a user variable.
        const USERVAR_WRITE = 1 << 5;
        /// It reads a system variable.
        const SYSVAR_READ = 1 << 6;
        /// It reads a global system variable.
        const GLOBAL_SYSVAR_READ = 1 << 7;
        /// It sets a system variable of the session.
        const SYSVAR_WRITE = 1 << 8;
        /// It sets a global system variable.
        const GLOBAL_SYSVAR_WRITE = 1 << 9;

        /// It begins a transaction.
        const BEGIN = 1 << 10;
        /// It commits.
        const COMMIT = 1 << 11;
        /// It rolls a transaction back.
        const ROLLBACK = 1 << 12;
        /// Another transaction begins where this one ends (`AND CHAIN`).
        const CHAIN = 1 << 13;
        /// The session ends with the transaction (`RELEASE`).
        const RELEASE = 1 << 14;
        /// It sets, releases or returns to a savepoint.
        const SAVEPOINT = 1 << 15;
        /// The transaction that it begins or sets up only reads.
        const READ_ONLY_TRANSACTION = 1 << 16;
        /// The transaction that it begins or sets up may write, and says so.
        const READ_WRITE_TRANSACTION = 1 << 17;
        /// What it says of transactions is for the next one only (`SET TRANSACTION`).
        const NEXT_TRANSACTION = 1 << 18;
        /// It sets an isolation level.
        const ISOLATION = 1 << 19;
        /// It sets the isolation level `SERIALIZABLE`.
        const SERIALIZABLE = 1 << 20;
        /// It switches `autocommit` on.
        const AUTOCOMMIT_ON = 1 << 21;
        /// It switches `autocommit` off.
        const AUTOCOMMIT_OFF = 1 << 22;
        /// It commits what is open before it does anything else, on MariaDB and on MySQL. Some
        /// statements that commit under conditions or on one of them lack it: the status flags of
        /// replies know.
        const IMPLICIT_COMMIT = 1 << 23;
        /// An XA statement.
        const XA = 1 << 24;

        /// `PREPARE`
        const PREPARE = 1 << 25;
        /// `EXECUTE`: what it does, the prepared statement says. Until that is known, it writes.
        const EXECUTE = 1 << 26;
        /// `DEALLOCATE PREPARE`
        const DEALLOCATE = 1 << 27;
        /// `CALL`
        const CALL = 1 << 28;
        /// It calls a function that is not built in, which may write.
        const STORED_FUNCTION = 1 << 29;
        /// It uses a function that may answer anew each time: `NOW()`, `RAND()`, `USER()`.
        const VOLATILE = 1 << 30;
        /// It uses the last insert id.
        const LAST_INSERT_ID = 1 << 31;
        /// It uses a sequence.
        const SEQUENCE = 1 << 32;
        /// It uses locks of the user's: `GET_LOCK()` and its like.
        const USER_LOCK = 1 << 33;
        /// It asks for something about the statement before it, so that it must go to the same
        /// server: `FOUND_ROWS()`, `SHOW WARNINGS`.
        const PREVIOUS_STATEMENT = 1 << 34;

        /// It creates a temporary table.
        const CREATE_TEMPORARY_TABLE = 1 << 35;
        /// It drops temporary tables.
        const DROP_TEMPORARY_TABLE = 1 << 36;
        /// `LOCK TABLES`
        const LOCK_TABLES = 1 << 37;
        /// `UNLOCK TABLES`
        const UNLOCK_TABLES = 1 << 38;
        /// A `SELECT` that locks: `FOR UPDATE`, `LOCK IN SHARE MODE`.
        const LOCKING_READ = 1 << 39;
        /// A `SELECT` into a file of the server.
        const INTO_FILE = 1 << 40;
        /// A `SELECT` into variables.
        const INTO_VARIABLE = 1 << 41;
        /// `LOAD DATA` and `LOAD XML`
        const LOAD_DATA = 1 << 42;
        /// `LOAD DATA LOCAL`: the client is asked for a file.
        const LOAD_LOCAL = 1 << 43;
        /// It has a `RETURNING`.
        const RETURNING = 1 << 44;
        /// It has a `WITH`.
        const CTE = 1 << 45;

        /// `USE`
        const USE = 1 << 46;
        /// `KILL`
        const KILL = 1 << 47;
        /// `SHOW`
        const SHOW = 1 << 48;
        /// `EXPLAIN`, `DESCRIBE` and `ANALYZE`
        const EXPLAIN = 1 << 49;
        /// `HANDLER`
        const HANDLER = 1 << 50;
        /// It defines data: `CREATE`, `ALTER`, `DROP` and their like, those for accounts, too.
        const DDL = 1 << 51;
        /// It has a `SET STATEMENT ... FOR` before it.
        const SET_STATEMENT = 1 << 52;
        /// A block of statements: `BEGIN NOT ATOMIC`, `IF`, `LOOP`.
        const COMPOUND = 1 << 53;
        /// There are several statements.
        const MULTI = 1 << 54;
        /// A value decides what it does (`SET autocommit = 0`): the canonical form tells less.
        const LITERALS_MATTER = 1 << 55;
        /// It counts what it finds (`SQL_CALC_FOUND_ROWS`).
        const COUNTS_ROWS = 1 << 56;
    }
}
