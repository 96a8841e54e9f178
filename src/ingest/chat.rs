//! CHAT transcripts of TalkBank (`.cha`).
//!
//! ```text
//! @Participants:  INV Investigator, PAR Anna Participant
//! *PAR:   and the <the girl> [//] the woman is &-um washing .      speech, with its codes
//! %mor:   ...                                                     a dependent tier, left out
//! ```
//! Words are kept as they were said, fillers and repetitions among them; codes of the transcriber go.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use super::{Body, Document, Mark, Removed, Unreadable, Utterance};

/// Roles of those who ask.
const ASKING: [&str; 3] = ["Investigator", "Interviewer", "Experimenter"];

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("patterns of the program are valid")
}

/// Codes that are no words: what is in brackets, events, pauses, omitted words, times.
static CODES: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"\[[^\]]*\]|&=\S+|&\*\S+|\((?:\.+|[\d.:]+)\)|(?:^|\s)0\S+|(?:^|\s)\d+_\d+(?:\s|$)")
});
static TIME: LazyLock<Regex> = LazyLock::new(|| regex(r"(?:^|\s)(\d+)_\d+\s*$"));
/// What marks how a word was said: `&-um`, `&+fr`, `word@s`.
static FORMS: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"&[-+~]|@\w+(?::\w+)*|[\u{2191}\u{2193}\u{21D7}\u{21D8}\u{2308}\u{2309}\u{230A}\u{230B}\u{2260}\u{02C8}\u{02CC}‡„]",
    )
});
/// Ends of utterances that are not said: `+...`, `+//.`, `+<`.
static LINKS: LazyLock<Regex> =
    LazyLock::new(|| regex(r#"(?:^|\s)\+(?:\.\.\.|\.\.\?|[/"^<,+=!?]*[.?!]?)"#));
static SPACES: LazyLock<Regex> = LazyLock::new(|| regex(r"\s+"));
static BEFORE_SIGN: LazyLock<Regex> = LazyLock::new(|| regex(r" ([.?!,;:])"));

/// The bytes without the control characters that stand around times, and those that underline.
pub(super) fn without_marks(bytes: &[u8]) -> Vec<u8> {
    let kept = bytes.iter().filter(|b| !matches!(b, 0x01 | 0x02));
    kept.map(|b| if *b == 0x15 { b' ' } else { *b }).collect()
}

/// Reads a CHAT file.
///
/// # Errors
/// It has no line of speech.
pub(super) fn read(text: &str) -> Result<Document, Unreadable> {
    let mut utterances: Vec<Utterance> = Vec::new();
    let mut document = Document::default();
    let mut tiers = 0_u64;
    for (line, number) in tiers_of(text) {
        if let Some(rest) = line.strip_prefix('*') {
            let Some((code, words)) = rest.split_once(':') else {
                return Err(Unreadable::Line {
                    line: number,
                    what: "no `:` after the speaker".into(),
                });
            };
            let second = TIME.captures(words).and_then(|c| c[1].parse::<u32>().ok());
            utterances.push(Utterance {
                speaker: Some(code.trim().to_owned()),
                text: said(words),
                mark: Mark { second: second.map(|ms| ms / 1000), ..Mark::of_line(0, number) },
                cut: true,
            });
        } else if line.starts_with('%') {
            tiers += 1;
        } else if let Some(header) = line.strip_prefix('@') {
            about(header, &mut document);
        } else if !line.trim().is_empty() {
            let reason = "no line of speech".to_owned();
            document.removed.push(Removed { line: number, text: line, reason });
        }
    }
    if utterances.is_empty() {
        return Err(Unreadable::NoText);
    }
    if tiers > 0 {
        document.notes.push(format!("{tiers} dependent tiers (`%mor` and others) are not read"));
    }
    document.body = Body::Utterances(utterances);
    Ok(document)
}

/// The lines, those that go on another joined to it.
fn tiers_of(text: &str) -> Vec<(String, u32)> {
    let mut out: Vec<(String, u32)> = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        match out.last_mut() {
            Some(last) if line.starts_with('\t') => {
                last.0.push(' ');
                last.0.push_str(line.trim());
            }
            _ => out.push((line.to_owned(), number)),
        }
    }
    out
}

/// What a header says of the file and of those who speak.
fn about(header: &str, document: &mut Document) {
    let Some((name, value)) = header.split_once(':') else { return };
    let value = value.trim();
    match name {
        "Participants" => {
            document.roles_known = true;
            for person in value.split(',') {
                let words: Vec<&str> = person.split_whitespace().collect();
                if let (Some(code), Some(role)) = (words.first(), words.last())
                    && ASKING.contains(role)
                {
                    document.asks.push((*code).to_owned());
                }
            }
        }
        "Languages" | "Date" | "Location" | "Situation" | "Activities" => {
            let of: &mut BTreeMap<String, String> = &mut document.attributes;
            of.insert(name.to_lowercase(), value.to_owned());
        }
        _ => {}
    }
}

/// The words of a line without the transcriber's codes.
fn said(line: &str) -> String {
    let text = CODES.replace_all(line, " ");
    let text = LINKS.replace_all(&text, " ");
    let text = FORMS.replace_all(&text, "");
    // Brackets around parts of words and of speech: `(be)cause`, `<the girl>`.
    let text: String = text.chars().filter(|c| !matches!(c, '(' | ')' | '<' | '>')).collect();
    let text = SPACES.replace_all(text.trim(), " ");
    BEFORE_SIGN.replace_all(&text, "$1").into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_and_codes_go() {
        for (line, words) in [
            ("\twell there's a &-um +...", "well there's a um"),
            (
                "\tand the <the girl> [//] the woman is washing .",
                "and the the girl the woman is washing.",
            ),
            ("\tthe boy is [*] reaching (be)cause .  125_475 ", "the boy is reaching because."),
            ("\t+< well [<] I (.) went &=laughs home .", "well I went home."),
            ("\t0is dog@s here ?", "dog here?"),
            ("\ttest . 1000_2000", "test."),
        ] {
            assert_eq!(said(line), words);
        }
    }

    #[test]
    fn speakers_roles_and_times() {
        let text = "@UTF8\n@Participants:\tINV Ann Investigator, PAR Participant\n*INV:\tso\n\tand on ?  61000_62000 \n%mor:\tx\n*PAR:\tyes .\n";
        let document = read(text).expect("speech");
        assert_eq!(document.asks, ["INV"]);
        let Body::Utterances(list) = document.body else { panic!("speech") };
        assert_eq!(list[0].text, "so and on?");
        assert_eq!(list[0].mark.second, Some(61));
        assert_eq!(list.len(), 2);
        assert!(read("@UTF8\n").is_err());
    }
}
