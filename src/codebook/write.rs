//! A codebook is written in our TOML, as a table, or as a REFI-QDA codebook.

use std::fmt::Write as _;

use super::{Codebook, Theme, Unit, WrittenPattern};
use crate::pattern::Form;
use crate::text::xml_text;

/// What a codebook is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Our own form.
    Toml,
    /// A table with a row for each pattern.
    Csv,
    /// A REFI-QDA codebook: names, definitions and colours, and no patterns.
    Qdc,
}

impl Target {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Toml, Self::Csv, Self::Qdc];

    /// Its name, and the ending of its files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Toml => "toml",
            Self::Csv => "csv",
            Self::Qdc => "qdc",
        }
    }
}

/// The text of a codebook in another form.
#[must_use]
pub fn write(codebook: &Codebook, target: Target) -> String {
    match target {
        Target::Toml => toml(codebook),
        Target::Csv => csv(codebook),
        Target::Qdc => qdc(codebook),
    }
}

/// Roles of patterns and the keys of our files.
fn role(written: &WrittenPattern, except: bool) -> &'static str {
    match (except, written.form) {
        (false, Form::Simple) => "find",
        (false, Form::Cql) => "cql",
        (true, Form::Simple) => "except",
        (true, Form::Cql) => "except_cql",
    }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn key(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if !name.is_empty() && name.chars().all(bare) {
        return name.to_owned();
    }
    // A key takes one line, in quotation marks.
    serde_json::Value::String(name.to_owned()).to_string()
}

fn toml(codebook: &Codebook) -> String {
    let mut out = String::new();
    if let Some(title) = &codebook.title {
        let _ = writeln!(out, "title = {}\n", quoted(title));
    }
    for theme in &codebook.themes {
        let path = theme.path.split('/').map(key).collect::<Vec<_>>().join(".");
        let _ = writeln!(out, "[theme.{path}]");
        let texts = [
            ("label", &theme.label),
            ("definition", &theme.definition),
            ("note", &theme.note),
            ("guid", &theme.guid),
            ("color", &theme.color),
        ];
        for (key, text) in texts {
            if let Some(text) = text {
                let _ = writeln!(out, "{key} = {}", quoted(text));
            }
        }
        if let Some(codable) = theme.codable {
            let _ = writeln!(out, "codable = {codable}");
        }
        // Of hits with several weights the first pattern's holds, so that the order is kept.
        let mixed = theme.find.is_sorted_by_key(|w| w.form == Form::Cql);
        let weights = theme.find.iter().any(|w| w.weight.is_some());
        if !mixed && weights {
            let item = |w: &WrittenPattern| {
                let weight =
                    w.weight.map_or(String::new(), |w| format!(", weight = {}", w.number()));
                format!("{{ {} = {}{weight} }}", role(w, false), quoted(&w.text.value))
            };
            list(&mut out, "find", theme.find.iter().map(item));
        }
        for (patterns, except) in [(&theme.find, false), (&theme.except, true)] {
            for form in [Form::Simple, Form::Cql] {
                if !except && !mixed && weights {
                    continue;
                }
                let of: Vec<&WrittenPattern> = patterns.iter().filter(|w| w.form == form).collect();
                let Some(first) = of.first() else { continue };
                let key = role(first, except);
                let item = |w: &&WrittenPattern| match w.weight {
                    None => quoted(&w.text.value),
                    Some(weight) => {
                        let weight = weight.number();
                        format!("{{ {key} = {}, weight = {weight} }}", quoted(&w.text.value))
                    }
                };
                list(&mut out, key, of.iter().map(item));
            }
        }
        for (key, on) in builds(theme) {
            if !on.is_empty() {
                list(&mut out, key, on.iter().map(|i| quoted(&codebook.themes[*i].path)));
            }
        }
        if theme.within != Unit::default() {
            let _ = writeln!(out, "within = \"{}\"", theme.within.name());
        }
        let examples = [("hit", &theme.hits), ("miss", &theme.misses)];
        for (key, texts) in examples.into_iter().filter(|(_, t)| !t.is_empty()) {
            list(&mut out, &format!("examples.{key}"), texts.iter().map(|t| quoted(&t.value)));
        }
        out.push('\n');
    }
    while out.ends_with("\n\n") {
        out.pop();
    }
    out
}

