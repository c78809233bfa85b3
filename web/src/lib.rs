//! The console.
pub mod format;
pub mod api {
    pub mod events {
        pub mod reader;
    }
}
pub mod state {
    pub mod link;
    pub mod rate;
    pub mod rows;
    pub mod session_list;
}
