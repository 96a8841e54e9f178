//! Small transcripts with known owners, generated: every way of laying a talk out times every way of writing labels.
//!
//! Each turn holds a word of its own, by which its owner is found again.

use std::collections::BTreeMap;

use thematic::ingest::{Limits, read};
use thematic::project::CollectionSettings;
use thematic::segment::{Decisions, Passages, Segmenter, Voice};

/// One who speaks: the label as written, and the name that it stands for.
pub(crate) type Person = (&'static str, &'static str);

/// Who asks and who answers, as labels are written.
pub(crate) const CASTS: &[(&str, Person, [Person; 2])] = &[
    ("codes", ("Interviewer", "Interviewer"), [("P1", "P1"), ("P2", "P2")]),
    ("codes with dashes", ("INT", "INT"), [("FG-03", "FG-03"), ("FG-04", "FG-04")]),
    ("one letter", ("I", "I"), [("R", "R"), ("S", "S")]),
    ("questions and answers", ("Q", "Q"), [("A", "A"), ("B", "B")]),
    (
        "numbered roles",
        ("Moderator 1", "Moderator 1"),
        [("Participant 1", "Participant 1"), ("Participant 2", "Participant 2")],
    ),
    (
        "roles",
        ("Facilitator", "Facilitator"),
        [("Support worker", "Support worker"), ("Care worker 2", "Care worker 2")],
    ),
    (
        "roles in small letters",
        ("the interviewer", "the interviewer"),
        [("the nurse", "the nurse"), ("the doctor", "the doctor")],
    ),
    (
        "roles in brackets",
        ("Nora [interviewer]", "Nora"),
        [("Tom [nurse]", "Tom"), ("Ada [doctor]", "Ada")],
    ),
    (
        "roles in round brackets",
        ("Nora (interviewer)", "Nora"),
        [("Tom (nurse, 34)", "Tom"), ("Ada (doctor)", "Ada")],
    ),
    (
        "roles behind commas",
        ("Nora, moderator", "Nora"),
        [("Tom, nurse", "Tom"), ("Ada, doctor", "Ada")],
    ),
    ("names", ("Nora", "Nora"), [("Tom", "Tom"), ("Ada", "Ada")]),
    (
        "two names",
        ("Nora Berg", "Nora Berg"),
        [("Tom Hale", "Tom Hale"), ("Ada van Dijk", "Ada van Dijk")],
    ),
    ("capitals", ("NORA", "NORA"), [("TOM", "TOM"), ("ADA", "ADA")]),
    ("initials", ("NB", "NB"), [("TH", "TH"), ("AvD", "AvD")]),
    ("small letters", ("nora", "nora"), [("tom", "tom"), ("ada", "ada")]),
    ("user names", ("nora_b", "nora_b"), [("tom.hale", "tom.hale"), ("ada1987", "ada1987")]),
    (
        "speakers of machines",
        ("Speaker 1", "Speaker 1"),
        [("Speaker 2", "Speaker 2"), ("Speaker 3", "Speaker 3")],
    ),
    (
        "speakers of programs",
        ("SPEAKER_00", "SPEAKER_00"),
        [("SPEAKER_01", "SPEAKER_01"), ("SPEAKER_02", "SPEAKER_02")],
    ),
    ("apostrophes", ("O’Neill", "O’Neill"), [("d'Arcy", "d'Arcy"), ("N'Golo", "N'Golo")]),
    (
        "German",
        ("Interviewerin", "Interviewerin"),
        [("Pfleger*in", "Pfleger*in"), ("Befragte 2", "Befragte 2")],
    ),
    (
        "French",
        ("Enquêtrice", "Enquêtrice"),
        [("Infirmière", "Infirmière"), ("Médecin", "Médecin")],
    ),
    (
        "Spanish",
        ("Entrevistadora", "Entrevistadora"),
        [("Entrevistado 1", "Entrevistado 1"), ("Enfermera", "Enfermera")],
    ),
    (
        "Vietnamese",
        ("Người phỏng vấn", "Người phỏng vấn"),
        [("Y tá", "Y tá"), ("Bác sĩ", "Bác sĩ")],
    ),
    ("Russian", ("Интервьюер", "Интервьюер"), [("Медсестра", "Медсестра"), ("Врач", "Врач")]),
    ("Chinese", ("采访者", "采访者"), [("护士", "护士"), ("医生", "医生")]),
    ("Arabic", ("الباحثة", "الباحثة"), [("الممرضة", "الممرضة"), ("الطبيب", "الطبيب")]),
    ("with signs", ("Nora ✨", "Nora ✨"), [("Tom 🌱", "Tom 🌱"), ("Ada", "Ada")]),
    (
        "titles",
        ("Dr. Berg", "Dr. Berg"),
        [("Mrs. Hale", "Mrs. Hale"), ("Mr. van Dijk", "Mr. van Dijk")],
    ),
    ("men and women", ("Mod", "Mod"), [("M1", "M1"), ("F2", "F2")]),
    ("inner structure", ("RA 1", "RA 1"), [("FGD2_M4", "FGD2_M4"), ("FGD2_F1", "FGD2_F1")]),
];

