//! Cells that could point to a person are blanked, and others with them, so that nothing in the same
//! table gives a blanked one back.
//!
//! ```text
//! a cell    blank if it counts the words of somebody, but of fewer than the least number of people
//! a group   of fewer people: nothing of it is told
//! a line    cells that add up to a total: at least two are blank, of as many people together
//! a theme   that others are part of: blank throughout if it or one of those has a blank cell
//! ```

use crate::analysis::units::UnitKey;

/// A table of people: by theme, by group. Lists of people are sorted.
pub(super) struct Cells<'a> {
    /// Participants with a hit, by theme and group.
    pub with: Vec<Vec<&'a [UnitKey]>>,
    /// Participants of each group.
    pub groups: Vec<&'a [UnitKey]>,
    /// Participants with a hit in all groups together, where totals are told.
    pub totals: Option<Vec<&'a [UnitKey]>>,
    /// Lines of groups that add up to a total.
    pub lines: Vec<Vec<usize>>,
    /// The themes that are part of each.
    pub holds: Vec<Vec<usize>>,
    /// The least number of participants.
    pub least: usize,
}

/// What is blank.
pub(super) struct Blank {
    /// Cells by theme and group, the total last where there is one.
    pub cells: Vec<Vec<bool>>,
    /// Groups of which nothing is told.
    pub groups: Vec<bool>,
}

