//! `make bench-check`: the program's counts on the work, beside those that are given.
//!
//! The given counts take runs of letters and digits for tokens and labels of speakers for text. So
//! each count is made three times: by brute force with such tokens, which must give what is given; by
//! brute force with words of UAX #29 and without labels, which must give what the program gives; and
//! by the program. Where the first two differ, every single hit is looked at: a token of it must be
//! part of a longer word, or stand in a label, or, where nearness is asked for, a token near it must be
//! cut in another way. The program's hits are compared place by place, its tables cell by cell. Words in
//! company are counted by two definitions, each beside a count by brute force.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use serde::Deserialize;
use serde_json::Value as Json;

use super::count::{Cut, Hit, Line, Token, Tokens, narrow};
use super::project::{Project, list};

/// What a hit differs by.
#[derive(Default)]
struct Reasons {
    label: u64,
    longer: u64,
    nearer: u64,
    /// Lines of hits that nothing explains.
    unexplained: Vec<usize>,
}

/// A passage as it is exported.
#[derive(Deserialize)]
struct Exported {
    source: String,
    text: String,
}

/// A line of a concordance.
#[derive(Deserialize)]
struct Found {
    source: String,
    start_token: usize,
    end_token: usize,
}

/// A row of themes by source.
#[derive(Deserialize)]
struct InSource {
    theme: String,
    source: String,
    hits: i64,
}

/// A row of the matrix.
#[derive(Deserialize)]
struct Together {
    a: String,
    b: String,
    n_a: i64,
    n_b: i64,
    n_ab: i64,
}

/// A row of collocates.
#[derive(Deserialize)]
struct Beside {
    collocate: String,
    n_both: u64,
}

struct Check {
    lines: Vec<Line>,
    files: Vec<String>,
    runs: Tokens,
    words: Tokens,
    failures: u32,
}

/// Compares all; false if anything differs that nothing explains.
pub(crate) fn run(work: &Path) -> bool {
    let project = Project::new(work);
    let ingested = project.run(&["ingest"]);
    assert!(ingested.is_some(), "the corpus is ingested");
    let (files, lines) = lines(&project);
    println!(
        "{} lines of {} files, each a label and a passage as exported",
        lines.len(),
        files.len()
    );
    let (runs, words) = (Tokens::cut(&lines, Cut::Runs), Tokens::cut(&lines, Cut::Words));
    println!(
        "{} runs of letters and digits, {} words of UAX #29\n",
        runs.all.len(),
        words.all.len()
    );
    let mut check = Check { lines, files, runs, words, failures: 0 };
    println!(
        "{:<24} {:>9} {:>9} {:>9} {:>9}   {:>7} {:>7} {:>7} {:>11}",
        "count", "given", "runs", "words", "program", "label", "longer", "nearer", "unexplained"
    );
    let given = json(&work.join("expected.json"));
    check.concordances(&project, &given, &json(&work.join("queries.json")));
    check.themes(&project, &given, work);
    check.collocates(&project, &given);
    println!();
    match check.failures {
        0 => {
            println!(
                "All counts agree; each hit that differs is due to words of UAX #29 or to labels."
            );
        }
        n => println!("{n} counts do not agree."),
    }
    check.failures == 0
}

fn json(path: &Path) -> Json {
    let text = std::fs::read_to_string(path).expect("the work is there");
    serde_json::from_str(&text).expect("JSON")
}

/// The lines of the files with what the program takes for labels: each is a label and a passage as the
/// program exports it, or a label alone.
fn lines(project: &Project) -> (Vec<String>, Vec<Line>) {
    let mut passages: BTreeMap<String, std::collections::VecDeque<String>> = BTreeMap::new();
    for line in project.run(&["export"]).expect("exported").lines() {
        let passage: Exported = serde_json::from_str(line).expect("JSON lines");
        passages.entry(passage.source).or_default().push_back(passage.text);
    }
    let (mut files, mut lines) = (Vec::new(), Vec::new());
    let mut paths = list(&project.texts());
    paths.sort();
    for path in paths.iter().filter(|p| p.extension().is_some_and(|e| e == "txt")) {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let mut left = passages.remove(&format!("interviews/{name}")).unwrap_or_default();
        let text = std::fs::read_to_string(path).expect("a text");
        for (line, number) in text.split('\n').zip(1..) {
            let text = line.split_whitespace().collect::<Vec<_>>().join(" ");
            if text.is_empty() {
                continue;
            }
            let label = match left.front() {
                Some(passage) if text.ends_with(passage.as_str()) => {
                    text.len() - left.pop_front().map_or(0, |p| p.len())
                }
                _ => text.len(),
            };
            assert!(is_label(&text[..label]), "{name}:{number}: more than a label is left out");
            lines.push(Line { file: narrow(files.len()), number, text, label });
        }
        assert!(left.is_empty(), "{name}: passages that are no lines of it");
        files.push(name);
    }
    (files, lines)
}

