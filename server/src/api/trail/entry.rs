//! The row of a request from its beginning to its end, whichever that is.

use std::sync::Arc;

use axum::http::{Request, StatusCode};

use super::Row;
use crate::api::connection::Peer;
use crate::api::state::{ApiOptions, ApiState};

/// The status of a request whose client went away before the answer, as servers of the web log it.
const CLIENT_GONE: u16 = 499;

/// A row that is written when this ends: also when the client goes away meanwhile.
pub(in crate::api) struct Entry {
    pub(in crate::api) row: Row,
    state: ApiState,
    /// As the request found them: one that turns `admin_audit` off is written.
    options: Arc<ApiOptions>,
    is_answered: bool,
}

impl Entry {
    /// For a request that has come; none when they are not written.
    pub(in crate::api) fn begin<B>(
        state: &ApiState,
        request: &Request<B>,
        peer: Peer,
    ) -> Option<Self> {
        let options = state.options();
        options.audit.enabled.then(|| Self {
            row: Row::begin(request, peer),
            state: state.clone(),
            options,
            is_answered: false,
        })
    }

    /// It was answered; the row is written.
    pub(in crate::api) fn answered(mut self, status: StatusCode) {
        self.row.answered(status);
        self.is_answered = true;
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        if !self.is_answered {
            let failed = StatusCode::INTERNAL_SERVER_ERROR;
            let gone = StatusCode::from_u16(CLIENT_GONE).unwrap_or(failed);
            let panics = std::thread::panicking();
            self.row.answered(if panics { failed } else { gone });
        }
        if self.options.writes_row(self.row.method()) {
            self.state.trail().push(&self.options.audit, &self.row);
        }
    }
}
