//! The kinds of reply that a client tells apart by the first byte.

/// One message from the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// OK.
    Ok {
        /// Rows changed.
        affected_rows: usize,
        /// Status flags.
        status: u16,
    },
    /// ERR.
    Err {
        /// The error number.
        code: u16,
        /// The five characters of SQLSTATE; empty when the packet has none.
        sqlstate: String,
        /// The text.
        message: String,
    },
    /// EOF.
    Eof {
        /// Status flags.
        status: u16,
    },
    /// The server asks for the content of a file (LOAD DATA LOCAL).
    LocalInfile(String),
    /// Anything else: a column count, a column, a row.
    Data(Vec<u8>),
}

impl Reply {
    /// Tells the kinds apart as the protocol page *Response packets* says.
    pub fn decode(payload: &[u8]) -> Self {
        match payload {
            [0x00, rest @ ..] if rest.len() >= 4 => ok(rest),
            [0xff, low, high, rest @ ..] => err(u16::from_le_bytes([*low, *high]), rest),
            [0xfe, _, _, low, high] => Self::Eof {
                status: u16::from_le_bytes([*low, *high]),
            },
            [0xfb, name @ ..] => Self::LocalInfile(text(name)),
            other => Self::Data(other.to_vec()),
        }
    }

    /// The error number and text of an ERR.
    pub fn error(&self) -> Option<(u16, &str)> {
        match self {
            Self::Err { code, message, .. } => Some((*code, message)),
            _ => None,
        }
    }
}

/// A length-encoded number and how many bytes it has.
pub(super) fn length(bytes: &[u8]) -> Option<(usize, usize)> {
    let first = *bytes.first()?;
    let width = match first {
        0..=0xfa => return Some((usize::from(first), 1)),
        0xfc => 2,
        0xfd => 3,
        0xfe => 8,
        _ => return None,
    };
    let number = bytes.get(1..=width)?;
    let value = number
        .iter()
        .rev()
        .fold(0, |sum: usize, byte| sum << 8 | usize::from(*byte));
    Some((value, width + 1))
}

fn ok(rest: &[u8]) -> Reply {
    let parsed = || {
        let (affected_rows, used) = length(rest)?;
        let rest = rest.get(used..)?;
        let (_last_insert_id, used) = length(rest)?;
        let status = rest.get(used..used + 2)?;
        Some(Reply::Ok {
            affected_rows,
            status: u16::from_le_bytes([status[0], status[1]]),
        })
    };
    parsed().unwrap_or_else(|| Reply::Data(rest.to_vec()))
}

fn err(code: u16, rest: &[u8]) -> Reply {
    let (sqlstate, message) = match rest {
        [b'#', state @ ..] if state.len() >= 5 => (text(&state[..5]), text(&state[5..])),
        bare => (String::new(), text(bare)),
    };
    Reply::Err {
        code,
        sqlstate,
        message,
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
