//! Who is said to speak: the subject of a verb of saying before a quotation or behind it.
//!
//! ```text
//! As IPO20 stated, “        the subject of the verb           IPO20
//! P8 said her mother had told her “   the nearer verb's subject is another      nobody
//! In P3’s words, “   According to P5, “   P12, who said “   • P4: “
//! as one nurse put it, “    a person described                one nurse, nobody knows who
//! “…,” P5 added.            behind it, where its sentence goes on
//! “… class.” P5 described   behind it, where the next sentence begins: nobody
//! ```

use std::sync::LazyLock;

use regex::Regex;

use super::people::{Known, Mention, People, Who, alternatives, tidy};
use super::speech::SPEECH;
use crate::project::SpeakerSettings;

/// Words between a verb and its quotation, at most.
const NEAR: usize = 14;

/// Bytes of a lead that are looked at.
const FAR: usize = 1_500;

/// Verbs of saying, ready to be found.
#[derive(Debug)]
pub(super) struct Leads {
    verb: Regex,
    verb_at_end: Regex,
    /// The same, right at the beginning of a text.
    verb_first: Regex,
}

static ADVERBS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:\s*,?\s*(?:\w+ly|also|once|then|had|has|have|further|simply|similarly|even|who|that|again|later|thus|therefore|still|always|often|just|would|might|could|has since|for (?:example|instance)|in turn|too)\s*,?)+\s*$").expect("valid")
});
/// What a quotation is called that nobody said: a question, a term.
static THING: LazyLock<Regex> = LazyLock::new(|| {
    let things = alternatives(SPEECH.things.iter());
    Regex::new(&format!(r"(?i)\b(?:{things})s?\s*[,:]?$")).expect("valid")
});
static POSSESSIVE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^[’']s?\s+(?:own\s+)?(?:\w+\s+)?(?:words?|comments?|account|description|view|opinion|experiences?|remarks?|observation|explanation|response|answer|statement|quote|quotation|reflections?|story|narrative|perspective|example|case|reply|point)\b").expect("valid")
});
static LITERATURE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\p{Lu}[\p{L}’'-]+(?:\s+et\s+al\.?|\s+(?:and|&)\s+(?:\p{Lu}[\p{L}’'-]+|colleagues))?[’']?s?\s*[(\[]?(?:(?:1[6-9]|20)\d{2}[a-z]?\b|\[?\d{1,3}\])[^.]*$").expect("valid")
});
static PRONOUN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:[A-Z]\w+,\s+)?(?:She|He|she|he|The same (?:\w+\s?)+|This (?:participant|interviewee|respondent|woman|man|nurse|mother))$").expect("valid")
});
static ONE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|[,;:”]\s*|\d\.\s*|\b(?:[Aa]s|[Ww]hile|and|but|[Bb]ut)\s+)((?:One|Another|one|another|Others|others|Some|some|Someone|someone|Several|several|Many|many|A few|a few|Two|Most|most)(?:\s+(?:of them|in\s+[^,.;:]{1,30}|from\s+[^,.;:]{1,30}|with\s+[^,.;:]{1,30}))?)$").expect("valid")
});

impl Leads {
    /// # Errors
    /// The verbs of the settings make no expression.
    pub(super) fn new(settings: &SpeakerSettings) -> Result<Self, String> {
        let verbs = alternatives(settings.verbs.as_ref().unwrap_or(&SPEECH.verbs).iter());
        let made =
            |pattern: String| Regex::new(&pattern).map_err(|e| format!("`speakers.verbs`: {e}"));
        Ok(Self {
            verb: made(format!(r"\b(?:{verbs})\b"))?,
            verb_at_end: made(format!(
                r"\b(?:{verbs})(?:\s+(?:that|how|it|as|to|me|us))?[,:]?\s*$"
            ))?,
            verb_first: made(format!(r"^(?:{verbs})\b"))?,
        })
    }

    /// True when a text says that somebody speaks.
    pub(super) fn says(&self, text: &str) -> bool {
        self.verb.is_match(text)
    }

    /// True when a verb of saying ends a text.
    pub(super) fn says_at_end(&self, text: &str) -> bool {
        self.verb_at_end.is_match(text)
    }

