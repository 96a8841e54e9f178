//! Excel workbooks: the rows of the first sheet that has any.
//!
//! Cells are taken one by one, as they stand in the file: a sheet with one cell far out costs no
//! more than that cell.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{DataRef, ExcelDateTime, Reader as _, SheetType, Xlsx, XlsxError};

use super::apart::Refusal;
use super::cells::{Row, Table};

/// Reads a workbook.
///
/// # Errors
/// The reason why there is no table in it.
pub(super) fn read(bytes: Vec<u8>) -> Result<Table, Refusal> {
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|e| refusal(&e))?;
    let is_sheet = |sheet: &&calamine::Sheet| sheet.typ == SheetType::WorkSheet;
    let names: Vec<String> =
        book.sheets_metadata().iter().filter(is_sheet).map(|sheet| sheet.name.clone()).collect();
    let mut table = Table::default();
    let mut more = 0;
    for name in names {
        let mut rows = rows(&mut book, &name).map_err(|e| refusal(&e))?.into_iter();
        let Some((_, head)) = rows.next() else { continue };
        if !table.head.is_empty() {
            more += 1;
            continue;
        }
        let columns = head.last().map_or(0, |(column, _)| *column as usize + 1);
        table.head = vec![String::new(); columns];
        for (column, name) in head {
            table.head[column as usize] = name;
        }
        table.rows = rows.map(|(line, cells)| Row::new(cells, line)).collect();
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

/// The cells of a row, each with its column.
type Cells = Vec<(u32, String)>;

/// The rows of a sheet that hold something, by their numbers; columns in order.
fn rows(book: &mut Xlsx<Cursor<Vec<u8>>>, name: &str) -> Result<BTreeMap<u32, Cells>, XlsxError> {
    let mut cells = book.worksheet_cells_reader(name)?;
    let mut rows: BTreeMap<u32, Cells> = BTreeMap::new();
    while let Some(cell) = cells.next_cell()? {
        let value = plain(cell.get_value());
        if !value.is_empty() {
            let (row, column) = cell.get_position();
            rows.entry(row.saturating_add(1)).or_default().push((column, value));
        }
    }
    for cells in rows.values_mut() {
        cells.sort_by_key(|(column, _)| *column);
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
