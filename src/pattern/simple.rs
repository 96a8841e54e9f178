//! The simple form: what a reviewer types.
//!
//! ```text
//! pattern      = alternative { "|" alternative }
//! alternative  = near { "&" [structure] near } { "-" word }
//! near         = phrase { ( "~" n | ">" n ">" ) phrase }
//! phrase       = item { item }
//! item         = word | "=" word | "{" lemma "}" | '"' word { word } '"' | "(" pattern ")" | gap
//! gap          = signs "*" (perhaps a word) and "+" (a word), between two items
//! word         = letters and digits; inside, "*" any run or none, "?" exactly one, "[a,b,]" one of
//! ```
//! A word is cut by the tokeniser of the texts: `self-care` is the phrase `self care`.

use std::ops::Range;

use super::bounds::{self, MAX_BYTES, MAX_DEPTH, MAX_TIMES};
use super::{Pattern, PatternError, Relation, Structure, Times, Value, any_of};
use crate::text::{elided, fold, tokenize};

/// Letters that stand for the wildcards while a word is cut, since the tokeniser would end a token
/// at `*`. They are letters of no living orthography.
const STAR: char = '\u{A78E}';
const MARK: char = '\u{A727}';
const GROUP: char = '\u{A78F}';

/// Signs with a meaning in other query languages, refused so that none is silently ignored.
const RESERVED: &[char] = &['{', '}', '[', ']', '<', '>', '~', '&', '=', '+', '^', '$', '\\', '!'];

/// Most parts with `&`, or with distances, between them.
const MAX_LINKS: usize = 8;

type Parsed<T> = Result<T, PatternError>;

/// Parses the simple form.
///
/// ```
/// use thematic::pattern::{parse_simple, to_cql};
/// let pattern = parse_simple("therapeutic alliance* | rapport").unwrap();
/// assert_eq!(to_cql(&pattern), r#""therapeutic" "alliance.*" | "rapport""#);
/// assert!(parse_simple("*").is_err());
/// ```
///
/// # Errors
/// The place of what is not in the simple form.
pub fn parse_simple(text: &str) -> Parsed<Pattern> {
    if text.len() > MAX_BYTES {
        let message = format!("pattern of {} bytes; at most {MAX_BYTES} are allowed", text.len());
        return Err(PatternError::new(0..text.len(), message));
    }
    let signs = signs(text)?;
    let mut parser = Parser { text, signs, next: 0, depth: 0 };
    let pattern = parser.pattern()?;
    if let Some(sign) = parser.peek() {
        return Err(PatternError::new(sign.place.clone(), "`)` has no meaning here")
            .hint("no bracket is open"));
    }
    bounds::check(&pattern, text.len())?;
    Ok(pattern)
}

/// A part of the text, before any grammar.
#[derive(Clone, Debug)]
struct Sign {
    kind: SignKind,
    place: Range<usize>,
}

#[derive(Clone, Debug, PartialEq)]
enum SignKind {
    Or,
    Open,
    Close,
    /// `&`, with the structure that both stand in.
    And(Structure),
    /// `~5` and `>5>`.
    Near {
        words: u32,
        ordered: bool,
    },
    Gap(Times),
    /// `-word`
    Without(Pattern),
    Words(Vec<Pattern>),
}

fn signs(text: &str) -> Parsed<Vec<Sign>> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let end = at + c.len_utf8();
        let (kind, end) = match c {
            c if c.is_whitespace() => {
                at = end;
                continue;
            }
            '|' => (SignKind::Or, end),
            '(' => (SignKind::Open, end),
            ')' => (SignKind::Close, end),
            '"' | '“' | '”' => phrase(text, at)?,
            '{' => lemma(text, at)?,
            _ => {
                let run = run_at(text, at);
                (run_kind(run, at)?, at + run.len())
            }
        };
        out.push(Sign { kind, place: at..end });
        at = end;
    }
    Ok(out)
}

