//! Somebody of the family who acts for a member: named by the member himself, or from paper by his branch; ended by either, or by the helper.

use askama::Template;
use huiyin_base::{Day, Id, Problem};
use huiyin_db::Tx;
use huiyin_directory::{
    BranchMember, Consent, FamilyHelper, FamilyOrder, FieldFault, OrgRef, Role, Viewer, account_find,
    branch_member_list, family_find, family_list_helper, family_list_people, person_find,
};
use huiyin_web::components::{Button, Choice, Field, FormErrors, PostButton};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Result, SignedIn};
use serde::Deserialize;

use super::door;
use super::role::day;
use super::sign_in::Nothing;

#[derive(Template)]
#[template(path = "family.html")]
struct FamilyPage {
    errors: FormErrors,
    csrf: Csrf,
    /// Who acts for the viewer.
    mine: Vec<(String, PostButton)>,
    /// For whom he acts: words, the way there, the way to lay it down.
    acting: Vec<(String, String, PostButton)>,
    own: Option<Vec<Field>>,
    /// For a branch's secretary: who acts for its members, and the form of the paper.
    served: Vec<(String, PostButton)>,
    paper: Option<Vec<Field>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    /// Only from paper.
    person: String,
    helper: String,
    kin: String,
    to_day: String,
    notes: String,
    signed: String,
}

pub(crate) async fn show(ctx: Ctx, can: Can<SignedIn>) -> Result {
    let page = page(&ctx, &can.viewer, &Given::default(), FormErrors::new()).await?;
    ctx.page("家人代办", Density::Calm, &page)
}

/// The branches whose secretary the viewer is.
fn branches(viewer: &Viewer) -> Vec<OrgRef> {
    viewer.grants_of(&[Role::BranchSecretary]).map(|grant| grant.org).collect()
}

async fn members(tx: &mut Tx, viewer: &Viewer, today: Day) -> Result<Vec<BranchMember>, Problem> {
    let mut all = Vec::new();
    for branch in branches(viewer) {
        all.extend(branch_member_list(tx, branch, today).await?);
    }
    all.retain(|member| Some(member.person) != viewer.person);
    Ok(all)
}

async fn page(ctx: &Ctx, viewer: &Viewer, given: &Given, errors: FormErrors) -> Result<FamilyPage, Problem> {
    let today = ctx.today();
    let mut tx = ctx.site.db.snapshot().await?;
    let members = members(&mut tx, viewer, today).await?;
    let own: Vec<Id> = viewer.person.into_iter().collect();
    let mut mine = Vec::new();
    for helper in family_list_people(&mut tx, &own, today).await? {
        let name = helper_name(&mut tx, &helper).await?;
        let notes = notes_words(&helper);
        let words = format!("{name}（{}），{notes}，到 {} 为止", helper.kin, helper.to_day.chinese());
        mine.push((words, end(ctx, &helper)));
    }
    let mut acting = Vec::new();
    for helper in family_list_helper(&mut tx, viewer.account, today).await? {
        let name = person_find(&mut tx, helper.person).await?.map(|person| person.name).unwrap_or_default();
        let words = format!("{name}，到 {} 为止", helper.to_day.chinese());
        acting.push((words, format!("/satchel/for/{}", helper.id), end(ctx, &helper)));
    }
    let people: Vec<Id> = members.iter().map(|member| member.person).collect();
    let mut served = Vec::new();
    for helper in if people.is_empty() { Vec::new() } else { family_list_people(&mut tx, &people, today).await? } {
        let who = members.iter().find(|member| member.person == helper.person).map_or("", |member| &member.name);
        let name = helper_name(&mut tx, &helper).await?;
        let words = format!(
            "{who}：{name}（{}），{}，{}，到 {} 为止",
            helper.kin,
            helper.consent.label(),
            notes_words(&helper),
            helper.to_day.chinese()
        );
        served.push((words, end(ctx, &helper)));
    }
    drop(tx);
    // One form is drawn again with what was written; the other is fresh.
    let on_paper = !given.person.is_empty() || !given.signed.is_empty();
    let (fresh, none) = (Given::default(), FormErrors::new());
    let (for_own, for_paper) =
        if on_paper { ((&fresh, &none), (given, &errors)) } else { ((given, &errors), (&fresh, &none)) };
    let paper = (!members.is_empty()).then(|| {
        let first = std::iter::once(Choice::new("", "请选择"));
        let people = members.iter().map(|member| Choice::new(member.person, &member.name));
        let mut fields = vec![
            Field::select("person", "替哪位党员", first.chain(people).collect())
                .value(&for_paper.0.person)
                .required()
                .errors(for_paper.1)
                .within("paper"),
        ];
        fields.extend(fields_of(for_paper.0, for_paper.1, "paper"));
        let signed = Field::tick("signed", "本人已在纸质同意书上签字，原件存在支部");
        fields.push(signed.required().errors(for_paper.1).within("paper"));
        fields
    });
    Ok(FamilyPage {
        csrf: ctx.csrf(),
        mine,
        acting,
        own: viewer.person.map(|_| fields_of(for_own.0, for_own.1, "own")),
        served,
        paper,
        errors,
    })
}

