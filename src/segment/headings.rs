//! Headings: which rows are one, at what level, and what role the section under it has.

use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};

/// What part of a paper a section is.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Anything that is none of the others.
    #[default]
    Body,
    /// The abstract.
    Abstract,
    /// How the study was done.
    Methods,
    /// What was found.
    Results,
    /// What the authors make of it.
    Discussion,
    /// The list of works cited.
    References,
    /// Appendices.
    Appendix,
    /// Title page, imprint, and what else stands before the text.
    FrontMatter,
}

impl Role {
    /// All roles, in the order of a paper's parts.
    pub const ALL: [Self; 8] = [
        Self::FrontMatter,
        Self::Abstract,
        Self::Body,
        Self::Methods,
        Self::Results,
        Self::Discussion,
        Self::References,
        Self::Appendix,
    ];

    /// The role's name in queries and results.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Abstract => "abstract",
            Self::Methods => "methods",
            Self::Results => "results",
            Self::Discussion => "discussion",
            Self::References => "references",
            Self::Appendix => "appendix",
            Self::FrontMatter => "front_matter",
        }
    }
}

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("patterns of the program are valid")
}

static SPACED_CAPITALS: LazyLock<Regex> = LazyLock::new(|| regex(r"^(?:\p{Lu} ){3,}\p{Lu}$"));
static NUMBERED: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^(\d{1,2}(?:\.\d{1,2}){0,3})(\.?)\s+(\p{Lu}.*)$"));
static LETTERED: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^(?:([IVX]{1,5})|[A-H])\.\s+(\p{Lu}.*)$"));
static ABSTRACT: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^(Abstract|ABSTRACT|Summary|SUMMARY)\s*[.:–—-]\s+(\p{Lu}.{39,})$"));
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^(?i:(?:sub-?)?theme|chapter|part|section|study|appendix)\b(?:\s+(?:\d+|[IVX]+|[A-Z]|one|two|three|four|five|six))?\s*[:.–—-]+\s*\S",
    )
});
static RUN_IN: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"^((?:\d{1,2}(?:\.\d{1,2}){0,3}\.?\s+)?\p{Lu}[^.!?:“”]{1,60})\.(\s{2,})(\p{Lu}.{39,})$")
});

const TERMINAL: &[char] = &['.', ',', ';', ':', '!', '?', '…', '”', '"', ')'];

/// The role that a section's title gives it by itself.
#[must_use]
pub(super) fn role_of(title: &str) -> Option<Role> {
    own_role(title).or_else(|| own_role(&joined_capitals(title)?))
}

/// A title in small capitals whose large ones stand apart, as some programs take it out of PDFs: `R EFERENCES`.
fn joined_capitals(title: &str) -> Option<String> {
    let capitals = |w: &str| w.chars().all(|c| !c.is_alphabetic() || c.is_uppercase());
    let parted = |two: &[&str]| {
        two[0].chars().count() == 1
            && two[0].chars().all(char::is_alphabetic)
            && two[1].chars().filter(|c| c.is_alphabetic()).count() >= 3
    };
    let words: Vec<&str> = title.split_whitespace().collect();
    if !words.iter().all(|w| capitals(w)) || !words.windows(2).any(parted) {
        return None;
    }
    let mut out = String::new();
    for (i, word) in words.iter().enumerate() {
        let joins = i > 0 && parted(&words[i - 1..=i]);
        out.push_str(if joins || out.is_empty() { "" } else { " " });
        out.push_str(word);
    }
    Some(out)
}

