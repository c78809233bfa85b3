use tokio::io::DuplexStream;

use super::*;
use crate::auth::caching_sha2::RsaKey;
use crate::wire::capabilities::Capabilities;
use crate::wire::reply::OkPacket;

const SCRAMBLE: [u8; 20] = *b"abcdefghijABCDEFGHIJ";
const OTHER: [u8; 20] = *b"01234567890123456789";

fn ok() -> Vec<u8> {
    let mut payload = Vec::new();
    OkPacket::default().encode(Capabilities::empty(), &mut payload);
    payload
}

fn more(data: &[u8]) -> Vec<u8> {
    [&[1], data].concat()
}

/// A server's end: sends each packet, and reads what it is answered where it waits for that.
struct Server(PacketStream<DuplexStream>);

impl Server {
    async fn asks(&mut self, payload: &[u8]) -> Vec<u8> {
        self.0.write(payload).await.unwrap();
        self.0.read(4096).await.unwrap()
    }

    async fn says(&mut self, payload: &[u8]) {
        self.0.write(payload).await.unwrap();
    }
}

async fn log_in(
    secret: &BackendSecret,
    privacy: Privacy,
    serve: impl AsyncFnOnce(&mut Server),
) -> Result<Authenticated, Cause> {
    let (near, far) = tokio::io::duplex(64 * 1024);
    let mut client = PacketStream::resume(near, 2);
    let mut server = Server(PacketStream::resume(far, 2));
    let conversation = Conversation {
        secret,
        plugin: Plugin::CachingSha2,
        scramble: SCRAMBLE,
        privacy,
    };
    let ((), outcome) = tokio::join!(serve(&mut server), conversation.run(&mut client));
    outcome
}

#[tokio::test]
async fn a_server_that_knows_the_password_lets_the_fast_answer_do() {
    let secret = BackendSecret::from_password(b"secret");
    let done = log_in(&secret, Privacy::None, async |server| {
        server.says(&more(&[FAST_SUCCESS])).await;
        server.says(&ok()).await;
    });
    assert_eq!(done.await.unwrap().ok, ok());
}

#[tokio::test]
async fn where_nobody_can_read_along_the_password_is_sent_as_it_is() {
    let secret = BackendSecret::from_password(b"secret");
    for privacy in [Privacy::Tls, Privacy::Local] {
        let done = log_in(&secret, privacy, async |server| {
            let answer = server.asks(&more(&[FULL_AUTHENTICATION])).await;
            assert_eq!(answer, b"secret\0");
            server.says(&ok()).await;
        });
        assert!(done.await.is_ok());
    }
}

#[tokio::test]
async fn elsewhere_it_is_encrypted_with_the_servers_key() {
    let key = RsaKey::generate().unwrap();
    let secret = BackendSecret::from_password(b"secret");
    let done = log_in(&secret, Privacy::None, async |server| {
        let switch = AuthSwitchRequest::new("caching_sha2_password", &OTHER);
        let mut payload = Vec::new();
        switch.encode(&mut payload);
        let answer = server.asks(&payload).await;
        assert_eq!(answer, caching_sha2::respond(b"secret", &OTHER));
        assert_eq!(
            server.asks(&more(&[FULL_AUTHENTICATION])).await,
            [REQUEST_KEY]
        );
        let encrypted = server.asks(&more(key.public_pem())).await;
        let password = key.decrypt(&encrypted, &OTHER);
        assert_eq!(password.as_deref(), Some(&b"secret"[..]));
        server.says(&ok()).await;
    });
    assert_eq!(done.await.unwrap().scramble, OTHER);
}

#[tokio::test]
async fn sha256_password_is_answered_by_the_password_itself() {
    let key = RsaKey::generate().unwrap();
    let mut switch = Vec::new();
    AuthSwitchRequest::new("sha256_password", &OTHER).encode(&mut switch);
    let secret = BackendSecret::from_password(b"secret");
    let done = log_in(&secret, Privacy::Tls, async |server| {
        assert_eq!(server.asks(&switch).await, b"secret\0");
        server.says(&ok()).await;
    });
    assert!(done.await.is_ok());
    // A Unix socket is not private enough for this plugin.
    for privacy in [Privacy::None, Privacy::Local] {
        let done = log_in(&secret, privacy, async |server| {
            assert_eq!(server.asks(&switch).await, [1]);
            let encrypted = server.asks(&more(key.public_pem())).await;
            let password = key.decrypt(&encrypted, &OTHER);
            assert_eq!(password.as_deref(), Some(&b"secret"[..]));
            server.says(&ok()).await;
        });
        assert_eq!(done.await.unwrap().scramble, OTHER);
    }
    for privacy in [Privacy::Tls, Privacy::Local, Privacy::None] {
        let done = log_in(&BackendSecret::NoPassword, privacy, async |server| {
            assert_eq!(server.asks(&switch).await, [0]);
            server.says(&ok()).await;
        });
        assert!(done.await.is_ok());
    }
    let done = log_in(
        &BackendSecret::Sha1([1; 20]),
        Privacy::Tls,
        async |server| {
            server.says(&switch).await;
        },
    );
    assert!(matches!(
        done.await,
        Err(Cause::SecretUnfit("sha256_password"))
    ));
}

#[tokio::test]
async fn what_a_secret_does_not_serve_is_said() {
    let secret = BackendSecret::Sha1([1; 20]);
    let done = log_in(&secret, Privacy::Tls, async |server| {
        server.says(&more(&[FULL_AUTHENTICATION])).await;
    });
    let Err(Cause::SecretUnfit("caching_sha2_password")) = done.await else {
        panic!("it was served");
    };
    let done = log_in(&BackendSecret::Withheld, Privacy::Tls, async |server| {
        server.says(b"\xfeclient_ed25519\0nonce").await;
    });
    let Err(Cause::SecretUnfit("client_ed25519")) = done.await else {
        panic!("it was served");
    };
    let done = log_in(&secret, Privacy::Tls, async |server| {
        server.says(b"\xfedialog\0").await;
    });
    let Err(Cause::PluginUnsupported(_)) = done.await else {
        panic!("it was served");
    };
}

#[tokio::test]
async fn a_server_that_asks_without_end_is_left() {
    let secret = BackendSecret::from_password(b"secret");
    let done = log_in(&secret, Privacy::None, async |server| {
        for _ in 0..REPLIES_MAX {
            server.says(&more(&[FAST_SUCCESS])).await;
        }
    });
    assert!(matches!(done.await, Err(Cause::Malformed(_))));
}
