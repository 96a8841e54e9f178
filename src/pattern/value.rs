//! What a layer of a token must be: a literal form or a regular expression, anchored at both ends.
//!
//! The text layer is indexed folded, so a pattern is folded, too. Where a pattern asks for the
//! exact form ([`Value::exact`]), a wider expression ([`Matcher::folded`]) finds candidates among the
//! folded forms, and the expression itself decides on the text.

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind};
use unicode_normalization::UnicodeNormalization;

use super::PatternError;
use crate::text::{fold, without_marks};

/// Largest compiled expression, in bytes.
const REGEX_BYTES: usize = 1 << 20;

/// A value of a layer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Value {
    /// The layer, lower case; [`Value::TEXT`] is the text itself.
    pub layer: String,
    /// A literal form (folded, on the text layer), or a regular expression.
    pub text: String,
    /// True if `text` is a literal.
    pub literal: bool,
    /// True if case and apostrophes must be as written: `%C`.
    pub exact: bool,
    /// True if accents do not count: `%d`.
    pub without_accents: bool,
}

impl Value {
    /// The name of the text layer.
    pub const TEXT: &'static str = "word";

    /// A folded form of the text layer.
    #[must_use]
    pub fn form(folded: impl Into<String>) -> Self {
        let layer = Self::TEXT.to_owned();
        Self { layer, text: folded.into(), literal: true, exact: false, without_accents: false }
    }

    /// A regular expression on a layer; one without any sign of its own becomes a literal.
    #[must_use]
    pub fn regex(layer: &str, expression: &str) -> Self {
        let text = straight(expression.strip_prefix("(?i)").unwrap_or(expression));
        let value = Self {
            layer: layer.to_owned(),
            text,
            literal: false,
            exact: false,
            without_accents: false,
        };
        value.simplified()
    }

    /// The same with case and apostrophes as written.
    #[must_use]
    pub fn exactly(mut self, written: &str) -> Self {
        self.exact = true;
        self.literal = false;
        self.text = written.nfc().collect();
        self.simplified()
    }

    fn simplified(mut self) -> Self {
        if let Some(literal) = literal_of(&self.text) {
            self.literal = true;
            self.text = if self.is_folded() { fold(&literal).into_owned() } else { literal };
        }
        self
    }

    /// A literal, whatever signs are in it.
    #[must_use]
    pub fn literal(layer: &str, text: &str, exact: bool) -> Self {
        let mut value = Self { layer: layer.to_owned(), ..Self::form("") };
        value.exact = exact;
        value.text = if value.is_folded() { fold(text).into_owned() } else { text.nfc().collect() };
        value
    }

    /// True when it is compared with folded forms.
    #[must_use]
    pub fn is_folded(&self) -> bool {
        self.layer == Self::TEXT && !self.exact
    }

    /// As a regular expression without anchors.
    #[must_use]
    pub fn expression(&self) -> String {
        if self.literal { regex::escape(&self.text) } else { self.text.clone() }
    }

    /// The expression that decides, flags included.
    fn deciding(&self) -> String {
        let text = self.expression();
        let text = if self.without_accents { without_marks(&text).into_owned() } else { text };
        // `(?-i)` in an expression asks for the exact form of that part only. Folded forms have no
        // capitals, so that an expression without any needs no flag, and a smaller automaton.
        let flag = !self.exact || asks_for_case(&self.text);
        let plain = self.is_folded() && !text.chars().any(char::is_uppercase);
        let flags = if flag && !plain { "(?i)" } else { "" };
        format!("{flags}(?:{text})")
    }

    /// The letters before a final `.*`, if there is nothing else.
    fn prefix(&self) -> Option<String> {
        let plain = self.is_folded() && !self.literal && !self.without_accents;
        let before = self.text.strip_suffix(".*").filter(|_| plain)?;
        let letters = !before.is_empty() && before.chars().all(char::is_alphanumeric);
        (letters && fold(before) == before).then(|| before.to_owned())
    }

