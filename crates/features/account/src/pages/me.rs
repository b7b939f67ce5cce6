//! 我的信息: what is held of me, why, how long, who looked; correct, copy, delete.

use askama::Template;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse as _;
use huiyin_base::{Day, Id, Problem};
use huiyin_directory::audit::{self, AuditKind, Event};
use huiyin_directory::{
    AccountRef, DataRequest, DataRequestKind, DataRequestState, OwnData, Reach, account_find, data_request_decide,
    data_request_find, data_request_list_open, grant_list, person_correct, phone_read, phone_sealed, scope_contains,
};
use huiyin_web::components::{Button, Choice, DataTable, Empty, Field, FormErrors, Row};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Result, SignedIn};
use serde::Deserialize;

use super::{door, rules, words};
use crate::permissions::DataAnswer;

#[derive(Template)]
#[template(path = "me.html")]
struct MePage {
    days: i64,
    name: String,
    kept: DataTable,
    looks: Option<DataTable>,
    requests: Option<DataTable>,
    panels: Vec<String>,
    copy: Button,
    errors: FormErrors,
    kind: Field,
    text: Field,
    submit: Button,
    csrf: Csrf,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Ask {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    text: String,
}

pub(crate) async fn show(ctx: Ctx, can: Can<SignedIn>) -> Result {
    let page = page(&ctx, &can, &Ask::default(), FormErrors::new()).await?;
    ctx.page("我的信息", Density::Calm, &page)
}

async fn page(ctx: &Ctx, can: &Can<SignedIn>, form: &Ask, errors: FormErrors) -> Result<MePage> {
    let data = door(ctx).own_data(can.viewer.account).await?;
    let kept = data
        .kept
        .iter()
        .map(|kept| Row::new([kept.what.into(), kept.value.as_str().into(), kept.why.into(), kept.until.into()]));
    let addresses = ctx.site.settings.access_log.as_ref().map(|_| {
        let days = format!("{} 天后自动删除", rules(ctx).access_log.days);
        let who = "加密，单独保存；只有审计管理员写明原因才能看";
        Row::new(["访问本站的网络地址".into(), who.into(), "网络安全法要求留存日志".into(), days.into()])
    });
    let kinds = DataRequestKind::ALL.iter().map(|kind| Choice::new(kind.as_str(), kind.label())).collect();
    Ok(MePage {
        days: rules(ctx).audit.retention_days,
        name: can.viewer.name.clone(),
        kept: DataTable::new("本站保存的您的信息")
            .column("内容")
            .column("现值")
            .column("用途")
            .column("保存多久")
            .rows(kept.chain(addresses)),
        looks: looks(ctx, &data).await?,
        requests: requests_of(&data),
        panels: ctx.site.panels("me", Some(&can.viewer)).await?,
        copy: Button::secondary("下载一份副本").icon("download").to("/me/copy").download(),
        kind: Field::radio("kind", "申请", kinds).value(&form.kind).required().errors(&errors),
        text: Field::area("text", "哪一项，应该是什么，或者为什么删除", 4)
            .value(&form.text)
            .longest(1000)
            .required()
            .errors(&errors),
        submit: Button::primary("提交申请").icon("send"),
        csrf: ctx.csrf(),
        errors,
    })
}

async fn looks(ctx: &Ctx, data: &OwnData) -> Result<Option<DataTable>, Problem> {
    let tx = &mut ctx.site.db.read().await?;
    let mut rows = Vec::with_capacity(data.looks.len());
    for look in &data.looks {
        let who = words::who(tx, look.account).await?;
        let what = if look.detail.is_empty() { look.kind.label().to_owned() } else { look.detail.clone() };
        rows.push(Row::new([Day::of(look.at).to_string().into(), who.into(), what.into()]));
    }
    let table = DataTable::new("谁查看或改动过").column("日期").column("单位和岗位").column("事项");
    Ok((!rows.is_empty()).then(|| table.rows(rows)))
}

fn requests_of(data: &OwnData) -> Option<DataTable> {
    let rows = data.requests.iter().map(|request| {
        let answer = request.answer.clone().unwrap_or_default();
        let day = Day::of(request.created_at).to_string();
        Row::new([
            day.into(),
            request.kind.label().into(),
            request.text.as_str().into(),
            request.state.label().into(),
            answer.into(),
        ])
    });
    let table = DataTable::new("我的申请").column("日期").column("申请").column("内容").column("状态").column("答复");
    (!data.requests.is_empty()).then(|| table.rows(rows))
}

pub(crate) async fn ask(ctx: Ctx, can: Can<SignedIn>, Form(form): Form<Ask>) -> Result {
    let Some(kind) = DataRequestKind::parse(&form.kind) else {
        let page = page(&ctx, &can, &form, FormErrors::new().with("kind", "请选择更正还是删除。")).await?;
        return ctx.refused("我的信息", Density::Calm, &page);
    };
    match door(&ctx).data_request(can.viewer.account, kind, &form.text, &mut ctx.rng()).await? {
        Ok(_) => ctx.redirect("/me", Some("申请已提交，由所在支部或安全管理员答复，结果会显示在这一页。")),
        Err(fault) => {
            let page = page(&ctx, &can, &form, FormErrors::new().with(fault.field, fault.message)).await?;
            ctx.refused("我的信息", Density::Calm, &page)
        }
    }
}

/// A copy for the holder's own machines (个人信息保护法第四十五条).
pub(crate) async fn copy(ctx: Ctx, can: Can<SignedIn>) -> Result {
    let data = door(&ctx).own_data(can.viewer.account).await?;
    let requests: Vec<_> = data.requests.iter().map(|request| {
        serde_json::json!({ "kind": request.kind.label(), "text": request.text, "state": request.state.label(), "answer": request.answer })
    }).collect();
    let copy = serde_json::json!({ "kept": data.kept, "requests": requests });
    let bytes = serde_json::to_vec_pretty(&copy).map_err(|error| Problem::broken(anyhow::Error::new(error)))?;
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"my-data.json\""));
    Ok(response)
}

