//! Where an inspector works from: what is still to be visited, one finger away from writing it down.

use askama::Template;
use huiyin_base::{Day, Id};
use huiyin_web::components::{Empty, Tabs};
use huiyin_web::{Can, Ctx, Density, Result};

use super::{days, tabs};
use crate::permissions::InspectionRecord;
use crate::supervision::store::{Inspection, inspection_get, visit_list};

#[derive(Template)]
#[template(path = "inspection_mine.html")]
struct MinePage {
    tabs: Tabs,
    left: usize,
    groups: Vec<Group>,
    empty: Option<Empty>,
}

/// One inspection with its units.
struct Group {
    href: String,
    title: String,
    when: String,
    hidden: bool,
    late: bool,
    theme: String,
    visits: Vec<Stop>,
}

struct Stop {
    name: String,
    day: Option<String>,
    href: String,
}

pub(crate) async fn show(ctx: Ctx, can: Can<InspectionRecord>) -> Result {
    let mut tx = ctx.site.db.snapshot().await?;
    let units = visit_list(&mut tx, can.viewer.account).await?;
    let mut groups: Vec<(Id, Inspection, Group)> = Vec::new();
    for unit in &units {
        if !groups.iter().any(|(id, _, _)| *id == unit.inspection) {
            let Some(inspection) = inspection_get(&mut tx, unit.inspection).await? else { continue };
            let group = Group {
                href: format!("/inspections/{}", inspection.id),
                title: inspection.title.clone(),
                when: days(inspection.from_day, inspection.to_day),
                hidden: inspection.is_hidden(),
                late: inspection.to_day < ctx.today(),
                theme: inspection.theme.clone(),
                visits: Vec::new(),
            };
            groups.push((inspection.id, inspection, group));
        }
        if let Some((_, _, group)) = groups.iter_mut().find(|(id, _, _)| *id == unit.inspection) {
            group.visits.push(Stop {
                name: unit.name.clone(),
                day: unit.visited_day.map(Day::chinese),
                href: format!("/inspections/{}/units/{}/record", unit.inspection, unit.n),
            });
        }
    }
    groups.sort_by_key(|(_, inspection, _)| inspection.to_day);
    let page = MinePage {
        tabs: tabs(&can.viewer, "mine"),
        left: units.iter().filter(|unit| unit.visited_day.is_none()).count(),
        empty: groups.is_empty().then(|| {
            Empty::new("眼下没有要去的地方")
                .text("您在的督导组接到任务后，要去的单位会列在这里，到了现场点开就能写，没有网络也能写。")
                .icon("signpost")
        }),
        groups: groups.into_iter().map(|(_, _, group)| group).collect(),
    };
    ctx.page("我的现场", Density::Calm, &page)
}
