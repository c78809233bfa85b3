//! The capture files.

use std::path::{Path, PathBuf};

use crate::wire::capabilities::Capabilities;
use crate::wire::handshake::{HandshakeResponse, InitialHandshake};
use crate::wire::packet::{HEADER_LEN, PacketHeader};

/// One connection, from its first byte to its last.
pub(super) struct Capture {
    pub(super) path: PathBuf,
    /// What client and server said in turn, and whether it was the server.
    pub(super) runs: Vec<(bool, Vec<u8>)>,
}

/// How the connection began.
pub(super) struct Login {
    pub(super) capabilities: Capabilities,
    /// The run after which the connection was logged in.
    pub(super) last_run: usize,
}

/// All captures, in the order of their names.
pub(super) fn captures() -> Vec<Capture> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden/wire");
    let entries = std::fs::read_dir(&folder).unwrap();
    let mut paths: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "capture")
        })
        .collect();
    paths.sort();
    assert!(paths.len() > 30, "captures are missing");
    paths.into_iter().map(Capture::read).collect()
}

impl Capture {
    fn read(path: PathBuf) -> Self {
        let text = std::fs::read_to_string(&path).unwrap();
        let mut runs: Vec<(bool, Vec<u8>)> = Vec::new();
        for line in text.lines() {
            let (mark, tokens) = line.split_at(1);
            let is_server = mark == "<";
            if runs.last().is_none_or(|run| run.0 != is_server) {
                runs.push((is_server, Vec::new()));
            }
            let bytes = &mut runs.last_mut().unwrap().1;
            for token in tokens.split_whitespace() {
                match token.split_once('*') {
                    Some((byte, count)) => {
                        let len = bytes.len() + count.parse::<usize>().unwrap();
                        bytes.resize(len, hex(byte)[0]);
                    }
                    None => bytes.extend(hex(token)),
                }
            }
        }
        Self { path, runs }
    }

    pub(super) fn len(&self) -> usize {
        self.runs.iter().map(|(_, bytes)| bytes.len()).sum()
    }

    /// Follows the connection phase; each packet of it must survive decoding and encoding.
    pub(super) fn login(&self) -> Login {
        let payload = |run: usize| &self.runs[run].1[HEADER_LEN..];
        let greeting = InitialHandshake::decode(payload(0)).unwrap();
        let mut again = Vec::new();
        greeting.encode(&mut again);
        assert_eq!(again, payload(0));
        let response = HandshakeResponse::decode(payload(1)).unwrap();
        again.clear();
        response.encode(&mut again);
        assert_eq!(again, payload(1));
        let mut last_run = 2;
        // Until OK or ERR there are authentication packets.
        while matches!(payload(last_run)[0], 0x01 | 0xfe) {
            last_run += 2;
        }
        let header = PacketHeader::decode(&self.runs[last_run].1).unwrap();
        assert_eq!(header.len as usize, payload(last_run).len());
        Login {
            capabilities: greeting.capabilities & response.capabilities,
            last_run,
        }
    }
}

fn hex(text: &str) -> Vec<u8> {
    let digits = text.as_bytes();
    digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}
