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
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(Unreadable::OtherEncoding("UTF-16"));
    }
    let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
    // Control characters that no text has; tab, line ends, form feed and escape are let through.
    if let Some(at) = bytes.iter().position(|b| matches!(b, 0..=8 | 14..=26 | 28..=31)) {
        return Err(Unreadable::Binary { at });
    }
    let text = std::str::from_utf8(bytes).map_err(|e| {
        let at = e.valid_up_to();
        let line = String::from_utf8_lossy(&bytes[..at]).matches('\n').count() + 1;
        Unreadable::NotUtf8 { at, line }
    })?;
    if text.contains('\r') {
        Ok(text.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Ok(text.to_owned())
    }
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
        assert_eq!(decode(b"a\nb\xFFc"), Err(Unreadable::NotUtf8 { at: 3, line: 2 }));
        assert_eq!(decode(b"\xFF\xFEa\0"), Err(Unreadable::OtherEncoding("UTF-16")));
    }
}
