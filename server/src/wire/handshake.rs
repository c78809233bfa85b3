//! The packets of the connection phase and of COM_CHANGE_USER (MariaDB documentation:
//! "1 - Connecting").

mod attributes;
mod auth_exchange;
mod change_user;
mod initial;
mod response;
mod ssl_request;

pub use attributes::Attributes;
pub use auth_exchange::{AuthMoreData, AuthSwitchRequest};
pub use change_user::ChangeUser;
pub use initial::InitialHandshake;
pub use response::HandshakeResponse;
pub use ssl_request::{SslRequest, is_ssl_request};

/// Length of the random bytes a password is scrambled with.
pub const SCRAMBLE_LEN: usize = 20;
