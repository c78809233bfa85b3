//! `top`: the sessions, again and again.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::answer::resources;
use super::client::Client;
use super::error::CtlError;
use super::kind::related;
use super::perform::total;
use super::print;
use super::request::Request;
use super::table::{Table, one_line};

/// Rows when nobody knows how high the terminal is.
const HEIGHT: usize = 24;
/// Columns when nobody knows how wide it is.
const WIDTH: usize = 80;
/// The line above, titles and rule.
const LINES_ABOVE: usize = 4;
/// Cursor home, and everything behind it away: flickers less than clearing first.
const HOME: &str = "\u{1b}[H\u{1b}[2J";

/// Statements that a session had at a moment.
type Counts = HashMap<String, u64>;

/// Draws the sessions until Ctrl+C, or so many times. The least idle sessions are asked for, as many
/// as there are lines.
pub(super) async fn show(
    client: &Client,
    interval: Duration,
    count: Option<u64>,
) -> Result<(), CtlError> {
    let (height, width) = terminal();
    let size = height.saturating_sub(LINES_ABOVE).max(1).to_string();
    let request = Request::get("sessions")
        .with("sort", "idle")
        .with("page[size]", &size);
    let mut before: Option<(Instant, Counts)> = None;
    let mut drawn = 0;
    while count.is_none_or(|count| drawn < count) {
        if drawn > 0 {
            tokio::select! {
                () = tokio::time::sleep(interval) => {}
                _ = tokio::signal::ctrl_c() => return Ok(()),
            }
        }
        let document = client.send(&request).await?;
        let now = Instant::now();
        let past = before.as_ref();
        let elapsed = past.map(|(then, counts)| (now.duration_since(*then), counts));
        print(&picture(client.host(), &document, elapsed, width))?;
        before = Some((now, counts(&document)));
        drawn += 1;
    }
    Ok(())
}

fn counts(document: &Value) -> Counts {
    let sessions = resources(document).iter();
    sessions
        .filter_map(|session| Some((id(session), statements(session)?)))
        .collect()
}

fn id(session: &Value) -> String {
    session.get("id").map(one_line).unwrap_or_default()
}

fn statements(session: &Value) -> Option<u64> {
    session.pointer("/attributes/statement_count")?.as_u64()
}

/// One picture; `past` are the counts of the last one and how long ago that was.
fn picture(
    host: &str,
    document: &Value,
    past: Option<(Duration, &Counts)>,
    width: usize,
) -> String {
    let titles = [
        "Id",
        "User",
        "Host",
        "Service",
        "Database",
        "State",
        "Idle",
        "Stmt/s",
        "Statement",
    ];
    let mut rows: Vec<(f64, Vec<String>)> = Vec::new();
    let mut all = 0.0;
    for session in resources(document) {
        let rate = past.and_then(|(elapsed, counts)| {
            let before = counts.get(&id(session))?;
            let more = statements(session)?.saturating_sub(*before);
            Some(more as f64 / elapsed.as_secs_f64())
        });
        let rate = rate.unwrap_or_default();
        all += rate;
        rows.push((rate, row(session, rate)));
    }
    rows.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    let mut table = Table::new(titles);
    for (_, row) in rows {
        table.push(row);
    }
    let head = format!(
        "{host}  {} sessions  {all:.0} statements/s",
        total(document)
    );
    let text = format!("{head}\n\n{}", table.drawn());
    let lines = text.lines();
    let cut: Vec<String> = lines
        .map(|line| line.chars().take(width).collect())
        .collect();
    format!("{HOME}{}\n", cut.join("\n"))
}

fn row(session: &Value, rate: f64) -> Vec<String> {
    let at = |name: &str| {
        let value = session.pointer(&format!("/attributes/{name}"));
        value.map(one_line).unwrap_or_default()
    };
    let last = session
        .pointer("/attributes/queries")
        .and_then(Value::as_array);
    let last = last.and_then(|queries| queries.last()?.get("statement"));
    vec![
        id(session),
        at("user"),
        at("remote"),
        related(session, "services").join(", "),
        at("database"),
        at("state"),
        at("idle"),
        format!("{rate:.0}"),
        last.map(one_line).unwrap_or_default(),
    ]
}

/// Lines and columns of the terminal.
fn terminal() -> (usize, usize) {
    let size = rustix::termios::tcgetwinsize(std::io::stdout());
    let size = size.ok().filter(|size| size.ws_row > 0 && size.ws_col > 0);
    size.map_or((HEIGHT, WIDTH), |size| {
        (size.ws_row.into(), size.ws_col.into())
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::json;

    use super::*;

    fn session(id: &str, user: &str, statements: u64) -> Value {
        json!({"id": id, "attributes": {"user": user, "statement_count": statements, "idle": 0.1,
            "queries": [{"statement": "SELECT 1"}, {"statement": "SELECT 2"}]}})
    }

    #[test]
    fn the_busiest_session_stands_first_and_lines_end_with_the_terminal() {
        let before = json!({"data": [session("1", "ada", 10), session("2", "bo", 10)]});
        let now = json!({
            "data": [session("1", "ada", 11), session("2", "bo", 30)],
            "meta": {"total": 900},
        });
        let counts = counts(&before);
        let text = picture("gw:1", &now, Some((Duration::from_secs(2), &counts)), 60);
        expect![[r#"
            gw:1  900 sessions  10 statements/s

            Id  User  Host  Service  Database  State  Idle  Stmt/s  Stat
            ──  ────  ────  ───────  ────────  ─────  ────  ──────  ────
             2  bo                                     0.1      10  SELE
             1  ada                                    0.1       0  SELE
        "#]]
        .assert_eq(text.strip_prefix(HOME).unwrap());
    }
}
