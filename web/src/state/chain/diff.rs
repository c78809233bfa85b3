//! What is different between two chains.
//!
//! A filter stands in a chain once at most, so names tell the items apart.

/// A chain: the names of filters, in order.
pub type Chain = Vec<String>;

/// How an item of the new chain came to its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// It stays where it was among its neighbours.
    Kept,
    /// It is new.
    Added,
    /// It was at this place of the old chain, counted from 0.
    Moved {
        /// The old place.
        from: usize,
    },
}

/// An item of the new chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The filter.
    pub name: String,
    /// How it came there.
    pub mark: Mark,
}

/// The way from an old chain to a new one, with as few moves as possible.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Diff {
    /// The new chain.
    pub entries: Vec<Entry>,
    /// What the old one had besides, with its place there.
    pub removed: Vec<(usize, String)>,
}

impl Diff {
    /// The way from `old` to `new`.
    pub fn between(old: &[String], new: &[String]) -> Self {
        let place = |name: &String| old.iter().position(|other| other == name);
        let places: Vec<Option<usize>> = new.iter().map(place).collect();
        let kept = longest_ascent(&places);
        let entry = |(at, name): (usize, &String)| Entry {
            name: name.clone(),
            mark: match places[at] {
                None => Mark::Added,
                Some(_) if kept[at] => Mark::Kept,
                Some(from) => Mark::Moved { from },
            },
        };
        let is_gone = |(_, name): &(usize, &String)| !new.contains(name);
        Self {
            entries: new.iter().enumerate().map(entry).collect(),
            removed: old
                .iter()
                .enumerate()
                .filter(is_gone)
                .map(|(at, name)| (at, name.clone()))
                .collect(),
        }
    }

    /// Whether nothing is different.
    pub fn is_empty(&self) -> bool {
        self.removed.is_empty() && self.entries.iter().all(|entry| entry.mark == Mark::Kept)
    }

    /// How many are added, moved and removed.
    pub fn counts(&self) -> (usize, usize, usize) {
        let count = |is: fn(Mark) -> bool| self.entries.iter().filter(|e| is(e.mark)).count();
        let added = count(|mark| mark == Mark::Added);
        let moved = count(|mark| matches!(mark, Mark::Moved { .. }));
        (added, moved, self.removed.len())
    }

    /// Goes the same way from another chain: of the old one it leads to the new one. What another
    /// person has removed meanwhile stays removed; what is put in comes behind the item that it
    /// stands behind in the new chain.
    pub fn apply(&self, other: &[String]) -> Chain {
        let mut chain: Chain = other.to_vec();
        chain.retain(|name| !self.removed.iter().any(|(_, gone)| gone == name));
        for (at, Entry { name, mark }) in self.entries.iter().enumerate() {
            let present = chain.iter().position(|other| other == name);
            match (mark, present) {
                (Mark::Kept, _) | (Mark::Moved { .. }, None) => continue,
                (_, Some(present)) => drop(chain.remove(present)),
                (Mark::Added, None) => {}
            }
            let before = self.entries[..at].iter().rev();
            let behind = before
                .filter_map(|entry| chain.iter().position(|other| *other == entry.name))
                .map(|place| place + 1)
                .next();
            chain.insert(behind.unwrap_or(0), name.clone());
        }
        chain
    }
}

