//! Listening and dialling.

use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use socket2::{Domain, Protocol, SockRef, Type};
use tokio::net::{TcpSocket, TcpStream, UnixStream};

use super::stream::Socket;

/// Connections that may wait in the kernel until a worker accepts them.
const BACKLOG: i32 = 4096;

/// Where a server can be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// Host name or IP address, and port.
    Tcp {
        /// Host name or IP address.
        host: String,
        /// TCP port.
        port: u16,
    },
    /// The path of a Unix domain socket.
    Unix(PathBuf),
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Tcp { host, port } if host.contains(':') => write!(f, "[{host}]:{port}"),
            Self::Tcp { host, port } => write!(f, "{host}:{port}"),
            Self::Unix(path) => write!(f, "{}", path.display()),
        }
    }
}

impl Address {
    /// Connects, `from` an address of this host if one is given; of several addresses of a host
    /// name the first that answers.
    pub async fn dial(&self, from: Option<IpAddr>) -> io::Result<Socket> {
        match self {
            Self::Tcp { host, port } => {
                let tcp = match from {
                    Some(from) => dial_from(from, host, *port).await?,
                    None => TcpStream::connect((host.as_str(), *port)).await?,
                };
                tune(&tcp)?;
                Ok(Socket::Tcp(tcp))
            }
            Self::Unix(path) => UnixStream::connect(path).await.map(Socket::Unix),
        }
    }
}

impl Socket {
    /// A socket that a listener accepted.
    pub fn accepted(tcp: TcpStream) -> io::Result<Self> {
        tune(&tcp)?;
        Ok(Self::Tcp(tcp))
    }
}

/// Connects from an address of this host, to an address of the same family.
async fn dial_from(from: IpAddr, host: &str, port: u16) -> io::Result<TcpStream> {
    let none = || {
        let message = format!("{host} has no address of the kind of local_address");
        io::Error::new(io::ErrorKind::AddrNotAvailable, message)
    };
    let mut last = None;
    for address in tokio::net::lookup_host((host, port)).await? {
        let socket = match (from, address) {
            (IpAddr::V4(_), SocketAddr::V4(_)) => TcpSocket::new_v4()?,
            (IpAddr::V6(_), SocketAddr::V6(_)) => TcpSocket::new_v6()?,
            _ => continue,
        };
        socket.bind(SocketAddr::new(from, 0))?;
        match socket.connect(address).await {
            Ok(tcp) => return Ok(tcp),
            Err(error) => last = Some(error),
        }
    }
    Err(last.unwrap_or_else(none))
}

/// Small packets go out at once, and a peer that vanished is noticed by the kernel.
fn tune(tcp: &TcpStream) -> io::Result<()> {
    tcp.set_nodelay(true)?;
    SockRef::from(tcp).set_keepalive(true)
}

/// Binds a TCP listener that other workers bind as well (`SO_REUSEPORT`).
///
/// `::` listens on IPv4 too, as the peer's default does.
pub fn bind_reuse_port(ip: IpAddr, port: u16) -> io::Result<TcpListener> {
    let address = SocketAddr::new(ip, port);
    let socket = socket2::Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    if ip.is_ipv6() {
        socket.set_only_v6(false)?;
    }
    socket.set_reuse_address(true)?;
    socket.set_reuse_port(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

/// Binds a Unix domain socket that every local user may connect to.
///
/// A socket file that nobody listens on any more is replaced.
pub fn bind_unix(path: &Path) -> io::Result<UnixListener> {
    if let Err(error) = std::os::unix::net::UnixStream::connect(path)
        && error.kind() == io::ErrorKind::ConnectionRefused
    {
        std::fs::remove_file(path)?;
    }
    let listener = UnixListener::bind(path)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o777))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}
