//! The thread of the connections: what they read and decode, however much it is, holds up no monitor
//! and no request.

use std::io;
use std::sync::{Mutex, PoisonError};
use std::thread::Builder;
use std::time::Duration;

use tokio::runtime::{self, Handle};
use tokio::sync::oneshot;

/// See the module. It is made when the first connection is opened.
#[derive(Default)]
pub(super) struct Lane(Mutex<Option<Made>>);

struct Made {
    handle: Handle,
    /// When this is dropped the thread ends.
    _stop: oneshot::Sender<()>,
}

impl Lane {
    /// What runs tasks on it.
    ///
    /// # Errors
    /// There is no thread to be had.
    pub(super) fn handle(&self) -> io::Result<Handle> {
        let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(made) = &*made {
            return Ok(made.handle.clone());
        }
        let runtime = runtime::Builder::new_current_thread()
            .thread_name("workbench")
            .enable_all()
            .build()?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel();
        let thread = Builder::new().name("workbench".to_owned());
        thread.spawn(move || {
            // Nothing is ever sent: it ends when the sender is dropped.
            let _ = runtime.block_on(stopped);
            // A look-up of a host's name may hang; it is not waited for.
            runtime.shutdown_timeout(Duration::ZERO);
        })?;
        *made = Some(Made {
            handle: handle.clone(),
            _stop: stop,
        });
        Ok(handle)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_runs_there_holds_up_nobody_else() {
        let lane = Lane::default();
        let name = || std::thread::current().name().map(str::to_owned);
        let (begin, begun) = oneshot::channel();
        let (end, ended) = std::sync::mpsc::channel::<()>();
        let busy = lane.handle().unwrap().spawn(async move {
            begin.send(name()).unwrap();
            // It does not yield.
            ended.recv()
        });
        assert_eq!(begun.await.unwrap().as_deref(), Some("workbench"));
        // This runtime has one thread, and goes on.
        tokio::time::sleep(Duration::from_millis(1)).await;
        assert!(!busy.is_finished());
        end.send(()).unwrap();
        busy.await.unwrap().unwrap();
        let other = lane.handle().unwrap().spawn(async move { name() });
        assert_eq!(other.await.unwrap().as_deref(), Some("workbench"));
    }
}
