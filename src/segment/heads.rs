//! What a line begins with: something short and a sign, which may be a speaker's label.
//!
//! ```text
//! P07: Well.                 a name and a colon
//! [00:10] Ann Lee - So       a stamp, a name and a dash
//! Nora [nurse]: So           a name and what is said of it
//! (P1) So   <nora> So        a name in brackets
//! Speaker 1  00:03           a name and a stamp, the words on the next line
//! Nora                       a name alone, the words on the next line
//! ```
//! One line can be read in several ways (`Well - you see: …`), and all of them are given. Which is the
//! text's way of naming speakers, if any, is decided over all its lines, in [`super::labels`].

use super::names::{LONGEST, Sure, is_picture, is_titled, may_be_name, said_of, sure_of};
use super::signs::{Sign, Signs};
use super::speech::SPEECH;
use super::stamps::{OwnStamps, Stamp, is_long};

/// A way of writing labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Form {
    /// `Name: words`
    Colon,
    /// `Name 00:03`, `[Name 00:03] words`: the stamp shows that it is a label.
    Timed,
    /// `Mr. BROWN of Ohio. words`, `The SPEAKER pro tempore. words`, as records of parliaments have it.
    Titled,
    /// `Name - words`
    Dash,
    /// `Name; words`
    Semicolon,
    /// `Name. words`
    Stop,
    /// `Name`, a tab or three blanks, `words`
    Tab,
    /// `Name | words`
    Bar,
    /// `Name> words`
    Arrow,
    /// `Name = words`
    Equals,
    /// `Name/ words`
    Slash,
    /// `[Name] words`
    Square,
    /// `(Name) words`
    Round,
    /// `{Name} words`
    Curly,
    /// `<Name> words`
    Angle,
    /// `«Name» words`, `"Name" words`, `/Name/ words`
    Quoted,
    /// `@Name words`, `#Name words`
    At,
    /// `**Name** words`: in bold, with no other sign.
    Bold,
    /// `Name` on a line of its own, the words below it.
    Alone,
    /// `NAME Words`: no sign at all.
    Word,
}

impl Form {
    /// How the form looks, for people.
    pub(super) const fn looks(self) -> &'static str {
        match self {
            Self::Colon => "Name: ",
            Self::Timed => "Name 00:00",
            Self::Dash => "Name - ",
            Self::Semicolon => "Name; ",
            Self::Stop | Self::Titled => "Name. ",
            Self::Tab => "Name<tab>",
            Self::Bar => "Name | ",
            Self::Arrow => "Name> ",
            Self::Equals => "Name = ",
            Self::Slash => "Name/ ",
            Self::Square => "[Name] ",
            Self::Round => "(Name) ",
            Self::Curly => "{Name} ",
            Self::Angle => "<Name> ",
            Self::Quoted => "«Name» ",
            Self::At => "@Name ",
            Self::Bold => "Name (bold) ",
            Self::Alone => "Name (on a line of its own)",
            Self::Word => "Name (with no sign behind it)",
        }
    }
}

/// A beginning of a line that may be a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head<'l> {
    pub form: Form,
    /// The name as written, without what is said of it.
    pub name: &'l str,
    /// What is said of it: `nurse` of `Nora [nurse]`.
    pub more: Option<&'l str>,
    /// The stamp beside it.
    pub time: Option<Stamp<'l>>,
    /// The byte at which the words begin.
    pub rest: usize,
    /// True where the writer was not sure: `Nora?:`.
    pub unsure: bool,
    /// True where no blank follows the sign: `10:00` and `http:` look so, too.
    pub tight: bool,
}

/// Bytes of a line that are looked at: four a letter, with a stamp and what is said of the name.
const REACH: usize = 400;

/// A line as [`heads`] sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opening<'l> {
    /// A stamp and nothing else.
    Stamp(Stamp<'l>),
    /// Words, perhaps behind a stamp, and in how many ways a label.
    Words,
}

