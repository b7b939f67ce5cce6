//! A file arrives: read, kept sealed row by row, and handed to the job that checks it.

use huiyin_base::{Id, Problem};
use huiyin_directory::Viewer;
use huiyin_directory::audit::{AuditKind, Event, record};
use huiyin_directory::import::{ImportKind, NewBatch};
use huiyin_documents::{SheetWriter, WriteColumn};
use huiyin_jobs::enqueue;
use huiyin_web::components::FormErrors;
use huiyin_web::{Can, Ctx, Path, Result, Upload};

use super::{import_list, workbook};
use crate::import_file::{columns, read_import_table};
use crate::job;
use crate::permissions::{MemberImport, OrganisationImport, importers};

pub(crate) async fn organisations(ctx: Ctx, can: Can<OrganisationImport>, upload: Upload) -> Result {
    take(&ctx, &can.viewer, ImportKind::Organisations, &upload).await
}

pub(crate) async fn members(ctx: Ctx, can: Can<MemberImport>, upload: Upload) -> Result {
    take(&ctx, &can.viewer, ImportKind::Members, &upload).await
}

async fn take(ctx: &Ctx, viewer: &Viewer, kind: ImportKind, upload: &Upload) -> Result {
    let wrong = |message: String| FormErrors::new().with(kind.as_str(), message);
    let Some(file) = upload.files(kind.as_str()).next() else {
        return import_list::again(ctx, viewer, wrong("请先选择一个文件。".into())).await;
    };
    let (name, bytes) = (file.name.clone(), file.bytes.clone());
    let read = tokio::task::spawn_blocking(move || read_import_table(kind, &name, &bytes));
    let table = match read.await.map_err(Problem::broken)? {
        Ok(table) => table,
        Err(error) => return import_list::again(ctx, viewer, wrong(error.to_string())).await,
    };
    let scope = import_list::regions(viewer, importers(kind));
    let Some(home) = viewer.grants_of(importers(kind)).map(|grant| grant.org.region).find(|home| scope.contains(home))
    else {
        return Err(Problem::forbidden("导入由市、县两级办理。请把表格交给县级工作人员导入。").into());
    };
    let id = Id::new(home, ctx.now(), &mut ctx.rng());
    let file_name: String = file.name.chars().filter(|letter| !letter.is_control()).take(80).collect();
    let batch = NewBatch { id, kind, file_name, scope, created_by: Some(viewer.account.id) };
    job::import(&ctx.site).stage(batch, table, &mut ctx.rng()).await?;
    let check = job::check_job(id, &ctx.site);
    let job_id = Id::new(home, ctx.now(), &mut ctx.rng());
    let event = Event::new(viewer.account.region, AuditKind::Import, ctx.real_now(), &mut ctx.rng());
    let event = event.by(viewer.account).about("import_batch", id).detail(format!("上传{}表", kind.label()));
    ctx.site
        .db
        .write("import_upload", move |tx| {
            let (check, event) = (check.clone(), event.clone());
            Box::pin(async move {
                record(tx, &event).await?;
                enqueue(tx, &check, job_id).await?;
                Ok(())
            })
        })
        .await?;
    ctx.redirect(&format!("/imports/batches/{id}"), None)
}

/// An empty table with the headings of a kind.
pub(crate) async fn template(_: Can<OrganisationImport>, Path(kind): Path<String>) -> Result {
    let kind = ImportKind::parse(&kind).ok_or_else(Problem::not_found)?;
    let columns: Vec<WriteColumn> = columns(kind).iter().map(|column| WriteColumn::new(column.name, 20)).collect();
    let writer = SheetWriter::new(kind.label(), &columns).map_err(Problem::broken)?;
    workbook(&format!("{}导入空表.xlsx", kind.label()), writer.finish().map_err(Problem::broken)?)
}
