//! 吹哨: several units for one case. The owner asks, the county's desk decides, each unit gets a part below the case; the owner
//! leads on and cannot close over open parts.

use huiyin_base::{Problem, Rng};
use huiyin_db::Tx;
use huiyin_directory::{OrgRef, Viewer};

use crate::cases::{By, With};
use crate::moves::Done as Checked;
use crate::recording::without_private;
use crate::store::{self, JointDecision, JointRequest, JointUnit};
use crate::submit::NewCase;
use crate::transition::Ask;
use crate::{
    Act, Assignment, CaseItem, CaseRef, Cases, Channel, Done, JointTask, Moment, Posting, Request, Subject, Submission,
    post_of,
};

/// What is asked for holds together: a few units of the county, each once, none of them the owner or the subject.
pub(crate) fn check_tasks(ask: &Ask<'_, '_>, tasks: &[JointTask]) -> Checked {
    let (rules, case, lines) = (ask.book.desk.joint, ask.case, ask.facts.lines);
    if tasks.is_empty() || tasks.len() > rules.units {
        return Err(Problem::invalid(format!("请选 1 到 {} 个要一起办的单位。", rules.units)));
    }
    for (at, asked) in tasks.iter().enumerate() {
        let row = format!("第 {} 个单位", at + 1);
        let fits = lines.within(asked.unit, case.county_org()) && asked.unit != case.owner();
        if !fits || tasks[..at].iter().any(|other| other.unit == asked.unit) {
            return Err(Problem::invalid(format!(
                "{row}：每个单位只能选一次，要在本县区里，而且不是牵头的单位。请重新选择。"
            )));
        }
        if !crate::actor::is_free(case, lines, asked.unit) {
            return Err(Problem::invalid(format!(
                "{row}：这件事反映的是它，或者是它的上下级，不能请它一起办，请选择别的单位。"
            )));
        }
        let length = asked.task.trim().chars().count();
        if length == 0 || length > rules.task {
            return Err(Problem::invalid(format!("{row}：请写明请它办什么，最多 {} 字。", rules.task)));
        }
        without_private("请办的事", &asked.task)?;
    }
    Ok(())
}

/// Writes the request beside its event. One waits at a time.
pub(crate) async fn asked(
    tx: &mut Tx,
    case: &CaseItem,
    tasks: &[JointTask],
    reason: &str,
    by: &By,
    moment: Moment,
) -> Result<(), Problem> {
    let By::Staff(viewer) = by else { return Err(Problem::not_found()) };
    let before = store::joint_list(tx, case.at()).await?;
    if before.iter().any(|request| request.decision == JointDecision::Waiting) {
        return Err(Problem::conflict("上一个联合办理申请还在等受理单位决定，请先等结果。"));
    }
    let n = before.last().map_or(0, |last| last.n) + 1;
    let grant = viewer.grants.iter().find(|grant| grant.org == case.owner());
    let request = JointRequest {
        region: case.region,
        case_id: case.id,
        n,
        reason: reason.trim().to_owned(),
        account_region: viewer.account.region,
        account: viewer.account.id,
        post: grant.map(post_of).unwrap_or_default(),
        day: moment.today,
        decision: JointDecision::Waiting,
        decided_region: None,
        decided_by: None,
        decided_post: None,
        decided_day: None,
        refusal: None,
    };
    let unit = |(task, position): (&JointTask, i64)| JointUnit {
        region: case.region,
        case_id: case.id,
        n,
        position,
        unit_region: task.unit.region,
        unit: task.unit.id,
        task: task.task.trim().to_owned(),
        part: None,
    };
    let units: Vec<JointUnit> = tasks.iter().zip(1..).map(unit).collect();
    Ok(store::joint_add(tx, &request, &units).await?)
}

