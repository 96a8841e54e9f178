//! Texts that another program has cut become passages as they are; and the layer of stems.

use std::collections::HashMap;

use frostem::Stemmer;

use super::cutter::Cutter;
use super::{Kind, Passage, Role, Section, Voice};
use crate::ingest::{Annotated, AnnotatedPassage};
use crate::text::fold;

/// The name of the layer of stems.
const STEM: &str = "stem";

impl Cutter<'_> {
    /// Takes over the passages of an annotated text.
    pub(super) fn take_over(&mut self, annotated: Annotated) {
        self.out.layers = annotated.layers;
        self.out.structures = annotated.structures;
        self.out.no_sentences = annotated.no_sentences;
        let mut speaking: Option<String> = None;
        for passage in annotated.passages {
            if passage.new_section || self.out.sections.is_empty() {
                let title = passage.section.clone();
                let level = u8::from(title.is_some());
                self.out.sections.push(Section { title, level, role: Role::Body });
            }
            if passage.new_turn || passage.speaker.is_none() || passage.speaker != speaking {
                self.turn += 1;
            }
            speaking.clone_from(&passage.speaker);
            let passage = self.as_passage(passage);
            self.out.passages.push(passage);
        }
        if self.out.title.is_none() && self.out.sections.len() == 1 {
            self.out.title = self.out.sections[0].title.clone();
        }
    }

    fn as_passage(&mut self, passage: AnnotatedPassage) -> Passage {
        let told = passage.voice.as_deref();
        let told = told.and_then(|v| Voice::ALL.into_iter().find(|voice| voice.name() == v));
        let voice = match (&passage.speaker, told) {
            (_, Some(voice)) => voice,
            (None, None) => Voice::Author,
            (Some(label), None) if self.labels.asks(label) => Voice::Interviewer,
            (Some(_), None) => Voice::Participant,
        };
        let kind = match (&passage.speaker, passage.heading) {
            (_, true) => Kind::Heading,
            (Some(_), false) => Kind::Turn,
            (None, false) => Kind::Paragraph,
        };
        let speaker = passage.speaker.map(|label| self.speaker(&[label]));
        let section = u32::try_from(self.out.sections.len() - 1).unwrap_or(u32::MAX);
        Passage {
            kind,
            section,
            turn: self.turn,
            voice,
            speaker,
            text: passage.text,
            tokens: passage.tokens,
            sentences: passage.sentences,
            quotations: Vec::new(),
            marks: passage.marks,
            page: None,
            time: None,
            layers: passage.layers,
        }
    }

    /// Adds a layer of stems to every passage.
    pub(super) fn add_stems(&mut self, stemmer: Stemmer) {
        if self.out.layers.iter().any(|l| l == STEM) {
            return;
        }
        let mut known: HashMap<String, String> = HashMap::new();
        let form = self.out.form_layer();
        for passage in &mut self.out.passages {
            let stems = (0..passage.tokens.len()).map(|i| {
                let word = fold(passage.form(i, form)).into_owned();
                let stem = known.entry(word).or_insert_with_key(|w| stemmer.stem(w).into_owned());
                Some(stem.clone())
            });
            let stems: Vec<Option<String>> = stems.collect();
            passage.layers.push(stems);
        }
        self.out.layers.push(STEM.to_owned());
    }
}
