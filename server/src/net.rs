//! Sockets (the lead's half comes with the merge).

pub mod proxy_protocol;
pub mod tls;
