//! The figures of the wall. Ids that stand in `data/seed-figures.csv` are those of the published year.

use std::sync::LazyLock;

use huiyin_figures::{Dimension, Figure, Kind, Registry, Sight};

use crate::Categories;
use crate::permissions::{KEEPERS, SEES};
use crate::store::figure;

/// By organisation a number is asked for with a cut, which takes in all below it; cells of single owners would not add up
/// to that.
const BY_ALL: &[Dimension] = &[
    Dimension::Region,
    Dimension::Township,
    Dimension::Village,
    Dimension::Category,
    Dimension::SubCategory,
    Dimension::Month,
];
/// What was rated, by its mark too.
const BY_MARK: &[Dimension] = &[
    Dimension::Region,
    Dimension::Township,
    Dimension::Village,
    Dimension::Category,
    Dimension::SubCategory,
    Dimension::Month,
    Dimension::Score,
];

const BY_PLACE: &[Dimension] = &[Dimension::Region, Dimension::Township, Dimension::Month];

/// What was handed down has no sub-category, and its lists are for those who work on it.
const BY_UNIT: &[Dimension] = &[Dimension::Region, Dimension::Township, Dimension::Village, Dimension::Month];

/// Declares them.
pub fn figures(registry: &mut Registry) {
    issued(registry);
    registry.add(Figure {
        id: "problems_raised",
        name: "问题墙梳理问题",
        definition: "期间内上墙的问题，每件计一次。之后合并、转送或已说明的仍计在内。",
        rows: figure::raised,
        ..count()
    });
    registry.add(Figure {
        id: "problems_solved",
        name: "回音壁已解决问题",
        definition: "期间内上墙、到期末已公开答复且结果为“已解决”的问题。已说明、合并、转送的不算解决。",
        rows: figure::solved,
        ..count()
    });
    registry.add(Figure {
        id: "problems_solved_rate",
        name: "问题解决率",
        unit: "%",
        definition: "已解决问题占期间内上墙问题的比例。已说明、合并、转送的留在分母里。",
        kind: Kind::Rate { over: "problems_raised" },
        rows: figure::solved,
        ..count()
    });
    beside_the_rate(registry);
    registry.add(Figure {
        id: "problem_categories",
        name: "问题类别",
        unit: "类",
        definition: "期间内上墙的问题涉及的类别数。",
        kind: Kind::Distinct,
        rows: figure::raised,
        breakdowns: &[],
        ..count()
    });
    stocks(registry);
    ratings(registry);
    rates(registry);
    callbacks(registry);
    crate::supervision::figures(registry);
}

/// What is struck off: weak bodies, venues and the reform ledger.
fn issued(registry: &mut Registry) {
    registry.add(Figure {
        id: "weak_orgs_turned",
        name: "软弱涣散村(社区)转化提高",
        definition: "期间内经表决验收、核验销号，到期末没有反弹的软弱涣散村（社区）党组织。",
        rows: figure::weak_turned,
        ..struck()
    });
    registry.add(Figure {
        id: "venues_cleared",
        name: "活动阵地清零",
        definition: "期间内建成、核验销号的村级活动阵地。",
        rows: figure::venues_cleared,
        ..struck()
    });
    registry.add(Figure {
        id: "reform_meetings",
        name: "深改领导小组会议",
        unit: "次",
        definition: "改革台账里期间内销号的领导小组会议。",
        rows: figure::reform_meetings,
        ..struck()
    });
    registry.add(Figure {
        id: "reform_plans",
        name: "改革方案",
        definition: "改革台账里期间内印发、核验销号的方案。",
        rows: figure::reform_plans,
        ..struck()
    });
    registry.add(Figure {
        id: "reform_tasks",
        name: "完成改革任务",
        unit: "项",
        definition: "改革台账里期间内办成、核验销号的任务。",
        rows: figure::reform_tasks,
        ..struck()
    });
}

/// What these have in common: the number is public, the list opens where a role reaches.
fn struck() -> Figure {
    Figure {
        breakdowns: BY_UNIT,
        opened_by: Sight::Roles(SEES),
        record_path: Some("/cases/{id}"),
        categories: Vec::new,
        sub_categories: Vec::new,
        ..count()
    }
}

fn beside_the_rate(registry: &mut Registry) {
    registry.add(Figure {
        id: "problems_explained",
        name: "已说明问题",
        definition: "期间内上墙、到期末已公开说明为何不能解决的问题。",
        rows: figure::explained,
        ..count()
    });
    registry.add(Figure {
        id: "problems_merged",
        name: "合并问题",
        definition: "期间内上墙、到期末并入同一事项的问题。",
        rows: figure::merged,
        ..count()
    });
    registry.add(Figure {
        id: "problems_referred",
        name: "转送问题",
        definition: "期间内上墙、到期末转送 12345、信访或外县区的问题。",
        rows: figure::referred,
        ..count()
    });
    registry.add(Figure {
        id: "problems_reopened",
        name: "重新办理问题",
        definition: "期间内上墙、到期末曾因异议或复查重新办理的问题。",
        rows: figure::reopened,
        ..count()
    });
}

fn stocks(registry: &mut Registry) {
    registry.add(Figure {
        id: "problems_open",
        name: "办理中问题",
        definition: "期末已上墙、还没有公开答复也没有合并或转送的问题。",
        kind: Kind::StockAt,
        rows: figure::open,
        ..count()
    });
    registry.add(Figure {
        id: "problems_overdue",
        name: "超期问题",
        definition: "期末办理中、已过签收、答复或核验期限的问题。暂缓期间不计超期。",
        kind: Kind::StockAt,
        rows: figure::overdue,
        ..count()
    });
}

