//! How a change is made: validated whole, then written, then applied.

use std::sync::Arc;

use serde_json::Value;

use super::Control;
use super::error::ObjectError;
use super::layout::{Difference, Layout};
use crate::store::{Author, Change, ObjectKind};

impl Control {
    /// Makes the change that `act` makes to a copy of what is configured, all of it or nothing. What
    /// is in the audit as `action` are the objects that were there; others are made or deleted.
    pub(super) async fn rewrite(
        &self,
        author: &Author,
        action: &'static str,
        act: impl FnOnce(&mut Layout) -> Result<(), ObjectError>,
    ) -> Result<(), ObjectError> {
        let _writing = self.writing.write().await;
        self.rewrite_alone(author, action, &[], act).await
    }

    /// [`Control::rewrite`] by who holds the lock already, with further differences to be written.
    pub(super) async fn rewrite_alone(
        &self,
        author: &Author,
        action: &'static str,
        further: &[Difference],
        act: impl FnOnce(&mut Layout) -> Result<(), ObjectError>,
    ) -> Result<(), ObjectError> {
        let present = self.objects.layout();
        let mut next = Layout::clone(&present);
        act(&mut next)?;
        let prepared = self.objects.running().prepare(&present, &next)?;
        let mut differences = present.differences(&next);
        differences.extend_from_slice(further);
        self.commit(author, action, differences).await?;
        self.objects.set_layout(next);
        let left = self.objects.running().apply(prepared);
        self.objects.running().finish(left).await;
        Ok(())
    }

    /// Writes down that something was done to an object that stays configured as it is.
    pub(super) async fn note(
        &self,
        author: &Author,
        action: &'static str,
        kind: ObjectKind,
        name: &str,
        document: Option<Value>,
    ) -> Result<(), ObjectError> {
        let note = Difference {
            kind,
            name: Arc::from(name),
            before: document.clone(),
            after: document,
        };
        self.commit(author, action, vec![note]).await
    }

    /// Writes differences; nothing is written when there are none.
    pub(super) async fn commit(
        &self,
        author: &Author,
        action: &'static str,
        differences: Vec<Difference>,
    ) -> Result<(), ObjectError> {
        if differences.is_empty() {
            return Ok(());
        }
        let (journal, author) = (self.objects.journal(), author.clone());
        let written = tokio::task::spawn_blocking(move || {
            let changes: Vec<Change<'_>> = differences
                .iter()
                .map(|difference| change(&author, action, difference))
                .collect();
            journal.commit(&changes)
        });
        match written.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(ObjectError::Journal(error.to_string())),
            Err(error) => Err(ObjectError::Journal(error.to_string())),
        }
    }
}

fn change<'a>(author: &'a Author, action: &'static str, difference: &'a Difference) -> Change<'a> {
    let action = match (&difference.before, &difference.after) {
        (None, Some(_)) => "create",
        (Some(_), None) => "delete",
        _ => action,
    };
    Change {
        author,
        action,
        kind: difference.kind,
        name: &difference.name,
        before: difference.before.as_ref(),
        after: difference.after.as_ref(),
    }
}