fn builds(theme: &Theme) -> [(&'static str, &[usize]); 3] {
    [("any_of", &theme.any_of), ("all_of", &theme.all_of), ("none_of", &theme.none_of)]
}

/// A list, on one line if it is short.
fn list(out: &mut String, key: &str, items: impl Iterator<Item = String>) {
    let items: Vec<String> = items.collect();
    let line = format!("{key} = [{}]", items.join(", "));
    if line.chars().count() <= 100 && !line.contains('\n') {
        out.push_str(&line);
    } else {
        let _ = writeln!(out, "{key} = [");
        for item in items {
            let _ = writeln!(out, "    {item},");
        }
        out.push(']');
    }
    out.push('\n');
}

fn csv(codebook: &Codebook) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let columns = super::formats::TABLE_COLUMNS;
    let mut row = |cells: [&str; 8]| {
        // Writing into memory can't fail.
        let _written = writer.write_record(cells);
    };
    row(columns);
    for theme in &codebook.themes {
        let path = theme.path.as_str();
        let told = |text: &Option<String>| text.clone().unwrap_or_default();
        let (label, definition) = (told(&theme.label), told(&theme.definition));
        let (guid, color) = (told(&theme.guid), told(&theme.color));
        row([path, "", "", "", &label, &definition, &guid, &color]);
        let mut below = |role: &str, text: &str, weight: &str| {
            row([path, role, text, weight, "", "", "", ""]);
        };
        for (patterns, except) in [(&theme.find, false), (&theme.except, true)] {
            for written in patterns {
                let weight = written.weight.map_or(String::new(), |w| w.number().to_string());
                below(role(written, except), &written.text.value, &weight);
            }
        }
        for (role, on) in builds(theme) {
            for i in on {
                below(role, &codebook.themes[*i].path, "");
            }
        }
        if theme.within != Unit::default() {
            below("within", theme.within.name(), "");
        }
        theme.note.iter().for_each(|note| below("note", note, ""));
        theme.hits.iter().for_each(|text| below("hit", &text.value, ""));
        theme.misses.iter().for_each(|text| below("miss", &text.value, ""));
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

fn qdc(codebook: &Codebook) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<CodeBook xmlns=\"urn:QDA-XML:codebook:1.0\" origin=\"thematic\">\n",
    );
    // An empty list of codes is not valid.
    if !codebook.themes.is_empty() {
        out.push_str("  <Codes>\n");
        let top = (0..codebook.themes.len()).filter(|i| codebook.themes[*i].parent.is_none());
        top.for_each(|i| code(&mut out, codebook, i));
        out.push_str("  </Codes>\n");
    }
    out.push_str("</CodeBook>\n");
    out
}

fn code(out: &mut String, codebook: &Codebook, theme: usize) {
    let entry = &codebook.themes[theme];
    let indent = "  ".repeat(entry.level as usize + 1);
    let own = entry.path.rsplit('/').next().unwrap_or_default();
    // Two codes of one name beside each other could not be told apart.
    let label = entry.label.as_deref().filter(|label| {
        let mut others = codebook.themes.iter().filter(|t| t.parent == entry.parent);
        !others.any(|t| t.path != entry.path && t.label.as_deref() == Some(label))
    });
    let name = label.unwrap_or(own);
    let guid = entry.guid.clone().filter(|g| is_guid(g)).unwrap_or_else(|| guid(&entry.path));
    let color = entry.color.as_ref().filter(|c| is_color(c));
    let color = color.map_or(String::new(), |c| format!(" color=\"{c}\""));
    let codable = entry.codable.unwrap_or(true);
    let _ = write!(
        out,
        "{indent}<Code guid=\"{}\" name=\"{}\" isCodable=\"{codable}\"{color}",
        xml_text(&guid),
        xml_text(name)
    );
    let children: Vec<usize> =
        codebook.below(theme).filter(|i| codebook.themes[*i].parent == Some(theme)).collect();
    if children.is_empty() && entry.definition.is_none() {
        out.push_str("/>\n");
        return;
    }
    out.push_str(">\n");
    if let Some(definition) = &entry.definition {
        let _ = writeln!(out, "{indent}  <Description>{}</Description>", xml_text(definition));
    }
    for child in children {
        code(out, codebook, child);
    }
    let _ = writeln!(out, "{indent}</Code>");
}

/// An identifier that belongs to a path: the same in every export.
fn guid(path: &str) -> String {
    let hash = blake3::hash(path.as_bytes());
    let mut bytes: [u8; 16] = std::array::from_fn(|i| hash.as_bytes()[i]);
    // Version 8 of RFC 9562: made by a rule of one's own.
    bytes[6] = bytes[6] & 0x0F | 0x80;
    bytes[8] = bytes[8] & 0x3F | 0x80;
    let mut hex = String::with_capacity(32);
    for byte in bytes {
        let _ = write!(hex, "{byte:02X}");
    }
    let parts = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]];
    parts.join("-")
}

/// True for 8-4-4-4-12 hexadecimal digits, perhaps in braces.
fn is_guid(text: &str) -> bool {
    let inner = text.strip_prefix('{').and_then(|t| t.strip_suffix('}')).unwrap_or(text);
    let parts: Vec<&str> = inner.split('-').collect();
    parts.iter().map(|p| p.len()).eq([8, 4, 4, 4, 12])
        && parts.iter().all(|p| p.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// True for `#rgb` and `#rrggbb`.
fn is_color(text: &str) -> bool {
    let digits = text.strip_prefix('#').unwrap_or_default();
    matches!(digits.len(), 3 | 6) && digits.bytes().all(|b| b.is_ascii_hexdigit())
}
