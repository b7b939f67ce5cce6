use huiyin_directory::Viewer;
use huiyin_documents::{Column, Fill, FormColumn, FormRow, SheetError, form_sheet};

use super::token::token;
use crate::{CaseItem, Cases, Outcome};

/// The columns that are read again.
pub const COLUMNS: [Column; 4] = [
    Column { name: "编号", aliases: &[], required: true },
    Column { name: "办理结果", aliases: &[], required: true },
    Column { name: "给群众的答复", aliases: &[], required: true },
    Column { name: "校验码", aliases: &[], required: true },
];

/// What is written above the headings.
const NOTE: &str = "只填黄底的“办理结果”和“给群众的答复”，填好存盘，有网时在“答复表”页面交回；不填的行不变。";

/// A unit's cases as a sheet to be filled in; those of a colleague are shown and stay locked. `told` prints a case's number
/// and place.
pub fn worksheet(
    cases: &Cases,
    items: &[CaseItem],
    viewer: &Viewer,
    told: impl Fn(&CaseItem) -> (String, String),
) -> Result<Vec<u8>, SheetError> {
    let column = |title: &str, width, fill| FormColumn { title: title.to_owned(), width, fill };
    let outcomes = [Outcome::Solved, Outcome::Explained].map(|outcome| outcome.label().to_owned());
    let columns = [
        column("编号", 17, Fill::Locked),
        column("问题", 26, Fill::Locked),
        column("内容", 40, Fill::Locked),
        column("地方", 20, Fill::Locked),
        column("期限", 12, Fill::Locked),
        column("状态", 10, Fill::Locked),
        column("办理结果", 12, Fill::OneOf(outcomes.to_vec())),
        column("给群众的答复", 50, Fill::Words),
        column("说明", 20, Fill::Locked),
        column("校验码", 10, Fill::Hidden),
    ];
    let rows: Vec<FormRow> = items
        .iter()
        .map(|item| {
            let own = item.owner_person() == Some(viewer.account);
            let (number, place) = told(item);
            let cells = vec![
                number.into(),
                item.title.as_str().into(),
                item.text.as_str().into(),
                place.into(),
                item.due_day.map(|day| day.to_string()).unwrap_or_default().into(),
                item.state.label().into(),
                "".into(),
                "".into(),
                if own { "" } else { "由本单位另一位承办" }.into(),
                token(&cases.vault, item.id, item.events).into(),
            ];
            FormRow { cells, open: own }
        })
        .collect();
    form_sheet("答复表", NOTE, &columns, &rows)
}
