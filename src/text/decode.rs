//! Bytes of a file that a person or another program wrote become text.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use oem_cp::code_table::DECODING_TABLE_CP_MAP;
use oem_cp::code_table_type::TableType;

/// Text, and the encoding it was read with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without a byte order mark.
    pub text: String,
    /// The name of the encoding.
    pub encoding: &'static str,
    /// True if nothing says that it is this one: the bytes are not UTF-8 and nothing else is known.
    pub assumed: bool,
    /// True if it is UTF-8 though another encoding is named: that is for files that are not.
    pub spared: bool,
}

/// Reads bytes: by their byte order mark, else in the encoding that is named, else as UTF-8, else in that
/// which their frequencies tell. Of a file in which lines of UTF-8 and others stand together each line is
/// read as what it is.
///
/// # Errors
/// The encoding is unknown, or the bytes are not in it; in words.
pub fn decode(bytes: &[u8], named: Option<&str>) -> Result<Decoded, String> {
    if let Some(text) = wide(bytes) {
        return Ok(Decoded { text: text?, encoding: "UTF-32", assumed: false, spared: false });
    }
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return read(&bytes[mark..], encoding);
    }
    if let Some(name) = named {
        return of_name(bytes, name);
    }
    // The signs of ISO-2022-JP are ASCII; what shifts between its sets is not.
    let shifts = |w: &[u8]| w == b"\x1B$B" || w == b"\x1B$@";
    if bytes.contains(&0x1B) && bytes.windows(3).any(shifts) {
        return read(bytes, ISO_2022_JP).map(|d| Decoded { assumed: true, ..d });
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(Decoded {
            text: text.to_owned(),
            encoding: UTF_8.name(),
            assumed: false,
            spared: false,
        });
    }
    if let Err(e) = std::str::from_utf8(bytes)
        && e.error_len().is_none()
        && has_utf8(&bytes[..e.valid_up_to()])
    {
        // Nothing is wrong but that the last sign is cut.
        let text = String::from_utf8_lossy(&bytes[..e.valid_up_to()]).into_owned();
        return Ok(Decoded {
            text,
            encoding: "UTF-8 whose last sign is cut",
            assumed: true,
            spared: false,
        });
    }
    // Text in UTF-16 without a mark has a zero in nearly every second byte.
    let zeros = |first: usize| bytes.iter().skip(first).step_by(2).filter(|b| **b == 0).count();
    for (encoding, first) in [(UTF_16LE, 1), (UTF_16BE, 0)] {
        if zeros(first) * 4 > bytes.len() {
            return read(bytes, encoding).map(|d| Decoded { assumed: true, ..d });
        }
    }
    if is_mixed(bytes) {
        let lines = bytes.split_inclusive(|b| *b == b'\n');
        let text = lines.map(|line| match std::str::from_utf8(line) {
            Ok(text) => text.to_owned(),
            Err(_) => WINDOWS_1252.decode_without_bom_handling(line).0.into_owned(),
        });
        let (text, encoding) = (text.collect(), "UTF-8, some lines as windows-1252");
        return Ok(Decoded { text, encoding, assumed: true, spared: false });
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    // Three signs tell nothing of their frequencies.
    let few = bytes.iter().filter(|b| !b.is_ascii()).count() < 4;
    let guess = if few { WINDOWS_1252 } else { detector.guess(None, Utf8Detection::Deny) };
    let older = if guess == WINDOWS_1252 { older_page(bytes) } else { None };
    let read = older.map_or_else(|| read(bytes, guess), Ok);
    let read = read.or_else(|_| self::read(bytes, WINDOWS_1252));
    read.map(|d| Decoded { assumed: true, ..d })
}

/// Bytes in an encoding that is named, unless they are UTF-8.
fn of_name(bytes: &[u8], name: &str) -> Result<Decoded, String> {
    let known = Encoding::for_label_no_replacement(name.as_bytes());
    let Some(encoding) = known.or_else(|| plain_name(name)) else {
        return match code_page(name) {
            Some(_) if !bytes.is_ascii() && std::str::from_utf8(bytes).is_ok() => {
                decode(bytes, Some("windows-1252"))
            }
            Some((table, page)) => of_code_page(bytes, table, page),
            None => Err(format!("no encoding `{name}`")),
        };
    };
    let wide = encoding == UTF_16LE || encoding == UTF_16BE;
    if !bytes.is_ascii()
        && encoding != UTF_8
        && !wide
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        let text = text.to_owned();
        return Ok(Decoded { text, encoding: UTF_8.name(), assumed: false, spared: true });
    }
    read(bytes, encoding)
}

