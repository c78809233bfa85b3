//! How many connections there may be: of one account, and in all.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::error::WorkbenchError;

/// Places for connections.
#[derive(Debug)]
pub(super) struct Places {
    max: usize,
    of_account_max: usize,
    taken: Mutex<HashMap<Arc<str>, usize>>,
}

impl Places {
    /// None is taken.
    pub(super) fn new(max: usize, of_account_max: usize) -> Arc<Self> {
        Arc::new(Self {
            max,
            of_account_max,
            taken: Mutex::default(),
        })
    }

    /// A place for one more of that account.
    pub(super) fn take(self: &Arc<Self>, account: &Arc<str>) -> Result<Place, WorkbenchError> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let own = taken.get(account).copied().unwrap_or_default();
        if own >= self.of_account_max {
            return Err(WorkbenchError::Full {
                max: self.of_account_max,
                whose: " of this account",
            });
        }
        if taken.values().sum::<usize>() >= self.max {
            return Err(WorkbenchError::Full {
                max: self.max,
                whose: "",
            });
        }
        taken.insert(Arc::clone(account), own + 1);
        Ok(Place {
            places: Arc::clone(self),
            account: Arc::clone(account),
        })
    }
}

/// A place that is taken until this is dropped.
#[derive(Debug)]
pub(super) struct Place {
    places: Arc<Places>,
    account: Arc<str>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let taken = self.places.taken.lock();
        let mut taken = taken.unwrap_or_else(PoisonError::into_inner);
        match taken.get_mut(&self.account) {
            Some(own) if *own > 1 => *own -= 1,
            _ => {
                taken.remove(&self.account);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_has_its_limit_and_all_have_one_together() {
        let places = Places::new(3, 2);
        let (ann, bob, eve) = (Arc::from("ann"), Arc::from("bob"), Arc::from("eve"));
        let first = places.take(&ann).unwrap();
        let second = places.take(&ann).unwrap();
        let refused = places.take(&ann).unwrap_err().to_string();
        let expected = "there are 2 connections to run statements of this account already";
        assert_eq!(refused, expected);
        let third = places.take(&bob).unwrap();
        assert!(places.take(&eve).is_err());
        drop(second);
        let fourth = places.take(&eve).unwrap();
        drop((first, third, fourth));
        assert!(places.taken.lock().unwrap().is_empty());
    }
}
