//! Free TCP ports that nobody else takes.
//!
//! A port that is looked up with "bind to 0 and close" may be gone before the program that needs it
//! starts. These ports lie below the range from which the system serves outgoing connections, and
//! each is reserved by a lock on a file that all harness processes of this machine respect.

use std::fs::{File, OpenOptions};
use std::net::TcpListener;
use std::sync::Mutex;

const FIRST: u16 = 18_000;
const LAST: u16 = 31_999;

/// Locks of the ports this process has; released by the system when it ends.
static RESERVED: Mutex<Vec<File>> = Mutex::new(Vec::new());

/// A port of 127.0.0.1 that is free now and stays this process's own.
pub fn free_port() -> u16 {
    let folder = std::env::temp_dir().join(format!("sluicegate-ports-{}", user_id()));
    std::fs::create_dir_all(&folder).expect("the folder of port locks can be made");
    let span = u32::from(LAST - FIRST) + 1;
    // Processes begin at different places, so they seldom try each other's ports.
    let begin = std::process::id().wrapping_mul(61) % span;
    for step in 0..span {
        let port = FIRST + u16::try_from((begin + step) % span).expect("below LAST");
        if let Some(lock) = reserve(&folder.join(port.to_string()))
            && TcpListener::bind(("127.0.0.1", port)).is_ok()
        {
            RESERVED.lock().expect("no panic while held").push(lock);
            return port;
        }
    }
    panic!("no free port between {FIRST} and {LAST}");
}

/// `port` when nobody listens on it, else any free one: for what a person types.
pub fn free_port_or(port: u16) -> u16 {
    match TcpListener::bind(("127.0.0.1", port)) {
        Ok(_) => port,
        Err(_) => free_port(),
    }
}

/// Each user of the machine has locks of their own: files of others can't be opened.
fn user_id() -> u32 {
    rustix::process::geteuid().as_raw()
}

fn reserve(path: &std::path::Path) -> Option<File> {
    let file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .ok()?;
    file.try_lock().ok()?;
    Some(file)
}