/// Adds all readings of a line's beginning to `out`; `bold` bytes of it are in bold.
pub(super) fn heads<'l>(
    line: &'l str,
    bold: usize,
    stamps: &OwnStamps,
    out: &mut Vec<Head<'l>>,
) -> Opening<'l> {
    let invisible = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '\u{200e}' | '\u{200f}' | '\u{feff}' | '\u{200b}' | '\u{202a}'..='\u{202e}'
            )
    };
    let mut at = line.len() - line.trim_start_matches(invisible).len();
    at += marks_before(&line[at..]);
    let mut time = None;
    if let Some(found) = stamps.at(&line[at..]) {
        let rest = &line[at + found.length..];
        let after = rest.trim_start_matches([' ', '\t', '\u{a0}', '|', '-', '–', '—', ':', ',']);
        if after.is_empty() {
            return Opening::Stamp(found);
        }
        // `10:30 is late` is speech; a stamp has brackets, seconds, or a sign behind it.
        let parted = rest.len() > after.len();
        if parted || found.bracketed {
            time = Some(found);
            at = line.len() - after.len();
            at += marks_before(after);
        }
    }
    let before = out.len();
    // A chat says `From Nora to Everyone: `.
    let chat = line[at..].strip_prefix("From ").filter(|_| time.is_some());
    if let Some(rest) = chat {
        at = line.len() - rest.trim_start().len();
    }
    // `*Nora*: so`, `**Nora:** so`
    let marks = ["**", "__", "*", "_"].into_iter().find(|m| {
        let inside = line[at..].strip_prefix(m);
        inside.is_some_and(|t| t.starts_with(char::is_alphanumeric) && t.contains(m))
    });
    at += marks.map_or(0, str::len);
    // `*INV:`, as CHAT has it.
    if marks.is_none()
        && line[at..].starts_with('*')
        && line[at + 1..].starts_with(char::is_uppercase)
    {
        at += 1;
    }
    let reach = line.floor_char_boundary((at + REACH).min(line.len()));
    let reader = Reader { line, at, reach, time, chat: chat.is_some(), marks, stamps };
    reader.bracketed(out);
    if out.len() == before && !line[at..].starts_with(['[', '(', '{', '<', '/']) {
        reader.named(out);
    }
    reader.at_sign(out);
    if out[before..].iter().all(|h| h.form == Form::Alone)
        && line[at..].starts_with(char::is_alphabetic)
    {
        reader.unsigned(out);
    }
    if bold > at {
        reader.bold(bold, out);
    }
    Opening::Words
}

/// Where the words of somebody begin of whom a label says that nobody knew who: `???: Yes.`, `[?] Yes.`,
/// `[00:10] ??: Yes.`
pub(super) fn nobody_known(line: &str, stamps: &OwnStamps) -> Option<usize> {
    let past_stamp = |text: &'_ str| {
        let text = text.trim_start();
        stamps.at(text).map_or(0, |found| found.length)
    };
    let mut text = line.trim_start();
    text = text[past_stamp(text)..].trim_start();
    let label = text.trim_start_matches(['[', '(']);
    let bracketed = label.len() < text.len();
    let behind = label.trim_start_matches(['?', '？', '_']);
    // A dash alone is a bullet.
    let behind = if behind.len() == label.len() {
        let dashes = label.trim_start_matches(['-', '–', '—']);
        if label.chars().count() - dashes.chars().count() < 2 {
            return None;
        }
        dashes
    } else {
        behind
    };
    let mut sign = behind.trim_start_matches([']', ')']);
    let closed = sign.len() < behind.len();
    if bracketed != closed {
        return None;
    }
    let blanks = sign.trim_start_matches([' ', '\u{a0}']);
    if !blanks.is_empty() && past_stamp(blanks) > 0 {
        sign = &blanks[past_stamp(blanks)..];
    }
    let after = sign.trim_start_matches([' ', '\u{a0}']);
    let words = after
        .strip_prefix([':', '：', '\t', '–', '—'])
        .or_else(|| after.strip_prefix("- "))
        .or_else(|| (closed && after.len() < sign.len()).then_some(after))?;
    Some(line.len() - words.trim_start().len())
}

/// Bytes of bullets, arrows and the like before a label.
fn marks_before(text: &str) -> usize {
    let rest =
        text.trim_start_matches(['>', '»', '•', '‣', '◦', '▪', '●', '○', '∙', '·', '→', '►', '▶']);
    let rest = ["- ", "– ", "— ", "* ", "+ ", "-\t", "*\t"]
        .iter()
        .find_map(|mark| rest.strip_prefix(*mark))
        .unwrap_or(rest);
    text.len() - rest.trim_start().len()
}

