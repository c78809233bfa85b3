//! Names of clients' addresses (`rdns=true`, and accounts whose host is a name).
//!
//! The system's resolver may take half a minute for one name. So look-ups run on threads of their
//! own, few at a time, and an answer waits for them only so long; what comes later is there for the
//! next request.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;

/// Look-ups at the same time.
const THREADS_MAX: usize = 4;
/// Addresses that wait for a thread; more are not looked up this time.
const QUEUE_MAX: usize = 1024;
/// How long a name, or that there is none, is believed.
const KEEP_FOR: Duration = Duration::from_mins(5);
/// Names that are kept.
const KNOWN_MAX: usize = 16_384;

type Lookup = dyn Fn(IpAddr) -> Option<String> + Send + Sync;

/// Finds names and remembers them.
pub struct NameResolver {
    work: Arc<Work>,
}

struct Work {
    lookup: Box<Lookup>,
    state: Mutex<State>,
    done: watch::Sender<()>,
}

#[derive(Default)]
struct State {
    known: HashMap<IpAddr, Known>,
    queue: Vec<IpAddr>,
    threads: usize,
}

enum Known {
    Soon,
    Is {
        name: Option<Arc<str>>,
        since: Instant,
    },
}

impl NameResolver {
    /// Asks the system's resolver.
    pub fn of_the_system() -> Self {
        Self::new(|address| dns_lookup::lookup_addr(&address).ok())
    }

    /// Asks the system's resolver, and believes a name only when it leads back to the address:
    /// whoever owns an address can give it any name.
    pub fn confirmed() -> Self {
        Self::new(|address| {
            let name = dns_lookup::lookup_addr(&address).ok()?;
            let mut back = dns_lookup::lookup_host(&name).ok()?;
            back.any(|other| other == address).then_some(name)
        })
    }

    fn new(lookup: impl Fn(IpAddr) -> Option<String> + Send + Sync + 'static) -> Self {
        let (done, _) = watch::channel(());
        let work = Work {
            lookup: Box::new(lookup),
            state: Mutex::default(),
            done,
        };
        Self {
            work: Arc::new(work),
        }
    }

    /// The names of `addresses`, as far as they are known after at most `wait`.
    pub async fn names(&self, addresses: &[IpAddr], wait: Duration) -> HashMap<IpAddr, Arc<str>> {
        let mut done = self.work.done.subscribe();
        self.ask(addresses);
        let all_known =
            async { while self.work.is_waiting(addresses) && done.changed().await.is_ok() {} };
        // Late names are not told this time.
        let _ = tokio::time::timeout(wait, all_known).await;
        self.work.with(|state| {
            let name = |address: &IpAddr| match state.known.get(address)? {
                Known::Is { name, .. } => Some((*address, name.clone()?)),
                Known::Soon => None,
            };
            addresses.iter().filter_map(name).collect()
        })
    }

    /// Queues the addresses that are not known and sees to it that somebody works on them.
    fn ask(&self, addresses: &[IpAddr]) {
        let new_threads = self.work.with(|state| {
            state.forget_old(Instant::now());
            for &address in addresses {
                if state.queue.len() < QUEUE_MAX && !state.known.contains_key(&address) {
                    state.known.insert(address, Known::Soon);
                    state.queue.push(address);
                }
            }
            let wanted = THREADS_MAX
                .saturating_sub(state.threads)
                .min(state.queue.len());
            state.threads += wanted;
            wanted
        });
        for _ in 0..new_threads {
            let work = Arc::clone(&self.work);
            let thread = std::thread::Builder::new().name("rdns".to_owned());
            if thread.spawn(move || work.run()).is_err() {
                self.work.with(|state| state.threads -= 1);
            }
        }
    }
}

impl Work {
    /// Looks names up until nothing is queued. Not tied to the runtime: a look-up that hangs must not
    /// keep the server from stopping.
    fn run(&self) {
        while let Some(address) = self.next() {
            let name = (self.lookup)(address);
            // A resolver that knows no name gives the address back.
            let name = name
                .filter(|name| *name != address.to_string())
                .map(Arc::from);
            let known = Known::Is {
                name,
                since: Instant::now(),
            };
            self.with(|state| state.known.insert(address, known));
            self.done.send_replace(());
        }
    }

    fn next(&self) -> Option<IpAddr> {
        self.with(|state| {
            let next = state.queue.pop();
            if next.is_none() {
                state.threads -= 1;
            }
            next
        })
    }

    fn is_waiting(&self, addresses: &[IpAddr]) -> bool {
        self.with(|state| {
            addresses
                .iter()
                .any(|address| matches!(state.known.get(address), Some(Known::Soon)))
        })
    }

    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl State {
    fn forget_old(&mut self, now: Instant) {
        let fresh = |known: &Known| match known {
            Known::Soon => true,
            Known::Is { since, .. } => now.saturating_duration_since(*since) < KEEP_FOR,
        };
        self.known.retain(|_, known| fresh(known));
        if self.known.len() > KNOWN_MAX {
            self.known.retain(|_, known| matches!(known, Known::Soon));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn addresses(count: u32) -> Vec<IpAddr> {
        (1..=count)
            .map(|number| IpAddr::V4(number.into()))
            .collect()
    }

    #[tokio::test]
    async fn names_are_found_once() {
        static ASKED: AtomicUsize = AtomicUsize::new(0);
        let resolver = NameResolver::new(|address| {
            ASKED.fetch_add(1, Ordering::Relaxed);
            (address != addresses(1)[0]).then(|| format!("host-{address}"))
        });
        for _ in 0..2 {
            let names = resolver
                .names(&addresses(50), Duration::from_secs(10))
                .await;
            assert_eq!(names.len(), 49);
            assert_eq!(&*names[&addresses(2)[1]], "host-0.0.0.2");
        }
        assert_eq!(ASKED.load(Ordering::Relaxed), 50);
    }

    #[tokio::test]
    async fn a_slow_resolver_delays_an_answer_only_so_long_and_uses_few_threads() {
        static AT_ONCE: AtomicUsize = AtomicUsize::new(0);
        static MOST: AtomicUsize = AtomicUsize::new(0);
        let (release, gate) = std::sync::mpsc::sync_channel::<()>(100);
        let gate = Mutex::new(gate);
        let resolver = NameResolver::new(move |address| {
            let at_once = AT_ONCE.fetch_add(1, Ordering::SeqCst) + 1;
            MOST.fetch_max(at_once, Ordering::SeqCst);
            gate.lock().unwrap().recv().unwrap();
            AT_ONCE.fetch_sub(1, Ordering::SeqCst);
            Some(format!("host-{address}"))
        });
        let early = resolver
            .names(&addresses(20), Duration::from_millis(50))
            .await;
        assert!(early.is_empty());
        for _ in 0..20 {
            release.send(()).unwrap();
        }
        let late = resolver
            .names(&addresses(20), Duration::from_secs(10))
            .await;
        assert_eq!(late.len(), 20);
        assert!(MOST.load(Ordering::SeqCst) <= THREADS_MAX);
    }

    #[tokio::test]
    async fn an_address_given_back_is_no_name() {
        let resolver = NameResolver::new(|address| Some(address.to_string()));
        assert!(
            resolver
                .names(&addresses(1), Duration::from_secs(10))
                .await
                .is_empty()
        );
    }
}
