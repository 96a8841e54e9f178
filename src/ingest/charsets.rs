//! Which signs the numbers of rich text stand for: character sets of fonts, code pages of documents.

use encoding_rs::Encoding;

/// The signs of a font.
#[derive(Clone, Copy)]
pub(super) enum Charset {
    Of(&'static Encoding),
    /// Signs of its own, or a code page that is not known.
    Unknown,
}

/// What a number of `\fcharset` names; nothing for what the document as a whole has.
pub(super) fn of_charset(number: i32) -> Option<Charset> {
    let label = match number {
        0 | 1 => return None,
        77 => "macintosh",
        128 => "shift_jis",
        129 => "euc-kr",
        134 => "gbk",
        136 => "big5",
        161 => "windows-1253",
        162 => "windows-1254",
        163 => "windows-1258",
        177 => "windows-1255",
        178 => "windows-1256",
        186 => "windows-1257",
        204 => "windows-1251",
        222 => "windows-874",
        238 => "windows-1250",
        _ => return Some(Charset::Unknown),
    };
    Some(Encoding::for_label(label.as_bytes()).map_or(Charset::Unknown, Charset::Of))
}

/// What a number of `\ansicpg` names that has no name of Windows.
pub(super) fn by_page(page: i32) -> Option<&'static Encoding> {
    let label = match page {
        932 => "shift_jis",
        936 => "gbk",
        949 => "euc-kr",
        950 => "big5",
        866 => "ibm866",
        65001 => "utf-8",
        _ => return None,
    };
    Encoding::for_label(label.as_bytes())
}
