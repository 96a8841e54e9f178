//! Whose words: quotations in an author's text and the speakers they are attributed to.
//!
//! ```text
//! “what I liked most was the contact” (IPO147).      after the closing mark
//! As IPO20 stated, “the part I enjoy most is …”      before the opening mark
//! You get kitted up but it’s very rare. (Officer F)  a paragraph that is all quotation
//! CPO57 reflected on her tenure: ¶ I like …          announced by the sentence before
//! ```
//! A citation ("(Crewe, 2009)", "(p. 424)") is no speaker: what it follows is the literature's
//! words, and those are the authors' to answer for.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::ingest::{Block, BlockKind};

/// Names of what a participant is, before a letter or a number.
const ROLES: &str = "Officer|Participant|Interviewee|Respondent|Informant|Nurse|Midwife|Doctor|\
    Physician|GP|Patient|Client|Carer|Caregiver|Worker|Coordinator|Manager|Supervisor|Teacher|\
    Student|Pupil|Parent|Mother|Father|Resident|Prisoner|Practitioner|Therapist|Counsellor|\
    Clinician|Staff|Volunteer|Speaker|Case|Person|Woman|Man|Employee|Leader|Principal|Lecturer|\
    Mentor|Survivor|User|Member|Focus Group|Group|FG|Interview|participant|interviewee|respondent|\
    informant|interview";

/// Beginnings of names that look like a code and are none.
const NOT_CODES: &[&str] = &["COVID", "RNR", "ISO", "SARS", "DSM", "ICD", "WW", "HIV", "PM", "AM"];

const SAYING: &str = "said|says|say|stated|states|explained|explains|remarked|remarks|described|\
    describes|recalled|recalls|noted|notes|added|adds|commented|comments|told|reported|reports|\
    put it|puts it|asked|asks|replied|reflected|reflects|admitted|observed|continued|shared|\
    expressed|suggested|felt|wrote|saying|recalling|explaining|called it|remembered|argued|insisted|\
    concluded|laughed|confided|mentioned|answered|agreed|agrees|claimed|claims|recounted|summed|\
    emphasised|emphasized|stressed|acknowledged|related|spoke|speaks|talked";

/// A stretch of a block in somebody's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Quote {
    /// Bytes of the block.
    pub place: Range<usize>,
    /// Those it is attributed to.
    pub speakers: Vec<String>,
    /// True when it fills the block.
    pub whole: bool,
}

/// Speakers announced by a sentence that ends in a colon.
struct Announced {
    speakers: Vec<String>,
    /// True when the sentence says that they speak.
    says: bool,
}

/// How speakers are written in one collection, ready to find them.
#[derive(Debug)]
pub(super) struct Attributions {
    /// `(SPEAKER)`, with what may follow the name, right after a quotation.
    bracketed: Regex,
    /// The same at the end of a block.
    at_end: Regex,
    /// `— SPEAKER, nurse` as a block's end.
    dashed: Regex,
    /// A speaker anywhere.
    mention: Regex,
    /// Speakers anywhere, those named together as one: `P4 and P5`.
    together: Regex,
    /// `said SPEAKER`, `SPEAKER said` or `as SPEAKER put it` right after a closing mark.
    said_after: Regex,
    /// Speakers right before a verb of saying, whose subject they are.
    says: Regex,
    /// What a speaker's name is, alone.
    name: Regex,
}

static SAYING_AT_END: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(&format!(r"\b(?i:{SAYING})[,:]?\s*$")).expect("valid"));
static SAYING_WORD: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(&format!(r"\b(?i:{SAYING})\b")).expect("valid"));
static SENTENCE_END: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"[.!?…][”’"')\]]*\s+[“‘"(\[]?\p{Lu}"#).expect("valid"));
static FIRST_PERSON: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:I|I[’'](?:m|ve|d|ll)|we|we[’'](?:re|ve|d|ll)|you|you[’'](?:re|ve|d|ll)|my|me|our|us|your)\b").expect("valid")
});

