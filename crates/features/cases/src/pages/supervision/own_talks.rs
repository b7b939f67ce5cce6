//! Whoever was talked to is told so: on the front page while something is to be done, on 我的信息 as long as it is kept.

use askama::Template;
use huiyin_directory::Viewer;
use huiyin_web::components::{Html, Notice, Tag};
use huiyin_web::{Result, Site};

use super::talks::state_tag;
use crate::supervision::store::{Talk, TalkSight, talk_list};

/// So many at most; the page of talks has them all.
const MOST: i64 = 20;

#[derive(Template)]
#[template(path = "own_talks.html")]
struct OwnTalksPanel {
    talks: Vec<(String, String, Tag)>,
}

/// For `me`: all of them.
pub(crate) async fn own_talks(site: &Site, viewer: Option<&Viewer>) -> Result<Option<String>> {
    let talks = own(site, viewer).await?;
    if talks.is_empty() {
        return Ok(None);
    }
    let line = |talk: &Talk| (address(talk), words(talk), state_tag(talk, site.today()));
    Ok(Some(OwnTalksPanel { talks: talks.iter().map(line).collect() }.render()?))
}

/// For `home_figures`: one that is not over.
pub(crate) async fn talk_notice(site: &Site, viewer: Option<&Viewer>) -> Result<Option<String>> {
    let talks = own(site, viewer).await?;
    let Some(talk) = talks.iter().find(|talk| talk.done_day.is_none() && !talk.lifted) else {
        return Ok(None);
    };
    let link = Html::drawn(format!("<a class=\"link\" href=\"{}\">{}</a>", address(talk), words(talk)));
    let words = format!("{link}，请看一看说得对不对。您可以写下自己的说明，不认可的可以申诉。");
    Ok(Some(Notice::info(Html::drawn(words)).title("有一次和您的谈话").to_string()))
}

/// Those with the viewer himself, the newest first.
async fn own(site: &Site, viewer: Option<&Viewer>) -> Result<Vec<Talk>> {
    let Some(viewer) = viewer else { return Ok(Vec::new()) };
    let sight = TalkSight { account: viewer.account, orgs: Vec::new(), below: Vec::new() };
    let mut tx = site.db.read().await?;
    Ok(talk_list(&mut tx, &sight, site.today(), MOST).await?)
}

fn address(talk: &Talk) -> String {
    format!("/talks/{}", talk.id)
}

fn words(talk: &Talk) -> String {
    format!("{}的{}", talk.day.chinese(), talk.kind.label())
}