/// What is decided about the request that waits.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Decided<'a> {
    /// Agreed to the request of this number, with the parts that were made for it.
    Agreed(i64, &'a [NewCase]),
    /// Refused, and why.
    Refused(&'a str),
}

/// Writes what was decided, with the parts where it was agreed.
pub(crate) async fn decided(
    tx: &mut Tx,
    case: &CaseItem,
    by: &By,
    decided: Decided<'_>,
    moment: Moment,
) -> Result<(), Problem> {
    let By::Staff(viewer) = by else { return Err(Problem::not_found()) };
    let requests = store::joint_list(tx, case.at()).await?;
    let waiting = requests.into_iter().find(|request| request.decision == JointDecision::Waiting);
    let waiting = waiting.ok_or_else(|| Problem::conflict("没有等待决定的联合办理申请，可能别人刚处理过。"))?;
    if waiting.account == viewer.account.id {
        return Err(Problem::forbidden("申请由别人来决定：自己提的不能自己批。"));
    }
    let desk = viewer.grants.iter().find(|grant| grant.org == case.desk_org()).or(viewer.grants.first());
    let (decision, refusal) = match decided {
        Decided::Agreed(..) => (JointDecision::Approved, None),
        Decided::Refused(reason) => (JointDecision::Refused, Some(reason.trim().to_owned())),
    };
    let request = JointRequest {
        decision,
        decided_region: Some(viewer.account.region),
        decided_by: Some(viewer.account.id),
        decided_post: desk.map(post_of),
        decided_day: Some(moment.today),
        refusal,
        ..waiting
    };
    store::joint_decide(tx, &request).await?;
    let Decided::Agreed(n, parts) = decided else { return Ok(()) };
    let units = store::joint_units(tx, case.at(), request.n).await?;
    // The parts were made before the lock: another request may wait by now, even one to as many units.
    if request.n != n || units.len() != parts.len() {
        return Err(Problem::conflict("申请刚被改过，请刷新后再决定。"));
    }
    let mut whole = case.clone();
    for (unit, part) in units.iter().zip(parts) {
        let mut part = part.clone();
        part.item.path = format!("{}{}/", whole.path, part.item.id);
        part.add(tx).await?;
        store::joint_part(tx, unit, part.item.id).await?;
        whole.children_open += 1;
    }
    Ok(store::case_update(tx, &whole).await?)
}

impl Cases {
    /// Agrees to the request that waits: makes the parts in the write of the act, then posts and assigns each. What an
    /// interruption leaves lies on the desk, to be posted and assigned by hand.
    pub async fn allow_joint(
        &self,
        case: CaseRef,
        seen: Option<i64>,
        viewer: &Viewer,
        moment: Moment,
        rng: &mut Rng,
    ) -> Result<Done, Problem> {
        let mut tx = self.db.read().await?;
        let whole = store::case_get(&mut tx, case).await?.ok_or_else(Problem::not_found)?;
        let requests = store::joint_list(&mut tx, case).await?;
        let waiting = requests.into_iter().find(|request| request.decision == JointDecision::Waiting);
        let units = match &waiting {
            Some(request) => store::joint_units(&mut tx, case, request.n).await?,
            None => Vec::new(),
        };
        drop(tx);
        let mut parts = Vec::with_capacity(units.len());
        for unit in &units {
            let part = part_of(&whole, unit, rng);
            let (_, mut new) = self.prepared(&whole.kind, &part, moment, rng).await?;
            new.item.parent = Some(whole.id);
            parts.push(new);
        }
        let refs: Vec<CaseRef> = parts.iter().map(|part| part.item.at()).collect();
        let n = waiting.map_or(0, |request| request.n);
        let with = With { parts: (n, parts), ..With::default() };
        let act = Act::from(Request::AllowJoint).seen(seen);
        let done = self.run(case, act, By::Staff(viewer.clone()), moment, with).await?;
        for (unit, part) in units.iter().zip(refs) {
            self.hand_out(&whole, unit, part, viewer, moment).await?;
        }
        Ok(done)
    }

    async fn hand_out(
        &self,
        whole: &CaseItem,
        unit: &JointUnit,
        part: CaseRef,
        viewer: &Viewer,
        moment: Moment,
    ) -> Result<(), Problem> {
        let posting = Posting {
            title: title_of(whole, &unit.task, self.book.rules.limit.title),
            text: unit.task.clone(),
            edited: false,
            category: whole.category.clone(),
            sub_category: whole.sub_category.clone(),
            photos: Vec::new(),
        };
        self.act(part, Request::Post(posting), viewer, moment).await?;
        let to = OrgRef { region: unit.unit_region, id: unit.unit };
        let assignment = Assignment { to, account: None, goal: unit.task.clone(), deadline: None };
        self.act(part, Request::Assign(assignment), viewer, moment).await?;
        Ok(())
    }
}

fn part_of(whole: &CaseItem, unit: &JointUnit, rng: &mut Rng) -> Submission {
    Submission {
        region: whole.region,
        township: whole.township,
        village: whole.village,
        category: whole.category.clone(),
        sub_category: whole.sub_category.clone(),
        title: String::new(),
        text: unit.task.clone(),
        contact: None,
        subject: whole.subject_org().map(|org| Subject { org, office: whole.subject_office.clone() }),
        channel: Channel::Referral,
        photos: Vec::new(),
        nonce: format!("joint-{:032x}", u128::from_be_bytes(rng.bytes())),
    }
}

/// 联合办理：上湾村水管冻裂——清雪开路; the task tells the parts of one case apart, so the whole's title gives way to it.
fn title_of(whole: &CaseItem, task: &str, most: usize) -> String {
    let task: String = task.trim().chars().take(most / 2).collect();
    let room = most.saturating_sub(format!("联合办理：——{task}").chars().count());
    let title: String = whole.title.chars().take(room).collect();
    format!("联合办理：{title}——{task}")
}
