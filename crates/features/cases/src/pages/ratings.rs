//! How the answers of a unit were rated: months that are over, from five ratings on, and no cell under five. Never a single score, and
//! nothing that is about whoever reads it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use askama::Template;
use huiyin_base::{Day, Id, Region};
use huiyin_figures::{Cell, Key, Number, Shown, mask};
use huiyin_web::components::{DataTable, Empty, Html, Row};
use huiyin_web::{Can, Ctx, Density, Result};

use super::card::cases;
use super::place::county_name;
use crate::permissions::CaseSee;
use crate::store::{self, PlaceName, RatingCount};

#[derive(Template)]
#[template(path = "ratings.html")]
struct RatingsPage {
    from: String,
    to: String,
    least: i64,
    table: Option<DataTable>,
    empty: Option<Empty>,
}

/// Months that are looked back on.
const MONTHS: u32 = 12;

pub(crate) async fn show(ctx: Ctx, can: Can<CaseSee>) -> Result {
    let rules = cases(&ctx.site)?.book.rules.rating.clone();
    let (from, to) = months(ctx.today());
    let mut tx = ctx.site.db.read().await?;
    let counts = store::rating_counts(&mut tx, &can.scope, from, to).await?;
    let names = store::place_names(&mut tx, counts.iter().map(|count| count.org).collect()).await?;
    let units = by_unit(&counts, rules.least);
    let nothing = Empty::new("还没有可以看的打分")
        .text(format!("一个单位有了 {} 件以上的打分，这里会显示它们合在一起的情况。", rules.least));
    let page = RatingsPage {
        from: from.chinese(),
        to: to.chinese(),
        least: rules.least,
        empty: units.is_empty().then_some(nothing),
        table: (!units.is_empty()).then(|| table(&ctx, &units, &names, rules.least)),
    };
    ctx.page("群众打分的分布", Density::Desk, &page)
}

/// The twelve months before this one: what was rated today cannot be read off by looking twice.
fn months(today: Day) -> (Day, Day) {
    let first = Day::new(today.year(), today.month(), 1).unwrap_or(today);
    let (year, month) = (first.year() - i32::try_from(MONTHS / 12).unwrap_or(1), first.month());
    (Day::new(year, month, 1).unwrap_or(first), first.plus(-1))
}

/// A unit with fewer is not listed: where it answered one problem, its row would say that this one was rated, and its absence that it
/// was not.
fn by_unit(counts: &[RatingCount], least: i64) -> BTreeMap<Id, [i64; 5]> {
    let mut units: BTreeMap<Id, [i64; 5]> = BTreeMap::new();
    for count in counts {
        let Ok(place) = usize::try_from(count.score - 1) else { continue };
        if let Some(cell) = units.entry(count.org).or_default().get_mut(place) {
            *cell += count.n;
        }
    }
    units.retain(|_, scores| scores.iter().sum::<i64>() >= least);
    units
}

fn table(ctx: &Ctx, units: &BTreeMap<Id, [i64; 5]>, names: &HashMap<Id, PlaceName>, least: i64) -> DataTable {
    let words = ["非常满意", "满意", "一般", "不满意", "非常不满意"];
    let table = DataTable::new("各单位答复的打分").column("单位").figure("打分件数");
    let table = words.into_iter().fold(table, huiyin_web::components::DataTable::figure);
    // Every county has its own bureau of the same name.
    let counties: BTreeSet<Region> = units.keys().map(|id| id.region()).collect();
    let called = |name: &PlaceName| match counties.len() {
        0 | 1 => name.name.clone(),
        _ => format!("{} {}", county_name(&ctx.site, name.region), name.name),
    };
    // By code, as places stand everywhere: this is no ranking.
    let mut rows: Vec<(&str, String, &[i64; 5])> = units
        .iter()
        .map(|(id, scores)| {
            let name = names.get(id);
            (
                name.map_or("", |name| name.code.as_str()),
                name.map_or_else(|| "（已撤并的单位）".to_owned(), called),
                scores,
            )
        })
        .collect();
    rows.sort_unstable();
    // No sum below them: what is hidden of one unit could be worked out from it.
    table.rows(rows.into_iter().map(|(_, name, scores)| Row::new(cells(&name, scores, least))))
}

fn cells(name: &str, scores: &[i64; 5], least: i64) -> Vec<Html> {
    let total: i64 = scores.iter().sum();
    let mut cells = vec![Html::from(name)];
    cells.push(Html::from(total.to_string()));
    let parts: Vec<Cell> = scores.iter().rev().map(|n| Cell { key: Key::None, number: Number::plain(*n) }).collect();
    let mut shown = mask(&parts, least);
    let open: i64 = shown.iter().filter_map(Shown::open).map(|number| number.value).sum();
    if (1..least).contains(&(total - open)) {
        // So few are hidden that the sum would tell of them: the smallest open cell is hidden with them.
        let smallest = shown.iter().enumerate().filter_map(|(place, cell)| Some((cell.open()?.value, place))).min();
        if let Some((_, place)) = smallest {
            shown[place] = Shown::Withheld;
        }
    }
    cells.extend(shown.iter().map(|cell| Html::from(cell.text())));
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_running_month_is_left_out() {
        let (from, to) = months(Day::new(2016, 12, 16).unwrap());
        assert_eq!((from.number(), to.number()), (20_151_201, 20_161_130));
    }

    #[test]
    fn that_a_single_problem_was_rated_is_not_told() {
        let mut rng = huiyin_base::Rng::seeded(1);
        let mut unit = || Id::new(Region::new(2983).unwrap(), huiyin_base::Instant::UNIX_EPOCH, &mut rng);
        let (few, many) = (unit(), unit());
        let count = |org: Id, score, n| RatingCount { region: org.region(), org, score, n };
        let counts = [count(few, 5, 1), count(many, 5, 4), count(many, 2, 1)];
        let units = by_unit(&counts, 5);
        assert_eq!(units.into_iter().collect::<Vec<_>>(), [(many, [0, 1, 0, 0, 4])]);
    }

    #[test]
    fn small_cells_are_hidden_and_so_is_what_would_give_them_away() {
        let shown = |scores: [i64; 5]| -> Vec<String> {
            cells("水务局", &scores, 5).into_iter().skip(1).map(|cell| cell.to_string()).collect()
        };
        assert_eq!(
            shown([1, 6, 7, 20, 30]),
            ["64", "30", "20", "7", "不公布", "少于5"],
            "the one alone could be worked out"
        );
        assert_eq!(
            shown([1, 0, 7, 20, 30]),
            ["58", "30", "20", "不公布", "少于5", "少于5"],
            "of both together there is one"
        );
        assert_eq!(shown([9, 6, 7, 20, 30]), ["72", "30", "20", "7", "6", "9"]);
    }
}
