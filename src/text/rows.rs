//! Where the rows of a table stand in its text.

/// The first byte of a row; the reader's own place is before the line ends that it passed over.
#[must_use]
pub fn row_start(text: &str, record: &csv::StringRecord) -> usize {
    text.len() - from_reader(text, record).1.trim_start_matches(['\r', '\n']).len()
}

/// The line of a row, from 1.
#[must_use]
pub fn row_line(text: &str, record: &csv::StringRecord) -> u64 {
    let (line, rest) = from_reader(text, record);
    let passed = rest.len() - rest.trim_start_matches(['\r', '\n']).len();
    line + rest[..passed].matches('\n').count() as u64
}

/// The reader's own place of a row: its line, and the text from there on.
fn from_reader<'t>(text: &'t str, record: &csv::StringRecord) -> (u64, &'t str) {
    let (line, byte) = record.position().map_or((1, 0), |p| (p.line(), p.byte()));
    (line, usize::try_from(byte).ok().and_then(|b| text.get(b..)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_stands_where_its_first_character_does() {
        for end in ["\n", "\r\n"] {
            let text = ["a,b", "", "1,2", "\"x", "y\",3", "", "", "4,5", ""].join(end);
            let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
            assert!(reader.headers().is_ok());
            let rows: Vec<_> = reader.records().flatten().collect();
            let lines: Vec<u64> = rows.iter().map(|r| row_line(&text, r)).collect();
            assert_eq!(lines, [3, 4, 8]);
            let starts: Vec<&str> = rows.iter().map(|r| &text[row_start(&text, r)..]).collect();
            assert!(starts[0].starts_with("1,2"));
            assert!(starts[1].starts_with("\"x"));
            assert!(starts[2].starts_with("4,5"));
        }
    }
}
