//! A bank of two thousand questions, made from pairs that belong together and from plain arithmetic, and a few tests over it.

use std::sync::Arc;

use huiyin_base::{Day, Id, Rng};
use huiyin_db::Db;
use huiyin_directory::{AccountRef, OrgRef, Role};
use huiyin_exams::bank::row;
use huiyin_exams::exam_lay;
use huiyin_exams::question::{Body, Near, Question, Span, WHOLE, Weighed};
use huiyin_exams::store::{
    Contest, ContestItem, ContestKind, Exam, ExamSection, ExamState, Feedback, Heat, HeatRule, ItemTotal, NewRow,
    Phase, contest_add, exam_add, exam_change, exam_item_put, heat_add, item_total_add, question_add,
};
use serde::Deserialize;

use crate::Scale;
use crate::invent::City;

/// As many as the bank has.
const QUESTIONS: usize = 2_000;
/// Questions in one write.
const CHUNK: usize = 400;
/// The test that is the first round of the contest which can be entered.
const FIRST_ROUND: &str = "冬闲夜话知识竞赛：初赛";

#[derive(Deserialize)]
struct Texts {
    table: Vec<Table>,
}

/// Pairs with the ways in which one asks for them.
#[derive(Deserialize)]
struct Table {
    category: String,
    ask: String,
    back: String,
    says: String,
    fill: String,
    #[serde(default)]
    fill_key: bool,
    pairs: Vec<(String, String)>,
}

/// Writes the bank and the tests.
pub(crate) async fn exams(db: &Db, city: &City, scale: &Scale) -> anyhow::Result<()> {
    let home = &city.orgs[city.org];
    let org = OrgRef { region: home.region, id: home.id };
    let keeper = city.holders.get(&(city.org, Role::CityStaff)).and_then(|all| all.first());
    let Some(keeper) = keeper.map(|number| &city.accounts[*number]) else { return Ok(()) };
    let by = AccountRef { region: keeper.region, id: keeper.id };
    let mut rng = Rng::fork(scale.seed, "exams");
    let day = Day::new(scale.today.year(), 3, 1).unwrap_or(scale.today);
    let mut ids: Vec<Id> = (0..QUESTIONS).map(|_| Id::new(org.region, day.start(), &mut rng)).collect();
    ids.sort_unstable();
    let rows = invented(&mut rng)?.into_iter().zip(ids).zip(1_i64..);
    let rows: Vec<NewRow> = rows.map(|((question, id), n)| row(&question, id, org, by, day, ("demo", n))).collect();
    for chunk in rows.chunks(CHUNK) {
        let chunk = Arc::new(chunk.to_vec());
        let write = db.write("demo_questions", move |tx| {
            let chunk = Arc::clone(&chunk);
            Box::pin(async move { Ok(question_add(tx, &chunk).await?) })
        });
        write.await?;
    }
    let contests = contests(db, org, by, scale, &mut rng, &rows).await?;
    for (exam, sections) in set(org, by, scale, &mut rng) {
        let heat = heat(&exam, &contests);
        let (exam, sections) = (Arc::new(exam), Arc::new(sections));
        let totals = Rng::fork(scale.seed, &exam.title);
        let write = db.write("demo_exam", move |tx| {
            let (exam, sections, mut rng) = (Arc::clone(&exam), Arc::clone(&sections), totals.clone());
            let heat = heat.clone();
            Box::pin(async move {
                exam_add(tx, &exam, &sections).await?;
                if exam.state == ExamState::Draft {
                    return Ok(());
                }
                let (items, digest) = exam_lay(tx, &exam, &[org]).await?;
                exam_item_put(tx, &items).await?;
                exam_change(tx, exam.id, exam.state, &digest, exam.closes_at).await?;
                if let Some(heat) = heat {
                    // Nobody has taken it yet.
                    return Ok(heat_add(tx, &[heat]).await?);
                }
                let all = items.iter().map(|item| item_total(item.question, &mut rng));
                Ok(item_total_add(tx, org.region, exam.id, &all.collect::<Vec<_>>()).await?)
            })
        });
        write.await?;
    }
    Ok(())
}

