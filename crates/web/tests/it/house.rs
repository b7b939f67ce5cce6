//! A feature of the tests' own: a wall of notes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use askama::Template;
use huiyin_directory::Role;
use huiyin_testing::{City, TestApp};
use huiyin_web::{Can, Csrf, Ctx, Density, Feature, Form, Public, Result, Routes, SignedIn, Upload, Who, permissions};
use serde::Deserialize;

permissions! {
    pub(crate) NoteDecide = "note_decide", "处理便条", Who::Roles(&[Role::CountyStaff, Role::CityStaff]);
}

#[derive(Template)]
#[template(source = r#"<h1>便条</h1><p>{{ text }}</p>"#, ext = "html")]
struct NotePage {
    text: String,
}

#[derive(Template)]
#[template(
    source = r#"<form method="post" action="/notes">{{ csrf }}<textarea name="text">{{ text }}</textarea>
<input type="checkbox" name="tag" value="水"><input type="checkbox" name="tag" value="路"></form>
<form method="post" action="/notes/files" enctype="multipart/form-data">{{ csrf }}<input name="text"></form>"#,
    ext = "html"
)]
struct NoteForm {
    csrf: Csrf,
    text: String,
}

#[derive(Deserialize)]
struct Note {
    #[serde(default)]
    text: String,
    #[serde(default)]
    tag: Vec<String>,
}

async fn wall(ctx: Ctx, drawn: Arc<AtomicUsize>) -> Result {
    ctx.cached(async || {
        let n = drawn.fetch_add(1, Ordering::SeqCst) + 1;
        ctx.page("便条墙", Density::Calm, &NotePage { text: format!("第{n}次") })
    })
    .await
}

async fn form(ctx: Ctx) -> Result {
    ctx.page("写便条", Density::Calm, &NoteForm { csrf: ctx.csrf(), text: String::new() })
}

async fn create(ctx: Ctx, Form(note): Form<Note>) -> Result {
    if note.text.is_empty() {
        return ctx.refused("写便条", Density::Calm, &NoteForm { csrf: ctx.csrf(), text: note.text });
    }
    let said = format!("收到：{} {}", note.text, note.tag.join("、"));
    ctx.redirect("/notes/new", Some(&said))
}

async fn upload(ctx: Ctx, upload: Upload) -> Result {
    let sizes: Vec<String> = upload.files("photos").map(|file| file.bytes.len().to_string()).collect();
    let text = format!("{}：{}", upload.text("text"), sizes.join("、"));
    ctx.page("收到", Density::Calm, &NotePage { text })
}

async fn decide(ctx: Ctx, can: Can<NoteDecide>, Form(_note): Form<Note>) -> Result {
    let text = format!("由{}处理", can.viewer.post_at(can.viewer.grants[0].org));
    ctx.page("已处理", Density::Desk, &NotePage { text })
}

async fn broken() -> Result {
    Err(anyhow::anyhow!("the secret 610602199001011234 is in the cause").into())
}

async fn panicking() -> Result {
    panic!("on purpose")
}

/// The feature, and how often its wall was drawn.
pub(crate) fn notes() -> (Feature, Arc<AtomicUsize>) {
    let drawn = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&drawn);
    let routes = Routes::new()
        .get::<Public, _>("/notes", move |ctx: Ctx| wall(ctx, Arc::clone(&counter)))
        .get::<Public, _>("/notes/new", form)
        .post::<Public, _>("/notes", create)
        .post::<Public, _>("/notes/files", upload)
        .post::<NoteDecide, _>("/notes/decision", decide)
        .get::<SignedIn, _>("/notes/mine", form)
        .get::<Public, _>("/notes/broken", broken)
        .get::<Public, _>("/notes/panic", panicking);
    (Feature { name: "notes", routes, ..Feature::default() }, drawn)
}

/// A house with the notes and the small city.
pub(crate) async fn house() -> (TestApp, City, Arc<AtomicUsize>) {
    let (feature, drawn) = notes();
    let app = TestApp::new(vec![feature]).await.unwrap();
    let city = City::found(&app).await.unwrap();
    (app, city, drawn)
}
