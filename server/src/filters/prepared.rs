//! The texts of prepared statements, so that an execution can be told by its text.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::pipeline::{ReplyEnd, Request};
use crate::wire::command::Command;

/// How many texts are kept: about as many as a server lets a session prepare unless it is set.
const TEXTS_MAX: usize = 16 * 1024;
/// How many bytes they have together.
const BYTES_MAX: usize = 1024 * 1024;
/// The id that means the statement prepared last (MariaDB documentation: "COM_STMT_EXECUTE").
const LAST_PREPARED: u32 = u32::MAX;

/// The texts of a session's prepared statements. Those known for longest are forgotten first.
#[derive(Debug, Default)]
pub(super) struct PreparedTexts {
    texts: IndexMap<u32, Arc<[u8]>>,
    bytes: usize,
    last: Option<Arc<[u8]>>,
    /// Whether the reply to the last one's preparation is awaited.
    awaited: bool,
}

impl PreparedTexts {
    /// The text of the statement that a request prepares, executes or is. Learns from it.
    pub(super) fn text_of<'a>(&'a mut self, request: &'a Request) -> Option<&'a [u8]> {
        self.awaited = false;
        match request.command() {
            Command::StmtPrepare => {
                let text: Arc<[u8]> = request.sql()?.into();
                // A text that is longer than all may be together is not kept.
                self.awaited = text.len() <= BYTES_MAX;
                self.last = self.awaited.then_some(text);
                request.sql()
            }
            Command::StmtExecute | Command::StmtBulkExecute => self.text_behind(request),
            Command::StmtClose => {
                self.forget(statement_id(request)?);
                None
            }
            Command::ResetConnection | Command::ChangeUser => {
                *self = Self::default();
                None
            }
            _ => request.sql(),
        }
    }

    /// Keeps this of the statement that is being prepared, in place of its text.
    pub(super) fn keep(&mut self, extract: &[u8]) {
        self.awaited = extract.len() <= BYTES_MAX;
        self.last = self.awaited.then(|| extract.into());
    }

    /// The text of the statement that a request of the binary protocol is about, if it is known.
    pub(super) fn text_behind(&self, request: &Request) -> Option<&[u8]> {
        let about_one = matches!(
            request.command(),
            Command::StmtExecute
                | Command::StmtBulkExecute
                | Command::StmtSendLongData
                | Command::StmtFetch
                | Command::StmtReset
        );
        match statement_id(request).filter(|_| about_one)? {
            LAST_PREPARED => self.last.as_deref(),
            id => self.texts.get(&id).map(AsRef::as_ref),
        }
    }

    /// A reply is complete: the statement that it prepared has an id now.
    pub(super) fn on_reply_end(&mut self, end: &ReplyEnd) {
        if !std::mem::take(&mut self.awaited) {
            return;
        }
        let (Some(id), Some(text)) = (end.statement_id, self.last.clone()) else {
            return;
        };
        self.forget(id);
        self.bytes += text.len();
        self.texts.insert(id, text);
        self.forget_oldest();
    }

    /// Keeps to the limits. All that goes, goes at once: each removal from the front moves the rest.
    fn forget_oldest(&mut self) {
        let mut excess = self.texts.len().saturating_sub(TEXTS_MAX);
        let mut left = self.bytes;
        for (index, text) in self.texts.values().enumerate() {
            if index >= excess && left <= BYTES_MAX {
                break;
            }
            left -= text.len();
            excess = excess.max(index + 1);
        }
        self.texts.drain(..excess);
        self.bytes = left;
    }

    fn forget(&mut self, id: u32) {
        if let Some(text) = self.texts.shift_remove(&id) {
            self.bytes -= text.len();
        }
    }
}

/// The statement that a request of the binary protocol is about.
fn statement_id(request: &Request) -> Option<u32> {
    let bytes = request.payload().get(1..5)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(command: Command, rest: &[u8]) -> Request {
        let payload = [&[command as u8], rest].concat();
        Request::new(command, payload, true)
    }

    fn prepare(texts: &mut PreparedTexts, sql: &[u8], id: Option<u32>) {
        texts.text_of(&request(Command::StmtPrepare, sql));
        texts.on_reply_end(&ReplyEnd {
            statement_id: id,
            ..ReplyEnd::default()
        });
    }

    fn executed(texts: &mut PreparedTexts, id: u32) -> Option<Vec<u8>> {
        let execute = request(
            Command::StmtExecute,
            &[&id.to_le_bytes()[..], b"\0"].concat(),
        );
        texts.text_of(&execute).map(<[u8]>::to_vec)
    }

    #[test]
    fn an_execution_has_the_text_of_its_preparation() {
        let mut texts = PreparedTexts::default();
        prepare(&mut texts, b"SELECT ?", Some(1));
        prepare(&mut texts, b"SELEC ?", None);
        prepare(&mut texts, b"DELETE FROM t WHERE a = ?", Some(2));
        assert_eq!(executed(&mut texts, 1).as_deref(), Some(&b"SELECT ?"[..]));
        let last = executed(&mut texts, u32::MAX);
        assert_eq!(last.as_deref(), Some(&b"DELETE FROM t WHERE a = ?"[..]));
        assert_eq!(executed(&mut texts, 3), None);
        texts.text_of(&request(Command::StmtClose, &1u32.to_le_bytes()));
        assert_eq!(executed(&mut texts, 1), None);
        texts.text_of(&request(Command::ResetConnection, b""));
        assert_eq!(executed(&mut texts, 2), None);
        assert_eq!(texts.bytes, 0);
    }

    #[test]
    fn texts_are_bounded_in_number_and_bytes() {
        let mut texts = PreparedTexts::default();
        for id in 0..16_400 {
            prepare(&mut texts, b"SELECT 1", Some(id));
        }
        assert_eq!(
            (texts.texts.len(), executed(&mut texts, 0)),
            (TEXTS_MAX, None)
        );
        prepare(&mut texts, &vec![b'x'; BYTES_MAX], Some(50_000));
        assert_eq!((texts.texts.len(), texts.bytes), (1, BYTES_MAX));
        prepare(&mut texts, &vec![b'x'; BYTES_MAX + 1], Some(50_001));
        assert_eq!(executed(&mut texts, 50_001), None);
        assert!(executed(&mut texts, 50_000).is_some());
    }

    #[test]
    fn a_cut_off_execution_has_no_text() {
        let mut texts = PreparedTexts::default();
        assert_eq!(
            texts.text_of(&request(Command::StmtExecute, b"\x01\0")),
            None
        );
    }
}