/// One contest that people can enter, and one that was over long enough ago for its list to be gone.
async fn contests(
    db: &Db,
    org: OrgRef,
    by: AccountRef,
    scale: &Scale,
    rng: &mut Rng,
    bank: &[NewRow],
) -> anyhow::Result<Vec<Id>> {
    let asked = bank.iter().filter(|row| matches!(&*row.question.kind, "single" | "truth")).map(|row| row.question.id);
    let mut asked: Vec<Id> = asked.collect();
    rng.shuffle(&mut asked);
    let told = [
        ("冬闲夜话知识竞赛", "晚上得闲，一起答题。", ContestKind::Alone, Phase::Waiting, 0, -2),
        ("急救知识组队赛", "三五个人自己组队。", ContestKind::Team, Phase::Over, 15, -30),
    ];
    let mut ids = Vec::new();
    for (place, (title, note, kind, phase, item, day)) in told.into_iter().enumerate() {
        let created_day = scale.today.plus(day);
        let id = Id::new(org.region, created_day.start(), rng);
        let over = phase == Phase::Over;
        let contest = Contest {
            id,
            org_region: org.region,
            org: org.id,
            title: title.into(),
            note: note.into(),
            kind,
            seconds: 20,
            phase,
            item,
            asked_at: None,
            ended_day: over.then(|| created_day.plus(3)),
            swept: over,
            created_day,
            account_region: by.region,
            account: by.id,
            nonce: format!("demo-{id}"),
        };
        let items = asked.iter().skip(place * 15).take(15).zip(1_i64..);
        let items = items.map(|(question, n)| ContestItem {
            contest: id,
            n,
            round: (n + 4) / 5,
            question: *question,
            version: 1,
        });
        let items: Arc<Vec<ContestItem>> = Arc::new(items.collect());
        let write = db.write("demo_contest", move |tx| {
            let (contest, items) = (contest.clone(), Arc::clone(&items));
            Box::pin(async move { Ok(contest_add(tx, &contest, &items).await?) })
        });
        write.await?;
        ids.push(id);
    }
    Ok(ids)
}

/// The first round of the first contest.
fn heat(exam: &Exam, contests: &[Id]) -> Option<Heat> {
    let contest = *contests.first().filter(|_| exam.title == FIRST_ROUND)?;
    Some(Heat { contest, n: 1, exam: exam.id, rule: HeatRule::Least, bound: 60, settled_day: None })
}

/// How a question went: more papers than anybody could be told apart in.
fn item_total(question: Id, rng: &mut Rng) -> ItemTotal {
    let taken = rng.between(40, 160);
    let answered = taken - rng.between(0, 8);
    ItemTotal { question, taken, answered, parts: answered * rng.between(420, 970) }
}

fn set(org: OrgRef, by: AccountRef, scale: &Scale, rng: &mut Rng) -> Vec<(Exam, Vec<ExamSection>)> {
    let told = [
        ("法律常识自测", "看看自己知道多少，答完马上看解析。", "法律", -10, 21, 20, ExamState::Open, Feedback::AtOnce),
        ("果园管理冬季自测", "冬闲时候学一学，来年用得上。", "农业", -3, 14, 20, ExamState::Open, Feedback::AtOnce),
        ("急救知识测试", "关键时候能帮上人。", "急救", -40, -10, 15, ExamState::Open, Feedback::AfterClose),
        ("组织生活常识测试", "还在准备。", "党务", 5, 30, 20, ExamState::Draft, Feedback::AfterClose),
        (FIRST_ROUND, "报了名的来答。", "法律", -1, 6, 15, ExamState::Open, Feedback::AfterClose),
    ];
    let exam =
        |(title, note, category, opens, closes, drawn, state, feedback): (&str, &str, &str, i64, i64, i64, _, _)| {
            let opens_day = scale.today.plus(opens);
            let id = Id::new(org.region, opens_day.start(), rng);
            let section = |n: i64, title: &str, kind: &str, drawn: i64| ExamSection {
                exam: id,
                n,
                title: title.into(),
                marks: 5,
                drawn,
                category: category.into(),
                kind: kind.into(),
                tag: String::new(),
            };
            let exam = Exam {
                id,
                org_region: org.region,
                org: org.id,
                title: title.into(),
                note: note.into(),
                opens_at: opens_day.start(),
                closes_at: scale.today.plus(closes + 1).start(),
                minutes: 30,
                tries: 3,
                feedback,
                shuffled: true,
                state,
                audience_region: None,
                audience: None,
                seed: rng.between(1, i64::MAX),
                digest: String::new(),
                created_day: opens_day.plus(-3).min(scale.today),
                account_region: by.region,
                account: by.id,
                nonce: format!("demo-{id}"),
            };
            let sections = vec![
                section(1, "单选题", "single", drawn - 9),
                section(2, "判断题", "truth", 5),
                section(3, "填空题", "fill", 3),
                section(4, "连线题", "match", 1),
            ];
            (exam, sections)
        };
    told.into_iter().map(exam).collect()
}

/// Two thousand questions, the same from the same seed.
fn invented(rng: &mut Rng) -> anyhow::Result<Vec<Question>> {
    let texts: Texts = toml::from_str(include_str!("../texts/questions.toml"))?;
    let mut all = Vec::new();
    for table in &texts.table {
        of_table(table, rng, &mut all);
    }
    all.extend(sums().take(QUESTIONS.saturating_sub(all.len())));
    all.truncate(QUESTIONS);
    anyhow::ensure!(all.len() == QUESTIONS, "only {} questions", all.len());
    if let Some(fault) = all.iter().find_map(Question::fault) {
        anyhow::bail!("a question cannot be asked: {fault}");
    }
    Ok(all)
}

