//! Cells that could point to a person are blanked, and others with them, so that no total gives a
//! blanked one back.
//!
//! A cell is blanked if it counts the words of some participants, and of fewer than the least number, or
//! if its group has fewer. Then, along every line of cells that add up to a total, at least two are
//! blanked, which together count at least that number; and a theme whose hits would tell those of
//! the one blanked theme below it is blanked, too.

/// A table of cells: by theme, by group.
pub(super) struct Cells {
    /// Participants with a hit, by theme and group.
    pub with: Vec<Vec<u64>>,
    /// Participants of each group.
    pub groups: Vec<u64>,
    /// Lines of groups that add up to a total.
    pub lines: Vec<Vec<usize>>,
    /// The theme above each.
    pub parents: Vec<Option<usize>>,
    /// The least number of participants.
    pub least: u64,
}

impl Cells {
    /// Which cells are blanked, by theme and group; and the groups of which nothing is told.
    pub(super) fn blanked(&self) -> (Vec<Vec<bool>>, Vec<bool>) {
        let few = |n: u64| n > 0 && n < self.least;
        let mut whole: Vec<bool> = self.groups.iter().map(|g| few(*g)).collect();
        while self.lines.iter().fold(false, |c, l| c | self.complement(&self.groups, l, &mut whole))
        {
        }
        let row = |with: &Vec<u64>| {
            with.iter().zip(&whole).map(|(w, whole)| few(*w) || *whole).collect::<Vec<bool>>()
        };
        let mut blank: Vec<Vec<bool>> = self.with.iter().map(row).collect();
        loop {
            let mut changed = false;
            for (theme, row) in blank.iter_mut().enumerate() {
                for line in &self.lines {
                    changed |= self.complement(&self.with[theme], line, row);
                }
            }
            changed |= self.above(&mut blank);
            if !changed {
                return (blank, whole);
            }
        }
    }

    /// Blanks more cells of a line until what is blanked can't be told from its total.
    fn complement(&self, counts: &[u64], line: &[usize], row: &mut [bool]) -> bool {
        let mut changed = false;
        loop {
            let hidden: Vec<usize> = line.iter().copied().filter(|g| row[*g]).collect();
            let counted: u64 = hidden.iter().map(|g| counts[*g]).sum();
            if hidden.is_empty() || (hidden.len() > 1 && counted >= self.least) {
                return changed;
            }
            // The smallest that counts anybody; one without anybody hides nothing.
            let open = line.iter().copied().filter(|g| !row[*g]);
            let Some(next) = open.min_by_key(|g| (counts[*g] == 0, counts[*g])) else {
                return changed;
            };
            row[next] = true;
            changed = true;
        }
    }

    /// Blanks a theme where exactly one of those below it is blanked.
    fn above(&self, blank: &mut [Vec<bool>]) -> bool {
        let mut changed = false;
        for group in 0..self.groups.len() {
            let mut hidden = vec![0_u32; blank.len()];
            for (theme, parent) in self.parents.iter().enumerate() {
                if let Some(parent) = parent {
                    hidden[*parent] += u32::from(blank[theme][group]);
                }
            }
            for (theme, hidden) in hidden.into_iter().enumerate() {
                if hidden == 1 && !blank[theme][group] {
                    blank[theme][group] = true;
                    changed = true;
                }
            }
        }
        changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blanked(with: &[&[u64]], groups: &[u64], parents: &[Option<usize>]) -> Vec<Vec<usize>> {
        let cells = Cells {
            with: with.iter().map(|w| w.to_vec()).collect(),
            groups: groups.to_vec(),
            lines: vec![(0..groups.len()).collect()],
            parents: parents.to_vec(),
            least: 5,
        };
        let at = |row: Vec<bool>| {
            row.into_iter().enumerate().filter(|(_, b)| *b).map(|(i, _)| i).collect()
        };
        cells.blanked().0.into_iter().map(at).collect()
    }

    #[test]
    fn a_lone_cell_takes_another_with_it() {
        assert_eq!(blanked(&[&[3, 9, 7, 0]], &[20, 20, 20, 20], &[None]), [[0, 2]]);
        assert_eq!(blanked(&[&[9, 8, 7]], &[20, 20, 20], &[None]), [[0; 0]]);
        // Two that count three people between them would still be told by the total.
        assert_eq!(blanked(&[&[1, 2, 30]], &[20, 20, 40], &[None]), [[0, 1, 2]]);
    }

    #[test]
    fn a_small_group_is_blanked_for_every_theme() {
        let found = blanked(&[&[0, 8, 9], &[3, 5, 8]], &[3, 8, 20], &[None, None]);
        // The group of eight, too, or its size and a total would tell the other's.
        assert_eq!(found, [vec![0, 1], vec![0, 1]]);
    }

    #[test]
    fn a_parent_does_not_tell_its_child() {
        let found = blanked(&[&[9, 9], &[2, 9], &[7, 7]], &[20, 20], &[None, Some(0), Some(0)]);
        assert_eq!(found, [vec![0, 1], vec![0, 1], vec![]]);
    }
}