/// What stands up to a blank or a sign of its own.
fn run_at(text: &str, at: usize) -> &str {
    let mut inside = false;
    let end = text[at..].find(|c: char| {
        inside = match c {
            '[' => true,
            ']' => false,
            _ => inside,
        };
        c.is_whitespace() || !inside && matches!(c, '|' | '(' | ')' | '"' | '“' | '”' | '{')
    });
    &text[at..end.map_or(text.len(), |e| at + e)]
}

fn phrase(text: &str, at: usize) -> Parsed<(SignKind, usize)> {
    let open = text[at..].chars().next().map_or(1, char::len_utf8);
    let Some(length) = text[at + open..].find(['"', '“', '”']) else {
        let message = "phrase without its closing quotation mark";
        return Err(PatternError::new(at..text.len(), message).hint("add `\"` after its last word"));
    };
    let inside = at + open..at + open + length;
    let mut patterns = Vec::new();
    for word in text[inside.clone()].split_whitespace() {
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        patterns.extend(words(word, start, false)?);
    }
    if patterns.is_empty() {
        return Err(PatternError::new(inside, "phrase without a word"));
    }
    let close = text[inside.end..].chars().next().map_or(1, char::len_utf8);
    Ok((SignKind::Words(patterns), inside.end + close))
}

fn lemma(text: &str, at: usize) -> Parsed<(SignKind, usize)> {
    let Some(length) = text[at..].find('}') else {
        return Err(PatternError::new(at..at + 1, "`{` without its `}`")
            .hint("a lemma stands in braces: `{care}`"));
    };
    let place = at..at + length + 1;
    let inside = text[at + 1..at + length].trim();
    let letters = |c: char| c.is_alphanumeric() || matches!(c, '*' | '?' | '-' | '\'' | '’' | '_');
    if inside.is_empty() || !inside.chars().all(letters) {
        return Err(PatternError::new(place, "no lemma in braces")
            .hint("write one word, such as `{care}` or `{car*}`"));
    }
    let value = Value::regex("lemma", &expression(inside, &[]));
    Ok((SignKind::Words(vec![Pattern::word(value)]), place.end))
}

/// What a run without blanks is.
fn run_kind(run: &str, at: usize) -> Parsed<SignKind> {
    let place = at..at + run.len();
    if run.len() > 1 && run.chars().all(|c| matches!(c, '*' | '+')) || run == "+" || run == "*" {
        let count = |sign: char| u32::try_from(run.matches(sign).count()).unwrap_or(u32::MAX);
        let (least, more) = (count('+'), count('*'));
        if least + more > MAX_TIMES {
            return Err(PatternError::new(place, format!("gap of over {MAX_TIMES} words")));
        }
        return Ok(SignKind::Gap(Times::between(least, least + more)));
    }
    if let Some(number) = run.strip_prefix('~') {
        return near(number, place, false);
    }
    if let Some(number) = run.strip_prefix('>') {
        let Some(number) = number.strip_suffix('>') else {
            return Err(PatternError::new(place, format!("`{run}` has no meaning here"))
                .hint("write `stress >5> work` for work at most 5 words after stress"));
        };
        return near(number, place, true);
    }
    if let Some(name) = run.strip_prefix('&') {
        let structure = Structure::named(if name.is_empty() { "p" } else { name });
        if structure.own().is_none() {
            let names = Structure::OWN.join("`, `");
            return Err(PatternError::new(place, format!("`&{name}` names no structure"))
                .hint(format!("`&` alone is the passage; known here: `{names}`")));
        }
        return Ok(SignKind::And(structure));
    }
    if let Some(word) = run.strip_prefix('-').filter(|w| w.starts_with(char::is_alphanumeric)) {
        let patterns = words(word, at + 1, false)?;
        return Ok(SignKind::Without(in_order(patterns)));
    }
    if let Some(word) = run.strip_prefix('=').filter(|w| w.starts_with(char::is_alphanumeric)) {
        return Ok(SignKind::Words(words(word, at + 1, true)?));
    }
    Ok(SignKind::Words(words(run, at, false)?))
}

