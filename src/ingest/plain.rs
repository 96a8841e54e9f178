//! Plain text in any encoding, lines ended by LF, CRLF or CR.

use super::{Body, Document, Line, Unreadable};
use crate::text;

/// The text of a file, lines ended by `\n`, and what was assumed of its encoding; `named` is that which
/// the settings say.
///
/// # Errors
/// The file is empty, binary or not in its encoding.
pub(super) fn decode(
    bytes: &[u8],
    named: Option<&str>,
) -> Result<(String, Option<String>), Unreadable> {
    if bytes.is_empty() {
        return Err(Unreadable::Empty);
    }
    let decoded = text::decode(bytes, named);
    let marked = bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]);
    let wide = marked || bytes.starts_with(&[0, 0, 0xFE, 0xFF]);
    let wide = wide || decoded.as_ref().is_ok_and(|d| d.encoding.starts_with("UTF-16"));
    if let Some(at) = first_of_binary(bytes).filter(|_| !wide) {
        return Err(Unreadable::Binary { at });
    }
    let decoded = decoded.map_err(Unreadable::Encoding)?;
    let note = match (decoded.assumed, decoded.spared) {
        (true, _) => {
            let encoding = decoded.encoding;
            Some(format!(
                "not valid UTF-8; read as {encoding}, which is a guess: `encoding` in corpus.toml says it"
            ))
        }
        (false, true) => Some(format!(
            "valid UTF-8, and read so; `encoding = \"{}\"` in corpus.toml is for files that are not",
            named.unwrap_or_default()
        )),
        (false, false) => None,
    };
    let text = decoded.text;
    let mut text =
        if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text };
    if has_control(text.as_bytes()) {
        // What a PDF leaves where it could not say which letter it drew.
        text = text.replace(|c: char| c.is_ascii() && is_control(c as u8), "\u{FFFD}");
    }
    Ok((text, note))
}

/// Control characters that no text has; tab, line ends, form feed and escape are none of them.
const fn is_control(byte: u8) -> bool {
    matches!(byte, 0..=8 | 14..=26 | 28..=31)
}

fn has_control(bytes: &[u8]) -> bool {
    // Without a way out the whole is looked at in steps of many bytes.
    bytes.iter().fold(false, |found, byte| found | is_control(*byte))
}

/// The first control character of bytes that are no text: a zero, or one of very many.
fn first_of_binary(bytes: &[u8]) -> Option<usize> {
    if !has_control(bytes) {
        return None;
    }
    let first = bytes.iter().position(|b| is_control(*b))?;
    let count = bytes[first..].iter().filter(|b| is_control(**b)).count();
    let binary = count * 200 > bytes.len() || bytes.contains(&0);
    binary.then_some(first)
}

/// Line ends of other makers: Unicode's for lines and paragraphs, the next line, the vertical tab.
pub const OTHER_LINE_ENDS: &[char] = &['\u{2028}', '\u{2029}', '\u{85}', '\u{b}'];

/// The document of a plain text.
pub(super) fn read(text: &str) -> Document {
    let numbered = text.split('\n').zip(1..);
    // Lines may end inside what the file counts as one.
    let lines = numbered
        .flat_map(|(line, number)| {
            line.split(OTHER_LINE_ENDS).map(move |text| Line { text: text.to_owned(), number })
        })
        .collect();
    Document { body: Body::Lines(lines), ..Document::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(bytes: &[u8]) -> Result<String, Unreadable> {
        decode(bytes, None).map(|d| d.0)
    }

    #[test]
    fn line_ends_and_byte_order_mark_are_no_text() {
        for bytes in [&b"a\nb"[..], b"a\r\nb", b"a\rb", b"\xEF\xBB\xBFa\nb"] {
            assert_eq!(text_of(bytes).as_deref(), Ok("a\nb"));
        }
    }

    #[test]
    fn what_is_no_text_has_a_reason() {
        assert_eq!(text_of(b""), Err(Unreadable::Empty));
        assert_eq!(text_of(b"ab\0c"), Err(Unreadable::Binary { at: 2 }));
        assert_eq!(text_of(b"ab\x02\x03\x04c"), Err(Unreadable::Binary { at: 2 }));
        let long = ["word ".repeat(100).as_bytes(), b"of\x02ce"].concat();
        assert!(text_of(&long).is_ok_and(|t| t.ends_with("of\u{FFFD}ce")));
        assert!(matches!(decode(b"\xFF", Some("utf-8")), Err(Unreadable::Encoding(_))));
    }

    #[test]
    fn other_encodings_are_read_and_told() {
        let told = |bytes: &[u8]| decode(bytes, None).map(|d| (d.0, d.1.is_some()));
        assert_eq!(told(b"It\x92s fine, tr\xE8s bien"), Ok(("It’s fine, très bien".into(), true)));
        let wide: Vec<u8> = "\u{FEFF}é".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(told(&wide), Ok(("é".into(), false)));
        let wider: Vec<u8> = "\u{FEFF}é".chars().flat_map(|c| u32::from(c).to_be_bytes()).collect();
        assert_eq!(told(&wider), Ok(("é".into(), false)));
        let mixed = ["é so\n".as_bytes(), b"it\x92s\n"].concat();
        assert_eq!(told(&mixed), Ok(("é so\nit’s\n".into(), true)));
        assert_eq!(decode(b"caf\xE9", Some("latin1")).map(|d| d.1), Ok(None));
    }
}
