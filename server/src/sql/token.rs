//! The pieces a statement's text is made of.

/// A piece of a statement's text. Tokens cover the text without gaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token<'a> {
    /// What it is.
    pub kind: TokenKind,
    /// Its bytes, quotes and markers included.
    pub text: &'a [u8],
    /// Where it begins in the text.
    pub start: usize,
}

/// What a [`Token`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// White space, as much as there is in one place.
    Space,
    /// A comment, with its markers: `-- x` and `# x` without the line's end, `/* x */`, and an
    /// executable comment that the server does not run.
    Comment,
    /// The beginning of an executable comment whose content is SQL: `/*!`, `/*!50101`, `/*M!`.
    ExecutableOpen,
    /// The end of an executable comment whose content is SQL: `*/`.
    ExecutableClose,
    /// A keyword, or a name without quotes.
    Word,
    /// A name in backticks, or in double quotes under `ANSI_QUOTES`.
    QuotedName,
    /// A user variable: `@a`, `@'a'`, `` @`a` ``.
    UserVariable,
    /// A system variable with its scope: `@@a`, `@@global.a`.
    SystemVariable,
    /// A string: `'a'`, `"a"`, `N'a'`.
    String,
    /// A number, hexadecimal (`0x1f`, `x'1f'`) and bit literals (`0b1`, `b'1'`) included.
    Number,
    /// The character set of the literal that follows: `_utf8mb4`.
    Introducer,
    /// The place of a parameter: `?`.
    Placeholder,
    /// The end of a statement: `;`.
    Semicolon,
    /// An operator or a mark: `:=`, `(`, `,`.
    Operator,
    /// A string whose end is missing.
    UnterminatedString,
    /// A quoted name or variable whose end is missing.
    UnterminatedName,
    /// A comment whose end is missing.
    UnterminatedComment,
}

impl Token<'_> {
    /// Whether it is the word, whatever the case of its letters. `word` is in capitals.
    pub fn is_word(&self, word: &[u8]) -> bool {
        self.kind == TokenKind::Word && self.text.eq_ignore_ascii_case(word)
    }

    /// Whether it is the operator.
    pub fn is_operator(&self, operator: &[u8]) -> bool {
        self.kind == TokenKind::Operator && self.text == operator
    }

    /// Whether it stands for nothing but a gap between others.
    pub const fn is_blank(&self) -> bool {
        matches!(
            self.kind,
            TokenKind::Space
                | TokenKind::Comment
                | TokenKind::ExecutableOpen
                | TokenKind::ExecutableClose
                | TokenKind::UnterminatedComment
        )
    }

    /// Whether it is a value that the canonical form leaves out.
    pub const fn is_literal(&self) -> bool {
        matches!(
            self.kind,
            TokenKind::String | TokenKind::Number | TokenKind::UnterminatedString
        )
    }
}
