//! Going through the tokens of a statement, one statement after the other.

use super::dialect::Dialect;
use super::token::{Token, TokenKind};
use super::tokenizer::Tokenizer;
use super::words::Capitals;

/// Hands out the tokens of one statement, gaps left out, up to its `;`.
#[derive(Debug, Clone)]
pub(super) struct Cursor<'a> {
    text: &'a [u8],
    dialect: Dialect,
    tokens: Tokenizer<'a>,
    next: Option<Token<'a>>,
    /// Where the last token that was handed out ends.
    end: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a [u8], dialect: Dialect) -> Self {
        let mut cursor = Self {
            text,
            dialect,
            tokens: Tokenizer::new(text, dialect),
            next: None,
            end: 0,
        };
        cursor.advance();
        cursor
    }

    /// How the text is read.
    pub(super) const fn dialect(&self) -> Dialect {
        self.dialect
    }

    fn advance(&mut self) {
        self.next = self.tokens.find(|token| !token.is_blank());
    }

    /// The next token of this statement, which stays where it is.
    pub(super) fn peek(&self) -> Option<Token<'a>> {
        self.next.filter(|token| token.kind != TokenKind::Semicolon)
    }

    /// The token behind the next one.
    pub(super) fn peek_second(&self) -> Option<Token<'a>> {
        let mut ahead = self.clone();
        ahead.next();
        ahead.peek()
    }

    /// The next word in capitals, which stays where it is.
    pub(super) fn peek_capitals(&self) -> Capitals {
        Capitals::of_token(self.peek())
    }

    /// The next token of this statement.
    pub(super) fn next(&mut self) -> Option<Token<'a>> {
        let token = self.peek()?;
        self.end = token.start + token.text.len();
        self.advance();
        Some(token)
    }

    /// Takes the next token if it is the word.
    pub(super) fn eat(&mut self, word: &[u8]) -> bool {
        self.eat_if(|token| token.is_word(word))
    }

    /// Takes the next token if it is the operator.
    pub(super) fn eat_operator(&mut self, operator: &[u8]) -> bool {
        self.eat_if(|token| token.is_operator(operator))
    }

    /// Takes the next token if it fits.
    pub(super) fn eat_if(&mut self, fits: impl Fn(&Token<'a>) -> bool) -> bool {
        let is_there = self.peek().is_some_and(|token| fits(&token));
        if is_there {
            self.next();
        }
        is_there
    }

    /// Goes on behind the end of this statement. False if the text ends there.
    pub(super) fn end_statement(&mut self) -> bool {
        while self.next().is_some() {}
        self.eat_semicolon()
    }

    /// Takes a `;`.
    pub(super) fn eat_semicolon(&mut self) -> bool {
        let is_there = self
            .next
            .is_some_and(|token| token.kind == TokenKind::Semicolon);
        if is_there {
            self.advance();
        }
        is_there
    }

    /// Whether the text has no token left.
    pub(super) const fn is_done(&self) -> bool {
        self.next.is_none()
    }

    /// Where the next token begins; the end of the last one if there is none.
    pub(super) fn start(&self) -> usize {
        self.peek().map_or(self.end, |token| token.start)
    }

    /// The text from `start` to the end of the last token that was handed out.
    pub(super) fn text_since(&self, start: usize) -> &'a [u8] {
        self.text.get(start..self.end).unwrap_or_default()
    }
}
