//! A chain that is being edited. Every way to edit it (drag, menu, keyboard, palette) is an [`Edit`],
//! and [`Draft::edit`] is the only one who changes anything.

use super::diff::{Chain, Diff};

/// What someone does to a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// Puts a filter in before the place `at`.
    Insert {
        /// The filter.
        name: String,
        /// The place, from 0; beyond the end means at the end.
        at: usize,
    },
    /// Moves a filter to the place `to` of the chain without it.
    Move {
        /// The filter.
        name: String,
        /// The place, from 0; beyond the end means at the end.
        to: usize,
    },
    /// Moves a filter by so many places.
    Shift {
        /// The filter.
        name: String,
        /// Up is negative.
        by: isize,
    },
    /// Takes a filter out.
    Remove {
        /// The filter.
        name: String,
    },
    /// Takes a filter into the hand: what moves follow are one edit.
    Grab {
        /// The filter.
        name: String,
    },
    /// Lets go of it where it is.
    Drop,
    /// Lets go of it where it was.
    Cancel,
    /// Puts another chain in the place of all of it.
    Replace(Chain),
    /// Takes the last edit back.
    Undo,
    /// Makes the edit again that was taken back last.
    Redo,
    /// Back to what the server has; can be undone.
    Discard,
}

/// What an edit did, for those who are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// A filter is at a place now: its name, the place from 1, how many there are.
    At(Done, String, usize, usize),
    /// A filter was taken out.
    Removed(String),
    /// The chain was replaced.
    Replaced,
    /// An edit was taken back.
    Undone,
    /// An edit was made again.
    Redone,
    /// All edits were taken back.
    Discarded,
}

/// How a filter came to its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// It was put in.
    Inserted,
    /// It was moved.
    Moved,
    /// It was taken into the hand.
    Grabbed,
    /// It was let go of.
    Dropped,
    /// It was put back.
    Restored,
}

/// A filter in the hand.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Held {
    name: String,
    before: Chain,
}

/// The chain that the server has, and the one that is staged.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Draft {
    base: Chain,
    version: Option<String>,
    chain: Chain,
    past: Vec<Chain>,
    future: Vec<Chain>,
    held: Option<Held>,
}

impl Draft {
    /// Nothing is staged yet.
    pub fn new(base: Chain, version: Option<String>) -> Self {
        Self {
            chain: base.clone(),
            base,
            version,
            ..Self::default()
        }
    }

    /// What is staged.
    pub fn chain(&self) -> &[String] {
        &self.chain
    }

    /// What the server has, as far as the draft knows.
    pub fn base(&self) -> &[String] {
        &self.base
    }

    /// The version of the base.
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// Whether something is staged.
    pub fn is_changed(&self) -> bool {
        self.base != self.chain
    }

