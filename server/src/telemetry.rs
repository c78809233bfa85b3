//! Logs.

pub mod log {
    //! The log.

    /// Keeps the log open.
    #[derive(Debug)]
    pub struct LogGuard;

    /// Begins to log.
    pub fn init(_: &crate::config::LogParameters) -> Result<LogGuard, std::io::Error> {
        tracing_subscriber::fmt()
            .with_writer(std::io::stderr)
            .init();
        Ok(LogGuard)
    }
}
