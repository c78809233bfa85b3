//! `make api-fuzz`: schemathesis asks a gateway everything that its OpenAPI document describes, and
//! compares the answers with it. What is right on purpose stands in `tests/api-fuzz/schemathesis.toml`.

use std::ffi::OsString;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use crate::gateway::{Gateway, Setup};
use crate::mariadb::{MariaDb, SERVICE_ACCOUNT};
use crate::raw::{Login, RawClient};
use crate::scratch;
use crate::waiting::{PATIENCE, within};

/// How long a run may take, on a machine that is busy.
const TIME_MAX: Duration = Duration::from_mins(20);

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
            ("QLA", "qlafilter"),
            ("MaxRows", "maxrows"),
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
        setup.cnf.section("QLA").set("filebase", lines);
        setup.cnf.section("Main").set("filters", "Null|QLA");
        let gateway = setup.start().await;
        // The account of the document's examples.
        let reader = json!({"data": {"id": "reader", "type": "inet",
            "attributes": {"account": "basic", "password": "secret"}}});
        let made = gateway.api().post("/v1/users/inet", &reader).await;
        assert_eq!(made.status, 204, "{}", made.text);
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
    let hooks = configuration.with_file_name("hooks.py");
    let run = Command::new(program)
        .arg("--config-file")
        .arg(configuration)
        .arg("run")
        .arg(&url)
        .args(["--auth", "admin:mariadb"])
        .args(arguments)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("SCHEMATHESIS_HOOKS", hooks)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .status();
    let status = within(TIME_MAX, "schemathesis", run).await;
    let status = status.expect("schemathesis can be started");
    // Neither a crash nor a hang.
    stage.gateway.assert_running();
    let metrics = are_metrics_read(program, configuration, &stage.gateway).await;
    let end = stage.gateway.stop().await;
    assert!(end.success(), "the gateway did not end cleanly: {end:?}");
    let log = stage.gateway.log_text();
    let panics = log.lines().filter(|line| line.contains("panicked"));
    let panics: Vec<&str> = panics.collect();
    assert!(panics.is_empty(), "the gateway has panicked: {panics:#?}");
    status.success() && metrics
}

/// Whether the parser of Prometheus' own library, installed beside `program`, reads the metrics.
async fn are_metrics_read(program: &Path, configuration: &Path, gateway: &Gateway) -> bool {
    let text = gateway.api().get("/metrics").await.text;
    let parser = Command::new(program.with_file_name("python3"))
        .arg(configuration.with_file_name("metrics.py"))
        .stdin(Stdio::piped())
        .kill_on_drop(true)
        .spawn();
    let mut parser = parser.expect("Python can be started");
    let mut input = parser.stdin.take().expect("a pipe");
    let written = input.write_all(text.as_bytes()).await;
    written.expect("the parser reads");
    drop(input);
    let end = within(PATIENCE, "the parser of metrics", parser.wait()).await;
    end.expect("an end").success()
}