/// Who is quoted in a block, described and not named: `(Woman, 70 years old)`, `(Focus group 2, men)`.
static DESCRIBED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        r"[(\[]\s*([^()\[\]]{{0,60}}?\b(?i:female|male|wom[ae]n|m[ae]n|girls?|boys?|mothers?|fathers?|focus groups?|FGDs?|interviews?|years? old|aged \d+|yrs?|butchers?|farmers?|{ROLES}s?)\b[^()\[\]]{{0,60}})\s*[)\]][.”]?\s*$"
    ))
    .expect("valid")
});

impl Attributions {
    /// The finder for speakers written as `patterns`, or as the defaults.
    ///
    /// # Errors
    /// A pattern is no regular expression.
    pub(super) fn new(patterns: Option<&[String]>) -> Result<Self, regex::Error> {
        let speaker = match patterns {
            Some(patterns) if !patterns.is_empty() => {
                for pattern in patterns {
                    Regex::new(pattern)?;
                }
                patterns.iter().map(|p| format!("(?:{p})")).collect::<Vec<_>>().join("|")
            }
            _ => {
                let code = r"\b\p{Lu}{1,6}[- ]?\d{1,4}[A-Za-z]?\b";
                format!(r"(?:\b(?:{ROLES})\s+)?{code}|\b(?:{ROLES})\s+(?:[A-Z]\b|#?\d{{1,4}}\b)")
            }
        };
        // What may follow a name: "continued", "M", "nurse, 42 years"; no year and no page.
        let more = r"(?:\s+(?:continued|cont\.?|cont[’']d))?(?:\s*[,;:–-]\s*[^()\[\]]{0,80}?)??";
        let list = format!(r"(?:{speaker})(?:\s*(?:,|;|&|/|\band\b)\s*(?:and\s+)?(?:{speaker}))*");
        Ok(Self {
            bracketed: Regex::new(&format!(r"^[.,;:]?\s*[(\[]\s*({list}){more}\s*[)\]]"))?,
            at_end: Regex::new(&format!(r"[(\[]\s*({list}){more}\s*[)\]]\s*([.!?,;]?)\s*$"))?,
            dashed: Regex::new(&format!(r"\s*[—–-]{{1,3}}\s*((?:{speaker})){more}\.?\s*$"))?,
            mention: Regex::new(&speaker)?,
            together: Regex::new(&list)?,
            said_after: Regex::new(&format!(
                r"^[,.]?\s*(?:(?:{SAYING})\s+({speaker})|(?:as\s+)?({speaker})\s+(?:\w+ly\s+)?(?:{SAYING}))"
            ))?,
            says: Regex::new(&format!(
                r"({list})\s*[)\]]?(?:\s*\([^()]{{0,40}}\))?(?:,[^,“”]{{1,60}},)?\s+(?:\w+ly\s+|(?:also|once|then|had|has|further|simply|similarly)\s+){{0,2}}(?:{SAYING})\b"
            ))?,
            name: Regex::new(&format!("^(?:{speaker})$"))?,
        })
    }

    /// The quotations of every block of an author's text that have a speaker.
    pub(super) fn find(&self, blocks: &[Block]) -> Vec<Vec<Quote>> {
        let mut found: Vec<Vec<Quote>> = Vec::with_capacity(blocks.len());
        let mut announced: Option<Announced> = None;
        for block in blocks {
            let mut quotes = if is_running(block.kind) { self.in_block(block) } else { Vec::new() };
            let opens = block.text.starts_with(['“', '"', '‘', '\'']);
            let quoted = opens || block.kind == BlockKind::Quotation;
            if let Some(by) = announced.take()
                && is_running(block.kind)
                && !quotes.iter().any(|q| q.whole)
            {
                // Without marks, a paragraph is speech if its speaker was said to speak and it is
                // in the first person.
                let speech = by.says && quotes.is_empty() && FIRST_PERSON.is_match(&block.text);
                if quoted || speech {
                    let place = 0..block.text.len();
                    quotes = vec![Quote { place, speakers: by.speakers, whole: true }];
                }
            }
            announced = self.announces(block);
            found.push(quotes);
        }
        found
    }

    /// The speakers whom a block's last sentence names before its colon.
    fn announces(&self, block: &Block) -> Option<Announced> {
        let text = block.text.trim_end();
        if !is_running(block.kind) || !text.ends_with(':') {
            return None;
        }
        let last = &text[sentence_start(text, text.len())..];
        let says = self.subject(last);
        let speakers = says.as_ref().map_or_else(|| self.last_named(last), |s| s.0.clone());
        (!speakers.is_empty()).then_some(Announced { speakers, says: says.is_some() })
    }

