//! Who may do what: administrators of the gateway (`admin`), and clients.

pub mod admin;
