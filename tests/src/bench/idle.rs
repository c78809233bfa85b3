//! Memory of a proxy that holds many idle connections.

use crate::measure::resident_kib;
use crate::raw::{Login, RawClient};

use super::targets::Target;
use super::{ACCOUNT, IdleMemory};

/// Opens `count` connections, lets each do one statement, and divides the growth.
pub(super) async fn measure(target: &Target, count: usize) -> IdleMemory {
    let pid = target.pid.expect("a proxy has a process");
    let before = resident_kib(pid);
    let login = Login::new(ACCOUNT.0, ACCOUNT.1);
    let mut clients = Vec::with_capacity(count);
    for _ in 0..count {
        let mut client = RawClient::logged_in(target.port, &login)
            .await
            .expect("a login");
        client.value("SELECT 1").await.expect("a value");
        clients.push(client);
    }
    let grown = resident_kib(pid).saturating_sub(before);
    drop(clients);
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52 KiB")]
    let kib_per_connection = grown as f64 / count as f64;
    IdleMemory {
        target: target.kind,
        kib_per_connection,
    }
}