fn fields_of(given: &Given, errors: &FormErrors, form: &str) -> Vec<Field> {
    vec![
        Field::text("helper", "家人的登录名")
            .value(&given.helper)
            .hint("家人要有自己的账号，用他自己的账号登录，不要把密码给他。")
            .with("autocomplete", "off")
            .required()
            .errors(errors)
            .within(form),
        Field::text("kin", "他是什么人")
            .value(&given.kin)
            .hint("例如“女儿”。")
            .longest(20)
            .required()
            .errors(errors)
            .within(form),
        Field::date("to_day", "到哪天为止")
            .value(&given.to_day)
            .hint("最长一年，到期自动结束。")
            .required()
            .errors(errors)
            .within(form),
        Field::tick("notes", "也同意他看以前记的读书笔记和划线")
            .value(&given.notes)
            .hint("不勾，他就只能替记新的，看不到以前的。")
            .within(form),
    ]
}

/// Whether the consent names the earlier notes.
fn notes_words(helper: &FamilyHelper) -> &'static str {
    if helper.notes { "可以看以前的笔记" } else { "不看以前的笔记" }
}

fn end(ctx: &Ctx, helper: &FamilyHelper) -> PostButton {
    PostButton::new(format!("/family/{}/end", helper.id), &ctx.csrf(), Button::secondary("结束代办").small())
}

async fn helper_name(tx: &mut Tx, helper: &FamilyHelper) -> Result<String, Problem> {
    Ok(account_find(tx, helper.helper()).await?.map(|account| account.display_name).unwrap_or_default())
}

/// The member himself consents.
pub(crate) async fn consent(ctx: Ctx, can: Can<SignedIn>, Form(given): Form<Given>) -> Result {
    let person = can.viewer.person.ok_or_else(Problem::not_found)?;
    let given = Given { person: String::new(), signed: String::new(), ..given };
    written(&ctx, &can.viewer, person, Consent::Own, given).await
}

/// His branch enters what he has signed on paper.
pub(crate) async fn paper(ctx: Ctx, can: Can<SignedIn>, Form(given): Form<Given>) -> Result {
    let members = members(&mut ctx.site.db.read().await?, &can.viewer, ctx.today()).await?;
    if members.is_empty() {
        return Err(Problem::not_found().into());
    }
    let fault = match given.person.parse::<Id>() {
        Ok(person) if !members.iter().any(|member| member.person == person) => {
            return Err(Problem::not_found().into());
        }
        Ok(person) if !given.signed.is_empty() => {
            return written(&ctx, &can.viewer, person, Consent::Paper, given).await;
        }
        Ok(_) => FieldFault::new("signed", "要有本人签字的纸质同意书才能登记。"),
        Err(_) => FieldFault::new("person", "请选择替哪位党员。"),
    };
    let given = Given { signed: "-".into(), ..given };
    refused(&ctx, &can.viewer, &given, fault).await
}

async fn written(ctx: &Ctx, viewer: &Viewer, person: Id, consent: Consent, given: Given) -> Result {
    let found = door(ctx).by_login(&given.helper).await?;
    let fault = match (found, day("to_day", &given.to_day)) {
        (None, _) => FieldFault::new("helper", "没有这个登录名，请向家人核对后再填。"),
        (_, Err(fault)) => fault,
        (_, Ok(None)) => FieldFault::new("to_day", "请选择日期。"),
        (Some(helper), Ok(Some(to_day))) => {
            let order = FamilyOrder {
                person,
                helper: helper.at(),
                kin: given.kin.clone(),
                consent,
                to_day,
                notes: given.notes == "1",
            };
            match door(ctx).family_consent(viewer, order, &mut ctx.rng()).await? {
                Ok(_) => {
                    return ctx.redirect("/family", Some("已登记。家人登录以后，在“家人代办”里代您办；随时可以结束。"));
                }
                Err(fault) => fault,
            }
        }
    };
    refused(ctx, viewer, &given, fault).await
}

async fn refused(ctx: &Ctx, viewer: &Viewer, given: &Given, fault: FieldFault) -> Result {
    let page = page(ctx, viewer, given, FormErrors::new().with(fault.field, fault.message)).await?;
    ctx.refused("家人代办", Density::Calm, &page)
}

pub(crate) async fn dismiss(ctx: Ctx, can: Can<SignedIn>, Path(id): Path<Id>, Form(_): Form<Nothing>) -> Result {
    let mut tx = ctx.site.db.read().await?;
    let found = family_find(&mut tx, id).await?.ok_or_else(Problem::not_found)?;
    let members = members(&mut tx, &can.viewer, ctx.today()).await?;
    drop(tx);
    let own = can.viewer.person == Some(found.person) || can.viewer.account == found.helper();
    if !own && !members.iter().any(|member| member.person == found.person) {
        return Err(Problem::not_found().into());
    }
    door(&ctx).family_end(&can.viewer, id, &mut ctx.rng()).await?;
    ctx.redirect("/family", Some("代办已结束，即时生效。"))
}
