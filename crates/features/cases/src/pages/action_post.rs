//! What is done to a case, one resource each. Whether this viewer may do it now is decided by the engine, under the row lock.

use std::collections::BTreeMap;

use huiyin_base::{Day, Id, Problem, ProblemKind};
use huiyin_directory::{AccountRef, Viewer};
use huiyin_web::{Can, Ctx, Form, Path, Result, Upload};
use serde::Deserialize;

use super::action::{action_of, org_of};
use super::card::{Cards, cases};
use super::case::{Refused, again, reference};
use super::doubt::{self, Reader};
use crate::permissions::{CaseDirect, CaseHandle, CaseModerate, CaseSee, CaseVerify, SEES};
use crate::{Act, Assignment, CaseItem, CaseRef, CaseRules, Done, Moment, Outcome, Posting, Request, Subject, store};

/// Every field that a form of a case may have.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    pub(super) title: String,
    pub(super) text: String,
    sub: String,
    photos: Vec<String>,
    org: String,
    goal: String,
    deadline: String,
    pub(super) reason: String,
    pause: String,
    until: String,
    account: String,
    pub(super) number: String,
    pub(super) county: String,
    pub(super) into: String,
    /// What the text was that is changed.
    pub(super) over: String,
    standard: String,
    checked: String,
    /// What he is asked about: found here, not sent.
    #[serde(skip)]
    doubted: String,
}

pub(crate) type Outcomes = std::result::Result<Done, Problem>;

