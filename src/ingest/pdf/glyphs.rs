//! The glyphs of a page, in the order in which the file draws them, each with its place.
//!
//! The interpreter resolves fonts, encodings and transforms; nothing is drawn. A glyph's shape is
//! known by its outline, so that bold and italic are seen in every kind of font, whatever its name.

use std::collections::HashMap;

use hayro_interpret::font::{Glyph as FontGlyph, GlyphRun};
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::hayro_syntax::object::{Dict, String as PdfString};
use hayro_interpret::hayro_syntax::page::Page;
use hayro_interpret::kurbo::{Affine, BezPath, PathEl, Point, Rect, Shape as _};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps,
    InterpreterCache, InterpreterSettings, SoftMask, interpret_page,
};

/// A glyph on a page. Lengths are points, y grows downwards.
#[derive(Clone, Debug)]
pub(super) struct Glyph {
    /// What it stands for: mostly one character.
    pub text: String,
    /// Where it begins on its baseline.
    pub x: f32,
    /// Its baseline.
    pub y: f32,
    /// Where the next one would begin.
    pub end: f32,
    /// The size of its font.
    pub size: f32,
    /// Its outline: a number in [`Shapes`].
    pub shape: u32,
    /// Quarter turns of its baseline.
    pub turned: u8,
    /// True where the file says that it belongs to the page and not to the text.
    pub artifact: bool,
}

/// What a page draws.
#[derive(Debug, Default)]
pub(super) struct Drawn {
    pub glyphs: Vec<Glyph>,
    /// How many pictures.
    pub pictures: usize,
}

/// The outlines that occur in a file.
#[derive(Default)]
pub(super) struct Shapes {
    by_glyph: HashMap<u128, u32>,
    by_outline: HashMap<Vec<(i32, i32)>, u32>,
    /// The share of its square that each outline fills.
    ink: Vec<f32>,
}

impl Shapes {
    /// The share of its square that an outline fills.
    pub(super) fn ink(&self, shape: u32) -> f32 {
        self.ink.get(shape as usize).copied().unwrap_or_default()
    }

    fn of(&mut self, glyph: &FontGlyph<'_>) -> u32 {
        let FontGlyph::Outline(glyph) = glyph else {
            return u32::MAX;
        };
        let key = glyph.identifier().cache_key();
        if let Some(shape) = self.by_glyph.get(&key) {
            return *shape;
        }
        let outline = glyph.outline();
        let next = u32::try_from(self.ink.len()).unwrap_or(u32::MAX);
        let shape = *self.by_outline.entry(points_of(&outline)).or_insert(next);
        if shape == next {
            self.ink.push(single(outline.area().abs() / 1e6));
        }
        self.by_glyph.insert(key, shape);
        shape
    }
}

/// The corners of an outline in whole units: the same letter of the same font embedded twice is
/// the same shape.
#[expect(clippy::cast_possible_truncation, reason = "what is out of range is no letter")]
fn points_of(outline: &BezPath) -> Vec<(i32, i32)> {
    let ends = outline.elements().iter().filter_map(PathEl::end_point);
    ends.map(|p| (p.x.round() as i32, p.y.round() as i32)).collect()
}

/// Places on a page, where a millionth of a point is nothing.
#[expect(clippy::cast_possible_truncation, reason = "single precision is enough for a page")]
const fn single(value: f64) -> f32 {
    value as f32
}

/// Reads the glyphs of one page after another.
pub(super) struct GlyphReader<'a> {
    cache: InterpreterCache<'a>,
    pub(super) shapes: Shapes,
    /// Glyphs that may still be read before the file counts as too large.
    left: usize,
}

impl<'a> GlyphReader<'a> {
    pub(super) fn new(limit: usize) -> Self {
        Self { cache: InterpreterCache::new(), shapes: Shapes::default(), left: limit }
    }

    /// The glyphs of a page; `None` if the file has more than the limit.
    pub(super) fn page(&mut self, page: &Page<'a>) -> Option<Drawn> {
        let t = page.initial_transform(true).as_coeffs();
        let initial = Affine::new(t);
        let (width, height) = page.render_dimensions();
        let bounds = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
        let settings = InterpreterSettings::default();
        let mut context = Context::new(initial, bounds, &self.cache, page.xref(), settings);
        let mut collector = Collector {
            shapes: &mut self.shapes,
            drawn: Drawn::default(),
            left: self.left,
            bounds: bounds.inflate(2.0, 2.0),
            marked: Vec::new(),
        };
        interpret_page(page, &mut context, &mut collector);
        self.left = collector.left;
        (self.left > 0).then_some(collector.drawn)
    }
}

