//! Setting a test.

use askama::Template;
use chrono::NaiveTime;
use huiyin_base::{Day, Problem, ProblemKind};
use huiyin_directory::{OrgKind, OrgRef, RegionLevel, Viewer, org_children, org_root};
use huiyin_web::components::{Choice, Field, Notice};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Result};
use serde::Deserialize;

use super::nonce;
use crate::bank::Keeper;
use crate::exams::{self, NewExam, NewSection};
use crate::permissions::{KEEPS, TestKeep};
use crate::question::KINDS;
use crate::store::{Feedback, question_categories};

/// Sections that the form has room for.
const SECTIONS: usize = 4;

#[derive(Template)]
#[template(path = "test_new.html")]
struct NewPage {
    csrf: Csrf,
    nonce: String,
    mistake: Option<Notice>,
    fields: Vec<Field>,
    sections: Vec<(usize, Vec<Field>, bool)>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    title: String,
    note: String,
    opens: String,
    closes: String,
    minutes: String,
    tries: String,
    feedback: String,
    shuffled: String,
    audience: String,
    part: Vec<String>,
    category: Vec<String>,
    kind: Vec<String>,
    tag: Vec<String>,
    drawn: Vec<String>,
    marks: Vec<String>,
    nonce: String,
}

pub(crate) async fn new(ctx: Ctx, can: Can<TestKeep>) -> Result {
    let today = ctx.today();
    let given = Given {
        opens: today.to_string(),
        closes: today.plus(14).to_string(),
        minutes: "30".into(),
        tries: "1".into(),
        feedback: Feedback::AtOnce.as_str().into(),
        shuffled: "1".into(),
        ..Given::default()
    };
    draw(&ctx, &can, given, None).await
}

pub(crate) async fn create(ctx: Ctx, can: Can<TestKeep>, Form(given): Form<Given>) -> Result {
    let keeper = Keeper::of(&ctx.site, &can.viewer).await?;
    let choices = audiences(&ctx, &can.viewer).await?;
    let done = match given.read(&choices) {
        Ok(new) => exams::set(&ctx.site.db, &keeper, new, ctx.now(), &mut ctx.rng()).await,
        Err(problem) => Err(problem),
    };
    match done {
        Ok(id) => ctx.redirect(&format!("/tests/{id}"), Some("已存为草稿，核对后再开放。")),
        Err(problem) if problem.kind == ProblemKind::Invalid => draw(&ctx, &can, given, Some(problem.message)).await,
        Err(problem) => Err(problem.into()),
    }
}

impl Given {
    fn read(&self, audiences: &[(OrgRef, String)]) -> std::result::Result<NewExam, Problem> {
        let day =
            |text: &str| text.trim().parse::<Day>().map_err(|_| Problem::invalid("日期请写成 2016-12-16 的样子。"));
        let number = |text: &str, what: &str| {
            text.trim().parse::<i64>().map_err(|_| Problem::invalid(format!("{what}请写数字。")))
        };
        let audience = match self.audience.as_str() {
            "" => None,
            id => {
                let known = audiences.iter().find(|(org, _)| org.id.to_string() == id).map(|(org, _)| *org);
                Some(known.ok_or_else(|| Problem::invalid("请从列表里选谁参加。"))?)
            }
        };
        let at = |all: &[String], place: usize| all.get(place).map(|text| text.trim().to_owned()).unwrap_or_default();
        let mut sections = Vec::new();
        for place in (0..SECTIONS).filter(|place| !at(&self.marks, *place).is_empty()) {
            let drawn = at(&self.drawn, place);
            sections.push(NewSection {
                title: at(&self.part, place),
                marks: number(&at(&self.marks, place), "每题分值")?,
                drawn: if drawn.is_empty() { 0 } else { number(&drawn, "抽几题")? },
                category: at(&self.category, place),
                kind: at(&self.kind, place),
                tag: at(&self.tag, place),
            });
        }
        let last_minute = NaiveTime::from_hms_opt(23, 59, 59).unwrap_or_default();
        Ok(NewExam {
            title: self.title.clone(),
            note: self.note.clone(),
            opens_at: day(&self.opens)?.start(),
            closes_at: day(&self.closes)?.at(last_minute),
            minutes: number(&self.minutes, "限时")?,
            tries: number(&self.tries, "次数")?,
            feedback: Feedback::parse(&self.feedback).ok_or_else(|| Problem::invalid("请选择什么时候看答案。"))?,
            shuffled: self.shuffled == "1",
            audience,
            sections,
            nonce: self.nonce.clone(),
        })
    }
}