/// A turn: who (0 asks), words in paragraphs, its second.
pub(crate) struct Turn {
    pub who: usize,
    pub paragraphs: Vec<String>,
    pub second: u32,
}

const ASKED: &[&str] = &[
    "How do you begin a visit, and what about the {}?",
    "What did the {} mean to you?",
    "And who told you of the {}?",
    "Can you say more about the {}?",
    "When was the {} brought in?",
];
const SAID: &[&str] = &[
    "I look at the {} first, and then I sit down with them.",
    "Well, the {} was never mine. We made do without it for years: nobody minded.",
    "It is hard to say. The {} came late, and my colleagues had left by then.",
    "Yes. They asked me about the {} and I told them what I knew.",
    "Nobody listens to us - the {} is there and that is that; you live with it.",
];

fn word(n: usize) -> String {
    const A: [&str; 10] = ["ba", "ke", "li", "mo", "nu", "pa", "re", "si", "to", "vu"];
    format!("q{}{}{}", A[n % 10], A[n / 10 % 10], A[n / 100 % 10])
}

/// A talk of a number of turns; where `long`, answers have two paragraphs.
pub(crate) fn talk(turns: usize, long: bool) -> Vec<Turn> {
    (0..turns)
        .map(|n| {
            let who = if n % 2 == 0 { 0 } else { 1 + n / 2 % 2 };
            let list = if who == 0 { ASKED } else { SAID };
            let text = |i: usize| list[(n / 2 + i) % list.len()].replace("{}", &word(n * 2 + i));
            let paragraphs = if long && who > 0 { vec![text(0), text(1)] } else { vec![text(0)] };
            let second = u32::try_from(n * 17 + 1).expect("small");
            Turn { who, paragraphs, second }
        })
        .collect()
}

pub(crate) fn clock(second: u32) -> String {
    format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60)
}

fn short_clock(second: u32) -> String {
    format!("{}:{:02}", second / 60, second % 60)
}

type Layout = (&'static str, &'static str, fn(&str, &Turn, usize) -> String);

fn lines(turn: &Turn) -> String {
    turn.paragraphs.join("\n")
}

fn paragraphs(turn: &Turn) -> String {
    turn.paragraphs.join("\n\n")
}

