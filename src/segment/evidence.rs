//! Whether one form is the text's way of naming those who speak: how often, how much of the text, whether they take
//! turns, and what the names are.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::heads::Form;
use super::labels::ends_in_question;
use super::names::{Sure, is_code};
use super::openings::{Judge, Name, System, is_strong};
use super::speech::SPEECH;

/// A form taken for the text's way of naming speakers.
pub(super) struct Taken {
    pub(super) form: Form,
    pub(super) names: BTreeSet<String>,
    pub(super) turns: usize,
}

/// Names of a form that could be somebody's, with how sure each is by its looks.
type Could<'s> = BTreeMap<&'s String, (&'s Name<'s>, Sure)>;

impl Judge<'_, '_> {
    /// One form's labels, if it is the text's way of naming those who speak.
    pub(super) fn take(&self, system: &System<'_>) -> Option<Taken> {
        let all: usize = system.names.values().map(|n| n.lines.len()).sum();
        if all == 0 {
            return None;
        }
        let could = self.could_be(system);
        // Nearly every line or paragraph begins so: then it is the text's form.
        let named = could.values().filter(|(_, sure)| *sure > Sure::Not);
        let covered = self.covered(system.form, named.map(|(n, _)| n.lines.len()).sum());
        let mut kept = self.sure_of(system.form, &could, covered);
        let turns = system.turns_of(&kept);
        let taken = if self.certain {
            turns > 0 || covered >= 50
        } else {
            self.evidence(system, &could, &kept, covered).is_talk(system.form)
        };
        if !taken {
            return None;
        }
        // One who speaks once in such a text is a speaker; in captions all is speech.
        let strong = is_strong(system.form);
        let captions = strong && self.text.paragraphs == 0;
        let enough = match system.form {
            _ if strong => 50,
            Form::Alone => 95,
            _ => 70,
        };
        if captions || covered >= enough {
            let once = self.speaking_once(system, &could, &kept, covered);
            kept.extend(once);
        }
        let turns = system.turns_of(&kept);
        (turns > 0).then_some(Taken { form: system.form, names: kept, turns })
    }

