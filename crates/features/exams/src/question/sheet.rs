//! Questions as a table: one a row, as offices write them in Excel.

use huiyin_documents::{Column, Limits, SheetError, SheetWriter, Table, WriteCell, WriteColumn, read_table};

use super::gift::{self, Found};
use super::{Body, KINDS, Near, Question, Span, WHOLE, Weighed};

const fn column(name: &'static str, aliases: &'static [&'static str], required: bool) -> Column {
    Column { name, aliases, required }
}

/// The options that have a column of their own; whoever needs more writes GIFT.
const OPTIONS: usize = 8;

/// What is looked for, by heading.
const COLUMNS: [Column; 16] = [
    column("题型", &["类型"], true),
    column("题干", &["题目", "问题"], true),
    column("选项A", &["A"], false),
    column("选项B", &["B"], false),
    column("选项C", &["C"], false),
    column("选项D", &["D"], false),
    column("选项E", &["E"], false),
    column("选项F", &["F"], false),
    column("选项G", &["G"], false),
    column("选项H", &["H"], false),
    column("答案", &["正确答案"], false),
    column("解析", &["说明"], false),
    column("分类", &["章节"], false),
    column("标签", &[], false),
    column("来源", &["出处"], false),
    column("GIFT", &["GIFT全文"], false),
];

/// Reads a sheet; rows are numbered as the sheet numbers them.
pub fn read(name: &str, bytes: &[u8]) -> Result<(Found, Table), SheetError> {
    let limits = Limits { rows: 5_000, ..Limits::default() };
    let table = read_table(name, bytes, &COLUMNS, &limits)?;
    let mut found = Found::default();
    for row in &table.rows {
        let cell = |place: usize| {
            table.places[place].and_then(|place| row.cells.get(place)).map_or("", |cell| unescaped(cell))
        };
        let cells: Vec<&str> = (0..COLUMNS.len()).map(cell).collect();
        let question = row.fault.clone().map_or_else(|| from_row(&cells), Err);
        match question.and_then(|question| question.fault().map_or(Ok(question), Err)) {
            Ok(question) => found.questions.push((row.number, question)),
            Err(fault) => found.faults.push((row.number, fault)),
        }
    }
    Ok((found, table))
}

/// Without the apostrophe that keeps a spreadsheet from calculating.
fn unescaped(cell: &str) -> &str {
    cell.strip_prefix('\'').unwrap_or(cell).trim()
}

/// Writes a sheet that [`read`] reads again.
pub fn write<'a>(questions: impl IntoIterator<Item = &'a Question>) -> Result<Vec<u8>, SheetError> {
    let width = |name: &str| if name == "题干" { 50 } else { 16 };
    let columns: Vec<WriteColumn> =
        COLUMNS.iter().map(|column| WriteColumn::new(column.name, width(column.name))).collect();
    let mut writer = SheetWriter::new("题库", &columns)?;
    for question in questions {
        let cells: Vec<WriteCell> = to_row(question).into_iter().map(WriteCell::from).collect();
        writer.row(&cells)?;
    }
    writer.finish()
}

/// A question from the cells of its row, in the order of the columns.
pub fn from_row(cells: &[&str]) -> Result<Question, String> {
    let cell = |place: usize| cells.get(place).copied().unwrap_or_default().trim();
    let whole = cell(15);
    if !whole.is_empty() {
        let mut found = gift::read(whole);
        if let Some((_, fault)) = found.faults.pop() {
            return Err(format!("GIFT 一列：{fault}"));
        }
        return found.questions.pop().map(|(_, question)| question).ok_or_else(|| "GIFT 一列里没有题。".into());
    }
    let given = (2..2 + OPTIONS).map(cell);
    let count = (2..2 + OPTIONS).rev().find(|place| !cell(*place).is_empty()).map_or(0, |place| place - 1);
    let options: Vec<&str> = given.take(count).collect();
    let kind = cell(0).trim_end_matches('题');
    let kind = KINDS.iter().find(|(word, label)| *word == kind || label.trim_end_matches('题') == kind);
    let names = || KINDS.iter().map(|(_, label)| *label).collect::<Vec<_>>().join("、");
    let (kind, _) = kind.ok_or_else(|| format!("题型“{}”不认识，请写：{}。", cell(0), names()))?;
    let tags = cell(13).split(['、', ',', '，', ' ', ';', '；']).filter(|tag| !tag.is_empty());
    Ok(Question {
        feedback: cell(11).to_owned(),
        category: cell(12).to_owned(),
        tags: tags.map(ToOwned::to_owned).collect(),
        source: cell(14).to_owned(),
        ..Question::new(cell(1), body(kind, &options, cell(10))?)
    })
}

