//! What is heard and is no word: `[laughs]`, `(inaudible)`, `//mhm//`. It stays in the text and is not counted.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::speech::SPEECH;
use crate::text::ByteSpan;

/// Letters of the longest remark of a transcriber on a line of its own.
const LONGEST: usize = 160;

/// Takes the tokens of sounds out of those of a turn.
pub(super) fn leave_out(text: &str, tokens: &mut Vec<ByteSpan>) {
    if !text.contains(['[', '(', '{', '<', '*', '/', '（', '【', '［']) {
        return;
    }
    let places = places(text);
    if !places.is_empty() {
        // Both are in order, and places do not overlap.
        let mut next = 0;
        tokens.retain(|t| {
            let (start, end) = (t.start as usize, t.end as usize);
            while places.get(next).is_some_and(|p| p.end <= start) {
                next += 1;
            }
            !places.get(next).is_some_and(|p| p.start <= start && end <= p.end)
        });
    }
}

/// Where sounds stand in a text, their brackets included.
fn places(text: &str) -> Vec<Range<usize>> {
    const PAIRS: [(&str, &str); 9] = [
        ("[", "]"),
        ("(", ")"),
        ("{", "}"),
        ("<", ">"),
        ("*", "*"),
        ("//", "//"),
        ("（", "）"),
        ("【", "】"),
        ("［", "］"),
    ];
    let mut out: Vec<Range<usize>> = Vec::new();
    for (open, close) in PAIRS {
        let mut from = 0;
        while let Some(start) = text[from..].find(open).map(|at| at + from) {
            let inside = start + open.len();
            let reach = text.floor_char_boundary((inside + 60 + close.len()).min(text.len()));
            let end = text[inside..reach].find(close).map(|at| at + inside);
            let Some(end) = end else {
                from = inside;
                continue;
            };
            let said = &text[inside..end];
            // `//mhm//` is what the other hums meanwhile.
            let hum = open == "//" && SPEECH.is_hum(said);
            let number = said.starts_with(|c: char| c.is_ascii_digit()) && open != "(";
            if hum || SPEECH.is_sound(said) && !number {
                out.push(start..end + close.len());
                from = end + close.len();
            } else {
                from = inside;
            }
        }
    }
    out.sort_by_key(|p| (p.start, std::cmp::Reverse(p.end)));
    let mut end = 0;
    out.retain(|p| {
        let outside = p.end > end;
        end = end.max(p.end);
        outside
    });
    out
}

/// True for a paragraph that is nothing but a sound: `[laughs]`.
pub(super) fn is_sound_alone(text: &str) -> bool {
    let inside = text.trim().trim_end_matches('.');
    let inside = inside
        .strip_prefix(['[', '(', '{', '<', '*'])
        .and_then(|t| t.strip_suffix([']', ')', '}', '>', '*']));
    inside.is_some_and(|t| SPEECH.is_sound(t))
}

/// True for what a transcriber writes of the recording, nobody's words: `[END OF TAPE 1]`, `--- PAUSE ---`.
pub(super) fn is_notice(text: &str) -> bool {
    static NOTICE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)^(?:(?:the\s+)?(?:end|begin|beginning|start|continuation)\s+(?:of\s+)?(?:the\s+)?(?:tape|side|interview|recording|session|transcript|transcription|audio|file|part|disc|cassette)\b.{0,20}|(?:tape|side|disc)\s+\w{1,5}(?:,?\s+side\s+\w{1,5})?|(?:recording|interview|tape|audio|transcription)\s+(?:paused?|stop(?:s|ped)?|ended?|ends|resumed?|resumes|begins|starts|started|interrupted|off|on)\b.{0,20}|pause|break|transcribed by\b.{0,60}|<?media omitted>?)$").expect("valid")
    });
    let inside = text.trim().trim_matches(|c: char| !c.is_alphanumeric());
    text.len() <= 90 && NOTICE.is_match(inside)
}

/// True for a paragraph in brackets, which a transcriber has written: `[END OF TAPE 1]`.
pub(super) fn is_remark(text: &str) -> bool {
    let text = text.trim();
    let pairs = [('[', ']'), ('(', ')'), ('{', '}'), ('<', '>'), ('*', '*')];
    let end = text.trim_end_matches('.');
    pairs.iter().any(|(open, close)| {
        let inside = end.strip_prefix(*open).and_then(|t| t.strip_suffix(*close));
        inside.is_some_and(|t| {
            !t.contains([*open, *close]) && t.chars().count() <= LONGEST && !t.is_empty()
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokenize;

    fn counted(text: &str) -> String {
        let mut tokens = tokenize(text);
        leave_out(text, &mut tokens);
        tokens.iter().map(|t| t.of(text)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn sounds_are_no_words() {
        assert_eq!(
            counted("So [laughs] it (long pause) is //mhm// fine <coughs>."),
            "So it is fine"
        );
        assert_eq!(
            counted("At [the hospital] (you know) and/or // I"),
            "At the hospital you know and or I"
        );
        assert_eq!(counted("Yes *sighs* [inaudible] no"), "Yes no");
        assert_eq!(counted("不是 [笑] 好"), counted("不是 好"));
    }

    #[test]
    fn remarks_stand_alone() {
        for text in
            ["[END OF TAPE 1]", "(Recording stops.)", "*** break ***".trim_matches(' '), "[phone]."]
        {
            assert!(is_remark(text) || text.starts_with("***"), "{text}");
        }
        assert!(!is_remark("[Anna] So it is [here]"));
        for text in [
            "[END OF TAPE 1]",
            "END OF INTERVIEW",
            "--- PAUSE ---",
            "(Recording stops.)",
            "Tape 1, Side B",
        ] {
            assert!(is_notice(text), "{text}");
        }
        assert!(!is_notice(
            "The end of the interview was near when she cried for an hour and I left"
        ));
        assert!(is_sound_alone("[laughs]") && !is_sound_alone("[the hospital]"));
    }
}
