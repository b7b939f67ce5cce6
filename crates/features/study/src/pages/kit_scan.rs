//! Handing kits over by scan: the label of the kit, then the card of the member, then the next. A hand-held scanner types and presses
//! Enter, so that one form does it without scripts: what is missing after the first Enter is asked for by the next page.

use askama::Template;
use huiyin_base::{Problem, ProblemKind};
use huiyin_directory::BranchMember;
use huiyin_web::components::{Breadcrumb, Field, Notice};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Result};
use serde::Deserialize;

use super::kit_branch::{Branch, branch};
use crate::kits::{Handed, Kits};
use crate::labels::{Label, is_card, scanned};
use crate::permissions::KitSee;
use crate::store::Kit;

#[derive(Template)]
#[template(path = "kit_scan.html")]
struct ScanPage {
    crumb: Breadcrumb,
    csrf: Csrf,
    id: String,
    script: String,
    mistake: Option<Notice>,
    /// What the first scan was, where the second is waited for.
    held: Option<String>,
    label: Field,
    card: Field,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    label: String,
    card: String,
}

pub(crate) async fn show(ctx: Ctx, can: Can<KitSee>, Path(id): Path<String>) -> Result {
    let branch = branch(&ctx, &can, &id).await?;
    draw(&ctx, &branch, &Given::default(), None)
}

pub(crate) async fn scan(ctx: Ctx, can: Can<KitSee>, Path(id): Path<String>, Form(given): Form<Given>) -> Result {
    let branch = branch(&ctx, &can, &id).await?;
    // Whoever takes the card first is understood, too.
    let given = match (label_of(&branch, &given.label), label_of(&branch, &given.card)) {
        (Err(_), Ok(_)) => Given { label: given.card, card: given.label },
        _ => given,
    };
    let done = match label_of(&branch, &given.label) {
        Ok(found) if !given.card.trim().is_empty() => hand_over(&ctx, &branch, found, &given.card).await,
        Ok(_) => return draw(&ctx, &branch, &given, None),
        // A card alone waits for its kit.
        Err(_) if given.label.trim().is_empty() && member_of(&ctx, &branch, &given.card).is_some() => {
            return draw(&ctx, &branch, &given, None);
        }
        Err(problem) => Err(problem),
    };
    match done {
        Ok(said) => ctx.redirect(&format!("/kits/branches/{id}/scan"), Some(&said)),
        Err(problem) if matches!(problem.kind, ProblemKind::Invalid | ProblemKind::Conflict) => {
            draw(&ctx, &branch, &given, Some(problem.message))
        }
        Err(problem) => Err(problem.into()),
    }
}

async fn hand_over(
    ctx: &Ctx,
    branch: &Branch,
    (kit, label): (&Kit, Label),
    card: &str,
) -> std::result::Result<String, Problem> {
    let wrong = || Problem::invalid("这张卡不是这个支部的人的。请核对学习卡，再扫一次。");
    let member = member_of(ctx, branch, card).ok_or_else(wrong)?;
    let kits = Kits { db: ctx.site.db.clone() };
    let at = (branch.office, branch.org.at());
    let done = kits.hand_over(at, (kit.id, label.serial), member, ctx.now(), &mut ctx.rng()).await?;
    let what = format!("{}，{} {} 号", member.name, kit.title, label.serial);
    Ok(match done {
        Handed::New => format!("已登记：{what}。接着扫下一个。"),
        Handed::Again => format!("已经记过了：{what}。接着扫下一个。"),
    })
}

fn label_of<'a>(branch: &'a Branch, text: &str) -> std::result::Result<(&'a Kit, Label), Problem> {
    let label = Label::read(text).filter(|label| label.region == branch.office.region);
    let kit = label.and_then(|label| branch.kits.iter().find(|kit| kit.number == label.edition));
    kit.zip(label).ok_or_else(|| Problem::invalid("没有认出小书包的标签。请扫包上的二维码，或照着输 13 位编码。"))
}

fn member_of<'a>(ctx: &Ctx, branch: &'a Branch, text: &str) -> Option<&'a BranchMember> {
    let code = scanned(text)?;
    branch.members.iter().find(|member| is_card(&ctx.site, member.person, &code))
}

fn draw(ctx: &Ctx, branch: &Branch, given: &Given, mistake: Option<String>) -> Result {
    let label = label_of(branch, &given.label).ok();
    let member = member_of(ctx, branch, &given.card);
    let held = match (label, member) {
        (Some((kit, label)), _) => Some(format!("{} {} 号", kit.title, label.serial)),
        (None, Some(member)) => Some(member.name.clone()),
        _ => None,
    };
    let plain = |name: &str, words: &str, value: &str| {
        Field::text(name, words)
            .value(value)
            .with("autocomplete", "off")
            .with("autocapitalize", "characters")
            .with("spellcheck", "false")
    };
    // What was not understood is scanned again: its field is empty and waits.
    let kept = |understood: bool, value: &str| if understood { value.to_owned() } else { String::new() };
    let (first, second) = (kept(label.is_some(), &given.label), kept(member.is_some(), &given.card));
    let on_card = label.is_some() && member.is_none();
    let mut fields = [plain("label", "小书包的标签", &first), plain("card", "他的学习卡", &second)];
    let place = usize::from(on_card);
    fields[place] = fields[place].clone().with("autofocus", "autofocus");
    let [label, card] = fields;
    let page = ScanPage {
        crumb: Breadcrumb::new("扫码发放")
            .step("实体小书包", "/kits")
            .step(&*branch.org.name, format!("/kits/branches/{}", branch.org.id)),
        csrf: ctx.csrf(),
        id: branch.org.id.to_string(),
        script: huiyin_web::asset("study.js"),
        mistake: mistake.map(Notice::bad),
        held,
        label,
        card,
    };
    if page.mistake.is_some() {
        return ctx.refused("扫码发放", Density::Desk, &page);
    }
    ctx.page("扫码发放", Density::Desk, &page)
}