    /// Whom the words that lead to a quotation name; `before` is who was quoted last, for `she added`.
    pub(super) fn before(
        &self,
        lead: &str,
        people: &People,
        known: &Known,
        before: Option<&Who>,
    ) -> Option<Who> {
        // What is said of a quotation stands near it.
        let lead = &lead[lead.floor_char_boundary(lead.len().saturating_sub(FAR))..];
        let trimmed = lead.trim_end();
        let mentions = people.mentions(lead, known);
        if let Some(who) = self.outright(lead, &mentions, people) {
            return Some(who);
        }
        if let Some((who, rest)) = self.subject(lead, people, known, before) {
            let near = rest.split_whitespace().count() <= NEAR || trimmed.ends_with(':');
            return who.filter(|_| near);
        }
        // `For P5 it was clear: “`, `P3’s room: “`: one person, and a colon.
        if trimmed.ends_with(':') && group_count(lead, &mentions) == 1 && !self.says(lead) {
            return Some(named(&mentions));
        }
        None
    }

    /// Whom a lead names without a verb: `P4:`, `In P3’s words,`, `In the words of one nurse:`.
    fn outright(&self, lead: &str, mentions: &[Mention], people: &People) -> Option<Who> {
        bare(lead.trim_end(), mentions)
            .or_else(|| formula(lead, mentions, &|t| self.says(t)))
            .or_else(|| words_of(lead, people))
    }

    /// Whom a sentence that ends in a colon names: its subject, and not that of its last verb.
    pub(super) fn before_colon(
        &self,
        sentence: &str,
        people: &People,
        known: &Known,
    ) -> Option<Who> {
        let mentions = people.mentions(sentence, known);
        let trimmed = sentence.trim_end();
        if let Some(who) = self.outright(sentence, &mentions, people) {
            return Some(who);
        }
        if THING.is_match(trimmed) {
            return None;
        }
        // The first who does something in it.
        let mut described = None;
        for verb in self.verb.find_iter(sentence).take(8) {
            match subject_of(sentence, &verb, people, known, None) {
                Some(Some(Who::Named(names))) => return Some(Who::Named(names)),
                Some(Some(who)) => described = described.or(Some(who)),
                _ => {}
            }
        }
        if described.is_some() {
            return described;
        }
        // One person alone whom it names.
        (group_count(sentence, &mentions) == 1).then(|| named(&mentions))
    }

    /// Whom a finished sentence names as one who speaks: `One of the women mentioned the market.`
    pub(super) fn of_sentence(
        &self,
        sentence: &str,
        people: &People,
        known: &Known,
    ) -> Option<Who> {
        let mentions = people.mentions(sentence, known);
        if let Some(first) = mentions.first()
            && sentence[..first.place.start].trim().is_empty()
        {
            let behind = sentence[first.place.end..].trim_start();
            return self.verb_first.is_match(behind).then(|| named(&mentions[..1]));
        }
        let (who, start) = self.first_subject(sentence, people)?;
        let singular = |d: &str| {
            let d = d.to_lowercase();
            d.starts_with("one")
                || d.starts_with("another")
                || d.starts_with("a ")
                || d.starts_with("an ")
        };
        match who {
            Who::Described(d) if start == 0 && singular(&d) => Some(Who::Described(d)),
            _ => None,
        }
    }

    /// The first of a sentence who is described and speaks; where it begins.
    fn first_subject(&self, sentence: &str, people: &People) -> Option<(Who, usize)> {
        for verb in self.verb.find_iter(sentence).take(6) {
            let before = ADVERBS.replace(&sentence[..verb.start()], "");
            if let Some(place) = people.described_before(&before) {
                let lead = before.len() - before.trim_start().len();
                return Some((
                    Who::Described(tidy(&before[place.clone()])),
                    place.start - lead.min(place.start),
                ));
            }
            if let Some(found) = ONE.captures(before.trim_end()) {
                return Some((Who::Described(tidy(&found[1])), 0));
            }
        }
        None
    }