/// How talks are laid out: a name, the ending of a file's name, and a turn as written.
pub(crate) const LAYOUTS: &[Layout] = &[
    ("colon, blank lines", "txt", |who, t, _| format!("{who}: {}\n\n", paragraphs(t))),
    ("colon, no blank lines", "txt", |who, t, _| format!("{who}: {}\n", lines(t))),
    ("colon and tab", "txt", |who, t, _| format!("{who}:\t{}\n", lines(t))),
    ("full-width colon", "txt", |who, t, _| format!("{who}：{}\n\n", paragraphs(t))),
    ("colon alone, words below", "txt", |who, t, _| format!("{who}:\n{}\n\n", paragraphs(t))),
    ("name alone, words below", "txt", |who, t, _| format!("{who}\n{}\n\n", paragraphs(t))),
    ("name alone, words a paragraph below", "txt", |who, t, _| {
        format!("{who}\n\n{}\n\n", paragraphs(t))
    }),
    ("dash", "txt", |who, t, _| format!("{who} - {}\n\n", paragraphs(t))),
    ("equals", "txt", |who, t, _| format!("{who} = {}\n\n", paragraphs(t))),
    ("slash", "txt", |who, t, _| format!("{who}/ {}\n\n", paragraphs(t))),
    ("a date in words", "txt", |who, t, n| {
        format!("{who} — March 12, 2024 at 2:{:02} PM\n{}\n\n", n % 60, paragraphs(t))
    }),
    ("a time of day above", "txt", |who, t, n| {
        format!("[3/12 2:{:02} PM] {who}\n{}\n\n", n % 60, paragraphs(t))
    }),
    ("numbers with gaps", "txt", |who, t, n| {
        format!("{:03}  {who}: {}\n", 3 * n + 1, t.paragraphs.join(" "))
    }),
    ("long dash", "txt", |who, t, _| format!("{who} – {}\n\n", paragraphs(t))),
    ("semicolon", "txt", |who, t, _| format!("{who}; {}\n\n", paragraphs(t))),
    ("semicolon, no blank", "txt", |who, t, _| format!("{who};{}\n\n", paragraphs(t))),
    ("French quotation marks", "txt", |who, t, _| format!("«{who}» {}\n\n", paragraphs(t))),
    ("quotation marks and colon", "txt", |who, t, _| format!("\"{who}\": {}\n\n", paragraphs(t))),
    ("slashes around", "txt", |who, t, _| format!("/{who}/ {}\n\n", paragraphs(t))),
    ("lenticular brackets", "txt", |who, t, _| format!("【{who}】{}\n\n", paragraphs(t))),
    ("full stop", "txt", |who, t, _| format!("{who}. {}\n\n", paragraphs(t))),
    ("tab", "txt", |who, t, _| format!("{who}\t{}\n", lines(t))),
    ("square brackets", "txt", |who, t, _| format!("[{who}] {}\n\n", paragraphs(t))),
    ("square brackets and colon", "txt", |who, t, _| format!("[{who}]: {}\n\n", paragraphs(t))),
    ("round brackets", "txt", |who, t, _| format!("({who}) {}\n\n", paragraphs(t))),
    ("round brackets and colon", "txt", |who, t, _| format!("({who}): {}\n\n", paragraphs(t))),
    ("braces", "txt", |who, t, _| format!("{{{who}}} {}\n\n", paragraphs(t))),
    ("angles", "txt", |who, t, _| format!("<{who}> {}\n", lines(t))),
    ("at", "txt", |who, t, _| format!("@{who}: {}\n\n", paragraphs(t))),
    ("hash", "txt", |who, t, _| format!("#{who}: {}\n\n", paragraphs(t))),
    ("bullets", "txt", |who, t, _| format!("- {who}: {}\n", t.paragraphs.join(" "))),
    ("numbered lines", "txt", |who, t, n| format!("{} {who}: {}\n", n + 1, t.paragraphs.join(" "))),
    ("time before", "txt", |who, t, _| {
        format!("[{}] {who}: {}\n\n", clock(t.second), paragraphs(t))
    }),
    ("bare time before", "txt", |who, t, _| {
        format!("{} {who}: {}\n\n", clock(t.second), paragraphs(t))
    }),
    ("time after", "txt", |who, t, _| {
        format!("{who}: [{}] {}\n\n", clock(t.second), paragraphs(t))
    }),
    ("time above", "txt", |who, t, _| format!("{}\n{who}: {}\n\n", clock(t.second), paragraphs(t))),
    ("Otter", "txt", |who, t, _| {
        format!("{who}  {}  \n{}\n\n", short_clock(t.second), paragraphs(t))
    }),
    ("Rev", "txt", |who, t, _| {
        format!("{who} ({}):\n{}\n\n", short_clock(t.second), paragraphs(t))
    }),
    ("Trint", "txt", |who, t, _| format!("[{}] {who}\n{}\n\n", clock(t.second), paragraphs(t))),
    ("Sonix", "txt", |who, t, _| format!("{who}: [{}]\n{}\n\n", clock(t.second), paragraphs(t))),
    ("Descript", "md", |who, t, _| {
        format!("**{who}:** [{}] {}\n\n", clock(t.second), paragraphs(t))
    }),
    ("Teams", "txt", |who, t, _| {
        format!("{}.0 --> {}.5\n{who}\n{}\n\n", clock(t.second), clock(t.second + 9), paragraphs(t))
    }),
    ("Zoom", "txt", |who, t, _| format!("[{who}] {}\n{}\n\n", clock(t.second), paragraphs(t))),
    ("f4", "txt", |who, t, _| format!("{who}: {} #{}-1#\n", lines(t), clock(t.second))),
    ("WhatsApp, telephone", "txt", |who, t, _| {
        format!("[12/03/2024, {}] {who}: {}\n", clock(t.second + 40_000), lines(t))
    }),
    ("WhatsApp, other", "txt", |who, t, _| {
        format!("12/03/2024, {} - {who}: {}\n", &clock(t.second + 40_000)[..5], lines(t))
    }),
    ("Telegram", "txt", |who, t, _| {
        format!("{who}, [12.03.2024 {}]\n{}\n\n", &clock(t.second + 40_000)[..5], paragraphs(t))
    }),
    ("Zoom chat", "txt", |who, t, _| {
        format!("{}\t From {who} : {}\n", clock(t.second + 40_000), lines(t))
    }),
    ("Slack", "txt", |who, t, _| {
        format!("{who}  [{} AM]\n{}\n\n", short_clock(t.second + 600), paragraphs(t))
    }),
    ("Markdown, bold", "md", |who, t, _| format!("**{who}:** {}\n\n", paragraphs(t))),
    ("Markdown, bold without a colon", "md", |who, t, _| {
        format!("**{who}** {}\n\n", paragraphs(t))
    }),
    ("Markdown, headings", "md", |who, t, _| format!("### {who}\n\n{}\n\n", paragraphs(t))),
    ("Markdown, single line ends", "md", |who, t, _| {
        format!("{who}: {}\n", t.paragraphs.join(" "))
    }),
    ("captions", "srt", |who, t, n| {
        format!(
            "{}\n{},000 --> {},500\n{who}: {}\n\n",
            n + 1,
            clock(t.second),
            clock(t.second + 9),
            t.paragraphs.join(" ")
        )
    }),
    ("captions with arrows", "vtt", |who, t, _| {
        format!(
            "{}.000 --> {}.500\n>> {who}: {}\n\n",
            clock(t.second),
            clock(t.second + 9),
            t.paragraphs.join(" ")
        )
    }),
];

