//! The doors of a member on the front page: read, his branch, and somebody to call.

use askama::Template;
use huiyin_base::Problem;
use huiyin_db::Tx;
use huiyin_directory::{Grant, OrgRef, Role, Viewer, org_find, org_path};
use huiyin_web::components::Door;
use huiyin_web::{Result, Site};

use crate::reader::{looker, reader};
use crate::store::{book_find, reading_list};

#[derive(Template)]
#[template(path = "member_doors.html")]
struct MemberDoorsPanel {
    doors: Vec<Door>,
}

/// By which of his roles the viewer is a member.
fn member(viewer: Option<&Viewer>) -> Option<&Grant> {
    viewer.and_then(|viewer| viewer.grants_of(&[Role::Member, Role::BranchSecretary]).next())
}

/// The nearest office that has a telephone: its name and number.
async fn contact(tx: &mut Tx, branch: OrgRef) -> std::result::Result<Option<(String, String)>, Problem> {
    for step in org_path(tx, branch).await?.iter().rev() {
        let at = OrgRef { region: branch.region, id: step.id };
        if let Some((name, phone)) = org_find(tx, at).await?.and_then(|org| Some((org.name, org.phone?))) {
            return Ok(Some((name, phone)));
        }
    }
    Ok(None)
}

fn calling((name, phone): (String, String)) -> Door {
    Door::new(format!("tel:{phone}"), "phone", "打电话找人", format!("{name}　{phone}"))
}

/// For `home_figures`.
pub(crate) async fn member_doors(site: &Site, viewer: Option<&Viewer>) -> Result<Option<String>> {
    let Some(grant) = member(viewer) else { return Ok(None) };
    let mut doors = vec![Door::new("/satchel", "book-open", "读书听书", "接着上次的地方读；没有信号也能看。")];
    let county = site.regions.get(grant.org.region).map(|entry| entry.code.clone()).unwrap_or_default();
    let mut tx = site.db.snapshot().await?;
    let branch = org_find(&mut tx, grant.org).await?;
    let phone = contact(&mut tx, grant.org).await?;
    drop(tx);
    if let Some(branch) = branch {
        let path = format!("/organisations/{county}/{}", branch.code);
        doors.push(Door::new(path, "users-round", "我的支部", branch.name));
    }
    doors.extend(phone.map(calling));
    Ok(Some(MemberDoorsPanel { doors }.render()?))
}

/// Of the elder's three doors the first: his book, where he stopped.
pub(crate) async fn read_door(site: &Site, viewer: Option<&Viewer>) -> Result<Option<String>> {
    let Some(viewer) = viewer.filter(|viewer| member(Some(viewer)).is_some()) else { return Ok(None) };
    let mut tx = site.db.snapshot().await?;
    let looker = looker(&mut tx, site, viewer).await?;
    for reading in reading_list(&mut tx, reader(viewer)).await?.iter().filter(|one| one.finished_day.is_none()) {
        // A book that was withdrawn is passed over.
        let Some(book) = book_find(&mut tx, &looker, reading.book).await? else { continue };
        let (path, words) = match reading.chapter {
            0 => (format!("/library/{}", book.id), format!("《{}》", book.title)),
            n => (format!("/library/{}/chapters/{n}", book.id), format!("《{}》，读到第 {n} 节", book.title)),
        };
        return Ok(Some(Door::new(path, "book-open", "接着读", words).to_string()));
    }
    Ok(Some(Door::new("/library", "book-open", "读书听书", "去书库挑一本，下回从停下的地方接着读。").to_string()))
}

/// And the third: somebody to call.
pub(crate) async fn call_door(site: &Site, viewer: Option<&Viewer>) -> Result<Option<String>> {
    let Some(grant) = member(viewer) else { return Ok(None) };
    let found = contact(&mut site.db.snapshot().await?, grant.org).await?;
    let county = site.regions.get(grant.org.region).map(|entry| entry.code.clone()).unwrap_or_default();
    let none =
        || Door::new(format!("/organisations/{county}"), "phone", "打电话找人", "还没有登记电话，看看有哪些单位。");
    Ok(Some(found.map_or_else(none, calling).to_string()))
}
