//! Keeping the library: taking books in, new editions, collections, taking out.

use askama::Template;
use data_encoding::BASE64URL_NOPAD;
use huiyin_base::{Id, Problem, ProblemKind};
use huiyin_directory::{MemberStage, OrgKind, RegionLevel, org_root};
use huiyin_web::components::{Breadcrumb, Choice, Field, Notice};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Result, Upload};
use serde::Deserialize;

use super::Nothing;
use super::{book, found, library};
use crate::content::{Content, content};
use crate::library::{Offer, keeper, may_change};
use crate::permissions::LibraryKeep;
use crate::store::{AudienceKind, collection_add, collection_list, collection_put};

/// The kinds of unit that a book may be meant for.
const TAGS: [OrgKind; 7] = [
    OrgKind::Village,
    OrgKind::Community,
    OrgKind::Department,
    OrgKind::Township,
    OrgKind::Enterprise,
    OrgKind::SocialOrg,
    OrgKind::Branch,
];
const STAGES: [MemberStage; 3] = [MemberStage::Active, MemberStage::Probationary, MemberStage::Floating];

#[derive(Template)]
#[template(path = "keep_new.html")]
struct NewPage {
    crumb: Breadcrumb,
    csrf: Csrf,
    nonce: String,
    mistake: Option<Notice>,
    file: Vec<Field>,
    fields: Vec<Field>,
    audience: Vec<Field>,
    collection_title: Field,
    collection_text: Field,
}

/// What was written before.
#[derive(Clone, Debug, Default)]
struct Written {
    title: String,
    author: String,
    summary: String,
    source: String,
    link: String,
    collection: String,
    org: Vec<String>,
    tag: Vec<String>,
    stage: Vec<String>,
    nonce: String,
}

pub(crate) async fn new(ctx: Ctx, can: Can<LibraryKeep>) -> Result {
    draw(&ctx, &can, &Written::default(), None).await
}

pub(crate) async fn create(ctx: Ctx, can: Can<LibraryKeep>, upload: Upload) -> Result {
    let text = |field: &str| upload.text(field).to_owned();
    let all = |field: &str| upload.all(field).map(ToOwned::to_owned).collect();
    let written = Written {
        title: text("title"),
        author: text("author"),
        summary: text("summary"),
        source: text("source"),
        link: text("link"),
        collection: text("collection"),
        org: all("org"),
        tag: all("tag"),
        stage: all("stage"),
        nonce: text("nonce"),
    };
    let done = match read(&upload, "file", &written.link).await {
        Ok(content) => {
            let library = library(&ctx.site);
            library.bring(written.offer(), content, &can.viewer, ctx.now(), &mut ctx.rng()).await
        }
        Err(problem) => Err(problem),
    };
    match done {
        Ok(id) => ctx.redirect(&format!("/library/{id}"), Some("已收进书库。请翻几页看看对不对。")),
        Err(problem) if matches!(problem.kind, ProblemKind::Invalid | ProblemKind::Conflict) => {
            draw(&ctx, &can, &written, Some(problem.message)).await
        }
        Err(problem) => Err(problem.into()),
    }
}

pub(crate) async fn renew(ctx: Ctx, can: Can<LibraryKeep>, Path(id): Path<String>, upload: Upload) -> Result {
    let book: Id = id.parse().map_err(|_| Problem::not_found())?;
    let done = match read(&upload, "file", "").await {
        Ok(content) => {
            let library = library(&ctx.site);
            library.renew(book, upload.text("note"), content, &can.viewer, ctx.now(), &mut ctx.rng()).await
        }
        Err(problem) => Err(problem),
    };
    match done {
        Ok(()) => ctx.redirect(&format!("/library/{id}"), Some("新版已换上。装进书包的人联网时会看到更新。")),
        Err(problem) if matches!(problem.kind, ProblemKind::Invalid | ProblemKind::Conflict) => {
            book::draw(&ctx, &can, &id, "", Some(problem.message)).await
        }
        Err(problem) => Err(problem.into()),
    }
}