/// `Adam Stacoviak: `, `Adam Stacoviak: [01:46] `, `Intro [37:06]`, or nothing: a name, and behind it no
/// letter.
fn is_label(text: &str) -> bool {
    let Some(end) = text.find([':', '[']) else { return text.is_empty() };
    end <= 40 && !text[end..].contains(char::is_alphabetic)
}

/// What was counted, in all ways.
struct Count<'c> {
    name: &'c str,
    given: u64,
    runs: &'c [Hit],
    words: &'c [Hit],
    program: u64,
    /// Tokens on either side that make a hit one.
    near: usize,
}

/// Finds the hits of a count.
type Hits<'q> = dyn Fn(&Tokens) -> Vec<Hit> + 'q;

impl Check {
    /// Looks at every hit of a count in which the ways of cutting differ, and prints what comes of it.
    fn compare(&mut self, count: &Count<'_>) {
        let mut reasons = Reasons::default();
        let (mut runs, mut words) = (count.runs, count.words);
        while let Some(line) = runs.first().into_iter().chain(words.first()).map(|h| h.line).min() {
            let (of_runs, of_words);
            (of_runs, runs) = runs.split_at(runs.partition_point(|h| h.line == line));
            (of_words, words) = words.split_at(words.partition_point(|h| h.line == line));
            self.explain(line, (of_runs, of_words), count.near, &mut reasons);
        }
        let (runs, words) = (count.runs.len() as u64, count.words.len() as u64);
        let Reasons { label, longer, nearer, unexplained } = &reasons;
        println!(
            "{:<24} {:>9} {runs:>9} {words:>9} {:>9}   {label:>7} {longer:>7} {nearer:>7} {:>11}",
            count.name,
            count.given,
            count.program,
            unexplained.len()
        );
        for line in unexplained.iter().take(3) {
            let line = &self.lines[*line];
            println!("    {}:{}", self.files[line.file as usize], line.number);
        }
        self.expect(runs == count.given && words == count.program && unexplained.is_empty());
    }

    fn expect(&mut self, agrees: bool) {
        self.failures += u32::from(!agrees);
        if !agrees {
            println!("    ^ does not agree");
        }
    }

    /// Says why hits of a line in runs are none in words, and the other way round.
    fn explain(
        &self,
        line: usize,
        (one, other): (&[Hit], &[Hit]),
        near: usize,
        reasons: &mut Reasons,
    ) {
        let (runs, words) = (self.runs.of(line), self.words.of(line));
        let label = narrow(self.lines[line].label);
        for ((hits, tokens), (others, other_tokens)) in
            [((one, runs), (other, words)), ((other, words), (one, runs))]
        {
            let cut_alike = |t: &Token| other_tokens.iter().any(|o| o.place() == t.place());
            for hit in hits {
                let (from, to) = (tokens[hit.from].start, tokens[hit.to - 1].end);
                let same = |o: &Hit| {
                    o.theme == hit.theme
                        && (other_tokens[o.from].start, other_tokens[o.to - 1].end) == (from, to)
                };
                let around = hit.from.saturating_sub(near)..(hit.to + near).min(tokens.len());
                if others.iter().any(same) {
                } else if from < label {
                    reasons.label += 1;
                } else if !tokens[hit.from..hit.to].iter().all(cut_alike) {
                    reasons.longer += 1;
                } else if !tokens[around].iter().all(cut_alike) {
                    reasons.nearer += 1;
                } else {
                    reasons.unexplained.push(line);
                }
            }
        }
    }

