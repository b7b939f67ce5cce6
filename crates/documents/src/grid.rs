use crate::{Limits, SheetError};

/// A sheet as it stands, before anybody looks for headings.
#[derive(Debug, Default)]
pub(crate) struct Grid {
    pub(crate) name: String,
    pub(crate) rows: Vec<GridRow>,
    pub(crate) merges: Vec<Merge>,
    texts: usize,
    cells: usize,
}

#[derive(Debug)]
pub(crate) struct GridRow {
    /// From 1, as the sheet numbers it.
    pub(crate) number: u32,
    pub(crate) cells: Vec<String>,
    /// What is wrong in which column.
    pub(crate) faults: Vec<(usize, Fault)>,
}

/// Why one cell cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    FormulaWithoutValue,
    ErrorValue(String),
    DigitsLost,
    TooLong(usize),
}

/// Merged cells, rows from 1, columns from 0.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Merge {
    pub(crate) first_row: u32,
    pub(crate) last_row: u32,
    pub(crate) first_column: usize,
    pub(crate) last_column: usize,
}

impl Fault {
    pub(crate) fn message(&self) -> String {
        match self {
            Self::FormulaWithoutValue => "公式没有算出的值，请用 Excel 打开并保存一次，或改为数值".into(),
            Self::ErrorValue(value) => format!("是错误值 {value}，请改正公式或直接填写"),
            Self::DigitsLost => "数字超过 15 位，末尾几位已被表格软件改成 0，请把这一列设为文本后重新填写".into(),
            Self::TooLong(most) => format!("内容超过 {most} 字，请缩短"),
        }
    }
}

impl Grid {
    pub(crate) fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// Adds a cell; cells come row by row, the columns of a row in any order.
    pub(crate) fn put(
        &mut self,
        limits: &Limits,
        row: u32,
        column: usize,
        value: Result<String, Fault>,
    ) -> Result<(), SheetError> {
        let value = match value {
            Ok(text) => shortened(text, limits),
            Err(fault) => Err(fault),
        };
        if value.as_ref().is_ok_and(String::is_empty) {
            return Ok(());
        }
        if column >= limits.columns {
            return Err(self.too_much(format!("第 {row} 行超过 {} 列", limits.columns)));
        }
        if self.rows.last().is_none_or(|last| last.number != row) {
            if self.rows.last().is_some_and(|last| last.number > row) {
                return Err(SheetError::Damaged);
            }
            if self.rows.len() >= limits.rows {
                return Err(self.too_much(format!("超过 {} 行", limits.rows)));
            }
            self.rows.push(GridRow { number: row, cells: Vec::new(), faults: Vec::new() });
        }
        self.texts += value.as_ref().map_or(0, String::len);
        if self.texts > limits.text_bytes {
            return Err(self.too_much("文字过多".into()));
        }
        let Some(last) = self.rows.last_mut() else { return Ok(()) };
        if last.cells.len() <= column {
            last.cells.resize(column + 1, String::new());
        }
        match value {
            Ok(text) => last.cells[column] = text,
            Err(fault) => last.faults.push((column, fault)),
        }
        Ok(())
    }

    /// Counts a cell that was read, filled or not.
    pub(crate) fn count(&mut self, limits: &Limits) -> Result<(), SheetError> {
        self.cells += 1;
        if self.cells > limits.cells {
            return Err(self.too_much(format!("超过 {} 个单元格", limits.cells)));
        }
        Ok(())
    }

    fn too_much(&self, what: String) -> SheetError {
        SheetError::TooMuch { sheet: self.name.clone(), what }
    }
}

fn shortened(text: String, limits: &Limits) -> Result<String, Fault> {
    // Bytes are looked at first: nearly every cell is short.
    if text.len() > limits.cell_chars && text.chars().nth(limits.cell_chars).is_some() {
        return Err(Fault::TooLong(limits.cell_chars));
    }
    Ok(text)
}
