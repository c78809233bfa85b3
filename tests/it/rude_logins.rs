//! Clients that do not log in as the protocol has it: each gets a clear error or is closed, none
//! leaves anything behind, and nothing of what they send is logged.

use std::time::{Duration, Instant};

use sluicegate_tests::certificates::Authority;
use sluicegate_tests::clients::{Cli, Endpoint};
use sluicegate_tests::gateway::{Gateway, Setup};
use sluicegate_tests::mariadb::MariaDb;
use sluicegate_tests::measure;
use sluicegate_tests::ports::free_port;
use sluicegate_tests::raw::{Login, RawClient, Reply, capability};
use sluicegate_tests::waiting::{PATIENCE, eventually, within};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// What must not be found in the log.
const SECRET: &str = "hunter2-do-not-log";

struct Stage {
    _db: MariaDb,
    gateway: Gateway,
    tls_port: u16,
}

async fn stage() -> Stage {
    let db = MariaDb::start("rude").await;
    db.sql(&format!(
        "CREATE USER rude@'%' IDENTIFIED BY '{SECRET}'; CREATE DATABASE rude;
         GRANT ALL ON rude.* TO rude@'%'"
    ))
    .await;
    let tls = Authority::new().issue("gateway");
    let tls_port = free_port();
    let mut setup = Setup::new(&[&db]);
    setup.cnf.section("maxscale").set("log_debug", true);
    let listener = setup.cnf.listener("Tls-Listener", "Main", tls_port);
    let listener = listener.set("ssl", true);
    let listener = listener.set("ssl_key", tls.key.display());
    listener.set("ssl_cert", tls.cert.display());
    Stage {
        _db: db,
        gateway: setup.start().await,
        tls_port,
    }
}

/// A handshake response, field by field.
#[derive(Clone)]
struct Response {
    capabilities: u64,
    charset: u8,
    user: Vec<u8>,
    answer: Vec<u8>,
    database: Vec<u8>,
    plugin: Vec<u8>,
    attributes: Vec<u8>,
}

fn response() -> Response {
    Response {
        capabilities: Login::new("", "").capabilities
            | capability::CONNECT_WITH_DB
            | capability::CONNECT_ATTRS,
        charset: 45,
        user: b"rude".to_vec(),
        answer: SECRET.as_bytes().to_vec(),
        database: b"rude".to_vec(),
        plugin: b"mysql_native_password".to_vec(),
        attributes: b"\x0b\x04name\x05value".to_vec(),
    }
}

impl Response {
    fn payload(&self) -> Vec<u8> {
        let length = u8::try_from(self.answer.len()).expect("a short answer");
        [
            &self.capabilities.to_le_bytes()[..4],
            &[0, 0, 0, 1, self.charset],
            &[0; 23],
            &self.user,
            &[0, length],
            &self.answer,
            &self.database,
            b"\0",
            &self.plugin,
            b"\0",
            &self.attributes,
        ]
        .concat()
    }
}

fn packet(sequence: u8, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("one packet");
    let mut bytes = length.to_le_bytes();
    bytes[3] = sequence;
    [&bytes, payload].concat()
}

/// What the listener says to these bytes in place of a log-in; then it must close.
async fn answer(port: u16, bytes: &[u8]) -> Option<Reply> {
    let mut client = RawClient::connect(port).await.expect("a greeting");
    // It may close before all has been sent.
    let _ = client.stream.write_all(bytes).await;
    let _ = client.stream.shutdown().await;
    let mut said = Vec::new();
    let reading = client.stream.read_to_end(&mut said);
    let _ = within(PATIENCE, "the listener closes", reading).await;
    said.get(4..)
        .filter(|rest| !rest.is_empty())
        .map(Reply::decode)
}

