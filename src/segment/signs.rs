//! Signs that part a name at a line's beginning from the words behind it.

use super::heads::Form;
use super::names::{LONGEST, is_title};
use super::stamps::{OwnStamps, Stamp, stamp, stamp_in_words};

/// A sign behind a name, or a time.
pub(super) enum Sign<'l> {
    /// A time.
    Stamp(Stamp<'l>),
    /// The sign of a form, and its bytes.
    Of(Form, usize),
}

/// Signs behind which words may begin, from left to right, within reach of a name.
pub(super) struct Signs<'l, 's> {
    pub(super) text: &'l str,
    pub(super) stamps: &'s OwnStamps,
    /// True where a colon stands between digits: only then can a date be part of a time.
    pub(super) timed: bool,
    /// Letters that were passed.
    pub(super) letters: usize,
    pub(super) seen: usize,
}

impl<'l> Signs<'l, '_> {
    pub(super) fn skip(&mut self, to: usize) {
        self.seen = to;
    }

    pub(super) fn next(&mut self) -> Option<(usize, Sign<'l>)> {
        let text = self.text;
        while let Some(c) = text[self.seen..].chars().next() {
            let at = self.seen;
            let after = at + c.len_utf8();
            self.seen = after;
            self.letters += 1;
            if self.letters > LONGEST + 1 {
                return None;
            }
            let next = text[after..].chars().next();
            let blank = next.is_none_or(char::is_whitespace);
            let before = text[..at].chars().next_back();
            let first = before.is_none_or(char::is_whitespace);
            if first && at > 0 && (self.timed || self.stamps.are_own()) {
                let dated = c.is_alphabetic().then(|| stamp(&text[at..])).flatten();
                if let Some(found) = dated.or_else(|| self.stamps.own_at(&text[at..])) {
                    return Some((at, Sign::Stamp(found)));
                }
            }
            match c {
                // What is said of a name, or a stamp.
                '(' | '[' | '{' if at > 0 => {
                    if let Some(found) = self.stamps.at(&text[at..]) {
                        return Some((at, Sign::Stamp(found)));
                    }
                    let close = match c {
                        '(' => ')',
                        '[' => ']',
                        _ => '}',
                    };
                    let end = text[at..].find(close).filter(|end| *end <= 120)?;
                    self.seen = at + end + 1;
                }
                '0'..='9' | '#' if first && at > 0 => {
                    let found = self.stamps.at(&text[at..]).or_else(|| stamp_in_words(&text[at..]));
                    if let Some(found) = found {
                        return Some((at, Sign::Stamp(found)));
                    }
                }
                '0'..='9' if before == Some(',') => {}
                '\t' if at > 0 => return Some((at, Sign::Of(Form::Tab, 1))),
                ' ' if at > 0 && text[at..].starts_with("   ") => {
                    // Teams parts a name from its stamp so.
                    let rest = text[at..].trim_start();
                    let place = text.len() - rest.len();
                    return Some(match self.stamps.at(rest) {
                        Some(found) => (place, Sign::Stamp(found)),
                        None => (at, Sign::Of(Form::Tab, 3)),
                    });
                }
                '“' | '”' | '„' | '«' | '!' | '\\' | '…' | '。' | '！' | '「' | '『' =>
                {
                    return None;
                }
                '=' if !(blank && first) => return None,
                '"' if !first || !blank => return None,
                _ => {
                    if let Some((form, length)) = sign_at(text, at) {
                        self.seen = at + length;
                        return Some((at, Sign::Of(form, length)));
                    }
                }
            }
        }
        None
    }
}

/// The form whose sign stands at a place of a text, and the bytes of that sign.
fn sign_at(text: &str, at: usize) -> Option<(Form, usize)> {
    let c = text[at..].chars().next()?;
    let behind = &text[at + c.len_utf8()..];
    let blank = behind.chars().next().is_none_or(char::is_whitespace);
    let first = text[..at].chars().next_back().is_none_or(char::is_whitespace);
    // `Interviewer:in:`, `Befragte:r:`
    let gendered = ["innen", "in", "r", "n", "e"].iter().find_map(|end| behind.strip_prefix(end));
    if c == ':'
        && at > 0
        && gendered.is_some_and(|rest| rest.starts_with([':', ' ', '\t']))
        && !first
    {
        return None;
    }
    if matches!(c, ':' | '：') {
        return (!behind.starts_with("//")).then_some((Form::Colon, c.len_utf8()));
    }
    if at == 0 {
        return None;
    }
    Some(match c {
        '–' | '—' => (Form::Dash, c.len_utf8()),
        '-' if blank || first => (Form::Dash, 1),
        ';' | '；' if blank || is_between(&text[..at], behind) => (Form::Semicolon, c.len_utf8()),
        '=' if blank && first => (Form::Equals, 1),
        '/' if blank && !first && !behind.is_empty() => (Form::Slash, 1),
        '|' => (Form::Bar, 1),
        '→' | '»' | '~' if blank && first => (Form::Arrow, c.len_utf8()),
        '>' => (Form::Arrow, text.len() - at - text[at..].trim_start_matches('>').len()),
        '.' if blank && !behind.is_empty() && !is_title(&text[..at]) => (Form::Stop, 1),
        _ => return None,
    })
}

/// True where a semicolon without a blank parts a name from a sentence: `Nora;Where was it?`, and not the cells of
/// a row (`Oslo;rain;0`) or a sign's name (`G&uuml;nter: So`).
fn is_between(name: &str, words: &str) -> bool {
    let mut ends = words.match_indices([';', '；']).map(|(at, sign)| &words[at + sign.len()..]);
    !name.contains('&') && ends.all(|rest| rest.starts_with(char::is_whitespace))
}
