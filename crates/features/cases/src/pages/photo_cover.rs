//! Covering what names somebody in a photo: squares to tick without scripts, rectangles to draw with them. The copy is made on
//! the server; the photo as it came stays sealed.

use askama::Template;
use huiyin_base::{Id, Problem};
use huiyin_db::Tx;
use huiyin_directory::Viewer;
use huiyin_files::{Cover, FileState};
use huiyin_web::components::Breadcrumb;
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Result};
use serde::Deserialize;

use super::action_filling::newest_copies;
use super::card::cases;
use super::case::reference;
use crate::permissions::CaseModerate;
use crate::{Action, CaseItem, CasePhoto, Cases, Moment, Request, store};

#[derive(Template)]
#[template(path = "photo_cover.html")]
struct CoverPage {
    csrf: Csrf,
    steps: Breadcrumb,
    action: String,
    back: String,
    src: String,
    /// Nine squares, row by row.
    squares: Vec<Square>,
    mistake: Option<String>,
}

struct Square {
    value: usize,
    name: String,
}

/// A photo by its place among those of the report, from 1.
struct Found {
    case: CaseItem,
    photo: CasePhoto,
    token: String,
}

/// The photo, large, with what to cover.
pub(crate) async fn show(ctx: Ctx, can: Can<CaseModerate>, Path((id, place)): Path<(String, usize)>) -> Result {
    let found = find(&ctx, &can.viewer, &id, place).await?;
    draw(&ctx, &found, &id, place, None)
}

fn draw(ctx: &Ctx, found: &Found, id: &str, place: usize, mistake: Option<String>) -> Result {
    let names = ["左上", "中上", "右上", "左中", "正中", "右中", "左下", "中下", "右下"];
    let squares = names.iter().enumerate().map(|(value, name)| Square { value, name: (*name).to_owned() });
    let refused = mistake.is_some();
    let page = CoverPage {
        csrf: ctx.csrf(),
        steps: Breadcrumb::new(format!("遮挡第 {place} 张照片")).step("这件事", format!("/cases/{id}")),
        action: format!("/cases/{id}/photos/{place}/cover"),
        back: format!("/cases/{id}"),
        src: format!("/photos/{}/{}", found.case.region, found.token),
        squares: squares.collect(),
        mistake,
    };
    if refused {
        ctx.refused("遮挡照片", Density::Desk, &page)
    } else {
        ctx.page("遮挡照片", Density::Desk, &page)
    }
}

/// The squares that were ticked, and the rectangles that were drawn as `x,y,width,height` in thousandths.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    square: Vec<String>,
    boxes: String,
}

impl Given {
    /// None where something cannot be read, or nothing was chosen.
    fn covers(&self) -> Option<Vec<Cover>> {
        const MOST: usize = 40;
        let squares = self.square.iter().map(|word| square(word.parse().ok()?));
        let drawn = self.boxes.split(';').filter(|text| !text.trim().is_empty()).map(rectangle);
        let covers = squares.chain(drawn).collect::<Option<Vec<Cover>>>()?;
        (!covers.is_empty() && covers.len() <= MOST).then_some(covers)
    }
}

/// One of the nine squares.
fn square(n: u32) -> Option<Cover> {
    let edge = |n: u32| (n * 1000 / 3, (n + 1) * 1000 / 3);
    if n > 8 {
        return None;
    }
    let ((left, right), (top, bottom)) = (edge(n % 3), edge(n / 3));
    Cover::new(left, top, right - left, bottom - top)
}

fn rectangle(text: &str) -> Option<Cover> {
    let numbers: Vec<u32> = text.split(',').map(|part| part.trim().parse().ok()).collect::<Option<_>>()?;
    let [x, y, width, height] = numbers[..] else { return None };
    Cover::new(x, y, width, height)
}

