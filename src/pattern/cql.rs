//! CQL, the query language of corpus engines, becomes a pattern tree.
//!
//! ```text
//! query    = [ "(?" strategy ")" ] alt { rel alt } [ "::" gc ]
//! strategy = "all" | "longest" | "shortest" | "standard"
//! rel      = ["!"] ( "within" | "containing" | "overlapping" )   a structure's name may stand at its right
//! alt      = seq { "|" seq }      seq = item { item }      item = [label ":"] atom [quant] | tag
//! atom     = token | string | "(" query ")" | "(?=" query ")" | "(?!" … | "(?<=" … | "(?<!" …
//! quant    = "?" | "*" | "+" | "{" n ["," [m]] "}" | "{," m "}"
//! token    = "[" [bexpr] "]"      bexpr = bterm { ("&" | "|") bterm }
//! bterm    = ["!"] ( name ("=" | "!=" | "==" | "!==") string | "(" bexpr ")" )
//! string   = '"' regex '"' [flags] | "'" regex "'" [flags] | "l" '"' literal '"' [flags]
//! flags    = "%" letters of "c d l C D"
//! tag      = "<" name [name "=" string] ["/"] ">" | "</" name ">"
//! gc       = gterm { ("&" | "|" | "->") gterm }
//! gterm    = ["!"] ( label "." name ("=" | "!=") (label "." name | string)
//!          | "dist(" label "," label ")" cmp int | label | "(" gc ")" )
//! ```

mod constraint;

mod signs;

mod token;

use super::bounds::{self, EVERY_WORD_MAX, MAX_BYTES, MAX_DEPTH, MAX_LABELS, MAX_TIMES};
use super::{
    Direction, Pattern, PatternError, Place, Relation, Strategy, Structure, Test, Times, Value,
    any_of,
};

type Parsed<T> = Result<T, PatternError>;

/// Parses CQL.
///
/// ```
/// use thematic::pattern::{parse_cql, to_cql};
/// let pattern = parse_cql("'therapeutic' [word=\"alliances?\" & word != 'alliances'] within <s/>");
/// let echo = r#""therapeutic" [word="alliances?" & word!="alliances"] within <s/>"#;
/// assert_eq!(to_cql(&pattern.unwrap()), echo);
/// assert!(parse_cql("girl").unwrap_err().message.contains("quotation marks"));
/// ```
///
/// # Errors
/// The place of what is no CQL, or past the limits.
pub fn parse_cql(text: &str) -> Parsed<Pattern> {
    if text.len() > MAX_BYTES {
        let message = format!("pattern of {} bytes; at most {MAX_BYTES} are allowed", text.len());
        return Err(PatternError::new(0..text.len(), message));
    }
    let mut parser = Parser { text, at: 0, depth: 0, labels: Vec::new() };
    let pattern = parser.query()?;
    parser.blank();
    if let Some(c) = parser.peek() {
        return Err(parser.unexpected(c));
    }
    bounds::check(&pattern, text.len())?;
    Ok(pattern)
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
    labels: Vec<String>,
}