/// What a stretch of marked content says of the glyphs in it.
struct Marked {
    artifact: bool,
    /// Text that stands for all glyphs in it, until the first of them has taken it.
    instead: Option<String>,
    replaced: bool,
}

struct Collector<'s> {
    shapes: &'s mut Shapes,
    drawn: Drawn,
    left: usize,
    bounds: Rect,
    marked: Vec<Marked>,
}

impl Collector<'_> {
    fn add(&mut self, glyph: &FontGlyph<'_>, transform: Affine) {
        let mut text = match glyph.as_unicode() {
            Some(BfString::Char(c)) => c.to_string(),
            Some(BfString::String(s)) => s,
            None => String::from('\u{FFFD}'),
        };
        // A font that maps its signs to nothing says as little as one that maps none.
        if text.contains('\0') {
            text = text.replace('\0', "\u{FFFD}");
        }
        if let Some(marked) = self.marked.iter_mut().find(|m| m.replaced) {
            text = marked.instead.take().unwrap_or_default();
        }
        let advance = match glyph {
            FontGlyph::Outline(g) => g.advance_width(),
            FontGlyph::Type3(g) => g.advance_width(),
        };
        let origin = transform * Point::ZERO;
        let along = transform * Point::new(1000.0, 0.0) - origin;
        let up = transform * Point::new(0.0, 1000.0) - origin;
        let size = up.hypot();
        if !self.bounds.contains(origin) || !(0.5..2000.0).contains(&size) || text.is_empty() {
            return;
        }
        let turned = match (along.x.abs() >= along.y.abs(), along.x >= 0.0, along.y >= 0.0) {
            (true, true, _) => 0,
            (false, _, true) => 1,
            (true, false, _) => 2,
            (false, _, false) => 3,
        };
        // Turned text is laid flat: its baseline runs to the right.
        let (x, y) = match turned {
            0 => (origin.x, origin.y),
            1 => (origin.y, -origin.x),
            2 => (-origin.x, -origin.y),
            _ => (-origin.y, origin.x),
        };
        let width = along.hypot() * f64::from(advance.unwrap_or(500.0)) / 1000.0;
        self.drawn.glyphs.push(Glyph {
            text,
            x: single(x),
            y: single(y),
            end: single(x + width),
            size: single(size),
            shape: self.shapes.of(glyph),
            turned,
            artifact: self.marked.iter().any(|m| m.artifact),
        });
    }
}

impl Device<'_> for Collector<'_> {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, '_>, props: DrawProps<'_>, mode: &DrawMode) {
        // Text that is filled and then outlined comes twice.
        if matches!(mode, DrawMode::Stroke(_)) && self.drawn_before(run, &props) {
            return;
        }
        for glyph in run.glyphs() {
            if self.left == 0 {
                return;
            }
            self.left -= 1;
            self.add(glyph, props.transform * glyph.transform());
        }
    }

    fn begin_marked_content(&mut self, tag: &[u8], properties: Option<&Dict<'_>>) {
        let instead = properties
            .and_then(|p| p.get::<PdfString<'_>>(b"ActualText".as_slice()))
            .map(|text| decoded(text.as_bytes()));
        let replaced = instead.is_some();
        self.marked.push(Marked { artifact: tag == b"Artifact", instead, replaced });
    }

    fn end_marked_content(&mut self) {
        self.marked.pop();
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'_>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'_>>, _: BlendMode) {}
    fn draw_image(&mut self, _: Image<'_, '_>, _: ImageDrawProps<'_>) {
        self.drawn.pictures += 1;
    }
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}

impl Collector<'_> {
    fn drawn_before(&self, run: &GlyphRun<'_, '_>, props: &DrawProps<'_>) -> bool {
        let (Some(last), Some(glyph)) = (self.drawn.glyphs.last(), run.glyphs().last()) else {
            return false;
        };
        let origin = props.transform * glyph.transform() * Point::ZERO;
        (f64::from(last.x) - origin.x).abs() < 0.1 && (f64::from(last.y) - origin.y).abs() < 0.1
    }
}

/// A text string of a PDF: UTF-16 or UTF-8 with its mark, else Latin.
pub(super) fn decoded(bytes: &[u8]) -> String {
    match bytes {
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => bytes.iter().map(|b| char::from(*b)).collect(),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    char::decode_utf16(units).map(|c| c.unwrap_or('\u{FFFD}')).collect()
}
