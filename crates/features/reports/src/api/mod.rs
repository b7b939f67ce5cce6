//! Figures for machines.

mod figures;

use huiyin_web::{Public, Routes};

pub(crate) fn routes() -> Routes {
    Routes::new().get::<Public, _>("/api/v1/figures", figures::list)
}