/// Makes the copy and shows it from now on.
pub(crate) async fn create(
    ctx: Ctx,
    can: Can<CaseModerate>,
    Path((id, place)): Path<(String, usize)>,
    Form(given): Form<Given>,
) -> Result {
    let found = find(&ctx, &can.viewer, &id, place).await?;
    let Some(covers) = given.covers() else {
        let message = "请先选要遮挡的地方：勾选格子，或在照片上画框。".to_owned();
        return draw(&ctx, &found, &id, place, Some(message));
    };
    let (files, region) = (&ctx.site.files, found.case.region);
    let bytes = files.covered(region, &found.token, covers).await?.ok_or_else(Problem::not_found)?;
    let copy = files.accept(region, "照片", &bytes, &mut ctx.rng(), ctx.now()).await?;
    let request = Request::Cover { photo: found.photo.file, by: copy.id };
    let moment = Moment::at(ctx.now());
    let engine = cases(&ctx.site)?;
    let done =
        engine.act_with_photos(found.case.at(), request, vec![copy.clone()], &can.viewer, moment, &mut ctx.rng()).await;
    match done {
        Ok(done) => ctx.redirect(&format!("/cases/{id}"), Some(done.message)),
        Err(problem) => {
            files.discard(&copy).await;
            Err(problem.into())
        }
    }
}

/// A clean photo of a case at whose desk the viewer stands; the uniform 404 otherwise.
async fn find(ctx: &Ctx, viewer: &Viewer, id: &str, place: usize) -> Result<Found> {
    let engine = cases(&ctx.site)?;
    let mut tx = ctx.site.db.read().await?;
    let case = store::case_get(&mut tx, reference(id)?).await?.ok_or_else(Problem::not_found)?;
    if !may_cover(&mut tx, &engine, &case, viewer).await? {
        return Err(Problem::not_found().into());
    }
    let rows = store::photo_list(&mut tx, case.at(), false).await?;
    let rows = newest_copies(&rows);
    let photo = place.checked_sub(1).and_then(|place| rows.get(place)).ok_or_else(Problem::not_found)?;
    let file = huiyin_files::store::file_find(&mut tx, case.region, photo.file).await?;
    let file = file
        .filter(|file| file.state == FileState::Clean)
        .ok_or_else(|| Problem::conflict("这张照片还在处理，请过一会儿再试。"))?;
    Ok(Found { photo: (*photo).clone(), token: file.token, case })
}

/// Whether the viewer stands at the desk of a case in a state in which photos are covered.
pub(crate) async fn may_cover(tx: &mut Tx, engine: &Cases, case: &CaseItem, viewer: &Viewer) -> Result<bool> {
    Ok(engine.allowed(tx, case, viewer).await?.contains(&Action::Cover))
}

/// The links to what can be covered: place and words.
pub(crate) async fn links(tx: &mut Tx, case: &CaseItem) -> Result<Vec<(String, String)>> {
    let rows = store::photo_list(tx, case.at(), false).await?;
    let ids: Vec<Id> = rows.iter().map(|row| row.file).collect();
    let files = huiyin_files::store::file_list(tx, case.region, &ids).await?;
    let clean = |row: &CasePhoto| files.iter().any(|file| file.id == row.file && file.state == FileState::Clean);
    let link = |(place, row): (usize, &CasePhoto)| {
        let again = if row.covers.is_some() { "再" } else { "" };
        let words = format!("{again}遮挡{}的第 {} 张照片", row.part.label(), row.position + 1);
        clean(row).then(|| (format!("/cases/{}/photos/{}/cover", case.id, place + 1), words))
    };
    Ok(newest_copies(&rows).into_iter().enumerate().filter_map(link).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(square: &[&str], boxes: &str) -> Given {
        Given { square: square.iter().map(|&word| word.to_owned()).collect(), boxes: boxes.into() }
    }

    #[test]
    fn squares_and_rectangles_become_covers() {
        let covers = given(&["0", "8"], "10,20,30,40; 0,0,1000,1").covers().unwrap();
        let corner = covers[1];
        assert_eq!((corner.x, corner.y, corner.x + corner.width, corner.y + corner.height), (666, 666, 1000, 1000));
        assert_eq!(covers[2], Cover::new(10, 20, 30, 40).unwrap());
    }

    #[test]
    fn what_cannot_be_read_covers_nothing() {
        for (square, boxes) in
            [(&[][..], ""), (&["9"], ""), (&["x"], ""), (&[], "1,2,3"), (&[], "900,0,200,5"), (&[], "-1,0,5,5")]
        {
            assert!(given(square, boxes).covers().is_none(), "{square:?} {boxes}");
        }
        assert!(given(&[], &"1,1,1,1;".repeat(41)).covers().is_none());
    }
}
