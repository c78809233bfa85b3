//! TLS on and off, to clients and to servers.

use std::path::Path;

use sluicegate_tests::certificates::{Authority, Certificate};
use sluicegate_tests::clients::Endpoint;
use sluicegate_tests::gateway::Setup;
use sluicegate_tests::ports::free_port;
use sluicegate_tests::raw::RawClient;
use sluicegate_tests::waiting::{PATIENCE, eventually};

use crate::fixture::{World, world};

const CIPHER: &str = "SHOW STATUS LIKE 'Ssl_cipher'";

#[tokio::test]
async fn a_client_with_tls_trusts_the_listeners_certificate() {
    let world = world().await;
    let ca = format!("--ssl-ca={}", world.shared.tls.ca.display());
    let output = world
        .cli_at(&Endpoint::Tcp(world.shared.tls_port))
        .argument(&ca)
        .argument("--ssl-verify-server-cert")
        .query("\\s\nSELECT 'works'")
        .await;
    assert!(output.contains("works"), "{output}");
    assert!(output.contains("Cipher in use is TLS_"), "{output}");
}

#[tokio::test]
async fn a_client_without_tls_is_refused_by_a_listener_that_has_it() {
    let world = world().await;
    let output = world
        .cli_at(&Endpoint::Tcp(world.shared.tls_port))
        .argument("--skip-ssl")
        .run("SELECT 1")
        .await;
    assert!(!output.ok);
    assert!(output.stderr.starts_with("ERROR "), "{}", output.stderr);
    assert!(
        !output.stderr.contains("Lost connection"),
        "says no reason: {}",
        output.stderr
    );
}

#[tokio::test]
async fn a_client_that_insists_on_tls_gets_none_from_a_plain_listener() {
    let world = world().await;
    let ca = format!("--ssl-ca={}", world.shared.tls.ca.display());
    let insists = world
        .cli()
        .argument(&ca)
        .argument("--ssl-verify-server-cert");
    let output = insists.run("SELECT 1").await;
    assert!(output.stderr.contains("ERROR 2026"), "{output:?}");
}

#[tokio::test]
async fn the_server_sees_tls_exactly_where_the_server_section_has_it() {
    let world = world().await;
    let plain = world.cli().query(CIPHER).await;
    assert_eq!(plain.trim(), "Ssl_cipher");
    let secure = world
        .cli_at(&Endpoint::Tcp(world.shared.secure_server_port))
        .query(CIPHER)
        .await;
    assert!(secure.contains("Ssl_cipher\tTLS_"), "{secure}");
}

#[tokio::test]
async fn large_data_goes_through_tls_on_both_sides() {
    let world = world().await;
    let ca = format!("--ssl-ca={}", world.shared.tls.ca.display());
    for port in [world.shared.tls_port, world.shared.secure_server_port] {
        let cli = world
            .cli_at(&Endpoint::Tcp(port))
            .argument(&ca)
            .argument("--quick");
        let output = cli.query("SELECT REPEAT('x', 15000000)").await;
        assert_eq!(output.len(), 15_000_001);
    }
}

/// A gateway before the shared server, whose server section speaks TLS and trusts only `ca`.
fn trusting(world: &World, ca: &Path) -> Setup {
    let mut setup = Setup::new(&[&world.shared.db]);
    setup.cnf.section("Main").set("router_options", "running");
    setup
        .cnf
        .section("server1")
        .set("ssl", true)
        .set("ssl_ca", ca.display())
        .set("ssl_verify_peer_certificate", true);
    setup
}

#[tokio::test]
async fn a_server_whose_certificate_is_not_trusted_is_not_used() {
    let world = world().await;
    let stranger = Authority::new().issue("stranger");
    let mut gateway = trusting(&world, &stranger.ca).start_unready();
    let told = eventually(PATIENCE, "a login is answered", async || {
        let attempt = RawClient::logged_in(gateway.port(), &world.login()).await;
        attempt
            .err()
            .filter(|error| error.to_string().contains("Err"))
    })
    .await;
    assert!(told.to_string().contains("Err"), "{told}");
    gateway.logs("TLS").await;
    assert!(gateway.stop().await.success());
}

#[tokio::test]
async fn a_listener_that_verifies_clients_takes_only_those_with_a_certificate_it_trusts() {
    let world = world().await;
    let authority = Authority::new();
    let (own, client) = (authority.issue("gateway"), authority.issue("client"));
    let stranger = Authority::new().issue("stranger");
    let mut setup = Setup::new(&[&world.shared.db]);
    setup.cnf.section("Main").set("router_options", "running");
    let port = free_port();
    setup
        .cnf
        .listener("Strict-Listener", "Main", port)
        .set("ssl", true)
        .set("ssl_key", own.key.display())
        .set("ssl_cert", own.cert.display())
        .set("ssl_ca", own.ca.display())
        .set("ssl_verify_peer_certificate", true);
    let gateway = setup.start().await;
    let cli = world
        .cli_at(&Endpoint::Tcp(port))
        .argument(&format!("--ssl-ca={}", own.ca.display()));
    let with = |certificate: &Certificate| {
        cli.clone()
            .argument(&format!("--ssl-cert={}", certificate.cert.display()))
            .argument(&format!("--ssl-key={}", certificate.key.display()))
    };
    assert_eq!(with(&client).query("SELECT 'welcome'").await, "welcome\n");
    for refused in [with(&stranger), cli.clone()] {
        let output = refused.run("SELECT 1").await;
        assert!(!output.ok, "{output:?}");
    }
    drop(gateway);
}