    /// Whether there is an edit to take back.
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether there is an edit to make again.
    pub fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }

    /// The filter in the hand.
    pub fn held(&self) -> Option<&str> {
        self.held.as_ref().map(|held| held.name.as_str())
    }

    /// What is staged, as a way from what the server has.
    pub fn diff(&self) -> Diff {
        Diff::between(&self.base, &self.chain)
    }

    /// The server has taken a chain that was staged when it was sent; nothing is known of its version
    /// when it has another one already. What was staged since then stays, as a way from what was sent.
    pub fn accepted(&mut self, sent: &[String], version: Option<&str>) {
        self.base = sent.to_vec();
        if let Some(version) = version {
            self.version = Some(version.to_owned());
        }
    }

    /// The server has another chain or version now. What is staged stays; without anything staged the
    /// draft follows. Tells whether it knows of the server's chain now.
    pub fn follow(&mut self, base: &[String], version: Option<&str>) -> bool {
        if !self.is_changed() && self.held.is_none() {
            if self.base != base {
                self.past.clear();
                self.future.clear();
            }
            self.base = base.to_vec();
            self.chain = base.to_vec();
        } else if self.chain == base {
            // Someone did the same, or this is what was sent.
            self.base = base.to_vec();
        }
        let knows = self.base == base;
        if knows {
            self.version = version.map(str::to_owned);
        }
        knows
    }

    /// Takes another person's chain for the base and makes the same changes to it.
    pub fn rebase(&mut self, base: Chain, version: Option<String>) {
        self.settle();
        let chain = self.diff().apply(&base);
        self.base = base;
        self.version = version;
        self.stage(chain);
    }

    /// Edits. Tells what came of it; nothing when nothing changed.
    pub fn edit(&mut self, edit: Edit) -> Option<Told> {
        let goes_on = match &edit {
            Edit::Move { name, .. } | Edit::Shift { name, .. } => self.held() == Some(name),
            Edit::Drop | Edit::Cancel | Edit::Undo => true,
            _ => false,
        };
        if !goes_on {
            self.settle();
        }
        match edit {
            Edit::Insert { name, at } => self.insert(&name, at),
            Edit::Move { name, to } => self.shift(&name, |_| to),
            Edit::Shift { name, by } => self.shift(&name, |at| at.saturating_add_signed(by)),
            Edit::Remove { name } => {
                let at = self.place(&name)?;
                let mut chain = self.chain.clone();
                chain.remove(at);
                self.stage(chain);
                Some(Told::Removed(name))
            }
            Edit::Grab { name } => {
                let told = self.told(Done::Grabbed, &name)?;
                let before = self.chain.clone();
                self.held = Some(Held { name, before });
                Some(told)
            }
            Edit::Drop => {
                let name = self.settle()?;
                self.told(Done::Dropped, &name)
            }
            Edit::Cancel => {
                let Held { name, before } = self.held.take()?;
                self.chain = before;
                self.told(Done::Restored, &name)
            }
            Edit::Replace(chain) => self.stage(chain).then_some(Told::Replaced),
            Edit::Undo => self.undo(),
            Edit::Redo => {
                let next = self.future.pop()?;
                self.past.push(std::mem::replace(&mut self.chain, next));
                Some(Told::Redone)
            }
            Edit::Discard => self.stage(self.base.clone()).then_some(Told::Discarded),
        }
    }

    /// Lets go of what is in the hand, where it is.
    fn settle(&mut self) -> Option<String> {
        let Held { name, before } = self.held.take()?;
        let chain = std::mem::replace(&mut self.chain, before);
        self.stage(chain);
        Some(name)
    }

    fn insert(&mut self, name: &str, at: usize) -> Option<Told> {
        if self.place(name).is_some() {
            return None;
        }
        let mut chain = self.chain.clone();
        chain.insert(at.min(chain.len()), name.to_owned());
        self.stage(chain);
        self.told(Done::Inserted, name)
    }

    fn shift(&mut self, name: &str, to: impl Fn(usize) -> usize) -> Option<Told> {
        let at = self.place(name)?;
        let to = to(at).min(self.chain.len() - 1);
        if to == at {
            return None;
        }
        let mut chain = self.chain.clone();
        let item = chain.remove(at);
        chain.insert(to, item);
        if self.held() == Some(name) {
            self.chain = chain;
        } else {
            self.stage(chain);
        }
        self.told(Done::Moved, name)
    }

    fn undo(&mut self) -> Option<Told> {
        self.edit(Edit::Cancel);
        let before = self.past.pop()?;
        self.future.push(std::mem::replace(&mut self.chain, before));
        Some(Told::Undone)
    }

    /// Makes `chain` the staged one and remembers the one before.
    fn stage(&mut self, chain: Chain) -> bool {
        if chain == self.chain {
            return false;
        }
        self.past.push(std::mem::replace(&mut self.chain, chain));
        self.future.clear();
        true
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.chain.iter().position(|other| other == name)
    }

    fn told(&self, done: Done, name: &str) -> Option<Told> {
        let at = self.place(name)?;
        Some(Told::At(done, name.to_owned(), at + 1, self.chain.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::diff::tests::{Dice, chain};
    use super::*;

    fn draft(names: &str) -> Draft {
        Draft::new(chain(names), Some("v1".to_owned()))
    }

    fn staged(draft: &Draft) -> String {
        draft.chain().join(" ")
    }

    fn any_edit(dice: &mut Dice) -> Edit {
        let names = chain("a b c d e f g h");
        let name = names[dice.below(names.len())].clone();
        match dice.below(12) {
            0..3 => Edit::Insert {
                name,
                at: dice.below(10),
            },
            3 | 4 => Edit::Move {
                name,
                to: dice.below(10),
            },
            5 => Edit::Shift {
                name,
                by: dice.below(5).cast_signed() - 2,
            },
            6 => Edit::Remove { name },
            7 => Edit::Grab { name },
            8 => Edit::Drop,
            9 => Edit::Cancel,
            10 => Edit::Replace(dice.chain()),
            _ => Edit::Redo,
        }
    }

    #[test]
    fn any_sequence_of_edits_undone_is_the_beginning() {
        let mut dice = Dice(7);
        for round in 0..2_000 {
            let beginning = dice.chain();
            let mut draft = Draft::new(beginning.clone(), None);
            for _ in 0..dice.below(30) {
                let edit = any_edit(&mut dice);
                draft.edit(edit);
                let mut names = draft.chain().to_vec();
                names.sort();
                names.dedup();
                assert_eq!(names.len(), draft.chain().len(), "a name twice");
            }
            draft.edit(Edit::Drop);
            let end = draft.chain().to_vec();
            while draft.can_undo() {
                draft.edit(Edit::Undo);
            }
            assert_eq!(draft.chain(), beginning, "round {round}");
            assert!(!draft.is_changed());
            while draft.can_redo() {
                draft.edit(Edit::Redo);
            }
            assert_eq!(draft.chain(), end, "round {round}, done again");
        }
    }

    #[test]
    fn every_way_to_move_comes_to_the_same() {
        let mut by_drag = draft("a b c d");
        by_drag.edit(Edit::Move {
            name: "c".to_owned(),
            to: 0,
        });
        let mut by_menu = draft("a b c d");
        for _ in 0..2 {
            let name = "c".to_owned();
            by_menu.edit(Edit::Shift { name, by: -1 });
        }
        let mut by_keys = draft("a b c d");
        by_keys.edit(Edit::Grab {
            name: "c".to_owned(),
        });
        for _ in 0..2 {
            let name = "c".to_owned();
            by_keys.edit(Edit::Shift { name, by: -1 });
        }
        assert!(!by_keys.can_undo(), "in the hand nothing is staged yet");
        let told = by_keys.edit(Edit::Drop);
        assert_eq!(told, Some(Told::At(Done::Dropped, "c".to_owned(), 1, 4)));
        for draft in [&by_drag, &by_menu, &by_keys] {
            assert_eq!(staged(draft), "c a b d");
        }
        by_keys.edit(Edit::Undo);
        assert_eq!(staged(&by_keys), "a b c d", "one edit, however many moves");
    }

    #[test]
    fn what_is_let_go_of_by_escape_is_where_it_was() {
        let mut draft = draft("a b c");
        draft.edit(Edit::Grab {
            name: "a".to_owned(),
        });
        draft.edit(Edit::Shift {
            name: "a".to_owned(),
            by: 2,
        });
        assert_eq!(staged(&draft), "b c a");
        let told = draft.edit(Edit::Cancel);
        assert_eq!(told, Some(Told::At(Done::Restored, "a".to_owned(), 1, 3)));
        assert_eq!(
            (staged(&draft).as_str(), draft.can_undo()),
            ("a b c", false)
        );
    }

    #[test]
    fn edits_that_change_nothing_are_none() {
        let mut draft = draft("a b");
        let edits = [
            Edit::Insert {
                name: "a".to_owned(),
                at: 0,
            },
            Edit::Move {
                name: "a".to_owned(),
                to: 0,
            },
            Edit::Move {
                name: "x".to_owned(),
                to: 0,
            },
            Edit::Shift {
                name: "b".to_owned(),
                by: 1,
            },
            Edit::Remove {
                name: "x".to_owned(),
            },
            Edit::Drop,
            Edit::Cancel,
            Edit::Undo,
            Edit::Redo,
            Edit::Discard,
        ];
        for edit in edits {
            assert_eq!(draft.edit(edit.clone()), None, "{edit:?}");
        }
        assert_eq!(draft, self::draft("a b"));
    }

    #[test]
    fn a_draft_follows_the_server_until_something_is_staged() {
        let mut draft = draft("a b");
        assert!(draft.follow(&chain("b"), Some("v2")));
        assert_eq!(
            (staged(&draft).as_str(), draft.version()),
            ("b", Some("v2"))
        );
        draft.edit(Edit::Insert {
            name: "c".to_owned(),
            at: 1,
        });
        assert!(!draft.follow(&chain("a"), Some("v3")));
        assert_eq!(staged(&draft), "b c");
        assert_eq!(
            draft.version(),
            Some("v2"),
            "the other's change is not known"
        );
        // Something else of the session was changed.
        assert!(draft.follow(&chain("b"), Some("v4")));
        assert_eq!(draft.version(), Some("v4"));
        // What was sent is there.
        assert!(draft.follow(&chain("b c"), Some("v5")));
        assert!(!draft.is_changed());
    }

    #[test]
    fn what_is_staged_while_a_change_is_sent_is_a_way_from_what_was_sent() {
        let add = |name: &str| Edit::Insert {
            name: name.to_owned(),
            at: usize::MAX,
        };
        let mut draft = draft("a");
        draft.edit(add("b"));
        let sent = draft.clone();
        draft.edit(add("c"));
        draft.accepted(sent.chain(), Some("v2"));
        assert_eq!(draft.base(), chain("a b"));
        assert_eq!(staged(&draft), "a b c");
        assert!(
            draft.follow(&chain("a b"), Some("v2")),
            "it is not another's"
        );
        // The chain is another one already: the next change has to meet that.
        draft.accepted(&chain("a b c"), None);
        assert_eq!(draft.version(), Some("v2"));
    }

    #[test]
    fn ones_own_changes_are_made_again_on_the_others() {
        let mut draft = draft("a b");
        draft.edit(Edit::Move {
            name: "b".to_owned(),
            to: 0,
        });
        draft.rebase(chain("a b c"), Some("v9".to_owned()));
        assert_eq!(staged(&draft), "b a c");
        assert_eq!(draft.base(), chain("a b c"));
        assert_eq!(draft.version(), Some("v9"));
        assert!(draft.is_changed());
    }
}
