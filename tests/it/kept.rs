//! What becomes of a file's words: those that are kept or listed as left out, against a plain extraction that knows
//! nothing of our readers.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use regex::Regex;
use thematic::ingest::read;
use thematic::project::{CollectionSettings, Limits};
use thematic::segment::{Decisions, Segmenter};

/// How many words a file has, and which of them are neither kept nor listed.
pub(crate) struct Kept {
    pub(crate) words: usize,
    pub(crate) lost: BTreeMap<String, usize>,
}

impl Kept {
    pub(crate) fn missing(&self) -> usize {
        self.lost.values().sum()
    }
}

fn count(text: &str, into: &mut BTreeMap<String, usize>) {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    for word in words {
        *into.entry(word.to_lowercase()).or_default() += 1;
    }
}

/// All text of XML, a blank between elements.
fn of_xml(text: &str) -> Option<String> {
    let options =
        roxmltree::ParsingOptions { allow_dtd: true, ..roxmltree::ParsingOptions::default() };
    let document = roxmltree::Document::parse_with_options(text, options).ok()?;
    let texts = document.descendants().filter(roxmltree::Node::is_text).filter_map(|n| n.text());
    Some(texts.collect::<Vec<_>>().join(" "))
}

/// The parts of an archive that hold text.
fn of_archive(bytes: &[u8], part: &str) -> Option<String> {
    let wanted = Regex::new(part).ok()?;
    // Of a paragraph in Word the runs stand together; instructions and measures are no words.
    let ends = Regex::new("<w:(?:tab|br|cr)[^>]*/>|</w:p>").ok()?;
    let fields =
        Regex::new(r"(?s)<w:(?:instrText|posOffset)[^>]*>.*?</w:(?:instrText|posOffset)>").ok()?;
    let tags = Regex::new(r"(?s)<[^>]+>").ok()?;
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).ok()?;
    let mut out = String::new();
    for at in 0..archive.len() {
        let mut member = archive.by_index(at).ok()?;
        if member.name().is_ok_and(|name| wanted.is_match(&name)) {
            let mut text = String::new();
            member.read_to_string(&mut text).ok()?;
            let text = ends.replace_all(&text, " ");
            let text = fields.replace_all(&text, "");
            out.push_str(&unescaped(&tags.replace_all(&text, "")));
            out.push('\n');
        }
    }
    Some(out)
}

/// The text with the signs that the commonest names and numbers stand for.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.find(';').filter(|end| *end < 12);
        let name = end.map_or("", |end| &rest[1..end]);
        let number = |digits: &str, base| u32::from_str_radix(digits, base).ok();
        let sign = match name {
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "amp" => Some('&'),
            "nbsp" => Some(' '),
            _ if name.starts_with("#x") => number(&name[2..], 16).and_then(char::from_u32),
            _ if name.starts_with('#') => number(&name[1..], 10).and_then(char::from_u32),
            _ => None,
        };
        out.push(sign.unwrap_or('&'));
        rest = &rest[if sign.is_some() { name.len() + 2 } else { 1 }..];
    }
    out + rest
}

/// A file's words by the plainest reading of its format; nothing for formats that have none.
fn plain(name: &str, bytes: &[u8]) -> Option<String> {
    let text = || String::from_utf8(bytes.to_vec()).ok();
    match name.rsplit('.').next()? {
        "xml" => of_xml(&text()?),
        "docx" => of_archive(
            bytes,
            r"^word/(document|footnotes|endnotes|header\d*|footer\d*|comments)\.xml$",
        ),
        "odt" => of_archive(bytes, r"^content\.xml$"),
        "html" | "htm" => {
            let text = text()?;
            let code = Regex::new(r"(?is)<(script|style)\b.*?</(script|style)>|<!--.*?-->").ok()?;
            let text = code.replace_all(&text, " ");
            Some(unescaped(&Regex::new(r"(?s)<[^>]+>").ok()?.replace_all(&text, " ")))
        }
        "vtt" | "srt" => {
            let text = text()?;
            let cue = Regex::new(r"^\s*\d+\s*$|-->").ok()?;
            let lines: Vec<&str> = text.lines().filter(|l| !cue.is_match(l)).collect();
            let tags =
                Regex::new(r"</?(?:c|i|b|u|em|strong|font|ruby|rt|lang)\b[^>]*>|<\d[\d:.]*>|</v>")
                    .ok()?;
            Some(unescaped(&tags.replace_all(&lines.join("\n"), "").replace("<v ", " ")))
        }
        "txt" => text(),
        "md" => Some(unescaped(&text()?)),
        _ => None,
    }
}