pub(crate) async fn withdraw(
    ctx: Ctx,
    can: Can<LibraryKeep>,
    Path(id): Path<String>,
    Form(_): Form<Nothing>,
) -> Result {
    let book: Id = id.parse().map_err(|_| Problem::not_found())?;
    library(&ctx.site).withdraw(book, &can.viewer, ctx.today()).await?;
    ctx.redirect("/library", Some("已下架。各人的划线和笔记还在他们自己那里。"))
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Chosen {
    collection: String,
}

pub(crate) async fn collect(
    ctx: Ctx,
    can: Can<LibraryKeep>,
    Path(id): Path<String>,
    Form(given): Form<Chosen>,
) -> Result {
    let mut tx = ctx.site.db.read().await?;
    let (_, book) = found(&mut tx, &ctx.site, &can.viewer, &id).await?;
    let all = collection_list(&mut tx).await?;
    drop(tx);
    if !may_change(&can.viewer, &book) {
        return Err(Problem::forbidden("这本书由收进它的单位管理，请联系他们放进专题。").into());
    }
    let chosen = all.iter().find(|each| each.id.to_string() == given.collection);
    let chosen = chosen.ok_or_else(|| Problem::invalid("请选择一个专题。"))?.id;
    let write = ctx
        .site
        .db
        .write("collection_put", move |tx| Box::pin(async move { Ok(collection_put(tx, chosen, book.id).await?) }));
    write.await?;
    ctx.redirect(&format!("/library/{id}"), Some("已放进专题。"))
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct NewCollection {
    collection_title: String,
    collection_text: String,
}

pub(crate) async fn collection(ctx: Ctx, can: Can<LibraryKeep>, Form(given): Form<NewCollection>) -> Result {
    let (title, text) = (given.collection_title.trim().to_owned(), given.collection_text.trim().to_owned());
    let done = if title.is_empty() || title.chars().count() > 20 || text.chars().count() > 60 {
        Err(Problem::invalid("专题的名字请写 1 到 20 个字，说明最多 60 个字。"))
    } else {
        let id = Id::new(ctx.site.home, ctx.now(), &mut ctx.rng());
        let write = ctx.site.db.write("collection_add", move |tx| {
            let (title, text) = (title.clone(), text.clone());
            Box::pin(async move { collection_add(tx, id, &title, &text).await })
        });
        write.await
    };
    match done {
        Ok(()) => ctx.redirect("/library/new", Some("专题建好了，收书的时候就能选。")),
        Err(problem) if matches!(problem.kind, ProblemKind::Invalid | ProblemKind::Conflict) => {
            draw(&ctx, &can, &Written::default(), Some(problem.message)).await
        }
        Err(problem) => Err(problem.into()),
    }
}

/// Looks into what was uploaded, beside others' work.
async fn read(upload: &Upload, field: &str, link: &str) -> std::result::Result<Content, Problem> {
    let files = upload.files(field).map(|file| (file.name.clone(), file.bytes.to_vec())).collect();
    let link = link.to_owned();
    tokio::task::spawn_blocking(move || content(files, &link)).await.map_err(Problem::broken)?
}

impl Written {
    fn offer(&self) -> Offer {
        let org = self.org.iter().filter(|org| org.parse::<Id>().is_ok()).map(|org| (AudienceKind::Org, org.clone()));
        let tag = self.tag.iter().filter_map(|tag| OrgKind::parse(tag));
        let tag = tag.map(|tag| (AudienceKind::Tag, tag.as_str().to_owned()));
        let stage = self.stage.iter().filter_map(|stage| MemberStage::parse(stage));
        let stage = stage.map(|stage| (AudienceKind::Stage, stage.as_str().to_owned()));
        Offer {
            title: self.title.clone(),
            author: self.author.clone(),
            summary: self.summary.clone(),
            source: self.source.clone(),
            audience: org.chain(tag).chain(stage).collect(),
            collection: self.collection.parse().ok(),
            nonce: self.nonce.clone(),
        }
    }
}

async fn draw(ctx: &Ctx, can: &Can<LibraryKeep>, written: &Written, mistake: Option<String>) -> Result {
    let grant = keeper(&can.viewer).ok_or_else(Problem::not_found)?;
    let mut tx = ctx.site.db.snapshot().await?;
    let collections = collection_list(&mut tx).await?;
    let mut orgs = Vec::new();
    if grant.org_kind == OrgKind::City {
        let counties = ctx.site.regions.children(ctx.site.home).filter(|entry| entry.level == RegionLevel::County);
        for county in counties {
            orgs.extend(org_root(&mut tx, county.region).await?.map(|root| Choice::new(root.id, root.name)));
        }
    } else {
        orgs.push(Choice::new(grant.org.id, grant.org_name.clone()));
    }
    drop(tx);
    let none = std::iter::once(Choice::new("", "不放进专题"));
    let collections = none.chain(collections.iter().map(|each| Choice::new(each.id, &each.title))).collect();
    let fresh = || BASE64URL_NOPAD.encode(&ctx.rng().bytes::<16>());
    let page = NewPage {
        crumb: Breadcrumb::new("收进一本书").step("书库", "/library"),
        csrf: ctx.csrf(),
        nonce: if written.nonce.is_empty() { fresh() } else { written.nonce.clone() },
        mistake: mistake.map(Notice::bad),
        file: vec![
            Field::file("file", "文件", ".epub,.docx,.md,.txt,.pdf,.mp3,.m4a,.ogg,.wav,.mp4,.webm", true)
                .hint("EPUB、Word（.docx）、Markdown、纯文本、PDF、录音或录像，最大 64 MB。听书可以一次选多段录音。"),
            Field::text("link", "或者音频、视频的网址")
                .value(&written.link)
                .hint("以 https:// 开头。太大的录像放在单位的视频网站上，这里只放网址。")
                .longest(500),
        ],
        fields: vec![
            Field::text("title", "书名").value(&written.title).hint("空着就用文件里写的。").longest(120),
            Field::text("author", "作者").value(&written.author).longest(120),
            Field::text("source", "来源和授权")
                .value(&written.source)
                .hint("从哪里来、凭什么能给大家看，例如“市委组织部自编”。")
                .required()
                .longest(120),
            Field::area("summary", "内容简介", 3).value(&written.summary).longest(2_000),
            Field::select("collection", "专题", collections).value(&written.collection),
        ],
        audience: vec![
            Field::boxes("org", "只给这些地方", orgs).values(&written.org),
            Field::boxes("tag", "只给这类单位", TAGS.map(|tag| Choice::new(tag.as_str(), tag.label())).into())
                .values(&written.tag),
            Field::boxes(
                "stage",
                "只给这些党员",
                STAGES.map(|stage| Choice::new(stage.as_str(), stage.label())).into(),
            )
            .values(&written.stage),
        ],
        collection_title: Field::text("collection_title", "新专题的名字").longest(20).required(),
        collection_text: Field::text("collection_text", "一句说明").longest(60),
    };
    if page.mistake.is_some() {
        return ctx.refused("收进一本书", Density::Desk, &page);
    }
    ctx.page("收进一本书", Density::Desk, &page)
}
