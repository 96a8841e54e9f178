//! Whose doing a verb of saying is: the nearest subject before it, or behind it where a language has it so.
//!
//! ```text
//! P1, who was interviewed with P2, said “    what stands between commas is no subject      P1
//! One (P7, nurse) said “                     the bracket says who                           P7
//! P4 said that the nurse shouted “           somebody whom another tells of                 nobody
//! P3 disagreed, and a judge remarked, “      a clause of its own                            a judge
//! Comme le dit I5, «                         behind the verb                                I5
//! ```

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::codes::Known;
use super::people::{Mention, People, Who, tidy};

pub(super) static ADVERBS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:\s*,?\s*(?:\w+ly|also|once|then|had|has|have|further|simply|similarly|even|who|that|again|later|thus|therefore|still|always|often|just|would|might|could|has since|for (?:example|instance)|in turn|too)\s*,?)+\s*$").expect("valid")
});

/// What comes before a verb whose subject stands behind it: `Comme le dit I5,`, `Wie sagte I3:`.
static INVERTS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:^|[\s,;.])(?:comme(?:\s+l[’']|\s+le|\s+l’a)?|como(?:\s+lo)?|tal como(?:\s+lo)?|wie|so|as|selon ce que|según)\s*$").expect("valid")
});

static PRONOUN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:[A-Z]\w+,\s+)?(?:She|He|she|he|The same (?:\w+\s?)+|This (?:participant|interviewee|respondent|woman|man|nurse|mother))$").expect("valid")
});

pub(super) static ONE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|[,;:”]\s*|\d\.\s*|(?-u:\b)(?:[Aa]s|[Ww]hile|and|but|[Bb]ut)\s+)((?:One|Another|one|another|Others|others|Some|some|Someone|someone|Several|several|Many|many|A few|a few|Two|Most|most)(?:\s+(?:of them|in\s+[^,.;:]{1,30}|from\s+[^,.;:]{1,30}|with\s+[^,.;:]{1,30}))?)$").expect("valid")
});

/// Whose doing a verb is: `Some(None)` where it is somebody's who was quoted before and nobody knows.
#[expect(clippy::option_option, reason = "the outer is of verbs whose subject is not a person")]
pub(super) fn subject_of(
    text: &str,
    verb: &regex::Match<'_>,
    people: &People,
    known: &Known,
    last: Option<&Who>,
) -> Option<Option<Who>> {
    if let Some(who) = behind_verb(text, verb, people, known) {
        return Some(Some(who));
    }
    let before = ADVERBS.replace(&text[..verb.start()], "").into_owned();
    let before = before.trim_end();
    let mentions = people.mentions(before, known);
    // `Some have argued that` is of the literature.
    if let Some(found) = ONE.captures(before)
        && is_of_literature(verb.as_str())
        && !found[1].to_lowercase().contains("one")
        && !found[1].to_lowercase().starts_with("another")
    {
        return None;
    }
    if let Some(who) = behind_commas(before, &mentions, people) {
        return who.map(Some);
    }
    if let Some(who) = in_brackets(before, &mentions, people, known) {
        return Some(Some(who));
    }
    if let Some(who) = ends_with_name(before, &mentions) {
        return Some(Some(who));
    }
    // `R9, who is ninety-six, was asked and replied`: the sentence's one person.
    if [" and", " but", ", then", " und", " et", " y", " e"].iter().any(|p| before.ends_with(p))
        && group_count(before, &mentions) == 1
        && before[..mentions[0].place.start].split_whitespace().count() <= 2
    {
        return Some(Some(named(&mentions)));
    }
    // `Interviewee 4 had waited, and she added`: the one whom the sentence names.
    if [" she", " he", " they", ",she", ",he"].iter().any(|p| before.ends_with(p))
        && group_count(before, &mentions) == 1
    {
        return Some(Some(named(&mentions)));
    }
    if let Some(place) = people.described_before(before) {
        return described_subject(before, place, &mentions).map(Some);
    }
    if let Some(found) = ONE.captures(before) {
        return Some(Some(Who::Described(tidy(&found[1]))));
    }
    PRONOUN.is_match(before.trim()).then(|| last.cloned())
}

