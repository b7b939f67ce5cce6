//! Said on the front page to those who run the city: a year begins soon whose holidays are not known.

use huiyin_base::Day;
use huiyin_directory::{Role, Viewer};
use huiyin_web::components::Notice;
use huiyin_web::{Result, Site};

use super::card::cases;

/// Whoever can have it imported, and whoever sets deadlines.
const TOLD: &[Role] = &[Role::SystemAdmin, Role::CityStaff, Role::CountyStaff];

/// For `home_figures`: the holidays of a year that begins soon are not known.
pub(crate) async fn calendar_notice(site: &Site, viewer: Option<&Viewer>) -> Result<Option<String>> {
    if !viewer.is_some_and(|viewer| viewer.has_any(TOLD)) {
        return Ok(None);
    }
    let engine = cases(site)?;
    let words =
        unknown_year(site.today(), engine.book.clocks.calendar_warn_days, |day| engine.book.calendar.is_published(day));
    Ok(words.map(|words| Notice::attention(words).title("放假安排还没有导入").to_string()))
}

/// What to say, and to do, when this year's holidays or those of a year that begins soon are not known.
fn unknown_year(today: Day, warn_days: i64, known: impl Fn(Day) -> bool) -> Option<String> {
    let soon = today.plus(warn_days);
    let day = [today, soon].into_iter().find(|day| !known(*day))?;
    Some(format!(
        "{year} 年的放假和调休安排系统里还没有，期限暂按周一至周五计算，可能不准。国务院办公厅的通知公布后，请系统管理员用 huiyin import calendar 文件 导入。",
        year = day.year()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_year_is_told_before_it_begins() {
        let said = |today: &str| unknown_year(today.parse().unwrap(), 60, |day| day.year() <= 2026);
        assert_eq!(said("2026-11-01"), None);
        assert!(said("2026-11-02").unwrap().starts_with("2027 年"));
        assert!(said("2027-03-01").unwrap().starts_with("2027 年"));
    }
}
