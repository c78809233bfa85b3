//! How a change is made: validated whole, then written, then applied.

use serde_json::{Map, Value};

use super::error::ObjectError;
use super::journal::Entry;
use super::layout::{Layout, Tabled};
use super::{By, Control};
use crate::config::{Object, Settable, Values};

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
        next.hosts.clear();
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

    /// Makes an object of the parameters that `values` tells; `further` then puts it where it belongs.
    pub(super) async fn make<P: Tabled + Settable>(
        &self,
        by: &By,
        name: &str,
        values: impl FnOnce(&Layout) -> Result<Values, ObjectError>,
        further: impl FnOnce(&mut Layout) -> Result<(), ObjectError>,
    ) -> Result<(), ObjectError> {
        let act = |layout: &mut Layout| {
            self.objects.check_new_name(layout, name)?;
            let values = values(layout)?;
            layout.put(Object::<P>::at_run_time(name, values)?);
            further(layout)
        };
        self.rewrite(by, "relate", act).await?;
        tracing::info!(object = name, "{} '{name}' has been made", word::<P>());
        Ok(())
    }

    /// Gives an object other parameters, on which `related` has the last word. To be called with the
    /// lock for writers. `expected` is the version that it has to have.
    pub(super) async fn change<P: Tabled + Settable>(
        &self,
        by: &By,
        name: &str,
        parameters: Option<&Map<String, Value>>,
        expected: Option<u64>,
        related: impl FnOnce(&mut Layout, &P, Values) -> Result<Values, ObjectError>,
    ) -> Result<(), ObjectError> {
        let act = |layout: &mut Layout| {
            let present = layout.find_as::<P>(name, expected)?;
            let values = match parameters {
                Some(parameters) => present
                    .object
                    .values
                    .altered(parameters, Some(layout.path_folder()))?,
                None => present.object.values.clone(),
            };
            let values = related(layout, &present.object.parameters, values)?;
            layout.put(present.object.with(values)?);
            Ok(())
        };
        self.rewrite_alone(by, "alter", Vec::new(), act).await?;
        tracing::info!(object = name, "{} '{name}' has been altered", word::<P>());
        Ok(())
    }

    /// Removes an object, after `unlink` has taken it from where it is used, or has refused.
    pub(super) async fn take_out<P: Tabled>(
        &self,
        by: &By,
        name: &str,
        expected: Option<u64>,
        unlink: impl FnOnce(&mut Layout, &P) -> Result<(), ObjectError>,
    ) -> Result<(), ObjectError> {
        let act = |layout: &mut Layout| {
            let present = layout.find_as::<P>(name, expected)?;
            unlink(layout, &present.object.parameters)?;
            layout.remove::<P>(name);
            Ok(())
        };
        self.rewrite(by, "relate", act).await?;
        tracing::info!(object = name, "{} '{name}' has been removed", word::<P>());
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

/// What objects of a kind are called, without an article.
fn word<P: Tabled>() -> &'static str {
    P::ONE.trim_start_matches("a ")
}