/// The subject behind its verb: `was described by P5 as “`, `Comme le dit I5, «`.
fn behind_verb(text: &str, verb: &regex::Match<'_>, people: &People, known: &Known) -> Option<Who> {
    // `was described by P5 as “`
    let by = text[verb.end()..].trim_start();
    if let Some(agent) = by.strip_prefix("by ") {
        let mentions = people.mentions(agent, known);
        let near = |m: &&Mention| agent[..m.place.start].split_whitespace().count() <= 2;
        if let Some(first) = mentions.first().filter(near) {
            return Some(Who::Named(vec![first.name.clone()]));
        }
        if let Some(described) = agent_described(agent, people) {
            return Some(Who::Described(described));
        }
    }
    // `Comme le dit I5,`
    if INVERTS.is_match(&text[..verb.start()]) {
        let rest = text[verb.end()..].trim_end_matches([' ', ',', ':', '\u{a0}']);
        let mentions = people.mentions(rest, known);
        if let [one] = mentions.as_slice()
            && rest[..one.place.start].split_whitespace().count() <= 1
            && one.place.end == rest.len()
        {
            return Some(Who::Named(vec![one.name.clone()]));
        }
    }
    None
}

/// Somebody described before a verb, if it is one who took part and speaks.
fn described_subject(before: &str, place: Range<usize>, mentions: &[Mention]) -> Option<Who> {
    // `A nurse, P5, said`: the name counts.
    let inside = mentions.iter().rfind(|m| m.place.start >= place.start);
    // `P3 disagreed, and a judge remarked`: another clause, with its own subject.
    let clause = before[..place.start].trim_end();
    let apart = [", and", "; and", ", but", ", while", ", whereas", ";"]
        .iter()
        .any(|w| clause.ends_with(w));
    if inside.is_none() && apart && !is_definite(&before[place.clone()]) {
        return Some(Who::Described(tidy(&before[place])));
    }
    // `P4 said that the nurse shouted`: somebody whom another tells of, or who is no participant.
    if inside.is_none()
        && (mentions.iter().any(|m| m.place.end <= place.start)
            || is_definite(&before[place.clone()]))
    {
        return None;
    }
    Some(inside.map_or_else(
        || Who::Described(tidy(&before[place])),
        |name| Who::Named(vec![name.name.clone()]),
    ))
}

/// `P1, who was interviewed with P2, said`: what stands between commas is no subject. `Some(None)` where nobody is.
#[expect(clippy::option_option, reason = "the outer is of texts without such commas")]
fn behind_commas(before: &str, mentions: &[Mention], people: &People) -> Option<Option<Who>> {
    let inner = before.strip_suffix(',')?;
    let comma = inner.rfind(',').filter(|comma| inner.len() - comma <= 120)?;
    let head = before[..comma].trim_end();
    if let Some(who) = ends_with_name(head, &within(mentions, head)) {
        return Some(Some(who));
    }
    let aside = inner[comma + 1..].trim_start();
    let asides =
        ["who ", "whom ", "whose ", "cited ", "quoted ", "interviewed ", "a friend ", "as "];
    asides
        .iter()
        .any(|w| aside.starts_with(w))
        .then(|| people.described_before(head).map(|place| Who::Described(tidy(&head[place]))))
}

/// `One (P7, nurse) said`, `P30 [student] noted`.
fn in_brackets(before: &str, mentions: &[Mention], people: &People, known: &Known) -> Option<Who> {
    let inside = before.strip_suffix([')', ']'])?;
    let open = inside.rfind(['(', '['])?;
    let inside = inside[open + 1..].trim_end_matches([')', ']']);
    if let Some((who, true)) = people.attributed(inside, known) {
        return Some(who);
    }
    let head = before[..open].trim_end();
    ends_with_name(head, &within(mentions, head))
}

/// The mentions in the first part of a text.
fn within(mentions: &[Mention], head: &str) -> Vec<Mention> {
    mentions.iter().filter(|m| m.place.end <= head.len()).cloned().collect()
}