/// What `Mac Roman` and the like name.
fn plain_name(name: &str) -> Option<&'static Encoding> {
    let letters: String =
        name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    let label = match letters.as_str() {
        "macroman" | "macosroman" | "apple" | "cp10000" => "macintosh",
        "maccyrillic" | "cp10007" => "x-mac-cyrillic",
        _ => return None,
    };
    Encoding::for_label(label.as_bytes())
}

/// The table of a code page of DOS: `cp850`, `IBM437`, `dos-852`.
fn code_page(name: &str) -> Option<(&'static TableType, &'static str)> {
    let name = name.to_lowercase();
    let digits = name.trim_start_matches(|c: char| !c.is_ascii_digit());
    let before = name[..name.len() - digits.len()].trim_end_matches(['-', '_', ' ']);
    let page: u16 = digits.parse().ok()?;
    let named = matches!(before, "cp" | "ibm" | "dos" | "oem" | "csibm" | "codepage" | "code page");
    let label = CODE_PAGES.iter().find(|(known, _)| *known == page && named)?.1;
    Some((DECODING_TABLE_CP_MAP.get(&page)?, label))
}

/// Code pages of DOS with their names.
const CODE_PAGES: &[(u16, &str)] = &[
    (437, "cp437"),
    (737, "cp737"),
    (775, "cp775"),
    (850, "cp850"),
    (852, "cp852"),
    (855, "cp855"),
    (857, "cp857"),
    (858, "cp858"),
    (860, "cp860"),
    (861, "cp861"),
    (862, "cp862"),
    (863, "cp863"),
    (864, "cp864"),
    (865, "cp865"),
    (869, "cp869"),
    (874, "cp874"),
];

fn of_code_page(bytes: &[u8], table: &TableType, page: &'static str) -> Result<Decoded, String> {
    let text =
        table.decode_string_checked(bytes).ok_or_else(|| format!("its bytes are not {page}"))?;
    Ok(Decoded { text, encoding: page, assumed: false, spared: false })
}

/// The text in Mac Roman or a code page of DOS, where as windows-1252 its words have signs inside.
fn older_page(bytes: &[u8]) -> Option<Decoded> {
    let as_windows = read(bytes, WINDOWS_1252).map_or(i64::MIN, |d| fit(&d.text));
    let mac = Encoding::for_label(b"macintosh").and_then(|mac| read(bytes, mac).ok());
    let dos = ["cp850", "cp437"].into_iter().filter_map(|name| {
        let (table, page) = code_page(name)?;
        of_code_page(bytes, table, page).ok()
    });
    let scored = mac.into_iter().chain(dos).map(|d| (fit(&d.text), d));
    // Of equals the first.
    let best = scored.reduce(|best, next| if next.0 > best.0 { next } else { best })?;
    (best.0 > as_windows.max(0) && as_windows < best.0 / 2).then_some(best.1)
}

/// How well signs beyond ASCII stand in words: small letters with accents beside small letters speak for an encoding,
/// other signs between letters against it.
fn fit(text: &str) -> i64 {
    let signs: Vec<char> = text.chars().collect();
    let mut sum = 0;
    for (i, sign) in signs.iter().enumerate().filter(|(_, c)| !c.is_ascii()) {
        let beside = |at: Option<usize>| at.and_then(|at| signs.get(at)).copied().unwrap_or(' ');
        let (before, after) = (beside(i.checked_sub(1)), beside(Some(i + 1)));
        let small = |c: char| c.is_ascii_lowercase();
        let between = before.is_alphabetic() && after.is_alphabetic();
        sum += match sign {
            'à'..='ö' | 'ø'..='ÿ' | 'œ' | 'ß' if small(before) || small(after) => 1,
            '’' | '\'' if between => 1,
            'À'..='Ö' | 'Ø'..='Þ' if small(after) && !before.is_alphabetic() => 1,
            _ if between || small(before) && !matches!(sign, '’' | '”' | '»' | '…' | '\u{A0}') => {
                -2
            }
            _ => 0,
        };
    }
    sum
}

/// True if bytes hold a sign of several bytes in UTF-8.
fn has_utf8(bytes: &[u8]) -> bool {
    bytes.utf8_chunks().any(|chunk| !chunk.valid().is_ascii())
}

