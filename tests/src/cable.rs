//! A cable between clients and a port, to be pulled out and put in again.

use std::io::Result;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::ports::free_port;

/// The cable; it is in.
#[derive(Debug)]
pub struct Cable {
    port: u16,
    is_in: watch::Sender<bool>,
    accepting: JoinHandle<()>,
}

impl Cable {
    /// A cable to a port of this machine.
    pub async fn to(target: u16) -> Self {
        let port = free_port();
        let listener = TcpListener::bind(("127.0.0.1", port)).await;
        let listener = listener.expect("a free port");
        let (is_in, state) = watch::channel(true);
        let accepting = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, target, state.clone()));
            }
        });
        Self {
            port,
            is_in,
            accepting,
        }
    }

    /// Where clients connect to.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Pulls it out: all connections break, new ones break at once.
    pub fn pull(&self) {
        self.is_in.send_replace(false);
    }

    /// Puts it in again.
    pub fn put_in(&self) {
        self.is_in.send_replace(true);
    }
}

impl Drop for Cable {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// A port that leads to another one, but where the first log-in of a user breaks off.
pub async fn breaking_first_login(target: u16, user: &'static str) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        let broken = Arc::new(AtomicBool::new(false));
        while let Ok((client, _)) = listener.accept().await {
            let broken = Arc::clone(&broken);
            tokio::spawn(async move { log_in_on(client, target, user, &broken).await });
        }
    });
    port
}

async fn log_in_on(
    mut client: TcpStream,
    target: u16,
    user: &str,
    broken: &AtomicBool,
) -> Result<()> {
    let mut server = TcpStream::connect(("127.0.0.1", target)).await?;
    let mut bytes = [0; 4096];
    let greeting = server.read(&mut bytes).await?;
    client.write_all(&bytes[..greeting]).await?;
    let answer = client.read(&mut bytes).await?;
    let name = format!("{user}\0");
    let mut parts = bytes[..answer].windows(name.len());
    let is_meant = parts.any(|part| part == name.as_bytes());
    if is_meant && !broken.swap(true, Ordering::Relaxed) {
        return Ok(());
    }
    server.write_all(&bytes[..answer]).await?;
    tokio::io::copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}

async fn carry(mut client: TcpStream, target: u16, mut state: watch::Receiver<bool>) -> Result<()> {
    if !*state.borrow_and_update() {
        return Ok(());
    }
    let mut server = TcpStream::connect(("127.0.0.1", target)).await?;
    tokio::select! {
        carried = tokio::io::copy_bidirectional(&mut client, &mut server) => carried.map(drop),
        // Ends as well when the cable is gone.
        _ = state.wait_for(|is_in| !is_in) => Ok(()),
    }
}
