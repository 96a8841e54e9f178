//! Who speaks: which of the things that lines begin with are labels, judged over the whole text.
//!
//! One line proves nothing: `Note: …`, `Results: …` and `Nora: …` look alike. A text is a transcript when
//! labels come again and again, take turns, and open much of it; then one who speaks once has a label, too.
//!
//! ```text
//! Nora - Where were we?          Dash  Nora 2, Tom 2; all four lines; they alternate    labels
//! Tom - At the kettle.           Stop  nobody twice                                     no labels
//! Nora - Well - so. And then?
//! Tom - I. Nothing.
//! ```
//! What looks like labels and is not taken for them is counted and told.

use std::collections::{BTreeMap, BTreeSet};

use super::decisions::Decided;
use super::evidence::Taken;
use super::heads::{Form, Head, nobody_known};
use super::labels::{Given, Label, Line, Reading, Talk, key};
use super::names::{forms_of_name, is_name_like};
use super::openings::{Judge, System, Text, is_strong};
use super::speech::Roles;
use crate::project::{CollectionKind, CollectionSettings};

/// Judges the lines of a text.
pub(super) fn judge(
    lines: &[Line<'_>],
    settings: &CollectionSettings,
    given: &Given,
    decided: &Decided<'_>,
    article: bool,
) -> Talk {
    let roles = Roles::of(&settings.speakers);
    if settings.kind == Some(CollectionKind::Papers) {
        return Talk::default();
    }
    let text = Text::read(lines, given);
    let certain = settings.kind == Some(CollectionKind::Transcripts) || decided.names_labels();
    let judge = Judge { text: &text, settings, given, decided, roles, certain };
    let by_pattern = judge.by_pattern();
    let mut talk = if by_pattern.is_some() { Talk::default() } else { judge.by_forms() };
    let paper = !certain && (article || text.is_paper() || is_quoted_exchange(&text, &talk));
    if paper && talk.labels.talk {
        let turns = talk.readings.iter().filter(|r| matches!(r, Reading::Label(_))).count();
        talk = Talk::default();
        talk.notes.push(format!(
            "{turns} lines begin with labels, and it is built as a paper is: read as a paper; `kind` in corpus.toml decides"
        ));
    } else if paper {
        talk.notes.clear();
    }
    if let Some(found) = by_pattern {
        talk = found;
    }
    if talk.labels.talk {
        judge.heads_of_roles(&mut talk);
    }
    talk
}

impl Judge<'_, '_> {
    /// The labels that the settings' own patterns find.
    fn by_pattern(&self) -> Option<Talk> {
        if self.given.patterns.is_empty() {
            return None;
        }
        let mut talk = Talk::default();
        for line in self.text.lines {
            let found = self.given.patterns.iter().find_map(|p| {
                let found = p.captures(line.text)?;
                let name = found.name("name").or_else(|| found.get(1))?;
                Some((name.as_str().trim().to_owned(), found.get(0)?.end(), found))
            });
            let named =
                found.filter(|(name, _, _)| !name.is_empty() && !self.is_no_speaker(name, 2));
            let label = named.map(|(name, end, found)| {
                let time = found.name("time").map(|m| m.as_str());
                let second = time.and_then(|t| self.given.stamps.at(t)).and_then(|s| s.second);
                let words = line.text[end..].trim_start();
                Label {
                    name,
                    time: time.map(str::to_owned),
                    second,
                    aside: None,
                    rest: line.text.len() - words.len(),
                }
            });
            if let Some(label) = &label {
                talk.labels.talk = true;
                talk.labels.add(&label.name, self.roles);
            }
            talk.readings.push(label.map_or(Reading::Words, Reading::Label));
        }
        talk.labels.talk.then_some(talk)
    }

    /// The labels that come again and again.
    fn by_forms(&self) -> Talk {
        let mut systems = self.text.systems();
        let mut taken: Vec<Taken> = systems.iter().filter_map(|s| self.take(s)).collect();
        // A colon says more than another sign.
        taken.sort_by_key(|t| (!is_strong(t.form), std::cmp::Reverse(t.turns), t.form));
        // What two forms see in the same lines is one thing: the form that sees more of it counts.
        let mut known: BTreeSet<String> = BTreeSet::new();
        if let Some(first) = taken.first() {
            known.extend(first.names.iter().cloned());
        }
        let first = taken.first().map(|t| t.form);
        taken.retain(|t| {
            Some(t.form) == first || is_strong(t.form) && t.names.iter().any(|n| known.contains(n))
        });
        for t in &taken {
            known.extend(t.names.iter().cloned());
        }
        let mut talk = Talk::default();
        if taken.is_empty() {
            systems.retain(|s| s.form != Form::Bold);
            let told = self.untaken(&systems).or_else(|| self.nameless());
            talk.notes.extend(told.or_else(|| self.openings()));
            return talk;
        }
        talk.labels.talk = true;
        let forms: Vec<Form> = taken.iter().map(|t| t.form).collect();
        // A name alone stands above words: what stands below it is none.
        let mut above = false;
        for (line, stamp) in self.text.stamps.iter().enumerate() {
            let reading = if line < self.text.about {
                Reading::About
            } else if let Some((time, second)) = stamp {
                Reading::Stamp(time.clone(), *second)
            } else {
                let label = self.label_of(line, &forms, &known, above);
                let label = label.or_else(|| {
                    let rest = nobody_known(self.text.lines[line].text, &self.given.stamps)?;
                    Some(Label { rest, ..Label::default() })
                });
                label.map_or(Reading::Words, Reading::Label)
            };
            match &reading {
                Reading::Label(label) => {
                    above = label.rest >= self.text.lines[line].text.trim_end().len();
                }
                Reading::Words => above = false,
                _ => {}
            }
            talk.readings.push(reading);
        }
        talk.notes.extend(self.misprints(&mut talk.readings));
        self.spell(&systems, &mut talk);
        talk.notes.extend(self.left(&talk.readings));
        talk.notes.extend(self.doubtful(&talk.readings));
        talk.notes.extend(self.inside(&talk));
        talk
    }

    /// The label that a line opens with; `above` where a label alone stands right above it.
    fn label_of(
        &self,
        line: usize,
        forms: &[Form],
        known: &BTreeSet<String>,
        above: bool,
    ) -> Option<Label> {
        let opens = self.text.lines[line].opens;
        // A name that is known is a label before signs that prose does not have, where it begins a paragraph.
        let signed = |form: Form| {
            is_strong(form)
                || opens
                    && matches!(
                        form,
                        Form::Square
                            | Form::Round
                            | Form::Curly
                            | Form::Angle
                            | Form::Quoted
                            | Form::Bar
                            | Form::Arrow
                            | Form::Tab
                    )
        };
        let fits = |h: &&Head<'_>| {
            let k = key(h.name);
            let taken = forms.contains(&h.form);
            // `I. And then?` among `I: And then?`
            let short = matches!(h.form, Form::Stop | Form::Semicolon)
                && opens
                && h.name.chars().count() <= 3
                && h.name.chars().all(|c| c.is_uppercase() || c.is_ascii_digit());
            // A listed name needs no sign where it is one that sentences do not begin with.
            let listed = h.form == Form::Word && self.listed(&k);
            let form = taken || short || signed(h.form) || listed;
            let words =
                above && matches!(h.form, Form::Alone | Form::Word | Form::Stop | Form::Dash);
            form && !words
                && self.text.could_open(line, h.form)
                && (known.contains(&k) || self.listed(&k) && taken)
        };
        let best = |h: &&Head<'_>| forms.iter().position(|f| *f == h.form).unwrap_or(usize::MAX);
        self.text.heads_of(line).iter().filter(fits).min_by_key(best).map(label)
    }

    /// The spelling of each name that is used most, and who asks.
    fn spell(&self, systems: &[System<'_>], talk: &mut Talk) {
        let mut used: BTreeMap<String, BTreeMap<&str, (usize, usize)>> = BTreeMap::new();
        for reading in &talk.readings {
            if let Reading::Label(label) = reading
                && !label.name.is_empty()
            {
                let spelled = used.entry(key(&label.name)).or_default();
                let order = spelled.len();
                spelled.entry(label.name.as_str()).or_insert((0, order)).0 += 1;
            }
        }
        for (k, spelled) in used {
            let best = spelled.iter().max_by_key(|(_, (n, order))| (*n, usize::MAX - order));
            let Some((name, _)) = best else { continue };
            let more = systems.iter().filter_map(|s| s.names.get(&k)?.more);
            let told = more.into_iter().find(|more| self.roles.asks(more));
            if self.roles.asks(name) {
                talk.labels.asks.insert(k.clone(), "by its label");
            } else if told.is_some() && self.settings.speakers.interviewers.is_none() {
                talk.labels.asks.insert(k.clone(), "by what stands beside its label");
            }
            talk.labels.spellings.insert(k, (*name).to_owned());
        }
    }

    /// Those whom the head of the transcript names with what they do there.
    fn heads_of_roles(&self, talk: &mut Talk) {
        // `Interviewed by Tom Hale`, `Interview with Nora Berg by Tom Hale`
        for line in self.text.lines.iter().take(12) {
            let lower = line.text.to_lowercase();
            let by = lower.starts_with("interview").then(|| lower.rfind(" by ")).flatten();
            let named = by.and_then(|at| line.text.get(at + 4..)).filter(|n| is_name_like(n));
            for name in named.map(forms_of_name).unwrap_or_default() {
                if self.settings.speakers.interviewers.is_none()
                    && talk.labels.spellings.contains_key(&key(&name))
                {
                    talk.labels.mark_asking(&name, "as the head of the transcript says");
                }
            }
        }
        for line in 0..self.text.about {
            if self.settings.speakers.interviewers.is_some() {
                return;
            }
            let Some(head) = self.text.colon(line) else { continue };
            let said = self.text.lines[line].text[head.rest..].trim();
            if !self.roles.asks(head.name) {
                // `TH: Tom Hale, interviewer`
                let role =
                    said.split_once([',', '(']).map_or("", |(_, role)| role.trim_end_matches(')'));
                if self.roles.asks(role) && talk.labels.spellings.contains_key(&key(head.name)) {
                    talk.labels.mark_asking(head.name, "as the head of the transcript says");
                }
                continue;
            }
            for name in forms_of_name(said) {
                if talk.labels.spellings.contains_key(&key(&name)) {
                    talk.labels.mark_asking(&name, "as the head of the transcript says");
                }
            }
        }
    }
}

/// True where labels stand in block quotations alone, and others write around them: an exchange that a paper quotes.
fn is_quoted_exchange(text: &Text<'_>, talk: &Talk) -> bool {
    /// Words of a paragraph of running text.
    const RUNNING: usize = 12;
    let labelled = |r: &Reading| matches!(r, Reading::Label(_));
    let quoted = text.lines.iter().zip(&talk.readings).all(|(l, r)| l.quoted || !labelled(r));
    let running = text
        .lines
        .iter()
        .filter(|l| !l.quoted && l.text.split_whitespace().nth(RUNNING).is_some())
        .count();
    talk.labels.talk && quoted && running >= 2
}

fn label(head: &Head<'_>) -> Label {
    Label {
        name: head.name.split_whitespace().collect::<Vec<_>>().join(" "),
        time: head.time.map(|t| t.text.to_owned()),
        second: head.time.and_then(|t| t.second),
        aside: head.more.map(str::to_owned),
        rest: head.rest,
    }
}
