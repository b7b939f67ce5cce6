//! The figures of the wall. Ids that stand in `data/seed-figures.csv` are those of the published year.

use huiyin_figures::{Dimension, Figure, Kind, Registry, Sight};

use crate::Categories;
use crate::store::figure;

/// By organisation a number is asked for with a cut, which takes in all below it; cells of single owners would not add up
/// to that.
const BY_ALL: &[Dimension] =
    &[Dimension::Region, Dimension::Township, Dimension::Village, Dimension::Category, Dimension::Month];

/// Declares them.
pub fn figures(registry: &mut Registry) {
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
        definition: "期间内上墙、到期末反映人对现行答复作出评价的问题。谁评价了、评了几分不公开，不足五件的不显示。",
        rows: figure::rated,
        least: 5,
        opened_by: Sight::Nobody,
        ..count()
    });
    registry.add(Figure {
        id: "problems_satisfied",
        name: "群众满意率",
        unit: "%",
        definition: "反映人评四星或五星的问题占已评价问题的比例。谁评价了、评了几分不公开，不足五件的不显示。",
        kind: Kind::Rate { over: "problems_rated" },
        rows: figure::satisfied,
        least: 5,
        opened_by: Sight::Nobody,
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
        least: 0,
        seen_by: Sight::Everyone,
        opened_by: Sight::Everyone,
        record_path: Some("/problems/"),
    }
}

fn categories() -> Vec<(String, String)> {
    let file = Categories::parse(include_str!("../../../../rules/problem-categories.toml"));
    let all = file.map(|categories| categories.all().to_vec()).unwrap_or_default();
    all.into_iter().map(|category| (category.id, category.name)).collect()
}