/// A whole file.
pub(crate) fn file(layout: &Layout, cast: &(&str, Person, [Person; 2]), turns: &[Turn]) -> String {
    let (_, ending, write) = layout;
    let mut out = if *ending == "vtt" { "WEBVTT\n\n".to_owned() } else { String::new() };
    for (n, turn) in turns.iter().enumerate() {
        let person = if turn.who == 0 { cast.1 } else { cast.2[turn.who - 1] };
        out.push_str(&write(person.0, turn, n));
    }
    out
}

/// What became of the turns of talks.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Score {
    pub turns: usize,
    pub right: usize,
    /// Words that stand under another.
    pub wrong: usize,
    /// Words that are nobody's, with nothing told of it.
    pub silent: usize,
    /// Words of the one who asks that are a participant's, with nothing told of it.
    pub asker: usize,
    /// Stamps left among the words.
    pub stamps: usize,
}

impl Score {
    pub(crate) fn add(&mut self, other: Self) {
        self.turns += other.turns;
        self.right += other.right;
        self.wrong += other.wrong;
        self.silent += other.silent;
        self.asker += other.asker;
        self.stamps += other.stamps;
    }
}

pub(crate) fn cut(name: &str, text: &str) -> Passages {
    let settings = CollectionSettings::default();
    let mut records = read(name, text.as_bytes(), &settings, &Limits::default()).expect("a source");
    let segmenter = Segmenter::new(settings, &[], Decisions::default()).expect("settings");
    segmenter.segment(name, records.remove(0).document)
}

/// Holds what was read against what is known.
pub(crate) fn score(
    passages: &Passages,
    cast: &(&str, Person, [Person; 2]),
    turns: &[Turn],
) -> Score {
    let mut owners: BTreeMap<String, (Option<String>, Voice)> = BTreeMap::new();
    let mut stamps = 0;
    let told_of_times = passages.passages.iter().any(|p| p.speaker.is_some());
    for passage in &passages.passages {
        let name = passage.speaker.map(|s| passages.speakers[s as usize].name.clone());
        for token in &passage.tokens {
            let word = token.of(&passage.text);
            owners.insert(word.to_lowercase(), (name.clone(), passage.voice));
            // `34` is somebody's age.
            stamps += usize::from(
                word != "34" && word.bytes().all(|b| b.is_ascii_digit()) && told_of_times,
            );
        }
    }
    let told = !passages.notes.is_empty();
    let mut out = Score { stamps, ..Score::default() };
    for (n, turn) in turns.iter().enumerate() {
        let person = if turn.who == 0 { cast.1 } else { cast.2[turn.who - 1] };
        for i in 0..turn.paragraphs.len() {
            out.turns += 1;
            match owners.get(&word(n * 2 + i)) {
                Some((Some(name), voice)) if name == person.1 => {
                    out.right += 1;
                    out.asker +=
                        usize::from(turn.who == 0 && *voice != Voice::Interviewer && !told);
                    out.wrong += usize::from(turn.who > 0 && *voice == Voice::Interviewer);
                }
                Some((Some(_), _)) => out.wrong += 1,
                _ => out.silent += usize::from(!told),
            }
        }
    }
    out
}

/// All talks of all layouts, by what `group` calls them.
pub(crate) fn scores(group: &dyn Fn(&Layout, &str, usize) -> String) -> BTreeMap<String, Score> {
    let mut out: BTreeMap<String, Score> = BTreeMap::new();
    for layout in LAYOUTS {
        for cast in CASTS {
            for (length, long) in [(6, false), (20, false), (16, true)] {
                let turns = talk(length, long);
                let text = file(layout, cast, &turns);
                let passages = cut(&format!("a.{}", layout.1), &text);
                out.entry(group(layout, cast.0, length))
                    .or_default()
                    .add(score(&passages, cast, &turns));
            }
        }
    }
    out
}