    /// Makes it ready to be compared.
    ///
    /// # Errors
    /// The expression is none, or too large.
    pub fn matcher(&self) -> Result<Matcher, PatternError> {
        let deciding = self.deciding();
        let refused = |message: String| PatternError::new(0..0, message);
        let plain = self.literal && self.is_folded() && !self.without_accents;
        let (literal, prefix) = (plain.then(|| self.text.clone()), self.prefix());
        // A dictionary has thousands of words, and no expression need be compiled for a word.
        let regex = if literal.is_some() || prefix.is_some() {
            None
        } else {
            let regex = regex::RegexBuilder::new(&format!("^(?:{deciding})$"))
                .size_limit(REGEX_BYTES)
                .nest_limit(100)
                .build();
            Some(regex.map_err(|e| refused(why(&e)))?)
        };
        let folded = if self.layer == Self::TEXT && self.exact {
            let hir = regex_syntax::parse(&deciding).map_err(|e| refused(e.to_string()))?;
            wider(&hir).to_string()
        } else {
            deciding
        };
        Ok(Matcher {
            regex,
            folded,
            literal,
            prefix,
            exact: self.layer == Self::TEXT && self.exact,
            without_accents: self.without_accents,
        })
    }
}

/// A value ready to be compared.
#[derive(Clone, Debug)]
pub struct Matcher {
    /// What decides, where neither of the next two does.
    regex: Option<regex::Regex>,
    /// The expression for the term dictionary: of folded forms, or of a layer's values.
    pub folded: String,
    /// The one folded form that it can be.
    pub literal: Option<String>,
    /// What all folded forms that fit begin with, if nothing more is asked of them.
    pub prefix: Option<String>,
    /// True if a term that fits [`Matcher::folded`] must be compared with the text.
    pub exact: bool,
    /// True if accents are taken away before it is compared.
    pub without_accents: bool,
}

impl Matcher {
    /// True when a form fits: folded on the text layer, exact (in NFC) if [`Matcher::exact`], a
    /// layer's value otherwise.
    #[must_use]
    pub fn fits(&self, form: &str) -> bool {
        match (&self.literal, &self.prefix, &self.regex) {
            (Some(literal), _, _) => literal == form,
            (None, Some(prefix), _) => form.starts_with(prefix),
            (None, None, Some(regex)) if self.without_accents => {
                regex.is_match(&without_marks(form))
            }
            (None, None, Some(regex)) => regex.is_match(form),
            (None, None, None) => false,
        }
    }
}

/// True when an expression switches to case-sensitive matching itself.
pub(super) fn asks_for_case(expression: &str) -> bool {
    // `(?-i)`, `(?s-i:…)`: a group of flags that takes `i` away.
    expression.match_indices("(?").any(|(at, _)| {
        let flags = &expression[at + 2..];
        let end = flags.find([')', ':']).unwrap_or(0);
        flags[..end].split_once('-').is_some_and(|(_, off)| off.contains('i'))
    })
}

/// The text that an expression stands for, if it stands for one only.
fn literal_of(expression: &str) -> Option<String> {
    let flags = if asks_for_case(expression) { "(?i)" } else { "" };
    let hir = regex_syntax::parse(&format!("{flags}{expression}")).ok()?;
    match hir.kind() {
        HirKind::Literal(literal) => String::from_utf8(literal.0.to_vec()).ok(),
        _ => None,
    }
}

/// Apostrophes, hyphens and letters as the folded text has them.
fn straight(expression: &str) -> String {
    let plain = |c: char| match c {
        '\u{2018}' | '\u{2019}' | '\u{201B}' | '\u{02BC}' | '\u{FF07}' => '\'',
        '\u{2010}' | '\u{2011}' => '-',
        other => other,
    };
    expression.nfc().map(plain).collect()
}

/// An expression that fits the folded form of everything that `hir` fits.
fn wider(hir: &Hir) -> Hir {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Hir::empty(),
        HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
            Ok(text) => Hir::literal(fold(text).as_bytes().to_vec()),
            Err(_) => Hir::dot(regex_syntax::hir::Dot::AnyChar),
        },
        HirKind::Class(class) => wider_class(class),
        HirKind::Repetition(repetition) => {
            let mut repetition = repetition.clone();
            repetition.sub = Box::new(wider(&repetition.sub));
            Hir::repetition(repetition)
        }
        HirKind::Capture(capture) => wider(&capture.sub),
        HirKind::Concat(parts) => Hir::concat(parts.iter().map(wider).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.iter().map(wider).collect()),
    }
}

