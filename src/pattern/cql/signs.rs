//! The signs and names of the text, one after the other.

use super::{Parsed, Parser};
use crate::pattern::PatternError;

impl Parser<'_> {
    pub(super) fn name(&mut self, wanted: &str) -> Parsed<String> {
        self.blank();
        let word = self.word_here().to_owned();
        if word.is_empty() {
            let end = self.boundary(self.at + 1);
            return Err(PatternError::new(self.at..end, format!("here belongs {wanted}")));
        }
        self.at += word.len();
        Ok(word.to_lowercase())
    }

    /// The name that begins here, or nothing.
    pub(super) fn word_here(&self) -> &str {
        let rest = &self.text[self.at..];
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        &rest[..end]
    }

    pub(super) fn blank(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    pub(super) fn ahead(&self, sign: &str) -> bool {
        self.text[self.at..].starts_with(sign)
    }

    /// Takes a sign, and the blanks before it, if it comes next.
    pub(super) fn takes(&mut self, sign: &str) -> bool {
        let before = self.at;
        self.blank();
        if self.ahead(sign) {
            self.at += sign.len();
            return true;
        }
        self.at = before;
        false
    }

    pub(super) fn expect(&mut self, sign: &str, wanted: &str) -> Parsed<()> {
        if self.takes(sign) {
            return Ok(());
        }
        self.blank();
        let end = self.boundary(self.at + 1);
        Err(PatternError::new(self.at..end, format!("here belongs {wanted}")))
    }

    /// The next place not before `at` where a letter begins or the text ends.
    pub(super) fn boundary(&self, at: usize) -> usize {
        (at..self.text.len()).find(|i| self.text.is_char_boundary(*i)).unwrap_or(self.text.len())
    }

    pub(super) fn unexpected(&self, c: char) -> PatternError {
        let place = self.at..self.at + c.len_utf8();
        let error = PatternError::new(place, format!("`{c}` has no meaning here"));
        match c {
            ')' => error.hint("no bracket is open"),
            '&' => error.hint("`&` stands inside `[…]`; of two patterns write `a containing b`"),
            _ => error,
        }
    }
}
