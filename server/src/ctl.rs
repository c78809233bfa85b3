//! `sluicegate ctl`: the command line client of the REST API.
//!
//! It knows no room of the gateway's: what it says, it has read from the API, of this machine's
//! gateway or of another's.

mod answer;
mod client;
mod defaults;
mod error;
mod extract;
mod kind;
mod link;
mod options;
mod perform;
mod request;
mod secret;
mod session_view;
mod table;
mod verb;
mod words;

use std::io::{ErrorKind, Write};

use self::client::Client;
pub use self::error::CtlError;
pub use self::options::Ctl;
use self::options::Format;

/// Does what the command line says, on each of the gateways that it names.
///
/// # Errors
/// The first that went wrong; gateways named behind it are left alone.
pub fn run(ctl: &Ctl) -> Result<(), CtlError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(CtlError::Runtime)?;
    let access = ctl.connection.access()?;
    runtime.block_on(async {
        for host in &access.hosts {
            let client = Client::new(&access, host)?;
            if access.hosts.len() > 1 && ctl.format() != Format::Json && !ctl.quiet() {
                print(&format!("{host}\n"))?;
            }
            let answer = perform::perform(&client, &ctl.verb).await?;
            if !ctl.quiet() {
                print(&answer.text(ctl.format()))?;
            }
        }
        Ok(())
    })
}

/// Writes to standard output. Who reads only the head of it (`| head`) wants no complaint.
fn print(text: &str) -> Result<(), CtlError> {
    let mut stdout = std::io::stdout().lock();
    let written = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush());
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(CtlError::Output(error)),
        _ => Ok(()),
    }
}
