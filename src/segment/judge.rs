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

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::decisions::Decided;
use super::headings::role_of;
use super::heads::{Form, Head, Opening, heads};
use super::labels::{Given, Label, Line, Reading, Talk, ends_in_question, is_initials, key};
use super::names::{Sure, forms_of_name, is_name_like, is_of_sentences, sure_of};
use super::speech::{Roles, SPEECH};
use super::stamps::stamp;
use crate::project::{CollectionKind, CollectionSettings};

/// What a text says at the beginnings of its lines, read in all ways.
struct Text<'t> {
    lines: &'t [Line<'t>],
    heads: Vec<Head<'t>>,
    /// Where the heads of a line begin in the list.
    firsts: Vec<usize>,
    stamps: Vec<Option<(String, Option<u32>)>>,
    /// Lines of the head that say something of the talk.
    about: usize,
    paragraphs: usize,
    words: usize,
    common: OnceCell<HashSet<String>>,
}

/// A name in one form, counted.
#[derive(Debug, Default)]
struct Name<'t> {
    /// Lines that it opens.
    lines: Vec<usize>,
    spelled: BTreeMap<&'t str, (usize, usize)>,
    /// Said of it somewhere: `interviewer` of `Nora (interviewer)`.
    more: Option<&'t str>,
}

/// One form over the whole text.
struct System<'t> {
    form: Form,
    names: BTreeMap<String, Name<'t>>,
}

/// A form taken for the text's way of naming speakers.
struct Taken {
    form: Form,
    names: BTreeSet<String>,
    turns: usize,
}

