//! What the gateway holds for clients that do nothing.

use sluicegate_tests::gateway::{Setup, is_rerouted};
use sluicegate_tests::measure::resident_kib;
use sluicegate_tests::raw::RawClient;
use sluicegate_tests::waiting::within;

use crate::fixture::world;

/// Connections that are opened.
const CLIENTS: u64 = 1000;
/// Resident KiB for each.
const KIB_MAX: f64 = 4.1;
/// The same with readwritesplit.
const SPLIT_KIB_MAX: f64 = 6.5;

#[tokio::test]
async fn an_idle_client_takes_about_as_much_memory_as_in_haproxy() {
    let world = world().await;
    let mut setup = Setup::new(&[&world.shared.db]);
    setup.cnf.section("maxscale").set("log_info", false);
    let gateway = setup.start().await;
    let work = async {
        let mut clients = Vec::new();
        let mut before = 0;
        for number in 0..CLIENTS + 100 {
            // The first ones grow what all of them share.
            if number == 100 {
                before = resident_kib(gateway.pid());
            }
            let client = RawClient::logged_in(gateway.port(), &world.login()).await;
            let mut client = client.expect("a login");
            client.value("SELECT 1").await.expect("a value");
            clients.push(client);
        }
        resident_kib(gateway.pid()).saturating_sub(before)
    };
    let time = std::time::Duration::from_mins(3);
    let grown = within(time, "many clients log in", work).await;
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52 KiB")]
    let each = grown as f64 / CLIENTS as f64;
    println!("{each:.2} KiB for each");
    let max = if is_rerouted() {
        SPLIT_KIB_MAX
    } else {
        KIB_MAX
    };
    assert!(each <= max, "{each:.2} KiB for each idle client");
}
