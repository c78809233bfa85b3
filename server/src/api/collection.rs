//! Collections: filter, order, page; then rendering of what is left.

use std::cmp::Ordering;
use std::thread::Builder;

use axum::http::StatusCode;
use axum::response::Response;
use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::{Map, Value, json};
use tokio::sync::{Semaphore, oneshot};

use super::call::Call;
use super::conditions::Age;
use super::error::ApiError;
use super::json;
use super::link::Base;
use super::query::{Page, Parameters, Query, Rank};
use super::resource::{self, Resource, Written};

/// How long the text of a resource is, about; the place for a long list is made once.
const RESOURCE_LENGTH: usize = 3 << 10;
/// Longer collections are evaluated away from the threads that serve requests.
const INLINE_MAX: usize = 200;

/// Threads that evaluate long collections at the same time; what comes then waits for its turn.
const THREADS_MAX: usize = 4;
/// Their places: the process has them once, whoever asks.
static THREADS: Semaphore = Semaphore::const_new(THREADS_MAX);

/// How far a thread that evaluates a long collection stands behind the workers: they get three times
/// the processor that it gets where both want all of it.
const NICE: i32 = 5;

/// What is left of a collection.
pub(super) struct Selection<R> {
    /// The resources to be told, in order.
    pub(super) resources: Vec<R>,
    /// The path that links to other pages lead to.
    pub(super) path: String,
    /// How many there are on all pages.
    total: usize,
}

impl<R: Resource> Selection<R> {
    /// A page of a collection of `total` resources, which was selected by who keeps them.
    pub(super) fn of_page(resources: Vec<R>, total: usize) -> Self {
        Self {
            resources,
            path: R::PATH.to_owned(),
            total,
        }
    }
}

/// Decides which resources are told and in which order.
pub(super) async fn select<R: Resource, P: Parameters + 'static>(
    mut resources: Vec<R>,
    call: Call<P>,
) -> Result<(Call<P>, Selection<R>), ApiError> {
    off_thread(resources.len(), move || {
        resources.retain(|one| resource::fulfils(one, &call.query.filters));
        let selection = arranged(resources, &call.query)?;
        Ok((call, selection))
    })
    .await
}

/// The same of resources that are known to fulfil the conditions.
pub(super) async fn arrange<R: Resource, P: Parameters + 'static>(
    resources: Vec<R>,
    call: Call<P>,
) -> Result<(Call<P>, Selection<R>), ApiError> {
    off_thread(resources.len(), move || {
        let selection = arranged(resources, &call.query)?;
        Ok((call, selection))
    })
    .await
}

/// The answer to a call with what was selected for it.
pub(super) async fn answer<R: Resource, P: Parameters + 'static>(
    selection: Selection<R>,
    call: Call<P>,
    age: Age,
) -> Result<Response, ApiError> {
    off_thread(selection.resources.len(), move || {
        let listed = Listed {
            selection: &selection,
            base: &call.base,
            query: &call.query,
        };
        let length = selection.resources.len() * RESOURCE_LENGTH;
        let text = json::text_of(&listed, call.query.pretty, length);
        Ok(call.answer_text(text, age))
    })
    .await
}

/// Runs long work where it delays no other request.
async fn off_thread<T: Send + 'static>(
    len: usize,
    work: impl FnOnce() -> Result<T, ApiError> + Send + 'static,
) -> Result<T, ApiError> {
    if len <= INLINE_MAX {
        return work();
    }
    behind(work).await.unwrap_or_else(|| {
        let detail = "the collection could not be rendered";
        Err(ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, detail))
    })
}

/// The same, however little it may be; `None`: it has failed.
pub(super) async fn behind<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    // It is never closed.
    let place = THREADS.acquire().await.ok();
    let behind = move || {
        // A thread goes on, and has its place, when its client has gone.
        let _place = place;
        // Where the cores are busy, statements come first.
        let _ = rustix::process::nice(NICE);
        work()
    };
    alone(behind).await
}

/// Runs `work` on a thread of its own, which may so change what a thread has; `None`: it has failed,
/// or there is no thread to be had.
async fn alone<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let (sender, answer) = oneshot::channel();
    let thread = Builder::new().name("lists".to_owned());
    // Nobody waits for the answer when the client has gone.
    let started = thread.spawn(move || drop(sender.send(work())));
    started.ok()?;
    answer.await.ok()
}

fn arranged<R: Resource>(mut resources: Vec<R>, query: &Query) -> Result<Selection<R>, ApiError> {
    let total = resources.len();
    if !query.sort.is_empty() {
        resources = sorted_page(resources, query)?;
    } else if let Some(page) = query.page {
        let range = page.range(total);
        resources.truncate(range.end);
        resources.drain(..range.start);
    }
    Ok(Selection {
        resources,
        path: R::PATH.to_owned(),
        total,
    })
}

/// The document of a selection.
struct Listed<'a, R> {
    selection: &'a Selection<R>,
    base: &'a Base,
    query: &'a Query,
}

