//! Writes small PDFs: justified columns in Courier, whose letters are all 0.6 of its size wide.

use std::fmt::Write;

use flate2::{Compression, write::ZlibEncoder};

/// The fonts of every file.
#[derive(Clone, Copy)]
pub(crate) enum Font {
    Plain = 1,
    Bold = 2,
    Italic = 3,
}

/// A stretch of a page that lines fill from top to bottom.
#[derive(Clone, Copy)]
pub(crate) struct Frame {
    pub page: usize,
    pub left: f32,
    pub top: f32,
    pub width: f32,
    pub bottom: f32,
}

pub(crate) const HEIGHT: f32 = 800.0;
pub(crate) const WIDTH: f32 = 600.0;

/// Pages in the making. Lengths are points, y grows downwards.
pub(crate) struct Typesetter {
    pages: Vec<String>,
    frames: Vec<Frame>,
    /// How far the first frame is filled.
    y: f32,
}

impl Typesetter {
    pub(crate) fn new(mut frames: Vec<Frame>) -> Self {
        frames.reverse();
        let pages = frames.iter().map(|f| f.page).max().unwrap_or_default() + 1;
        let y = frames.last().map_or(0.0, |f| f.top);
        Self { pages: vec![String::new(); pages], frames, y }
    }

    /// Puts text at a place, with so much more at each space.
    pub(crate) fn put(&mut self, page: usize, font: Font, size: f32, at: (f32, f32), text: &str) {
        self.spaced(page, font, size, at, text, 0.0);
    }

    fn spaced(
        &mut self,
        page: usize,
        font: Font,
        size: f32,
        (x, y): (f32, f32),
        text: &str,
        space: f32,
    ) {
        let mut string = String::new();
        for c in text.chars() {
            match c {
                '(' | ')' | '\\' => string.extend(['\\', c]),
                ' '..='~' => string.push(c),
                // Places of the fonts' encoding.
                '’' => string.push_str("\\222"),
                '“' => string.push_str("\\223"),
                '”' => string.push_str("\\224"),
                '–' => string.push_str("\\226"),
                '—' => string.push_str("\\227"),
                'é' => string.push_str("\\351"),
                'ﬁ' => string.push_str("\\001"),
                _ => panic!("no letter for {c}"),
            }
        }
        let y = HEIGHT - y;
        let number = font as u8;
        writeln!(
            self.pages[page],
            "BT /F{number} {size} Tf {space} Tw 1 0 0 1 {x} {y} Tm ({string}) Tj ET"
        )
        .expect("a string");
    }

    /// Leaves room.
    pub(crate) fn skip(&mut self, height: f32) {
        self.y += height;
    }

    fn next_line(&mut self, size: f32) -> (Frame, f32) {
        self.y += 1.2 * size;
        if self.y > self.frames.last().expect("room").bottom {
            self.frames.pop();
            self.y = self.frames.last().expect("room").top + 1.2 * size;
        }
        (*self.frames.last().expect("room"), self.y)
    }

    pub(crate) fn heading(&mut self, size: f32, text: &str) {
        self.skip(size);
        let (frame, y) = self.next_line(size);
        self.put(frame.page, Font::Bold, size, (frame.left, y), text);
        self.skip(0.4 * size);
    }

    /// A justified paragraph whose first line is indented and whose other lines are set in.
    /// Words are cut at `\u{AD}`; `^` raises the figures after it.
    pub(crate) fn paragraph(
        &mut self,
        font: Font,
        size: f32,
        indent: f32,
        set_in: f32,
        text: &str,
    ) {
        let letter = 0.6 * size;
        let mut words: Vec<String> = text.split(' ').rev().map(str::to_owned).collect();
        let mut first = true;
        while !words.is_empty() {
            let (frame, y) = self.next_line(size);
            let left = set_in + if first { indent } else { 0.0 };
            let width = frame.width - left - set_in;
            let mut line: Vec<String> = Vec::new();
            let wide = |line: &[String]| -> f32 {
                line.join(" ").chars().filter(|c| *c != '^').map(|_| letter).sum()
            };
            while let Some(word) = words.pop() {
                let whole = word.replace('\u{AD}', "");
                line.push(whole);
                if wide(&line) <= width {
                    continue;
                }
                line.pop();
                if let Some((start, rest)) = word.split_once('\u{AD}') {
                    line.push(format!("{start}-"));
                    if wide(&line) <= width {
                        words.push(rest.to_owned());
                        break;
                    }
                    line.pop();
                }
                words.push(word);
                break;
            }
            let spaces = line.iter().skip(1).map(|_| 1.0).sum::<f32>().max(1.0);
            let more = if words.is_empty() { 0.0 } else { (width - wide(&line)) / spaces };
            self.line(frame.page, font, size, (frame.left + left, y), &line.join(" "), more);
            first = false;
        }
    }

