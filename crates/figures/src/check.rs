//! `huiyin check figures`: every number against its list, its breakdowns and what was published.

use huiyin_base::Report;
use huiyin_db::{Result, Tx};

use crate::number::{Cell, Number};
use crate::{Cut, Dimension, Expectation, Figure, Key, Kind, Period, Place, Position, Registry};

/// Rows of one page while a list is walked.
const PAGE: usize = 20_000;

/// Walks every figure over the city, a county, a category and a month of `period`, and compares the city's numbers with
/// `expected` (empty where nothing was published).
///
/// Run it on a snapshot: on moving data a number and its list may differ by what was written between them.
pub async fn check(tx: &mut Tx, registry: &Registry, period: Period, expected: &[Expectation]) -> Result<Report> {
    let mut findings = registry.mistakes();
    let mut examined = 0;
    let city = Cut::city(period);
    for figure in registry.all() {
        let cells = narrower(tx, registry, figure, &city).await?;
        for (cut, cell) in &cells {
            let number = registry.value(tx, figure, cut).await?;
            if number != *cell {
                let (cell, number) = (both(*cell), both(number));
                findings.push(format!("指标 {}（{}）：单元格 {cell}，单独计算 {number}", figure.id, words(cut)));
            }
        }
        let cuts: Vec<Cut> = std::iter::once(city.clone()).chain(cells.into_iter().map(|(cut, _)| cut)).collect();
        let (looked, found) = check_cuts(tx, registry, figure, &cuts).await?;
        examined += looked;
        findings.extend(found);
        if let Some(finding) = crossed(tx, registry, figure, &city).await? {
            findings.push(finding);
        }
        for expected in expected.iter().filter(|expected| expected.figure == figure.id) {
            let number = registry.value(tx, figure, &city).await?;
            examined += 1;
            if !expected.holds(number) {
                let (found, relation) = (number.text(), expected.relation);
                findings.push(format!("指标 {}：应{relation} {}，实为 {found}", figure.id, expected.value));
            }
        }
    }
    Ok(Report::new("figures", examined, findings))
}

/// Compares the number with its list and its breakdowns over each cut; gives how many comparisons were made, and what differs.
pub async fn check_cuts(tx: &mut Tx, registry: &Registry, figure: &Figure, cuts: &[Cut]) -> Result<(u64, Vec<String>)> {
    let (mut examined, mut findings) = (0, Vec::new());
    for cut in cuts {
        let number = registry.value(tx, figure, cut).await?;
        let listed = list_total(tx, registry, figure, cut).await?;
        examined += 1;
        if listed != number.value {
            findings.push(format!("指标 {}（{}）：数值 {}，清单合计 {listed}", figure.id, words(cut), number.value));
        }
        if number.over.is_some_and(|over| over < number.value) {
            findings.push(format!("指标 {}（{}）：分子大于分母", figure.id, words(cut)));
        }
        let cube = registry.counting(cut).cube(tx, figure).await?;
        if cube.as_ref().is_some_and(|cube| cube.total() != number) {
            findings.push(format!("指标 {}（{}）：数值 {}，逐格合计不同", figure.id, words(cut), both(number)));
        }
        // Different values are not additive: one may be in two counties. A stock by months is not a sum either.
        let sums = |by: &&Dimension| !(figure.kind == Kind::StockAt && **by == Dimension::Month);
        for by in figure.breakdowns.iter().filter(sums).filter(|_| figure.kind != Kind::Distinct) {
            let cells = registry.breakdown(tx, figure, cut, *by).await?;
            examined += 1;
            let total = total(&cells);
            if total.value != number.value || total.over.unwrap_or(0) != number.over.unwrap_or(0) {
                let (shown, sum) = (both(number), both(total));
                findings.push(format!("指标 {}（{}）：数值 {shown}，按{by:?}合计 {sum}", figure.id, words(cut)));
            }
        }
    }
    Ok((examined, findings))
}