struct Reader<'l, 's> {
    line: &'l str,
    stamps: &'s OwnStamps,
    /// Where the name would begin.
    at: usize,
    /// Where looking ends.
    reach: usize,
    /// The stamp before the name.
    time: Option<Stamp<'l>>,
    /// What is written around the name to set it off, and not read as such.
    marks: Option<&'static str>,
    /// True in a chat, which says to whom somebody writes.
    chat: bool,
}

impl<'l> Reader<'l, '_> {
    /// A name in brackets: `[Anna] So`, `[Speaker 1 00:00]`, `(P1): So`.
    fn bracketed(&self, out: &mut Vec<Head<'l>>) {
        let text = &self.line[self.at..self.reach];
        let Some(open) = text.chars().next() else { return };
        let Some((form, close)) = bracket(open, text) else { return };
        let Some(end) = closing(text, close) else { return };
        let (mut name, mut time) = (text[open.len_utf8()..end].trim(), self.time);
        // `“Yes,” she said`; `«Mme B.»` is a name.
        let initial = name.rsplit(['.', ' ']).nth(1).is_some_and(|w| w.chars().count() <= 2);
        let ends = name.ends_with([',', '?', '!', '…', ';']) || name.ends_with('.') && !initial;
        if form == Form::Quoted && ends {
            return;
        }
        // `[ANN:] So`
        let colon = name.strip_suffix([':', '：']);
        name = colon.unwrap_or(name).trim_end();
        // `[Speaker 1 00:00]`, `[Ann Lee, 10:00:00]`
        let places = name.match_indices([' ', ',']).map(|(i, _)| i + 1);
        let timed = places.filter_map(|i| {
            let inside = name[i..].trim_start();
            let found = self.stamps.at(inside)?;
            (inside.len() == found.length).then_some((i - 1, found))
        });
        if let Some((i, found)) = timed.into_iter().next() {
            name = name[..i].trim_end_matches([' ', ',']);
            time = Some(found);
        }
        let inner_time = time.is_some() && self.time.is_none();
        let mut after = self.at + end + close.len_utf8();
        let mut form = if inner_time { Form::Timed } else { form };
        if colon.is_some() {
            form = Form::Colon;
        }
        let rest = self.line[after..].trim_start();
        // `00:00:01 [Ann]` above her words
        if rest.is_empty() && time.is_some() {
            form = Form::Timed;
        }
        if let Some(found) = self.stamps.at(rest).filter(|_| time.is_none()) {
            time = Some(found);
            form = Form::Timed;
            after = self.line.len() - rest.len() + found.length;
        }
        let rest = self.line[after..].trim_start();
        let signed = rest.strip_prefix([':', '：']);
        if signed.is_some() {
            form = Form::Colon;
        }
        let words = signed.unwrap_or(rest);
        // `"Trust" is what they said`, `"Oslo",0`, `/usr/bin/`: a name in marks has a sentence behind it.
        let sentence = words.starts_with(|c: char| c.is_alphanumeric() && !c.is_lowercase());
        if form == Form::Quoted && !sentence {
            return;
        }
        let unbracketed = name.trim_start_matches(['#', '@']);
        let (name, more) = said_of(if unbracketed.chars().all(|c| c.is_ascii_digit()) {
            name
        } else {
            unbracketed
        });
        if !may_be_name(name) || (words.is_empty() && form != Form::Timed && signed.is_none()) {
            return;
        }
        let words = words.trim_start_matches(['-', '–', '—']).trim_start();
        let rest = self.line.len() - words.len();
        out.push(Head { form, name, more, time, rest, unsure: false, tight: false });
    }

    /// A name and a sign behind it; a name alone.
    fn named(&self, out: &mut Vec<Head<'l>>) {
        let text = &self.line[self.at..self.reach];
        let timed = text
            .as_bytes()
            .windows(3)
            .any(|w| w[1] == b':' && w[0].is_ascii_digit() && w[2].is_ascii_digit());
        let mut signs = Signs { text, letters: 0, seen: 0, timed, stamps: self.stamps };
        let mut own_time = None;
        while let Some((at, sign)) = signs.next() {
            let name = &text[..at];
            match sign {
                Sign::Stamp(found) => {
                    own_time.get_or_insert((at, found));
                    let after = &text[at + found.length..];
                    let rest = after.trim_start_matches([' ', '\u{a0}', ':', ']', ')', '\t']);
                    let colon = after[..after.len() - rest.len()].contains(':');
                    let whole = rest.is_empty() && self.reach == self.line.len();
                    // With hours a time parts a name from words as brackets do.
                    let parts = found.bracketed || is_long(found.text);
                    if whole || parts || colon {
                        let form = if colon && !whole { Form::Colon } else { Form::Timed };
                        let end = if colon { text.len() - rest.len() } else { at + found.length };
                        self.push(form, name, Some(found), end, out);
                    }
                    if whole || colon {
                        return;
                    }
                    signs.skip(at + found.length);
                }
                Sign::Of(form, length) => {
                    let time = own_time.map(|(_, found)| found);
                    let name = own_time.map_or(name, |(end, _)| &text[..end]);
                    self.push(form, name, time, at + length, out);
                    if matches!(form, Form::Colon | Form::Tab) {
                        return;
                    }
                }
            }
        }
        let whole = text.len() + self.at == self.line.len();
        let open = text.ends_with(['.', ',', ';', '!', '?', '？', '…', '"', '”', ':', '-']);
        let written = text.contains(char::is_alphabetic);
        if whole && written && !open && signs.letters <= LONGEST && own_time.is_none() {
            self.push(Form::Alone, text, None, text.len(), out);
        }
    }

    /// `@nora so`, `#P1 so`.
    fn at_sign(&self, out: &mut Vec<Head<'l>>) {
        let text = &self.line[self.at..self.reach];
        let Some(rest) = text.strip_prefix(['@', '#']) else { return };
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let end = rest[..end].find('#').unwrap_or(end);
        if end > 0 && may_be_name(&rest[..end]) && end < rest.len() {
            let words = rest[end..].trim_start_matches(['#', ' ', '\t']);
            let rest_at = self.line.len() - (self.line.len() - self.reach) - words.len();
            out.push(Head {
                form: Form::At,
                name: &rest[..end],
                more: None,
                time: self.time,
                rest: rest_at,
                unsure: false,
                tight: false,
            });
        }
    }

    /// A role, a code or a name in capitals with no sign behind it: `MODERATOR Where was it?`
    fn unsigned(&self, out: &mut Vec<Head<'l>>) {
        let text = &self.line[self.at..self.reach];
        let mut end = 0;
        for word in text.split(' ').take(3) {
            let letters = word.chars().filter(|c| c.is_alphabetic()).count();
            let capitals = word
                .chars()
                .all(|c| c.is_uppercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_'));
            let number = end > 0 && !word.is_empty() && word.chars().all(|c| c.is_ascii_digit());
            if !(capitals && letters >= 1 && word.chars().count() >= 2 || number) {
                break;
            }
            end += word.len() + usize::from(end > 0);
        }
        if end == 0 {
            // A role or another first word, of which the text must have many.
            end = text.find(' ').unwrap_or(0);
        }
        let rest = text.get(end..).unwrap_or_default().trim_start();
        let opens = rest.chars().next().is_some_and(|c| !c.is_lowercase() && c.is_alphabetic());
        if end > 0 && opens && text[..end].chars().count() >= 2 {
            self.push(Form::Word, &text[..end], None, end, out);
        }
    }

    /// A name in bold with no other sign.
    fn bold(&self, bold: usize, out: &mut Vec<Head<'l>>) {
        let name = self.line[self.at..bold.min(self.line.len())].trim();
        let rest = self.line[bold.min(self.line.len())..].trim_start();
        if !rest.is_empty() && !name.ends_with(['.', ',', ';', '?', '!', ':', '：', '-', '–', '—'])
        {
            self.push(Form::Bold, name, None, bold - self.at, out);
        }
    }

    fn push(
        &self,
        form: Form,
        written: &'l str,
        time: Option<Stamp<'l>>,
        end: usize,
        out: &mut Vec<Head<'l>>,
    ) {
        let written = written.trim().trim_end_matches(['-', '–', '—', ',']).trim_end();
        let written = self.marks.map_or(written, |m| written.trim_end_matches(m).trim_end());
        let to =
            written.split_once(" to ").or_else(|| written.split_once(" To ")).filter(|_| self.chat);
        let written = to.map_or(written, |(name, _)| name);
        let unhashed = written.trim_start_matches(['@', '#']);
        let numbered = unhashed.chars().all(|c| c.is_ascii_digit() || c.is_whitespace());
        let (name, more) = said_of(if numbered { written } else { unhashed });
        let unsure = name.ends_with('?') && name.split_whitespace().count() <= 3;
        let name = if unsure { name.trim_end_matches(['?', ' ']) } else { name };
        if name.ends_with('?') || !may_be_name(name) || (numbered && written.is_empty()) {
            return;
        }
        let after = &self.line[self.at + end..];
        let after = self.marks.and_then(|m| after.strip_prefix(m)).unwrap_or(after);
        let mut words = after.trim_start();
        let mut time = time.or(self.time);
        // `Name: [00:10] So`
        if matches!(form, Form::Colon | Form::Timed | Form::Dash)
            && let Some(found) = self.stamps.at(words).filter(|s| s.bracketed)
        {
            time = time.or(Some(found));
            words = words[found.length..].trim_start();
        }
        let form = if form == Form::Stop && is_titled(name) { Form::Titled } else { form };
        let mut form = form;
        // `[14:00] Nora` above her words; `nora — Today at 2:10 PM`
        let plain = name.trim_matches(|c: char| is_picture(c) || c.is_whitespace());
        if form == Form::Alone
            && time.is_some()
            && sure_of(plain) >= Sure::Small
            && !SPEECH.is_hum(plain)
        {
            form = Form::Timed;
        } else if form == Form::Dash
            && let Some(found) =
                self.stamps.at(words).filter(|s| s.length == words.trim_end().len())
        {
            (form, time, words) = (Form::Timed, time.or(Some(found)), "");
        }
        // Numbers open paragraphs as well as turns, but before a colon.
        if form != Form::Colon && !name.chars().any(|c| c.is_alphabetic() || is_picture(c)) {
            return;
        }
        let tight = after.len() == words.len() && !after.is_empty();
        // `1:1 In the beginning` is a verse.
        if tight && numbered && after.starts_with(|c: char| c.is_ascii_digit()) {
            return;
        }
        if matches!(form, Form::Timed) {
            words = words.trim_start_matches([':', ' ', '\u{a0}', '-', '–', '—']);
        }
        let rest = self.line.len() - words.len();
        out.push(Head { form, name, more, time, rest, unsure, tight });
    }
}

