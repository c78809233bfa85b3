//! What a session leaves behind at its end.

use super::Relay;
use crate::net::Stream;
use crate::sessions::backends::{Backend, Seat};

impl Relay {
    /// Takes away the connections that another session could go on with: none if anything at all is
    /// under way, else those that have nothing to finish.
    pub fn take_unused(&mut self) -> Vec<(Stream, Seat)> {
        let at_rest = self.flow.is_settled()
            && self.is_quiet()
            && self.held_request.is_none()
            && self.record.leaves_connections();
        if !at_rest {
            return Vec::new();
        }
        let parked = self
            .routed
            .iter_mut()
            .flat_map(|routed| routed.parked_mut());
        let parked = parked.map(|(_, backend)| backend);
        let all = parked.chain(Some(&mut self.backend));
        all.filter_map(Backend::take_unused).collect()
    }
}