fn own_role(title: &str) -> Option<Role> {
    let capitals = title.chars().any(char::is_uppercase) && !title.chars().any(char::is_lowercase);
    let title = LETTERED.captures(title).and_then(|c| c.get(2)).map_or(title, |m| m.as_str());
    let title = title.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == ' ');
    let title = title.trim().trim_end_matches([':', '.']).to_lowercase();
    let words: Vec<&str> = title.split_whitespace().collect();
    let first = *words.first()?;
    let has =
        |word: &str| words.iter().any(|w| w.trim_matches(|c: char| !c.is_alphabetic()) == word);
    let short = words.len() <= 5;
    match first.trim_matches(|c: char| !c.is_alphabetic()) {
        "abstract" | "summary" if words.len() <= 2 => Some(Role::Abstract),
        "introduction" | "background" if short => Some(Role::Body),
        "literature" if has("review") => Some(Role::Body),
        "literature" if words.len() == 1 => Some(Role::References),
        "data" | "sampling" | "recruitment"
            if has("collection") || has("analysis") || words.len() == 1 =>
        {
            (first != "data" || words.len() > 1).then_some(Role::Methods)
        }
        "participants" | "procedure" | "sample" if short => Some(Role::Methods),
        "references" | "bibliography" if words.len() <= 3 => Some(Role::References),
        "works" | "literature" | "sources" | "publications" if has("cited") || has("consulted") => {
            Some(Role::References)
        }
        "cited" if has("literature") || has("works") || has("references") => Some(Role::References),
        "list" if short && (has("references") || has("literature")) => Some(Role::References),
        "selected" | "further" if short && (has("references") || has("bibliography")) => {
            Some(Role::References)
        }
        "reference" if has("list") => Some(Role::References),
        // `6. ADDITIONAL AUTHORS REFERENCES`: two heads in one line.
        _ if capitals && words.len() <= 5 && words.last() == Some(&"references") => {
            Some(Role::References)
        }
        "appendix" | "appendices" | "supplementary" | "acknowledgements" | "acknowledgments"
        | "funding" => Some(Role::Appendix),
        "method" | "methods" | "methodology" => Some(Role::Methods),
        "materials" if has("methods") => Some(Role::Methods),
        "research" | "study" if has("design") || has("methods") || has("methodology") => {
            Some(Role::Methods)
        }
        "results" | "findings" => Some(Role::Results),
        "discussion" | "conclusion" | "conclusions" | "limitations" | "implications" => {
            Some(Role::Discussion)
        }
        "practical" | "clinical" | "policy" if has("implications") => Some(Role::Discussion),
        "concluding" => Some(Role::Discussion),
        "список" if has("литературы") => Some(Role::References),
        "použitá" if has("literatura") => Some(Role::References),
        "daftar" if has("pustaka") => Some(Role::References),
        "tài" if has("tham") => Some(Role::References),
        other if words.len() <= 3 => role_elsewhere(other),
        _ => None,
    }
}

/// The role that a heading has in German, French, Spanish, Portuguese, Italian or Dutch.
fn role_elsewhere(word: &str) -> Option<Role> {
    Some(match word {
        "zusammenfassung" | "kurzfassung" | "résumé" | "resumen" | "resumo" | "riassunto"
        | "samenvatting" => Role::Abstract,
        "einleitung" | "einführung" | "hintergrund" | "introducción" | "introdução"
        | "introduzione" | "inleiding" | "contexte" => Role::Body,
        "methode" | "methoden" | "methodik" | "vorgehen" | "méthode" | "méthodes"
        | "méthodologie" | "método" | "métodos" | "metodología" | "metodologia" | "metodo"
        | "metodi" => Role::Methods,
        "ergebnisse" | "befunde" | "résultats" | "resultados" | "risultati" | "resultaten" => {
            Role::Results
        }
        "diskussion" | "fazit" | "schlussfolgerung" | "schlussfolgerungen" | "schluss"
        | "discusión" | "discussão" | "discussione" | "discussie" | "conclusión"
        | "conclusiones" | "conclusões" | "conclusioni" | "conclusie" => Role::Discussion,
        "literatur"
        | "literaturverzeichnis"
        | "quellenverzeichnis"
        | "références"
        | "bibliographie"
        | "referencias"
        | "bibliografía"
        | "referências"
        | "bibliografia"
        | "riferimenti"
        | "literatuur"
        | "literatuurlijst"
        | "referències"
        | "bibliographische"
        | "bibliografie"
        | "referințe"
        | "literatura"
        | "piśmiennictwo"
        | "referenser"
        | "källor"
        | "källförteckning"
        | "referencer"
        | "referanser"
        | "litteratur"
        | "litteraturliste"
        | "litteraturförteckning"
        | "kilder"
        | "lähteet"
        | "lähdeluettelo"
        | "irodalom"
        | "irodalomjegyzék"
        | "hivatkozások"
        | "kaynakça"
        | "kaynaklar"
        | "литература"
        | "библиография"
        | "література"
        | "βιβλιογραφία"
        | "参考文献"
        | "參考文獻"
        | "引用文献"
        | "참고문헌"
        | "المراجع"
        | "المصادر"
        | "منابع"
        | "ביבליוגרפיה"
        | "מקורות"
        | "referensi" => Role::References,
        "anhang" | "danksagung" | "annexe" | "annexes" | "anexo" | "apéndice" | "appendice"
        | "bijlage" | "bijlagen" => Role::Appendix,
        _ => return None,
    })
}