    fn concordances(&mut self, project: &Project, given: &Json, queries: &Json) {
        for (name, query) in queries["kwic"].as_object().expect("queries") {
            let text = |key: &str| query[key].as_str().unwrap_or_default();
            let near = query["within"].as_u64();
            let mut find = vec!["find", "--format", "jsonl"];
            let cql;
            let hits: Box<Hits<'_>> = if let Some(within) = near {
                // Each token of one word that has the other on either side.
                let (a, b, gap) = (text("a"), text("b"), within - 1);
                let beside = format!(r#""{a}" []{{0,{gap}}} "{b}" | "{b}" []{{0,{gap}}} "{a}""#);
                cql = format!(r#""{a}" within ({beside})"#);
                find.extend(["--cql", &cql]);
                Box::new(move |tokens| tokens.near(a, b, usize::try_from(within).expect("small")))
            } else {
                find.push(text("pattern"));
                let patterns = [vec![text("pattern").to_owned()]];
                Box::new(move |tokens| tokens.hits(&patterns))
            };
            let found = project.run(&find).expect("found");
            let given = given["W2"][name].as_u64().expect("a count");
            let (runs, words) = (hits(&self.runs), hits(&self.words));
            let near = near.map_or(0, |n| usize::try_from(n).expect("small"));
            let program = found.lines().count() as u64;
            self.compare(&Count { name, given, runs: &runs, words: &words, program, near });
            self.places(&found, &words);
        }
    }

    /// The places of the program's hits: those of the words by brute force, one for one.
    fn places(&mut self, found: &str, words: &[Hit]) {
        let place = |line: &str| {
            let hit: Found = serde_json::from_str(line).expect("JSON lines");
            (hit.source, hit.start_token, hit.end_token)
        };
        let mut program: Vec<(String, usize, usize)> = found.lines().map(place).collect();
        let place = |hit: &Hit| {
            let file = self.lines[hit.line].file;
            let first = self.lines.partition_point(|l| l.file < file);
            let before = self.words.lines[hit.line] - self.words.lines[first];
            let source = format!("interviews/{}", self.files[file as usize]);
            (source, before + hit.from, before + hit.to)
        };
        let mut ours: Vec<(String, usize, usize)> = words.iter().map(place).collect();
        program.sort_unstable();
        ours.sort_unstable();
        self.expect(program == ours);
    }

    /// The 130 themes: in each source, and together in passages.
    fn themes(&mut self, project: &Project, given: &Json, work: &Path) {
        let codebook = json(&work.join("codebook.json"));
        let themes = codebook["themes"].as_array().expect("themes");
        let patterns: Vec<Vec<String>> = themes
            .iter()
            .map(|t| serde_json::from_value(t["patterns"].clone()).expect("patterns"))
            .collect();
        let numbers: HashMap<&str, usize> =
            themes.iter().map(|t| t["id"].as_str().expect("an id")).zip(0..).collect();
        let sources: HashMap<String, usize> =
            self.files.iter().map(|f| format!("interviews/{f}")).zip(0..).collect();
        let (runs, words) = (self.runs.hits(&patterns), self.words.hits(&patterns));

        let rows: Vec<InSource> = project.rows("themes-by-source", "themes");
        let mut program = vec![0_i64; patterns.len() * self.files.len()];
        assert_eq!(rows.len(), program.len(), "a row for each cell");
        for row in &rows {
            let (theme, source) = (numbers[row.theme.as_str()], sources[&row.source]);
            program[theme * self.files.len() + source] += row.hits;
        }
        self.compare(&Count {
            name: "130 themes",
            given: given["W3"]["hits"].as_u64().expect("a count"),
            runs: &runs,
            words: &words,
            program: program.iter().sum::<i64>().unsigned_abs(),
            near: 0,
        });
        let expected = npy(&work.join("expected_theme_by_doc.npy"));
        let (of_runs, of_words) =
            (self.by_source(&runs, &patterns), self.by_source(&words, &patterns));
        self.cells("  theme by source", (&expected, &of_runs), (&of_words, &program));

        let rows: Vec<Together> = project.rows("matrix", "matrix");
        let count = patterns.len();
        let mut program = vec![0_i64; count * count];
        for row in &rows {
            let (a, b) = (numbers[row.a.as_str()], numbers[row.b.as_str()]);
            program[a * count + b] += row.n_ab;
            program[b * count + a] += row.n_ab;
            for (theme, alone) in [(a, row.n_a), (b, row.n_b)] {
                let cell = &mut program[theme * count + theme];
                assert!(*cell == 0 || *cell == alone, "one count for a theme alone");
                *cell = alone;
            }
        }
        let expected = npy(&work.join("expected_matrix.npy"));
        let (of_runs, of_words) = (matrix(&runs, count), matrix(&words, count));
        self.cells("  theme by theme", (&expected, &of_runs), (&of_words, &program));
        let with_theme = |hits: &[Hit]| hits.chunk_by(|a, b| a.line == b.line).count() as u64;
        self.expect(given["W4"]["paragraphs_with_a_theme"] == with_theme(&runs));
    }

    fn by_source(&self, hits: &[Hit], patterns: &[Vec<String>]) -> Vec<i64> {
        let mut counts = vec![0; patterns.len() * self.files.len()];
        for hit in hits {
            counts[hit.theme * self.files.len() + self.lines[hit.line].file as usize] += 1;
        }
        counts
    }

    /// Cells of a table: as given against runs, words against the program.
    fn cells(&mut self, name: &str, given: (&[i64], &[i64]), ours: (&[i64], &[i64])) {
        let differ = |(a, b): (&[i64], &[i64])| a.iter().zip(b).filter(|(a, b)| a != b).count();
        let sum = |cells: &[i64]| cells.iter().sum::<i64>();
        println!(
            "{name:<24} {:>9} {:>9} {:>9} {:>9}   {} cells, {} and {} differ",
            sum(given.0),
            sum(given.1),
            sum(ours.0),
            sum(ours.1),
            given.0.len(),
            differ(given),
            differ(ours)
        );
        let same_size = given.0.len() == given.1.len() && ours.0.len() == ours.1.len();
        self.expect(same_size && differ(given) == 0 && differ(ours) == 0);
    }

    /// Words near `community`. The given counts take each pair of node and neighbour, over the ends of
    /// paragraphs; the program takes each token of a passage once, and no node.
    fn collocates(&mut self, project: &Project, given: &Json) {
        let given = &given["W4"]["collocates"];
        let in_source = self.pairs_of(&self.runs.element("community"));
        let listed: Vec<&u64> = in_source.iter().filter(|n| **n >= LEAST).collect();
        let number = |key: &str| given[key].as_u64().expect("a count");
        let row = |name: &str, given: u64, runs: u64| println!("{name:<24} {given:>9} {runs:>9}");
        let tokens: u64 = listed.iter().copied().sum();
        let window: u64 = in_source.iter().sum();
        row("community: neighbours", number("types"), listed.len() as u64);
        row("  pairs with them", number("tokens"), tokens);
        row("  pairs with any", number("window_tokens"), window);
        self.expect(
            (number("types"), number("tokens"), number("window_tokens"))
                == (listed.len() as u64, tokens, window),
        );
        let rows: Vec<Beside> = project.rows("collocates", "community");
        let expected = self.once_of(&self.words.element("community"));
        let expected: HashMap<&str, u64> = expected
            .into_iter()
            .zip(&self.words.words)
            .filter(|(count, _)| *count >= LEAST)
            .map(|(count, word)| (word.as_str(), count))
            .collect();
        let differ = rows.iter().filter(|r| expected.get(r.collocate.as_str()) != Some(&r.n_both));
        let differ = differ.count();
        let sum = |counts: &mut dyn Iterator<Item = u64>| counts.sum::<u64>();
        println!(
            "{:<24} {:>9} {:>9} {:>9} {:>9}   {} words, {differ} differ",
            "  tokens, each once",
            "",
            "",
            sum(&mut expected.values().copied()),
            sum(&mut rows.iter().map(|r| r.n_both)),
            rows.len()
        );
        self.expect(differ == 0 && rows.len() == expected.len());
    }

    /// By word, pairs of a node and a run at most five from it in the same file.
    fn pairs_of(&self, node: &[bool]) -> Vec<u64> {
        let tokens = &self.runs;
        let mut counts = vec![0; tokens.words.len()];
        let mut line = 0;
        while line < self.lines.len() {
            let file = self.lines[line].file;
            let end = line + self.lines[line..].partition_point(|l| l.file == file);
            let here = &tokens.all[tokens.lines[line]..tokens.lines[end]];
            for at in (0..here.len()).filter(|at| node[here[*at].word as usize]) {
                let window = at.saturating_sub(REACH)..(at + REACH + 1).min(here.len());
                window.filter(|i| *i != at).for_each(|i| counts[here[i].word as usize] += 1);
            }
            line = end;
        }
        counts
    }

    /// By word, tokens at most five from a node in the same line, each once and no node.
    fn once_of(&self, node: &[bool]) -> Vec<u64> {
        let tokens = &self.words;
        let mut counts = vec![0; tokens.words.len()];
        for line in 0..self.lines.len() {
            let here = tokens.of(line);
            let is_node = |at: usize| node[here[at].word as usize];
            for at in (0..here.len()).filter(|at| !is_node(*at)) {
                let mut window = at.saturating_sub(REACH)..(at + REACH + 1).min(here.len());
                counts[here[at].word as usize] += u64::from(window.any(is_node));
            }
        }
        counts
    }
}

/// Tokens on either side in which a word is a neighbour, and how often it must be one to be listed.
const REACH: usize = 5;
const LEAST: u64 = 5;

/// By two themes, lines with both.
fn matrix(hits: &[Hit], themes: usize) -> Vec<i64> {
    let mut counts = vec![0; themes * themes];
    for line in hits.chunk_by(|a, b| a.line == b.line) {
        let mut here: Vec<usize> = line.iter().map(|h| h.theme).collect();
        here.sort_unstable();
        here.dedup();
        for a in &here {
            for b in &here {
                counts[a * themes + b] += 1;
            }
        }
    }
    counts
}

/// The numbers of a file of numpy, `<i8` in the order of C.
fn npy(path: &Path) -> Vec<i64> {
    let bytes = std::fs::read(path).expect("the work is there");
    let head = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    let told = String::from_utf8_lossy(&bytes[10..head]);
    assert!(told.contains("'<i8'") && told.contains("False"), "numbers of 64 bits by row: {told}");
    let (numbers, _) = bytes[head..].as_chunks::<8>();
    numbers.iter().map(|n| i64::from_le_bytes(*n)).collect()
}
