//! Ordering an inspection.

use askama::Template;
use huiyin_base::{Id, Problem, ProblemKind};
use huiyin_directory::OrgRef;
use huiyin_web::components::{Choice, Field, Notice};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Result};
use serde::Deserialize;

use super::fresh_nonce;
use crate::Moment;
use crate::pages::action_post::day_of;
use crate::pages::cases;
use crate::permissions::InspectionOrder;
use crate::supervision::store::{InspectionKind, plan_list, team_list};
use crate::supervision::{NewInspection, SupervisionRules, inspecting_org};

#[derive(Template)]
#[template(path = "inspection_new.html")]
struct NewPage {
    csrf: Csrf,
    nonce: String,
    mistake: Option<Notice>,
    what: Vec<Field>,
    plan: Field,
    outside: Vec<Field>,
    who: Vec<Field>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    kind: String,
    title: String,
    theme: String,
    plan: String,
    reason: String,
    approval: String,
    from: String,
    to: String,
    round: String,
    team: Vec<String>,
    checklist: String,
    nonce: String,
}

pub(crate) async fn new(ctx: Ctx, can: Can<InspectionOrder>) -> Result {
    draw(&ctx, &can, Given::default(), None).await
}

pub(crate) async fn create(ctx: Ctx, can: Can<InspectionOrder>, Form(given): Form<Given>) -> Result {
    let done = match given.read() {
        Ok(new) => {
            let when = (Moment::at(ctx.now()), ctx.real_now());
            cases(&ctx.site)?.inspection_order(new, &can.viewer, when, &mut ctx.rng()).await
        }
        Err(problem) => Err(problem),
    };
    match done {
        Ok(id) => ctx.redirect(&format!("/inspections/{id}"), Some("已安排。下一步：定名单、抽签，或直接指定单位。")),
        Err(problem) if problem.kind == ProblemKind::Invalid => draw(&ctx, &can, given, Some(problem.message)).await,
        Err(problem) => Err(problem.into()),
    }
}

impl Given {
    fn read(&self) -> std::result::Result<NewInspection, Problem> {
        let day = |text: &str, what: &str| day_of(text)?.ok_or_else(|| Problem::invalid(format!("请填写{what}。")));
        let teams: Vec<Id> = self.team.iter().filter_map(|team| team.parse().ok()).collect();
        if teams.is_empty() {
            return Err(Problem::invalid("请至少选一个督导组；还没有的，先到“督导组”里建一个。"));
        }
        Ok(NewInspection {
            kind: InspectionKind::parse(&self.kind).ok_or_else(|| Problem::invalid("请选择督查的形式。"))?,
            title: self.title.clone(),
            theme: self.theme.clone(),
            plan: self.plan.parse().ok(),
            reason: self.reason.clone(),
            approval: self.approval.clone(),
            from: day(&self.from, "开始日期")?,
            to: day(&self.to, "结束日期")?,
            round: self.round.trim().parse().ok(),
            teams,
            checklist: self.checklist.lines().map(str::trim).filter(|line| !line.is_empty()).map(Into::into).collect(),
            nonce: self.nonce.clone(),
        })
    }
}

async fn draw(ctx: &Ctx, can: &Can<InspectionOrder>, given: Given, mistake: Option<String>) -> Result {
    let rules = SupervisionRules::built_in()?;
    let org = inspecting_org(&can.viewer);
    let message = "督查由市、县（市、区）安排，您的岗位不在市、县本级。";
    let org: OrgRef = org.ok_or_else(|| Problem::forbidden(message))?;
    let mut tx = ctx.site.db.read().await?;
    let plan = plan_list(&mut tx, org, i64::from(ctx.today().year())).await?;
    let teams = team_list(&mut tx, org).await?;
    drop(tx);
    let kinds = InspectionKind::ALL.iter().map(|kind| {
        let hint = match kind {
            InspectionKind::Concentrated => "一段时间里集中去看一批单位",
            InspectionKind::Unannounced => "不打招呼直接到现场；结束以前只有组员和安排的人看得到",
            InspectionKind::Round => "各督导组同时下去，一轮一轮来",
            InspectionKind::Review => "对班子作综合研判，结果只记人数",
        };
        Choice::new(kind.as_str(), kind.label()).hint(hint)
    });
    let lines = plan
        .iter()
        .map(|line| Choice::new(line.id, format!("{}（全年 {} 次）", line.title, line.times)).group(line.kind.label()));
    let lines = std::iter::once(Choice::new("", "计划外")).chain(lines);
    let members = teams.iter().map(|team| Choice::new(team.id, &team.name));
    let checklist =
        if given.checklist.is_empty() { rules.inspection.checklist.join("\n") } else { given.checklist.clone() };
    let longest = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let page = NewPage {
        csrf: ctx.csrf(),
        nonce: if given.nonce.is_empty() { fresh_nonce(&mut ctx.rng()) } else { given.nonce.clone() },
        mistake: mistake.map(Notice::bad),
        what: vec![
            Field::radio("kind", "形式", kinds.collect()).value(&given.kind).required(),
            Field::text("title", "标题").value(&given.title).required().longest(longest(rules.limit.title)),
            Field::area("theme", "看什么", 2).value(&given.theme).required().longest(longest(rules.limit.theme)),
            Field::date("from", "从哪一天").value(&given.from).required(),
            Field::date("to", "到哪一天").value(&given.to).required(),
            Field::number("round", "第几轮（集中督导才填）").value(&given.round),
        ],
        plan: Field::select("plan", "对应年度计划里的哪一项", lines.collect()).value(&given.plan),
        outside: vec![
            Field::text("reason", "计划外的理由").value(&given.reason).longest(longest(rules.limit.reason)),
            Field::text("approval", "计划外的批准文号").value(&given.approval).longest(longest(rules.limit.item)),
        ],
        who: vec![
            Field::boxes("team", "哪些组去", members.collect()).values(&given.team),
            Field::area("checklist", "到现场看的清单，一行一条", 4)
                .value(checklist)
                .hint(format!("最多 {} 条。不看台账、不要照片、不要定位。", rules.limit.items)),
        ],
    };
    if page.mistake.is_some() {
        return ctx.refused("安排一次督查", Density::Desk, &page);
    }
    ctx.page("安排一次督查", Density::Desk, &page)
}