#[derive(Template)]
#[template(path = "data_requests.html")]
struct RequestsPage {
    errors: FormErrors,
    open: Vec<OpenRequest>,
    empty: Option<Empty>,
    csrf: Csrf,
}

struct OpenRequest {
    path: String,
    who: String,
    kind: &'static str,
    day: String,
    text: String,
    typed: String,
    answer_id: String,
    /// Name and telephone, where something is to be corrected in the register.
    corrections: Vec<Field>,
    done: Button,
    refuse: Button,
}

pub(crate) async fn requests(ctx: Ctx, can: Can<DataAnswer>) -> Result {
    let page = requests_page(&ctx, &can, None, FormErrors::new()).await?;
    ctx.page("个人信息申请", Density::Desk, &page)
}

/// `typed` is what was written to one of them before something was wrong.
async fn requests_page(
    ctx: &Ctx,
    can: &Can<DataAnswer>,
    typed: Option<(Id, &str)>,
    errors: FormErrors,
) -> Result<RequestsPage, Problem> {
    let tx = &mut ctx.site.db.read().await?;
    let mut open = Vec::new();
    let regions = can.scope.reaches.iter().filter_map(|reach| match reach {
        Reach::Region(region) => Some(*region),
        Reach::Subtree(_) => None,
    });
    let branches = can.scope.reaches.iter().filter_map(|reach| match reach {
        Reach::Region(_) => None,
        Reach::Subtree(org) => Some(*org),
    });
    let (regions, branches) = (regions.collect::<Vec<_>>(), branches.collect::<Vec<_>>());
    for request in data_request_list_open(tx, &regions, &branches).await? {
        open.push(OpenRequest {
            path: format!("/data-requests/{}/answer", request.id),
            who: words::who(tx, Some(request.account)).await?,
            kind: request.kind.label(),
            day: Day::of(request.created_at).to_string(),
            corrections: corrections(&request),
            text: request.text,
            typed: typed.filter(|(id, _)| *id == request.id).map(|(_, text)| text.to_owned()).unwrap_or_default(),
            answer_id: format!("answer-{}", request.id),
            done: Button::primary("已办理").saying("state", "done"),
            refuse: Button::secondary("不同意并说明").saying("state", "refused"),
        });
    }
    let empty = open
        .is_empty()
        .then(|| Empty::new("没有待答复的申请").text("本支部或本单位的人提出更正、删除时，会出现在这里。"));
    Ok(RequestsPage { errors, open, empty, csrf: ctx.csrf() })
}