impl<R: Resource> Serialize for Listed<'_, R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let path = self.base.to(&self.selection.path);
        // Keys in order, as in every document.
        let mut document = serializer.serialize_map(None)?;
        document.serialize_entry("data", &Data(self))?;
        match self.query.page {
            None => document.serialize_entry("links", &json!({"self": path}))?,
            Some(page) => {
                let total = self.selection.total;
                let links = page_links(&path, page, total, self.query);
                document.serialize_entry("links", &links)?;
                document.serialize_entry("meta", &json!({"total": total}))?;
            }
        }
        document.end()
    }
}

/// Its resources.
struct Data<'a, R>(&'a Listed<'a, R>);

impl<R: Resource> Serialize for Data<'_, R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Listed {
            selection,
            base,
            query,
        } = self.0;
        let resources = selection.resources.iter();
        serializer.collect_seq(resources.map(|resource| Written {
            resource,
            base,
            fields: &query.fields,
        }))
    }
}

/// The resources of the page that is wanted, in the order that is.
fn sorted_page<R: Resource>(resources: Vec<R>, query: &Query) -> Result<Vec<R>, ApiError> {
    let mut paths = Vec::with_capacity(query.sort.len());
    for key in &query.sort {
        let path = resource::sort_path::<R>(key).ok_or_else(|| {
            let known = R::ATTRIBUTES.join(", ");
            let detail = format!("sort={}: known are id, {known}", key.name);
            ApiError::bad_request(detail)
        })?;
        paths.push((path, key.descending));
    }
    let ranks = |one: &R| -> Vec<Rank> {
        let ranks = paths.iter().map(|(path, _)| resource::rank(one, path));
        ranks.collect()
    };
    let mut keyed: Vec<(Vec<Rank>, usize)> = resources.iter().map(ranks).zip(0..).collect();
    keyed.sort_by(|(one, _), (other, _)| {
        let keys = one.iter().zip(other).zip(&paths);
        keys.map(|((one, other), (_, descending))| one.compare(other, *descending))
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    });
    let wanted = query
        .page
        .map_or(0..keyed.len(), |page| page.range(keyed.len()));
    let mut resources: Vec<Option<R>> = resources.into_iter().map(Some).collect();
    let order = keyed.get(wanted).unwrap_or_default().iter();
    Ok(order
        .filter_map(|(_, index)| resources.get_mut(*index)?.take())
        .collect())
}

fn page_links(path: &str, page: Page, total: usize, query: &Query) -> Value {
    let mut start = format!("{path}?");
    for (name, value) in &query.rest {
        start.extend([&encode(name), "=", &encode(value), "&"]);
    }
    let (size, number) = (encode("page[size]"), encode("page[number]"));
    let link = |page_number: usize| {
        Value::String(format!(
            "{start}{size}={}&{number}={page_number}",
            page.size
        ))
    };
    let last = page.last(total);
    let mut links = Map::new();
    links.insert("self".to_owned(), link(page.number));
    links.insert("first".to_owned(), link(0));
    links.insert("last".to_owned(), link(last));
    if page.number > 0 {
        links.insert("prev".to_owned(), link((page.number - 1).min(last)));
    }
    if page.number < last {
        links.insert("next".to_owned(), link(page.number + 1));
    }
    links.into()
}

fn encode(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nice() -> i32 {
        rustix::process::getpriority_process(None).unwrap()
    }

    #[tokio::test]
    async fn long_lists_leave_no_thread_behind_the_others() {
        let usual = nice();
        let behind = off_thread(INLINE_MAX + 1, || Ok(nice())).await.unwrap();
        assert_eq!(behind, usual + NICE);
        let shared = tokio::task::spawn_blocking(nice).await.unwrap();
        assert_eq!(shared, usual);
    }

    #[tokio::test]
    async fn a_thousand_readers_of_long_lists_have_few_threads() {
        use std::sync::Arc;
        use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
        let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let readers = (0..1000).map(|number| {
            let (running, most) = (Arc::clone(&running), Arc::clone(&most));
            let work = move || {
                most.fetch_max(running.fetch_add(1, SeqCst) + 1, SeqCst);
                std::thread::park_timeout(std::time::Duration::from_micros(200));
                running.fetch_sub(1, SeqCst);
                Ok(number)
            };
            tokio::spawn(off_thread(INLINE_MAX + 1, work))
        });
        let readers: Vec<_> = readers.collect();
        for (number, reader) in readers.into_iter().enumerate() {
            // Some go before they have their answer.
            if number % 10 == 0 {
                reader.abort();
                let _ = reader.await;
            } else {
                assert_eq!(reader.await.unwrap().unwrap(), number);
            }
        }
        let most = most.load(SeqCst);
        assert!((1..=THREADS_MAX).contains(&most), "{most}");
    }

    #[tokio::test]
    async fn a_list_that_fails_is_an_error() {
        let failed = off_thread(INLINE_MAX + 1, || -> Result<(), ApiError> {
            panic!("this fails")
        });
        let error = failed.await.unwrap_err();
        assert_eq!(error.detail(), "the collection could not be rendered");
    }
}
