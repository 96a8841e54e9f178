//! What looks like labels and was not taken for them: it is counted and told, with the way out.

use std::collections::BTreeMap;

use super::heads::Form;
use super::labels::{Line, Reading, Talk, ends_in_question, key};
use super::names::{Sure, is_of_sentences};
use super::openings::{Judge, System};
use super::speech::SPEECH;

impl Judge<'_, '_> {
    /// What looks like labels where none were taken.
    pub(super) fn untaken(&self, systems: &[System<'_>]) -> Option<String> {
        let asks = self.text.lines.iter().any(|l| ends_in_question(l.text));
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
            let named = names().all(|n| self.sure(n.written()) >= Sure::Capital);
            let likely = match system.form {
                Form::Alone | Form::Stop | Form::Tab | Form::Dash | Form::Word => {
                    self.text.words <= 8 && (2..=3).contains(&lines) && covered >= 90 && asks
                        || again >= 2 && lines >= 4 && covered >= 40
                        || again >= 1 && covered >= 80 && lines >= 2
                        || covered >= 90
                            && (2..=3).contains(&lines)
                            && !matches!(system.form, Form::Alone | Form::Word)
                }
                _ => {
                    lines >= 1 && covered >= 99 && self.text.words == lines && named
                        || lines >= 3 && (covered >= 30 || again >= 2)
                        || lines >= 2 && covered >= 80
                }
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
        let way_out = match template(form) {
            Some(template) => format!("`speakers.labels = [\"{template}\"]`"),
            // A name without a sign is known by itself.
            None => "`speakers.names`, a list of them,".to_owned(),
        };
        let many =
            if lines == 1 { "1 line begins".to_owned() } else { format!("{lines} lines begin") };
        Some(format!(
            "{many} with `{looks}`; no speakers were read; if these are labels, {way_out} in corpus.toml says so"
        ))
    }

    /// Words that open paragraphs again and again, by turns, in a form that is not known.
    pub(super) fn openings(&self) -> Option<String> {
        let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        // What stands behind the words: a sign, or the next word.
        let mut shapes: BTreeMap<&str, usize> = BTreeMap::new();
        let lines =
            || self.text.lines.iter().filter(|l| !l.text.trim().is_empty()).skip(self.text.about);
        let mut all = 0;
        for (i, line) in lines().enumerate() {
            all += 1;
            let text = line.text.trim_start_matches(|c: char| !c.is_alphabetic());
            let end = text.find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len());
            let word = &text[..end];
            if word.starts_with(|c: char| c.is_alphabetic() && !c.is_lowercase())
                && !is_of_sentences(word)
                && end < text.len()
            {
                places.entry(word).or_default().push(i);
                let behind = text[end..].trim_start();
                let shape = match behind.find(|c: char| !c.is_alphanumeric()) {
                    Some(0) => behind.chars().next().map_or("", |c| &behind[..c.len_utf8()]),
                    next => &behind[..next.unwrap_or(behind.len())],
                };
                *shapes.entry(shape).or_default() += 1;
            }
        }
        places.retain(|word, at| {
            at.len() >= 3 && !self.is_no_speaker(word, at.len()) && !self.text.is_common(word)
        });
        let mut order: Vec<(usize, &str)> =
            places.iter().flat_map(|(word, at)| at.iter().map(move |i| (*i, *word))).collect();
        order.sort_unstable();
        let turns = order.windows(2).filter(|two| two[0].1 != two[1].1).count();
        let same = shapes.values().max().copied().unwrap_or_default();
        let fits = same * 5 >= order.len() * 4
            && (2..=8).contains(&places.len())
            && order.len() * 20 >= all * 9
            && turns * 2 >= order.len();
        fits.then(|| {
            let names: Vec<String> = places.keys().take(4).map(|w| format!("`{w}`")).collect();
            format!(
                "{} lines begin with {} by turns, in a form that is not known; no speakers were read; if these are those \
                 who speak, `speakers.labels` in corpus.toml says what a label looks like",
                order.len(),
                names.join(", ")
            )
        })
    }

    /// Talk that is printed without names: each turn behind a dash, or the questions in bold.
    pub(super) fn nameless(&self) -> Option<String> {
        let lines = || self.text.lines.iter().filter(|l| !l.text.trim().is_empty());
        let all = lines().filter(|l| l.opens).count();
        let dashed = |l: &&Line<'_>| {
            let rest = l.text.trim_start().strip_prefix(['-', '–', '—', '―']);
            rest.is_some_and(|rest| !rest.starts_with(['-', '–', '—']))
        };
        let asks = |l: &&Line<'_>| ends_in_question(l.text);
        let dashes = lines().filter(dashed).count();
        let asking = lines().filter(dashed).filter(asks).count();
        let way_out =
            "if it is an interview, nobody in it is named; write who speaks before each turn";
        if dashes >= 4 && dashes * 10 >= all.min(lines().count()) * 8 && asking * 4 >= dashes {
            return Some(format!(
                "{dashes} paragraphs begin with a dash, and {asking} of them ask: {way_out}"
            ));
        }
        let bold = |l: &&Line<'_>| l.bold > 0 && l.bold >= l.text.trim_end().len() && asks(l);
        let list: Vec<&Line<'_>> = lines().collect();
        let answered = list.windows(2).filter(|two| bold(&two[0]) && two[1].bold == 0).count();
        (answered >= 3).then(|| {
            format!("{answered} lines in bold ask, and words that are not in bold follow each: {way_out}")
        })
    }

