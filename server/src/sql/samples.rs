//! Random statements for property tests: bits of SQL in any order, with bytes of all kinds.

use proptest::prelude::*;

use super::dialect::{Dialect, Encoding, ServerVersion, SqlMode};

/// Bits that statements are made of, the odd ones above all.
const BITS: &[&[u8]] = &[
    b"SELECT",
    b"insert into",
    b"SET",
    b"autocommit",
    b"=",
    b":=",
    b"@a",
    b"@",
    b"@@",
    b"@@global.",
    b"'",
    b"\"",
    b"`",
    b"''",
    b"\\",
    b"\\'",
    b"\\N",
    b"'a'",
    b"\"b\"",
    b"`c`",
    b"N'x'",
    b"x'41'",
    b"x'",
    b"b'1'",
    b"0x41",
    b"0b1",
    b"0x",
    b"1",
    b".5",
    b"1.",
    b"1e",
    b"1e5",
    b"e",
    b"+",
    b"-",
    b"--",
    b"-- ",
    b"#",
    b"\n",
    b" ",
    b"\t",
    b"/",
    b"*",
    b"/*",
    b"*/",
    b"/*!",
    b"/*!50101",
    b"/*!99999",
    b"/*M!",
    b"/*M!100100",
    b"/*+",
    b"_utf8mb4",
    b"_utf8",
    b"_",
    b"a",
    b"t",
    b".",
    b",",
    b";",
    b"(",
    b")",
    b"?",
    b"<=>",
    b"||",
    b"->",
    b"\0",
    b"\x01",
    b"\xff",
    b"\xbf",
    b"\x5c",
    b"\x60",
    b"\xc3\xa4",
    b"FROM",
    b"t1",
    b"WHERE",
    b"IN",
    b"FOR UPDATE",
    b"INTO",
    b"OUTFILE",
    b"BEGIN",
    b"COMMIT",
    b"END",
    b"CREATE",
    b"PROCEDURE",
    b"TEMPORARY",
    b"TABLE",
    b"DROP",
    b"WITH",
    b"AS",
    b"EXPLAIN",
    b"ANALYZE",
    b"STATEMENT",
    b"GLOBAL",
    b"TRANSACTION",
    b"READ ONLY",
    b"NAMES",
    b"LAST_INSERT_ID()",
    b"f(",
    b"KILL",
    b"USE",
    b"PREPARE",
    b"EXECUTE",
    b"IMMEDIATE",
    b"IF",
    b"CASE",
    b"LOOP",
    b"XA",
    b"JOIN",
    b"UPDATE",
    b"DELETE",
    b"USING",
    b"ON",
    b"RETURNING",
    b"NOT",
    b"ATOMIC",
    b"SHOW",
    b"LOCK",
    b"maxscale",
    b"route to",
    b"master",
    b"begin",
    b"prepare",
];

/// Any text, most of it close to SQL.
pub fn text() -> impl Strategy<Value = Vec<u8>> {
    let bit = prop_oneof![
        9 => prop::sample::select(BITS).prop_map(<[u8]>::to_vec),
        1 => prop::collection::vec(any::<u8>(), 0..4),
    ];
    let gap = prop_oneof![Just(&b" "[..]), Just(&b""[..])];
    prop::collection::vec((bit, gap), 0..24).prop_map(|bits| {
        let bits = bits.iter().map(|(bit, gap)| [bit, *gap].concat());
        bits.collect::<Vec<_>>().concat()
    })
}

/// Any dialect.
pub fn dialect() -> impl Strategy<Value = Dialect> {
    let encoding = prop::sample::select(vec![
        Encoding::Plain,
        Encoding::SpaceA0,
        Encoding::SpaceFf,
        Encoding::Big5,
        Encoding::Gbk,
        Encoding::Sjis,
    ]);
    let server = prop::sample::select(vec![
        ServerVersion::Unknown,
        ServerVersion::MariaDb(101_119),
        ServerVersion::MySql(80_032),
    ]);
    (any::<bool>(), any::<bool>(), encoding, server).prop_map(|(ansi, plain, encoding, server)| {
        let mut mode = SqlMode::empty();
        mode.set(SqlMode::ANSI_QUOTES, ansi);
        mode.set(SqlMode::NO_BACKSLASH_ESCAPES, plain);
        Dialect {
            mode,
            encoding,
            server,
        }
    })
}
