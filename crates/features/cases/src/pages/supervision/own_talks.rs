//! Whoever was talked to is told so: on the front page while something is to be done, on 我的信息 as long as it is kept.

use std::pin::Pin;

use askama::Template;
use huiyin_directory::{OrgRef, Viewer};
use huiyin_web::components::{Html, Notice, Tag};
use huiyin_web::{Panel, Result, Site};

use super::talks::state_tag;
use crate::supervision::store::{Talk, TalkSight, talk_list};

/// So many at most; the page of talks has them all.
const MOST: i64 = 20;

#[derive(Template)]
#[template(path = "own_talks.html")]
struct OwnTalksPanel {
    talks: Vec<(String, String, Tag)>,
}

/// A panel of `me`: all of them.
pub(crate) struct OwnTalks;

/// A panel of `home_figures`: those that are not over.
pub(crate) struct TalkNotice;

impl Panel for OwnTalks {
    fn place(&self) -> &'static str {
        "me"
    }

    fn render<'a>(
        &'a self,
        site: &'a Site,
        viewer: Option<&'a Viewer>,
        _: Option<OrgRef>,
    ) -> Pin<Box<dyn Future<Output = Result<Option<String>>> + Send + 'a>> {
        Box::pin(async move {
            let talks = own(site, viewer).await?;
            if talks.is_empty() {
                return Ok(None);
            }
            let line = |talk: &Talk| (address(talk), words(talk), state_tag(talk, site.today()));
            Ok(Some(OwnTalksPanel { talks: talks.iter().map(line).collect() }.render()?))
        })
    }
}

impl Panel for TalkNotice {
    fn place(&self) -> &'static str {
        "home_figures"
    }

    fn render<'a>(
        &'a self,
        site: &'a Site,
        viewer: Option<&'a Viewer>,
        _: Option<OrgRef>,
    ) -> Pin<Box<dyn Future<Output = Result<Option<String>>> + Send + 'a>> {
        Box::pin(async move {
            let talks = own(site, viewer).await?;
            let Some(talk) = talks.iter().find(|talk| talk.done_day.is_none() && !talk.lifted) else {
                return Ok(None);
            };
            let link = Html::drawn(format!("<a class=\"link\" href=\"{}\">{}</a>", address(talk), words(talk)));
            let words = format!("{link}，请看一看说得对不对。您可以写下自己的说明，不认可的可以申诉。");
            Ok(Some(Notice::info(Html::drawn(words)).title("有一次和您的谈话").to_string()))
        })
    }
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