    /// The subject of a text's last verb of saying, if it is somebody's, and what follows the verb.
    fn subject<'t>(
        &self,
        text: &'t str,
        people: &People,
        known: &Known,
        last: Option<&Who>,
    ) -> Option<(Option<Who>, &'t str)> {
        let verbs: Vec<regex::Match<'_>> = self.verb.find_iter(text).collect();
        // The words that lead to a quotation are few, however long the text is.
        for verb in verbs.iter().rev().take(8) {
            let rest = &text[verb.end()..];
            if is_told(&text[..verb.start()]) {
                continue;
            }
            if let Some(who) = subject_of(text, verb, people, known, last) {
                let thing = THING.is_match(rest.trim_end());
                return Some((who.filter(|_| !thing), rest));
            }
            // A participle goes with the verb before it: `P4 spoke of it, saying “`; so does a word that is a noun, too.
            if !(verb.as_str().ends_with("ing") || SPEECH.verbs_and_nouns.contains(verb.as_str())) {
                return Some((None, rest));
            }
        }
        let rest = &text[verbs.last()?.end()..];
        Some((None, rest))
    }

    /// Who is said behind a quotation to have said it; `ended` where its own sentence has ended, so that what
    /// leads to the next quotation is not of this one.
    pub(super) fn after(
        &self,
        after: &str,
        ended: bool,
        quote_follows: bool,
        people: &People,
        known: &Known,
    ) -> Option<Who> {
        let text = &after[..after.floor_char_boundary(160)];
        let text = text.trim_start_matches([',', '.', ';', ' ', '\u{a0}', '—', '–']);
        // `said P5`, `explained by a TBA`
        let inverted = text.strip_prefix("as ").unwrap_or(text);
        if let Some(verb) = self.verb_first.find(inverted) {
            let rest = inverted[verb.end()..].trim_start();
            let rest = rest.strip_prefix("by ").unwrap_or(rest);
            let mentions = people.mentions(rest, known);
            if let Some(first) =
                mentions.first().filter(|m| rest[..m.place.start].split_whitespace().count() <= 1)
            {
                return Some(Who::Named(vec![first.name.clone()]));
            }
            return agent_described(rest, people).map(Who::Described);
        }
        let verb = self.verb.find(inverted)?;
        let before = ADVERBS.replace(&inverted[..verb.start()], "").into_owned();
        if before.split_whitespace().count() > 12 || before.contains(['.', '?', '!', ';', ':']) {
            return None;
        }
        let rest = inverted[verb.end()..].trim_start();
        let leads = quote_follows && matches!(rest.trim(), "" | "," | ":" | "that");
        let closes = rest.is_empty() || rest.starts_with(['.', ',', ';', '(']);
        if ended && (leads || !closes) {
            return None;
        }
        let mentions = people.mentions(&before, known);
        if let Some(first) =
            mentions.first().filter(|m| before[..m.place.start].split_whitespace().count() <= 1)
        {
            let whole = &before[first.place.end..];
            let subject = whole.trim().is_empty()
                || whole.trim_start().starts_with([',', '(', '&'])
                || whole.trim_start().starts_with("and ");
            return subject.then(|| named(&together(&before, &mentions, 0)));
        }
        let place = people.described_before(&before)?;
        (before[..place.start].trim().is_empty()).then(|| Who::Described(tidy(&before[place])))
    }
}