/// A heading found in a row: its text and level; level 0 where the row does not tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Heading {
    pub text: String,
    pub level: u8,
}

/// What is known of the rows around a candidate.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own about the rows")]
#[derive(Clone, Copy, Debug)]
pub(super) struct Around<'a> {
    /// The row after it, if any.
    pub next: Option<&'a str>,
    /// True when blank rows (or the text's ends) stand on both sides.
    pub isolated: bool,
    /// True when the row after it belongs to the same run of lines.
    pub next_follows: bool,
    /// Usual width of a full line, in characters.
    pub width: usize,
    /// True when each line is a whole paragraph.
    pub line_is_paragraph: bool,
    /// True inside a transcript, where short lines are speech.
    pub in_turns: bool,
    /// True in a list of references, where short lines are ends of entries.
    pub in_references: bool,
}

/// The heading that a row is, if it is one.
pub(super) fn heading(row: &str, around: Around<'_>) -> Option<Heading> {
    let words = row.split_whitespace().count();
    if SPACED_CAPITALS.is_match(row) {
        return Some(Heading { text: row.replace(' ', ""), level: 1 });
    }
    if around.in_turns || words > 18 || row.chars().count() > 140 {
        return None;
    }
    if let Some(found) = numbered(row, words, around).or_else(|| lettered(row, words, around)) {
        return Some(found);
    }
    let plain = Some(Heading { text: row.to_owned(), level: 0 });
    let known = role_of(row).is_some() && !row.ends_with(['.', ',', ';']);
    if known && (around.isolated || words <= 4) && starts_as_title(row) {
        return Some(Heading { text: row.trim_end_matches(':').to_owned(), level: 1 });
    }
    if NAMED.is_match(row) && !row.ends_with(['.', ',', ';']) {
        return plain;
    }
    let title_like = words <= 12
        && row.chars().count() <= 90
        && starts_as_title(row)
        && !row.ends_with(TERMINAL)
        && row.chars().any(char::is_lowercase)
        && row.starts_with(|c: char| c.is_alphabetic() || "“‘\"'".contains(c))
        && !row.contains(['|', '@', ';', '='])
        && !row.contains(". ")
        && !around.in_references
        && !row.contains("://");
    if !title_like {
        return None;
    }
    let next = around.next?;
    let next_width = next.chars().count();
    let prose = if around.line_is_paragraph {
        next_width >= 100
    } else if around.isolated {
        next_width >= 40
    } else {
        around.next_follows
            && row.chars().count() * 10 <= around.width * 6
            && next_width * 10 >= around.width * 6
    };
    let next_opens = next.chars().next().is_some_and(|c| !c.is_lowercase());
    (prose && next_opens).then_some(plain).flatten()
}

fn starts_as_title(row: &str) -> bool {
    row.trim_start_matches(['“', '‘', '"', '\'', '(', '['])
        .chars()
        .next()
        .is_some_and(|c| c.is_uppercase() || c.is_numeric())
        && !row.starts_with(['•', '-', '*'])
}

fn numbered(row: &str, words: usize, around: Around<'_>) -> Option<Heading> {
    let found = NUMBERED.captures(row)?;
    let level = u8::try_from(found[1].split('.').count()).unwrap_or(1);
    let title = &found[3];
    let known = role_of(title).is_some();
    if row.ends_with(['.', ',', ';']) || words > 16 || title.contains(".  ") {
        return None;
    }
    let dotted = level > 1 || &found[2] == ".";
    // "2 Institution Male" is a row of a table, "2 Methods" a heading.
    if !dotted && !known {
        return None;
    }
    let shape = level > 1 || known || around.isolated || words <= 9;
    shape.then(|| Heading { text: row.to_owned(), level })
}