/// A table by place and sub-category comes to the number too.
async fn crossed(tx: &mut Tx, registry: &Registry, figure: &Figure, cut: &Cut) -> Result<Option<String>> {
    let by = (Dimension::Region, Dimension::SubCategory);
    let fits = figure.breaks_down_by(by.0) && figure.breaks_down_by(by.1) && figure.kind != Kind::Distinct;
    if !fits {
        return Ok(None);
    }
    let number = registry.value(tx, figure, cut).await?;
    let cells = registry.cross(tx, figure, cut, by).await?;
    let cells: Vec<Cell> = cells.into_iter().map(|cell| Cell { key: cell.keys.0, number: cell.number }).collect();
    let sum = total(&cells);
    let same = sum.value == number.value && sum.over.unwrap_or(0) == number.over.unwrap_or(0);
    Ok((!same).then(|| format!("指标 {}：数值 {}，按地方和小类合计 {}", figure.id, both(number), both(sum))))
}

/// Every county, and the first cell of each other dimension, each as a cut of its own beside what the breakdown says of it.
async fn narrower(tx: &mut Tx, registry: &Registry, figure: &Figure, city: &Cut) -> Result<Vec<(Cut, Number)>> {
    let mut cuts = Vec::new();
    for by in figure.breakdowns {
        let most = if *by == Dimension::Region { usize::MAX } else { 1 };
        let cells = registry.breakdown(tx, figure, city, *by).await?;
        cuts.extend(cells.iter().filter_map(|cell| Some((cut_of(city, *by, &cell.key)?, cell.number))).take(most));
    }
    Ok(cuts)
}

fn cut_of(cut: &Cut, by: Dimension, key: &Key) -> Option<Cut> {
    match key {
        Key::Region(region) => Some(cut.at(Place::Region(*region))),
        Key::Category(word) => Some(cut.of_category(word)),
        Key::Month(month) => Some(cut.in_month(*month)),
        Key::SubCategory(word) => Some(cut.of_sub_category(word)),
        Key::Score(score) => Some(cut.of_score(*score)),
        Key::Org(..) if by == Dimension::Owner => Some(Cut { owner: key.org(), ..cut.clone() }),
        Key::Org(..) => key.org().map(|org| cut.at(Place::Org(org))),
        Key::None => None,
    }
}

/// The rows of the list, or what they add up to, walked page by page as a reader would. A row that comes twice is one row.
async fn list_total(tx: &mut Tx, registry: &Registry, figure: &Figure, cut: &Cut) -> Result<i64> {
    let (mut total, mut last) = (0_i64, None);
    loop {
        let list = registry.list(tx, figure, cut, last, PAGE).await?;
        for record in &list.records {
            let position = Position::from(record);
            if last != Some(position) {
                total += if figure.adds_amounts() { record.amount.unwrap_or(0) } else { 1 };
            }
            last = Some(position);
        }
        if list.next.is_none() {
            return Ok(total);
        }
    }
}

fn total(cells: &[Cell]) -> Number {
    let over = cells.iter().any(|cell| cell.number.over.is_some());
    Number {
        value: cells.iter().map(|cell| cell.number.value).sum(),
        over: over.then(|| cells.iter().filter_map(|cell| cell.number.over).sum()),
    }
}

fn both(number: Number) -> String {
    number.both().unwrap_or_else(|| number.text())
}

fn words(cut: &Cut) -> String {
    let place = match cut.place {
        Place::City => "全市".to_owned(),
        Place::Region(region) => format!("区划{region}"),
        Place::Org(org) => format!("机构{}", org.id),
    };
    let owner = cut.owner.map(|owner| format!("，承办{}", owner.id)).unwrap_or_default();
    let category = cut.category.as_ref().map(|word| format!("，类别{word}")).unwrap_or_default();
    let month = cut.month.map(|month| format!("，{month}")).unwrap_or_default();
    let sub = cut.sub_category.as_ref().map(|word| format!("，小类{word}")).unwrap_or_default();
    let score = cut.score.map(|score| format!("，{score} 分")).unwrap_or_default();
    format!("{place}{owner}{category}{sub}{month}{score}")
}
