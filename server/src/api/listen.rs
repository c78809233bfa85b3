//! Accepting connections of the API, and stopping.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

use super::admission::may_come;
use super::connection;
use super::router::App;
use super::state::ApiState;

/// Connections at the same time; further ones wait in the listen queue.
const CONNECTIONS_MAX: u32 = 512;
/// Those of them from addresses that may not use the API, and are told so; further ones are closed.
const STRANGERS_MAX: usize = 16;
/// How long requests under way may take when the server stops.
const STOP_WAIT: Duration = Duration::from_secs(5);
/// How long the rows of `admin_audit_file` may take then.
const FLUSH_WAIT: Duration = Duration::from_secs(2);
/// The pause after accepting failed, as it does when there are no more descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves the API on `listener` until `shutdown`; then answers what is under way, says goodbye to the
/// readers of events, and returns.
pub async fn serve(listener: TcpListener, state: ApiState, shutdown: impl Future<Output = ()>) {
    let events = Arc::clone(state.events());
    let hub = Arc::clone(&events);
    let looking = tokio::spawn(async move { hub.run().await });
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX as usize));
    let closing = watch::Sender::new(false);
    let app = App::new(state.clone());
    tokio::select! {
        () = accept(&listener, &state, &app, &places, &closing) => {}
        () = shutdown => {}
    }
    drop(listener);
    closing.send_replace(true);
    events.close();
    if timeout(STOP_WAIT, places.acquire_many(CONNECTIONS_MAX))
        .await
        .is_err()
    {
        tracing::info!("some clients of the API did not take their answers in time");
    }
    looking.abort();
    let written = tokio::task::spawn_blocking(move || state.trail().flush(FLUSH_WAIT));
    if written.await.is_err() {
        tracing::error!("the thread that waits for admin_audit_file has failed");
    }
}

async fn accept(
    listener: &TcpListener,
    state: &ApiState,
    app: &App,
    places: &Arc<Semaphore>,
    closing: &watch::Sender<bool>,
) {
    let strangers = Arc::new(Semaphore::new(STRANGERS_MAX));
    // The semaphore is never closed.
    while let Ok(place) = Arc::clone(places).acquire_owned().await {
        match listener.accept().await {
            Ok((stream, address)) => {
                let options = state.options();
                let is_stranger = !may_come(&options, address.ip());
                let stranger = is_stranger.then(|| Arc::clone(&strangers).try_acquire_owned());
                let Ok(stranger) = stranger.transpose() else {
                    continue;
                };
                let tls = options.tls.clone().map(TlsAcceptor::from);
                let (app, closing) = (app.clone(), closing.subscribe());
                tokio::spawn(async move {
                    connection::serve(stream, address, tls, app, closing).await;
                    drop((place, stranger));
                });
            }
            Err(error) => {
                tracing::warn!("cannot accept a connection to the API: {error}");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}
