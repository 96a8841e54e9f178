//! Quotation marks: which stretches of a text stand in them, outermost only.
//!
//! ```text
//! He said “go ‘now’ then” and "left".     “go ‘now’ then”   "left"
//! It’s the nurses’ house, ‘so to speak’   ‘so to speak’     (an apostrophe opens nothing)
//! «Oui», „ja“, 「はい」                     each pair by itself
//! ```
//! A mark that is not closed within the text opens nothing; crossed marks close at the first that fits. No
//! text makes this panic or take more than time in proportion to its length.

use std::ops::Range;

/// Marks that end quotations, in all ways of writing them: `“` ends German ones.
pub(super) const CLOSING: &[char] = &['”', '"', '’', '»', '“', '«', '‘', '›', '‹', '」', '』'];

/// Pairs of marks that can only open or close.
const PAIRS: &[(char, char)] =
    &[('“', '”'), ('«', '»'), ('‹', '›'), ('「', '」'), ('『', '』'), ('〝', '〞'), ('＂', '＂')];

/// Marks that may be open at once; of more the first opened nothing.
const DEEPEST: usize = 16;

/// The stretches of a text in quotation marks, marks included, in order, none inside another.
pub(super) fn quoted(text: &str) -> Vec<Range<usize>> {
    let mut all = double(text);
    // Single marks count where no double ones stand around them, or inside them.
    if text.contains(['‘', '‚', '\'']) {
        let singles = single(text);
        // Both are in order, and none of a kind overlaps another of it.
        all.sort_by_key(|d| d.start);
        all.retain(|d| {
            let before = singles.partition_point(|s| s.start < d.start);
            before.checked_sub(1).is_none_or(|i| d.end >= singles[i].end)
        });
        let free = |s: &Range<usize>| {
            let at = all.partition_point(|d| d.end <= s.start);
            all.get(at).is_none_or(|d| s.end <= d.start)
        };
        let free: Vec<Range<usize>> = singles.into_iter().filter(free).collect();
        all.extend(free);
    }
    all.sort_by_key(|r| (r.start, std::cmp::Reverse(r.end)));
    let mut out: Vec<Range<usize>> = Vec::with_capacity(all.len());
    for range in all {
        if out.last().is_none_or(|last| last.end <= range.start) {
            out.push(range);
        }
    }
    out
}

/// Stretches in double marks of any language.
fn double(text: &str) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    // Open marks: their place, and the mark that closes them.
    let mut open: Vec<(usize, char)> = Vec::new();
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let opens_word = before.is_whitespace()
            || matches!(before, '(' | '[' | '—' | '–' | '-' | '/' | ':' | '‘');
        match c {
            // German marks close with the one that opens English ones.
            '„' => open.push((at, '“')),
            '“' if open.last().is_some_and(|o| o.1 == '“') && !opens_word => {
                close(&mut open, '“', end, &mut out);
            }
            '“' => open.push((at, '”')),
            // `”Swedish”` opens with what closes elsewhere.
            '”' if open.is_empty() && opens_word => open.push((at, '”')),
            '”' => {
                if open.iter().any(|o| o.1 == '”') {
                    close(&mut open, '”', end, &mut out);
                } else if open.iter().any(|o| o.1 == '“') {
                    close(&mut open, '“', end, &mut out);
                } else if let Some(last) = out.last_mut().filter(|l| at - l.end < 400)
                    && text[last.start..].starts_with('“')
                    && !text[last.end..at].contains('“')
                    && text[last.end..at].contains(['.', '?', '!'])
                    && before.is_ascii_punctuation()
                {
                    // Unbalanced: the last stretch goes on to its second mark.
                    last.end = end;
                }
            }
            '»' if open.iter().any(|o| o.1 == '»') => close(&mut open, '»', end, &mut out),
            // `»German«`
            '»' => open.push((at, '«')),
            '«' if open.iter().any(|o| o.1 == '«') => close(&mut open, '«', end, &mut out),
            '"' => {
                if open.last().is_some_and(|o| o.1 == '"') {
                    close(&mut open, '"', end, &mut out);
                } else if open.is_empty() {
                    open.push((at, '"'));
                }
            }
            _ => {
                if let Some((_, closing)) = PAIRS.iter().find(|(o, _)| *o == c) {
                    open.push((at, *closing));
                } else if open.iter().any(|o| o.1 == c) {
                    close(&mut open, c, end, &mut out);
                }
            }
        }
        if open.len() > DEEPEST {
            open.remove(0);
        }
        before = c;
    }
    out
}

/// Closes the innermost mark that fits; what was opened behind it opens nothing.
fn close(open: &mut Vec<(usize, char)>, closing: char, end: usize, out: &mut Vec<Range<usize>>) {
    let Some(at) = open.iter().rposition(|o| o.1 == closing) else { return };
    let start = open[at].0;
    open.truncate(at);
    if open.is_empty() {
        out.push(start..end);
    }
}

