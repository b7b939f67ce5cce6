//! The figures of this feature. There is none about reading: who may, as one number for the city, and what was handed out on paper.

use huiyin_figures::{Dimension, Figure, Kind, Registry, Sight};

use crate::permissions::KEEPS;
use crate::store;

/// Declares them.
pub(crate) fn figures(registry: &mut Registry) {
    registry.add(Figure {
        id: "satchel_readers",
        name: "使用电子小书包的党员",
        unit: "人",
        definition: "期末可以使用电子书库的党员，只有全市一个总数。不分单位，不看谁打开过、读了什么、读了多久。",
        kind: Kind::StockAt,
        rows: store::entitled,
        breakdowns: &[],
        categories: Vec::new,
        sub_categories: Vec::new,
        least: 0,
        seen_by: Sight::Everyone,
        opened_by: Sight::Nobody,
        record_path: None,
    });
    registry.add(Figure {
        id: "kits_issued",
        name: "发放实体小书包",
        unit: "个",
        definition: "期间内发到党员手里的纸质学习包，一人一版计一个。库存里没发的不计。",
        kind: Kind::Count,
        rows: store::issued,
        breakdowns: &[Dimension::Month],
        categories: Vec::new,
        sub_categories: Vec::new,
        least: 0,
        seen_by: Sight::Everyone,
        opened_by: Sight::Roles(KEEPS),
        record_path: None,
    });
}