    fn in_block(&self, block: &Block) -> Vec<Quote> {
        let text = block.text.as_str();
        let pairs = quote_pairs(text);
        if let Some(quote) = self.whole_block(block, &pairs) {
            return vec![quote];
        }
        let mut quotes: Vec<Quote> = Vec::new();
        for (i, pair) in pairs.iter().enumerate() {
            let next = pairs.get(i + 1).map_or(text.len(), |p| p.start);
            let speakers = self.around(text, pair, next);
            if !speakers.is_empty() {
                quotes.push(Quote { place: pair.clone(), speakers, whole: false });
            }
        }
        self.other_halves(text, &pairs, &mut quotes);
        quotes
    }

    /// The speakers named right after a quotation, or in the words that lead to it.
    fn around(&self, text: &str, pair: &Range<usize>, next: usize) -> Vec<String> {
        let after = &text[pair.end..next.max(pair.end)];
        if let Some(found) = self.bracketed.captures(after) {
            return self.mentions(&found[1]);
        }
        if let Some(found) = self.said_after.captures(after) {
            let name = found.get(1).or_else(|| found.get(2)).map_or("", |m| m.as_str());
            return self.mentions(name);
        }
        if is_citation(after) {
            return Vec::new();
        }
        let lead = &text[sentence_start(text, pair.start)..pair.start];
        let named = |word: &str| lead.trim_start().starts_with(word);
        if lead.trim_end().ends_with([',', ':']) && (named("According to") || named("For ")) {
            return self.last_named(lead);
        }
        if let Some((speakers, rest)) = self.subject(lead) {
            let near = rest.split_whitespace().count() <= 14;
            return if near { speakers } else { Vec::new() };
        }
        // `P4: “…”`, a name and nothing else.
        let bare = lead.trim().strip_suffix(':').filter(|name| self.name.is_match(name));
        bare.map_or_else(Vec::new, |name| self.mentions(name))
    }

