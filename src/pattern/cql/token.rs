//! One token in brackets, `[lemma="be" & pos="V.*"]`, and values in quotation marks.

use super::{Parsed, Parser};
use crate::pattern::bounds::MAX_DEPTH;
use crate::pattern::value::asks_for_case;
use crate::pattern::{Pattern, PatternError, Test, Value};

impl Parser<'_> {
    pub(super) fn token(&mut self) -> Parsed<Pattern> {
        let start = self.at;
        self.at += 1;
        self.blank();
        let test = if self.peek() == Some(']') { Test::Any } else { self.test()? };
        self.blank();
        if self.peek() != Some(']') {
            return match self.peek() {
                Some(c) if c.is_alphanumeric() || c == '!' => {
                    let place = self.at..self.at + c.len_utf8();
                    Err(PatternError::new(place, "two tests side by side")
                        .hint("put `&` or `|` between them"))
                }
                Some(c) if !matches!(c, ')' | '[') => Err(self.unexpected(c)),
                _ => Err(PatternError::new(start..start + 1, "`[` without its `]`")),
            };
        }
        self.at += 1;
        Ok(Pattern::Token(test))
    }

    pub(super) fn test(&mut self) -> Parsed<Test> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let message = format!("brackets nest deeper than {MAX_DEPTH}");
            return Err(PatternError::new(self.at..self.at, message));
        }
        let mut terms = vec![self.term()?];
        let mut sign = None;
        loop {
            self.blank();
            let Some(c) = self.peek().filter(|c| matches!(c, '&' | '|')) else { break };
            if sign.is_some_and(|s| s != c) {
                let message = "`&` and `|` side by side";
                return Err(PatternError::new(self.at..self.at + 1, message)
                    .hint("put brackets around one of them: `[(a | b) & c]`"));
            }
            sign = Some(c);
            self.at += 1;
            terms.push(self.term()?);
        }
        self.depth -= 1;
        Ok(match sign {
            None => terms.remove(0),
            Some('&') => Test::All(terms),
            Some(_) => Test::Some(terms),
        })
    }

    pub(super) fn term(&mut self) -> Parsed<Test> {
        self.blank();
        let negated = self.peek() == Some('!');
        if negated {
            self.at += 1;
            self.blank();
        }
        let test = if self.peek() == Some('(') {
            let start = self.at;
            self.at += 1;
            let test = self.test()?;
            self.blank();
            if self.peek() != Some(')') {
                return Err(PatternError::new(start..start + 1, "bracket that is never closed"));
            }
            self.at += 1;
            test
        } else {
            self.comparison()?
        };
        Ok(match test {
            Test::Not(inner) if negated => *inner,
            test if negated => Test::Not(Box::new(test)),
            test => test,
        })
    }

    pub(super) fn comparison(&mut self) -> Parsed<Test> {
        let name = self.name("a layer's name, as in `[lemma=\"be\"]`")?;
        // CoNLL-U's own name for what is the layer `pos` here.
        let name = if name == "upos" { "pos".to_owned() } else { name };
        self.blank();
        let signs =
            [("!==", true, false), ("==", true, true), ("!=", false, false), ("=", false, true)];
        let Some((sign, literal, equal)) = signs.into_iter().find(|s| self.ahead(s.0)) else {
            let end = self.boundary(self.at + 1);
            return Err(PatternError::new(self.at..end, format!("no `=` after `{name}`"))
                .hint("write `[lemma=\"be\"]`"));
        };
        self.at += sign.len();
        self.blank();
        let test = Test::Is(self.string(&name, literal)?);
        Ok(if equal { test } else { Test::Not(Box::new(test)) })
    }

    pub(super) fn literal_ahead(&self) -> bool {
        self.ahead("l\"") || self.ahead("l'")
    }

    /// A string, on a layer.
    pub(super) fn string(&mut self, layer: &str, literal: bool) -> Parsed<Value> {
        let start = self.at;
        let literal = literal || self.literal_ahead();
        if self.literal_ahead() {
            self.at += 1;
        }
        let quote = match self.peek() {
            Some(c @ ('"' | '\'')) => c,
            Some(c) => {
                return Err(PatternError::new(
                    self.at..self.at + c.len_utf8(),
                    "a value stands in quotation marks",
                ));
            }
            None => return Err(PatternError::new(self.at..self.at, "the pattern ends too early")),
        };
        let text = self.quoted(quote)?;
        let (flags, place) = self.flags(start)?;
        if text.is_empty() {
            return Err(PatternError::new(place, "empty value").hint("no token is empty"));
        }
        let literal = literal || flags.contains('l');
        let exact = flags.contains('C') || !literal && asks_for_case(&text);
        let mut value = if literal {
            Value::literal(layer, &text, exact)
        } else {
            let value = Value::regex(layer, &text);
            if exact { value.exactly(&text) } else { value }
        };
        value.without_accents = flags.contains('d');
        value.matcher().map_err(|e| PatternError { place, ..e })?;
        Ok(value)
    }

    /// The inside of a quotation; the quotation mark itself is written with a backslash.
    pub(super) fn quoted(&mut self, quote: char) -> Parsed<String> {
        let start = self.at;
        let mut text = String::new();
        let mut letters = self.text[start + 1..].char_indices();
        while let Some((at, c)) = letters.next() {
            match c {
                '\\' => match letters.next() {
                    Some((_, next)) if next == quote => text.push(quote),
                    Some((_, next)) => text.extend(['\\', next]),
                    None => break,
                },
                c if c == quote => {
                    self.at = start + 1 + at + 1;
                    return Ok(text);
                }
                c => text.push(c),
            }
        }
        Err(PatternError::new(start..start + 1, "quotation mark that is never closed")
            .hint(format!("add `{quote}`")))
    }

    pub(super) fn flags(&mut self, start: usize) -> Parsed<(String, std::ops::Range<usize>)> {
        if self.peek() != Some('%') {
            return Ok((String::new(), start..self.at));
        }
        let flags: String =
            self.text[self.at + 1..].chars().take_while(char::is_ascii_alphabetic).collect();
        let place = self.at..self.at + 1 + flags.len();
        if flags.is_empty() || !flags.chars().all(|c| "cdlCD".contains(c)) {
            return Err(PatternError::new(place, format!("no flags `%{flags}`")).hint(
                "`%C` case as written, `%d` accents do not count, `%l` literal; `%c` and `%D` are the default",
            ));
        }
        self.at = place.end;
        Ok((flags, start..place.end))
    }
}
