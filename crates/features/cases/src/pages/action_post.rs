//! What is done to a case, one resource each. Whether this viewer may do it now is decided by the engine, under the row lock.

use std::collections::BTreeMap;

use huiyin_base::{Day, Id, Problem, ProblemKind};
use huiyin_directory::{AccountRef, Viewer};
use huiyin_web::{Can, Ctx, Form, Path, Result, Upload};
use serde::Deserialize;

use super::action::org_of;
use super::card::cases;
use super::case::{Refused, again, reference};
use super::place::region_of;
use super::problem;
use crate::permissions::{CaseHandle, CaseModerate, CaseVerify};
use crate::words::open_words;
use crate::{Act, Assignment, CaseRules, Done, Moment, Outcome, Posting, Referral, Request, Score, Subject, store};

/// Every field that a form of a case may have.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Given {
    #[serde(default)]
    title: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    sub: String,
    #[serde(default)]
    photos: Vec<String>,
    #[serde(default)]
    org: String,
    #[serde(default)]
    goal: String,
    #[serde(default)]
    deadline: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    pause: String,
    #[serde(default)]
    until: String,
    #[serde(default)]
    account: String,
    #[serde(default)]
    number: String,
    #[serde(default)]
    county: String,
    #[serde(default)]
    score: String,
    #[serde(default)]
    marks: Vec<String>,
    #[serde(default)]
    standard: String,
}

type Outcomes = std::result::Result<Done, Problem>;

