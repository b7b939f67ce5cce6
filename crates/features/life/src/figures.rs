//! The figures of meetings.

use huiyin_figures::{Dimension, Figure, Kind, Registry, Sight};

use crate::permissions::SEES;
use crate::store;

/// Declares them.
pub fn figures(registry: &mut Registry) {
    registry.add(Figure {
        id: "promotion_meetings",
        name: "重点任务推进会",
        definition: "期间内开过的重点任务推进会，一次计一次。安排了还没有开的不计。",
        rows: store::promotion,
        ..meeting()
    });
    registry.add(Figure {
        id: "observation_meetings",
        name: "专项观摩推进会",
        definition: "期间内开过的专项观摩推进会，一次计一次。安排了还没有开的不计。",
        rows: store::observation,
        ..meeting()
    });
}

fn meeting() -> Figure {
    Figure {
        id: "",
        name: "",
        unit: "次",
        definition: "",
        kind: Kind::Count,
        rows: store::promotion,
        breakdowns: &[Dimension::Region, Dimension::Month],
        categories: Vec::new,
        sub_categories: Vec::new,
        least: 0,
        seen_by: Sight::Everyone,
        opened_by: Sight::Roles(SEES),
        record_path: None,
    }
}
