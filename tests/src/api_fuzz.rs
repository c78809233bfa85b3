//! `make api-fuzz`: schemathesis asks a gateway everything that its OpenAPI document describes, and
//! compares the answers with it. What is right on purpose stands in `tests/api-fuzz/schemathesis.toml`.

use std::ffi::OsString;
use std::path::Path;
use std::process::Stdio;

use crate::gateway::{Gateway, Setup};
use crate::mariadb::{MariaDb, SERVICE_ACCOUNT};
use crate::raw::{Login, RawClient};
use crate::scratch;

/// The gateway that is attacked, and what it needs.
struct Stage {
    gateway: Gateway,
    _server: MariaDb,
    /// A session that can be looked at.
    _client: RawClient,
}

impl Stage {
    async fn start() -> Self {
        let server = MariaDb::start("api-fuzz").await;
        let mut setup = Setup::new(&[&server]);
        setup
            .cnf
            .section("maxscale")
            .set("retain_last_statements", 10)
            .set("session_trace", 20);
        let filters = [
            ("Null", "nullfilter"),
            ("Trace", "qlafilter"),
            ("Rows", "maxrows"),
        ];
        for (name, module) in filters {
            setup
                .cnf
                .section(name)
                .set("type", "filter")
                .set("module", module);
        }
        let folder = scratch::folder("api-fuzz");
        let lines = folder.join("lines").display().to_string();
        setup.cnf.section("Trace").set("filebase", lines);
        setup.cnf.section("Main").set("filters", "Null|Trace");
        let gateway = setup.start().await;
        let login = Login::new(SERVICE_ACCOUNT.0, SERVICE_ACCOUNT.1);
        let client = RawClient::logged_in(gateway.port(), &login).await;
        let mut client = client.expect("a client is let in");
        client.value("SELECT 1").await.expect("an answer");
        Self {
            gateway,
            _server: server,
            _client: client,
        }
    }
}

/// Lets `program` attack a new gateway with these further arguments; whether it has found nothing.
/// Its configuration is the one beside `tests/api-fuzz`.
pub async fn run(program: &Path, configuration: &Path, arguments: &[OsString]) -> bool {
    let mut stage = Stage::start().await;
    let url = format!(
        "http://127.0.0.1:{}/v1/openapi.json",
        stage.gateway.admin_port()
    );
    let status = tokio::process::Command::new(program)
        .arg("--config-file")
        .arg(configuration)
        .arg("run")
        .arg(&url)
        .args(["--auth", "admin:mariadb"])
        .args(arguments)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .status()
        .await
        .expect("schemathesis can be started");
    // Neither a crash nor a hang.
    stage.gateway.assert_running();
    let end = stage.gateway.stop().await;
    assert!(end.success(), "the gateway did not end cleanly: {end:?}");
    let log = stage.gateway.log_text();
    let panics = log.lines().filter(|line| line.contains("panicked"));
    let panics: Vec<&str> = panics.collect();
    assert!(panics.is_empty(), "the gateway has panicked: {panics:#?}");
    status.success()
}