/// True for lines of UTF-8 among others. Signs of other encodings look like it by chance, whole lines
/// of them hardly do.
fn is_mixed(bytes: &[u8]) -> bool {
    let signs = |line: &&[u8]| !line.is_ascii();
    let is_utf8 = |line: &[u8]| std::str::from_utf8(line).is_ok();
    let (valid, others): (Vec<&[u8]>, Vec<&[u8]>) =
        bytes.split(|b| *b == b'\n').filter(signs).partition(|line| is_utf8(line));
    valid.len() * 4 > others.len()
}

/// The text of UTF-32 with its mark; `None` if there is none.
fn wide(bytes: &[u8]) -> Option<Result<String, String>> {
    let (rest, little) = match bytes {
        [0xFF, 0xFE, 0, 0, rest @ ..] => (rest, true),
        [0, 0, 0xFE, 0xFF, rest @ ..] => (rest, false),
        _ => return None,
    };
    let (fours, left) = rest.as_chunks::<4>();
    let sign = |four: &[u8; 4]| {
        char::from_u32(if little { u32::from_le_bytes(*four) } else { u32::from_be_bytes(*four) })
    };
    let text: Option<String> = fours.iter().map(sign).collect();
    let text = text.filter(|_| left.is_empty());
    Some(text.ok_or_else(|| "its bytes are not UTF-32".to_owned()))
}

fn read(bytes: &[u8], encoding: &'static Encoding) -> Result<Decoded, String> {
    let name = encoding.name();
    if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        return Ok(Decoded {
            text: text.into_owned(),
            encoding: name,
            assumed: false,
            spared: false,
        });
    }
    let place = match std::str::from_utf8(bytes) {
        Err(e) if encoding == UTF_8 => {
            let before = String::from_utf8_lossy(&bytes[..e.valid_up_to()]);
            format!(" (line {})", before.matches('\n').count() + 1)
        }
        _ => String::new(),
    };
    Err(format!("its bytes are not {name}{place}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_mark_by_name_by_content() {
        let read = |bytes: &[u8], named| decode(bytes, named).map(|d| (d.text, d.assumed));
        assert_eq!(read(b"\xEF\xBB\xBFcaf\xC3\xA9", None), Ok(("café".into(), false)));
        assert_eq!(read(b"\xFF\xFEc\0\xE9\0", None), Ok(("cé".into(), false)));
        assert_eq!(read(b"caf\xE9", None), Ok(("café".into(), true)));
        assert_eq!(read(b"\x83e", Some("shift_jis")), Ok(("テ".into(), false)));
        let asian = b"\x96\xCA\x90\xDA\x8E\xD2: \x8D\xA1\x93\xFA\x82\xCD\x81B\nP01: \x82\xCD\x82\xA2\x81A\x8C\xB3\x8BC\x82\xC5\x82\xB7\x81B\n";
        assert_eq!(
            read(asian, None),
            Ok(("面接者: 今日は。\nP01: はい、元気です。\n".into(), true))
        );
        assert_eq!(read(b"\x1B$B$O$$\x1B(B.", None), Ok(("はい.".into(), true)));
        assert_eq!(read(b"\xC3\xA9\n\xE9\n", None), Ok(("é\né\n".into(), true)));
        let spared = |bytes: &[u8], named| decode(bytes, named).map(|d| (d.text, d.spared));
        assert_eq!(spared(b"caf\xC3\xA9", Some("latin1")), Ok(("café".into(), true)));
        assert_eq!(spared(b"caf\xE9", Some("latin1")), Ok(("café".into(), false)));
        // Mac Roman and DOS, by name and by how they stand in words.
        let mac = b"Le caf\x8E est ferm\x8E, l\xD5\x8Et\x8E prochain nous verrons la for\x90t.";
        let said = "Le café est fermé, l’été prochain nous verrons la forêt.";
        assert_eq!(read(mac, None), Ok((said.into(), true)));
        assert_eq!(read(mac, Some("Mac Roman")), Ok((said.into(), false)));
        let dos = b"Das M\x84dchen w\x81nschte sich sch\x94ne Gr\x81\xE1e.";
        let said = "Das Mädchen wünschte sich schöne Grüße.";
        assert_eq!(read(dos, None), Ok((said.into(), true)));
        for name in ["cp850", "IBM437", "dos-850"] {
            assert_eq!(read(dos, Some(name)), Ok((said.into(), false)));
        }
        assert_eq!(read("café".as_bytes(), Some("cp850")), Ok(("café".into(), false)));
        assert_eq!(read(b"x", Some("klingon")), Err("no encoding `klingon`".into()));
        assert_eq!(read(b"\xFF", Some("utf-8")), Err("its bytes are not UTF-8 (line 1)".into()));
    }
}