/// The fields in which what the register says is corrected together with the answer.
fn corrections(request: &DataRequest) -> Vec<Field> {
    if request.kind != DataRequestKind::Correct {
        return Vec::new();
    }
    let form = request.id.to_string();
    let name =
        Field::text("name", "登记的姓名改为").hint("不用改的留空。要改别的，请在下面写明在哪里改。").within(&form);
    vec![name, Field::phone("phone", "登记的电话改为").within(&form)]
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Decision {
    state: String,
    answer: String,
    name: String,
    phone: String,
}

impl Decision {
    /// Name and telephone as they shall be; none where they stay, and an error where one cannot be read.
    fn corrected(&self) -> Result<(Option<String>, Option<String>), FormErrors> {
        let (name, phone) = (self.name.trim(), self.phone.trim());
        if !name.is_empty() && !(2..=40).contains(&name.chars().count()) {
            return Err(FormErrors::whole("姓名请写 2 到 40 个字。"));
        }
        let read = phone_read(phone);
        if !phone.is_empty() && read.is_none() {
            return Err(FormErrors::whole("手机号码应为 11 位数字（座机带区号），请核对。"));
        }
        Ok(((!name.is_empty()).then(|| name.to_owned()), read))
    }
}

pub(crate) async fn answer(
    ctx: Ctx,
    can: Can<DataAnswer>,
    Path(request): Path<Id>,
    Form(form): Form<Decision>,
) -> Result {
    let mut tx = ctx.site.db.read().await?;
    let found = data_request_find(&mut tx, request).await?.ok_or_else(Problem::not_found)?;
    let at = AccountRef { region: found.region, id: found.account };
    let mut mine = false;
    for grant in grant_list(&mut tx, at).await? {
        mine |= scope_contains(&mut tx, &can.scope, grant.org()).await?;
    }
    drop(tx);
    // Nobody answers his own request.
    if !mine || at == can.viewer.account {
        return Err(Problem::not_found().into());
    }
    let state = DataRequestState::parse(&form.state).filter(|state| *state != DataRequestState::Open);
    let text = form.answer.trim().to_owned();
    let (Some(state), true) = (state, (2..=500).contains(&text.chars().count())) else {
        let errors = FormErrors::whole("请写明办理结果或不同意的理由，2 到 500 个字，再选择“已办理”或“不同意”。");
        let page = requests_page(&ctx, &can, Some((request, &form.answer)), errors).await?;
        return ctx.refused("个人信息申请", Density::Desk, &page);
    };
    let corrected = match form.corrected() {
        Ok(corrected) => corrected,
        Err(errors) => {
            let page = requests_page(&ctx, &can, Some((request, &form.answer)), errors).await?;
            return ctx.refused("个人信息申请", Density::Desk, &page);
        }
    };
    let correction = correction(&ctx, &mut ctx.site.db.read().await?, &found, state, corrected).await?;
    let event = Event::new(at.region, AuditKind::DataRequest, ctx.real_now(), &mut ctx.rng()).by(can.viewer.account);
    let event = event.about("account", at.id).detail(format!("答复个人信息申请：{}", state.label()));
    let (by, now) = (can.viewer.account.id, ctx.real_now());
    let decided = ctx.site.db.write("data_request_decide", move |tx| {
        let (text, event, correction) = (text.clone(), event.clone(), correction.clone());
        Box::pin(async move {
            let decided = data_request_decide(tx, request, state, &text, by, now).await?;
            if decided {
                if let Some((person, name, phone)) = correction {
                    person_correct(tx, person, name.as_deref(), phone).await?;
                }
                audit::record(tx, &event).await?;
            }
            Ok(decided)
        })
    });
    let words = if decided.await? {
        "已答复，本人会在“我的信息”里看到。"
    } else {
        "这份申请已由别人答复。"
    };
    ctx.redirect("/data-requests", Some(words))
}

/// Whom a granted request corrects, with the name and the sealed telephone.
type Correction = (Id, Option<String>, Option<Vec<u8>>);

/// What the answer changes in the register: only what was asked to be corrected, and only where it was granted.
async fn correction(
    ctx: &Ctx,
    tx: &mut huiyin_db::Tx,
    request: &DataRequest,
    state: DataRequestState,
    (name, phone): (Option<String>, Option<String>),
) -> Result<Option<Correction>, Problem> {
    let granted = request.kind == DataRequestKind::Correct && state == DataRequestState::Done;
    if !granted || (name.is_none() && phone.is_none()) {
        return Ok(None);
    }
    let at = AccountRef { region: request.region, id: request.account };
    let person = account_find(tx, at).await?.and_then(|account| account.person);
    let Some(person) = person else {
        return Err(Problem::conflict("这是岗位账号，没有登记个人。请在答复里写明在哪里更正。"));
    };
    let phone = phone.map(|phone| phone_sealed(&ctx.site.vault, person, &phone, &mut ctx.rng()));
    Ok(Some((person, name, phone)))
}