/// Stretches in single marks; apostrophes are none.
fn single(text: &str) -> Vec<Range<usize>> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let mut out = Vec::new();
    let mut open: Option<(usize, char)> = None;
    for (i, (at, c)) in chars.iter().enumerate() {
        let before = i.checked_sub(1).map(|b| chars[b].1);
        let after = chars.get(i + 1).map(|a| a.1);
        let opens_word = before
            .is_none_or(|b| b.is_whitespace() || matches!(b, '(' | '[' | '“' | '"' | '—' | '–'));
        let in_word =
            before.is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric);
        match (c, open) {
            ('‘' | '‚', _) if opens_word || open.is_none() && !in_word => {
                // One mark inside another, or one that was never closed: the later counts.
                open = open.filter(|_| *c == '‘' && before != Some(' ')).or(Some((*at, *c)));
            }
            ('\'', None)
                if opens_word
                    && after.is_some_and(|a| {
                        a.is_alphabetic() || matches!(a, '[' | '…' | '.' | '“')
                    }) =>
            {
                open = Some((*at, '\''));
            }
            ('’' | '\'' | '‘', Some((start, by))) if !in_word && fits(by, *c) => {
                // `the nurses’ house` goes on in small letters; a mark that closes is followed by a sign or the end.
                let pointed = before.is_some_and(|b| matches!(b, ',' | '.' | '!' | '?' | '…'));
                let ends = pointed || ends_here(&chars[i + 1..]) || !later(&chars[i + 1..], *c);
                if ends && at - start >= 4 {
                    out.push(start..at + c.len_utf8());
                    open = None;
                }
            }
            _ => {}
        }
    }
    out
}

fn fits(opened: char, closing: char) -> bool {
    match opened {
        '\'' => closing == '\'',
        '‚' => matches!(closing, '‘' | '’'),
        _ => matches!(closing, '’' | '\''),
    }
}

/// True where what follows a mark shows that it closed something.
fn ends_here(after: &[(usize, char)]) -> bool {
    let Some((_, next)) = after.first() else { return true };
    if matches!(next, '.' | ',' | ';' | ':' | '!' | '?' | ')' | ']' | '—' | '–' | '-' | '[' | '(')
    {
        return true;
    }
    next.is_whitespace() && after.get(1).is_none_or(|(_, c)| !c.is_lowercase())
}

/// True where another mark of this kind stands near that could close as well.
fn later(after: &[(usize, char)], mark: char) -> bool {
    let mut before = ' ';
    for (i, (_, c)) in after.iter().take(200).enumerate() {
        let next = after.get(i + 1).is_some_and(|(_, n)| n.is_alphabetic());
        if *c == '\'' && before.is_whitespace() && next && i > 0 {
            return false;
        }
        if *c == mark && !before.is_whitespace() {
            let in_word = before.is_alphanumeric()
                && after.get(i + 1).is_some_and(|(_, n)| n.is_alphanumeric());
            if !in_word && ends_here(&after[i + 1..]) {
                return true;
            }
        }
        if matches!(c, '‘' | '‚') {
            return false;
        }
        before = *c;
    }
    false
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(text: &str) -> Vec<&str> {
        quoted(text).into_iter().map(|r| &text[r]).collect()
    }

    #[test]
    fn marks_of_all_kinds() {
        assert_eq!(words("He said “go ‘now’ then” and \"left\"."), ["“go ‘now’ then”", "\"left\""]);
        assert_eq!(words("It’s the nurses’ house, ‘so to speak’, he’d say."), ["‘so to speak’"]);
        assert_eq!(words("said, ‘it’s the nurses’ house’."), ["‘it’s the nurses’ house’"]);
        assert_eq!(words("«Oui», „ja“, »nein«, 「はい」"), ["«Oui»", "„ja“", "»nein«", "「はい」"]);
        assert_eq!(words("said 'it was late' and 'left early'"), ["'it was late'", "'left early'"]);
        assert_eq!(words("the '90s were rock 'n' roll"), [""; 0]);
        assert_eq!(words("an “open one"), [""; 0]);
        assert_eq!(words("”Ja” sa hon"), ["”Ja”"]);
        let nested = "The title was \"Weak work and “doable” problems\" in the list.";
        assert_eq!(words(nested), ["\"Weak work and “doable” problems\""]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 30_000, ..ProptestConfig::default() })]
        #[test]
        fn no_text_panics(text in "[a“”‘’\"'„«»‹›「」『』‚ .é\\p{Any}]{0,60}") {
            let found = quoted(&text);
            for pair in found.windows(2) {
                prop_assert!(pair[0].end <= pair[1].start);
            }
            for range in found {
                prop_assert!(text.is_char_boundary(range.start) && text.is_char_boundary(range.end));
                prop_assert!(range.start < range.end);
            }
        }
    }
}