    /// The speakers that are the subject of a text's last verb of saying, and what follows it.
    fn subject<'t>(&self, text: &'t str) -> Option<(Vec<String>, &'t str)> {
        let found = self.says.captures_iter(text).last()?;
        let rest = &text[found.get(0)?.end()..];
        // `P8 said her mother had told her “…”`: the nearer verb has another subject.
        let other = SAYING_WORD.find_iter(rest).any(|m| !m.as_str().ends_with("ing"));
        let speakers = self.mentions(&found[1]);
        (!other && !speakers.is_empty()).then_some((speakers, rest))
    }

    /// The speakers named last in a text, those named together as one.
    fn last_named(&self, text: &str) -> Vec<String> {
        self.together.find_iter(text).last().map_or_else(Vec::new, |m| self.mentions(m.as_str()))
    }

    /// Gives the halves of a quotation broken by "she said," the speaker of the other half.
    fn other_halves(&self, text: &str, pairs: &[Range<usize>], quotes: &mut Vec<Quote>) {
        for two in pairs.windows(2) {
            let between = &text[two[0].end..two[1].start];
            let broken = between.len() <= 70
                && SAYING_WORD.is_match(between)
                && !SENTENCE_END.is_match(between)
                && !between.trim_end().ends_with(['.', '!', '?'])
                && !between.contains(['(', ')']);
            if !broken {
                continue;
            }
            let of = |pair: &Range<usize>, quotes: &[Quote]| {
                quotes.iter().find(|q| q.place == *pair).map(|q| q.speakers.clone())
            };
            match (of(&two[0], quotes), of(&two[1], quotes)) {
                (None, Some(speakers)) => {
                    quotes.push(Quote { place: two[0].clone(), speakers, whole: false });
                }
                (Some(speakers), None)
                    if self.mentions(between).is_empty() || is_short(between) =>
                {
                    quotes.push(Quote { place: two[1].clone(), speakers, whole: false });
                }
                _ => {}
            }
        }
        quotes.sort_by_key(|q| q.place.start);
    }

    /// The quotation that fills a block, known by the attribution at its end.
    fn whole_block(&self, block: &Block, pairs: &[Range<usize>]) -> Option<Quote> {
        let text = block.text.as_str();
        let (place, speakers, stop_after) = self.end_attribution(text, block.kind)?;
        let words = text[..place].trim_end();
        if words.is_empty() {
            return None;
        }
        let whole = Some(Quote { place: 0..words.len(), speakers, whole: true });
        if block.kind == BlockKind::Quotation {
            return whole;
        }
        let quoted_end = words.ends_with(['”', '"']);
        let opens = words.starts_with(['“', '"']);
        if quoted_end {
            let last = pairs.iter().rev().find(|p| p.end >= words.len())?;
            if opens && last.start == 0 {
                return whole;
            }
            // `they say “I can’t.” (Officer A)`: speech within speech, if the rest is speech.
            let inner = words.trim_end_matches(['”', '"']);
            let outside = &words[..last.start];
            let speech = !stop_after
                && inner.ends_with(['.', '!', '?', '…'])
                && !self.leads(outside)
                && FIRST_PERSON.is_match(&without(outside, pairs));
            return speech.then_some(whole).flatten();
        }
        let leads = pairs.first().is_some_and(|p| {
            let before = &text[..p.start];
            if stop_after { self.leads(before) } else { !self.mentions(before).is_empty() }
        });
        // `Most felt lonely (P1, P5).`: a sentence of the authors that cites whom it is about.
        let cites = stop_after
            && !opens
            && (!FIRST_PERSON.is_match(words) || !self.mentions(words).is_empty());
        if cites {
            return None;
        }
        let ends = stop_after || words.ends_with(['.', '!', '?', '…', '—', '’', '\'', ')', ']']);
        (ends && !leads).then_some(whole).flatten()
    }

    /// Where the attribution at the end of a block begins, its speakers, and whether a full stop
    /// follows it.
    fn end_attribution(&self, text: &str, kind: BlockKind) -> Option<(usize, Vec<String>, bool)> {
        if let Some(found) = self.at_end.captures(text) {
            let speakers = self.mentions(&found[1]);
            let whole = found.get(0)?;
            let cited = is_citation(whole.as_str());
            return (!speakers.is_empty() && !cited)
                .then(|| (whole.start(), speakers, !found[2].is_empty()));
        }
        if kind == BlockKind::Quotation
            && let Some(found) = DESCRIBED.captures(text).filter(|f| !is_citation(&f[0]))
        {
            let name = found[1].split_whitespace().collect::<Vec<_>>().join(" ");
            return Some((found.get(0).map_or(0, |m| m.start()), vec![name], false));
        }
        let found = self.dashed.captures(text)?;
        let before = found.get(0).map_or("", |m| &text[..m.start()]);
        if kind != BlockKind::Quotation && !before.ends_with(['”', '"']) {
            return None;
        }
        let speakers = self.mentions(&found[1]);
        (!speakers.is_empty()).then(|| (found.get(0).map_or(0, |m| m.start()), speakers, false))
    }

    fn leads(&self, before: &str) -> bool {
        let lead = &before[sentence_start(before, before.len())..];
        !self.mentions(lead).is_empty() || SAYING_AT_END.is_match(lead)
    }

    /// Speakers in a text, in order, each once.
    fn mentions(&self, text: &str) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for found in self.mention.find_iter(text) {
            let name = tidy(found.as_str());
            if !NOT_CODES.iter().any(|no| name.starts_with(no)) && !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }
}

/// One spelling of a name: single spaces, and the code alone where a role stands before it.
fn tidy(name: &str) -> String {
    static ROLE_AND_CODE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(&format!(r"^(?:{ROLES})\s+(\p{{Lu}}{{1,6}}[- ]?\d{{1,4}}[A-Za-z]?)$"))
            .expect("valid")
    });
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    ROLE_AND_CODE.captures(&name).map_or(name.clone(), |found| found[1].to_owned())
}

/// True for so few words that they only say who speaks.
fn is_short(between: &str) -> bool {
    between.trim().trim_start_matches(',').split_whitespace().count() <= 8
}

