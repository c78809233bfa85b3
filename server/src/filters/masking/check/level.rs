//! Where in a statement something stands, and what is done with it there.

/// Whether what is selected or returned stands here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum List {
    #[default]
    No,
    /// It has begun in the same parentheses: columns may stand between its commas.
    Here,
    /// It has begun outside: what is in the parentheses is a part of an expression.
    Outside,
}

/// A pair of parentheses, or the statement itself.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "they are independent facts")]
pub(super) struct Level {
    /// In the arguments of a function, at whatever depth.
    pub(super) is_function: bool,
    /// The whole statement, or a whole SELECT of a UNION that is the statement.
    pub(super) is_operand: bool,
    /// A SELECT in parentheses whose columns can get other names.
    pub(super) is_subquery: bool,
    /// Where `*` may stand without giving a masked column another name.
    pub(super) keeps_names: bool,
    pub(super) list: List,
    /// Within what is selected outside, at whatever depth.
    pub(super) is_selected: bool,
    /// The second SELECT of a UNION, or one behind it.
    pub(super) is_later_select: bool,
}

impl Level {
    /// A statement begins.
    pub(super) fn statement() -> Self {
        Self {
            is_operand: true,
            ..Self::default()
        }
    }
}

/// What is done with a column where it is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// It is not shown.
    Hidden,
    /// It is shown as it is, so that the result bears its name.
    Plain,
    /// It is shown as it is; the token of that index is the name that the statement gives it.
    Renamed(usize),
    /// It is a part of an expression that is shown.
    Calculated,
}
