//! What stands after `::`: how the labelled parts must be.

use super::{Parsed, Parser};
use crate::pattern::bounds::MAX_DEPTH;
use crate::pattern::{Comparison, Constraint, Operand, PatternError, Value};

impl Parser<'_> {
    pub(super) fn constraint(&mut self) -> Parsed<Constraint> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let message = format!("brackets nest deeper than {MAX_DEPTH}");
            return Err(PatternError::new(self.at..self.at, message));
        }
        // `&` binds tighter than `|`, and that tighter than `->`.
        let mut some = vec![self.conjunction()?];
        while self.takes("|") {
            some.push(self.conjunction()?);
        }
        let left = if some.len() == 1 { some.remove(0) } else { Constraint::Some(some) };
        let constraint = if self.takes("->") {
            let right = self.constraint()?;
            Constraint::Some(vec![Constraint::Not(Box::new(left)), right])
        } else {
            left
        };
        self.depth -= 1;
        Ok(constraint)
    }

    pub(super) fn conjunction(&mut self) -> Parsed<Constraint> {
        let mut all = vec![self.constraint_term()?];
        while self.takes("&") {
            all.push(self.constraint_term()?);
        }
        Ok(if all.len() == 1 { all.remove(0) } else { Constraint::All(all) })
    }

    pub(super) fn constraint_term(&mut self) -> Parsed<Constraint> {
        self.blank();
        if self.takes("!") {
            self.depth += 1;
            if self.depth > MAX_DEPTH {
                let message = format!("`!` stands {MAX_DEPTH} times in a row");
                return Err(PatternError::new(self.at - 1..self.at, message));
            }
            let term = self.constraint_term()?;
            self.depth -= 1;
            return Ok(Constraint::Not(Box::new(term)));
        }
        if self.takes("(") {
            let constraint = self.constraint()?;
            self.expect(")", "`)`")?;
            return Ok(constraint);
        }
        if self.ahead("dist(") || self.ahead("dist (") {
            return self.distance();
        }
        let label = self.known_label()?;
        if !self.takes(".") {
            return Ok(Constraint::Present(label));
        }
        let layer = self.name("a layer's name, as in `a.word`")?;
        self.blank();
        let equal = !self.takes("!=");
        if equal {
            self.expect("=", "`=` or `!=`")?;
        }
        self.blank();
        let with = if matches!(self.peek(), Some('"' | '\'')) || self.literal_ahead() {
            let start = self.at;
            let value = self.string(&layer, false)?;
            if value.exact && layer == Value::TEXT {
                let message = "after `::` the text is compared without its case";
                return Err(PatternError::new(start..self.at, message)
                    .hint("ask for the exact form in the token: `a:\"May\"%C`"));
            }
            Operand::Value(value)
        } else {
            let other = self.known_label()?;
            self.expect(".", "`.` and a layer's name")?;
            Operand::Label(other, self.name("a layer's name, as in `a.word`")?)
        };
        Ok(Constraint::Compare { label, layer, equal, with })
    }

    pub(super) fn distance(&mut self) -> Parsed<Constraint> {
        self.at += "dist".len();
        self.expect("(", "`(`")?;
        let from = self.known_label()?;
        self.expect(",", "`,`")?;
        let to = self.known_label()?;
        self.expect(")", "`)`")?;
        self.blank();
        let Some(comparison) = Comparison::ALL.into_iter().find(|c| self.ahead(c.sign())) else {
            let place = self.at..self.boundary(self.at + 1);
            return Err(PatternError::new(place, "`dist(a,b)` is compared with nothing")
                .hint("write `dist(a,b) < 5`"));
        };
        self.at += comparison.sign().len();
        self.blank();
        let minus = usize::from(self.peek() == Some('-'));
        let digits = self.text[self.at + minus..].chars().take_while(char::is_ascii_digit).count();
        let place = self.at..self.at + minus + digits;
        let words = self.text[place.clone()].parse().map_err(|_| {
            PatternError::new(place.start..self.boundary(place.end + 1), "no number here")
        })?;
        self.at = place.end;
        Ok(Constraint::Distance { from, to, comparison, words })
    }

    pub(super) fn known_label(&mut self) -> Parsed<String> {
        self.blank();
        let start = self.at;
        self.name("a label")?;
        let label = self.text[start..self.at].to_owned();
        if self.labels.contains(&label) {
            return Ok(label);
        }
        let known = self.labels.iter().map(String::as_str);
        let error =
            PatternError::new(start..self.at, format!("no label `{label}` in this pattern"));
        Err(match crate::text::nearest(&label, known) {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error.hint("a label stands before a part: `a:[]`"),
        })
    }
}