/// `II. METHOD` and, below it, `A. Money`.
fn lettered(row: &str, words: usize, around: Around<'_>) -> Option<Heading> {
    let found = LETTERED.captures(row)?;
    let title = &found[2];
    let capitals = !title.chars().any(char::is_lowercase);
    let known = role_of(title).is_some();
    let plain = words <= 10 && !row.ends_with(TERMINAL) && !title.contains(". ");
    let roman = found.get(1).is_some();
    (plain && around.isolated && (roman || capitals || known || words <= 6))
        .then(|| Heading { text: row.to_owned(), level: if roman { 1 } else { 2 } })
}

/// An abstract that begins in its heading's line: `ABSTRACT. Sixteen …`.
pub(super) fn abstract_run_in(row: &str) -> Option<(&str, usize)> {
    let found = ABSTRACT.captures(row)?;
    Some((found.get(1)?.as_str(), found.get(2)?.start()))
}

/// A heading that runs into its paragraph, parted by two spaces: `Empathy.  During a …`.
///
/// Gives the heading and the bytes where the paragraph begins.
pub(super) fn run_in(row: &str) -> Option<(&str, usize)> {
    let found = RUN_IN.captures(row)?;
    let heading = found.get(1)?;
    let body = found.get(3)?;
    (heading.as_str().split_whitespace().count() <= 6).then(|| (heading.as_str(), body.start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(row: &str, isolated: bool) -> Option<u8> {
        let next = Some("The text goes on here, as wide as lines are wide in this text of ours.");
        let around = Around {
            next,
            isolated,
            next_follows: !isolated,
            width: 80,
            line_is_paragraph: false,
            in_turns: false,
            in_references: false,
        };
        heading(row, around).map(|h| h.level)
    }

    #[test]
    fn headings_by_their_shape() {
        assert_eq!(level("A B S T R A C T", true), Some(1));
        assert_eq!(level("1. Introduction", true), Some(1));
        assert_eq!(level("4.1.1. Engaging in the bond", false), Some(3));
        assert_eq!(level("2.3. Level 3: macro implications of “public safety”", true), Some(2));
        assert_eq!(level("Theme 1: The Work Environment", true), Some(0));
        assert_eq!(level("Appendix. – Data Tables", true), Some(1));
        assert_eq!(level("What it means", false), Some(0));
        assert_eq!(level("II. METHOD", true), Some(1));
        assert_eq!(level("A. Money", true), Some(2));
        assert_eq!(level("A. Smith left the house.", true), None);
        assert_eq!(level("Results and Discussion", true), Some(1));
    }

    #[test]
    fn what_is_no_heading() {
        assert_eq!(level("2 Institution Male", false), None);
        assert_eq!(level("1. Reduce caseloads for parole officers in prisons.", true), None);
        assert_eq!(level("She said nothing.", true), None);
        assert_eq!(level("and so it went on", true), None);
    }

    #[test]
    fn run_in_heading_is_parted_by_two_spaces() {
        let row =
            "Staff/prisoner relationships.  Participants were clear about the key difference.";
        assert_eq!(
            run_in(row).map(|(h, at)| (h, &row[at..at + 12])),
            Some(("Staff/prisoner relationships", "Participants"))
        );
        assert_eq!(
            run_in("He left. She stayed for a long while, as far as anyone can tell."),
            None
        );
    }

    #[test]
    fn roles_by_title() {
        assert_eq!(role_of("3. Methods"), Some(Role::Methods));
        assert_eq!(role_of("II. METHOD"), Some(Role::Methods));
        assert_eq!(role_of("Data collection and analysis"), Some(Role::Methods));
        assert_eq!(role_of("Literature"), Some(Role::References));
        for title in [
            "R EFERENCES",
            "VI. R EFERENCES",
            "6. ADDITIONAL AUTHORS REFERENCES",
            "List of references",
            "Works consulted",
            "Список литературы",
            "参考文献",
            "Références bibliographiques",
            "Kaynakça",
            "Literatura",
        ] {
            assert_eq!(role_of(title), Some(Role::References), "{title}");
        }
        assert_eq!(role_of("I. I NTRODUCTION"), Some(Role::Body));
        assert_eq!(role_of("A REVIEW OF THE LITERATURE"), None);
        assert_eq!(
            role_of("6. Conclusions: limitations and future research"),
            Some(Role::Discussion)
        );
        assert_eq!(role_of("Appendix. – Data Tables"), Some(Role::Appendix));
        assert_eq!(role_of("4.1. The micro: bonding"), None);
    }
}
