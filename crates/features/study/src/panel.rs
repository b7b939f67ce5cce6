//! What the page 我的信息 tells of somebody's reading.

use askama::Template;
use huiyin_base::{Id, Problem};
use huiyin_db::Tx;
use huiyin_directory::{AccountRef, Viewer, account_find, family_list_helper, family_list_people, person_find};
use huiyin_web::store::reading_key::reading_key_list;
use huiyin_web::{Result, Site};

use crate::reader::{all_regions, reader};
use crate::store::{act_list, comment_list_own, mark_list, reading_list, reflection_list_own};

#[derive(Template)]
#[template(path = "own_reading.html")]
struct OwnReadingPanel {
    books: usize,
    marks: usize,
    reflections: usize,
    comments: usize,
    keys: usize,
}

/// For `me`.
pub(crate) async fn own_reading(site: &Site, viewer: Option<&Viewer>) -> Result<Option<String>> {
    let Some(viewer) = viewer else { return Ok(None) };
    let mut tx = site.db.snapshot().await?;
    let books = reading_list(&mut tx, reader(viewer)).await?.len();
    let marks = mark_list(&mut tx, reader(viewer), None, None).await?.len();
    let regions = all_regions(site, reader(viewer));
    let reflections = reflection_list_own(&mut tx, &regions, reader(viewer)).await?.len();
    let comments = comment_list_own(&mut tx, &regions, reader(viewer)).await?.len();
    let keys = reading_key_list(&mut tx, viewer.account).await?.len();
    drop(tx);
    Ok(Some(OwnReadingPanel { books, marks, reflections, comments, keys }.render()?))
}

/// What was done for him by his family, and for whom he acts.
#[derive(Template)]
#[template(path = "own_family.html")]
struct OwnFamilyPanel {
    helpers: Vec<String>,
    acts: Vec<String>,
    acting: Vec<String>,
}

const ACTS: i64 = 20;

async fn account_name(tx: &mut Tx, at: AccountRef) -> std::result::Result<String, Problem> {
    Ok(account_find(tx, at).await?.map(|account| account.display_name).unwrap_or_default())
}

/// For `me`: what was done for him by his family, and for whom he acts.
pub(crate) async fn own_family(site: &Site, viewer: Option<&Viewer>) -> Result<Option<String>> {
    let Some(viewer) = viewer else { return Ok(None) };
    let today = site.today();
    let mut tx = site.db.snapshot().await?;
    let (mut helpers, mut acts, mut acting) = (Vec::new(), Vec::new(), Vec::new());
    if let Some(person) = viewer.person {
        for helper in family_list_people(&mut tx, &[person], today).await? {
            let name = account_name(&mut tx, helper.helper()).await?;
            helpers.push(format!("{name}（{}），到 {}", helper.kin, helper.to_day.chinese()));
        }
        for act in act_list(&mut tx, person, ACTS).await? {
            let name = account_name(&mut tx, AccountRef { region: act.helper_region, id: act.helper }).await?;
            acts.push(format!("{} {name}{}：{}", act.day.chinese(), act.kind.label(), act.title));
        }
    }
    for helper in family_list_helper(&mut tx, viewer.account, today).await? {
        let person: Id = helper.person;
        let name = person_find(&mut tx, person).await?.map(|person| person.name).unwrap_or_default();
        acting.push(format!("{name}，到 {}", helper.to_day.chinese()));
    }
    drop(tx);
    if helpers.is_empty() && acts.is_empty() && acting.is_empty() {
        return Ok(None);
    }
    Ok(Some(OwnFamilyPanel { helpers, acts, acting }.render()?))
}