    /// Lines of a transcript that begin like labels and were not taken for them.
    pub(super) fn left(&self, readings: &[Reading]) -> Option<String> {
        let mut lines = 0;
        for (i, reading) in readings.iter().enumerate() {
            let left = matches!(reading, Reading::Words)
                && self.text.heads_of(i).iter().any(|h| {
                    matches!(h.form, Form::Colon | Form::Timed)
                        && !h.tight
                        && !self.is_no_speaker(h.name, 1)
                        && (self.sure(h.name) >= Sure::Small
                            && h.name.split_whitespace().count() <= 4
                            || SPEECH.is_of_people(h.name))
                });
            lines += usize::from(left);
        }
        let many =
            if lines == 1 { "1 line begins".to_owned() } else { format!("{lines} lines begin") };
        (lines > 0).then(|| {
            format!(
                "{many} with `Name: ` and not with a label; these words are given to the one before; \
                 `speakers.names` in corpus.toml lists names that are labels"
            )
        })
    }

    /// Labels that stand once and are a letter off from one that comes again and again. `Interveiwer` is no name, and
    /// gets the usual spelling; `Mario` beside `Maria` may be somebody, and is told.
    pub(super) fn misprints(&self, readings: &mut [Reading]) -> Vec<String> {
        let mut times: BTreeMap<String, usize> = BTreeMap::new();
        for reading in readings.iter() {
            if let Reading::Label(label) = reading {
                *times.entry(label.name.clone()).or_default() += 1;
            }
        }
        let letters = |name: &str| name.chars().all(|c| c.is_alphabetic() || c.is_whitespace());
        let usual: Vec<(String, usize)> = times
            .iter()
            .filter(|(k, n)| **n >= 3 && letters(k))
            .map(|(k, n)| (k.clone(), *n))
            .collect();
        let near = |name: &str| {
            let near = usual.iter().filter(|(other, _)| {
                other.len().abs_diff(name.len()) <= 4 && strsim::osa_distance(other, name) == 1
            });
            near.max_by_key(|(_, n)| *n).map(|(other, _)| other.clone())
        };
        let mut told = Vec::new();
        for reading in readings {
            if let Reading::Label(label) = reading
                && times[&label.name] == 1
                && label.name.chars().count() >= 5
                && letters(&label.name)
                && !self.listed(&key(&label.name))
                && let Some(usual) = near(&label.name)
            {
                let name = &label.name;
                if SPEECH.is_of_people(&usual) && !SPEECH.is_of_people(name) {
                    told.push(format!(
                        "`{name}` is taken for a misprint of `{usual}`; `speakers.names` in corpus.toml keeps it"
                    ));
                    label.name = usual;
                } else {
                    told.push(format!(
                        "`{name}` speaks once and is a letter off from `{usual}`; if it is a misprint, `[aliases]` in \
                         corpus.toml says so"
                    ));
                }
            }
        }
        told
    }

    /// Labels that few turns have, and that by their looks need not be anybody's: `Rule`, `12 beds`, `Me`.
    pub(super) fn doubtful(&self, readings: &[Reading]) -> Option<String> {
        /// Names that are told in full.
        const SHOWN: usize = 4;
        let mut turns: BTreeMap<String, (usize, &str)> = BTreeMap::new();
        for reading in readings {
            if let Reading::Label(label) = reading
                && !label.name.is_empty()
            {
                turns.entry(key(&label.name)).or_insert((0, &label.name)).0 += 1;
            }
        }
        let most = turns.values().map(|t| t.0).max().unwrap_or_default();
        let rare = turns.iter().filter(|(k, (n, name))| {
            let looks = self.sure(name) >= Sure::Personal
                && !name.starts_with(|c: char| c.is_ascii_digit());
            *n * 4 <= most && *n <= 2 && !looks && !self.listed(k)
        });
        let mut rare: Vec<String> = rare.map(|(_, (_, name))| format!("`{name}`")).collect();
        let (many, verb) =
            if rare.len() == 1 { ("1 label opens", "is") } else { ("labels open", "are") };
        let many = if rare.len() == 1 { many.to_owned() } else { format!("{} {many}", rare.len()) };
        let more = if rare.len() > SHOWN { ", …" } else { "" };
        rare.truncate(SHOWN);
        let names = rare.join(", ");
        (!rare.is_empty()).then(|| {
            format!(
                "{many} a turn or two and {verb} read as somebody who speaks: {names}{more}; `speakers.not_speakers` in \
                 corpus.toml takes out what is none, and `speakers.names` lists who is"
            )
        })
    }

    /// Labels inside turns: `[Moderator: which one?]`.
    pub(super) fn inside(&self, talk: &Talk) -> Option<String> {
        let mut places = 0;
        for (line, reading) in self.text.lines.iter().zip(&talk.readings) {
            let from = match reading {
                Reading::Label(label) => label.rest.min(line.text.len()),
                Reading::Words => 0,
                _ => continue,
            };
            let text = &line.text[from..];
            for (at, _) in text.match_indices(": ").filter(|(at, _)| *at > 0) {
                let words: Vec<&str> =
                    text[..at].rsplit([' ', '[', '(', '.', '?']).take(2).collect();
                let known =
                    |name: &str| !name.is_empty() && talk.labels.spellings.contains_key(&key(name));
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
}

/// What to write in `speakers.labels` for a form; nothing for one that has no sign.
const fn template(form: Form) -> Option<&'static str> {
    match form {
        Form::Tab => Some(r"^(?P<name>[^\\t]{1,48}?)(?:\\t| {3,})"),
        Form::Quoted => Some(r#"^[«»“„\"/](?P<name>[^«»“”\"/]{1,48})[«»“”\"/]:?"#),
        Form::Bold | Form::Alone | Form::Word => None,
        other => Some(other.looks()),
    }
}
