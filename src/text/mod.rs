//! What every stage agrees on: places in a text, the tokeniser, the folded form, and complaints
//! about a place.
//!
//! In go strings, out come spans and folded words. Nothing here reads a file or knows a corpus.

mod decode;
mod delimited;
mod elision;
mod fold;
mod number;
mod place;
mod problem;
mod rows;
mod table;
mod token;
mod xml;

pub use decode::{Decoded, decode};
pub use delimited::{CellPlace, Delimited, delimited};
pub use elision::{elided, elides};
pub use fold::{MAX_FOLDED_BYTES, fold, fold_into, is_invisible, without_marks};
pub use number::number_of;
pub use place::{ByteSpan, TokenSpan};
pub use problem::{Level, Problem, nearest};
pub use rows::{row_line, row_start};
pub use table::{Table, Text, decimal, number, parse_toml, string, strings, wrong_type};
pub use token::tokenize;
pub use xml::xml_text;
