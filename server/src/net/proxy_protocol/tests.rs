use std::net::SocketAddr;

use proptest::prelude::{any, prop};
use proptest::{prop_assert, prop_assert_eq, proptest};

use super::{Decoded, decode, encode_v1, encode_v2};

/// What `bytes` are, in words.
fn outcome(bytes: &[u8]) -> String {
    match decode(bytes) {
        Ok(Decoded::NeedsMore(more)) => format!("needs {more}"),
        Ok(Decoded::NotAHeader) => "not a header".to_owned(),
        Ok(Decoded::Header { len, source: None }) => format!("{len} bytes, no source"),
        Ok(Decoded::Header {
            len,
            source: Some(source),
        }) => format!("{len} bytes, {source}"),
        Err(error) => error
            .to_string()
            .replace("malformed PROXY protocol header", "malformed"),
    }
}

fn check(bytes: impl AsRef<[u8]>, expected: &str) {
    let bytes = bytes.as_ref();
    assert_eq!(outcome(bytes), expected, "{}", bytes.escape_ascii());
}

/// A header of version 2 with that command, family and rest.
fn v2(command: u8, family: u8, rest: &[u8]) -> Vec<u8> {
    let mut bytes = b"\r\n\r\n\0\r\nQUIT\n".to_vec();
    bytes.extend_from_slice(&[command, family]);
    bytes.extend_from_slice(&u16::try_from(rest.len()).unwrap().to_be_bytes());
    bytes.extend_from_slice(rest);
    bytes
}

#[test]
fn version_1_names_the_source() {
    check(
        "PROXY TCP4 10.0.0.7 10.0.0.1 4000 3306\r\nrest",
        "40 bytes, 10.0.0.7:4000",
    );
    check(
        "PROXY TCP6 fd00::7 ::1 1 65535\r\n",
        "32 bytes, [fd00::7]:1",
    );
    check("PROXY UNKNOWN\r\n", "15 bytes, no source");
    check("PROXY UNKNOWN ::1 ::1 1 2\r\n", "27 bytes, no source");
}

#[test]
fn version_1_that_is_wrong_is_malformed() {
    let families = "malformed: neither TCP4, TCP6 nor UNKNOWN";
    check("PROXY UDP4 1.1.1.1 1.1.1.1 1 1\r\n", families);
    check("PROXY\r\n", families);
    check(
        "PROXX TCP4\r\n",
        "malformed: the line does not begin with PROXY",
    );
    check(
        "PROXY TCP4 1.1.1.1 1.1.1.1 1\r\n",
        "malformed: not two addresses and two ports",
    );
    check(
        "PROXY TCP4 1.1.1.1  1.1.1.1 1 1\r\n",
        "malformed: not two addresses and two ports",
    );
    check("PROXY TCP4 ::1 ::1 1 1\r\n", "malformed: a bad address");
    check("PROXY TCP4 1.1.1.1 x 1 1\r\n", "malformed: a bad address");
    check(
        "PROXY TCP4 1.1.1.1 1.1.1.1 65536 1\r\n",
        "malformed: a bad port",
    );
    check(
        "PROXY TCP4 1.1.1.1 1.1.1.1 1 +1\r\n",
        "malformed: a bad port",
    );
    check(b"PROXY \xff\xfe\r\n", "malformed: the line is not ASCII");
    check(
        format!("PROXY UNKNOWN {}", "x".repeat(93)),
        "malformed: the line does not end",
    );
}

#[test]
fn version_2_names_the_source() {
    let v4 = [10, 0, 0, 7, 10, 0, 0, 1, 0x0f, 0xa0, 0x0c, 0xea];
    check(v2(0x21, 0x11, &v4), "28 bytes, 10.0.0.7:4000");
    let extended = [&v4[..], &[0x04, 0, 1, 7]].concat();
    check(v2(0x21, 0x11, &extended), "32 bytes, 10.0.0.7:4000");
    let v6 = [&[0xfd; 16][..], &[0; 16], &[0, 1, 0, 2]].concat();
    check(
        v2(0x21, 0x21, &v6),
        "52 bytes, [fdfd:fdfd:fdfd:fdfd:fdfd:fdfd:fdfd:fdfd]:1",
    );
    check(v2(0x20, 0x11, &v4), "28 bytes, no source");
    check(v2(0x20, 0, &[]), "16 bytes, no source");
    check(v2(0x21, 0, &[]), "16 bytes, no source");
    check(v2(0x21, 0x31, &[0; 216]), "232 bytes, no source");
}

