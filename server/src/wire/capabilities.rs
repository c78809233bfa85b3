//! Capability flags (MariaDB documentation: "Connection", *Capabilities*).

bitflags::bitflags! {
    /// What client and server can do: the low 32 bits are the classic `CLIENT_*` flags, the high
    /// ones MariaDB's extended `MARIADB_CLIENT_*` flags. Unknown bits are kept.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
    pub struct Capabilities: u64 {
        /// Set by MySQL; clear when the peer speaks MariaDB's extended flags
        /// (`CLIENT_MYSQL`, in MySQL `CLIENT_LONG_PASSWORD`).
        const MYSQL = 1;
        /// Affected rows are found rows.
        const FOUND_ROWS = 1 << 1;
        /// Column flags have two bytes.
        const LONG_FLAG = 1 << 2;
        /// The handshake response names a database.
        const CONNECT_WITH_DB = 1 << 3;
        /// `database.table.column` is refused.
        const NO_SCHEMA = 1 << 4;
        /// Compressed packets (zlib).
        const COMPRESS = 1 << 5;
        /// ODBC client; without effect.
        const ODBC = 1 << 6;
        /// LOAD DATA LOCAL INFILE.
        const LOCAL_FILES = 1 << 7;
        /// Spaces before `(` are ignored.
        const IGNORE_SPACE = 1 << 8;
        /// The protocol of 4.1 and later.
        const PROTOCOL_41 = 1 << 9;
        /// Interactive client: `interactive_timeout` counts.
        const INTERACTIVE = 1 << 10;
        /// TLS.
        const SSL = 1 << 11;
        /// The client ignores SIGPIPE; without effect.
        const IGNORE_SIGPIPE = 1 << 12;
        /// Status flags about transactions.
        const TRANSACTIONS = 1 << 13;
        /// Old name of the 4.1 protocol; without effect.
        const RESERVED = 1 << 14;
        /// Authentication with a scramble of 20 bytes.
        const SECURE_CONNECTION = 1 << 15;
        /// Several statements in one COM_QUERY.
        const MULTI_STATEMENTS = 1 << 16;
        /// Several results for one COM_QUERY.
        const MULTI_RESULTS = 1 << 17;
        /// Several results for one COM_STMT_EXECUTE.
        const PS_MULTI_RESULTS = 1 << 18;
        /// Authentication plugins are named.
        const PLUGIN_AUTH = 1 << 19;
        /// The handshake response carries connection attributes.
        const CONNECT_ATTRS = 1 << 20;
        /// The authentication response is a length-encoded string.
        const PLUGIN_AUTH_LENENC_CLIENT_DATA = 1 << 21;
        /// The client can handle an expired password.
        const CAN_HANDLE_EXPIRED_PASSWORDS = 1 << 22;
        /// OK packets carry session state changes.
        const SESSION_TRACK = 1 << 23;
        /// No EOF packets; a resultset ends with an OK packet whose header is 0xfe.
        const DEPRECATE_EOF = 1 << 24;
        /// The client can do without column definitions (MySQL).
        const OPTIONAL_RESULTSET_METADATA = 1 << 25;
        /// Compressed packets (zstd).
        const ZSTD_COMPRESSION_ALGORITHM = 1 << 26;
        /// COM_QUERY and COM_STMT_EXECUTE carry attributes (MySQL).
        const QUERY_ATTRIBUTES = 1 << 27;
        /// Authentication by several factors (MySQL).
        const MULTI_FACTOR_AUTHENTICATION = 1 << 28;
        /// The flags go on in another field (reserved).
        const CAPABILITY_EXTENSION = 1 << 29;
        /// The client checks the server's certificate; meant for the client only.
        const SSL_VERIFY_SERVER_CERT = 1 << 30;
        /// Connection options are kept at a reconnect; meant for the client only.
        const REMEMBER_OPTIONS = 1 << 31;
        /// Progress reports (`MARIADB_CLIENT_PROGRESS`).
        const PROGRESS = 1 << 32;
        /// COM_MULTI; never in a release.
        const COM_MULTI = 1 << 33;
        /// COM_STMT_BULK_EXECUTE (`MARIADB_CLIENT_STMT_BULK_OPERATIONS`).
        const STMT_BULK_OPERATIONS = 1 << 34;
        /// Column definitions carry extended type information
        /// (`MARIADB_CLIENT_EXTENDED_METADATA`).
        const EXTENDED_METADATA = 1 << 35;
        /// Column definitions that did not change are left out (`MARIADB_CLIENT_CACHE_METADATA`).
        const CACHE_METADATA = 1 << 36;
        /// COM_STMT_BULK_EXECUTE may answer with one result for each row
        /// (`MARIADB_CLIENT_BULK_UNIT_RESULTS`).
        const BULK_UNIT_RESULTS = 1 << 37;
    }
}

impl Capabilities {
    /// Puts the two halves of the wire together. `extended` counts only when `MYSQL` is clear.
    pub const fn from_wire(classic: u32, extended: u32) -> Self {
        let classic = classic as u64;
        if classic & Self::MYSQL.bits() == 0 {
            Self::from_bits_retain(classic | (extended as u64) << 32)
        } else {
            Self::from_bits_retain(classic)
        }
    }

    /// The classic `CLIENT_*` flags.
    pub const fn classic(self) -> u32 {
        self.bits() as u32
    }

    /// MariaDB's extended flags; none when `MYSQL` is set.
    pub const fn extended(self) -> u32 {
        if self.contains(Self::MYSQL) {
            0
        } else {
            (self.bits() >> 32) as u32
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extended_flags_count_only_when_the_mysql_bit_is_clear() {
        let mariadb = Capabilities::from_wire(0x200, 0b101);
        assert_eq!(
            mariadb,
            Capabilities::PROTOCOL_41 | Capabilities::PROGRESS | Capabilities::STMT_BULK_OPERATIONS
        );
        assert_eq!((mariadb.classic(), mariadb.extended()), (0x200, 0b101));
        let mysql = Capabilities::from_wire(0x201, 0b101);
        assert_eq!((mysql.classic(), mysql.extended()), (0x201, 0));
    }
}
