//! Numbers, and words that begin with a digit.

use super::{Before, TokenKind, Tokenizer};

impl Tokenizer<'_> {
    /// Whatever begins with a digit.
    pub(super) fn number_or_word(&mut self) -> TokenKind {
        if self.before == Before::Dot {
            return self.name();
        }
        let radix_prefixed = match (self.peek(0), self.peek(1)) {
            (b'0', b'x') => self.radix_literal(|byte| byte.is_ascii_hexdigit()),
            (b'0', b'b') => self.radix_literal(|byte| matches!(byte, b'0' | b'1')),
            _ => false,
        };
        if radix_prefixed {
            return TokenKind::Number;
        }
        let digits = self.count_digits(0);
        match self.peek(digits) {
            b'.' => {
                self.skip(digits);
                self.fraction()
            }
            b'e' | b'E' => match self.exponent(digits) {
                0 => self.name(),
                len => {
                    self.skip(digits + len);
                    TokenKind::Number
                }
            },
            _ if self.is_name(digits) => self.name(),
            _ => {
                self.skip(digits);
                TokenKind::Number
            }
        }
    }

    /// A number from its decimal point on.
    pub(super) fn fraction(&mut self) -> TokenKind {
        let digits = 1 + self.count_digits(1);
        let exponent = match self.peek(digits) {
            b'e' | b'E' => self.exponent(digits),
            _ => 0,
        };
        self.skip(digits + exponent);
        TokenKind::Number
    }

    /// `0x1f` and `0b1`: false if it is a word that looks alike.
    fn radix_literal(&mut self, fits: impl Fn(u8) -> bool) -> bool {
        let digits = self.rest().iter().skip(2);
        let len = digits.take_while(|&&byte| fits(byte)).count();
        if len == 0 || self.is_name(2 + len) {
            return false;
        }
        self.skip(2 + len);
        true
    }

    /// The length of the exponent at `ahead`; 0 if it is none.
    fn exponent(&self, ahead: usize) -> usize {
        let sign = usize::from(matches!(self.peek(ahead + 1), b'+' | b'-'));
        match self.count_digits(ahead + 1 + sign) {
            0 => 0,
            digits => 1 + sign + digits,
        }
    }

    fn count_digits(&self, ahead: usize) -> usize {
        let rest = self.rest().get(ahead..).unwrap_or_default();
        rest.iter()
            .position(|byte| !byte.is_ascii_digit())
            .unwrap_or(rest.len())
    }
}
