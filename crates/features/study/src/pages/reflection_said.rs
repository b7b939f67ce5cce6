//! What is said to a reflection, and its branch's secretary saying that the whole city may read it.

use huiyin_base::{Id, Problem, ProblemKind};
use huiyin_web::{Can, Ctx, Form, Path, Result, SignedIn};
use serde::Deserialize;

use super::reflection::{look, readable_one, reflections};
use crate::reader::reader;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Said {
    words: String,
    mine: String,
    nonce: String,
}

pub(crate) async fn say(ctx: Ctx, can: Can<SignedIn>, Path(id): Path<String>, Form(given): Form<Said>) -> Result {
    let (circle, row) = readable_one(&ctx, &can.viewer, &id).await?;
    let name = &can.viewer.name;
    let done =
        reflections(&ctx).say((circle, row.id), name, (&given.words, &given.nonce), ctx.now(), &mut ctx.rng()).await;
    match done {
        Ok(()) => ctx.redirect(&format!("/reflections/{id}#comments"), Some("已写上。")),
        Err(problem) if matches!(problem.kind, ProblemKind::Invalid | ProblemKind::Conflict) => {
            look(&ctx, &can.viewer, &id, given.words, Some(problem.message)).await
        }
        Err(problem) => Err(problem.into()),
    }
}

/// Deletes what one has said, also where the reflection is no longer there for one.
pub(crate) async fn unsay(
    ctx: Ctx,
    can: Can<SignedIn>,
    Path((id, comment)): Path<(String, String)>,
    Form(given): Form<Said>,
) -> Result {
    let comment: Id = comment.parse().map_err(|_| Problem::not_found())?;
    let id: Id = id.parse().map_err(|_| Problem::not_found())?;
    reflections(&ctx).unsay(reader(&can.viewer), comment).await?;
    let back = if given.mine.is_empty() { format!("/reflections/{id}#comments") } else { "/reflections/mine".into() };
    ctx.redirect(&back, Some("已删除。"))
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Looked {
    city: String,
}

/// The secretary of its branch has looked.
pub(crate) async fn look_over(
    ctx: Ctx,
    can: Can<SignedIn>,
    Path(id): Path<String>,
    Form(given): Form<Looked>,
) -> Result {
    let id: Id = id.parse().map_err(|_| Problem::not_found())?;
    let city = given.city == "1";
    let mut rng = ctx.rng();
    reflections(&ctx).looked(&can.viewer, id, city, (ctx.today(), ctx.real_now(), &mut rng)).await?;
    let said = if city {
        "全市都能看到了。作者随时可以收回。"
    } else {
        "留在本支部了，作者在这一篇上看得到。"
    };
    ctx.redirect("/reflections", Some(said))
}
