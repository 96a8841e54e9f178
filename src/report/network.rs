//! Pairs as a network or a matrix, for programs that draw them.
//!
//! Nodes are themes and patterns that occur, edges pairs that are together often enough. Nothing is laid
//! out: that is for Gephi, Cytoscape or igraph.

use std::collections::{HashMap, HashSet};
use std::fmt::Write;

use super::rows::{harmless, record};
use crate::analysis::{CooccurrenceRow, PairRows, PairTable};
use crate::query::{Measure, Needle, Network, NetworkFormat};
use crate::text::xml_text;

/// The network of a table of pairs.
pub struct Graph<'a> {
    network: &'a Network,
    needles: &'a [Needle],
    table: &'a PairTable,
    rows: &'a PairRows,
    /// All pairs that were looked at, together or not.
    paired: HashSet<(usize, usize)>,
    title: String,
}

/// A column of nodes or edges: its name, its type.
type Column = (&'static str, &'static str);

const OF_NODES: [Column; 6] = [
    ("name", "string"),
    ("kind", "string"),
    ("n", "long"),
    ("level", "int"),
    ("parent", "string"),
    ("color", "string"),
];

const OF_EDGES: [Column; 18] = [
    ("n_ab", "long"),
    ("expected", "double"),
    ("observed_over_expected", "double"),
    ("jaccard", "double"),
    ("dice", "double"),
    ("log_dice", "double"),
    ("pmi_log2", "double"),
    ("npmi", "double"),
    ("mi3_log2", "double"),
    ("t_score", "double"),
    ("z_score", "double"),
    ("min_sensitivity", "double"),
    ("log_ratio", "double"),
    ("odds_ratio", "double"),
    ("phi", "double"),
    ("log_likelihood", "double"),
    ("p", "double"),
    ("p_adjusted", "double"),
];

impl<'a> Graph<'a> {
    /// The network of a table, as a query asks for it.
    #[must_use]
    pub fn new(
        network: &'a Network,
        needles: &'a [Needle],
        table: &'a PairTable,
        rows: &'a PairRows,
        pairs: &[(usize, usize)],
    ) -> Self {
        let mut title = format!("together within {}", table.within.name());
        if let Some(group) = &table.group {
            let _ = write!(title, ", {}", group.as_deref().unwrap_or("no value"));
        }
        Self { network, needles, table, rows, paired: pairs.iter().copied().collect(), title }
    }

    /// The network in a form.
    #[must_use]
    pub fn text(&self, format: NetworkFormat) -> String {
        match format {
            NetworkFormat::GraphMl => self.graphml(),
            NetworkFormat::Gexf => self.gexf(),
            NetworkFormat::Matrix => self.matrix(),
        }
    }

    /// Numbers of the needles that occur.
    fn nodes(&self) -> impl Iterator<Item = usize> + Clone {
        (0..self.needles.len()).filter(|i| self.table.sizes[*i] > 0)
    }

    /// The pairs that are together, with their weights.
    fn weighted(&self) -> impl Iterator<Item = ((usize, usize), f64, &'a CooccurrenceRow)> {
        let weight = self.network.weight;
        let together = self.rows.iter().filter(|(row, _)| row.n_ab > 0);
        together.filter_map(move |(row, pair)| {
            Some((*pair, row.measures.value(weight, row.n_ab)?, row))
        })
    }

    /// Those of them that are edges.
    fn edges(&self) -> impl Iterator<Item = ((usize, usize), f64, &'a CooccurrenceRow)> {
        let Network { least, min_count, .. } = self.network;
        self.weighted().filter(|(_, value, row)| {
            row.n_ab >= u64::from(*min_count) && least.is_none_or(|l| *value >= l)
        })
    }

    fn label(&self, node: usize) -> &str {
        let needle = &self.needles[node];
        let name = &needle.name;
        let last = if needle.is_theme { name.rsplit('/').next() } else { None };
        needle.label.as_deref().or(last).unwrap_or(name)
    }

