//! A protocol client of our own, for what well-behaved clients never do: vanishing, stopping to
//! read, sending single bytes or broken packets.

mod login;
mod reply;

use std::io::{Error, ErrorKind, Result};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub use login::{Login, capability};
pub use reply::Reply;

/// The longest payload of one packet; a longer message goes on in the next packet.
pub const PAYLOAD_MAX: usize = 0xff_ffff;

const MESSAGE_TIME_MAX: Duration = Duration::from_mins(1);

/// A client connection that does exactly what it is told.
#[derive(Debug)]
pub struct RawClient {
    /// The socket, to be misused.
    pub stream: TcpStream,
    /// The id in the greeting.
    pub connection_id: u32,
    /// The server's version in the greeting.
    pub server_version: String,
    /// The server's capabilities in the greeting, MariaDB's extended ones above bit 32.
    pub capabilities: u64,
    scramble: Vec<u8>,
    sequence: u8,
}

impl RawClient {
    /// Connects and reads the greeting.
    pub async fn connect(port: u16) -> Result<Self> {
        Self::connect_after(port, &[]).await
    }

    /// Connects, sends `preamble` (a PROXY header), and reads the greeting.
    pub async fn connect_after(port: u16, preamble: &[u8]) -> Result<Self> {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        stream.write_all(preamble).await?;
        let mut client = Self {
            stream,
            connection_id: 0,
            server_version: String::new(),
            capabilities: 0,
            scramble: Vec::new(),
            sequence: 0,
        };
        let greeting = client.message().await?;
        if let Reply::Err { code, message, .. } = Reply::decode(&greeting) {
            return Err(Error::other(format!("refused with {code}: {message}")));
        }
        client.read_greeting(&greeting)?;
        Ok(client)
    }

    /// Logs in; the answer is OK or ERR.
    pub async fn login(&mut self, login: &Login<'_>) -> Result<Reply> {
        let response = login.encode(&self.scramble);
        self.write_message(&response).await?;
        let answer = self.message().await?;
        if answer.first() != Some(&0xfe) {
            return Ok(Reply::decode(&answer));
        }
        // Auth switch: plugin name, then a new scramble.
        let end = answer.iter().position(|b| *b == 0).ok_or_else(broken)?;
        let scramble = answer.get(end + 1..end + 21).ok_or_else(broken)?.to_vec();
        if answer.get(1..end) == Some(b"caching_sha2_password") {
            return self.show_password(login.password, &scramble).await;
        }
        self.write_message(&login::native_password(login.password, &scramble))
            .await?;
        Ok(Reply::decode(&self.message().await?))
    }

    /// Goes on with `caching_sha2_password`: the short answer, and the password as it is when that
    /// is not enough. Servers want it encrypted, the gateway does not insist.
    async fn show_password(&mut self, password: &str, scramble: &[u8]) -> Result<Reply> {
        self.write_message(&login::caching_sha2(password, scramble))
            .await?;
        let mut answer = self.message().await?;
        if answer == [1, 4] {
            let shown = [password.as_bytes(), b"\0"].concat();
            self.write_message(&shown).await?;
            answer = self.message().await?;
        } else if answer == [1, 3] {
            answer = self.message().await?;
        }
        Ok(Reply::decode(&answer))
    }

    /// Answers the greeting as `login` says; what follows is up to the caller.
    pub async fn begin_login(&mut self, login: &Login<'_>) -> Result<()> {
        let response = login.encode(&self.scramble);
        self.write_message(&response).await
    }

    /// A connection that has logged in, or the reason why not.
    pub async fn logged_in(port: u16, login: &Login<'_>) -> Result<Self> {
        let mut client = Self::connect(port).await?;
        match client.login(login).await? {
            Reply::Ok { .. } => Ok(client),
            other => Err(Error::other(format!("login: {other:?}"))),
        }
    }

    /// COM_CHANGE_USER as the C library does it: whatever scramble the answer to it bears, the
    /// proof is about that of the greeting.
    pub async fn change_user(&mut self, login: &Login<'_>) -> Result<Reply> {
        Ok(Reply::decode(&self.change_user_told(login).await?))
    }

    /// The same; the answer as it came.
    pub async fn change_user_told(&mut self, login: &Login<'_>) -> Result<Vec<u8>> {
        let proof = login::native_password(login.password, &self.scramble);
        let mut body = Vec::new();
        body.extend_from_slice(login.user.as_bytes());
        body.push(0);
        body.push(u8::try_from(proof.len()).expect("20 bytes or none"));
        body.extend_from_slice(&proof);
        body.extend_from_slice(login.database.as_bytes());
        // utf8mb4_general_ci
        body.extend_from_slice(&[0, 45, 0]);
        body.extend_from_slice(b"mysql_native_password\0");
        self.command(0x11, &body).await?;
        let answer = self.message().await?;
        if answer.first() != Some(&0xfe) {
            return Ok(answer);
        }
        self.write_message(&proof).await?;
        self.message().await
    }

