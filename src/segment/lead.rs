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

use super::codes::Known;
use super::people::{Mention, People, Who, alternatives, tidy, whole_words};
use super::speech::SPEECH;
use super::subject::{ADVERBS, ONE, agent_described, group_count, named, subject_of, together};
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

/// What a quotation is called that nobody said: a question, a term.
static THING: LazyLock<Regex> = LazyLock::new(|| {
    let things = alternatives(SPEECH.things.iter());
    Regex::new(&format!(r"(?i)(?-u:\b)(?:{things})s?\s*[,:]?$")).expect("valid")
});
/// How a quotation came, which is no thing that is quoted: `wrote by email: “`, `put it in one line: “`.
static BY_THING: LazyLock<Regex> = LazyLock::new(|| {
    let things = alternatives(SPEECH.things.iter());
    Regex::new(&format!(
        r"(?i)(?-u:\b)(?:by|in|via|through|over|per|with)\s+(?:\w+\s+){{0,2}}(?:{things})s?\s*[,:]?$"
    ))
    .expect("valid")
});
/// Words that lead from one person to a quotation that says what something is to her: `For P9 it meant “`.
static IS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:c[’']|(?-u:\b)|\s)(?:était|was|is|were|are|meant|means|remained|felt|feels|seemed|became|war|ist|bedeutete|era|es|fue|est)(?:\s+(?:like|just|simply|only|about|als|wie|como|comme))?\s*[,:]?\s*$").expect("valid")
});
static PRONOUN_AFTER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\s*,?\s*(?:she|he|they)(?:\s+(?:\w+ly|also|then|once|had|has|later))?\s+(\w+(?:\s+\w+)?)").expect("valid")
});
static POSSESSIVE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^[’']s?\s+(?:own\s+)?(?:\w+\s+)?(?:words?|comments?|account|description|view|opinion|experiences?|remarks?|observation|explanation|response|answer|statement|summary|verdict|letter|email|phrase|quote|quotation|reflections?|story|narrative|perspective|example|case|reply|point)(?-u:\b)").expect("valid")
});
static LITERATURE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\p{Lu}[\p{L}’'-]+(?:\s+et\s+al\.?|\s+(?:and|&)\s+(?:\p{Lu}[\p{L}’'-]+|colleagues))?[’']?s?\s*[(\[]?(?:(?:1[6-9]|20)\d{2}[a-z]?(?-u:\b)|\[?\d{1,3}\])[^.]*$").expect("valid")
});

impl Leads {
    /// # Errors
    /// The verbs of the settings make no expression.
    pub(super) fn new(settings: &SpeakerSettings) -> Result<Self, String> {
        let verbs = whole_words(settings.verbs.as_ref().unwrap_or(&SPEECH.verbs).iter(), "");
        let made =
            |pattern: String| Regex::new(&pattern).map_err(|e| format!("`speakers.verbs`: {e}"));
        Ok(Self {
            verb: made(verbs.clone())?,
            verb_at_end: made(format!(r"{verbs}(?:\s+(?:that|how|it|as|to|me|us))?[,:]?\s*$"))?,
            verb_first: made(format!("^{verbs}"))?,
        })
    }

    /// True where the sentence of a quotation goes on with `she said`.
    pub(super) fn pronoun_after(&self, after: &str) -> bool {
        let after = &after[..after.floor_char_boundary(80)];
        PRONOUN_AFTER.captures(after).is_some_and(|found| self.verb_first.is_match(&found[1]))
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
        // `For P9 it meant “`, `What P3 missed was “`, `R2 was “`: what something is to one person.
        if IS.is_match(lead)
            && group_count(lead, &mentions) == 1
            && lead.split_whitespace().count() <= NEAR
        {
            let first = lead[..mentions[0].place.start].trim();
            if matches!(
                first,
                "" | "For"
                    | "To"
                    | "What"
                    | "As for"
                    | "With"
                    | "But for"
                    | "And for"
                    | "Für"
                    | "Pour"
                    | "Para"
                    | "Per"
                    | "Voor"
            ) {
                return Some(named(&mentions));
            }
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
        if is_thing(trimmed) {
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
                let thing = is_thing(rest.trim_end());
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
        // `“…”, and P7 did not answer`: another clause.
        if ["and ", "but ", "while ", "whereas ", "und ", "aber ", "et ", "mais ", "y ", "pero "]
            .iter()
            .any(|w| text.starts_with(w))
        {
            return None;
        }
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
        // `“…”, according to P5.`, `„…“, so I3.`
        let by = SPEECH.according.iter().find_map(|s| {
            let rest = text.get(s.len()..).filter(|_| text[..s.len()].eq_ignore_ascii_case(s))?;
            rest.strip_prefix(' ')
        });
        if let Some(by) = by {
            let mentions = people.mentions(by, known);
            let first =
                mentions.first().filter(|m| by[..m.place.start].split_whitespace().count() <= 1)?;
            let behind = by[first.place.end..].trim_start();
            let closes = behind.is_empty() || behind.starts_with(['.', ',', ';', '(', ')']);
            return (closes && !(ended && quote_follows))
                .then(|| Who::Named(vec![first.name.clone()]));
        }
        let verb = self.verb.find(inverted)?;
        let before = ADVERBS.replace(&inverted[..verb.start()], "").into_owned();
        if before.split_whitespace().count() > 12 || before.contains(['.', '?', '!', ';', ':']) {
            return None;
        }
        let rest = inverted[verb.end()..].trim_start();
        let leads = quote_follows && matches!(rest.trim(), "" | "," | ":" | "that" | "(" | "[");
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
        // `“….” The boy laughed.` goes on telling.
        // `one woman laughed [IDI 6, female]`
        let bracket = rest
            .strip_prefix(['(', '['])
            .and_then(|inside| people.attributed(&inside[..inside.find([')', ']'])?], known));
        if let Some((who, true)) = bracket {
            return Some(who);
        }
        let one = ["One ", "Another ", "Some ", "Several "].iter().any(|w| before.starts_with(w));
        let fresh = ended && !one && before.starts_with(char::is_uppercase);
        (!fresh && before[..place.start].trim().is_empty())
            .then(|| Who::Described(tidy(&before[place])))
    }
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

/// True where a quotation is of a thing that nobody said, as the words before it show.
fn is_thing(lead: &str) -> bool {
    THING.is_match(lead) && !BY_THING.is_match(lead)
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
            // `P1’s view was shared by P2, who said`
            let another = mentions.iter().any(|m| m.place.start >= mention.place.end + found.end());
            if rest.split_whitespace().count() <= NEAR && !another {
                return Some(Who::Named(vec![mention.name.clone()]));
            }
        }
        let before = lead[..mention.place.start].trim_end();
        let said = SPEECH.according.iter().any(|s| {
            let from = before.len().checked_sub(s.len()).filter(|at| before.is_char_boundary(*at));
            from.is_some_and(|at| {
                before[at..].eq_ignore_ascii_case(s)
                    && !before[..at].ends_with(char::is_alphanumeric)
            })
        });
        let opens = matches!(
            before.trim(),
            "For" | "To" | "As for" | "Für" | "Pour" | "Para" | "Per" | "Voor"
        );
        let words = behind.split_whitespace().count();
        let near = trimmed.ends_with([',', ':']) && words <= NEAR || said && words <= 6;
        // `I3 zufolge`
        if behind.trim_start().starts_with("zufolge") && words <= NEAR {
            return Some(named(&together(lead, mentions, i)));
        }
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