fn near(number: &str, place: Range<usize>, ordered: bool) -> Parsed<SignKind> {
    match number.parse() {
        Ok(words) if (1..=MAX_TIMES).contains(&words) => Ok(SignKind::Near { words, ordered }),
        _ => Err(PatternError::new(place, format!("a distance is a number from 1 to {MAX_TIMES}"))
            .hint("write `stress ~5 work`, or `stress >5> work` where the order counts")),
    }
}

fn in_order(mut patterns: Vec<Pattern>) -> Pattern {
    if patterns.len() == 1 { patterns.remove(0) } else { Pattern::Sequence(patterns) }
}

struct Parser<'t> {
    text: &'t str,
    signs: Vec<Sign>,
    next: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Sign> {
        self.signs.get(self.next)
    }

    fn pattern(&mut self) -> Parsed<Pattern> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let place = self.peek().map_or(0..0, |s| s.place.clone());
            return Err(PatternError::new(place, format!("brackets nest deeper than {MAX_DEPTH}")));
        }
        let mut alternatives = vec![self.alternative()?];
        while self.peek().is_some_and(|s| s.kind == SignKind::Or) {
            self.next += 1;
            alternatives.push(self.alternative()?);
        }
        self.depth -= 1;
        any_of(alternatives).ok_or_else(|| self.empty())
    }

    fn alternative(&mut self) -> Parsed<Pattern> {
        let mut excluded = Vec::new();
        let mut parts = vec![self.near(&mut excluded)?];
        let mut inside: Option<Structure> = None;
        while let Some(Sign { kind: SignKind::And(structure), place }) = self.peek().cloned() {
            if inside.as_ref().is_some_and(|s| *s != structure) {
                let message = "two kinds of `&` side by side";
                return Err(PatternError::new(place, message).hint("use brackets"));
            }
            if parts.len() == MAX_LINKS {
                let message = format!("more than {MAX_LINKS} parts with `&` between them");
                return Err(PatternError::new(place, message));
            }
            inside = Some(structure);
            self.next += 1;
            parts.push(self.near(&mut excluded)?);
        }
        let pattern = match inside {
            Some(structure) => together(&parts, &structure),
            None => parts.remove(0),
        };
        let Some(other) = any_of(excluded).map(Box::new) else { return Ok(pattern) };
        let of = Box::new(pattern);
        Ok(Pattern::Related { of, relation: Relation::Containing, wanted: false, other })
    }

    fn near(&mut self, excluded: &mut Vec<Pattern>) -> Parsed<Pattern> {
        let mut left = self.phrase(excluded)?;
        let mut links = 0;
        while let Some(Sign { kind: SignKind::Near { words, ordered }, place }) =
            self.peek().cloned()
        {
            links += 1;
            if links == MAX_LINKS {
                let message = format!("more than {MAX_LINKS} parts with distances between them");
                return Err(PatternError::new(place, message));
            }
            self.next += 1;
            let right = self.phrase(excluded)?;
            let gap = |a: &Pattern, b: &Pattern| {
                let mut parts = flat(a);
                if words > 1 {
                    parts.push(Pattern::any(Times::between(0, words - 1)));
                }
                parts.extend(flat(b));
                Pattern::Sequence(parts)
            };
            let after = gap(&left, &right);
            left = if ordered { after } else { Pattern::Either(vec![after, gap(&right, &left)]) };
        }
        Ok(left)
    }

    fn phrase(&mut self, excluded: &mut Vec<Pattern>) -> Parsed<Pattern> {
        let mut items: Vec<Pattern> = Vec::new();
        let mut gap: Option<(Times, Range<usize>)> = None;
        while let Some(sign) = self.peek().cloned() {
            let new = match sign.kind {
                SignKind::Or | SignKind::Close | SignKind::And(_) | SignKind::Near { .. } => break,
                SignKind::Gap(_) if items.is_empty() || gap.is_some() => {
                    return Err(lonely(self.text, gap.map_or(sign.place, |g| g.1)));
                }
                SignKind::Gap(times) => {
                    gap = Some((times, sign.place));
                    self.next += 1;
                    continue;
                }
                SignKind::Without(pattern) => {
                    excluded.push(pattern);
                    self.next += 1;
                    continue;
                }
                SignKind::Words(patterns) => {
                    self.next += 1;
                    patterns
                }
                SignKind::Open => vec![self.group(sign.place)?],
            };
            if let Some((times, _)) = gap.take() {
                items.push(Pattern::any(times));
            }
            items.extend(new);
        }
        if let Some((_, place)) = gap {
            return Err(lonely(self.text, place));
        }
        if items.is_empty() {
            return Err(self.empty());
        }
        Ok(in_order(items))
    }

    fn group(&mut self, place: Range<usize>) -> Parsed<Pattern> {
        self.next += 1;
        let pattern = self.pattern()?;
        if self.peek().is_none_or(|s| s.kind != SignKind::Close) {
            return Err(PatternError::new(place, "bracket that is never closed").hint("add `)`"));
        }
        self.next += 1;
        Ok(pattern)
    }

    /// What is wrong where a word is missing.
    fn empty(&self) -> PatternError {
        let end = self.text.len();
        let before = self.next.checked_sub(1).and_then(|i| self.signs.get(i));
        let place = match (before, self.peek()) {
            (Some(before), Some(next)) => before.place.end..next.place.start.max(before.place.end),
            (Some(before), None) => before.place.clone(),
            (None, Some(next)) => next.place.clone(),
            (None, None) => 0..end,
        };
        let sign = |s: Option<&Sign>| s.map(|s| &self.text[s.place.clone()]);
        match (sign(before), sign(self.peek())) {
            (Some("|"), _) | (_, Some("|")) => {
                PatternError::new(place, "nothing between `|` and `|`")
                    .hint("take the `|` away, or put a word beside it")
            }
            (Some("("), _) => PatternError::new(place, "brackets without a word"),
            (Some(sign), _) | (None, Some(sign)) => {
                PatternError::new(place, format!("nothing beside `{sign}`"))
                    .hint("put a word on each side of it")
            }
            (None, None) => PatternError::new(place, "pattern without a word"),
        }
    }
}

