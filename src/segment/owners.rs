//! Whose words a source's are, counted, with what of it is a guess: nothing is guessed in silence.

use serde::{Deserialize, Serialize};

use super::headings::Role;
use super::people::Who;
use super::quote::{Form, Quote, is_first_person};
use super::{Kind, Passages, Voice};

/// Words from which on a stretch in quotation marks is counted as a quotation.
pub const QUOTATION_WORDS: usize = 10;

/// Whose the words of a source are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Owners {
    /// Words by voice, in the order of [`Voice::ALL`].
    pub words: [u64; 4],
    /// Passages of turns.
    pub turns: u32,
    /// Those of them that name nobody.
    pub turns_of_nobody: u32,
    /// Quotations of ten words or more, and block quotations, with a speaker.
    pub attributed: u32,
    /// Those whose speaker is described and not known: `one nurse`.
    pub described: u32,
    /// Those that read like speech and name nobody.
    pub unattributed: u32,
    /// Those that do not read like speech: of the literature, titles, terms.
    pub unlike_speech: u32,
    /// Those who ask, and how that is known.
    pub askers: Vec<(String, String)>,
    /// True where the settings say that quotations of nobody are no cause for concern.
    pub accepted: bool,
}

impl Owners {
    /// Quotations that are somebody's or should be.
    #[must_use]
    pub const fn quotations(&self) -> u32 {
        self.attributed + self.described + self.unattributed
    }

    /// Adds those of another source.
    pub fn add(&mut self, other: &Self) {
        for (sum, words) in self.words.iter_mut().zip(other.words) {
            *sum += words;
        }
        self.turns += other.turns;
        self.turns_of_nobody += other.turns_of_nobody;
        self.attributed += other.attributed;
        self.described += other.described;
        self.unattributed += other.unattributed;
        self.unlike_speech += other.unlike_speech;
        self.accepted |= other.accepted;
    }

    /// Counts a quotation of a text, in a section of a role; what a person decided of it counts.
    pub(super) fn count(
        &mut self,
        quote: &Quote,
        decided: Option<(Option<&str>, Voice)>,
        text: &str,
        role: Role,
        block: bool,
    ) {
        let words = &text[quote.place.clone()];
        if !(block || words.split_whitespace().count() >= QUOTATION_WORDS) {
            return;
        }
        let speech = is_first_person(words)
            && !matches!(
                role,
                Role::Methods | Role::References | Role::Appendix | Role::FrontMatter
            );
        let sum = match (decided, &quote.who) {
            (Some((Some(_), _)), _) | (None, Who::Named(_)) => &mut self.attributed,
            // A participant whom nobody can name, as somebody has decided.
            (Some((None, Voice::Participant | Voice::Interviewer)), _)
            | (None, Who::Described(_)) => &mut self.described,
            (None, Who::Nobody) if speech && quote.form != Form::Cited => &mut self.unattributed,
            (Some((None, _)), _) | (None, Who::Nobody) => &mut self.unlike_speech,
        };
        *sum += 1;
    }

    /// Counts the words and turns of what was cut.
    pub(super) fn of_passages(&mut self, passages: &Passages) {
        for passage in &passages.passages {
            let all = passage.tokens.len() as u64;
            let quoted: u64 = passage.quotations.iter().map(|q| u64::from(q.tokens.len())).sum();
            self.words[place(passage.voice)] += all.saturating_sub(quoted);
            for quotation in &passage.quotations {
                self.words[place(quotation.voice)] += u64::from(quotation.tokens.len());
            }
            if passage.kind == Kind::Turn {
                self.turns += 1;
                self.turns_of_nobody += u32::from(passage.speaker.is_none());
            }
        }
    }
}

fn place(voice: Voice) -> usize {
    Voice::ALL.iter().position(|v| *v == voice).unwrap_or_default()
}