fn of_table(table: &Table, rng: &mut Rng, all: &mut Vec<Question>) {
    let filled = |text: &str, (key, value): &(String, String)| text.replace("{k}", key).replace("{v}", value);
    let mut push = |stem: String, body: Body, feedback: String| {
        let tags = vec!["演示".to_owned(), table.category.split('/').next().unwrap_or_default().to_owned()];
        let name = String::new();
        all.push(Question { name, category: table.category.clone(), tags, feedback, ..Question::new(stem, body) });
    };
    for pair in &table.pairs {
        let others: Vec<&(String, String)> = table.pairs.iter().filter(|other| other.1 != pair.1).collect();
        let told = filled(&table.says, pair);
        push(filled(&table.ask, pair), choice(&pair.1, others.iter().map(|other| &other.1), rng), told.clone());
        push(filled(&table.back, pair), choice(&pair.0, others.iter().map(|other| &other.0), rng), told.clone());
        let truth = |right| Body::Truth { right, wrong_feedback: String::new(), right_feedback: String::new() };
        push(told.clone(), truth(true), String::new());
        if let Some(other) = rng.pick(&others) {
            let wrong = (pair.0.clone(), other.1.clone());
            push(filled(&table.says, &wrong), truth(false), told.clone());
        }
        let word = if table.fill_key { &pair.0 } else { &pair.1 };
        let blank = table.fill.replace("{k}", &pair.0).replace("{v}", &pair.1);
        push(blank, Body::Fill { answers: vec![Weighed::new(word, WHOLE)] }, told);
    }
    for three in table.pairs.windows(3) {
        let stem = "把左右两边对应的连起来。".to_owned();
        let distinct = three[0].1 != three[1].1 && three[1].1 != three[2].1 && three[0].1 != three[2].1;
        if distinct {
            push(stem, Body::Match { pairs: three.to_vec() }, String::new());
        }
    }
}

/// The right one among three others.
fn choice<'a>(right: &str, others: impl Iterator<Item = &'a String>, rng: &mut Rng) -> Body {
    let mut others: Vec<&String> = others.collect();
    rng.shuffle(&mut others);
    let mut options: Vec<Weighed> = others.into_iter().take(3).map(|text| Weighed::new(text, 0)).collect();
    options.push(Weighed::new(right, WHOLE));
    rng.shuffle(&mut options);
    Body::Choice { many: false, options }
}

/// What is reckoned in a village: fertiliser, trees, and how many make a meeting.
fn sums() -> impl Iterator<Item = Question> {
    let whole = |value: i64| Body::Numeric {
        answers: vec![Near {
            span: Span::About { value: f64::from(i32::try_from(value).unwrap_or(0)), tolerance: 0.0 },
            weight: WHOLE,
            feedback: String::new(),
        }],
    };
    let sum = move |category: &str, stem: String, value: i64, feedback: String| Question {
        category: category.into(),
        tags: vec!["演示".into(), "计算".into()],
        feedback,
        ..Question::new(stem, whole(value))
    };
    let dung = (2..=12_i64).flat_map(move |each| {
        (3..=45_i64).map(move |mu| {
            let stem = format!("每亩施有机肥 {each} 袋，{mu} 亩果园要准备多少袋？");
            sum("农业/计算", stem, each * mu, format!("{each} × {mu} = {}", each * mu))
        })
    });
    let trees = (3..=12_i64).flat_map(move |rows| {
        (20..=60_i64).map(move |each| {
            let stem = format!("一块地栽 {rows} 行树，每行 {each} 棵，一共多少棵？");
            sum("农业/计算", stem, rows * each, format!("{rows} × {each} = {}", rows * each))
        })
    });
    let quorum = (5..=500_i64).map(move |people| {
        let stem = format!("一个支部有表决权的党员 {people} 名，到会要超过半数，至少要到多少名？");
        sum("党务/计算", stem, people / 2 + 1, format!("{people} 名的半数以上，至少 {} 名。", people / 2 + 1))
    });
    quorum.chain(dung).chain(trees)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn two_thousand_questions_of_every_topic_none_twice() {
        let all = invented(&mut Rng::seeded(1)).unwrap();
        assert_eq!(all.len(), QUESTIONS);
        let told: BTreeSet<String> =
            all.iter().map(|question| format!("{} {:?}", question.stem, question.body)).collect();
        assert_eq!(told.len(), QUESTIONS);
        for topic in ["法律", "农业", "急救", "党务"] {
            assert!(all.iter().filter(|question| question.category.starts_with(topic)).count() > 100, "{topic}");
        }
    }
}