fn ratings(registry: &mut Registry) {
    registry.add(Figure {
        id: "problems_rated",
        name: "已评价问题",
        definition: "当年上墙、到期末以前最近一个满月的月底，反映人对现行答复作出评价的问题，不按天算。谁评价了、评了几分不公开，不足五件的不显示。",
        rows: figure::rated,
        least: 5,
        opened_by: Sight::Nobody,
        breakdowns: BY_MARK,
        ..count()
    });
    registry.add(Figure {
        id: "problems_satisfied",
        name: "群众满意率",
        unit: "%",
        definition: "反映人评四星或五星的问题占已评价问题的比例，当年累计到最近一个满月。谁评价了、评了几分不公开，不足五件的不显示。",
        kind: Kind::Rate { over: "problems_rated" },
        rows: figure::satisfied,
        least: 5,
        opened_by: Sight::Nobody,
        ..count()
    });
}

/// Rates whose terms are dated in `rules/rates.toml`, each with what it is a part of.
fn rates(registry: &mut Registry) {
    registry.add(Figure {
        id: "problems_answered",
        name: "已答复问题",
        definition: "期间内上墙、到期末已公开答复的问题，已解决和已说明都算。",
        rows: figure::answered,
        ..count()
    });
    registry.add(Figure {
        id: "problems_due",
        name: "应当答复问题",
        definition: "期间内上墙、到期末应当答复的问题：已答复的，加上期限已过还没有答复的。没有期限记录的不计。",
        rows: figure::due,
        ..count()
    });
    registry.add(Figure {
        id: "problems_on_time_rate",
        name: "按期答复率",
        unit: "%",
        definition: "承办单位在期限当天或以前申请办结、其后核验通过的问题占应当答复问题的比例。",
        kind: Kind::Rate { over: "problems_due" },
        rows: figure::on_time,
        ..count()
    });
    registry.add(Figure {
        id: "problems_ever_answered",
        name: "曾经答复问题",
        definition: "期间内上墙、到期末至少答复过一次的问题，之后重新办理的也算。",
        rows: figure::ever_answered,
        ..count()
    });
    registry.add(Figure {
        id: "problems_reopened_rate",
        name: "重新办理率",
        unit: "%",
        definition: "答复后因异议或复查重新办理过的问题占曾经答复问题的比例。",
        kind: Kind::Rate { over: "problems_ever_answered" },
        rows: figure::reopened,
        ..count()
    });
}

/// What was verified by somebody who had no hand in it.
fn callbacks(registry: &mut Registry) {
    registry.add(Figure {
        id: "callbacks_drawn",
        name: "回访抽中问题",
        definition: "期间内各月答复、在当月抽签中抽中要电话回访的问题，一次抽中计一次。",
        rows: figure::called,
        breakdowns: BY_PLACE,
        // Who left a telephone and what one of them said is nobody's to know.
        least: 5,
        opened_by: Sight::Roles(KEEPERS),
        ..count()
    });
    registry.add(Figure {
        id: "callbacks_reached",
        name: "回访接通问题",
        definition: "抽中的问题里，由没有经手的人打通了电话、反映人作了回答的。",
        rows: figure::call_reached,
        breakdowns: BY_PLACE,
        // Who left a telephone and what one of them said is nobody's to know.
        least: 5,
        opened_by: Sight::Roles(KEEPERS),
        ..count()
    });
    registry.add(Figure {
        id: "callbacks_reached_rate",
        name: "回访接通率",
        unit: "%",
        definition: "回访接通的问题占抽中问题的比例。还没有打、没有打通和不愿回答的留在分母里。",
        kind: Kind::Rate { over: "callbacks_drawn" },
        rows: figure::call_reached,
        breakdowns: BY_PLACE,
        // Who left a telephone and what one of them said is nobody's to know.
        least: 5,
        opened_by: Sight::Roles(KEEPERS),
        ..count()
    });
    registry.add(Figure {
        id: "callbacks_solved_rate",
        name: "回访核实解决率",
        unit: "%",
        definition: "回访接通的问题里，反映人说已经解决的比例。没有打通的、不愿回答的不在分母里。",
        kind: Kind::Rate { over: "callbacks_reached" },
        rows: figure::call_solved,
        breakdowns: BY_PLACE,
        // Who left a telephone and what one of them said is nobody's to know.
        least: 5,
        opened_by: Sight::Roles(KEEPERS),
        ..count()
    });
}

/// What most of them have in common: the wall is public, and so are its numbers and their lists.
fn count() -> Figure {
    Figure {
        id: "",
        name: "",
        unit: "个",
        definition: "",
        kind: Kind::Count,
        rows: figure::raised,
        breakdowns: BY_ALL,
        categories,
        sub_categories,
        least: 0,
        seen_by: Sight::Everyone,
        opened_by: Sight::Everyone,
        record_path: Some("/problems/"),
    }
}

static CATEGORIES: LazyLock<Categories> = LazyLock::new(|| {
    let file = Categories::parse(include_str!("../../../../rules/problem-categories.toml"));
    // Committed with the program and read by a test of this crate.
    file.unwrap_or_else(|error| unreachable!("rules/problem-categories.toml: {error}"))
});

fn categories() -> Vec<(String, String)> {
    CATEGORIES.all().iter().map(|category| (category.id.clone(), category.name.clone())).collect()
}

fn sub_categories() -> Vec<(String, String)> {
    let all = CATEGORIES.all().iter().flat_map(|category| &category.sub);
    all.map(|sub| (sub.id.clone(), sub.name.clone())).collect()
}
