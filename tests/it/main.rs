//! One crate of integration tests: the program as its users meet it.
//!
//! `UPDATE_GOLDEN=1 cargo test` rewrites the golden results; read the difference before you commit
//! it. Tests on the shared corpora need `THEMATIC_SHARED` and say so when they skip.

mod any_text;
mod arrows;
mod attribution;
mod bad_input;
mod commands;
mod company;
mod concordance;
mod conformance;
mod cooccurrence;
mod correctional;
mod determinism;
mod dictionaries;
mod formats;
mod frequency;
mod golden;
mod hostile_patterns;
mod kept;
mod manual;
mod messages;
mod oracle;
mod pairs;
mod pdf;
mod planned_search;
mod query_conformance;
mod read_right;
mod support;
mod table_sources;
mod talks;
mod typesetter;
mod whose_words;
