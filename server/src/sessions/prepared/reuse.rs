//! Prepared statements that are reused (`reuse_prepared_statements`).
//!
//! A text that was prepared stays so on the servers, and a client that prepares it again gets the
//! answer that it got before: with another id, for each of its statements has its own types of
//! parameters and can be closed by itself. What a server remembers of a statement between two
//! requests (parameters that are sent ahead, a cursor) must not be shared: a statement for which it
//! would is given a handle of its own first ([`Prepared::set_apart`]).
//!
//! What a text means may change: texts are forgotten when the session's state changes in a way
//! that could matter, and one whose execution fails is prepared anew.

use std::cell::Cell;
use std::collections::HashMap;
use std::rc::Rc;

use super::Prepared;
use crate::sql::Classification;
use crate::wire::packet::{HEADER_LEN, PacketHeader};
use crate::wire::reply::{EOF_HEADER, OK_HEADER};
use crate::wire::status::StatusFlags;

/// Texts that are remembered at most; a server has a limit for statements, too.
const TEXTS_MAX: usize = 512;
/// With more statements than this a session asks a server for each, also when it knows the text:
/// then the server's limit (`max_prepared_stmt_count`) holds for them.
const STATEMENTS_MAX: usize = 1024;
/// Bytes of texts and answers that are remembered at most.
const BYTES_MAX: usize = 1024 * 1024;
/// A longer answer is not remembered.
pub(in crate::sessions) const ANSWER_MAX: usize = 64 * 1024;
/// The payload of an EOF packet.
const EOF_LEN: u32 = 5;
/// Status flags that tell of the session, not of a result.
pub(in crate::sessions) const LASTING: StatusFlags = StatusFlags::IN_TRANS
    .union(StatusFlags::IN_TRANS_READONLY)
    .union(StatusFlags::AUTOCOMMIT)
    .union(StatusFlags::NO_BACKSLASH_ESCAPES);

/// What a statement is called on connections, by all who share it.
#[derive(Debug)]
pub(super) struct Handle {
    number: u32,
    /// How many of the client's statements it is for, and one more for its text.
    needs: Cell<u32>,
}

impl Handle {
    /// One for a first statement.
    pub fn new(number: u32) -> Self {
        let needs = Cell::new(1);
        Self { number, needs }
    }

    pub fn number(&self) -> u32 {
        self.number
    }

    pub fn is_needed(&self) -> bool {
        self.needs.get() > 0
    }

    fn take(&self) {
        self.needs.set(self.needs.get() + 1);
    }

    /// One needs it less. Returns whether nobody does now.
    pub fn let_go(&self) -> bool {
        self.needs.set(self.needs.get().saturating_sub(1));
        !self.is_needed()
    }
}

/// The texts that are prepared on servers.
#[derive(Debug, Default)]
pub(super) struct Texts {
    known: HashMap<Rc<[u8]>, Text>,
    bytes: usize,
    /// Counts uses, to find what was not used for long.
    uses: u64,
}

#[derive(Debug)]
struct Text {
    handle: Rc<Handle>,
    parameters: u16,
    /// The whole answer, as packets.
    answer: Box<[u8]>,
    used: u64,
}

impl Texts {
    pub fn memory(&self) -> usize {
        self.bytes + self.known.len() * size_of::<(Rc<[u8]>, Text)>()
    }

    /// Takes a text in, and out what is too much then. Returns handles that nobody needs.
    fn add(
        &mut self,
        text: &Rc<[u8]>,
        handle: &Rc<Handle>,
        parameters: u16,
        answer: Vec<u8>,
    ) -> Vec<u32> {
        let mut freed = Vec::from_iter(self.remove(text));
        let size = text.len() + answer.len();
        if size > BYTES_MAX {
            return freed;
        }
        while self.known.len() >= TEXTS_MAX || self.bytes + size > BYTES_MAX {
            let oldest = self.known.iter().min_by_key(|(_, known)| known.used);
            let Some(oldest) = oldest.map(|(text, _)| text.clone()) else {
                break;
            };
            freed.extend(self.remove(&oldest));
        }
        handle.take();
        self.uses += 1;
        self.bytes += size;
        let known = Text {
            handle: Rc::clone(handle),
            parameters,
            answer: answer.into(),
            used: self.uses,
        };
        self.known.insert(Rc::clone(text), known);
        freed
    }

    /// Forgets a text. Returns its handle if nobody needs it now.
    fn remove(&mut self, text: &[u8]) -> Option<u32> {
        let (text, known) = self.known.remove_entry(text)?;
        self.bytes -= text.len() + known.answer.len();
        known.handle.let_go().then(|| known.handle.number())
    }
}

