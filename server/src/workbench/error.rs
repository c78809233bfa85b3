//! Why a connection can't do what is asked of it.

use std::sync::Arc;

use crate::backend::BackendError;

/// See the module.
#[derive(Debug, thiserror::Error)]
pub enum WorkbenchError {
    /// `admin_sql=false`.
    #[error("the API runs no statements (admin_sql)")]
    Disabled,
    /// What is to be connected to does not exist.
    #[error("{0} is not a server, a service or a listener")]
    NotATarget(String),
    /// A service that nothing leads to.
    #[error("service '{0}' has no listener to come in through")]
    NoListener(String),
    /// A listener whose clients wait.
    #[error("listener '{0}' is stopped")]
    Stopped(Arc<str>),
    /// All places are taken.
    #[error("there are {max} connections to run statements{whose} already")]
    Full {
        /// How many there may be.
        max: usize,
        /// Of whom.
        whose: &'static str,
    },
    /// It could not be connected.
    #[error("{}", told(.0))]
    Connect(BackendError),
    /// The gateway has no sockets left.
    #[error("no connection could be made: {0}")]
    NoSocket(#[from] std::io::Error),
    /// It does something.
    #[error("the connection is busy")]
    Busy,
    /// A transaction is open.
    #[error("a transaction is open")]
    InTransaction,
    /// The connection is lost: it can only be closed or made anew.
    #[error("the connection is lost: {0}")]
    Lost(String),
    /// The other end has refused it.
    #[error("{0}")]
    Refused(String),
    /// What runs goes on, as far as is known.
    #[error("what runs could not be ended, and may go on there: {0}")]
    NotKilled(String),
    /// It was closed.
    #[error("the connection was closed")]
    Closed,
    /// The answer could not be waited for.
    #[error("the statement could not be run")]
    Broken,
}

impl WorkbenchError {
    /// Whether what was asked for is wrong, and not that it can't be done now.
    pub fn is_of_request(&self) -> bool {
        match self {
            Self::NotATarget(_) | Self::NoListener(_) => true,
            Self::Connect(error) => {
                error.is_access_denied()
                    || (error.server_error().is_some() && !error.another_server_may_help())
            }
            _ => false,
        }
    }
}

/// What may be told of a failure: the error of the server itself, or that it can't be used; no address.
pub(super) fn told(error: &BackendError) -> String {
    let packet = error.packet();
    let text = String::from_utf8_lossy(&packet.message);
    if error.server_error().is_some() {
        format!("error {}: {text}", packet.code)
    } else {
        text.into_owned()
    }
}