    /// Begins a command: its byte and its body, in as many packets as needed.
    pub async fn command(&mut self, command: u8, body: &[u8]) -> Result<()> {
        self.sequence = 0;
        let mut payload = Vec::with_capacity(body.len() + 1);
        payload.push(command);
        payload.extend_from_slice(body);
        self.write_message(&payload).await
    }

    /// Begins COM_QUERY.
    pub async fn query(&mut self, sql: &str) -> Result<()> {
        self.command(0x03, sql.as_bytes()).await
    }

    /// Sends one message under the running sequence number.
    pub async fn write_message(&mut self, payload: &[u8]) -> Result<()> {
        let bytes = self.frame(payload);
        self.stream.write_all(&bytes).await
    }

    /// The packets of one message, to be sent in any way.
    pub fn frame(&mut self, payload: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(payload.len() + 8);
        let mut rest = payload;
        loop {
            let (packet, after) = rest.split_at(rest.len().min(PAYLOAD_MAX));
            let length = u32::try_from(packet.len())
                .expect("at most PAYLOAD_MAX")
                .to_le_bytes();
            bytes.extend_from_slice(&[length[0], length[1], length[2], self.sequence]);
            bytes.extend_from_slice(packet);
            self.sequence = self.sequence.wrapping_add(1);
            rest = after;
            if packet.len() < PAYLOAD_MAX {
                return bytes;
            }
        }
    }

    /// Sets the sequence number of the next packet: 0 begins a command.
    pub fn begin_command(&mut self) {
        self.sequence = 0;
    }

    /// Reads one message, however many packets it has. None at all for a minute is an error: no
    /// test hangs.
    pub async fn message(&mut self) -> Result<Vec<u8>> {
        let reading = tokio::time::timeout(MESSAGE_TIME_MAX, self.read_message());
        reading
            .await
            .map_err(|_| Error::new(ErrorKind::TimedOut, "no message for a minute"))?
    }

    async fn read_message(&mut self) -> Result<Vec<u8>> {
        let mut message = Vec::new();
        loop {
            let mut header = [0; 4];
            self.stream.read_exact(&mut header).await?;
            let length = u32::from_le_bytes([header[0], header[1], header[2], 0]) as usize;
            self.sequence = header[3].wrapping_add(1);
            let begin = message.len();
            message.resize(begin + length, 0);
            self.stream.read_exact(&mut message[begin..]).await?;
            if length < PAYLOAD_MAX {
                return Ok(message);
            }
        }
    }

    /// Whether the message that was read last begins the reply to a command of one packet: of 255
    /// messages no other does.
    pub fn has_begun_reply(&self) -> bool {
        self.sequence == 2
    }

    /// Reads one message and says what kind of reply it is.
    pub async fn reply(&mut self) -> Result<Reply> {
        Ok(Reply::decode(&self.message().await?))
    }

    /// Reads a whole resultset (no DEPRECATE_EOF): its rows, or the ERR in their place.
    pub async fn rows(&mut self) -> Result<std::result::Result<Vec<Vec<u8>>, Reply>> {
        let first = self.message().await?;
        match Reply::decode(&first) {
            err @ Reply::Err { .. } => return Ok(Err(err)),
            Reply::Ok { .. } => return Ok(Ok(Vec::new())),
            _ => {}
        }
        while !matches!(self.reply().await?, Reply::Eof { .. }) {}
        let mut rows = Vec::new();
        loop {
            let row = self.message().await?;
            match Reply::decode(&row) {
                Reply::Eof { .. } => return Ok(Ok(rows)),
                err @ Reply::Err { .. } => return Ok(Err(err)),
                _ => rows.push(row),
            }
        }
    }

    /// The one value of a resultset of one row and one column.
    pub async fn value(&mut self, sql: &str) -> Result<String> {
        self.query(sql).await?;
        let rows = self
            .rows()
            .await?
            .map_err(|err| Error::other(format!("{err:?}")))?;
        let row = rows.first().ok_or_else(broken)?;
        let (length, used) = reply::length(row).ok_or_else(broken)?;
        let text = row.get(used..used + length).ok_or_else(broken)?;
        Ok(String::from_utf8_lossy(text).into_owned())
    }

    fn read_greeting(&mut self, greeting: &[u8]) -> Result<()> {
        let end = greeting.iter().position(|b| *b == 0).ok_or_else(broken)?;
        self.server_version = String::from_utf8_lossy(&greeting[1..end]).into_owned();
        let rest = greeting
            .get(end + 1..)
            .filter(|rest| rest.len() >= 44)
            .ok_or_else(broken)?;
        self.connection_id = u32::from_le_bytes([rest[0], rest[1], rest[2], rest[3]]);
        self.scramble = rest[4..12].iter().chain(&rest[31..43]).copied().collect();
        let low = u32::from_le_bytes([rest[13], rest[14], rest[18], rest[19]]);
        let high = u32::from_le_bytes([rest[27], rest[28], rest[29], rest[30]]);
        self.capabilities = u64::from(low) | u64::from(high) << 32;
        Ok(())
    }
}

fn broken() -> Error {
    Error::new(ErrorKind::InvalidData, "not what the protocol says")
}
