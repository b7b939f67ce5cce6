//! How things go: fields of the kind with their files, and a line about it.

use std::collections::BTreeMap;

use huiyin_base::Problem;
use huiyin_directory::Viewer;
use huiyin_web::{Can, Ctx, Path, Result, Upload};

use super::action_post::finished;
use super::card::cases;
use super::case::reference;
use super::kind_fields;
use crate::permissions::CaseSee;
use crate::{Attached, CaseItem, Cases, FieldValue, Kind, Moment, Request, store};

/// Writes down what the form says.
pub(crate) async fn record(ctx: Ctx, can: Can<CaseSee>, Path(id): Path<String>, upload: Upload) -> Result {
    let (engine, at) = (cases(&ctx.site)?, reference(&id)?);
    let found = store::case_get(&mut ctx.site.db.read().await?, at).await?.ok_or_else(Problem::not_found)?;
    let engine = engine.knowing(&found.kind, Some(found.kind_version)).await?;
    let kind = engine.book.kind_of(&found).ok_or_else(Problem::not_found)?;
    let given: BTreeMap<String, String> =
        upload.texts().map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
    let done = match recorded(&ctx, kind, &given, &upload, (&engine, &found, &can.viewer)).await {
        Ok((values, attached)) => {
            let act = Request::Record(values).because(upload.text("reason"));
            let moment = Moment::at(ctx.now());
            let done = engine.act_with_files(at, act, attached.clone(), &can.viewer, moment).await;
            if done.is_err() {
                crate::discard(&ctx.site.files, &attached).await;
            }
            done
        }
        Err(problem) => Err(problem),
    };
    finished(&ctx, &can.viewer, &id, "record", given, done).await
}

/// What a form says of the fields, with the files that came with it. Who may not see the case learns nothing of his form, and leaves
/// no file behind.
async fn recorded(
    ctx: &Ctx,
    kind: &Kind,
    given: &BTreeMap<String, String>,
    upload: &Upload,
    (engine, found, viewer): (&Cases, &CaseItem, &Viewer),
) -> std::result::Result<(Vec<FieldValue>, Vec<Attached>), Problem> {
    let values = kind_fields::values_of(kind, given);
    if values.is_err() || kind_fields::files_chosen(kind, upload) {
        engine.handler(&mut ctx.site.db.read().await?, found, viewer).await?;
    }
    let mut values = values?;
    let attached = kind_fields::taken(ctx, kind, upload, found.region).await?;
    values.retain(|given| attached.iter().all(|one| one.field != given.field));
    values.extend(attached.iter().map(Attached::value));
    Ok((values, attached))
}
