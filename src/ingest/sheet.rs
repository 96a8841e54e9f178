//! Excel workbooks: the rows of the first sheet that has any.
//!
//! Cells are taken one by one, as they stand in the file: a sheet with one cell far out costs no
//! more than that cell.

use std::io::Cursor;

use calamine::{DataRef, ExcelDateTime, Reader as _, Xlsx, XlsxError};

use super::apart::Refusal;
use super::table::{Row, Table};

/// Reads a workbook.
///
/// # Errors
/// The reason why there is no table in it.
pub(super) fn read(bytes: Vec<u8>) -> Result<Table, Refusal> {
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|e| refusal(&e))?;
    let mut table = Table::default();
    let mut more = 0;
    for name in book.sheet_names() {
        // Sheets of charts have no cells.
        let Ok(mut rows) = rows(&mut book, &name) else { continue };
        if rows.is_empty() {
            continue;
        }
        if table.head.is_empty() {
            table.head = rows.remove(0).cells;
            table.rows = rows;
        } else {
            more += 1;
        }
    }
    if table.head.is_empty() {
        return Err(Refusal::Empty);
    }
    if more > 0 {
        table.notes.push(format!(
            "the first sheet is read; save the {more} others that have cells as files of their own"
        ));
    }
    Ok(table)
}

const fn refusal(error: &XlsxError) -> Refusal {
    match error {
        XlsxError::Password => Refusal::Locked,
        _ => Refusal::Damaged,
    }
}

/// The rows of a sheet that hold something.
fn rows(book: &mut Xlsx<Cursor<Vec<u8>>>, name: &str) -> Result<Vec<Row>, XlsxError> {
    let mut cells = book.worksheet_cells_reader(name)?;
    let mut rows: Vec<Row> = Vec::new();
    while let Some(cell) = cells.next_cell()? {
        let value = plain(cell.get_value());
        if value.is_empty() {
            continue;
        }
        let (row, column) = cell.get_position();
        let line = row.saturating_add(1);
        if rows.last().is_none_or(|last| last.line != line) {
            rows.push(Row { cells: Vec::new(), line });
        }
        if let Some(row) = rows.last_mut() {
            let column = column as usize;
            if row.cells.len() <= column {
                row.cells.resize(column + 1, String::new());
            }
            row.cells[column] = value;
        }
    }
    Ok(rows)
}

fn plain(value: &DataRef<'_>) -> String {
    match value {
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.clone()
        }
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(value) => value.to_string(),
        DataRef::DateTime(moment) => date(*moment),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

/// A date as ISO 8601 has it; a time of day or a duration as hours, minutes and seconds.
fn date(moment: ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    if moment.is_duration() || moment.as_f64() < 1.0 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
        let days = moment.as_f64().max(0.0) as u64;
        let hours = days * 24 + u64::from(hour);
        return format!("{hours:02}:{minute:02}:{second:02}");
    }
    let day = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second) == (0, 0, 0) {
        day
    } else {
        format!("{day} {hour:02}:{minute:02}:{second:02}")
    }
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType::{DateTime, TimeDelta};

    use super::*;

    #[test]
    fn dates_are_written_out() {
        let at = |value, kind| date(ExcelDateTime::new(value, kind, false));
        assert_eq!(at(45_943.0, DateTime), "2025-10-13");
        assert_eq!(at(45_943.5, DateTime), "2025-10-13 12:00:00");
        assert_eq!(at(0.25, DateTime), "06:00:00");
        assert_eq!(at(1.5, TimeDelta), "36:00:00");
    }
}
