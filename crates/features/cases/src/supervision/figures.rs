//! The figures of inspections and of the leadership review. Of talks themselves there is none.

use huiyin_directory::Role;
use huiyin_figures::{Dimension, Figure, Kind, Registry, Sight};

use super::store;
use crate::permissions::SEES;

const PLACES: &[Dimension] = &[Dimension::Region, Dimension::Month];

/// What is counted of people is told to the city alone, and never by place.
const CITY: &[Role] = &[Role::CityStaff];

/// Declares them.
pub(crate) fn figures(registry: &mut Registry) {
    registry.add(Figure {
        id: "concentrated_inspections",
        name: "集中督查",
        definition: "期间内结束的集中督查，一次计一次。",
        rows: store::concentrated,
        ..figure()
    });
    registry.add(Figure {
        id: "unannounced_visits",
        name: "随机暗访",
        definition: "期间内结束的随机暗访，一次计一次。没有结束的不计，也不显示。",
        rows: store::unannounced,
        ..figure()
    });
    registry.add(Figure {
        id: "inspection_teams",
        name: "督导组",
        unit: "个",
        definition: "期末在组的督导组。",
        kind: Kind::StockAt,
        rows: store::teams,
        breakdowns: &[Dimension::Region],
        record_path: None,
        ..figure()
    });
    registry.add(Figure {
        id: "inspection_rounds",
        name: "集中督导轮次",
        unit: "轮",
        definition: "期间内各督导组一起结束的一轮计一次。",
        rows: store::rounds,
        ..figure()
    });
    review(registry);
}

fn review(registry: &mut Registry) {
    registry.add(Figure {
        id: "review_counties",
        name: "综合研判县区",
        unit: "个",
        definition: "期间内结束的综合研判涉及的县（市、区）。",
        rows: store::review_counties,
        breakdowns: &[],
        record_path: None,
        ..figure()
    });
    registry.add(Figure {
        id: "review_departments",
        name: "综合研判市直部门",
        unit: "个",
        definition: "期间内结束的综合研判涉及的市直部门。",
        rows: store::review_departments,
        breakdowns: &[],
        record_path: None,
        ..figure()
    });
    registry.add(Figure {
        id: "review_talks",
        name: "提醒谈话教育培训挂职",
        unit: "名",
        definition: "综合研判以后提醒谈话、教育培训和挂职的人数。只有全市的总数，不分单位，不对应到人。",
        rows: store::review_talks,
        ..people()
    });
    registry.add(Figure {
        id: "review_removed",
        name: "免职",
        unit: "名",
        definition: "综合研判以后免职的人数。只有全市的总数，不分单位，不对应到人。",
        rows: store::review_removed,
        ..people()
    });
}

fn figure() -> Figure {
    Figure {
        id: "",
        name: "",
        unit: "次",
        definition: "",
        kind: Kind::Count,
        rows: store::concentrated,
        breakdowns: PLACES,
        categories: Vec::new,
        sub_categories: Vec::new,
        least: 0,
        seen_by: Sight::Everyone,
        opened_by: Sight::Roles(SEES),
        record_path: Some("/inspections/{id}"),
    }
}

fn people() -> Figure {
    Figure {
        kind: Kind::Sum,
        breakdowns: &[],
        least: 5,
        seen_by: Sight::Roles(CITY),
        opened_by: Sight::Roles(CITY),
        ..figure()
    }
}