    /// A line with raised figures.
    fn line(
        &mut self,
        page: usize,
        font: Font,
        size: f32,
        (mut x, y): (f32, f32),
        text: &str,
        more: f32,
    ) {
        let mut parts = text.split('^');
        let first = parts.next().unwrap_or_default();
        let advance = |text: &str, size: f32| {
            text.chars().map(|c| 0.6 * size + if c == ' ' { more } else { 0.0 }).sum::<f32>()
        };
        self.spaced(page, font, size, (x, y), first, more);
        x += advance(first, size);
        for part in parts {
            let end = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
            let (raised, rest) = part.split_at(end);
            self.put(page, font, 0.6 * size, (x, y - 0.4 * size), raised);
            x += advance(raised, 0.6 * size);
            self.spaced(page, font, size, (x, y), rest, more);
            x += advance(rest, size);
        }
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        let contents = self.pages.iter().map(String::as_bytes);
        file(contents, "")
    }
}

/// A file of pages with these contents; `more` stands in the pages' resources.
pub(crate) fn file<'c>(contents: impl Iterator<Item = &'c [u8]>, more: &str) -> Vec<u8> {
    let mut objects: Vec<Vec<u8>> = vec![Vec::new(); 2];
    let mut fonts = String::new();
    for (name, n) in ["Courier", "Courier-Bold", "Courier-Oblique"].into_iter().zip(1..) {
        write!(
            fonts,
            "/F{n} << /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding << /Type /Encoding \
             /BaseEncoding /WinAnsiEncoding /Differences [1 /fi] >> >> "
        )
        .expect("a string");
    }
    let mut pages = String::new();
    for content in contents {
        let number = objects.len() + 1;
        write!(pages, "{number} 0 R ").expect("a string");
        objects.push(
            format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Contents {} 0 R \
                 /Resources << /Font << {fonts}>> {more} >> >>",
                number + 1
            )
            .into_bytes(),
        );
        objects.push(stream("", content));
    }
    objects[0] = b"<< /Type /Catalog /Pages 2 0 R >>".to_vec();
    let count = (objects.len() - 2) / 2;
    objects[1] = format!("<< /Type /Pages /Kids [{pages}] /Count {count} >>").into_bytes();
    assembled(&objects)
}

/// A packed stream.
pub(crate) fn stream(dictionary: &str, bytes: &[u8]) -> Vec<u8> {
    let mut packer = ZlibEncoder::new(Vec::new(), Compression::default());
    std::io::Write::write_all(&mut packer, bytes).expect("memory");
    let packed = packer.finish().expect("memory");
    let head =
        format!("<< {dictionary} /Length {} /Filter /FlateDecode >>\nstream\n", packed.len());
    [head.as_bytes(), &packed, b"\nendstream"].concat()
}

/// Numbered objects, the first of them the catalogue, with a table of their places.
pub(crate) fn assembled(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut places = String::new();
    for (object, number) in objects.iter().zip(1..) {
        writeln!(places, "{:010} 00000 n ", out.len()).expect("a string");
        out.extend(format!("{number} 0 obj\n").as_bytes());
        out.extend(object);
        out.extend(b"\nendobj\n");
    }
    let (at, size) = (out.len(), objects.len() + 1);
    let tail = format!(
        "xref\n0 {size}\n0000000000 65535 f \n{places}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{at}\n%%EOF\n"
    );
    out.extend(tail.as_bytes());
    out
}