/// The form of a bracket or mark that opens a text, and what closes it.
fn bracket(open: char, text: &str) -> Option<(Form, char)> {
    Some(match open {
        '[' => (Form::Square, ']'),
        '［' => (Form::Square, '］'),
        '【' => (Form::Square, '】'),
        '〔' => (Form::Square, '〕'),
        '(' => (Form::Round, ')'),
        '（' => (Form::Round, '）'),
        '{' => (Form::Curly, '}'),
        '<' => (Form::Angle, '>'),
        '«' => (Form::Quoted, '»'),
        '“' => (Form::Quoted, '”'),
        '»' => (Form::Quoted, '«'),
        '„' => (Form::Quoted, if text.contains('“') { '“' } else { '”' }),
        '‘' => (Form::Quoted, '’'),
        '"' | '/' | '”' => (Form::Quoted, open),
        _ => return None,
    })
}

/// Where the bracket that opens a text is closed.
fn closing(text: &str, close: char) -> Option<usize> {
    let open = text.chars().next()?;
    if open == close {
        return text[open.len_utf8()..].find(close).map(|at| at + open.len_utf8());
    }
    let mut depth = 0_u32;
    for (at, c) in text.char_indices() {
        if c == open {
            depth += 1;
        } else if c == close {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Vec<(Form, &str, Option<&str>, &str)> {
        let mut out = Vec::new();
        heads(line, 0, &OwnStamps::default(), &mut out);
        out.iter().map(|h| (h.form, h.name, h.time.map(|t| t.text), &line[h.rest..])).collect()
    }

    #[test]
    fn labels_in_their_styles() {
        use Form::{
            Angle, At, Colon, Dash, Equals, Round, Semicolon, Slash, Square, Stop, Tab, Timed,
            Titled,
        };
        for (line, form, name, time, rest) in [
            ("P07: Well.", Colon, "P07", None, "Well."),
            ("p 08 : Well.", Colon, "p 08", None, "Well."),
            ("Tim Smith: [01:46] So", Colon, "Tim Smith", Some("01:46"), "So"),
            ("[00:10] Ann: So", Colon, "Ann", Some("00:10"), "So"),
            ("[Speaker 1 00:00] ", Timed, "Speaker 1", Some("00:00"), ""),
            ("00:00:12 Anna: So", Colon, "Anna", Some("00:00:12"), "So"),
            ("Speaker 1  00:03", Timed, "Speaker 1", Some("00:03"), ""),
            ("Dr. Smith [00:46]", Timed, "Dr. Smith", Some("00:46"), ""),
            ("Nora (00:03):", Timed, "Nora", Some("00:03"), ""),
            ("Nora (00:03): So", Colon, "Nora", Some("00:03"), "So"),
            ("Nora [00:00:08] So", Timed, "Nora", Some("00:00:08"), "So"),
            ("Nora, [12.03.2024 10:15]", Timed, "Nora", Some("12.03.2024 10:15"), ""),
            ("12/03/2024, 10:15 - Nora: So", Colon, "Nora", Some("12/03/2024, 10:15"), "So"),
            ("P1 (nurse): I do.", Colon, "P1", None, "I do."),
            ("Nora [nurse]: So", Colon, "Nora", None, "So"),
            ("Nora, nurse: So", Colon, "Nora", None, "So"),
            ("Nora + Tom: So", Colon, "Nora + Tom", None, "So"),
            ("Nora?: So", Colon, "Nora", None, "So"),
            ("#2: Yes.", Colon, "#2", None, "Yes."),
            ("@nora: Yes.", Colon, "nora", None, "Yes."),
            ("@nora Yes.", At, "nora", None, "Yes."),
            ("(P1): Yes.", Colon, "P1", None, "Yes."),
            ("(P1) Yes.", Round, "P1", None, "Yes."),
            ("[Anna] So", Square, "Anna", None, "So"),
            ("<anna> So", Angle, "anna", None, "So"),
            ("ANNA - So", Dash, "ANNA", None, "So"),
            ("Anna; So", Semicolon, "Anna", None, "So"),
            ("I. So", Stop, "I", None, "So"),
            ("Anna\tSo", Tab, "Anna", None, "So"),
            ("- P1: So", Colon, "P1", None, "So"),
            ("*Jo*: So", Colon, "Jo", None, "So"),
            ("**Jo:** So", Colon, "Jo", None, "So"),
            ("Jo = So", Equals, "Jo", None, "So"),
            ("I/ So", Slash, "I", None, "So"),
            ("Interviewer:in: So", Colon, "Interviewer:in", None, "So"),
            ("[ANN:] So", Colon, "ANN", None, "So"),
            ("00:00:01 [Ann]", Timed, "Ann", Some("00:00:01"), ""),
            ("*INV:\tSo", Colon, "INV", None, "So"),
            ("S1 00:00:07 So", Timed, "S1", Some("00:00:07"), "So"),
            (
                "Ada Okafor 0 minutes 7 seconds",
                Timed,
                "Ada Okafor",
                Some("0 minutes 7 seconds"),
                "",
            ),
            ("samr — Today at 2:10 PM", Timed, "samr", Some("Today at 2:10 PM"), ""),
            ("[14:00] Sam Reyes", Timed, "Sam Reyes", Some("14:00"), ""),
            ("Okafor, Ada   0:07", Timed, "Okafor, Ada", Some("0:07"), ""),
            ("@mod Mhm. Go on", At, "mod", None, "Mhm. Go on"),
            (">> ANNA: So", Colon, "ANNA", None, "So"),
            ("Y tá: So", Colon, "Y tá", None, "So"),
            ("护士：好", Colon, "护士", None, "好"),
            ("d'Arcy: So", Colon, "d'Arcy", None, "So"),
            ("Pfleger*in: So", Colon, "Pfleger*in", None, "So"),
            ("[Jane Miller] 10:00:00", Timed, "Jane Miller", Some("10:00:00"), ""),
            ("00:00:01.000 [Ann Lee] So", Square, "Ann Lee", Some("00:00:01.000"), "So"),
            ("Mr. McCONNELL of Ohio. So", Titled, "Mr. McCONNELL of Ohio", None, "So"),
            ("The SPEAKER pro tempore. So", Titled, "The SPEAKER pro tempore", None, "So"),
            ("Ann B. Lee, Psy.D: So", Colon, "Ann B. Lee", None, "So"),
        ] {
            let found = read(line);
            assert!(found.contains(&(form, name, time, rest)), "{line}: {found:?}");
        }
    }

    #[test]
    fn what_is_no_label() {
        for line in ["see http://x.y", "He said “note: call”", "It was late, I think! So: no"] {
            assert!(read(line).iter().all(|h| h.0 != Form::Colon), "{line}: {:?}", read(line));
        }
    }
}