/// All kinds of bytes in place of a log-in, with what is wrong with them.
fn nonsense() -> Vec<(&'static str, Vec<u8>)> {
    let mut all = Vec::new();
    let mut add = |what, change: &dyn Fn(&mut Response)| {
        let mut changed = response();
        change(&mut changed);
        all.push((what, packet(1, &changed.payload())));
    };
    add("a wrong answer", &|_| {});
    add("a user of 70,000 bytes", &|r| r.user = vec![b'u'; 70_000]);
    add("a user of 200,000 bytes", &|r| r.user = vec![b'u'; 200_000]);
    add("a database of 100,000 bytes", &|r| {
        r.database = vec![b'd'; 100_000];
    });
    add("names that are no UTF-8", &|r| {
        r.user = vec![0xff, 0xfe, 0x80];
        r.database = vec![0xc3];
    });
    for charset in [0, 17, 100, 250, 255] {
        add("a character set that there is not", &|r| {
            r.charset = charset;
        });
    }
    add("an unknown plugin", &|r| {
        r.plugin = b"no_such_plugin".to_vec();
    });
    add("no plugin", &|r| r.plugin = Vec::new());
    add("a plugin of 90,000 bytes", &|r| {
        r.plugin = vec![b'p'; 90_000];
    });
    add("a plugin that asks for the password", &|r| {
        r.plugin = b"mysql_clear_password".to_vec();
    });
    add("attributes that end too late", &|r| {
        r.attributes = b"\xfc\xff\xff\x04name".to_vec();
    });
    add("an attribute longer than all", &|r| {
        r.attributes = b"\x05\xfa1234".to_vec();
    });
    add("a name without a value", &|r| {
        r.attributes = b"\x05\x04name".to_vec();
    });
    add("a length that there is not", &|r| {
        r.attributes = b"\xfb".to_vec();
    });
    add("no capabilities", &|r| r.capabilities = 0);
    add("all capabilities", &|r| r.capabilities = u64::MAX);
    add("compression", &|r| r.capabilities |= 1 << 5 | 1 << 26);
    let whole = response().payload();
    all.push(("an empty packet", packet(1, b"")));
    all.push(("empty packets", packet(1, b"").repeat(50)));
    all.push(("another sequence number", packet(7, &whole)));
    all.push(("a command", packet(0, b"\x03SELECT 1")));
    all.push(("COM_QUIT", packet(1, b"\x01")));
    all.push((
        "a packet of 16 MiB that does not come",
        vec![0xff, 0xff, 0xff, 1],
    ));
    let huge = [&[0xff, 0xff, 0xff, 1][..], &vec![b'x'; 0xff_ffff]].concat();
    all.push(("a packet of 16 MiB", huge));
    all.push((
        "the old protocol",
        packet(1, b"\x85\xa4\0\0\0rude\0password"),
    ));
    all.push(("TLS where there is none", packet(1, &ssl_request())));
    all.push(("a part of a header", vec![5, 0]));
    for length in 0..whole.len() {
        all.push(("a part of a response", packet(1, &whole[..length])));
    }
    all
}

fn ssl_request() -> Vec<u8> {
    let capabilities = Login::new("", "").capabilities | 1 << 11;
    [
        &capabilities.to_le_bytes()[..4],
        &[0, 0, 0, 1, 45],
        &[0; 23],
    ]
    .concat()
}

/// Nobody is connected any more, and the gateway has as many files open as before.
async fn nothing_is_left(gateway: &Gateway, files: usize) {
    eventually(PATIENCE, "all log-ins have ended", async || {
        let metrics = gateway.api().get("/metrics").await.text;
        let mut sessions = metrics
            .lines()
            .filter(|line| line.starts_with("sluicegate_service_sessions{"))
            .peekable();
        let idle = sessions.peek().is_some() && sessions.all(|line| line.ends_with(" 0"));
        idle.then_some(())
    })
    .await;
    let what = format!("no more than {files} files are open");
    eventually(PATIENCE, &what, async || {
        (measure::open_files(gateway.pid()) <= files).then_some(())
    })
    .await;
    let sessions = gateway.api().document("/v1/sessions").await;
    assert_eq!(sessions["data"].as_array().map(Vec::len), Some(0));
}