    fn node_values(&self, node: usize) -> [Option<String>; OF_NODES.len()] {
        let needle = &self.needles[node];
        [
            Some(needle.name.clone()),
            Some(if needle.is_theme { "theme" } else { "pattern" }.to_owned()),
            Some(self.table.sizes[node].to_string()),
            Some(needle.level.to_string()),
            needle.parent.clone(),
            needle.color.clone(),
        ]
    }

    fn edge_values(row: &CooccurrenceRow) -> [Option<String>; OF_EDGES.len()] {
        let m = &row.measures;
        let number = |n: Option<f64>| n.map(|n| n.to_string());
        [
            Some(row.n_ab.to_string()),
            number(m.expected),
            number(m.observed_over_expected),
            number(m.jaccard),
            number(m.dice),
            number(m.log_dice),
            number(m.pmi_log2),
            number(m.npmi),
            number(m.mi3_log2),
            number(m.t_score),
            number(m.z_score),
            number(m.min_sensitivity),
            number(m.log_ratio),
            number(m.odds_ratio),
            number(m.phi),
            number(m.log_likelihood),
            number(m.p),
            number(m.p_adjusted),
        ]
    }

    fn graphml(&self) -> String {
        let mut out = String::from(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\" \
             xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
             xsi:schemaLocation=\"http://graphml.graphdrawing.org/xmlns \
             http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd\">\n",
        );
        let _ = writeln!(out, "  <desc>{}</desc>", xml_text(&self.title));
        let mut key = |of: &str, (name, kind): Column| {
            let id = &of[..1];
            let _ = writeln!(
                out,
                "  <key id=\"{id}_{name}\" for=\"{of}\" attr.name=\"{name}\" attr.type=\"{kind}\"/>"
            );
        };
        for column in [("label", "string")].into_iter().chain(OF_NODES).chain(RGB) {
            key("node", column);
        }
        for column in [("weight", "double")].into_iter().chain(OF_EDGES) {
            key("edge", column);
        }
        out.push_str("  <graph id=\"G\" edgedefault=\"undirected\">\n");
        for node in self.nodes() {
            let _ = writeln!(out, "    <node id=\"n{node}\">");
            let rgb = rgb(self.needles[node].color.as_deref());
            let rgb = RGB.into_iter().zip(rgb.into_iter().flatten().map(|n| Some(n.to_string())));
            let values = OF_NODES.into_iter().zip(self.node_values(node)).chain(rgb);
            data(&mut out, 'n', ("label", "string"), self.label(node));
            for (column, value) in values {
                if let Some(value) = value {
                    data(&mut out, 'n', column, &value);
                }
            }
            out.push_str("    </node>\n");
        }
        for (((a, b), weight, row), number) in self.edges().zip(0..) {
            let _ = writeln!(out, "    <edge id=\"e{number}\" source=\"n{a}\" target=\"n{b}\">");
            data(&mut out, 'e', ("weight", "double"), &weight.to_string());
            for (column, value) in OF_EDGES.into_iter().zip(Self::edge_values(row)) {
                if let Some(value) = value {
                    data(&mut out, 'e', column, &value);
                }
            }
            out.push_str("    </edge>\n");
        }
        out.push_str("  </graph>\n</graphml>\n");
        out
    }