/// Who may be asked to take part: what the viewer's organisations reach.
async fn audiences(ctx: &Ctx, viewer: &Viewer) -> Result<Vec<(OrgRef, String)>> {
    let mut tx = ctx.site.db.read().await?;
    let mut all = Vec::new();
    for grant in viewer.grants_of(KEEPS) {
        if grant.org_kind == OrgKind::City {
            for county in ctx.site.regions.children(ctx.site.home).filter(|one| one.level == RegionLevel::County) {
                let root = org_root(&mut tx, county.region).await?;
                all.extend(root.map(|root| (OrgRef { region: county.region, id: root.id }, root.name)));
            }
            continue;
        }
        all.push((grant.org, grant.org_name.clone()));
        let below = org_children(&mut tx, grant.org, ctx.today()).await?;
        all.extend(below.into_iter().map(|org| (OrgRef { region: grant.org.region, id: org.id }, org.name)));
    }
    Ok(all)
}

async fn draw(ctx: &Ctx, can: &Can<TestKeep>, given: Given, mistake: Option<String>) -> Result {
    let keeper = Keeper::of(&ctx.site, &can.viewer).await?;
    let choices = audiences(ctx, &can.viewer).await?;
    let categories = {
        let mut tx = ctx.site.db.read().await?;
        question_categories(&mut tx, &keeper.uses).await?
    };
    let choices = choices.into_iter().map(|(org, name)| Choice::new(org.id, name));
    let choices: Vec<Choice> = std::iter::once(Choice::new("", "全市都可以参加")).chain(choices).collect();
    let feedback = Feedback::ALL.iter().map(|one| Choice::new(one.as_str(), one.label())).collect();
    let fields = vec![
        Field::text("title", "标题").value(&given.title).required().longest(60),
        Field::area("note", "说明", 2)
            .value(&given.note)
            .longest(1_000)
            .hint("测什么、为什么测。参加自愿，不写“必须参加”。"),
        Field::date("opens", "从哪天开始").value(&given.opens).required(),
        Field::date("closes", "到哪天结束").value(&given.closes).required().hint("当天 24 点截止。"),
        Field::number("minutes", "限时（分钟）").value(&given.minutes).required(),
        Field::number("tries", "每人可以答几次").value(&given.tries).required(),
        Field::radio("feedback", "答案和解析", feedback).value(&given.feedback).required(),
        Field::tick("shuffled", "打乱题目和选项的顺序").value(&given.shuffled),
        Field::select("audience", "谁可以参加", choices).value(&given.audience),
    ];
    let at = |all: &[String], place: usize| all.get(place).cloned().unwrap_or_default();
    let sections = (0..SECTIONS).map(|place| {
        let form = format!("s{place}");
        let all = || std::iter::once(Choice::new("", "不限"));
        let named = categories.iter().filter(|(name, _)| !name.is_empty());
        let named = all().chain(named.map(|(name, n)| Choice::new(name, format!("{name}（{n}）")))).collect();
        let kinds = all().chain(KINDS.iter().map(|(word, label)| Choice::new(word, *label))).collect();
        let marks = at(&given.marks, place);
        let fields = vec![
            Field::text("part", "这一部分叫什么").value(at(&given.part, place)).longest(40).within(&form),
            Field::select("category", "从哪个分类抽", named).value(at(&given.category, place)).within(&form),
            Field::select("kind", "题型", kinds).value(at(&given.kind, place)).within(&form),
            Field::text("tag", "标签").value(at(&given.tag, place)).longest(40).within(&form),
            Field::number("drawn", "每人抽几题").value(at(&given.drawn, place)).hint("空着就是全部。").within(&form),
            Field::number("marks", "每题几分").value(&marks).within(&form),
        ];
        (place + 1, fields, place == 0 || !marks.is_empty())
    });
    let page = NewPage {
        csrf: ctx.csrf(),
        nonce: if given.nonce.is_empty() { nonce(ctx) } else { given.nonce.clone() },
        mistake: mistake.map(Notice::bad),
        fields,
        sections: sections.collect(),
    };
    if page.mistake.is_some() {
        return ctx.refused("组织一场测试", Density::Desk, &page);
    }
    ctx.page("组织一场测试", Density::Desk, &page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_without_marks_are_left_out_and_numbers_are_read() {
        let given = Given {
            opens: "2016-12-01".into(),
            closes: "2016-12-20".into(),
            minutes: "30".into(),
            tries: "2".into(),
            feedback: "at_once".into(),
            marks: vec!["2".into(), String::new()],
            drawn: vec!["10".into(), "3".into()],
            ..Given::default()
        };
        let new = given.read(&[]).unwrap();
        assert_eq!((new.sections.len(), new.sections[0].drawn, new.minutes), (1, 10, 30));
        assert!(given.clone().read(&[]).is_ok());
        assert!(Given { minutes: "半小时".into(), ..given.clone() }.read(&[]).is_err());
        assert!(Given { audience: "x".into(), ..given }.read(&[]).is_err());
    }
}