#[tokio::test]
async fn whatever_comes_in_place_of_a_login_is_refused_or_closed_and_leaves_nothing() {
    let stage = stage().await;
    let gateway = &stage.gateway;
    let rude = Cli::new(&gateway.endpoint()).user("rude", SECRET);
    rude.query("SELECT 1").await;
    let files = measure::open_files(gateway.pid());
    for (what, bytes) in nonsense() {
        for port in [gateway.port(), stage.tls_port] {
            match answer(port, &bytes).await {
                None => {}
                Some(Reply::Err { code, sqlstate, .. }) => {
                    let known = [1043, 1044, 1045, 1047, 1153, 1156, 1524];
                    assert!(known.contains(&code), "{what}: {code}");
                    assert_eq!(sqlstate.len(), 5, "{what}");
                }
                // It is asked for another answer, and is gone.
                Some(Reply::Data(asked)) => {
                    assert_eq!(asked.first(), Some(&0xfe), "{what}: {asked:?}");
                }
                Some(other) => panic!("{what}: {other:?}"),
            }
        }
    }
    nothing_is_left(gateway, files).await;
    rude.query("SELECT 1").await;
    let log = gateway.log_text();
    assert!(!log.contains(SECRET), "the log has a secret");
    assert!(!log.contains("panic"), "{log}");
}

#[tokio::test]
async fn a_client_that_begins_tls_and_goes_on_without_is_closed() {
    let stage = stage().await;
    let files = measure::open_files(stage.gateway.pid());
    for after in [
        packet(2, &response().payload()),
        vec![0x16, 3, 1, 0xff, 0xff],
        vec![0; 20_000],
        Vec::new(),
    ] {
        let bytes = [packet(1, &ssl_request()), after].concat();
        let said = answer(stage.tls_port, &bytes).await;
        assert!(!matches!(said, Some(Reply::Ok { .. })), "{said:?}");
    }
    nothing_is_left(&stage.gateway, files).await;
    assert!(!stage.gateway.log_text().contains(SECRET));
}

#[tokio::test]
async fn what_follows_an_auth_switch_may_be_of_any_length() {
    let stage = stage().await;
    let files = measure::open_files(stage.gateway.pid());
    for length in [0, 1, 19, 20, 21, 255, 70_000, 200_000] {
        let mut client = RawClient::connect(stage.gateway.port())
            .await
            .expect("a greeting");
        let mut asking = response();
        asking.plugin = b"client_ed25519".to_vec();
        client
            .write_message(&asking.payload())
            .await
            .expect("it is taken");
        let switch = client.message().await.expect("a switch");
        assert_eq!(switch.first(), Some(&0xfe), "{length}");
        // It may close before all has been sent.
        let _ = client.write_message(&vec![b'x'; length]).await;
        if let Ok(refused) = client.reply().await {
            assert_eq!(
                refused.error().map(|e| e.0),
                Some(1045),
                "{length}: {refused:?}"
            );
        }
    }
    nothing_is_left(&stage.gateway, files).await;
}

/// Sends a byte now and then until the other end closes; how long that took.
async fn dribble(port: u16, bytes: &[u8]) -> Duration {
    let begin = Instant::now();
    let mut stream = TcpStream::connect(("127.0.0.1", port))
        .await
        .expect("a connection");
    for byte in bytes.iter().cycle() {
        if stream.write_all(&[*byte]).await.is_err() {
            break;
        }
        let mut said = [0; 1024];
        let reading = stream.read(&mut said);
        // The greeting comes at once; an end is an end.
        let heard = tokio::time::timeout(Duration::from_millis(50), reading).await;
        if matches!(heard, Ok(Ok(0) | Err(_))) {
            break;
        }
        assert!(begin.elapsed() < PATIENCE, "a slow client is closed");
    }
    begin.elapsed()
}

#[tokio::test]
async fn a_client_that_logs_in_byte_by_byte_has_no_more_time_than_others() {
    let stage = stage().await;
    let files = measure::open_files(stage.gateway.pid());
    let mut long = response();
    long.user = vec![b'u'; 60_000];
    let bytes = packet(1, &long.payload());
    let plain = dribble(stage.gateway.port(), &bytes);
    let tls = dribble(stage.tls_port, &bytes);
    let (plain, tls) = tokio::join!(plain, tls);
    for took in [plain, tls] {
        assert!(took >= Duration::from_secs(5), "{took:?}");
    }
    nothing_is_left(&stage.gateway, files).await;
    let endpoint: Endpoint = stage.gateway.endpoint();
    Cli::new(&endpoint)
        .user("rude", SECRET)
        .query("SELECT 1")
        .await;
}