fn is_running(kind: BlockKind) -> bool {
    matches!(kind, BlockKind::Paragraph | BlockKind::Quotation | BlockKind::ListItem)
}

/// True when a citation of the literature stands right there: a year, or a page, in brackets.
fn is_citation(text: &str) -> bool {
    static CITATION: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"^[.,;]?\s*[(\[](?:[^()]*\b(?:1[89]|20)\d{2}[a-z]?\b|[^()]*\bpp?\.\s*\d)[^()]*[)\]]",
        )
        .expect("valid")
    });
    CITATION.is_match(text)
}

/// Bytes before a place in which its sentence begins, or counts as begun.
const LONGEST_SENTENCE: usize = 4_000;

/// Where the sentence that reaches up to `end` begins.
fn sentence_start(text: &str, end: usize) -> usize {
    let near = text.floor_char_boundary(end.saturating_sub(LONGEST_SENTENCE));
    let last = SENTENCE_END.find_iter(&text[near..end]).last();
    near + last.map_or(0, |m| m.start() + m.as_str().find(char::is_whitespace).unwrap_or(0))
}

/// Quotations by their double marks, outermost only, marks included. A mark that is not closed
/// within the block opens nothing.
fn quote_pairs(text: &str) -> Vec<Range<usize>> {
    let mut pairs = Vec::new();
    let mut open: Option<usize> = None;
    let mut depth = 0_usize;
    let mut straight: Option<usize> = None;
    for (at, c) in text.char_indices() {
        match c {
            '“' => {
                if depth == 0 {
                    open = Some(at);
                }
                depth += 1;
            }
            '”' if depth > 0 => {
                depth -= 1;
                if let (0, Some(start)) = (depth, open) {
                    pairs.push(start..at + c.len_utf8());
                }
            }
            '"' if depth == 0 => match straight.take() {
                Some(start) => pairs.push(start..at + 1),
                None => straight = Some(at),
            },
            _ => {}
        }
    }
    if depth > 0
        && let Some(start) = open
    {
        // Unbalanced: close the outermost at the last closing mark after it.
        if let Some(at) = text[start..].rfind('”') {
            pairs.retain(|p: &Range<usize>| p.end <= start);
            pairs.push(start..start + at + '”'.len_utf8());
        }
    }
    pairs.sort_by_key(|p| p.start);
    pairs
}