impl Parser<'_> {
    fn query(&mut self) -> Parsed<Pattern> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let message = format!("brackets nest deeper than {MAX_DEPTH}");
            return Err(PatternError::new(self.at..self.at + 1, message));
        }
        let strategy = self.strategy()?;
        let mut pattern = self.alternatives()?;
        for links in 0.. {
            self.blank();
            if links > MAX_DEPTH {
                let message = format!("over {MAX_DEPTH} times `within`, `containing` or `::`");
                return Err(PatternError::new(self.at..self.boundary(self.at + 1), message));
            }
            if self.takes("::") {
                let constraint = self.constraint()?;
                pattern = Pattern::Constrained(Box::new(pattern), constraint);
            } else if let Some((relation, wanted)) = self.relation() {
                let other = Box::new(self.right_side()?);
                pattern = Pattern::Related { of: Box::new(pattern), relation, wanted, other };
            } else {
                break;
            }
        }
        self.depth -= 1;
        Ok(match strategy {
            Some(strategy) => Pattern::Chosen(strategy, Box::new(pattern)),
            None => pattern,
        })
    }

    fn strategy(&mut self) -> Parsed<Option<Strategy>> {
        self.blank();
        let rest = &self.text[self.at..];
        let Some(name) = rest.strip_prefix("(?") else { return Ok(None) };
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return Ok(None);
        }
        let name: String = name.chars().take_while(|c| c.is_alphanumeric()).collect();
        let place = self.at + 2..self.at + 2 + name.len();
        let known = Strategy::ALL.iter().find(|s| s.name() == name);
        let Some(strategy) = known else {
            let names = Strategy::ALL.map(Strategy::name).join("`, `");
            return Err(PatternError::new(place, format!("no strategy `{name}`"))
                .hint(format!("known here: `{names}`")));
        };
        self.at = place.end;
        self.expect(")", "`)` after the strategy")?;
        Ok(Some(*strategy))
    }

    fn relation(&mut self) -> Option<(Relation, bool)> {
        let before = self.at;
        let wanted = !self.takes("!");
        self.blank();
        let word = self.word_here().to_owned();
        let relation = match word.to_ascii_lowercase().as_str() {
            "within" => Relation::Within,
            "containing" => Relation::Containing,
            "overlapping" => Relation::Overlapping,
            _ => {
                self.at = before;
                return None;
            }
        };
        self.at += word.len();
        Some((relation, wanted))
    }

    /// An alternative, or the bare name of a structure: `within s`.
    fn right_side(&mut self) -> Parsed<Pattern> {
        self.blank();
        let word = self.word_here().to_owned();
        let rest = self.text[self.at + word.len()..].trim_start();
        let labels = rest.starts_with(':') && !rest.starts_with("::");
        if word.is_empty() || labels || self.literal_ahead() {
            return self.alternatives();
        }
        self.at += word.len();
        Ok(Pattern::Whole(Structure::named(&word)))
    }

    fn alternatives(&mut self) -> Parsed<Pattern> {
        let mut alternatives = vec![self.sequence()?];
        while self.takes("|") {
            alternatives.push(self.sequence()?);
        }
        any_of(alternatives).ok_or_else(|| PatternError::new(self.at..self.at, "empty pattern"))
    }

    fn sequence(&mut self) -> Parsed<Pattern> {
        self.blank();
        let start = self.at;
        let mut items = Vec::new();
        loop {
            self.blank();
            match self.peek() {
                None | Some(')' | '|') => break,
                Some(':') if self.ahead("::") => break,
                _ if self.relation_ahead() => break,
                Some(_) => items.push(self.item()?),
            }
        }
        match items.len() {
            0 => {
                let end = (self.at + 1).min(self.text.len()).max(start);
                Err(PatternError::new(start..self.boundary(end), "nothing to find here")
                    .hint("put a token here, such as `\"trust.*\"` or `[]`"))
            }
            1 => Ok(items.remove(0)),
            _ => Ok(Pattern::Sequence(items)),
        }
    }

    fn relation_ahead(&mut self) -> bool {
        let before = self.at;
        let found = self.relation().is_some();
        self.at = before;
        found
    }

    fn item(&mut self) -> Parsed<Pattern> {
        if self.peek() == Some('<') {
            return self.tag();
        }
        let label = self.label()?;
        let atom = self.atom()?;
        let start = self.at;
        let atom = match label {
            Some(label) => Pattern::Label(label, Box::new(atom)),
            None => atom,
        };
        let Some(times) = self.quantifier(matches!(atom, Pattern::Token(Test::Any)))? else {
            return Ok(atom);
        };
        self.blank();
        let again = self.peek();
        if matches!(again, Some('?' | '*' | '+' | '{')) {
            let message = "two repetitions of one thing";
            return Err(PatternError::new(start..self.at + 1, message)
                .hint("put brackets around the inner one: `(…+){2}`"));
        }
        if matches!(atom, Pattern::Look { .. }) {
            let message = "a look-around can't be repeated";
            return Err(PatternError::new(start..self.at, message));
        }
        Ok(if times == Times::ONCE { atom } else { Pattern::Repeat(Box::new(atom), times) })
    }

    fn label(&mut self) -> Parsed<Option<String>> {
        let word = self.word_here().to_owned();
        let rest = self.text[self.at + word.len()..].trim_start();
        if word.is_empty() || !rest.starts_with(':') || rest.starts_with("::") {
            return Ok(None);
        }
        let place = self.at..self.at + word.len();
        if !self.labels.contains(&word) {
            self.labels.push(word.clone());
        }
        if self.labels.len() > MAX_LABELS {
            let message = format!("more than {MAX_LABELS} labels");
            return Err(PatternError::new(place, message));
        }
        self.at += word.len();
        self.expect(":", "`:`")?;
        self.blank();
        Ok(Some(word))
    }

    fn atom(&mut self) -> Parsed<Pattern> {
        match self.peek() {
            Some('[') => self.token(),
            Some('(') => self.group(),
            Some('"' | '\'') => Ok(Pattern::word(self.string(Value::TEXT, false)?)),
            _ if self.literal_ahead() => Ok(Pattern::word(self.string(Value::TEXT, false)?)),
            Some('{') => {
                let message = "a repetition of nothing";
                Err(PatternError::new(self.at..self.at + 1, message)
                    .hint("put it after a token: `[]{0,3}`"))
            }
            Some(c) if c.is_alphanumeric() => {
                let word = self.word_here();
                let place = self.at..self.at + word.len().max(c.len_utf8());
                Err(PatternError::new(place, "words stand in quotation marks in CQL")
                    .hint(format!("write `\"{word}\"`")))
            }
            Some(c) => Err(self.unexpected(c)),
            None => Err(PatternError::new(self.at..self.at, "the pattern ends too early")),
        }
    }

    fn group(&mut self) -> Parsed<Pattern> {
        let start = self.at;
        let looks = [
            ("(?=", Direction::Ahead, true),
            ("(?!", Direction::Ahead, false),
            ("(?<=", Direction::Behind, true),
            ("(?<!", Direction::Behind, false),
        ];
        let look = looks.into_iter().find(|l| self.ahead(l.0));
        if look.is_none() && self.ahead("(?") {
            return Err(PatternError::new(start..start + 2, "`(?` has no meaning here")
                .hint("a strategy stands at the beginning of a pattern or inside brackets: `((?longest) …)`"));
        }
        self.at += look.map_or(1, |l| l.0.len());
        let pattern = self.query()?;
        self.blank();
        if self.peek() != Some(')') {
            return Err(
                PatternError::new(start..start + 1, "bracket that is never closed").hint("add `)`")
            );
        }
        self.at += 1;
        Ok(match look {
            Some((_, direction, wanted)) => {
                Pattern::Look { direction, wanted, of: Box::new(pattern) }
            }
            None => pattern,
        })
    }

    fn quantifier(&mut self, every_word: bool) -> Parsed<Option<Times>> {
        self.blank();
        let endless = every_word.then_some(EVERY_WORD_MAX);
        let (times, length) = match self.peek() {
            Some('?') => (Times::between(0, 1), 1),
            Some('*') => (Times { min: 0, max: endless }, 1),
            Some('+') => (Times { min: 1, max: endless }, 1),
            Some('{') => return self.counted(endless).map(Some),
            _ => return Ok(None),
        };
        self.at += length;
        Ok(Some(times))
    }

    fn counted(&mut self, endless: Option<u32>) -> Parsed<Times> {
        let start = self.at;
        let Some(length) = self.text[start..].find('}') else {
            return Err(PatternError::new(start..start + 1, "repetition without its `}`"));
        };
        let place = start..start + length + 1;
        let inside = self.text[start + 1..start + length].replace(char::is_whitespace, "");
        let wrong = || {
            PatternError::new(place.clone(), format!("`{{{inside}}}` is no repetition"))
                .hint("write `{2}`, `{2,}`, `{2,5}` or `{,5}`")
        };
        let number = |text: &str| -> Parsed<u32> {
            let number: u64 = text.parse().map_err(|_| wrong())?;
            u32::try_from(number).ok().filter(|n| *n <= MAX_TIMES).ok_or_else(|| {
                let message = format!("repetition of {number}; at most {MAX_TIMES} are allowed");
                PatternError::new(place.clone(), message)
            })
        };
        let times = match inside.split_once(',') {
            None => Times::between(number(&inside)?, number(&inside)?),
            Some(("", "")) => return Err(wrong()),
            Some((min, "")) => {
                let min = number(min)?;
                Times { min, max: endless.map(|e| e.max(min)) }
            }
            Some(("", max)) => Times::between(0, number(max)?),
            Some((min, max)) => Times::between(number(min)?, number(max)?),
        };
        if times.max.is_some_and(|max| max < times.min) {
            let message = "a repetition's second number is smaller than its first";
            return Err(PatternError::new(place, message));
        }
        if times.max == Some(0) {
            return Err(PatternError::new(place, "a repetition of no times at all"));
        }
        self.at = place.end;
        Ok(times)
    }

    fn tag(&mut self) -> Parsed<Pattern> {
        let start = self.at;
        self.at += 1;
        let closing = self.takes("/");
        self.blank();
        let name = self.name("a structure's name, as in `<s>`")?;
        let mut structure = Structure::named(&name);
        self.blank();
        if !closing && self.peek().is_some_and(char::is_alphabetic) {
            let attribute = self.name("an attribute's name")?;
            self.expect("=", "`=` and a value in quotation marks")?;
            self.blank();
            structure.attribute = Some((attribute.clone(), self.string(&attribute, false)?));
            self.blank();
        }
        let whole = !closing && self.takes("/");
        self.blank();
        if self.peek() != Some('>') {
            return Err(PatternError::new(start..self.at, "tag without its `>`")
                .hint("write `<s>`, `</s>`, `<s/>` or `<turn speaker=\"P07\"/>`"));
        }
        self.at += 1;
        self.blank();
        if matches!(self.peek(), Some('?' | '*' | '+' | '{')) {
            let message = "a tag can't be repeated";
            return Err(PatternError::new(self.at..self.at + 1, message)
                .hint("put it in brackets: `(<s/>)+`"));
        }
        Ok(match (whole, closing) {
            (true, _) => Pattern::Whole(structure),
            (_, true) => Pattern::Edge(structure, Place::End),
            _ => Pattern::Edge(structure, Place::Start),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::to_cql;
    use super::*;

    fn echo(text: &str) -> String {
        match parse_cql(text) {
            Err(e) => format!("{}: {}", e.place.start, e.message),
            Ok(pattern) => {
                let cql = to_cql(&pattern);
                assert_eq!(parse_cql(&cql).as_ref(), Ok(&pattern), "{cql} is read back");
                cql
            }
        }
    }

    #[test]
    fn what_is_read_is_echoed() {
        for (text, cql) in [
            (r#""Man""#, r#""man""#),
            (r#"[lemma="search" & pos='noun']"#, r#"[lemma="search" & pos="noun"]"#),
            (r#"[pos != "noun"]"#, r#"[pos!="noun"]"#),
            (r#"[word="a" | (word="b" & lemma="c")]"#, r#"[word="a" | (word="b" & lemma="c")]"#),
            (r#"[lemma=l"etc."]"#, r#"[lemma="etc\."]"#),
            (r#""(?-i)Panama""#, r#""Panama"%C"#),
            (r#""on"%c"#, r#""on""#),
            (r#""an?|the" [] "man""#, r#""an?|the" [] "man""#),
            (r#"[pos="ADJ"]{2,} "man""#, r#"[pos="ADJ"]{2,} "man""#),
            (r#"("an?|the"? [pos="NOU"])+"#, r#"("an?|the"? [pos="NOU"])+"#),
            (r#""cat" (?= "in" "the" "hat")"#, r#""cat" (?="in" "the" "hat")"#),
            (r"<s> [] </s>", r"<s> [] </s>"),
            (r#""baker" within <person type="x"/>"#, r#""baker" within <person type="x"/>"#),
            (
                r#"([pos="ADJ"]+ containing "tall") "man""#,
                r#"([pos="ADJ"]+ containing "tall") "man""#,
            ),
            (r#"A:[] "by" B:[] :: A.word = B.word"#, r#"A:[] "by" B:[] :: A.word = B.word"#),
            (r#""a" []* "b" within s"#, r#""a" []{0,20} "b" within <s/>"#),
            (r#"(?longest) [pos="NP.*"]+"#, r#"(?longest) [pos="NP.*"]+"#),
            (r#"[word="\""] [] [word='"']"#, r#""\"" [] "\"""#),
            (r#""a" !containing "b""#, r#""a" !containing "b""#),
            (r#"(?! "b") "c" | ((?shortest) "x"+) "y""#, r#"(?!"b") "c" | ((?shortest) "x"+) "y""#),
            (
                r#"a:[] "x" b:[] :: dist(a,b) < 5 & (a.pos = "V.*" | !b)"#,
                r#"a:[] "x" b:[] :: dist(a,b) < 5 & (a.pos = "V.*" | !b)"#,
            ),
            (r#""a"{1}"#, r#""a""#),
            (r#""résumé"%d"#, r#""résumé"%d"#),
        ] {
            assert_eq!(echo(text), cql, "{text}");
        }
    }

    #[test]
    fn refusals_have_their_place() {
        for (text, told) in [
            ("girl|boy", "0: words stand in quotation marks in CQL"),
            ("(\"girl\"|\"boy\"|)", "14: nothing to find here"),
            ("\"the\" ()+ \"girl\"", "7: nothing to find here"),
            ("(\"a\"", "0: bracket that is never closed"),
            ("\"a\")", "3: `)` has no meaning here"),
            ("[word=\"a\"", "0: `[` without its `]`"),
            ("\"a", "0: quotation mark that is never closed"),
            ("\"(a\"", "0: not a regular expression: unclosed group"),
            ("[a=\"x\" & b=\"y\" | c=\"z\"]", "15: `&` and `|` side by side"),
            ("\"a\"**", "3: two repetitions of one thing"),
            ("\"a\"{3,2}", "3: a repetition's second number is smaller than its first"),
            ("\"a\"{9999}", "3: repetition of 9999; at most 1000 are allowed"),
            ("a:[] \"b\" :: a.word = c.word", "21: no label `c` in this pattern"),
            (
                "((\"a\"{100}){100}){100}",
                "0: repetitions in one another come to 1000000 times; at most 10000 are allowed",
            ),
            ("(?longst) \"a\"", "2: no strategy `longst`"),
            ("\"a\"%x", "3: no flags `%x`"),
            ("", "0: nothing to find here"),
            ("\"\"", "0: empty value"),
            ("<s", "0: tag without its `>`"),
        ] {
            assert_eq!(echo(text), told, "{text}");
        }
    }
}
