//! A table of some dozens of rows, sorted by a press on the head of a column.

use std::cmp::Ordering;

use leptos::prelude::*;

use super::badge::{Badge, Tone};
use super::holding::{Holding, hold};
use super::icon::{Glyph, Icon};

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DataColumn {
    /// Its head.
    pub title: &'static str,
    /// How its cells look.
    pub look: DataLook,
    /// Whether it is shown where there is little room.
    pub narrow: bool,
}

/// How cells look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataLook {
    /// Text.
    Text,
    /// Digits at the right.
    Number,
    /// A badge.
    Badge,
    /// Text that may take more than one line.
    Sentence,
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DataCell {
    /// Its text.
    pub text: String,
    /// Its meaning.
    pub tone: Tone,
    /// Where it leads.
    pub href: Option<String>,
    /// The names that it is made of and where they lead, where it is such.
    pub links: Vec<(String, String)>,
    /// What it is sorted by, for numbers.
    pub order: Option<u64>,
}

impl DataCell {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..Self::default()
        }
    }

    /// A text with a meaning.
    pub fn toned(text: impl Into<String>, tone: Tone) -> Self {
        Self {
            tone,
            ..Self::text(text)
        }
    }

    /// Names, each with where it leads.
    pub fn links(links: Vec<(String, String)>) -> Self {
        let names: Vec<&str> = links.iter().map(|(name, _)| name.as_str()).collect();
        Self {
            text: names.join(", "),
            links,
            ..Self::default()
        }
    }

    /// A number as people read it.
    pub fn number(text: impl Into<String>, order: u64) -> Self {
        Self {
            order: Some(order),
            ..Self::text(text)
        }
    }
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DataRow {
    /// What it is known by.
    pub key: String,
    /// Where the first cell leads.
    pub href: Option<String>,
    /// A cell per column.
    pub cells: Vec<DataCell>,
}

impl DataRow {
    /// Whether all of these words are somewhere in it.
    pub fn answers(&self, words: &str) -> bool {
        let texts = self.cells.iter().map(|cell| cell.text.to_lowercase() + " ");
        let text: String = texts.collect();
        let words = words.to_lowercase();
        words.split_whitespace().all(|word| text.contains(word))
    }
}

/// The order: a column, and whether the largest comes first. Nothing: as the rows come.
type Sort = Option<(usize, bool)>;

/// The rows in their places.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Placed {
    keys: Vec<String>,
    /// So many wait until the rows may move.
    waiting: usize,
    /// The order and the search that someone asked for.
    asked: (Sort, String),
}

impl Placed {
    /// Rows that are held stay, unless another order or search is asked for: that is done at once.
    fn after(
        before: Option<&Self>,
        now: Vec<String>,
        asked: (Sort, String),
        is_held: bool,
    ) -> Self {
        let stays = |before: &&Self| is_held && !before.keys.is_empty() && before.asked == asked;
        let (keys, waiting) = match before.filter(stays) {
            Some(before) => hold(&before.keys, now),
            None => (now, 0),
        };
        Self {
            keys,
            waiting,
            asked,
        }
    }
}

/// The table.
#[component]
pub fn DataTable(
    /// Its name.
    label: &'static str,
    /// Its columns.
    columns: Vec<DataColumn>,
    /// Its rows.
    #[prop(into)]
    rows: Signal<Vec<DataRow>>,
    /// What stands at the end of a row, made once for its key.
    #[prop(optional, into)]
    actions: Option<Callback<String, AnyView>>,
    /// What was searched for, where the rows are what was found.
    #[prop(optional, into)]
    search: MaybeProp<String>,
    /// What keeps rows from moving; the table tells it how many wait.
    #[prop(optional)]
    holding: Holding,
) -> impl IntoView {
    let sort = RwSignal::new(None::<(usize, bool)>);
    let placed = Memo::new(move |before: Option<&Placed>| {
        let mut rows = rows.get();
        let asked = (sort.get(), search.get().unwrap_or_default());
        arrange(&mut rows, asked.0);
        let now = rows.into_iter().map(|row| row.key).collect();
        Placed::after(before, now, asked, holding.is_held())
    });
    Effect::new(move || holding.set_waiting(placed.with(|placed| placed.waiting)));
    on_cleanup(move || holding.release());
    let columns = StoredValue::new(columns);
    let head = move |(at, column): (usize, DataColumn)| view! { <Head at column sort /> };
    let row = move |key: String| {
        let own = key.clone();
        let found =
            Memo::new(move |_| rows.with(|rows| rows.iter().find(|row| row.key == own).cloned()));
        // A row that is gone is shown as it was until it may leave its place.
        let row = Memo::new(move |before: Option<&DataRow>| {
            let found = found.get();
            found.or_else(|| before.cloned()).unwrap_or_default()
        });
        let cell = move |(at, column): (usize, DataColumn)| view! { <Cell at column row /> };
        view! {
            <tr class:is-gone=move || found.with(Option::is_none)>
                {columns.get_value().into_iter().enumerate().map(cell).collect_view()}
                {actions.map(|actions| view! { <td class="row-actions">{actions.run(key)}</td> })}
            </tr>
        }
    };
    view! {
        <div class="table-scroll">
            <table class="data-table" aria-label=label>
                <thead>
                    <tr>
                        {columns.get_value().into_iter().enumerate().map(head).collect_view()}
                        {actions.map(|_| view! { <td></td> })}
                    </tr>
                </thead>
                <tbody
                    on:pointerenter=move |_| holding.point(true)
                    on:pointerleave=move |_| holding.point(false)
                    on:focusin=move |_| holding.focus()
                    on:focusout=move |ev| holding.blur(&ev)
                >
                    <For each=move || placed.with(|placed| placed.keys.clone()) key=String::clone children=row />
                </tbody>
            </table>
        </div>
    }
}

