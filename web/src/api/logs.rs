//! `/v1/maxscale/logs`: lines of the log, by page and as they come.

pub mod stream;

use serde_json::Value;

use super::objects::{Object, page};
use super::request::ApiError;

/// So many lines are asked for at once.
pub const LINES: usize = 500;
const ENTRIES: &str = "maxscale/logs/entries";

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogLine {
    /// Its number; later lines have larger ones.
    pub id: u64,
    /// When it was logged, as the gateway writes it.
    pub timestamp: String,
    /// The same in seconds since 1970.
    pub at_s: Option<u64>,
    /// How grave it is.
    pub priority: String,
    /// What has logged it.
    pub module: String,
    /// The session that it is about.
    pub session: Option<String>,
    /// What it says.
    pub message: String,
    /// All of it in lower case, to search in.
    pub text: String,
}

impl LogLine {
    /// A line with its members in `value`.
    pub fn of(id: &str, value: &Value) -> Self {
        let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
        let [message, module, priority] = ["message", "module", "priority"].map(text);
        let session = Some(text("session")).filter(|session| !session.is_empty());
        let words = format!(
            "{priority}\n{module}\n{}\n{message}",
            session.as_deref().unwrap_or_default()
        );
        Self {
            id: id.parse().unwrap_or(0),
            timestamp: text("timestamp"),
            at_s: value["unix_timestamp"].as_u64(),
            text: words.to_lowercase(),
            priority,
            module,
            session,
            message,
        }
    }
}

/// Lines, the oldest first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LogPage {
    /// The lines.
    pub lines: Vec<LogLine>,
    /// Where the page before begins, if there is one.
    pub before: Option<u64>,
}

/// The newest lines of some priorities (none: of all), or those from line `cursor` on.
pub async fn lines(priorities: &str, cursor: Option<u64>) -> Result<LogPage, ApiError> {
    let cursor = cursor.map(|cursor| format!("&page[cursor]={cursor}"));
    let cursor = cursor.unwrap_or_default();
    let wanted = if priorities.is_empty() {
        String::new()
    } else {
        format!("&priority={priorities}")
    };
    let path = format!("{ENTRIES}?page[size]={LINES}{wanted}{cursor}");
    let page = page(&path).await?;
    let line = |object: &Object| LogLine::of(object.id(), object.attributes());
    Ok(LogPage {
        lines: page.objects.iter().map(line).collect(),
        before: page.prev.as_deref().and_then(cursor_of),
    })
}

/// The cursor in the query of a link.
fn cursor_of(query: &str) -> Option<u64> {
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs
        .find(|(name, _)| name.contains("cursor"))
        .and_then(|(_, value)| value.parse().ok())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_line_is_read_and_can_be_searched() {
        let line = LogLine::of(
            "7",
            &json!({"message": "Lost Server1", "module": "monitors", "priority": "error",
                "session": "12", "timestamp": "2026-11-24 00:29:13", "unix_timestamp": 1_795_480_153}),
        );
        assert_eq!((line.id, line.at_s), (7, Some(1_795_480_153)));
        assert_eq!(line.session.as_deref(), Some("12"));
        assert_eq!(line.text, "error\nmonitors\n12\nlost server1");
        let bare = LogLine::of("x", &json!({}));
        assert_eq!((bare.id, bare.session), (0, None));
    }

    #[test]
    fn the_cursor_of_a_link_is_found() {
        assert_eq!(cursor_of("page%5Bcursor%5D=41&page%5Bsize%5D=50"), Some(41));
        assert_eq!(cursor_of("priority=error&page[cursor]=0"), Some(0));
        assert_eq!(cursor_of("page%5Bsize%5D=50"), None);
    }
}
