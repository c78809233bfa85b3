//! What follows the first answer to a server's challenge: other plugins, and more of one plugin
//! (MariaDB documentation: "1 - Connecting", *Authentication Switch Request*; MySQL documentation:
//! "Caching_sha2_password information").

use tokio::io::{AsyncRead, AsyncWrite};

use super::error::Cause;
use crate::auth::caching_sha2::{self, FAST_SUCCESS, FULL_AUTHENTICATION, REQUEST_KEY};
use crate::auth::{BackendSecret, Plugin};
use crate::net::{PacketStream, Privacy};
use crate::wire::Malformed;
use crate::wire::handshake::{AuthMoreData, AuthSwitchRequest, SCRAMBLE_LEN};
use crate::wire::reply::{ERR_HEADER, ErrPacket, OK_HEADER};

/// The longest packet of a server in a log-in: an OK packet with session state.
const REPLY_MAX: usize = 1024 * 1024;
/// A server that asks for more than this does not come to an end.
const REPLIES_MAX: usize = 10;
const SWITCH_HEADER: u8 = 0xfe;

/// A conversation with a server that has got a first answer.
pub(super) struct Conversation<'a> {
    /// What proves the password.
    pub secret: &'a BackendSecret,
    /// The plugin of the first answer.
    pub plugin: Plugin,
    /// The challenge that it answered.
    pub scramble: [u8; SCRAMBLE_LEN],
    /// Whether somebody else can read along: where nobody can, a password is sent as it is. For
    /// `sha256_password` servers have TLS only count as that, for `caching_sha2_password` a Unix
    /// socket, too.
    pub privacy: Privacy,
}

/// The end of a log-in.
pub(super) struct Authenticated {
    /// The payload of the server's OK packet.
    pub ok: Vec<u8>,
    /// The server's last challenge.
    pub scramble: [u8; SCRAMBLE_LEN],
}

impl Conversation<'_> {
    /// Follows the server until its OK packet.
    pub async fn run<S: AsyncRead + AsyncWrite + Unpin>(
        mut self,
        stream: &mut PacketStream<S>,
    ) -> Result<Authenticated, Cause> {
        for _ in 0..REPLIES_MAX {
            let reply = read(stream).await?;
            match reply.first() {
                Some(&OK_HEADER) => {
                    return Ok(Authenticated {
                        ok: reply,
                        scramble: self.scramble,
                    });
                }
                Some(&SWITCH_HEADER) => {
                    let answer = self.switch(AuthSwitchRequest::decode(&reply)?)?;
                    stream.write(&answer).await?;
                }
                _ => {
                    let data = AuthMoreData::decode(&reply)?.data;
                    self.more(stream, &data).await?;
                }
            }
        }
        Err(Malformed::new("series of authentication requests").into())
    }

    /// The answer by another plugin.
    fn switch(&mut self, request: AuthSwitchRequest) -> Result<Vec<u8>, Cause> {
        let known = Plugin::of_protocol(&request.plugin).filter(|plugin| plugin.is_built());
        let Some(plugin) = known else {
            return Err(Cause::PluginUnsupported(request.plugin));
        };
        if let Some(scramble) = request.scramble() {
            self.scramble = scramble;
        }
        self.plugin = plugin;
        if let (Plugin::Sha256, Privacy::Tls, BackendSecret::Password(password)) =
            (plugin, self.privacy, self.secret)
        {
            return Ok([password, &b"\0"[..]].concat());
        }
        self.secret
            .respond(plugin, &request.data)
            .ok_or(Cause::SecretUnfit(plugin.client_name()))
    }

    async fn more<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        stream: &mut PacketStream<S>,
        data: &[u8],
    ) -> Result<(), Cause> {
        match (self.plugin, data) {
            (Plugin::CachingSha2, [FAST_SUCCESS]) => Ok(()),
            (Plugin::CachingSha2, [FULL_AUTHENTICATION]) => {
                let answer = if self.privacy == Privacy::None {
                    stream.write(&[REQUEST_KEY]).await?;
                    let key = AuthMoreData::decode(&read(stream).await?)?.data;
                    self.encrypted(&key)?
                } else {
                    [self.password()?, b"\0"].concat()
                };
                Ok(stream.write(&answer).await?)
            }
            // The key that was asked for.
            (Plugin::Sha256, key) if self.privacy != Privacy::Tls => {
                let answer = self.encrypted(key)?;
                Ok(stream.write(&answer).await?)
            }
            _ => Err(Malformed::new("answer to a log-in").into()),
        }
    }

    fn password(&self) -> Result<&[u8], Cause> {
        let password = self.secret.password();
        password.ok_or(Cause::SecretUnfit(self.plugin.client_name()))
    }

    /// The password, encrypted with the server's key.
    fn encrypted(&self, key: &[u8]) -> Result<Vec<u8>, Cause> {
        caching_sha2::encrypt(self.password()?, &self.scramble, key)
            .ok_or(Malformed::new("RSA public key").into())
    }
}

/// Reads a packet; the server's error is an error.
pub(super) async fn read<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut PacketStream<S>,
) -> Result<Vec<u8>, Cause> {
    let reply = stream.read(REPLY_MAX).await?;
    if reply.first() == Some(&ERR_HEADER) {
        return Err(Cause::Server(ErrPacket::decode(&reply)?));
    }
    Ok(reply)
}

#[cfg(test)]
mod tests;
