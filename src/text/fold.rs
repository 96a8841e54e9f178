//! The folded form of a token: what two spellings share when they count as one word.
//!
//! NFC, lower case, and straight apostrophes and hyphens for typographic ones. Letters in another shape are the
//! letters (`ﬁ`, `Ｔ`, presentation forms of Arabic), and signs that nobody sees are left out. Accents stay:
//! `resume` and `résumé` are two words.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longest folded form in bytes. A longer token (a run of base64, a URL without breaks) is folded
/// to its first bytes and a digest, so that it is indexed and found again instead of dropped.
pub const MAX_FOLDED_BYTES: usize = 512;

/// The folded form of one token.
///
/// ```
/// use thematic::text::fold;
/// assert_eq!(fold("Don’t"), "don't");
/// assert_eq!(fold("CAFÉ"), "café");
/// assert_eq!(fold("cafe\u{301}"), "café");
/// assert_eq!(fold("ﬁnd"), "find");
/// assert_eq!(fold("tru\u{AD}st\u{200E}"), "trust");
/// ```
#[must_use]
pub fn fold(word: &str) -> Cow<'_, str> {
    if word.len() <= MAX_FOLDED_BYTES
        && word.bytes().all(|b| b.is_ascii() && !b.is_ascii_uppercase())
    {
        return Cow::Borrowed(word);
    }
    let mut folded = String::with_capacity(word.len());
    fold_into(word, &mut folded);
    Cow::Owned(folded)
}

/// Appends the folded form of `word` to `out`.
pub fn fold_into(word: &str, out: &mut String) {
    let start = out.len();
    if word.is_ascii() {
        out.extend(word.chars().map(|c| c.to_ascii_lowercase()));
    } else {
        // NFC, lower case, NFC: lowering can decompose (İ), composing first keeps é one letter.
        let seen =
            word.chars().filter(|c| !is_invisible(*c) && *c != TATWEEL).flat_map(plain_shape);
        out.extend(seen.nfc().flat_map(char::to_lowercase).map(straight).nfc());
    }
    if out.len() - start > MAX_FOLDED_BYTES {
        shorten(out, start);
    }
}

/// A text without its accents.
///
/// ```
/// assert_eq!(thematic::text::without_marks("résumé"), "resume");
/// ```
#[must_use]
pub fn without_marks(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.nfd().filter(|c| !is_combining_mark(*c)).nfc().collect())
}

/// The stroke that lengthens Arabic words.
const TATWEEL: char = '\u{640}';

/// True for signs without a shape of their own: they say nothing of which word it is.
#[must_use]
pub const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{AD}'
            | '\u{34F}'
            | '\u{61C}'
            | '\u{115F}'
            | '\u{1160}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// Letters that are others in another shape, as those: ligatures, presentation forms, full and half width.
fn plain_shape(c: char) -> impl Iterator<Item = char> {
    let shaped = matches!(
        c,
        '\u{FB00}'..='\u{FB4F}' | '\u{FB50}'..='\u{FDEF}' | '\u{FE70}'..='\u{FEFC}' | '\u{FF01}'..='\u{FFDC}'
    );
    let plain = shaped.then(|| std::iter::once(c).nfkc());
    let same = (!shaped).then_some(c);
    plain.into_iter().flatten().chain(same)
}

/// Typographic apostrophes and hyphens as their plain ones; the final sigma as any other.
fn straight(c: char) -> char {
    match c {
        '\u{2018}' | '\u{2019}' | '\u{201B}' | '\u{02BC}' | '\u{FF07}' | '\u{B4}' | '\u{2032}'
        | '`' => '\'',
        '\u{2010}' | '\u{2011}' => '-',
        'ς' => 'σ',
        other => other,
    }
}

fn shorten(out: &mut String, start: usize) {
    let digest = blake3::hash(&out.as_bytes()[start..]).to_hex();
    let mut cut = start + MAX_FOLDED_BYTES - 32;
    while !out.is_char_boundary(cut) {
        cut -= 1;
    }
    out.truncate(cut);
    out.push_str(&digest[..32]);
}