impl Prepared {
    /// Texts that were prepared are reused from now on.
    pub fn reuse_texts(&mut self) {
        self.texts = Some(Texts::default());
    }

    /// Whether they are.
    pub fn reuses_texts(&self) -> bool {
        self.texts.is_some()
    }

    /// The statement of that id was prepared with this answer, which is given again when its text is
    /// prepared again. Returns handles that nobody needs any more.
    pub fn remember(&mut self, id: u32, answer: Vec<u8>) -> Vec<u32> {
        let Some((texts, statement)) = self.texts.as_mut().zip(self.statements.get(&id)) else {
            return Vec::new();
        };
        // Warnings are asked for behind it, and would not be there.
        let warnings = answer.get(HEADER_LEN + 10..HEADER_LEN + 12);
        if warnings != Some(&[0, 0]) || answer.len() > ANSWER_MAX {
            return Vec::new();
        }
        let handle = statement.handle.borrow();
        texts.add(&statement.text, &handle, statement.parameters, answer)
    }

    /// A text is prepared once more. Returns the id for it, and the answer for a session of that
    /// status; `None` if a server has to be asked: the text is not known, or there are many
    /// statements.
    pub fn again(
        &mut self,
        text: &[u8],
        kinds: Classification,
        since: u64,
        database: Option<Rc<[u8]>>,
        status: StatusFlags,
    ) -> Option<(u32, Vec<u8>)> {
        if self.statements.len() >= STATEMENTS_MAX {
            return None;
        }
        let texts = self.texts.as_mut()?;
        let text = Rc::clone(texts.known.get_key_value(text)?.0);
        let known = texts.known.get_mut(&text)?;
        texts.uses += 1;
        known.used = texts.uses;
        let (handle, parameters) = (Rc::clone(&known.handle), known.parameters);
        let mut answer = known.answer.to_vec();
        handle.take();
        let statement = self.enter(text, kinds, parameters, since, database, handle);
        put_into(&mut answer, statement.id, status);
        Some((statement.id, answer))
    }

    /// Connections are about to remember something of a statement: nobody else uses its handle from
    /// now on.
    pub fn set_apart(&mut self, id: u32) {
        let Some((texts, statement)) = self.texts.as_mut().zip(self.statements.get(&id)) else {
            return;
        };
        if statement.is_apart.replace(true) {
            return;
        }
        let shared = Rc::clone(&statement.handle.borrow());
        let known = texts.known.get(&statement.text);
        if known.is_some_and(|known| Rc::ptr_eq(&known.handle, &shared)) {
            texts.remove(&statement.text);
        }
        if shared.needs.get() > 1 {
            shared.let_go();
            self.handles += 1;
            statement.handle.replace(Rc::new(Handle::new(self.handles)));
        }
    }

    /// The text of a statement is to be prepared anew the next time. Returns its handle if nobody
    /// needs it now.
    pub fn forget_text_of(&mut self, id: u32) -> Option<u32> {
        let (texts, statement) = self.texts.as_mut().zip(self.statements.get(&id))?;
        texts.remove(&statement.text)
    }

    /// Goes on with what was another one's. Texts are reused as this one is set to.
    pub fn take_over(&mut self, other: &mut Self) {
        let texts = self.texts.take();
        *self = std::mem::take(other);
        self.forget_texts();
        self.texts = texts;
    }

    /// Texts may mean something else from now on. Returns the handles that nobody needs any more.
    pub fn forget_texts(&mut self) -> Vec<u32> {
        let texts = self.texts.as_mut().map(std::mem::take);
        let known = texts
            .into_iter()
            .flat_map(|texts| texts.known.into_values());
        let freed = known.filter(|known| known.handle.let_go());
        freed.map(|known| known.handle.number()).collect()
    }
}

/// Makes an answer to COM_STMT_PREPARE one for another statement, in a session of that status.
fn put_into(answer: &mut [u8], id: u32, status: StatusFlags) {
    if let Some([OK_HEADER, a, b, c, d]) = answer.get_mut(HEADER_LEN..HEADER_LEN + 5) {
        [*a, *b, *c, *d] = id.to_le_bytes();
    }
    let status = (status & LASTING).bits().to_le_bytes();
    let mut rest = answer;
    while let Some(header) = PacketHeader::decode(rest) {
        let Some((packet, behind)) = rest.split_at_mut_checked(HEADER_LEN + header.len as usize)
        else {
            return;
        };
        if header.len == EOF_LEN
            && let Some([EOF_HEADER, _, _, low, high]) = packet.get_mut(HEADER_LEN..)
        {
            [*low, *high] = status;
        }
        rest = behind;
    }
}

#[cfg(test)]
mod tests;