#[test]
fn version_2_that_is_wrong_is_malformed() {
    check(
        v2(0x11, 0x11, &[]),
        "malformed: neither version 2 LOCAL nor version 2 PROXY",
    );
    check(
        v2(0x22, 0x11, &[]),
        "malformed: neither version 2 LOCAL nor version 2 PROXY",
    );
    check(
        v2(0x21, 0x11, &[0; 11]),
        "malformed: too short for its addresses",
    );
    check(
        v2(0x21, 0x21, &[0; 35]),
        "malformed: too short for its addresses",
    );
    check(
        v2(0x21, 0x41, &[0; 35]),
        "malformed: an unknown address family",
    );
    check(
        v2(0x21, 0x11, &[0; 5000]),
        "malformed: longer than any header",
    );
    check(
        b"\r\n\r\n\0\r\nQUIX",
        "malformed: the signature is incomplete",
    );
}

#[test]
fn a_packet_is_not_a_header() {
    check(b"\x20\x00\x00\x01\x85", "not a header");
    check(b"\x20", "not a header");
    // Packets whose lengths are the first letters of a header.
    check(b"PRO\x01", "not a header");
    check(b"\r\n\r\x01", "not a header");
}

#[test]
fn reading_what_is_asked_for_never_reads_past_the_header() {
    let mut headers = vec![
        b"PROXY TCP4 10.0.0.7 10.0.0.1 4000 3306\r\n".to_vec(),
        b"PROXY UNKNOWN\r\n".to_vec(),
        v2(0x20, 0, &[]),
    ];
    for address in ["10.0.0.7:4000", "[fd00::7]:65535"] {
        let mut header = Vec::new();
        encode_v2(address.parse().ok(), None, &mut header);
        headers.push(header);
    }
    for header in headers {
        let mut read = 0;
        loop {
            match decode(&header[..read]).unwrap() {
                Decoded::NeedsMore(more) => read += more,
                Decoded::NotAHeader => panic!("{}", header.escape_ascii()),
                Decoded::Header { len, .. } => {
                    assert_eq!((len, read), (header.len(), header.len()));
                    break;
                }
            }
            assert!(read <= header.len());
        }
    }
}

#[test]
fn what_is_written_to_servers_names_client_and_server_in_one_family() {
    let check = |client: &str, server: &str, expected: &str| {
        let mut line = Vec::new();
        encode_v1(client.parse().ok(), server.parse().ok(), &mut line);
        assert_eq!(line.strip_suffix(b"\r\n").unwrap(), expected.as_bytes());
    };
    check(
        "10.0.0.7:4000",
        "10.0.0.1:3306",
        "PROXY TCP4 10.0.0.7 10.0.0.1 4000 3306",
    );
    let mapped = "PROXY TCP4 10.0.0.7 10.0.0.1 4000 3306";
    check("[::ffff:10.0.0.7]:4000", "10.0.0.1:3306", mapped);
    check(
        "[fd00::7]:4000",
        "[fd00::1]:3306",
        "PROXY TCP6 fd00::7 fd00::1 4000 3306",
    );
    let mixed = "PROXY TCP6 fd00::7 ::ffff:10.0.0.1 4000 3306";
    check("[fd00::7]:4000", "10.0.0.1:3306", mixed);
    check(
        "10.0.0.7:4000",
        "",
        "PROXY TCP4 10.0.0.7 10.0.0.7 4000 4000",
    );
    check("", "10.0.0.1:3306", "PROXY UNKNOWN");
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(client: SocketAddr, server: SocketAddr, tail: Vec<u8>) {
        let expected = SocketAddr::new(client.ip().to_canonical(), client.port());
        for encode in [encode_v1, encode_v2] {
            let mut bytes = Vec::new();
            encode(Some(client), Some(server), &mut bytes);
            let header_len = bytes.len();
            bytes.extend_from_slice(&tail);
            let Ok(Decoded::Header { len, source: Some(source) }) = decode(&bytes) else {
                panic!("{}", bytes.escape_ascii());
            };
            prop_assert_eq!(len, header_len);
            let source = SocketAddr::new(source.ip().to_canonical(), source.port());
            prop_assert_eq!(source, expected);
        }
    }

    #[test]
    fn no_bytes_make_it_panic(
        start in prop::sample::select(vec![&b"PROXY "[..], b"\r\n\r\n\0\r\nQUIT\n", b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0", b""]),
        rest in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let bytes = [start, &rest].concat();
        match decode(&bytes) {
            Ok(Decoded::Header { len, .. }) => prop_assert!(len <= bytes.len()),
            Ok(Decoded::NeedsMore(more)) => prop_assert!(more > 0),
            Ok(Decoded::NotAHeader) | Err(_) => {}
        }
    }
}