/// Judges the lines of a text.
pub(super) fn judge(
    lines: &[Line<'_>],
    settings: &CollectionSettings,
    given: &Given,
    decided: &Decided<'_>,
) -> Talk {
    let roles = Roles::of(&settings.speakers);
    if settings.kind == Some(CollectionKind::Papers) {
        return Talk::default();
    }
    let text = Text::read(lines);
    let certain = settings.kind == Some(CollectionKind::Transcripts) || decided.names_labels();
    let judge = Judge { text: &text, settings, given, decided, roles, certain };
    let by_pattern = judge.by_pattern();
    let paper = !certain && text.is_paper();
    let mut talk = if by_pattern.is_some() { Talk::default() } else { judge.by_forms() };
    if paper && talk.labels.talk {
        let turns = talk.readings.iter().filter(|r| matches!(r, Reading::Label(_))).count();
        talk = Talk::default();
        talk.notes.push(format!(
            "{turns} lines begin with labels, and headings are those of a paper: read as a paper; `kind` in corpus.toml decides"
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

impl<'t> Text<'t> {
    fn read(lines: &'t [Line<'t>]) -> Self {
        let mut text = Self {
            lines,
            heads: Vec::new(),
            firsts: Vec::with_capacity(lines.len() + 1),
            stamps: Vec::with_capacity(lines.len()),
            about: 0,
            paragraphs: 0,
            words: 0,
            common: OnceCell::new(),
        };
        for line in lines {
            text.firsts.push(text.heads.len());
            let opening = heads(line.text, line.bold, &mut text.heads);
            let found = match opening {
                Opening::Stamp(stamp) => Some((stamp.text.to_owned(), stamp.second)),
                Opening::Words => None,
            };
            if found.is_none() {
                text.words += 1;
                text.paragraphs += usize::from(line.opens);
            }
            text.stamps.push(found);
        }
        text.firsts.push(text.heads.len());
        text.about = text.about_zone();
        text
    }

    fn heads_of(&self, line: usize) -> &[Head<'t>] {
        &self.heads[self.firsts[line]..self.firsts[line + 1]]
    }

    fn colon(&self, line: usize) -> Option<&Head<'t>> {
        self.heads_of(line).iter().find(|h| h.form == Form::Colon)
    }

    /// How many lines at the top say something of the talk: date, place, who takes part.
    fn about_zone(&self) -> usize {
        const LONGEST: usize = 40;
        let (mut end, mut about) = (0, 0);
        for (i, line) in self.lines.iter().enumerate().take(LONGEST) {
            let Some(head) = self.colon(i) else {
                let short = line.text.split_whitespace().count() <= 12
                    && !line.text.ends_with(['.', '?', '!'])
                    && !self.heads_of(i).iter().any(|h| h.form == Form::Timed);
                if short || line.text.starts_with(['[', '(']) {
                    continue;
                }
                break;
            };
            let said = line.text[head.rest..].trim();
            // `TH: Tom Hale, interviewer`
            let legend = said.split([',', '(', ';']).next().unwrap_or_default().trim();
            if is_initials(head.name, legend) && is_name_like(legend) && said.split_whitespace().count() <= 8 && !said.ends_with(['.', '?', '!']) {
                about += 1;
                end = i + 1;
            } else if SPEECH.is_about(head.name) && said.split_whitespace().count() <= 25 {
                about += 1;
                end = i + 1;
            } else if SPEECH.is_of_people(head.name) && is_name_like(said) && self.names_again(i, said) {
                about += 1;
                end = i + 1;
            } else if about > 0 && SPEECH.is_of_people(head.name) && is_name_like(said) {
                end = i + 1;
            } else if said.ends_with(['.', '?', '!', '…']) || said.split_whitespace().count() > 10 {
                break;
            }
        }
        if about > 0 { end } else { 0 }
    }

    /// True when a name, or its initials, opens a line further down.
    fn names_again(&self, line: usize, said: &str) -> bool {
        let names: Vec<String> = forms_of_name(said).iter().map(|n| key(n)).collect();
        self.heads[self.firsts[line + 1]..].iter().any(|h| names.contains(&key(h.name)))
    }

    /// True when headings say that it is a paper.
    fn is_paper(&self) -> bool {
        use super::headings::Role;
        let mut roles = BTreeSet::new();
        for line in self.lines {
            if line.text.len() <= 60
                && !line.text.ends_with(['?', '!'])
                && let Some(role) = role_of(line.text)
            {
                roles.insert((role != Role::Body).then_some(role));
            }
        }
        let has = |role| roles.contains(&Some(role));
        (has(Role::References) && roles.len() >= 2)
            || (has(Role::Abstract) && roles.len() >= 2)
            || roles.len() >= 4
    }

    fn systems(&self) -> Vec<System<'t>> {
        let mut by_form: BTreeMap<Form, BTreeMap<String, Name<'t>>> = BTreeMap::new();
        for line in self.about..self.lines.len() {
            for head in self.heads_of(line).iter().filter(|h| self.could_open(line, h.form)) {
                let names = by_form.entry(head.form).or_default();
                let name = names.entry(key(head.name)).or_default();
                name.lines.push(line);
                let order = name.spelled.len();
                name.spelled.entry(head.name).or_insert((0, order)).0 += 1;
                name.more = name.more.or(head.more);
            }
        }
        by_form.into_iter().map(|(form, names)| System { form, names }).collect()
    }

    /// True for one word in capitals that the text also writes inside its lines: an abbreviation.
    fn is_word_in_capitals(&self, name: &str) -> bool {
        let capitals = name.chars().count() >= 2 && name.chars().all(char::is_uppercase);
        let inside = |line: &&Line<'_>| {
            let mut words = line.text.split(|c: char| !c.is_alphanumeric());
            words.next();
            words.any(|w| w == name)
        };
        capitals && self.lines.iter().filter(inside).take(3).count() >= 3
    }

    /// A sign that is no colon opens a turn only where a paragraph begins, if the text has paragraphs.
    fn could_open(&self, line: usize, form: Form) -> bool {
        is_strong(form)
            || matches!(form, Form::Alone | Form::Bold)
            || self.lines[line].opens
            || self.paragraphs < 4
    }

    /// True when all words of a name are words of the text in small letters: `Result`, not `Nora`.
    fn is_common(&self, name: &str) -> bool {
        if !name.starts_with(char::is_uppercase) {
            return false;
        }
        let common = self.common.get_or_init(|| {
            let asked: HashSet<String> = self
                .heads
                .iter()
                .flat_map(|h| h.name.split_whitespace())
                .map(str::to_lowercase)
                .collect();
            let mut found = HashSet::new();
            for line in self.lines {
                for word in line.text.split(|c: char| !c.is_alphabetic()) {
                    if word.starts_with(char::is_lowercase) && asked.contains(word) {
                        found.insert(word.to_owned());
                    }
                }
            }
            found
        });
        let mut words = name.split_whitespace().filter(|w| w.chars().all(char::is_alphabetic)).peekable();
        words.peek().is_some()
            && name.chars().any(char::is_lowercase)
            && words.all(|w| common.contains(&w.to_lowercase()))
    }
}

/// A judgement in the making.
struct Judge<'j, 't> {
    text: &'j Text<'t>,
    settings: &'j CollectionSettings,
    given: &'j Given,
    decided: &'j Decided<'j>,
    roles: Roles<'j>,
    /// True when the settings say that it is a transcript.
    certain: bool,
}

impl Judge<'_, '_> {
    fn listed(&self, key: &str) -> bool {
        self.decided.label(key).unwrap_or_else(|| self.given.names.contains(key))
    }

    /// True for what names no speaker, written so many times.
    fn is_no_speaker(&self, name: &str, times: usize) -> bool {
        let k = key(name);
        // `NB` is somebody's initials where it comes again and again.
        let letters = name.chars().filter(|c| *c != '.').count();
        let initials = times >= 2 && letters <= 3 && name.chars().all(|c| c.is_uppercase() || c == '.');
        // `Case 4` comes again where it is somebody.
        let numbered = times >= 2 && name.ends_with(|c: char| c.is_ascii_digit());
        self.decided.label(&k) == Some(false)
            || !self.listed(&k)
            && (SPEECH.is_no_speaker(name) && !initials && !numbered && !self.roles.asks(name)
                || self.settings.speakers.not_speakers.iter().any(|n| key(n) == k))
    }

    fn sure(&self, name: &str) -> Sure {
        if self.listed(&key(name)) || self.roles.asks(name) || self.roles.answers(name) {
            return Sure::Certain;
        }
        sure_of(name)
    }

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
            let label = found.filter(|f| !f.0.is_empty()).map(|(name, end, found)| {
                let time = found.name("time").map(|m| m.as_str());
                let second = time.and_then(stamp).and_then(|s| s.second);
                let words = line.text[end..].trim_start();
                Label { name, time: time.map(str::to_owned), second, rest: line.text.len() - words.len() }
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
        taken.retain(|t| Some(t.form) == first || is_strong(t.form) && t.names.iter().any(|n| known.contains(n)));
        for t in &taken {
            known.extend(t.names.iter().cloned());
        }
        let mut talk = Talk::default();
        if taken.is_empty() {
            systems.retain(|s| s.form != Form::Bold);
            talk.notes.extend(self.untaken(&systems));
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
                self.label_of(line, &forms, &known, above).map_or(Reading::Words, Reading::Label)
            };
            match &reading {
                Reading::Label(label) => above = label.rest >= self.text.lines[line].text.trim_end().len(),
                Reading::Words => above = false,
                _ => {}
            }
            talk.readings.push(reading);
        }
        talk.notes.extend(misprints(&mut talk.readings));
        self.spell(&systems, &mut talk);
        talk.notes.extend(self.left(&talk.readings));
        talk.notes.extend(self.inside(&talk));
        talk
    }

    /// The label that a line opens with; `above` where a label alone stands right above it.
    fn label_of(&self, line: usize, forms: &[Form], known: &BTreeSet<String>, above: bool) -> Option<Label> {
        let opens = self.text.lines[line].opens;
        // A name that is known is a label behind most signs, where it begins a paragraph.
        let signed = |form: Form| {
            is_strong(form)
                || opens && !matches!(form, Form::Alone | Form::Word | Form::Stop | Form::At | Form::Bold)
        };
        let fits = |h: &&Head<'_>| {
            let k = key(h.name);
            let taken = forms.contains(&h.form);
            let form = taken || signed(h.form) || self.listed(&k) && h.form != Form::Alone;
            let words = above && matches!(h.form, Form::Alone | Form::Word | Form::Stop | Form::Dash);
            form && !words
                && self.text.could_open(line, h.form)
                && (known.contains(&k) || self.listed(&k) && taken)
        };
        let best = |h: &&Head<'_>| forms.iter().position(|f| *f == h.form).unwrap_or(usize::MAX);
        self.text.heads_of(line).iter().filter(fits).min_by_key(best).map(label)
    }

    /// Labels inside turns: `[Moderator: which one?]`.
    fn inside(&self, talk: &Talk) -> Option<String> {
        let mut places = 0;
        for (line, reading) in self.text.lines.iter().zip(&talk.readings) {
            let from = match reading {
                Reading::Label(label) => label.rest.min(line.text.len()),
                Reading::Words => 0,
                _ => continue,
            };
            let text = &line.text[from..];
            for (at, _) in text.match_indices(": ").filter(|(at, _)| *at > 0) {
                let words: Vec<&str> = text[..at].rsplit([' ', '[', '(', '.', '?']).take(2).collect();
                let known = |name: &str| !name.is_empty() && talk.labels.spellings.contains_key(&key(name));
                let two = words.iter().rev().copied().collect::<Vec<_>>().join(" ");
                places += usize::from(known(words[0]) || known(&two));
            }
        }
        (places > 0).then(|| {
            let (what, verb) = if places == 1 { ("1 place", "looks") } else { ("", "look") };
            let what = if what.is_empty() { format!("{places} places") } else { what.to_owned() };
            format!("{what} inside turns {verb} like labels of those who speak, and no turn was begun there")
        })
    }

    /// The spelling of each name that is used most, and who asks.
    fn spell(&self, systems: &[System<'_>], talk: &mut Talk) {
        let mut used: BTreeMap<String, BTreeMap<&str, (usize, usize)>> = BTreeMap::new();
        for reading in &talk.readings {
            if let Reading::Label(label) = reading {
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

    /// One form's labels, if it is the text's way of naming those who speak.
    fn take(&self, system: &System<'_>) -> Option<Taken> {
        let strong = is_strong(system.form);
        let all: usize = system.names.values().map(|n| n.lines.len()).sum();
        if all == 0 {
            return None;
        }
        let enumerated = self.enumerations(system);
        let fits = |k: &String, name: &Name<'_>| {
            let spelled = name.spelled.keys().next().copied().unwrap_or_default();
            // `Yes. I do`, `the door. And`: a full stop ends sentences, too.
            let sentence = system.form == Form::Stop && self.sure(spelled) == Sure::Small;
            !self.is_no_speaker(spelled, name.lines.len()) && !enumerated.contains(k) && !sentence
        };
        let spelled = |name: &Name<'_>| name.spelled.keys().next().copied().unwrap_or_default().to_owned();
        let could: BTreeMap<&String, (&Name<'_>, Sure)> = system
            .names
            .iter()
            .filter(|(k, name)| fits(k, name))
            .map(|(k, name)| (k, (name, self.sure(&spelled(name)))))
            .collect();
        let count = |names: &dyn Fn(&Name<'_>, Sure) -> bool| -> usize {
            could.values().filter(|(n, s)| names(n, *s)).map(|(n, _)| n.lines.len()).sum()
        };
        // Nearly every line or paragraph begins so: then it is the text's form.
        let covered = self.covered(system.form, count(&|_, s| s > Sure::Not));
        let mut kept: BTreeSet<String> = could
            .iter()
            .filter(|(_, (name, sure))| {
                let again = name.lines.len() >= 2 && *sure > Sure::Not;
                let people = SPEECH.is_of_people(&spelled(name));
                let common = !people && *sure <= Sure::Personal && self.text.is_common(&spelled(name));
                let personal = *sure >= Sure::Personal
                    && (strong && !self.text.is_word_in_capitals(&spelled(name)) || *sure == Sure::Certain);
                let whole = covered >= 50 && system.form != Form::Alone;
                (again && (!common || whole)) || personal && !common
            })
            .map(|(k, _)| (*k).clone())
            .collect();
        let turns = |kept: &BTreeSet<String>| -> usize {
            kept.iter().filter_map(|k| system.names.get(k)).map(|n| n.lines.len()).sum()
        };
        let repeated = kept.iter().filter(|k| system.names[*k].lines.len() >= 2).count();
        let certain = kept.iter().filter(|k| could[k].1 == Sure::Certain).count();
        let short = self.text.words <= 8;
        // An abbreviation is one who asks where it comes again; on a line of its own `I` numbers a section.
        let asks = kept.iter().any(|k| {
            let name = &system.names[k];
            let (written, times) = (spelled(name), name.lines.len());
            let abbreviated = written.chars().count() <= 3;
            self.roles.asks(&written)
                && (!abbreviated || system.form != Form::Alone && (times >= 2 || short))
        });
        let listed = kept.iter().filter(|k| self.listed(k)).count();
        let evidence = Evidence {
            turns: turns(&kept),
            repeated,
            certain,
            asks,
            listed,
            covered: self.covered(system.form, turns(&kept)),
            covered_by_all: covered,
            alternating: alternating(system, &kept),
            questions: self.answered(system, &could.keys().map(|k| (*k).clone()).collect()),
            short,
            one_asks: strong && kept.len() == 1 && self.asks_mostly(system, &kept),
            words: self.text.words.saturating_sub(turns(&kept)),
            share: (turns(&kept) * 100).checked_div(all).unwrap_or(0),
            names: kept.len(),
            cuts_sentences: system.form == Form::Alone && self.cuts_sentences(system, &kept),
        };
        let taken = if self.certain { turns(&kept) > 0 || covered >= 50 } else { evidence.is_talk(system.form) };
        if !taken {
            return None;
        }
        // One who speaks once in such a text is a speaker; in captions all is speech.
        let captions = strong && self.text.paragraphs == 0;
        let enough = match system.form {
            _ if strong => 50,
            Form::Alone => 95,
            _ => 70,
        };
        if captions || covered >= enough {
            let once = could.iter().filter(|(_, (name, sure))| {
                let spelled = spelled(name);
                // A name alone has its words below it, in its own paragraph or the next.
                let line = name.lines[0];
                let below = self.text.lines.get(line + 1).is_some_and(|l| !l.opens);
                if system.form == Form::Alone && !(self.text.lines[line].opens && below) {
                    return false;
                }
                let common = !SPEECH.is_of_people(&spelled)
                    && (self.text.is_common(&spelled) || self.text.is_word_in_capitals(&spelled));
                match sure {
                    Sure::Not => false,
                    Sure::Small => covered >= 80 && !common && spelled.split_whitespace().count() <= 3,
                    Sure::Capital => !common,
                    Sure::Personal => !common,
                    Sure::Certain => true,
                }
            });
            kept.extend(once.map(|(k, _)| (*k).clone()));
        }
        let turns = turns(&kept);
        (turns > 0).then_some(Taken { form: system.form, names: kept, turns })
    }

    /// How much of a text so many labels open, in percent: of its paragraphs or of its lines.
    fn covered(&self, form: Form, turns: usize) -> usize {
        let text = self.text;
        let of = |all: usize| (turns * 100).checked_div(all).unwrap_or(0).min(100);
        let lines = text.words.saturating_sub(text.about);
        // A text without blank lines has no paragraphs to speak of.
        let paragraphs = if text.paragraphs < 4 { lines } else { text.paragraphs };
        if form == Form::Alone || form == Form::Timed {
            // The words stand below, in lines or paragraphs of their own.
            return of(paragraphs.saturating_sub(turns).max(1)).max(of(paragraphs)).max(of(lines));
        }
        of(paragraphs.saturating_sub(text.about.min(paragraphs / 2))).max(of(lines))
    }

    /// True when somebody asks and somebody else speaks next.
    fn answered(&self, system: &System<'_>, names: &BTreeSet<String>) -> bool {
        let mut at: Vec<(usize, &String)> = Vec::new();
        for k in names {
            at.extend(system.names[k].lines.iter().map(|l| (*l, k)));
        }
        at.sort_unstable();
        at.windows(2).any(|two| {
            let said = &self.text.lines[two[0].0..two[1].0];
            two[0].1 != two[1].1 && said.last().is_some_and(|l| ends_in_question(l.text))
        })
    }

    /// True when most lines of these names end in a question, and words without a label follow them.
    fn asks_mostly(&self, system: &System<'_>, kept: &BTreeSet<String>) -> bool {
        let lines: Vec<usize> = kept.iter().flat_map(|k| system.names[k].lines.iter().copied()).collect();
        let asks = |line: &&usize| {
            let follows = self.text.lines.get(**line + 1).is_some_and(|l| !ends_in_question(l.text));
            follows && ends_in_question(self.text.lines[**line].text)
        };
        lines.iter().filter(asks).count() * 10 >= lines.len() * 6
    }

    /// True when lines stand in the middle of sentences: what comes before is not ended, and goes on after.
    fn cuts_sentences(&self, system: &System<'_>, kept: &BTreeSet<String>) -> bool {
        let lines = kept.iter().flat_map(|k| &system.names[k].lines);
        let (mut all, mut cut, mut open) = (0, 0, 0);
        for line in lines {
            let (before, after) = (line.checked_sub(1), self.text.lines.get(line + 1));
            let before = before.and_then(|i| self.text.lines.get(i)).map(|l| l.text.trim_end());
            all += 1;
            cut += usize::from(after.is_some_and(|l| l.text.starts_with(char::is_lowercase)));
            open += usize::from(before.is_some_and(|t| {
                t.ends_with(|c: char| c.is_alphanumeric() || matches!(c, ',' | '-' | ';'))
            }));
        }
        cut * 10 >= all && open * 10 >= all * 2
    }

    /// Names that count up, each once: `Step 1`, `Phase 2`, `H3`.
    fn enumerations(&self, system: &System<'_>) -> BTreeSet<String> {
        let mut stems: HashMap<String, Vec<(u32, &String, usize)>> = HashMap::new();
        for (k, name) in &system.names {
            let stem = k.trim_end_matches(|c: char| c.is_ascii_digit());
            if stem.len() < k.len()
                && let Ok(number) = k[stem.len()..].parse()
            {
                stems.entry(stem.to_owned()).or_default().push((number, k, name.lines.len()));
            }
        }
        let mut out = BTreeSet::new();
        for (stem, mut names) in stems {
            names.sort_unstable();
            let people = SPEECH.is_of_people(&stem) || matches!(stem.as_str(), "p" | "r" | "s" | "t" | "a" | "pt" | "sp" | "ps");
            let counts = names.windows(2).all(|w| w[1].0 == w[0].0 + 1);
            if names.len() >= 2 && counts && names.iter().all(|n| n.2 == 1) && !people && !names.iter().any(|n| self.listed(n.1)) {
                out.extend(names.into_iter().map(|n| n.1.clone()));
            }
        }
        out
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
                let role = said.split_once([',', '(']).map_or("", |(_, role)| role.trim_end_matches(')'));
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

    /// What looks like labels where none were taken.
    fn untaken(&self, systems: &[System<'_>]) -> Option<String> {
        let told = |system: &System<'_>| {
            let names = || {
                system.names.values().filter(|n| {
                    let spelled = n.spelled.keys().next().copied().unwrap_or_default();
                    !self.is_no_speaker(spelled, n.lines.len()) && !is_of_sentences(spelled)
                })
            };
            let lines: usize = names().map(|n| n.lines.len()).sum();
            let again = names().filter(|n| n.lines.len() >= 2).count();
            let covered = self.covered(system.form, lines);
            let likely = match system.form {
                Form::Alone | Form::Stop | Form::Tab | Form::Dash | Form::Word => {
                    again >= 2 && lines >= 4 && covered >= 40
                        || again >= 1 && covered >= 80 && lines >= 2
                        || covered >= 90 && (2..=3).contains(&lines) && !matches!(system.form, Form::Alone | Form::Word)
                }
                _ => lines >= 3 && (covered >= 30 || again >= 2) || lines >= 2 && covered >= 80,
            };
            (likely, lines, covered)
        };
        let best = systems
            .iter()
            .map(|s| (told(s), s.form))
            .filter(|((likely, _, _), _)| *likely)
            .max_by_key(|((_, lines, covered), form)| (*covered, *lines, std::cmp::Reverse(*form)));
        let ((_, lines, _), form) = best?;
        let looks = form.looks();
        let many = if lines == 1 { "1 line begins".to_owned() } else { format!("{lines} lines begin") };
        Some(format!(
            "{many} with `{looks}`; no speakers were read; if these are labels, \
             `speakers.labels = [\"{}\"]` in corpus.toml says so",
            template(form)
        ))
    }

    /// Lines of a transcript that begin like labels and were not taken for them.
    fn left(&self, readings: &[Reading]) -> Option<String> {
        let mut lines = 0;
        for (i, reading) in readings.iter().enumerate() {
            let left = matches!(reading, Reading::Words)
                && self.text.heads_of(i).iter().any(|h| {
                    matches!(h.form, Form::Colon | Form::Timed)
                        && !h.tight
                        && h.name.split_whitespace().count() <= 4
                        && self.sure(h.name) >= Sure::Small
                        && !self.is_no_speaker(h.name, 1)
                });
            lines += usize::from(left);
        }
        let many = if lines == 1 { "1 line begins".to_owned() } else { format!("{lines} lines begin") };
        (lines > 0).then(|| {
            format!(
                "{many} with `Name: ` and not with a label; these words are given to the one before; \
                 `speakers.names` in corpus.toml lists names that are labels"
            )
        })
    }
}

/// What is known of one form.
struct Evidence {
    turns: usize,
    repeated: usize,
    certain: usize,
    asks: bool,
    listed: usize,
    covered: usize,
    covered_by_all: usize,
    /// Percent of neighbouring labels that differ.
    alternating: usize,
    /// True when a question is followed by another's words.
    questions: bool,
    /// True for a text of a few lines.
    short: bool,
    /// True where one alone has a label, and asks most of the time.
    one_asks: bool,
    /// Lines that are no label.
    words: usize,
    /// Different names.
    names: usize,
    /// Percent of the lines of this form that the names open.
    share: usize,
    /// True where the lines stand in the middle of sentences, as running heads do.
    cuts_sentences: bool,
}

impl Evidence {
    fn is_talk(&self, form: Form) -> bool {
        let Self { turns, repeated, certain, asks, listed, covered, alternating, .. } = *self;
        // Many names that come twice are headings; people come again and again.
        let few = turns < 12 || turns >= 3 * self.names;
        let takes_turns = repeated >= 2 && alternating >= 25;
        if listed >= 1 && turns >= 2 && covered >= 25 {
            return true;
        }
        match form {
            Form::Colon | Form::Timed | Form::Titled => {
                // Where somebody asks it is an interview; else several must speak again and again.
                (asks && repeated >= 1 && turns >= 3)
                    || (asks && covered >= 33)
                    || (turns >= 4 && covered >= 16 && takes_turns)
                    || (turns >= 4 && covered >= 60 && repeated >= 1)
                    || (turns >= 3 && covered >= 80 && certain >= 1)
                    || (certain >= 2 && covered >= 60)
                    || (self.one_asks && turns >= 3)
                    || (form == Form::Timed && turns >= 2 && covered >= 60)
                    || (form == Form::Timed && repeated >= 1 && turns >= 6 && covered >= 30)
                    || (self.short && self.covered_by_all >= 99 && self.questions)
            }
            // With no sign a name must be a role or a code, and open nearly all.
            Form::Word => turns >= 4 && takes_turns && covered >= 80 && few && certain >= self.names,
            Form::Bold => turns >= 4 && takes_turns || asks && turns >= 3 && covered >= 30,
            Form::Alone if self.cuts_sentences || self.words * 2 < turns => false,
            Form::Alone => {
                let most = self.share >= 50 && turns >= 2 * self.names;
                let wrapped = turns >= 6 && self.names <= 4 && turns >= 3 * self.names && alternating >= 90;
                (turns >= 4 && takes_turns && covered >= 50 && few && most && alternating >= 50)
                    || (wrapped && covered >= 15 && takes_turns && self.share >= 70)
                    || (asks && turns >= 2 && covered >= 60 && few)
            }
            Form::Stop => {
                certain >= 1 && turns >= 4 && covered >= 50 && takes_turns
                    || turns >= 6 && covered >= 50 && takes_turns
                    || asks && turns >= 3 && covered >= 80
            }
            _ => {
                (turns >= 4 && covered >= 50 && takes_turns && few)
                    || (asks && turns >= 2 && covered >= 60 && few)
                    || (certain >= 2 && turns >= 3 && covered >= 60 && few)
                    || (turns >= 6 && covered >= 35 && takes_turns && certain >= 1)
                    || (self.short && self.covered_by_all >= 99 && self.questions && turns + certain > 0)
            }
        }
    }
}

/// Forms in which a name that is known is a label wherever it stands.
const fn is_strong(form: Form) -> bool {
    matches!(form, Form::Colon | Form::Timed | Form::Titled)
}

/// What to write in `speakers.labels` for a form.
const fn template(form: Form) -> &'static str {
    match form {
        Form::Tab => r"^(?P<name>[^\\t]{1,48}?)(?:\\t| {3,})",
        Form::Bold | Form::Alone => r"^(?P<name>.{1,40})$",
        other => other.looks(),
    }
}

fn label(head: &Head<'_>) -> Label {
    Label {
        name: head.name.split_whitespace().collect::<Vec<_>>().join(" "),
        time: head.time.map(|t| t.text.to_owned()),
        second: head.time.and_then(|t| t.second),
        rest: head.rest,
    }
}

/// Gives a label that stands once and is a letter off from one that comes again and again that one's name.
fn misprints(readings: &mut [Reading]) -> Vec<String> {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for reading in readings.iter() {
        if let Reading::Label(label) = reading {
            *times.entry(label.name.clone()).or_default() += 1;
        }
    }
    let letters = |name: &str| name.chars().all(|c| c.is_alphabetic() || c.is_whitespace());
    let near = |name: &str| {
        let usual = times.iter().filter(|(other, n)| {
            **n >= 3 && letters(other) && strsim::osa_distance(other, name) == 1
        });
        usual.max_by_key(|(_, n)| **n).map(|(other, _)| other.clone())
    };
    let mut told = Vec::new();
    for reading in readings {
        if let Reading::Label(label) = reading
            && times[&label.name] == 1
            && label.name.chars().count() >= 5
            && letters(&label.name)
            && let Some(usual) = near(&label.name)
        {
            told.push(format!("`{}` is taken for a misprint of `{usual}`; `speakers.names` in corpus.toml keeps it", label.name));
            label.name = usual;
        }
    }
    told
}

/// Percent of neighbouring labels that differ.
fn alternating(system: &System<'_>, kept: &BTreeSet<String>) -> usize {
    let mut at: Vec<(usize, &String)> =
        kept.iter().flat_map(|k| system.names[k].lines.iter().map(move |l| (*l, k))).collect();
    at.sort_unstable();
    let changes = at.windows(2).filter(|two| two[0].1 != two[1].1).count();
    (changes * 100).checked_div(at.len().saturating_sub(1)).unwrap_or(0)
}