macro_rules! acts {
    ($($(#[$doc:meta])* $name:ident, $word:literal, $permission:ty, |$given:ident| $request:expr;)*) => {$(
        $(#[$doc])*
        pub(crate) async fn $name(
            ctx: Ctx,
            can: Can<$permission>,
            Path(id): Path<String>,
            Form(mut $given): Form<Given>,
        ) -> Result {
            let looked = $given.looked_at(&ctx, &id, $word).await;
            let request: std::result::Result<Act, Problem> = $request;
            let done = match looked.and(request).map(|act| act.seen($given.seen())) {
                Ok(act) => cases(&ctx.site)?.act(reference(&id)?, act, &can.viewer, Moment::at(ctx.now())).await,
                Err(problem) => Err(problem),
            };
            answered(&ctx, &can.viewer, &id, $word, $given, done).await
        }
    )*};
}

acts! {
    extension, "extension", CaseDirect, |given| given.extension();
    subject, "subject", CaseModerate, |given| {
        Ok(Request::Subject(org_of(&given.org).map(|org| Subject { org, office: None })).because(&given.reason))
    };
    reminder, "reminder", CaseVerify, |given| Ok(Request::Remind.because(&given.reason));
    undoing, "undoing", CaseHandle, |given| { let _ = &given; Ok(Request::Undo.into()) };
    upholding, "upholding", CaseModerate, |given| Ok(Request::Uphold.because(&given.reason));
    reopening, "reopening", CaseDirect, |given| Ok(Request::Reopen.because(&given.reason));
    extension_refusal, "extension-refusal", CaseDirect, |given| Ok(Request::RefuseExtension.because(&given.reason));
    extension_request, "extension-request", CaseHandle, |given| given.extension_request();
    emergency_response, "emergency-response", CaseSee, |given| Ok(Request::Confirm.because(&given.reason));
    emergency_end, "emergency-end", CaseSee, |given| Ok(Request::Calm.because(&given.reason));
    joint_refusal, "joint-refusal", CaseModerate, |given| Ok(Request::DenyJoint.because(&given.reason));
    returning, "return", CaseHandle, |given| Ok(Request::Return.because(&given.reason));
    signature, "signature", CaseHandle, |given| { let _ = &given; Ok(Request::Sign.into()) };
    beginning, "beginning", CaseHandle, |given| { let _ = &given; Ok(Request::Begin.into()) };
    entrustment, "entrustment", CaseHandle, |given| given.entrustment();
    pause, "pause", CaseHandle, |given| given.pause();
    resumption, "resumption", CaseHandle, |given| { let _ = &given; Ok(Request::Resume.into()) };
    acceptance, "acceptance", CaseVerify, |given| { let _ = &given; Ok(Request::Accept.into()) };
    withdrawal, "withdrawal", CaseDirect, |given| Ok(Request::Withdraw.because(&given.reason));
    refusal, "refusal", CaseVerify, |given| Ok(Request::Refuse.because(&given.reason));
}

/// Hands it to a unit. What another unit has already been handed is taken from it with a reason, which that unit reads.
pub(crate) async fn assignment(
    ctx: Ctx,
    can: Can<CaseDirect>,
    Path(id): Path<String>,
    Form(mut given): Form<Given>,
) -> Result {
    let at = reference(&id)?;
    let engine = cases(&ctx.site)?;
    let looked = given.looked_at(&ctx, &id, "assignment").await;
    let done = match looked.and(given.assignment()) {
        Ok(act) => engine.act(at, act, &can.viewer, Moment::at(ctx.now())).await,
        Err(problem) => {
            // Who may not see the case does not learn what is wrong with his form.
            let mut tx = ctx.site.db.read().await?;
            let found = store::case_get(&mut tx, at).await?.ok_or_else(Problem::not_found)?;
            engine.handler(&mut tx, &found, &can.viewer).await?;
            Err(problem)
        }
    };
    answered(&ctx, &can.viewer, &id, "assignment", given, done).await
}

/// Asks to close, with an answer and pictures.
pub(crate) async fn close_request(ctx: Ctx, can: Can<CaseHandle>, Path(id): Path<String>, upload: Upload) -> Result {
    let at = reference(&id)?;
    let mut photos = Vec::new();
    let mut refused = None;
    for file in upload.files("photos") {
        match ctx.site.files.accept(at.region, &file.name, &file.bytes, &mut ctx.rng(), ctx.now()).await {
            Ok(photo) => photos.push(photo),
            Err(problem) if problem.kind == ProblemKind::Broken => return Err(problem.into()),
            Err(problem) => refused = Some(problem),
        }
    }
    let mut given = BTreeMap::from(["outcome", "text"].map(|name| (name.to_owned(), upload.text(name).to_owned())));
    let told = is_told(&ctx, at, "close-request").await?;
    let doubted = if told { doubt::doubted(Reader::Public, &[upload.text("text")]) } else { String::new() };
    let asked = doubt::ask(Reader::Public, &doubted, upload.text(doubt::CHECKED));
    given.insert(doubt::CHECKED.to_owned(), upload.text(doubt::CHECKED).to_owned());
    given.insert(doubt::DOUBTED.to_owned(), doubted);
    match template_left(&ctx, at, upload.text("text")).await? {
        Left::Blank(blank) => {
            let message = format!("模板里的空还没有填：“{blank}”。请把“……”换成这一件的实情，再交。");
            refused.get_or_insert_with(|| Problem::invalid(message));
        }
        Left::All if upload.text("unchanged").is_empty() => {
            given.insert("bare".to_owned(), "1".to_owned());
            refused.get_or_insert_with(|| {
                Problem::invalid(
                    "这是模板的原话，没有写这一件具体做了什么。请补上再交；确实不用改的，请勾选下面的“不用再改”。",
                )
            });
        }
        Left::All | Left::Nothing => {}
    }
    let done = match (refused.or(asked.err()), Outcome::parse(upload.text("outcome"))) {
        (Some(problem), _) => Err(problem),
        (None, None) => Err(Problem::invalid("请选择结果：已解决，或已说明。")),
        (None, Some(outcome)) => {
            let ids = photos.iter().map(|photo| photo.id).collect();
            let request = Request::RequestClose { outcome, text: upload.text("text").to_owned(), photos: ids };
            let engine = cases(&ctx.site)?;
            let moment = Moment::at(ctx.now());
            engine.act_with_photos(at, request, photos.clone(), &can.viewer, moment, &mut ctx.rng()).await
        }
    };
    if done.is_err() {
        for photo in &photos {
            ctx.site.files.discard(photo).await;
        }
    }
    finished(&ctx, &can.viewer, &id, "close-request", given, done).await
}

/// What an answer has left of the county's templates.
enum Left {
    Nothing,
    /// It is one of them and nothing else.
    All,
    /// A blank that nobody filled in.
    Blank(String),
}

async fn template_left(ctx: &Ctx, at: CaseRef, text: &str) -> Result<Left> {
    let engine = cases(&ctx.site)?;
    let mut tx = ctx.site.db.read().await?;
    let Some(case) = store::case_get(&mut tx, at).await? else { return Ok(Left::Nothing) };
    let all = store::answer_template_list(&mut tx, case.region, Some(&case.category)).await?;
    let cards = Cards::of_case(&mut tx, &ctx.site, &engine, &case).await?;
    let mut left = Left::Nothing;
    for one in &all {
        let begun = begun(&cards, &case, &one.text);
        if let Some(blank) = crate::blank_in(text, &begun) {
            return Ok(Left::Blank(blank));
        }
        if crate::is_bare(text, &begun) {
            left = Left::All;
        }
    }
    Ok(left)
}

/// A template as it begins an answer to this case.
pub(crate) fn begun(cards: &Cards<'_>, case: &CaseItem, template: &str) -> String {
    let place = cards.place(case.region, case.township, case.village);
    let number = cards.number(case.region, case.number()).unwrap_or_default();
    crate::filled(template, &place, cards.unit(case.owner_org), &cards.today.chinese(), &number)
}

/// A question or a reply to whoever raised it.
pub(crate) async fn message(
    ctx: Ctx,
    can: Can<CaseHandle>,
    Path(id): Path<String>,
    Form(mut given): Form<Given>,
) -> Result {
    let engine = cases(&ctx.site)?;
    let at = reference(&id)?;
    given.doubted = doubt::doubted(Reader::Reporter, &[&given.text]);
    let sent = match doubt::ask(Reader::Reporter, &given.doubted, &given.checked) {
        Ok(()) => engine.write_as_officer(at, &given.text, &can.viewer, Moment::at(ctx.now()), &mut ctx.rng()).await,
        Err(problem) => Err(problem),
    };
    match sent {
        Ok(()) => ctx.redirect(&format!("/cases/{id}"), Some("已发给反映人，他凭回执码能看到。")),
        Err(problem) => finished(&ctx, &can.viewer, &id, "message", given.fields(), Err(problem)).await,
    }
}

/// What those who handle the case write to each other.
pub(crate) async fn note(ctx: Ctx, can: Can<CaseSee>, Path(id): Path<String>, Form(given): Form<Given>) -> Result {
    let engine = cases(&ctx.site)?;
    let moment = Moment::at(ctx.now());
    match engine.note_add(reference(&id)?, &given.text, &can.viewer, moment, &mut ctx.rng()).await {
        Ok(()) => ctx.redirect(&format!("/cases/{id}"), Some("备注已记下。")),
        Err(problem) => finished(&ctx, &can.viewer, &id, "note", given.fields(), Err(problem)).await,
    }
}

pub(crate) async fn answered(ctx: &Ctx, viewer: &Viewer, id: &str, word: &str, given: Given, done: Outcomes) -> Result {
    finished(ctx, viewer, id, word, given.fields(), done).await
}

/// Back to the case, or to the desk where the viewer no longer sees it; what was refused is said on the page, with
/// everything that was typed.
pub(crate) async fn finished(
    ctx: &Ctx,
    viewer: &Viewer,
    id: &str,
    word: &str,
    given: BTreeMap<String, String>,
    done: Outcomes,
) -> Result {
    let seen = || async {
        let mut tx = ctx.site.db.read().await?;
        let found = store::case_find(&mut tx, &viewer.scope(SEES), reference(id)?).await?;
        Ok::<bool, huiyin_web::Failure>(found.is_some())
    };
    match done {
        Ok(done) if seen().await? => ctx.redirect(&format!("/cases/{id}"), Some(done.message)),
        Ok(done) => ctx.redirect("/desk", Some(done.message)),
        Err(problem)
            if matches!(problem.kind, ProblemKind::Invalid | ProblemKind::Conflict | ProblemKind::TooLarge)
                && seen().await? =>
        {
            let refused = Refused { word: word.to_owned(), message: problem.message, given };
            again(ctx, viewer, id, refused).await
        }
        Err(problem) => Err(problem.into()),
    }
}

/// Whether anybody reads afterwards what is written into this form of this case: the table of its kind says so.
pub(super) async fn is_told(ctx: &Ctx, at: CaseRef, word: &str) -> std::result::Result<bool, Problem> {
    let Some(action) = action_of(word) else { return Ok(false) };
    let engine = cases(&ctx.site)?;
    let case = store::case_get(&mut ctx.site.db.read().await?, at).await?;
    let told = case.and_then(|case| Some(engine.book.kind_of(&case)?.is_told(action, case.state)));
    Ok(told.unwrap_or(false))
}

impl Given {
    /// Whether names and the like in words that anybody will read were looked at; what is asked about goes back to the form.
    pub(super) async fn looked_at(&mut self, ctx: &Ctx, id: &str, word: &str) -> std::result::Result<(), Problem> {
        // Something that is no case is refused by whoever does the act.
        let Ok(at) = reference(id) else { return Ok(()) };
        if !is_told(ctx, at, word).await? {
            return Ok(());
        }
        let written = [&self.title, &self.text, &self.goal, &self.reason].map(String::as_str);
        self.doubted = doubt::doubted(Reader::Public, &written);
        doubt::ask(Reader::Public, &self.doubted, &self.checked)
    }

    pub(super) fn posting(&self, edited: bool) -> std::result::Result<Act, Problem> {
        let (category, sub) = self.sub.split_once('/').ok_or_else(|| Problem::invalid("请选择类别。"))?;
        let photos: Vec<Id> = self.photos.iter().filter_map(|id| id.parse().ok()).collect();
        Ok(Request::Post(Posting {
            title: self.title.trim().to_owned(),
            text: self.text.trim().to_owned(),
            edited,
            category: category.to_owned(),
            sub_category: sub.to_owned(),
            photos,
        })
        .because("")
        .seen(self.seen()))
    }

    /// How many events the case had when the form was drawn.
    pub(super) fn seen(&self) -> Option<i64> {
        self.over.parse().ok()
    }

    fn assignment(&self) -> std::result::Result<Act, Problem> {
        let to = org_of(&self.org).ok_or_else(|| Problem::invalid("请选择承办单位。"))?;
        let deadline = day_of(&self.deadline)?;
        let assignment = Assignment { to, account: None, goal: self.goal.trim().to_owned(), deadline };
        Ok(Request::Assign(assignment).because(&self.reason).seen(self.seen()))
    }

    /// A standard reason in words for whoever raised it; own words may follow, and must where it is another one.
    pub(super) fn decline(&self, rules: &CaseRules) -> std::result::Result<Act, Problem> {
        let standard = rules.decline(&self.standard);
        let standard = standard.ok_or_else(|| Problem::invalid("请选择不受理的原因，反映人会看到。"))?;
        let own = self.reason.trim();
        if own.is_empty() && standard.id == "other" {
            return Err(Problem::invalid("选了“其他原因”的，请写清楚是什么原因，让反映人看得明白。"));
        }
        let words = if own.is_empty() { standard.label.clone() } else { format!("{}。{own}", standard.label) };
        Ok(Request::Decline.because(words).seen(self.seen()))
    }

    fn extension(&self) -> std::result::Result<Act, Problem> {
        let day = day_of(&self.deadline)?.ok_or_else(|| Problem::invalid("请填写新的期限。"))?;
        Ok(Request::Extend(day).because(&self.reason))
    }

    fn extension_request(&self) -> std::result::Result<Act, Problem> {
        let day = day_of(&self.deadline)?.ok_or_else(|| Problem::invalid("请填写申请延到哪一天。"))?;
        Ok(Request::AskExtension(day).because(&self.reason))
    }

    fn entrustment(&self) -> std::result::Result<Act, Problem> {
        let id: Id = self.account.parse().map_err(|_| Problem::invalid("请选择交给谁。"))?;
        Ok(Request::Entrust(AccountRef { region: id.region(), id }).because(&self.reason))
    }

    fn pause(&self) -> std::result::Result<Act, Problem> {
        let until = day_of(&self.until)?;
        Ok(Request::Pause { reason: self.pause.clone(), until }.because(&self.reason))
    }

    pub(super) fn fields(self) -> BTreeMap<String, String> {
        let fields = [
            ("title", self.title),
            ("text", self.text),
            ("sub", self.sub),
            ("org", self.org),
            ("goal", self.goal),
            ("deadline", self.deadline),
            ("reason", self.reason),
            ("pause", self.pause),
            ("until", self.until),
            ("account", self.account),
            ("number", self.number),
            ("county", self.county),
            ("standard", self.standard),
            ("into", self.into),
            ("photos", self.photos.join(",")),
            (doubt::CHECKED, self.checked),
            (doubt::DOUBTED, self.doubted),
        ];
        fields
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }
}

/// A day as a date field sends it; nothing where it was left empty.
pub(crate) fn day_of(text: &str) -> std::result::Result<Option<Day>, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let mut parts = text.split('-').map(str::parse::<u32>);
    let day = match (parts.next(), parts.next(), parts.next()) {
        (Some(Ok(year)), Some(Ok(month)), Some(Ok(day))) => {
            i32::try_from(year).ok().and_then(|year| Day::new(year, month, day))
        }
        _ => None,
    };
    day.map(Some).ok_or_else(|| Problem::invalid("日期请写成 2016-12-31 的样子。"))
}