/// Letters whose folded form is another letter than simple case folding gives.
const FOLDED_APART: &[char] =
    &['\u{2018}', '\u{2019}', '\u{201B}', '\u{02BC}', '\u{FF07}', '\u{2010}', '\u{2011}', 'ς', 'Σ'];

fn wider_class(class: &Class) -> Hir {
    let mut letters = match class {
        Class::Unicode(letters) => letters.clone(),
        Class::Bytes(bytes) => ClassUnicode::new(
            bytes.iter().map(|r| ClassUnicodeRange::new(r.start().into(), r.end().into())),
        ),
    };
    letters.case_fold_simple();
    let holds = |c: char, letters: &ClassUnicode| {
        letters.iter().any(|r| (r.start()..=r.end()).contains(&c))
    };
    for c in FOLDED_APART {
        if holds(*c, &letters) {
            let folded = fold(c.encode_utf8(&mut [0; 4])).chars().next().unwrap_or(*c);
            letters.push(ClassUnicodeRange::new(folded, folded));
        }
    }
    // The one letter whose folded form has two.
    let dotted = holds('İ', &letters).then(|| Hir::literal("i\u{307}".as_bytes().to_vec()));
    let class = Hir::class(Class::Unicode(letters));
    match dotted {
        Some(dotted) => Hir::alternation(vec![dotted, class]),
        None => class,
    }
}

/// What is wrong with an expression, in a line.
fn why(error: &regex::Error) -> String {
    match error {
        regex::Error::CompiledTooBig(_) => {
            "the regular expression is too large; use fewer or smaller repetitions".to_owned()
        }
        other => {
            let text = other.to_string();
            let last = text.lines().last().unwrap_or_default().trim();
            format!("not a regular expression: {}", last.trim_start_matches("error: "))
        }
    }
}

/// Plain matching of `*` and `?`, by going back to the last `*`.
#[must_use]
pub fn fits_glob(glob: &str, text: &str) -> bool {
    let (glob, text): (Vec<char>, Vec<char>) = (glob.chars().collect(), text.chars().collect());
    let (mut g, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        if g < glob.len() && glob[g] == '*' {
            star = Some((g, t));
            g += 1;
        } else if g < glob.len() && (glob[g] == '?' || glob[g] == text[t]) {
            g += 1;
            t += 1;
        } else if let Some((back, at)) = star {
            g = back + 1;
            t = at + 1;
            star = Some((back, at + 1));
        } else {
            return false;
        }
    }
    glob[g..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_found_in_expressions() {
        assert_eq!(Value::regex("word", "Etc\\."), Value::form("etc."));
        assert!(!Value::regex("word", "b.g").literal);
        assert_eq!(Value::regex("word", "Don’t"), Value::form("don't"));
        let exact = Value::regex("word", "may").exactly("May");
        assert_eq!((exact.text.as_str(), exact.literal), ("May", true));
    }

    #[test]
    fn candidates_hold_all_that_is_meant() {
        for (expression, forms) in [
            ("[^a-z]+", &["ABC", "3"][..]),
            ("\\p{Lu}.*", &["May", "Ärger"]),
            ("Don’t", &["Don’t"]),
            ("İ.*", &["İstanbul"]),
            ("(?i:m)ay", &["May", "may"]),
            ("ΟΔΟΣ|Σ", &["ΟΔΟΣ", "Σ"]),
        ] {
            let matcher = Value::regex("word", expression).exactly(expression).matcher();
            let matcher = matcher.expect("an expression");
            let wide = regex::Regex::new(&format!("^(?:{})$", matcher.folded)).expect("wider");
            for form in forms {
                assert!(matcher.fits(form), "{expression} {form}");
                assert!(wide.is_match(&fold(form)), "{expression} {form} {}", matcher.folded);
            }
        }
        let matcher = Value::regex("word", "may").exactly("May").matcher().expect("a literal");
        assert!(matcher.fits("May") && !matcher.fits("may"));
    }

    #[test]
    fn flags_inside_an_expression() {
        assert!(asks_for_case("(?-i)Panama") && asks_for_case("a(?s-i:b)"));
        assert!(!asks_for_case("(?i)a") && !asks_for_case("a-i)"));
        let accents = Value { without_accents: true, ..Value::regex("word", "résum.") };
        let matcher = accents.matcher().expect("an expression");
        assert!(matcher.fits("resume") && matcher.fits("résumé") && !matcher.fits("resum"));
    }
}
