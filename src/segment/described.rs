//! What a text says of somebody beside the name, as attributes: gender, age, role.
//!
//! ```text
//! (P7, nurse, 12 years)        role nurse
//! (Woman, 64 years old)        gender female, age 64
//! (female, 45, farmer)         gender female, age 45, role farmer
//! (Anna, 34)   M, 29           age 34;  gender male, age 29
//! Nora [nurse, 34]:            role nurse, age 34
//! ```
//! A number alone is an age only beside a gender or a first name: `(P7, 12)` may be a line. Years without `old`
//! are years of work.

use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

use regex::Regex;

use super::people::tidy;
use super::quote::{BEHIND, DASHED, DASHED_LINE, Form, IN_ITS_BRACKET, Quote};
use super::speech::SPEECH;

static AGE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)\b(?:aged?:?\s*(\d{1,3}(?:\s*[-–]\s*\d{1,3})?)(?:\s*(?:years?|yrs?))?|(\d{1,3}(?:\s*[-–]\s*\d{1,3})?)\s*[- ]?\s*(?:years?|yrs?|y)?[- ]?(?:old|of age|y/o|yo|años|ans|anos|anni|Jahre(?:\s+alt)?)\b)",
    )
});
static NUMBER: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^(\d{2}(?:\s*[-–]\s*\d{2})?)(?:\s*(?:years?|yrs?|y))?$"));
static SEX_AND_NUMBER: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^(?:([MFmf♀♂])\s?(\d{2})|(\d{2})\s?([MFmf♀♂]))$"));

/// Words for people, small.
static ROLES: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let all = SPEECH.nouns.iter().chain(&SPEECH.described);
    all.filter(|noun| !SPEECH.answers(noun)).map(|noun| noun.to_lowercase()).collect()
});

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("patterns of the program are valid")
}

/// What is said of the one person to whom a quotation is attributed, behind it.
pub(super) fn behind<'t>(text: &'t str, quote: &Quote) -> Option<&'t str> {
    let after = &text[quote.place.end.min(text.len())..];
    let captures = match quote.form {
        Form::Bracket => BEHIND.captures(after).or_else(|| IN_ITS_BRACKET.captures(after)),
        Form::Dash => DASHED.captures(after).or_else(|| DASHED_LINE.captures(after)),
        _ => None,
    };
    captures.and_then(|found| found.get(1)).map(|inside| inside.as_str())
}

/// The attributes that a description tells of a person called `name`.
pub(super) fn attributes(description: &str, name: &str) -> BTreeMap<&'static str, String> {
    let mut out = BTreeMap::new();
    let mut numbers = Vec::new();
    let parts = description.split([',', ';', '|', '·', '/', '(', ')']).map(str::trim);
    for part in parts.filter(|p| !p.is_empty()) {
        if let Some(found) = SEX_AND_NUMBER.captures(part) {
            let one = |i: usize| found.get(i).map(|m| m.as_str());
            if let (Some(sex), Some(age)) = (one(1).or(one(4)), one(2).or(one(3))) {
                out.entry("gender").or_insert_with(|| sex_of(sex));
                out.entry("age").or_insert_with(|| age.to_owned());
            }
            continue;
        }
        if let Some(found) = NUMBER.captures(part) {
            numbers.push((even(&found[1]), part.len() > found[1].len()));
            continue;
        }
        // `mother of a 3 year old` tells of another.
        let another = part
            .split_whitespace()
            .any(|w| matches!(w, "of" | "at" | "with" | "in" | "for" | "to"));
        if another && part.contains(|c: char| c.is_ascii_digit()) {
            continue;
        }
        let edge = |m: &regex::Match<'_>| {
            let behind = part[m.end()..].trim();
            m.start() == 0
                && (behind.is_empty()
                    || behind.split_whitespace().all(|w| SPEECH.gender(w).is_some()))
                || behind.is_empty()
        };
        let age = AGE.captures(part).filter(|found| found.get(0).is_some_and(|m| edge(&m)));
        let rest = match age {
            Some(found) => {
                let age = found.get(1).or_else(|| found.get(2)).map_or("", |m| m.as_str());
                out.entry("age").or_insert_with(|| even(age));
                AGE.replace(part, " ").into_owned()
            }
            None => part.to_owned(),
        };
        of_words(&rest, &mut out);
    }
    let first_name = !name.contains(|c: char| c.is_ascii_digit()) && !name.contains([',', ' ']);
    if let [(number, years)] = numbers.as_slice() {
        let certain = out.contains_key("gender") || first_name && !years;
        if certain && !(*years && out.contains_key("role")) {
            out.entry("age").or_insert_with(|| number.clone());
        }
    }
    out
}

