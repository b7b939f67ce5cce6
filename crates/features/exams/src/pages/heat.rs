//! The rounds of a contest as its page shows them: to everybody when and by which rule, to whoever takes part where he stands.

use huiyin_base::{Instant, Problem};
use huiyin_db::Tx;
use huiyin_web::components::Tag;

use super::moment_text;
use crate::heats::{all_marked, called, rule_words};
use crate::store::{Contest, ContestEntry, ContestKind, Exam, ExamState, exam_find};

/// A round as it is shown.
pub(super) struct Heat {
    pub name: &'static str,
    pub state: Tag,
    pub when: String,
    pub rule: String,
    /// Where the viewer stands; only he reads it, and his team.
    pub own: Option<String>,
    /// The way to its test, for whoever may take it now, and for its keepers.
    pub test: Option<(String, &'static str)>,
}

/// All of them, the live one last.
pub(super) async fn lines(
    tx: &mut Tx,
    contest: &Contest,
    heats: &[crate::store::Heat],
    (entry, live, keeps): (Option<&ContestEntry>, bool, bool),
    now: Instant,
) -> Result<Vec<Heat>, Problem> {
    let of = heats.len() + usize::from(live);
    let teams = contest.kind == ContestKind::Team;
    let mut lines = Vec::new();
    for (heat, n) in heats.iter().zip(1_usize..) {
        let exam = exam_find(tx, heat.exam).await?.ok_or_else(Problem::not_found)?;
        let marked = exam.closes_at > now || all_marked(tx, exam.id).await?;
        let settled = heat.settled_day.is_some();
        let in_it = entry.filter(|entry| entry.reached >= heat.n - 1);
        let takes = in_it.is_some() && exam.state == ExamState::Open && exam.opens_at <= now && now < exam.closes_at;
        let path = format!("/tests/{}", exam.id);
        lines.push(Heat {
            name: called(n, of),
            state: state(&exam, (settled, marked), now),
            when: format!("{} 至 {}", moment_text(exam.opens_at), moment_text(exam.closes_at)),
            rule: rule_words(heat, teams),
            own: entry.filter(|_| settled).and_then(|entry| own(entry, heat.n, (n, of), teams)),
            test: match (takes, keeps) {
                (true, _) => Some((path, "去答题")),
                (false, true) => Some((path, "看这份测试")),
                _ => None,
            },
        });
    }
    Ok(lines)
}

fn state(exam: &Exam, (settled, marked): (bool, bool), now: Instant) -> Tag {
    if settled {
        return Tag::plain("已经结束");
    }
    match exam.state {
        ExamState::Draft if exam.closes_at > now => Tag::info("还没开放"),
        _ if exam.opens_at > now => Tag::info("还没开始"),
        _ if exam.closes_at > now => Tag::good("正在进行"),
        _ if marked => Tag::attention("正在定谁晋级"),
        _ => Tag::attention("答完了，正在批"),
    }
}

/// What somebody reads of his own round; nothing of one that he was not in.
fn own(entry: &ContestEntry, heat: i64, (n, of): (usize, usize), teams: bool) -> Option<String> {
    let who = if teams { "您的队" } else { "您" };
    if entry.reached < heat - 1 {
        return None;
    }
    Some(match (entry.reached >= heat, n == of) {
        (true, true) => format!("{who}过了决赛的线，祝贺！"),
        (true, false) => format!("{who}晋级了，下一场是{}。", called(n + 1, of)),
        (false, _) => format!("{who}这一场没有晋级，谢谢参加。"),
    })
}
