//! The syntax of hints.

use super::{Destination, Directive, Hint, HintError, TAG};

/// Reads the content of a comment. Nothing if it is not for the gateway.
pub(super) fn parse(content: &[u8]) -> Result<Option<Hint>, HintError> {
    let mut words = Words { rest: content };
    if !words.eat(TAG) {
        return Ok(None);
    }
    hint(&mut words).map(Some)
}

fn hint(words: &mut Words<'_>) -> Result<Hint, HintError> {
    let second = words.second();
    let is = |word: Option<&[u8]>, other: &[u8]| {
        word.is_some_and(|word| word.eq_ignore_ascii_case(other))
    };
    if second.is_none() && words.eat(b"end") {
        return Ok(Hint::End);
    }
    if is(second, b"prepare") || is(second, b"begin") {
        let name = words.text("a name")?;
        if words.eat(b"prepare") {
            let directives = directives(words)?;
            return Ok(Hint::Prepare { name, directives });
        }
        words.next();
        let directives = if words.peek().is_none() {
            Vec::new()
        } else {
            directives(words)?
        };
        let name = Some(name);
        return Ok(Hint::Begin { name, directives });
    }
    if words.eat(b"begin") {
        let directives = directives(words)?;
        return Ok(Hint::Begin {
            name: None,
            directives,
        });
    }
    directives(words).map(Hint::Once)
}

/// One directive or several, up to the end.
fn directives(words: &mut Words<'_>) -> Result<Vec<Directive>, HintError> {
    let mut directives = Vec::new();
    loop {
        directives.push(directive(words)?);
        if words.peek().is_none() {
            return Ok(directives);
        }
    }
}

fn directive(words: &mut Words<'_>) -> Result<Directive, HintError> {
    let is_parameter = words.second() == Some(b"=");
    if !is_parameter && words.eat(b"route") {
        if !words.eat(b"to") {
            return Err(expected("`to`"));
        }
        return destination(words).map(Directive::RouteTo);
    }
    let name = words.text("`route to` or a parameter")?;
    if words.next() != Some(b"=") {
        return Err(expected("`=`"));
    }
    let value = words.text("a value")?;
    Ok(Directive::Parameter { name, value })
}

fn destination(words: &mut Words<'_>) -> Result<Destination, HintError> {
    if words.eat(b"master") {
        Ok(Destination::Primary)
    } else if words.eat(b"slave") {
        Ok(Destination::Replica)
    } else if words.eat(b"last") {
        Ok(Destination::Last)
    } else if words.eat(b"server") {
        words.text("a server's name").map(Destination::Server)
    } else {
        Err(expected("`master`, `slave`, `server` or `last`"))
    }
}

const fn expected(expected: &'static str) -> HintError {
    HintError::Syntax { expected }
}

/// The words of a hint: `=` is one, what stands in quotes is one, white space is between them.
struct Words<'a> {
    rest: &'a [u8],
}

impl<'a> Words<'a> {
    fn peek(&self) -> Option<&'a [u8]> {
        self.split().map(|(word, _)| word)
    }

    fn second(&self) -> Option<&'a [u8]> {
        let (_, rest) = self.split()?;
        Words { rest }.peek()
    }

    fn next(&mut self) -> Option<&'a [u8]> {
        let (word, rest) = self.split()?;
        self.rest = rest;
        Some(word)
    }

    fn eat(&mut self, word: &[u8]) -> bool {
        let is_there = self
            .peek()
            .is_some_and(|next| next.eq_ignore_ascii_case(word));
        if is_there {
            self.next();
        }
        is_there
    }

    /// A word that is no mark, without its quotes.
    fn text(&mut self, what: &'static str) -> Result<String, HintError> {
        let word = self.next().filter(|word| *word != b"=");
        let word = word.ok_or(expected(what))?;
        let inside = match word {
            [b'\'', inside @ .., b'\''] | [b'"', inside @ .., b'"'] => inside,
            _ => word,
        };
        Ok(String::from_utf8_lossy(inside).into_owned())
    }

    /// The next word and what is behind it.
    fn split(&self) -> Option<(&'a [u8], &'a [u8])> {
        let rest = self.rest.trim_ascii_start();
        let len = match *rest.first()? {
            b'=' => 1,
            quote @ (b'\'' | b'"') => {
                let end = rest.iter().skip(1).position(|&byte| byte == quote);
                end.map_or(rest.len(), |end| end + 2)
            }
            _ => {
                let ends = |byte: &u8| *byte == b'=' || byte.is_ascii_whitespace();
                rest.iter().position(ends).unwrap_or(rest.len())
            }
        };
        rest.split_at_checked(len)
    }
}