/// The text before `text.len()` without the quotations in it.
fn without(text: &str, pairs: &[Range<usize>]) -> String {
    let mut out = String::new();
    let mut at = 0;
    for pair in pairs.iter().filter(|p| p.end <= text.len()) {
        if pair.start >= at {
            out.push_str(&text[at..pair.start]);
            at = pair.end;
        }
    }
    out.push_str(&text[at..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The quotations of paragraphs, as `speakers|words`.
    fn quotes(paragraphs: &[&str]) -> Vec<String> {
        let blocks: Vec<Block> =
            paragraphs.iter().map(|t| Block::new(BlockKind::Paragraph, *t, 1)).collect();
        let found = Attributions::new(None).expect("defaults are valid").find(&blocks);
        found
            .iter()
            .zip(&blocks)
            .flat_map(|(quotes, b)| quotes.iter().map(move |q| (q, b)))
            .map(|(q, b)| format!("{}|{}", q.speakers.join("+"), &b.text[q.place.clone()]))
            .collect()
    }

    #[test]
    fn attribution_after_the_closing_mark() {
        assert_eq!(
            quotes(&["They liked “working with people” (CPO24, CPO54). So it was."]),
            ["CPO24+CPO54|“working with people”"]
        );
        assert_eq!(
            quotes(&["It was “watered down” (Officer B), some felt."]),
            ["Officer B|“watered down”"]
        );
        assert_eq!(
            quotes(&["As stated, “there is something” (IP064, M). Yes."]),
            ["IP064|“there is something”"]
        );
    }

    #[test]
    fn attribution_before_the_opening_mark() {
        assert_eq!(
            quotes(&[
                "Staff matter. As IPO20 stated, “the part I like … people”. Therefore, “bonds” grow."
            ]),
            ["IPO20|“the part I like … people”"]
        );
        assert_eq!(
            quotes(&[
                "IPO23 recalled once saying to a client: “‘you’re not bad’ … it does”. They left."
            ]),
            ["IPO23|“‘you’re not bad’ … it does”"]
        );
    }

    #[test]
    fn a_paragraph_that_is_all_quotation() {
        assert_eq!(
            quotes(&["You get kitted up but it’s rare. (Officer F)"]),
            ["Officer F|You get kitted up but it’s rare."]
        );
        assert_eq!(
            quotes(&["if you’re kind, that pays (IPO2, M)."]),
            ["IPO2|if you’re kind, that pays"]
        );
        assert_eq!(
            quotes(&["If you can move people, do. I know some are like, “let’s go.” (Officer E)"]),
            ["Officer E|If you can move people, do. I know some are like, “let’s go.”"]
        );
        assert_eq!(
            quotes(&["hear horrible things. (Officer C continued)"]),
            ["Officer C|hear horrible things."]
        );
    }

    #[test]
    fn announced_by_the_sentence_before() {
        assert_eq!(
            quotes(&[
                "To show this, CPO57 reflected on a new role:",
                "I like managing people.",
                "So it goes."
            ]),
            ["CPO57|I like managing people."]
        );
    }

    #[test]
    fn the_literature_is_no_participant() {
        for text in [
            "Workers are “invisible ghosts” (Crewe, 2009).",
            "Stevens (2010) writes, “communities have evolved” (p. 19).",
            "to “modify one’s line of enquiry” (Robson, 1993, p. 229) was a feature",
            "is to risk a deviant identity. (p. 424)",
            "Rule 1 of the Rules published in 1964, “to hold those people.”",
            "during COVID-19, “remote work” grew",
        ] {
            assert_eq!(quotes(&[text]), [""; 0], "{text}");
        }
    }

    #[test]
    fn words_between_a_speaker_and_the_quotation() {
        assert_eq!(
            quotes(&["Interviewee 7 explained that \"it was late\"."]),
            ["Interviewee 7|\"it was late\""]
        );
        assert_eq!(quotes(&["P10 said that he “had no time” then."]), ["P10|“had no time”"]);
        assert_eq!(
            quotes(&["One (P31) told us “all is well” but another (P32) said “it is not”."]),
            ["P31|“all is well”", "P32|“it is not”"]
        );
        assert_eq!(quotes(&["P4 and P5 agreed: “yes” and “no”."]), ["P4+P5|“yes”", "P4+P5|“no”"]);
        assert_eq!(quotes(&["“I was there.” — Nurse 3"]), ["Nurse 3|“I was there.”"]);
    }

    #[test]
    fn the_speaker_is_the_subject_of_the_verb() {
        assert_eq!(
            quotes(&["\"I like the night,\" as S13 put it. \"Loud is enough,\" S1 added."]),
            ["S13|\"I like the night,\"", "S1|\"Loud is enough,\""]
        );
        for text in [
            "P7 left when his manager said that \"it is over\".",
            "P8 said her mother had told her \"to wait\".",
            "P9 used what the doctor had called \"the lamp\".",
            "P12 disagreed with Foucault, who wrote \"power is everywhere\".",
            "This was the policy that P11 knew, \"no calls at night\".",
        ] {
            assert_eq!(quotes(&[text]), [""; 0], "{text}");
        }
    }

    #[test]
    fn a_sentence_that_cites_participants_is_the_authors() {
        for text in [
            "Most of the nurses felt lonely during the winter nights (P1, P5).",
            "Three participants had left the service for good (P8, P9 and P10).",
            "Some valued the silence (P2). Others feared it (P3, P4), and we saw a few leave (P6).",
        ] {
            assert_eq!(quotes(&[text]), [""; 0], "{text}");
        }
    }

    #[test]
    fn an_authors_list_is_no_quotation() {
        let text = [
            "Three things set P10 apart from the rest:",
            "First, the older workers had contracts.",
        ];
        assert_eq!(quotes(&text), [""; 0]);
    }

    #[test]
    fn two_halves_are_one_speakers() {
        assert_eq!(
            quotes(&["“I dream in blocks,” said Coordinator C1, “and wake in them” (C1)."]),
            ["C1|“I dream in blocks,”", "C1|“and wake in them”"]
        );
    }
}
