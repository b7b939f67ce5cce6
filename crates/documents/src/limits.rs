/// How much of a file is read before it is refused. Chosen for 80,000 rows of 50 columns with room to spare.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of the file itself.
    pub bytes: usize,
    /// Bytes of all parts of an XLSX together, counted while unpacking.
    pub unzipped: u64,
    /// Parts inside an XLSX.
    pub entries: usize,
    /// Cells of one sheet, empty ones with a format included.
    pub cells: usize,
    /// Rows with content.
    pub rows: usize,
    /// The last column that may hold something.
    pub columns: usize,
    /// Characters of one cell.
    pub cell_chars: usize,
    /// Bytes of all texts of a sheet: cells may share one long string.
    pub text_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 32 << 20,
            unzipped: 256 << 20,
            entries: 1_000,
            cells: 4_000_000,
            rows: 200_000,
            columns: 200,
            cell_chars: 2_000,
            text_bytes: 128 << 20,
        }
    }
}