/// Which places belong to a longest strictly ascending run; what has none never does.
fn longest_ascent(places: &[Option<usize>]) -> Vec<bool> {
    // Chains are short: the quadratic way is the readable one.
    let mut best: Vec<(usize, Option<usize>)> = vec![(0, None); places.len()];
    for at in 0..places.len() {
        let Some(place) = places[at] else { continue };
        let before = (0..at).filter(|&i| places[i].is_some_and(|other| other < place));
        let longest = before.max_by_key(|&i| (best[i].0, std::cmp::Reverse(i)));
        best[at] = (longest.map_or(1, |i| best[i].0 + 1), longest);
    }
    let mut kept = vec![false; places.len()];
    let mut at = (0..places.len())
        .filter(|&i| best[i].0 > 0)
        .max_by_key(|&i| best[i].0);
    while let Some(i) = at {
        kept[i] = true;
        at = best[i].1;
    }
    kept
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Numbers that look random and are the same in every run.
    pub(crate) struct Dice(pub u64);

    impl Dice {
        pub(crate) fn below(&mut self, bound: usize) -> usize {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            usize::try_from(self.0 >> 33).unwrap() % bound.max(1)
        }

        /// Some of eight names, in any order.
        pub(crate) fn chain(&mut self) -> Chain {
            let mut names = chain("a b c d e f g h");
            let len = self.below(names.len() + 1);
            (0..len)
                .map(|_| names.remove(self.below(names.len())))
                .collect()
        }
    }

    pub(crate) fn chain(names: &str) -> Chain {
        names.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn a_diff_has_as_few_moves_as_possible() {
        let told = |old: &str, new: &str| {
            let diff = Diff::between(&chain(old), &chain(new));
            let mut told: Vec<String> = Vec::new();
            for Entry { name, mark } in &diff.entries {
                match mark {
                    Mark::Kept => {}
                    Mark::Added => told.push(format!("+{name}")),
                    Mark::Moved { from } => told.push(format!("{name}<{from}")),
                }
            }
            told.extend(
                diff.removed
                    .iter()
                    .map(|(at, name)| format!("-{name}@{at}")),
            );
            told.join(" ")
        };
        assert_eq!(told("a b c", "a b c"), "");
        assert_eq!(told("a b c", "c a b"), "c<2");
        assert_eq!(told("a b c", "b c a"), "a<0");
        assert_eq!(told("a b c", "a x c"), "+x -b@1");
        assert_eq!(told("", "a b"), "+a +b");
        assert_eq!(told("a b", ""), "-a@0 -b@1");
        assert_eq!(told("a b c d", "d b c a").split(' ').count(), 2);
    }

    #[test]
    fn the_diff_applied_to_the_old_is_the_new() {
        let mut dice = Dice(1);
        for round in 0..20_000 {
            let (old, new) = (dice.chain(), dice.chain());
            let diff = Diff::between(&old, &new);
            assert_eq!(diff.apply(&old), new, "round {round}: {old:?}");
            assert_eq!(
                diff.is_empty(),
                old == new,
                "round {round}: {old:?} {new:?}"
            );
        }
    }

    #[test]
    fn no_change_of_ones_own_leaves_the_others_chain_as_it_is() {
        let mut dice = Dice(2);
        for _ in 0..2_000 {
            let (base, theirs) = (dice.chain(), dice.chain());
            assert_eq!(Diff::between(&base, &base).apply(&theirs), theirs);
        }
    }

    #[test]
    fn re_applying_keeps_names_apart_and_does_what_was_done() {
        let mut dice = Dice(3);
        for _ in 0..20_000 {
            let (base, mine, theirs) = (dice.chain(), dice.chain(), dice.chain());
            let diff = Diff::between(&base, &mine);
            let both = diff.apply(&theirs);
            let mut names = both.clone();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), both.len(), "{both:?}");
            for (_, gone) in &diff.removed {
                assert!(!both.contains(gone), "{gone} is in {both:?}");
            }
            for entry in diff.entries.iter().filter(|e| e.mark == Mark::Added) {
                assert!(both.contains(&entry.name), "{} not in {both:?}", entry.name);
            }
        }
    }

    #[test]
    fn re_applying_puts_an_item_behind_the_one_it_stood_behind() {
        let both = |base: &str, mine: &str, theirs: &str| {
            Diff::between(&chain(base), &chain(mine))
                .apply(&chain(theirs))
                .join(" ")
        };
        assert_eq!(both("a b", "a x b", "a b c"), "a x b c");
        assert_eq!(both("a b", "a b x", "c a b"), "c a b x");
        assert_eq!(both("a b", "b a", "a b c"), "b a c");
        assert_eq!(both("a b", "b", "a b c"), "b c");
        assert_eq!(both("a b", "b a", "a"), "a");
    }
}
