//! How a change is made: validated whole, then written, then applied.

use super::error::ObjectError;
use super::journal::Entry;
use super::layout::{Layout, Tabled};
use super::{By, Control};

impl Control {
    /// Makes the change that `act` makes to a copy of what is configured, all of it or nothing. What
    /// is in the audit as `action` are the objects that were there; others are made or deleted.
    pub(super) async fn rewrite(
        &self,
        by: &By,
        action: &'static str,
        act: impl FnOnce(&mut Layout) -> Result<(), ObjectError>,
    ) -> Result<(), ObjectError> {
        let _writing = self.writing.write().await;
        self.rewrite_alone(by, action, Vec::new(), act).await
    }

    /// [`Control::rewrite`] by who holds the lock already, with further entries to be written.
    pub(super) async fn rewrite_alone(
        &self,
        by: &By,
        action: &'static str,
        further: Vec<Entry>,
        act: impl FnOnce(&mut Layout) -> Result<(), ObjectError>,
    ) -> Result<(), ObjectError> {
        let present = self.objects.layout();
        let mut next = Layout::clone(&present);
        act(&mut next)?;
        next.check_whole(|name| self.objects.is_filter(name))?;
        let prepared = self.objects.running().prepare(&present, &next)?;
        let mut entries = further;
        entries.extend(present.differences(&next, action));
        if !entries.is_empty() {
            self.commit(by, entries).await?;
        }
        self.objects.set_layout(next);
        let left = self.objects.running().apply(prepared);
        self.objects.running().finish(left).await;
        Ok(())
    }

    /// Writes down that something is done to an object that stays configured as it is. Gives back
    /// `running`, which is that object as it runs.
    ///
    /// # Errors
    /// It does not run, or this could not be written.
    pub(super) async fn noted<P: Tabled, T>(
        &self,
        by: &By,
        action: &'static str,
        name: &str,
        running: Option<T>,
    ) -> Result<T, ObjectError> {
        let running = running.ok_or_else(|| ObjectError::NotFound(name.to_owned(), P::ONE))?;
        let document = self.objects.layout().document::<P>(name);
        let entry = Entry {
            action,
            kind: P::KIND,
            name: name.to_owned(),
            before: document.clone(),
            after: document,
        };
        self.commit(by, vec![entry]).await?;
        Ok(running)
    }
}
