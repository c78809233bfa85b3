//! The log of the gateway: its last lines, as they come.

mod line;

use std::sync::Arc;

use leptos::prelude::*;

use super::objects::state::FailedNotice;
use crate::api::logs::LogLine;
use crate::components::badge::Tone;
use crate::components::check_box::CheckBox;
use crate::components::icon::Glyph;
use crate::components::notice::Notice;
use crate::components::search_box::SearchBox;
use crate::components::skeleton::SkeletonTable;
use crate::components::status::Status;
use crate::components::virtual_list::VirtualList;
use crate::messages::{app, logs as texts};
use crate::state::log_feed::lines::LogLines;
use crate::state::log_feed::{FeedState, LogFeed, Way};
use crate::state::settings::Settings;
use crate::widgets::pause_button::PauseButton;
use line::{Details, row};

/// What one wants to see. `Copy`.
#[derive(Clone, Copy)]
struct Reader {
    feed: LogFeed,
    priorities: RwSignal<String>,
    search: RwSignal<String>,
    follow: RwSignal<bool>,
    /// The newest line when what is shown was stopped.
    paused_at: RwSignal<Option<u64>>,
    selected: RwSignal<Option<u64>>,
    found: Memo<Vec<Arc<LogLine>>>,
}

/// The page.
#[component]
pub fn LogsPage() -> impl IntoView {
    super::set_title(texts::TITLE);
    let reader = Reader::new();
    let Reader {
        feed,
        found,
        selected,
        ..
    } = reader;
    let line = Memo::new(move |_| reader.line());
    let state = Memo::new(move |_| feed.state());
    let is_empty = Memo::new(move |_| feed.lines().with(LogLines::is_empty));
    let lines = move || {
        if found.with(Vec::is_empty) {
            return view! { <p class="list-none">{texts::NO_MATCH}</p> }.into_any();
        }
        view! { <Lines reader /> }.into_any()
    };
    let none_found = Memo::new(move |_| found.with(Vec::is_empty));
    let content = move || match state.get() {
        FeedState::Loading => view! { <SkeletonTable label=app::LOADING rows=12 /> }.into_any(),
        FeedState::Failed(error) => {
            view! { <FailedNotice error retry=Callback::new(move |()| feed.begin()) /> }.into_any()
        }
        FeedState::Ready if is_empty.get() => {
            view! { <Notice glyph=Glyph::Log title=texts::EMPTY_TITLE text=texts::EMPTY_TEXT /> }
                .into_any()
        }
        FeedState::Ready => {
            none_found.track();
            untrack(lines)
        }
    };
    view! {
        <div class="page page-full">
            <LogToolbar reader />
            <div class="page-table live-data">{content}</div>
            <Details line selected />
        </div>
    }
}

impl Reader {
    fn new() -> Self {
        let priorities = RwSignal::new(String::new());
        let search = RwSignal::new(String::new());
        let paused_at = RwSignal::new(None);
        let feed = LogFeed::start(priorities.into());
        let found = Memo::new(move |_| {
            let words = search.with(|text| {
                let words = text.split_whitespace();
                words.map(str::to_lowercase).collect::<Vec<_>>()
            });
            feed.lines()
                .with(|lines| lines.found(&words, paused_at.get()))
        });
        Self {
            feed,
            priorities,
            search,
            follow: RwSignal::new(true),
            paused_at,
            selected: RwSignal::new(None),
            found,
        }
    }

    fn is_paused(self) -> bool {
        self.paused_at.with(Option::is_some)
    }

    fn pause(self, paused: bool) {
        let newest = self.feed.lines().with_untracked(LogLines::last);
        self.paused_at.set(paused.then_some(newest.unwrap_or(0)));
    }

    /// The selected line.
    fn line(self) -> Option<Arc<LogLine>> {
        let selected = self.selected.get()?;
        let find = |lines: &Vec<Arc<LogLine>>| lines.iter().find(|l| l.id == selected).cloned();
        self.found.with(find)
    }
}

#[component]
fn LogToolbar(reader: Reader) -> impl IntoView {
    let Reader {
        feed,
        priorities,
        search,
        follow,
        found,
        ..
    } = reader;
    let option = move |(value, label): (&'static str, &'static str)| {
        view! { <option value=value prop:selected=move || priorities.with(|p| p == value)>{label}</option> }
    };
    let counts = move || texts::counts(found.with(Vec::len), feed.lines().with(LogLines::len));
    let paused = Memo::new(move |_| reader.is_paused());
    view! {
        <div class="toolbar">
            <h1 class="toolbar-title">{texts::TITLE}</h1>
            <SearchBox label=texts::SEARCH hint=texts::SEARCH_HINT value=search on_change=Callback::new(move |text| search.set(text)) />
            <label class="field-pair">
                <span>{texts::LEVELS}</span>
                <select class="field-input" on:change:target=move |ev| priorities.set(ev.target().value())>
                    {texts::CHOICES.map(option).collect_view()}
                </select>
            </label>
            <span class="toolbar-count">{counts}</span>
            <span class="toolbar-space"></span>
            <FeedStatus reader />
            <CheckBox label=texts::FOLLOW checked=follow on_change=Callback::new(move |on| follow.set(on)) />
            <PauseButton paused on_change=Callback::new(move |on| reader.pause(on)) />
        </div>
    }
}

/// How lines come, and how many are waiting while paused.
#[component]
fn FeedStatus(reader: Reader) -> impl IntoView {
    let settings = expect_context::<Settings>();
    let Reader {
        feed, paused_at, ..
    } = reader;
    let way = Memo::new(move |_| feed.way());
    let paused = Memo::new(move |_| reader.is_paused());
    let text = move || match (paused.get(), way.get()) {
        (true, _) => texts::PAUSED,
        (_, Way::Opening) => texts::OPENING,
        (_, Way::Stream) => texts::STREAMING,
        (_, Way::Asking) => texts::ASKING,
    };
    let detail = move || match (paused_at.get(), way.get()) {
        (Some(id), _) => Some(texts::newer(feed.lines().with(|lines| lines.after(id)))),
        (None, Way::Asking) => Some(texts::every(settings.update_s())),
        _ => None,
    };
    let tone = move || match (paused.get(), way.get()) {
        (false, Way::Stream) => Tone::Good,
        (false, Way::Opening) => Tone::Faint,
        _ => Tone::Warning,
    };
    view! {
        <Status
            label=texts::FEED
            text=Signal::derive(move || text().to_owned())
            detail=Signal::derive(detail)
            tone=Signal::derive(tone)
        />
    }
}

/// The lines, and a way to older ones.
#[component]
fn Lines(reader: Reader) -> impl IntoView {
    let Reader {
        feed,
        follow,
        found,
        selected,
        ..
    } = reader;
    let settings = expect_context::<Settings>();
    let older = Memo::new(move |_| feed.has_older());
    let view = Callback::new(move |line: Arc<LogLine>| row(&line, settings));
    view! {
        <div class="log">
            <Show when=move || older.get()>
                <p class="log-older">
                    <button type="button" class="link-button" on:click=move |_| { follow.set(false); feed.ask_older(); }>{texts::OLDER}</button>
                </p>
            </Show>
            <VirtualList label=texts::LIST class="log-list" items=found key=|line: &LogLine| line.id view follow selected />
        </div>
    }
}