fn lonely(text: &str, place: Range<usize>) -> PatternError {
    let message = format!("`{}` alone fits every word", &text[place.clone()]);
    PatternError::new(place, message).hint(
        "put letters before or after it: `trust*`, `*ship`; between two words `*` is one word or none, `+` one word",
    )
}

/// The parts of a sequence, or the one thing.
fn flat(pattern: &Pattern) -> Vec<Pattern> {
    match pattern {
        Pattern::Sequence(parts) => parts.clone(),
        other => vec![other.clone()],
    }
}

/// Each of the parts where a structure holds all the others.
fn together(parts: &[Pattern], structure: &Structure) -> Pattern {
    let mut out = Vec::new();
    for (i, part) in parts.iter().enumerate() {
        let others = parts.iter().enumerate().filter(|(j, _)| *j != i);
        let inside =
            others.fold(Pattern::Whole(structure.clone()), |of, (_, other)| Pattern::Related {
                of: Box::new(of),
                relation: Relation::Containing,
                wanted: true,
                other: Box::new(other.clone()),
            });
        out.push(Pattern::Related {
            of: Box::new(part.clone()),
            relation: Relation::Within,
            wanted: true,
            other: Box::new(inside),
        });
    }
    any_of(out).expect("there are two parts at least")
}

/// The words of a term of a list, one after the other; `None` if there is no word in it. No sign has
/// a meaning but, if `wildcards`, `*` and `?` inside words.
#[must_use]
pub fn term_words(term: &str, wildcards: bool) -> Option<Vec<Value>> {
    let mut out = Vec::new();
    for piece in term.split_whitespace() {
        let value = |pattern: Pattern| match pattern {
            Pattern::Token(super::Test::Is(value)) => Some(value),
            _ => None,
        };
        let listed = words(piece, 0, false).ok().filter(|_| wildcards && !piece.contains('['));
        // A word that fits in two ways is taken as it is written.
        if let Some(values) =
            listed.and_then(|found| found.into_iter().map(value).collect::<Option<Vec<_>>>())
        {
            out.extend(values);
        } else {
            let forms = tokenize(piece).into_iter().map(|t| fold(t.of(piece)).into_owned());
            out.extend(forms.map(Value::form));
        }
    }
    (!out.is_empty()).then_some(out)
}