fn class_of(column: DataColumn) -> &'static str {
    match (column.look, column.narrow) {
        (DataLook::Number, true) => "is-number",
        (DataLook::Number, false) => "is-number is-wide",
        (DataLook::Sentence, true) => "is-sentence",
        (DataLook::Sentence, false) => "is-sentence is-wide",
        (_, true) => "",
        (_, false) => "is-wide",
    }
}

#[component]
fn Head(at: usize, column: DataColumn, sort: RwSignal<Sort>) -> impl IntoView {
    let own = move || sort.get().filter(|(other, _)| *other == at);
    let press = move |_| {
        sort.update(|sort| {
            *sort = match *sort {
                Some((other, false)) if other == at => Some((at, true)),
                Some((other, true)) if other == at => None,
                _ => Some((at, false)),
            };
        });
    };
    let order = move || own().map(|(_, down)| if down { "descending" } else { "ascending" });
    let sign = move || {
        own().map(|(_, down)| {
            if down {
                Glyph::Descending
            } else {
                Glyph::Ascending
            }
        })
    };
    view! {
        <th scope="col" class=class_of(column) aria-sort=order>
            <button type="button" class="head-button" on:click=press>
                {column.title}
                {move || sign().map(|glyph| view! { <Icon glyph /> })}
            </button>
        </th>
    }
}

#[component]
fn Cell(at: usize, column: DataColumn, row: Memo<DataRow>) -> impl IntoView {
    let cell = Memo::new(move |_| row.with(|row| row.cells.get(at).cloned().unwrap_or_default()));
    let href = Memo::new(move |_| {
        let own = cell.with(|cell| cell.href.clone());
        own.or_else(|| {
            (at == 0)
                .then(|| row.with(|row| row.href.clone()))
                .flatten()
        })
    });
    let text = Signal::derive(move || cell.with(|cell| cell.text.clone()));
    let tone = Signal::derive(move || cell.with(|cell| cell.tone));
    let links = Memo::new(move |_| cell.with(|cell| cell.links.clone()));
    let link = |(name, href): (String, String)| view! { <li><a href=href>{name}</a></li> };
    let content = move || match (href.get(), column.look) {
        _ if links.with(|links| !links.is_empty()) => {
            let links = links.get().into_iter().map(link).collect_view();
            view! { <ul class="cell-links">{links}</ul> }.into_any()
        }
        (Some(href), _) => view! { <a href=href>{move || text.get()}</a> }.into_any(),
        (None, DataLook::Badge) => view! { <Badge text tone /> }.into_any(),
        (None, _) => {
            let class = move || format!("cell-text {}", tone.get().class());
            view! { <span class=class>{move || text.get()}</span> }.into_any()
        }
    };
    if at == 0 {
        view! { <th scope="row" class=class_of(column)>{content}</th> }.into_any()
    } else {
        view! { <td class=class_of(column)>{content}</td> }.into_any()
    }
}

fn arrange(rows: &mut [DataRow], sort: Sort) {
    let Some((at, down)) = sort else { return };
    let compare = |a: &DataRow, b: &DataRow| match (a.cells.get(at), b.cells.get(at)) {
        (Some(a), Some(b)) => a
            .order
            .cmp(&b.order)
            .then_with(|| natural(&a.text, &b.text)),
        _ => Ordering::Equal,
    };
    rows.sort_by(|a, b| {
        let order = compare(a, b);
        if down { order.reverse() } else { order }
    });
}

/// As people sort names: `db2` before `db10`.
fn natural(a: &str, b: &str) -> Ordering {
    let parts = |text: &str| {
        let name = text.trim_end_matches(|c: char| c.is_ascii_digit());
        let number = text[name.len()..].parse::<u64>().ok();
        (name.to_lowercase(), number)
    };
    parts(a).cmp(&parts(b)).then_with(|| a.cmp(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn held_rows_stay_unless_another_order_or_search_is_asked_for() {
        let keys = |text: &str| text.split_whitespace().map(str::to_owned).collect();
        let asked = |search: &str| (None, search.to_owned());
        let before = Placed::after(None, keys("a b c"), asked(""), true);
        let check = |now: &str, asked: (Sort, String), is_held, expected: (&str, usize)| {
            let Placed { keys, waiting, .. } =
                Placed::after(Some(&before), keys(now), asked, is_held);
            assert_eq!((keys.join(" ").as_str(), waiting), expected);
        };
        check("x b a", asked(""), true, ("a b c", 1));
        check("x b a", asked(""), false, ("x b a", 0));
        check("b", asked("b"), true, ("b", 0));
        check(
            "c b a",
            (Some((0, true)), String::new()),
            true,
            ("c b a", 0),
        );
    }

    #[test]
    fn rows_are_sorted_as_people_do() {
        let row = |name: &str, order| DataRow {
            key: name.to_owned(),
            href: None,
            cells: vec![DataCell::text(name), DataCell::number("", order)],
        };
        let mut rows = [row("db10", 1), row("db2", 3), row("Alpha", 2)];
        let keys = |rows: &[DataRow]| {
            rows.iter()
                .map(|row| row.key.clone())
                .collect::<Vec<_>>()
                .join(" ")
        };
        arrange(&mut rows, None);
        assert_eq!(keys(&rows), "db10 db2 Alpha");
        arrange(&mut rows, Some((0, false)));
        assert_eq!(keys(&rows), "Alpha db2 db10");
        arrange(&mut rows, Some((1, true)));
        assert_eq!(keys(&rows), "db2 Alpha db10");
    }
}