impl Cells<'_> {
    pub(super) fn blank(&self) -> Blank {
        let mut groups: Vec<bool> = self.groups.iter().map(|g| self.few(g)).collect();
        self.complement(&self.groups, &mut groups);
        let mut cells: Vec<Vec<bool>> = Vec::with_capacity(self.with.len());
        for (theme, with) in self.with.iter().enumerate() {
            let mut row: Vec<bool> =
                with.iter().zip(&groups).map(|(w, whole)| self.few(w) || *whole).collect();
            self.complement(with, &mut row);
            row.extend(self.totals.as_ref().map(|t| self.few(t[theme])));
            cells.push(row);
        }
        let own = |row: &Vec<bool>| {
            let beside = groups.iter().copied().chain([false]);
            row.iter().zip(beside).any(|(cell, whole)| *cell && !whole)
        };
        let touched: Vec<bool> = cells.iter().map(own).collect();
        for (theme, holds) in self.holds.iter().enumerate() {
            let hidden = touched[theme] || holds.iter().any(|h| touched[*h]);
            if !holds.is_empty() && hidden {
                cells[theme].fill(true);
            }
        }
        Blank { cells, groups }
    }

    /// True for somebody, but not enough of them.
    fn few(&self, people: &[UnitKey]) -> bool {
        !people.is_empty() && people.len() < self.least
    }

    /// Blanks more cells until what is blank can't be told from the totals of its lines.
    fn complement(&self, people: &[&[UnitKey]], row: &mut [bool]) {
        let mut changed = true;
        while std::mem::take(&mut changed) {
            for line in &self.lines {
                let hidden: Vec<usize> = line.iter().copied().filter(|g| row[*g]).collect();
                let mut together: Vec<UnitKey> =
                    hidden.iter().flat_map(|g| people[*g]).copied().collect();
                together.sort_unstable();
                together.dedup();
                if hidden.is_empty() || (hidden.len() > 1 && together.len() >= self.least) {
                    continue;
                }
                // The smallest that counts anybody; one without anybody hides nothing.
                let open = line.iter().copied().filter(|g| !row[*g]);
                let size = |g: &usize| (people[*g].is_empty(), people[*g].len());
                if let Some(next) = open.min_by_key(size) {
                    row[next] = true;
                    changed = true;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Different people in each cell, as many as told.
    fn people(counts: &[Vec<usize>]) -> Vec<Vec<Vec<UnitKey>>> {
        let mut next = 0;
        let mut list = |n: &usize| {
            let first = next;
            next += u32::try_from(*n).expect("small");
            (first..next).map(|i| (0, i)).collect()
        };
        counts.iter().map(|row| row.iter().map(&mut list).collect()).collect()
    }

    fn blank(with: &[Vec<usize>], groups: &[usize], holds: &[Vec<usize>], least: usize) -> Blank {
        let with = people(with);
        let groups = people(&[groups.to_vec()]).remove(0);
        let all: Vec<Vec<UnitKey>> = with.iter().map(|row| row.concat()).collect();
        let cells = Cells {
            with: with.iter().map(|row| row.iter().map(Vec::as_slice).collect()).collect(),
            groups: groups.iter().map(Vec::as_slice).collect(),
            totals: Some(all.iter().map(Vec::as_slice).collect()),
            lines: vec![(0..groups.len()).collect()],
            holds: holds.to_vec(),
            least,
        };
        cells.blank()
    }

    fn at(row: &[bool]) -> Vec<usize> {
        row.iter().enumerate().filter(|(_, b)| **b).map(|(i, _)| i).collect()
    }

    #[test]
    fn a_lone_cell_takes_another_with_it() {
        let found = blank(&[vec![3, 9, 7, 0]], &[20, 20, 20, 20], &[vec![]], 5);
        assert_eq!(at(&found.cells[0]), [0, 2]);
        assert_eq!(at(&blank(&[vec![9, 8, 7]], &[20; 3], &[vec![]], 5).cells[0]), [0; 0]);
        // Two that count three people between them would still be told by the total.
        assert_eq!(at(&blank(&[vec![1, 2, 30]], &[20; 3], &[vec![]], 5).cells[0]), [0, 1, 2]);
    }

    #[test]
    fn a_small_group_is_blanked_for_every_theme() {
        let found = blank(&[vec![0, 8, 9], vec![3, 5, 8]], &[3, 8, 20], &[vec![], vec![]], 5);
        // The group of eight, too, or its size and a total would tell the other's.
        assert_eq!(at(&found.groups), [0, 1]);
        assert_eq!(found.cells.iter().map(|r| at(r)).collect::<Vec<_>>(), [[0, 1], [0, 1]]);
    }

    proptest! {
        /// A parent is the sum of its two children here, which tells an attacker the most: no blank
        /// cell of few people follows from what is shown.
        #[test]
        fn no_blank_cell_follows_from_what_is_shown(
            counts in prop::collection::vec(prop::collection::vec(0..9_usize, 3), 2),
        ) {
            let least = 4;
            let parent: Vec<usize> = (0..3).map(|g| counts[0][g] + counts[1][g]).collect();
            let with = vec![parent, counts[0].clone(), counts[1].clone()];
            let found = blank(&with, &[30, 30, 30], &[vec![1, 2], vec![], vec![]], least);
            // Unknown: blank cells of the children. Known: shown cells of all three, and totals.
            let variable = |theme: usize, g: usize| (theme - 1) * 3 + g;
            let mut known: Vec<Vec<f64>> = Vec::new();
            for theme in 0..3 {
                for g in 0..4 {
                    if found.cells[theme][g] {
                        continue;
                    }
                    let mut row = vec![0.0; 6];
                    let groups = if g == 3 { 0..3 } else { g..g + 1 };
                    for g in groups {
                        for child in if theme == 0 { 1..3 } else { theme..theme + 1 } {
                            row[variable(child, g)] = 1.0;
                        }
                    }
                    known.push(row);
                }
            }
            let rank = rank(known.clone());
            for theme in 1..3 {
                for g in 0..3 {
                    let n = with[theme][g];
                    if n > 0 && n < least {
                        let mut more = known.clone();
                        let mut own = vec![0.0; 6];
                        own[variable(theme, g)] = 1.0;
                        more.push(own);
                        prop_assert!(super::tests::rank(more) > rank, "{with:?}");
                    }
                }
            }
        }
    }

    /// Rank of a matrix, by elimination.
    fn rank(mut rows: Vec<Vec<f64>>) -> usize {
        let mut rank = 0;
        for column in 0..6 {
            let Some(pivot) = (rank..rows.len()).find(|r| rows[*r][column].abs() > 1e-9) else {
                continue;
            };
            rows.swap(rank, pivot);
            let top = rows[rank].clone();
            for row in rows.iter_mut().skip(rank + 1) {
                let factor = row[column] / top[column];
                row.iter_mut().zip(&top).for_each(|(x, t)| *x -= factor * t);
            }
            rank += 1;
        }
        rank
    }
}