    /// The names of a form that could be somebody's.
    fn could_be<'s>(&self, system: &'s System<'_>) -> Could<'s> {
        let enumerated = self.enumerations(system);
        let fits = |k: &String, name: &Name<'_>| {
            // `Yes. I do`, `the door. And`: a full stop ends sentences, too.
            let sentence = system.form == Form::Stop && self.sure(name.written()) == Sure::Small;
            !self.is_no_speaker(name.written(), name.lines.len())
                && !enumerated.contains(k)
                && !sentence
        };
        let fitting = system.names.iter().filter(|(k, name)| fits(k, name));
        fitting.map(|(k, name)| (k, (name, self.sure(name.written())))).collect()
    }

    /// Of those the ones that come again, or are somebody's by themselves.
    fn sure_of(&self, form: Form, could: &Could<'_>, covered: usize) -> BTreeSet<String> {
        let kept = could.iter().filter(|(_, (name, sure))| {
            let written = name.written();
            let again = name.lines.len() >= 2 && *sure > Sure::Not;
            let people = SPEECH.is_of_people(written);
            let common = !people && *sure <= Sure::Personal && self.text.is_common(written);
            let personal = *sure >= Sure::Personal
                && (is_strong(form) && !self.text.is_word_in_capitals(written)
                    || *sure == Sure::Certain);
            let whole = covered >= 50 && form != Form::Alone;
            (again && (!common || whole)) || personal && !common
        });
        kept.map(|(k, _)| (*k).clone()).collect()
    }

    /// What speaks for these names.
    fn evidence(
        &self,
        system: &System<'_>,
        could: &Could<'_>,
        kept: &BTreeSet<String>,
        covered: usize,
    ) -> Evidence {
        let strong = is_strong(system.form);
        let all: usize = system.names.values().map(|n| n.lines.len()).sum();
        let turns = system.turns_of(kept);
        let repeated = kept.iter().filter(|k| system.names[*k].lines.len() >= 2).count();
        let certain = kept.iter().filter(|k| could[k].1 == Sure::Certain).count();
        let short = self.text.words <= 8;
        // An abbreviation is one who asks where it comes again; on a line of its own `I` numbers a section.
        let asks = kept.iter().any(|k| {
            let name = &system.names[k];
            let (written, times) = (name.written(), name.lines.len());
            let abbreviated = written.chars().count() <= 3;
            self.roles.asks(written)
                && (!abbreviated || system.form != Form::Alone && (times >= 2 || short))
        });
        let listed = kept.iter().filter(|k| self.listed(k)).count();
        Evidence {
            turns,
            repeated,
            certain,
            people: kept.iter().all(|k| {
                let name = system.names[k].written();
                SPEECH.is_of_people(name) || is_code(name) && name.starts_with(char::is_alphabetic)
            }),
            asks,
            listed,
            covered: self.covered(system.form, turns),
            covered_by_all: covered,
            alternating: alternating(system, kept),
            questions: self.answered(system, &could.keys().map(|k| (*k).clone()).collect()),
            short,
            one_asks: strong && kept.len() == 1 && self.asks_mostly(system, kept),
            words: self.text.words.saturating_sub(turns),
            share: (turns * 100).checked_div(all).unwrap_or(0),
            names: kept.len(),
            cuts_sentences: system.form == Form::Alone && self.cuts_sentences(system, kept),
        }
    }

    /// Those who speak once in a text whose form is certain.
    fn speaking_once(
        &self,
        system: &System<'_>,
        could: &Could<'_>,
        kept: &BTreeSet<String>,
        covered: usize,
    ) -> Vec<String> {
        let named: HashSet<usize> =
            kept.iter().flat_map(|k| system.names[k].lines.iter().copied()).collect();
        let once = could.iter().filter(|(_, (name, sure))| {
            let written = name.written();
            // A name alone has its words below it, in its own paragraph or the next.
            let line = name.lines[0];
            let below = self.text.lines.get(line + 1).is_some_and(|l| !l.opens);
            let above = line.checked_sub(1).is_some_and(|l| named.contains(&l));
            let free = !above && !named.contains(&(line + 1));
            let stamped = line.checked_sub(1).is_some_and(|l| self.text.stamps[l].is_some());
            let opens = self.text.lines[line].opens || stamped;
            // What stands on top is the talk's title.
            if system.form == Form::Alone && (!(opens && (below || free)) || line == 0) {
                return false;
            }
            let common = !SPEECH.is_of_people(written)
                && (self.text.is_common(written) || self.text.is_word_in_capitals(written));
            match sure {
                Sure::Not => false,
                Sure::Small => covered >= 80 && !common && written.split_whitespace().count() <= 3,
                Sure::Capital | Sure::Personal => !common,
                Sure::Certain => true,
            }
        });
        once.map(|(k, _)| (*k).clone()).collect()
    }

    /// How much of a text so many labels open, in percent: of its paragraphs or of its lines.
    pub(super) fn covered(&self, form: Form, turns: usize) -> usize {
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
        let lines: Vec<usize> =
            kept.iter().flat_map(|k| system.names[k].lines.iter().copied()).collect();
        let asks = |line: &&usize| {
            let follows =
                self.text.lines.get(**line + 1).is_some_and(|l| !ends_in_question(l.text));
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
            let before = before.filter(|i| self.text.stamps[*i].is_none());
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
        let mut stems: BTreeMap<String, Vec<(u32, &String, usize)>> = BTreeMap::new();
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
            let people = SPEECH.is_of_people(&stem)
                || matches!(stem.as_str(), "p" | "r" | "s" | "t" | "a" | "pt" | "sp" | "ps");
            let counts = names.windows(2).all(|w| w[0].0.checked_add(1) == Some(w[1].0));
            if names.len() >= 2
                && counts
                && names.iter().all(|n| n.2 == 1)
                && !people
                && !names.iter().any(|n| self.listed(n.1))
            {
                out.extend(names.into_iter().map(|n| n.1.clone()));
            }
        }
        out
    }
}

/// What is known of one form.
#[expect(clippy::struct_excessive_bools, reason = "each is an observation; rules combine them")]
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
    /// True where all names are of people by a noun, or codes: `Nurse`, `P7`.
    people: bool,
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
                    || (self.short && self.words == 0 && self.people && self.share == 100)
            }
            // With no sign a name must be a role or a code, and open nearly all.
            Form::Word => {
                turns >= 4 && takes_turns && covered >= 80 && few && certain >= self.names
            }
            Form::Bold => turns >= 4 && takes_turns || asks && turns >= 3 && covered >= 30,
            Form::Alone if self.cuts_sentences || self.words * 2 < turns => false,
            Form::Alone => {
                let most = self.share >= 50 && turns >= 2 * self.names;
                let wrapped =
                    turns >= 6 && self.names <= 4 && turns >= 3 * self.names && alternating >= 90;
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
                    || (self.short
                        && self.covered_by_all >= 99
                        && self.questions
                        && turns + certain > 0)
            }
        }
    }
}

/// Percent of neighbouring labels that differ.
fn alternating(system: &System<'_>, kept: &BTreeSet<String>) -> usize {
    let mut at: Vec<(usize, &String)> =
        kept.iter().flat_map(|k| system.names[k].lines.iter().map(move |l| (*l, k))).collect();
    at.sort_unstable();
    let changes = at.windows(2).filter(|two| two[0].1 != two[1].1).count();
    (changes * 100).checked_div(at.len().saturating_sub(1)).unwrap_or(0)
}