/// What becomes of a file's words; nothing for one that can't be read, or has no plain reading.
pub(crate) fn kept(name: &str, bytes: &[u8]) -> Option<Kept> {
    let mut lost = BTreeMap::new();
    let text = plain(name, bytes)?;
    count(&text, &mut lost);
    let words = lost.values().sum();
    let settings = CollectionSettings::default();
    let segmenter = Segmenter::new(settings.clone(), &[], Decisions::default()).ok()?;
    let (mut have, mut names) = (BTreeMap::new(), BTreeMap::new());
    for record in read(name, bytes, &settings, &Limits::default()).ok()? {
        let passages = segmenter.segment(name, record.document);
        for passage in &passages.passages {
            count(&passage.text, &mut have);
            count(passage.time.as_deref().unwrap_or_default(), &mut have);
            let speaker = passage.speaker.and_then(|s| passages.speakers.get(s as usize));
            count(speaker.map_or("", |s| s.name.as_str()), &mut have);
        }
        for speaker in &passages.speakers {
            count(&speaker.name, &mut names);
            // `p 08` is `P08`.
            let figures = speaker.name.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
            count(&speaker.name[..figures], &mut names);
            count(&speaker.name[figures..], &mut names);
        }
        passages.removed.iter().for_each(|r| count(&r.text, &mut have));
        passages.attributes.values().for_each(|value| count(value, &mut have));
        passages
            .sections
            .iter()
            .filter_map(|s| s.title.as_deref())
            .for_each(|t| count(t, &mut have));
    }
    // Halves of a word at the end of a line and at the beginning of the next are one that is kept.
    let lines: Vec<&str> = text.lines().filter(|l| !l.trim().is_empty()).collect();
    let cut = |c: char| !c.is_alphanumeric();
    for two in lines.windows(2) {
        let end = two[0].split(cut).rfind(|w| !w.is_empty()).unwrap_or_default().to_lowercase();
        let begin = two[1].split(cut).find(|w| !w.is_empty()).unwrap_or_default().to_lowercase();
        if have.contains_key(&format!("{end}{begin}")) {
            for half in [end, begin] {
                *have.entry(half).or_default() += 1;
            }
        }
    }
    // Labels are written again where captions cut what somebody says in one go.
    for name in names.keys() {
        lost.remove(name);
    }
    for (word, times) in have {
        if let Some(left) = lost.get_mut(&word) {
            *left = left.saturating_sub(times);
        }
    }
    lost.retain(|_, times| *times > 0);
    Some(Kept { words, lost })
}

/// What becomes of the words of a format's files.
#[derive(Default)]
pub(crate) struct Format {
    pub(crate) files: usize,
    pub(crate) words: usize,
    pub(crate) lost: usize,
    /// Lost words of each file, with its name.
    pub(crate) worst: Vec<(usize, String)>,
}

/// What becomes of the words of all files below a folder, by format.
pub(crate) fn by_format(folder: &Path) -> BTreeMap<String, Format> {
    let mut out: BTreeMap<String, Format> = BTreeMap::new();
    let all = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().flatten();
    for entry in all.filter(|e| e.file_type().is_file()) {
        let name = entry.path().strip_prefix(folder).unwrap_or(entry.path());
        let name = name.to_string_lossy().into_owned();
        let Ok(bytes) = std::fs::read(entry.path()) else { continue };
        let Some(found) = kept(&name, &bytes) else { continue };
        let format = name.rsplit('.').next().unwrap_or_default().to_owned();
        let row = out.entry(format).or_default();
        row.files += 1;
        row.words += found.words;
        row.lost += found.missing();
        row.worst.push((found.missing(), name));
    }
    out
}