/// The tokens of one run without spaces.
fn words(word: &str, at: usize, exact: bool) -> Parsed<Vec<Pattern>> {
    let (masked, groups) = masked(word, at)?;
    let place = at..at + word.len();
    let tokens = tokenize(&masked);
    if tokens.is_empty() {
        return Err(PatternError::new(place, format!("no letter or digit in `{word}`")));
    }
    let mut out = Vec::new();
    let mut groups = groups.as_slice();
    for token in tokens {
        let raw = token.of(&masked);
        let own;
        (own, groups) = groups.split_at(raw.matches(GROUP).count());
        // Texts of some languages are cut behind the apostrophe, others are not: it fits both.
        if let Some(cut) = elided(raw, None).filter(|_| own.is_empty() && !exact) {
            let plain = |part: &str| part.replace(STAR, "*").replace(MARK, "?");
            let parts = [plain(&raw[..cut]), plain(&raw[cut..])];
            if let [Ok(first), Ok(second)] = parts.each_ref().map(|part| one(part, &place)) {
                let whole = one(&plain(raw), &place)?;
                let both = Pattern::Sequence(vec![first, second]);
                out.push(Pattern::Either(vec![whole, both]));
                continue;
            }
        }
        let form = if exact { raw.to_owned() } else { fold(raw).into_owned() };
        let form = form.replace(STAR, "*").replace(MARK, "?");
        if own.is_empty() && form.chars().all(|c| matches!(c, '*' | '?')) {
            let message = format!("`{form}` alone fits every word");
            return Err(PatternError::new(place, message)
                .hint("put letters before or after it: `trust*`, `*ship`"));
        }
        let value = if own.is_empty() && !form.contains(['*', '?']) && !exact {
            Value::form(form)
        } else {
            let expression = expression(&form, own);
            let value = Value::regex(Value::TEXT, &expression);
            if exact { value.exactly(&expression) } else { value }
        };
        value.matcher().map_err(|e| PatternError { place: place.clone(), ..e })?;
        out.push(Pattern::word(value));
    }
    Ok(out)
}

/// One word, perhaps with wildcards.
fn one(word: &str, place: &Range<usize>) -> Parsed<Pattern> {
    let form = fold(word);
    if form.chars().all(|c| matches!(c, '*' | '?')) {
        return Err(PatternError::new(place.clone(), format!("`{form}` alone fits every word")));
    }
    let value = if form.contains(['*', '?']) {
        Value::regex(Value::TEXT, &expression(&form, &[]))
    } else {
        Value::form(form.into_owned())
    };
    value.matcher().map_err(|e| PatternError { place: place.clone(), ..e })?;
    Ok(Pattern::word(value))
}

/// A run with letters in the place of its wildcards, and the groups in it.
fn masked(word: &str, at: usize) -> Parsed<(String, Vec<String>)> {
    let mut out = String::new();
    let mut groups = Vec::new();
    let mut rest = word;
    while let Some(c) = rest.chars().next() {
        let here = at + word.len() - rest.len();
        let place = here..here + c.len_utf8();
        rest = &rest[c.len_utf8()..];
        match c {
            '*' => out.push(STAR),
            '?' => out.push(MARK),
            '[' => {
                let Some(length) = rest.find(']') else {
                    return Err(PatternError::new(place, "`[` without its `]`")
                        .hint("write `cop[e,ed,ing]`"));
                };
                let alternatives: Vec<String> =
                    rest[..length].split(',').map(|a| expression(a.trim(), &[])).collect();
                if alternatives.len() < 2 {
                    return Err(PatternError::new(place, "one ending in brackets")
                        .hint("part several by commas: `cop[e,ed,ing]`"));
                }
                groups.push(alternatives.join("|"));
                out.push(GROUP);
                rest = &rest[length + 1..];
            }
            c if RESERVED.contains(&c) => {
                return Err(PatternError::new(place, format!("`{c}` has no meaning here")).hint(
                    "a pattern is words, \"phrases\", `*` and `?` inside words, `|` between alternatives; for more see docs/patterns.md",
                ));
            }
            c => out.push(c),
        }
    }
    Ok((out, groups))
}

