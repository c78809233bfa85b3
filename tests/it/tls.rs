//! TLS on and off, to clients and to servers.

use sluicegate_tests::clients::Endpoint;

use crate::fixture::world;

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
