//! How the list is looked at: search, order, columns. All of it is in the address of the page.

use super::column::Column;

/// A way to look at the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// What the search box says.
    pub search: String,
    /// The order.
    pub sort: Sort,
    /// The columns shown, in the order of [`Column::ALL`]; the id is always among them.
    pub columns: Vec<Column>,
}

/// By which column the list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// The column.
    pub column: Column,
    /// Largest first.
    pub descending: bool,
}

impl Default for View {
    fn default() -> Self {
        Self {
            search: String::new(),
            sort: Sort::default(),
            columns: Column::ALL.into_iter().filter(|c| c.is_default()).collect(),
        }
    }
}

impl Default for Sort {
    fn default() -> Self {
        Self {
            column: Column::Id,
            descending: false,
        }
    }
}

impl Sort {
    /// The order after a click on a column's head.
    #[must_use]
    pub fn clicked(self, column: Column) -> Self {
        let descending = if self.column == column {
            !self.descending
        } else {
            column.descends_first()
        };
        Self { column, descending }
    }

    /// `-idle` as in the API's `sort` parameter.
    fn parse(text: &str) -> Option<Self> {
        let (descending, key) = match text.strip_prefix('-') {
            Some(key) => (true, key),
            None => (false, text),
        };
        Some(Self {
            column: Column::named(key)?,
            descending,
        })
    }

    fn text(self) -> String {
        format!(
            "{}{}",
            if self.descending { "-" } else { "" },
            self.column.key()
        )
    }
}

impl View {
    /// The view that an address asks for; what it does not say, or says wrongly, is as by default.
    pub fn from_query(get: impl Fn(&str) -> Option<String>) -> Self {
        let default = Self::default();
        let columns = get("columns").map(|text| {
            let keys: Vec<&str> = text.split(',').collect();
            Column::ALL
                .into_iter()
                .filter(|&c| c == Column::Id || keys.contains(&c.key()))
                .collect()
        });
        Self {
            search: get("search").unwrap_or_default(),
            sort: get("sort")
                .and_then(|text| Sort::parse(&text))
                .unwrap_or_default(),
            columns: columns
                .filter(|c: &Vec<Column>| c.len() > 1)
                .unwrap_or(default.columns),
        }
    }

    /// What the address must say: only what is not as by default.
    pub fn to_query(&self) -> Vec<(&'static str, String)> {
        let default = Self::default();
        let mut query = Vec::new();
        if !self.search.is_empty() {
            query.push(("search", self.search.clone()));
        }
        if self.sort != default.sort {
            query.push(("sort", self.sort.text()));
        }
        if self.columns != default.columns {
            let keys: Vec<&str> = self.columns.iter().map(|c| c.key()).collect();
            query.push(("columns", keys.join(",")));
        }
        query
    }

    /// Shows a column that is hidden and hides one that is shown; the id always stays.
    pub fn toggle(&mut self, column: Column) {
        let shown = |c: Column| self.columns.contains(&c) != (c == column) || c == Column::Id;
        let columns: Vec<Column> = Column::ALL.into_iter().filter(|&c| shown(c)).collect();
        // The id alone could not be told from "as by default" in an address.
        if columns.len() > 1 {
            self.columns = columns;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(query: &[(&str, &str)]) -> View {
        View::from_query(|key| {
            query
                .iter()
                .find(|(k, _)| *k == key)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    fn check(query: &[(&str, &str)], expected: &[(&str, &str)]) {
        let got = view(query).to_query();
        let got: Vec<(&str, &str)> = got.iter().map(|(k, v)| (*k, v.as_str())).collect();
        assert_eq!(got, expected, "{query:?}");
    }

    #[test]
    fn an_address_and_a_view_say_the_same() {
        for query in [
            &[][..],
            &[("search", "user:ann db:shop")],
            &[("sort", "-idle")],
            &[("columns", "id,user,thread")],
            &[("search", "x"), ("sort", "user"), ("columns", "id,memory")],
        ] {
            check(query, query);
        }
    }

    #[test]
    fn what_an_address_says_wrongly_is_as_by_default() {
        check(&[("sort", "colour"), ("columns", "")], &[]);
        check(&[("sort", "--id"), ("columns", "shape")], &[]);
        check(&[("sort", "id"), ("other", "x")], &[]);
        check(
            &[("columns", "thread,user,nonsense")],
            &[("columns", "id,user,thread")],
        );
    }

    #[test]
    fn a_click_sorts_and_the_next_one_turns_round() {
        let by_user = Sort::default().clicked(Column::User);
        assert_eq!(
            by_user,
            Sort {
                column: Column::User,
                descending: false
            }
        );
        assert_eq!(
            by_user.clicked(Column::User),
            Sort {
                column: Column::User,
                descending: true
            }
        );
        let by_idle = by_user.clicked(Column::Idle);
        assert_eq!(
            by_idle,
            Sort {
                column: Column::Idle,
                descending: true
            }
        );
    }

    #[test]
    fn columns_are_toggled_but_never_the_id_nor_the_last() {
        let mut view = view(&[("columns", "id,user")]);
        view.toggle(Column::Thread);
        view.toggle(Column::User);
        view.toggle(Column::Id);
        assert_eq!(view.columns, [Column::Id, Column::Thread]);
        view.toggle(Column::Thread);
        assert_eq!(view.columns, [Column::Id, Column::Thread]);
    }
}