/// True for verbs by which papers tell what others have written.
fn is_of_literature(verb: &str) -> bool {
    ["argue", "claim", "suggest", "contend", "propos", "posit", "assert", "conclud", "estimat"]
        .iter()
        .any(|stem| verb.to_lowercase().starts_with(stem))
}

/// True for `the teacher`, who need not be one of those who took part; `the participants` and `the first nurse` are.
fn is_definite(description: &str) -> bool {
    let lower = description.to_lowercase();
    let taking_part = [
        "participant",
        "respondent",
        "interviewee",
        "informant",
        "panelist",
        "first",
        "second",
        "third",
        "fourth",
        "fifth",
        "other",
        "same",
        "women",
        "men",
        "mothers",
        "students",
        "nurses",
    ];
    lower.starts_with("the ") && !taking_part.iter().any(|w| lower.contains(w))
}

/// `by a TBA/herbalist:` `one respondent.`: the described one with whom a text begins.
pub(super) fn agent_described(text: &str, people: &People) -> Option<String> {
    let end = text.find(['.', ',', ':', ';', '“', '(']).unwrap_or(text.len());
    let part = text[..end].trim();
    let short = part.split_whitespace().count() <= 8;
    let place = people.described_before(part)?;
    (short && place.start == 0).then(|| tidy(&part[place]))
}

/// The names that end a text, perhaps with a bracket or an apposition behind them.
fn ends_with_name(text: &str, mentions: &[Mention]) -> Option<Who> {
    let last = mentions.last()?;
    let behind = text[last.place.end..].trim_start_matches([')', ']']).trim();
    let aside = behind.is_empty()
        || behind == "who"
        || behind.starts_with('(') && behind.ends_with(')') && behind.matches('(').count() == 1
        || behind.starts_with(',') && behind.ends_with(',') && behind.len() <= 90
        || behind.starts_with(", who") && behind.split_whitespace().count() <= 3
        || behind == "and others";
    aside.then(|| named(&together(text, mentions, mentions.len() - 1)))
}

/// The mention at a place with those named together with it: `P4 and P5`, `P4, P5`.
pub(super) fn together(text: &str, mentions: &[Mention], at: usize) -> Vec<Mention> {
    let joined = |a: &Mention, b: &Mention| {
        let between = text.get(a.place.end..b.place.start).unwrap_or("…").trim();
        matches!(between, "," | "and" | "&" | "/" | ", and" | ";" | "und" | "et" | "y" | "e")
    };
    let (mut first, mut last) = (at, at);
    while first > 0 && joined(&mentions[first - 1], &mentions[first]) {
        first -= 1;
    }
    // `Like P32, P31 said`: the other is compared with.
    let opening = text[..mentions[first].place.start].trim_end().rsplit([' ', '.', ',']).next();
    let compared = opening.is_some_and(|w| {
        ["like", "unlike", "with", "contrast"].contains(&w.to_lowercase().as_str())
    });
    if compared && first < at {
        first = at;
    }
    // `After hearing P6, P5 said`: a comma alone parts clauses.
    let listed = |from: usize, to: usize| {
        (from..to).any(|i| {
            let between =
                text.get(mentions[i].place.end..mentions[i + 1].place.start).unwrap_or_default();
            between.trim() != ","
        })
    };
    if first < at && !listed(first, at) {
        first = at;
    }
    while last + 1 < mentions.len() && joined(&mentions[last], &mentions[last + 1]) {
        last += 1;
    }
    mentions[first..=last].to_vec()
}

/// How many groups of people a text names.
pub(super) fn group_count(text: &str, mentions: &[Mention]) -> usize {
    let mut count = 0;
    let mut at = 0;
    while at < mentions.len() {
        count += 1;
        at += together(text, &mentions[at..], 0).len();
    }
    count
}

pub(super) fn named(mentions: &[Mention]) -> Who {
    let mut names: Vec<String> = Vec::new();
    for mention in mentions {
        if !names.contains(&mention.name) {
            names.push(mention.name.clone());
        }
    }
    Who::Named(names)
}
