//! Plain text: UTF-8 with or without a byte order mark, lines ended by LF, CRLF or CR.

use super::{Body, Document, Line, Unreadable};

/// The text of a file, lines ended by `\n`.
///
/// # Errors
/// The file is empty, binary or in another encoding.
pub(super) fn decode(bytes: &[u8]) -> Result<String, Unreadable> {
    if bytes.is_empty() {
        return Err(Unreadable::Empty);
    }
    if bytes.starts_with(&[0xFF, 0xFE, 0, 0]) || bytes.starts_with(&[0, 0, 0xFE, 0xFF]) {
        return Err(Unreadable::OtherEncoding("UTF-32"));
    }
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(Unreadable::OtherEncoding("UTF-16"));
    }
    let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
    if let Some(at) = first_of_binary(bytes) {
        return Err(Unreadable::Binary { at });
    }
    let text = std::str::from_utf8(bytes).map_err(|e| {
        let at = e.valid_up_to();
        let line = String::from_utf8_lossy(&bytes[..at]).matches('\n').count() + 1;
        Unreadable::NotUtf8 { at, line }
    })?;
    let mut text = if text.contains('\r') {
        text.replace("\r\n", "\n").replace('\r', "\n")
    } else {
        text.to_owned()
    };
    if text.bytes().any(is_control) {
        // What a PDF leaves where it could not say which letter it drew.
        text = text.replace(|c: char| c.is_ascii() && is_control(c as u8), "\u{FFFD}");
    }
    Ok(text)
}

/// Control characters that no text has; tab, line ends, form feed and escape are none of them.
fn is_control(byte: u8) -> bool {
    matches!(byte, 0..=8 | 14..=26 | 28..=31)
}

/// The first control character of bytes that are no text: a zero, or one of very many.
fn first_of_binary(bytes: &[u8]) -> Option<usize> {
    let first = bytes.iter().position(|b| is_control(*b))?;
    let count = bytes[first..].iter().filter(|b| is_control(**b)).count();
    let binary = count * 200 > bytes.len() || bytes.contains(&0);
    binary.then_some(first)
}

/// The document of a plain text.
pub(super) fn read(text: &str) -> Document {
    let lines = text
        .split('\n')
        .zip(1..)
        .map(|(text, number)| Line { text: text.to_owned(), number })
        .collect();
    Document { body: Body::Lines(lines), ..Document::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_and_byte_order_mark_are_no_text() {
        for bytes in [&b"a\nb"[..], b"a\r\nb", b"a\rb", b"\xEF\xBB\xBFa\nb"] {
            assert_eq!(decode(bytes).as_deref(), Ok("a\nb"));
        }
    }

    #[test]
    fn what_is_no_text_has_a_reason() {
        assert_eq!(decode(b""), Err(Unreadable::Empty));
        assert_eq!(decode(b"ab\0c"), Err(Unreadable::Binary { at: 2 }));
        assert_eq!(decode(b"ab\x02\x03\x04c"), Err(Unreadable::Binary { at: 2 }));
        let long = ["word ".repeat(100).as_bytes(), b"of\x02ce"].concat();
        assert!(decode(&long).is_ok_and(|t| t.ends_with("of\u{FFFD}ce")));
        assert_eq!(decode(b"a\nb\xFFc"), Err(Unreadable::NotUtf8 { at: 3, line: 2 }));
        assert_eq!(decode(b"\xFF\xFEa\0"), Err(Unreadable::OtherEncoding("UTF-16")));
    }
}