/// A form with wildcards as a regular expression.
fn expression(form: &str, groups: &[String]) -> String {
    let mut groups = groups.iter();
    let mut out = String::new();
    for c in form.chars() {
        match c {
            '*' => out.push_str(".*"),
            '?' => out.push('.'),
            GROUP => match groups.next() {
                Some(group) => out.extend(["(", group.as_str(), ")"]),
                None => out.push(c),
            },
            c => out.push_str(&regex::escape(c.encode_utf8(&mut [0; 4]))),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::{parse_cql, to_cql};
    use super::*;

    fn cql(text: &str) -> String {
        match parse_simple(text) {
            Err(e) => format!("{}: {}", e.place.start, e.message),
            Ok(pattern) => {
                let cql = to_cql(&pattern);
                assert_eq!(parse_cql(&cql).as_ref(), Ok(&pattern), "{cql} is the same plan");
                cql
            }
        }
    }

    #[test]
    fn forms() {
        for (text, told) in [
            ("Bond*", r#""bond.*""#),
            ("wom?n", r#""wom.n""#),
            ("self-care", r#""self" "care""#),
            ("don’t", r#""don't""#),
            ("\"therapeutic alliance\" | rapport", r#""therapeutic" "alliance" | "rapport""#),
            ("co-operat* a|b", r#""co" "operat.*" "a" | "b""#),
            ("3.5", r#""3\.5""#),
            ("work * balance", r#""work" []? "balance""#),
            ("work + balance", r#""work" [] "balance""#),
            ("eat ++* up", r#""eat" []{2,3} "up""#),
            ("cop[e,ed,ing]", r#""cop(e|ed|ing)""#),
            ("walk[s,ed,]", r#""walk(s|ed|)""#),
            ("stress ~5 work", r#""stress" []{0,4} "work" | "work" []{0,4} "stress""#),
            ("stress ~1 work", r#""stress" "work" | "work" "stress""#),
            ("burn out >3> work*", r#""burn" "out" []{0,2} "work.*""#),
            (
                "stress & work",
                r#"("stress" within (<p/> containing "work")) | ("work" within (<p/> containing "stress"))"#,
            ),
            (
                "stress &turn work",
                r#"("stress" within (<turn/> containing "work")) | ("work" within (<turn/> containing "stress"))"#,
            ),
            ("bond* -bonded", r#""bond.*" !containing "bonded""#),
            ("=May", r#""May"%C"#),
            ("=Mar* x", r#""Mar.*"%C "x""#),
            ("{care} for", r#"[lemma="care"] "for""#),
            ("(therap* | counsel*) alliance", r#"("therap.*" | "counsel.*") "alliance""#),
        ] {
            assert_eq!(cql(text), told, "{text}");
        }
    }

    #[test]
    fn refusals_have_their_place() {
        for (text, told) in [
            ("*", "0: `*` alone fits every word"),
            ("work *", "5: `*` alone fits every word"),
            ("?", "0: `?` alone fits every word"),
            ("a | | b", "3: nothing between `|` and `|`"),
            ("", "0: pattern without a word"),
            ("bond (x", "5: bracket that is never closed"),
            ("bond x)", "6: `)` has no meaning here"),
            ("bond ()", "6: brackets without a word"),
            ("\"open", "0: phrase without its closing quotation mark"),
            ("...", "0: no letter or digit in `...`"),
            ("a ~ b", "2: a distance is a number from 1 to 1000"),
            ("a ~5", "2: nothing beside `~5`"),
            ("R&D", "1: `&` has no meaning here"),
            ("a &chapter b", "2: `&chapter` names no structure"),
            ("{}", "0: no lemma in braces"),
        ] {
            assert_eq!(cql(text), told, "{text}");
        }
    }
}