fn body(kind: &str, options: &[&str], answer: &str) -> Result<Body, String> {
    Ok(match kind {
        "single" | "multiple" => {
            let right = letters(answer, options.len())?;
            let many = kind == "multiple";
            if !many && right.len() != 1 {
                return Err("单选题的答案写一个字母。".into());
            }
            choice(many, options, &right)
        }
        "truth" => {
            let right = match answer.to_lowercase().as_str() {
                "对" | "正确" | "√" | "是" | "t" | "true" | "1" => true,
                "错" | "错误" | "×" | "否" | "f" | "false" | "0" => false,
                _ => return Err("判断题的答案写“对”或“错”。".into()),
            };
            Body::Truth { right, wrong_feedback: String::new(), right_feedback: String::new() }
        }
        "fill" => {
            let answers = answer.split(['|', '｜']).map(str::trim).filter(|one| !one.is_empty());
            Body::Fill { answers: answers.map(|one| Weighed::new(one, WHOLE)).collect() }
        }
        "numeric" => {
            let answers = answer.split(['|', '｜']).map(str::trim).filter(|one| !one.is_empty());
            let near = answers
                .map(|one| Ok::<_, String>(Near { span: gift::span(one)?, weight: WHOLE, feedback: String::new() }));
            Body::Numeric { answers: near.collect::<Result<_, _>>()? }
        }
        "order" => Body::Order { items: options.iter().map(|item| (*item).to_owned()).collect() },
        "match" => {
            let pairs = options.iter().map(|pair| {
                let (left, right) = pair.split_once("->").ok_or("连线题的选项写成“左 -> 右”。")?;
                Ok::<_, String>((left.trim().to_owned(), right.trim().to_owned()))
            });
            Body::Match { pairs: pairs.collect::<Result<_, _>>()? }
        }
        _ => Body::Short { own: answer == "自己对照" },
    })
}

/// The places of the letters of an answer.
fn letters(answer: &str, options: usize) -> Result<Vec<usize>, String> {
    let mut places = Vec::new();
    for letter in answer.chars().filter(|letter| letter.is_alphanumeric()) {
        let place = u32::from(letter.to_ascii_uppercase()).wrapping_sub(u32::from('A'));
        let place = usize::try_from(place).ok().filter(|place| *place < options);
        places.push(place.ok_or_else(|| format!("答案“{answer}”里有选项以外的字母。"))?);
    }
    places.sort_unstable();
    places.dedup();
    if places.is_empty() { Err("没有写答案。".into()) } else { Ok(places) }
}

/// A wrong tick takes everything, a missing one its part.
fn choice(many: bool, options: &[&str], right: &[usize]) -> Body {
    let share = if many { WHOLE / i32::try_from(right.len().max(1)).unwrap_or(1) } else { WHOLE };
    let wrong = if many { -WHOLE } else { 0 };
    let options = options.iter().enumerate();
    let options = options.map(|(n, text)| Weighed::new(*text, if right.contains(&n) { share } else { wrong }));
    Body::Choice { many, options: options.collect() }
}

/// The cells of a question. What they cannot say stands in the last one, as GIFT.
pub fn to_row(question: &Question) -> Vec<String> {
    let (options, answer) = cells_of(question);
    let kind = super::kind_label(question.body.word()).to_owned();
    let mut row = vec![kind, question.line()];
    row.extend((0..OPTIONS).map(|place| options.get(place).cloned().unwrap_or_default()));
    row.push(answer);
    row.push(question.feedback.clone());
    row.push(question.category.clone());
    row.push(question.tags.join("、"));
    row.push(question.source.clone());
    row.push(String::new());
    let cells: Vec<&str> = row.iter().map(String::as_str).collect();
    if from_row(&cells).ok().as_ref() != Some(question) {
        row[15] = gift::write([question]);
    }
    row
}

fn cells_of(question: &Question) -> (Vec<String>, String) {
    match &question.body {
        Body::Choice { options, .. } => {
            let right = options.iter().zip('A'..='Z').filter(|(option, _)| option.weight > 0);
            let answer = right.map(|(_, letter)| letter).collect();
            (options.iter().map(|option| option.text.clone()).collect(), answer)
        }
        Body::Truth { right, .. } => (Vec::new(), if *right { "对" } else { "错" }.into()),
        Body::Fill { answers } => {
            (Vec::new(), answers.iter().map(|one| one.text.as_str()).collect::<Vec<_>>().join("|"))
        }
        Body::Numeric { answers } => {
            let spans = answers.iter().map(|near: &Near| -> Span { near.span });
            (Vec::new(), spans.map(gift::span_text).collect::<Vec<_>>().join("|"))
        }
        Body::Order { items } => (items.clone(), String::new()),
        Body::Match { pairs } => {
            (pairs.iter().map(|(left, right)| format!("{left} -> {right}")).collect(), String::new())
        }
        Body::Short { own } => (Vec::new(), if *own { "自己对照".into() } else { String::new() }),
    }
}