    fn gexf(&self) -> String {
        let mut out = String::from(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <gexf xmlns=\"http://gexf.net/1.3\" xmlns:viz=\"http://gexf.net/1.3/viz\" version=\"1.3\">\n",
        );
        let _ = writeln!(
            out,
            "  <meta>\n    <creator>thematic</creator>\n    <description>{}</description>\n  </meta>",
            xml_text(&self.title)
        );
        out.push_str("  <graph defaultedgetype=\"undirected\">\n");
        for (class, columns) in [("node", &OF_NODES[..]), ("edge", &OF_EDGES[..])] {
            let _ = writeln!(out, "    <attributes class=\"{class}\">");
            for (name, kind) in columns {
                let kind = if *kind == "int" { "integer" } else { kind };
                let _ = writeln!(
                    out,
                    "      <attribute id=\"{name}\" title=\"{name}\" type=\"{kind}\"/>"
                );
            }
            out.push_str("    </attributes>\n");
        }
        out.push_str("    <nodes>\n");
        for node in self.nodes() {
            let label = xml_text(self.label(node));
            let _ = writeln!(out, "      <node id=\"n{node}\" label=\"{label}\">");
            attvalues(&mut out, &OF_NODES, &self.node_values(node));
            if let Some([r, g, b]) = rgb(self.needles[node].color.as_deref()) {
                let _ = writeln!(out, "        <viz:color r=\"{r}\" g=\"{g}\" b=\"{b}\"/>");
            }
            out.push_str("      </node>\n");
        }
        out.push_str("    </nodes>\n    <edges>\n");
        for (((a, b), weight, row), number) in self.edges().zip(0..) {
            let _ = writeln!(
                out,
                "      <edge id=\"e{number}\" source=\"n{a}\" target=\"n{b}\" weight=\"{weight}\">"
            );
            attvalues(&mut out, &OF_EDGES, &Self::edge_values(row));
            out.push_str("      </edge>\n");
        }
        out.push_str("    </edges>\n  </graph>\n</gexf>\n");
        out
    }

    /// Weights of all pairs with the same names down and across; of counts 0 where two never meet and on
    /// the diagonal what each has by itself.
    fn matrix(&self) -> String {
        let weights: HashMap<(usize, usize), f64> =
            self.weighted().map(|(pair, weight, _)| (pair, weight)).collect();
        let counts = self.network.weight == Measure::Count;
        let names = || self.needles.iter().map(|n| harmless(&n.name));
        let head: Vec<String> = std::iter::once(String::new()).chain(names()).collect();
        let mut out = record(head.iter().map(String::as_str));
        for (row, name) in names().enumerate() {
            let cells = (0..self.needles.len()).map(|column| {
                let pair = (row.min(column), row.max(column));
                match weights.get(&pair) {
                    Some(weight) => weight.to_string(),
                    None if counts && row == column => self.table.sizes[row].to_string(),
                    None if counts && self.paired.contains(&pair) => "0".to_owned(),
                    None => String::new(),
                }
            });
            let cells: Vec<String> = std::iter::once(name).chain(cells).collect();
            out.extend(record(cells.iter().map(String::as_str)));
        }
        String::from_utf8_lossy(&out).into_owned()
    }
}

/// Columns of a colour, as Gephi reads them.
const RGB: [Column; 3] = [("r", "int"), ("g", "int"), ("b", "int")];

/// The parts of a colour such as `#1b9e77` or `#fa0`.
fn rgb(color: Option<&str>) -> Option<[u8; 3]> {
    let digits = color?.strip_prefix('#')?;
    let part = |i: usize| match digits.len() {
        6 => u8::from_str_radix(digits.get(2 * i..2 * i + 2)?, 16).ok(),
        3 => u8::from_str_radix(&digits.get(i..=i)?.repeat(2), 16).ok(),
        _ => None,
    };
    Some([part(0)?, part(1)?, part(2)?])
}

fn data(out: &mut String, of: char, (name, _): Column, value: &str) {
    let value = xml_text(value);
    let _ = writeln!(out, "      <data key=\"{of}_{name}\">{value}</data>");
}

fn attvalues(out: &mut String, columns: &[Column], values: &[Option<String>]) {
    out.push_str("        <attvalues>\n");
    for ((name, _), value) in columns.iter().zip(values) {
        if let Some(value) = value {
            let value = xml_text(value);
            let _ = writeln!(out, "          <attvalue for=\"{name}\" value=\"{value}\"/>");
        }
    }
    out.push_str("        </attvalues>\n");
}
