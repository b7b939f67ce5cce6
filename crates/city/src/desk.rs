//! What the desks of the counties work by: rules that suggest a unit, and templates that answers begin with.

use huiyin_base::{Day, Id, Rng};
use huiyin_cases::store::{AnswerTemplate, AssignRule};
use huiyin_cases::{Categories, Outcome};
use huiyin_directory::OrgKind;

use crate::invent::City;

/// Category, sub-category, outcome, title, text: as a good office would begin.
const TEMPLATES: [(&str, &str, Outcome, &str, &str); 5] = [
    (
        "infrastructure",
        "water",
        Outcome::Solved,
        "供水恢复",
        "您反映的{地方}用水问题，{单位}已派人到现场查看。原因是……。……月……日完成……，现在已正常供水。今后由……负责巡查，再有停水请打……。",
    ),
    (
        "infrastructure",
        "road",
        Outcome::Solved,
        "道路修好",
        "您反映的{地方}道路问题，{单位}于……月……日动工，修补（硬化）……米，……月……日完工，现在可以通行。质保期……年，再有损坏请打……。",
    ),
    (
        "infrastructure",
        "",
        Outcome::Explained,
        "列入计划",
        "您反映的{地方}的问题，{单位}到现场看过，情况属实。今年暂时办不了，原因是……。已列入……年……计划，预计……月动工。在这之前，我们先……。",
    ),
    (
        "village_affairs",
        "",
        Outcome::Solved,
        "账目已公开",
        "您反映的{地方}村务问题，{单位}已查阅……至……的账目和会议记录。查明……。……月……日在村务公开栏公布，并向……作了说明。对结果有疑问的，可以到……查看原件。",
    ),
    (
        "",
        "",
        Outcome::Explained,
        "政策说明",
        "您反映的问题，{单位}已核实。按照……的规定，……。您可以……办理，需要带……，地点在……，电话……。",
    ),
];

/// The rules and templates of every county: the department that a kind of problem usually goes to.
pub(crate) fn desk_settings(
    city: &City,
    categories: &Categories,
    from: Day,
    seed: u64,
) -> (Vec<AssignRule>, Vec<AnswerTemplate>) {
    let mut rng = Rng::fork(seed, "desk");
    let (mut rules, mut templates) = (Vec::new(), Vec::new());
    for (at, county) in city.orgs.iter().enumerate().filter(|(_, org)| org.kind == OrgKind::County) {
        let region = county.id.region();
        let post = format!("{} 问题墙办公室", county.name);
        let department = |name: &str| {
            let units = city.orgs.iter().filter(|org| org.parent == Some(at) && org.kind == OrgKind::Department);
            units.filter(|org| !name.is_empty() && org.name.contains(name)).map(|org| org.id).next()
        };
        let mut position = 0;
        for category in categories.all() {
            for sub in &category.sub {
                let Some(unit) = department(&sub.owner) else { continue };
                position += 1;
                rules.push(AssignRule {
                    region,
                    id: Id::new(region, from.start(), &mut rng),
                    position,
                    category: category.id.clone(),
                    sub_category: sub.id.clone(),
                    place: None,
                    unit,
                    note: String::new(),
                    account: None,
                    post: post.clone(),
                    from_day: from,
                    ended_day: None,
                });
            }
        }
        templates.extend(TEMPLATES.iter().map(|(category, sub, outcome, title, text)| AnswerTemplate {
            region,
            id: Id::new(region, from.start(), &mut rng),
            category: (*category).to_owned(),
            sub_category: (*sub).to_owned(),
            outcome: *outcome,
            title: (*title).to_owned(),
            text: (*text).to_owned(),
            account: None,
            post: post.clone(),
            from_day: from,
            ended_day: None,
        }));
    }
    (rules, templates)
}