/// Whose doing a verb is: `Some(None)` where it is somebody's who was quoted before and nobody knows.
#[expect(clippy::option_option, reason = "the outer is of verbs whose subject is not a person")]
fn subject_of(
    text: &str,
    verb: &regex::Match<'_>,
    people: &People,
    known: &Known,
    last: Option<&Who>,
) -> Option<Option<Who>> {
    // `was described by P5 as “`
    let by = text[verb.end()..].trim_start();
    if let Some(agent) = by.strip_prefix("by ") {
        let mentions = people.mentions(agent, known);
        let near = |m: &&Mention| agent[..m.place.start].split_whitespace().count() <= 2;
        if let Some(first) = mentions.first().filter(near) {
            return Some(Some(Who::Named(vec![first.name.clone()])));
        }
        if let Some(described) = agent_described(agent, people) {
            return Some(Some(Who::Described(described)));
        }
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
    // `Interviewee 4 had waited, and she added`: the one whom the sentence names.
    if [" she", " he", " they", ",she", ",he"].iter().any(|p| before.ends_with(p))
        && group_count(before, &mentions) == 1
    {
        return Some(Some(named(&mentions)));
    }
    if let Some(place) = people.described_before(before) {
        // `A nurse, P5, said`: the name counts.
        let inside = mentions.iter().rfind(|m| m.place.start >= place.start);
        // `P4 said that the nurse shouted`: somebody whom another tells of, or who is no participant.
        if inside.is_none()
            && (mentions.iter().any(|m| m.place.end <= place.start)
                || is_definite(&before[place.clone()]))
        {
            return None;
        }
        return Some(Some(inside.map_or_else(
            || Who::Described(tidy(&before[place])),
            |name| Who::Named(vec![name.name.clone()]),
        )));
    }
    if let Some(found) = ONE.captures(before) {
        return Some(Some(Who::Described(tidy(&found[1]))));
    }
    PRONOUN.is_match(before.trim()).then(|| last.cloned())
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

/// True where what comes next is told by somebody else: `P31 told us what P32 [said]`.
fn is_told(before: &str) -> bool {
    let mut words = before.split_whitespace().rev().take(3);
    words.any(|w| matches!(w, "what" | "whatever" | "whom"))
}

/// True when the words before a quotation name a publication as what says it.
pub(super) fn is_literature(lead: &str) -> bool {
    LITERATURE.is_match(lead)
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
fn agent_described(text: &str, people: &People) -> Option<String> {
    let end = text.find(['.', ',', ':', ';', '“', '(']).unwrap_or(text.len());
    let part = text[..end].trim();
    let short = part.split_whitespace().count() <= 8;
    let place = people.described_before(part)?;
    (short && place.start == 0).then(|| tidy(&part[place]))
}

/// `P4: “…”`, `(P11: “…”)`, `Men 8 (M8): …`: a name and nothing else.
fn bare(lead: &str, mentions: &[Mention]) -> Option<Who> {
    let label = lead.strip_suffix([':', '：'])?;
    let label =
        label.trim_start_matches(['•', '-', '–', '—', '*', '(', '[', ' ', '·', '●']).trim_end();
    let first = mentions.first()?;
    let before = lead[..first.place.start].trim_matches(|c: char| !c.is_alphanumeric());
    let last = mentions.last()?;
    let whole = label.split_whitespace().count() <= 4 + mentions.len();
    let behind = lead[last.place.end..].trim_matches(|c: char| !c.is_alphanumeric());
    // Of `Men 8 (M8):` the code counts.
    let coded = mentions.len() == 2 && lead[first.place.end..].trim_start().starts_with('(');
    let name = &mentions[usize::from(coded)].name;
    (before.is_empty() && behind.is_empty() && whole).then(|| Who::Named(vec![name.clone()]))
}

/// `In P3’s words,`, `According to P5,`, `For P5,`, `in the words of P5:`.
fn formula(lead: &str, mentions: &[Mention], says: &dyn Fn(&str) -> bool) -> Option<Who> {
    let trimmed = lead.trim_end();
    for (i, mention) in mentions.iter().enumerate().rev() {
        let behind = &lead[mention.place.end..];
        if let Some(found) = POSSESSIVE.find(behind) {
            let rest = behind[found.end()..].trim();
            if rest.split_whitespace().count() <= NEAR {
                return Some(Who::Named(vec![mention.name.clone()]));
            }
        }
        let before = lead[..mention.place.start].trim_end();
        let said = [
            "According to",
            "according to",
            "words of",
            "To quote",
            "to quote",
            "quoting",
            "Quoting",
        ];
        let said = said.iter().any(|s| before.ends_with(s));
        let opens = matches!(before.trim(), "For" | "To" | "As for");
        let near = trimmed.ends_with([',', ':']) && behind.split_whitespace().count() <= NEAR;
        if (said || opens) && near && !says(behind) {
            return Some(named(&together(lead, mentions, i)));
        }
        // `P12, who said`, `P12 (CS1),` are read by the verb.
    }
    None
}

/// `In the words of one respondent:`
fn words_of(lead: &str, people: &People) -> Option<Who> {
    let at = lead.rfind("words of ")?;
    let rest = &lead[at + "words of ".len()..];
    if rest.split_whitespace().count() > NEAR {
        return None;
    }
    let end = rest.find([':', ',', '.']).unwrap_or(rest.len());
    let part = rest[..end].trim();
    let end = [" were ", " was ", " are ", " is "].iter().filter_map(|w| part.find(w)).min();
    let part = &part[..end.unwrap_or(part.len())];
    let place = people.described_before(part).filter(|p| p.start == 0)?;
    Some(Who::Described(tidy(&part[place])))
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
fn together(text: &str, mentions: &[Mention], at: usize) -> Vec<Mention> {
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
    while last + 1 < mentions.len() && joined(&mentions[last], &mentions[last + 1]) {
        last += 1;
    }
    mentions[first..=last].to_vec()
}

/// How many groups of people a text names.
fn group_count(text: &str, mentions: &[Mention]) -> usize {
    let mut count = 0;
    let mut at = 0;
    while at < mentions.len() {
        count += 1;
        at += together(text, &mentions[at..], 0).len();
    }
    count
}

fn named(mentions: &[Mention]) -> Who {
    let mut names: Vec<String> = Vec::new();
    for mention in mentions {
        if !names.contains(&mention.name) {
            names.push(mention.name.clone());
        }
    }
    Who::Named(names)
}