macro_rules! acts {
    ($($(#[$doc:meta])* $name:ident, $word:literal, $permission:ty, |$given:ident| $request:expr;)*) => {$(
        $(#[$doc])*
        pub(crate) async fn $name(
            ctx: Ctx,
            can: Can<$permission>,
            Path(id): Path<String>,
            Form($given): Form<Given>,
        ) -> Result {
            let request: std::result::Result<Act, Problem> = $request;
            let done = match request {
                Ok(act) => cases(&ctx.site)?.act(reference(&id)?, act, &can.viewer, Moment::at(ctx.now())).await,
                Err(problem) => Err(problem),
            };
            answered(&ctx, &can.viewer, &id, $word, $given, done).await
        }
    )*};
}

acts! {
    assignment, "assignment", CaseModerate, |given| given.assignment();
    extension, "extension", CaseModerate, |given| given.extension();
    public_text, "public-text", CaseModerate, |given| {
        Ok(Request::Edit { title: given.title.clone(), text: given.text.clone() }.because(&given.reason))
    };
    subject, "subject", CaseModerate, |given| {
        Ok(Request::Subject(org_of(&given.org).map(|org| Subject { org, office: None })).because(&given.reason))
    };
    upholding, "upholding", CaseModerate, |given| Ok(Request::Uphold.because(&given.reason));
    reopening, "reopening", CaseModerate, |given| Ok(Request::Reopen.because(&given.reason));
    returning, "return", CaseHandle, |given| Ok(Request::Return.because(&given.reason));
    signature, "signature", CaseHandle, |given| { let _ = &given; Ok(Request::Sign.into()) };
    beginning, "beginning", CaseHandle, |given| { let _ = &given; Ok(Request::Begin.into()) };
    entrustment, "entrustment", CaseHandle, |given| given.entrustment();
    pause, "pause", CaseHandle, |given| given.pause();
    resumption, "resumption", CaseHandle, |given| { let _ = &given; Ok(Request::Resume.into()) };
    acceptance, "acceptance", CaseVerify, |given| { let _ = &given; Ok(Request::Accept.into()) };
    refusal, "refusal", CaseVerify, |given| Ok(Request::Refuse.because(&given.reason));
}

/// Does not accept it, for one of the standard reasons.
pub(crate) async fn decline(
    ctx: Ctx,
    can: Can<CaseModerate>,
    Path(id): Path<String>,
    Form(given): Form<Given>,
) -> Result {
    let engine = cases(&ctx.site)?;
    let done = match given.decline(&engine.book.rules) {
        Ok(act) => engine.act(reference(&id)?, act, &can.viewer, Moment::at(ctx.now())).await,
        Err(problem) => Err(problem),
    };
    answered(&ctx, &can.viewer, &id, "decline", given, done).await
}

/// Puts the case on the wall. The public is told where the text is not what was written.
pub(crate) async fn posting(
    ctx: Ctx,
    can: Can<CaseModerate>,
    Path(id): Path<String>,
    Form(given): Form<Given>,
) -> Result {
    let at = reference(&id)?;
    let engine = cases(&ctx.site)?;
    let mut tx = ctx.site.db.read().await?;
    let case = store::case_get(&mut tx, at).await?.ok_or_else(Problem::not_found)?;
    drop(tx);
    let words = open_words(&ctx.site.vault, &case)?;
    let edited = given.title.trim() != words.title.trim() || given.text.trim() != words.text.trim();
    let done = match given.posting(edited) {
        Ok(act) => engine.act(at, act, &can.viewer, Moment::at(ctx.now())).await,
        Err(problem) => Err(problem),
    };
    answered(&ctx, &can.viewer, &id, "posting", given, done).await
}

/// It is the same as another posted case of the county.
pub(crate) async fn merger(
    ctx: Ctx,
    can: Can<CaseModerate>,
    Path(id): Path<String>,
    Form(given): Form<Given>,
) -> Result {
    let mut tx = ctx.site.db.read().await?;
    let target = problem::posted(&mut tx, &ctx.site, given.number.trim()).await;
    drop(tx);
    let done = match target {
        Ok(target) => {
            let act = Request::Merge(target.at()).because(&given.reason);
            cases(&ctx.site)?.act(reference(&id)?, act, &can.viewer, Moment::at(ctx.now())).await
        }
        Err(_) => Err(Problem::invalid("没有这个编号的问题，请核对编号，例如 宝塔-2016-00421。")),
    };
    answered(&ctx, &can.viewer, &id, "merger", given, done).await
}

/// It goes to another county, or to another channel that has a number of its own.
pub(crate) async fn referral(
    ctx: Ctx,
    can: Can<CaseModerate>,
    Path(id): Path<String>,
    Form(given): Form<Given>,
) -> Result {
    let at = reference(&id)?;
    let engine = cases(&ctx.site)?;
    let moment = Moment::at(ctx.now());
    let done = if let Some(county) = region_of(&ctx.site, &given.county) {
        engine.refer_to_county(at, county, &given.reason, &can.viewer, moment, &mut ctx.rng()).await
    } else {
        let act = Request::Refer(Referral::Number(given.number.trim().to_owned())).because(&given.reason);
        engine.act(at, act, &can.viewer, moment).await
    };
    answered(&ctx, &can.viewer, &id, "referral", given, done).await
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
    let given = BTreeMap::from(["outcome", "text"].map(|name| (name.to_owned(), upload.text(name).to_owned())));
    let done = match (refused, Outcome::parse(upload.text("outcome"))) {
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

/// A question or a reply to whoever raised it.
pub(crate) async fn message(
    ctx: Ctx,
    can: Can<CaseHandle>,
    Path(id): Path<String>,
    Form(given): Form<Given>,
) -> Result {
    let engine = cases(&ctx.site)?;
    let at = reference(&id)?;
    let sent = engine.write_as_officer(at, &given.text, &can.viewer, Moment::at(ctx.now()), &mut ctx.rng()).await;
    match sent {
        Ok(()) => ctx.redirect(&format!("/cases/{id}"), Some("已发给反映人，他凭回执码能看到。")),
        Err(problem) => finished(&ctx, &can.viewer, &id, "message", given.fields(), Err(problem)).await,
    }
}

/// A rating asked for by telephone.
pub(crate) async fn callback(
    ctx: Ctx,
    can: Can<CaseVerify>,
    Path(id): Path<String>,
    Form(given): Form<Given>,
) -> Result {
    let score =
        Score { score: given.score.parse().unwrap_or(0), reasons: given.marks.clone(), comment: given.text.clone() };
    let engine = cases(&ctx.site)?;
    let done = engine.call_back(reference(&id)?, score, &can.viewer, Moment::at(ctx.now()), &mut ctx.rng()).await;
    answered(&ctx, &can.viewer, &id, "callback", given, done).await
}

async fn answered(ctx: &Ctx, viewer: &Viewer, id: &str, word: &str, given: Given, done: Outcomes) -> Result {
    finished(ctx, viewer, id, word, given.fields(), done).await
}

/// Back to the case, or to the desk where the viewer no longer sees it; what was refused is said on the page, with
/// everything that was typed.
async fn finished(
    ctx: &Ctx,
    viewer: &Viewer,
    id: &str,
    word: &str,
    given: BTreeMap<String, String>,
    done: Outcomes,
) -> Result {
    match done {
        Ok(done) => ctx.redirect(&format!("/cases/{id}"), Some(done.message)),
        Err(problem) if matches!(problem.kind, ProblemKind::Invalid | ProblemKind::Conflict) => {
            let refused = Refused { word: word.to_owned(), message: problem.message, given };
            again(ctx, viewer, id, refused).await
        }
        Err(problem) => Err(problem.into()),
    }
}

impl Given {
    fn posting(&self, edited: bool) -> std::result::Result<Act, Problem> {
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
        .into())
    }

    fn assignment(&self) -> std::result::Result<Act, Problem> {
        let to = org_of(&self.org).ok_or_else(|| Problem::invalid("请选择承办单位。"))?;
        let deadline = day_of(&self.deadline)?;
        Ok(Request::Assign(Assignment { to, account: None, goal: self.goal.trim().to_owned(), deadline }).into())
    }

    /// A standard reason in words for whoever raised it; own words may follow, and must where it is another one.
    fn decline(&self, rules: &CaseRules) -> std::result::Result<Act, Problem> {
        let standard = rules.decline(&self.standard);
        let standard = standard.ok_or_else(|| Problem::invalid("请选择不受理的原因，反映人会看到。"))?;
        let own = self.reason.trim();
        if own.is_empty() && standard.id == "other" {
            return Err(Problem::invalid("选了“其他原因”的，请写清楚是什么原因，让反映人看得明白。"));
        }
        let words = if own.is_empty() { standard.label.clone() } else { format!("{}。{own}", standard.label) };
        Ok(Request::Decline.because(words))
    }

    fn extension(&self) -> std::result::Result<Act, Problem> {
        let day = day_of(&self.deadline)?.ok_or_else(|| Problem::invalid("请填写新的期限。"))?;
        Ok(Request::Extend(day).because(&self.reason))
    }

    fn entrustment(&self) -> std::result::Result<Act, Problem> {
        let id: Id = self.account.parse().map_err(|_| Problem::invalid("请选择交给谁。"))?;
        Ok(Request::Entrust(AccountRef { region: id.region(), id }).because(&self.reason))
    }

    fn pause(&self) -> std::result::Result<Act, Problem> {
        let until = day_of(&self.until)?;
        Ok(Request::Pause { reason: self.pause.clone(), until }.because(&self.reason))
    }

    fn fields(self) -> BTreeMap<String, String> {
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
        ];
        fields
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }
}

/// A day as a date field sends it; nothing where it was left empty.
fn day_of(text: &str) -> std::result::Result<Option<Day>, Problem> {
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
