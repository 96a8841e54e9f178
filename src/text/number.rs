//! Numbers as people write them into tables.

/// The number that a text is: with a point, or a comma that can't be a mark of thousands.
///
/// ```
/// use thematic::text::number_of;
/// assert_eq!(number_of(" -3.5 "), Some(-3.5));
/// assert_eq!(number_of("3,5"), Some(3.5));
/// // One and a bit, or more than a thousand?
/// assert_eq!(number_of("1,234"), None);
/// assert_eq!(number_of("inf"), None);
/// ```
#[must_use]
pub fn number_of(text: &str) -> Option<f64> {
    let text = text.trim();
    let numeric = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | ',' | 'e' | 'E');
    if !text.chars().all(numeric) || !text.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let number = match text.split_once(',') {
        None => text.parse::<f64>(),
        Some((_, places)) if places.len() != 3 => text.replace(',', ".").parse::<f64>(),
        Some(_) => return None,
    };
    number.ok().filter(|n| n.is_finite())
}
