//! How much of the traffic a filter has to see.

bitflags::bitflags! {
    /// What a filter needs. A chain's need is the union of its filters'; what nobody needs is not
    /// done, and the bytes go through as they are.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    pub struct Needs: u8 {
        /// Requests, whole, before they go to a server.
        const REQUESTS = 1;
        /// To be told when a reply is complete, and what it said.
        const REPLY_ENDS = 1 << 1;
        /// Every packet of replies, before it goes to the client.
        const PACKETS = 1 << 2;
    }
}

impl Needs {
    /// Whether requests have to be collected.
    pub fn requests(self) -> bool {
        self.contains(Self::REQUESTS)
    }

    /// Whether replies have to be taken apart.
    pub fn packets(self) -> bool {
        self.contains(Self::PACKETS)
    }
}
