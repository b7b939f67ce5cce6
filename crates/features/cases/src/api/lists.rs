//! What a problem may be about.

use huiyin_web::api::{json, reader};
use huiyin_web::{Ctx, Result};
use serde::Serialize;

use super::shape::Named;
use crate::pages::cases;

#[derive(Debug, Serialize)]
struct CategoryList {
    categories: Vec<CategoryShape>,
}

#[derive(Debug, Serialize)]
struct CategoryShape {
    id: String,
    name: String,
    sub_categories: Vec<Named>,
}

pub(super) async fn categories(ctx: Ctx) -> Result {
    reader(&ctx).await?;
    let cases = cases(&ctx.site)?;
    let categories = cases.book.categories.all().iter().map(|category| CategoryShape {
        id: category.id.clone(),
        name: category.name.clone(),
        sub_categories: category.sub.iter().map(|sub| Named { id: sub.id.clone(), name: sub.name.clone() }).collect(),
    });
    json(&ctx, &CategoryList { categories: categories.collect() })
}