/// A gender, a role, or both: `female`, `nurse`, `female farmer`, `Resident doctor 3`.
fn of_words(part: &str, out: &mut BTreeMap<&'static str, String>) {
    let mut words: Vec<&str> = part.split_whitespace().collect();
    // `Nurse 4` is a nurse.
    while words
        .last()
        .is_some_and(|w| w.trim_matches(['#', '.']).bytes().all(|b| b.is_ascii_digit()))
    {
        words.pop();
    }
    if words.is_empty() || words.len() > 5 {
        return;
    }
    while let Some(first) = words.first() {
        let Some(gender) = SPEECH.gender(first) else { break };
        out.entry("gender").or_insert_with(|| gender.to_owned());
        words.remove(0);
    }
    let Some(last) = words.last() else { return };
    // `mother of two`, `head of department`
    let head = words.iter().position(|w| matches!(*w, "of" | "in" | "at" | "for"));
    let noun = head.and_then(|at| at.checked_sub(1)).map_or(*last, |at| words[at]);
    let two = words[words.len().saturating_sub(2)..].join(" ").to_lowercase();
    let is_role = |w: &str| ROLES.contains(w) || SPEECH.gender(w).is_some();
    if is_role(&noun.to_lowercase()) || ROLES.contains(&two) {
        if SPEECH.gender(noun).is_some() && words.len() == 1 {
            return;
        }
        let role = words.join(" ");
        // `GP` and `RN` are written so.
        let capitals = role.chars().all(|c| c.is_uppercase() || !c.is_alphabetic());
        let role = if capitals { tidy(&role) } else { tidy(&role).to_lowercase() };
        out.entry("role").or_insert(role);
    }
}

fn sex_of(letter: &str) -> String {
    SPEECH.gender(&letter.to_uppercase()).unwrap_or_default().to_owned()
}

/// A number, or a range of them with a dash and no blanks.
fn even(number: &str) -> String {
    number.split_whitespace().collect::<String>().replace('-', "–")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_people() {
        let of = |description: &str, name: &str| {
            let told = attributes(description, name);
            told.into_iter().map(|(k, v)| format!("{k} {v}")).collect::<Vec<_>>().join(", ")
        };
        for (description, name, told) in [
            ("P7, nurse, 12 years", "P7", "role nurse"),
            ("nurse, P7", "P7", "role nurse"),
            ("Woman, 64 years old", "Woman, 64 years old", "age 64, gender female"),
            ("female, 45, farmer", "female, 45, farmer", "age 45, gender female, role farmer"),
            ("Anna, 34", "Anna", "age 34"),
            ("M, 29", "M, 29", "age 29, gender male"),
            ("P7, 12", "P7", ""),
            ("IDI, male, leader", "IDI, male, leader", "gender male, role leader"),
            ("Resident doctor 3", "Resident doctor 3", "role resident doctor"),
            ("Participant 3, female", "Participant 3", "gender female"),
            ("P2, female farmer, aged 30-35", "P2", "age 30–35, gender female, role farmer"),
            ("45F, P3", "P3", "age 45, gender female"),
            ("P3, GP", "P3", "role GP"),
            ("Aoife, mother of two", "Aoife", "role mother of two"),
            ("P5, female, nurse, 20 years", "P5", "gender female, role nurse"),
            ("laughing", "Ann", ""),
            ("interviewer", "Nora", ""),
        ] {
            assert_eq!(of(description, name), told, "{description}");
        }
    }
}
