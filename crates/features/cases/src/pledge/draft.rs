//! Writing a pledge, and writing it anew.

use huiyin_base::{Day, Id, Problem, Region, Rng};
use huiyin_directory::{Grant, OrgRef, Role, Viewer, org_find};

use super::PledgeRules;
use crate::store::{self, Pledge, PledgeState, PledgeTarget, PledgeVersion};
use crate::words::limited;
use crate::{CaseRef, Cases, Moment, post_of};

/// What a pledge is to say.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "each field is a field of the form")]
pub struct PledgeDraft {
    pub title: String,
    pub approval: String,
    pub approver: String,
    pub until: Option<Day>,
    pub text: String,
    pub targets: Vec<DraftTarget>,
    /// What is other than before; of a new version only.
    pub change: String,
}

/// One target of a draft.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "each field is a field of the form")]
pub struct DraftTarget {
    pub text: String,
    pub target: Option<i64>,
    pub measure: String,
    pub due: Option<Day>,
    /// The entry of the lists it was drawn from.
    pub case: Option<CaseRef>,
}

/// The role by which somebody writes pledges for the city.
pub(crate) fn issuing_grant(viewer: &Viewer) -> Option<&Grant> {
    let rules = PledgeRules::built_in().ok()?;
    viewer.grants_of(&[Role::CityStaff]).find(|grant| rules.issues(grant.org_kind))
}

impl Cases {
    /// Writes a pledge that awaits both signatures. The number of the approval and the last day are not optional.
    pub async fn pledge_make(
        &self,
        party: OrgRef,
        draft: &PledgeDraft,
        viewer: &Viewer,
        moment: Moment,
        rng: &mut Rng,
    ) -> Result<Id, Problem> {
        let rules = PledgeRules::built_in()?;
        let grant = issuing_grant(viewer).ok_or_else(|| Problem::forbidden(rules.refusal()))?;
        let mut tx = self.db.read().await?;
        let issuer = org_find(&mut tx, grant.org).await?.ok_or_else(Problem::not_found)?;
        let missing = || Problem::invalid("没有找到这个单位，请从列表里选。");
        let party = org_find(&mut tx, party).await?.ok_or_else(missing)?;
        rules.check(&issuer, &party)?;
        drop(tx);
        let checked = checked(rules, draft, moment.today)?;
        let pledge = Pledge {
            region: issuer.region,
            id: Id::new(issuer.region, moment.now, rng),
            issuer: issuer.id,
            party_region: party.region,
            party: party.id,
            year: i64::from(moment.today.year()),
            created_day: moment.today,
            approval: checked.approval.clone(),
            approver: checked.approver.clone(),
            until_day: checked.until.ok_or_else(Problem::not_found)?,
            title: checked.title.clone(),
            versions: 1,
            in_force: None,
            ended_day: None,
            end_reason: None,
        };
        let (version, targets) = version_of(&pledge, &checked, viewer, grant, moment.today);
        let id = pledge.id;
        let write = self.db.write("pledge_make", move |tx| {
            let (pledge, version, targets) = (pledge.clone(), version.clone(), targets.clone());
            Box::pin(async move {
                store::pledge_add(tx, &[pledge]).await?;
                Ok(store::pledge_version_add(tx, &[version], &targets).await?)
            })
        });
        write.await?;
        Ok(id)
    }

    /// A new version, made from the version `seen`: what is in force stays in force until both have signed the new one.
    pub async fn pledge_change(
        &self,
        (region, id): (Region, Id),
        seen: i64,
        draft: &PledgeDraft,
        viewer: &Viewer,
        moment: Moment,
    ) -> Result<i64, Problem> {
        let rules = PledgeRules::built_in()?;
        let grant = issuing_grant(viewer).ok_or_else(|| Problem::forbidden("责任书由发出方修改，双方再签。"))?;
        let checked = checked(rules, draft, moment.today)?;
        let (viewer, grant) = (viewer.clone(), grant.clone());
        let write = self.db.write("pledge_change", move |tx| {
            let (checked, viewer, grant) = (checked.clone(), viewer.clone(), grant.clone());
            Box::pin(async move {
                let mut pledge = store::pledge_lock(tx, region, id).await?.ok_or_else(Problem::not_found)?;
                if pledge.issuer_org() != grant.org {
                    return Err(Problem::not_found());
                }
                if pledge.ended_day.is_some() {
                    return Err(Problem::conflict("这份责任书已经终止，不能再改。需要时请新写一份。"));
                }
                if pledge.versions != seen {
                    let newest = pledge.versions;
                    return Err(Problem::conflict(format!("别人刚写了第 {newest} 版，请看过再改。")));
                }
                let change = limited("改了什么、为什么", &checked.change, PledgeRules::built_in()?.limit.change)?;
                for version in store::pledge_versions(tx, region, id).await? {
                    if version.state == PledgeState::Awaiting {
                        store::pledge_version_state(tx, &version, PledgeState::Replaced, None).await?;
                    }
                }
                pledge.versions += 1;
                (pledge.title, pledge.approval) = (checked.title.clone(), checked.approval.clone());
                pledge.approver.clone_from(&checked.approver);
                pledge.until_day = checked.until.ok_or_else(Problem::not_found)?;
                let checked = PledgeDraft { change, ..checked };
                let (version, targets) = version_of(&pledge, &checked, &viewer, &grant, moment.today);
                store::pledge_save(tx, &pledge).await?;
                store::pledge_version_add(tx, &[version], &targets).await?;
                Ok(pledge.versions)
            })
        });
        write.await
    }

    /// Ends a pledge before its day, with the reason on its page.
    pub async fn pledge_end(
        &self,
        (region, id): (Region, Id),
        reason: &str,
        viewer: &Viewer,
        moment: Moment,
    ) -> Result<(), Problem> {
        let rules = PledgeRules::built_in()?;
        let grant = issuing_grant(viewer).ok_or_else(|| Problem::forbidden("责任书由发出方终止。"))?;
        let (reason, org) = (limited("终止的原因", reason, rules.limit.change)?, grant.org);
        let write = self.db.write("pledge_end", move |tx| {
            let reason = reason.clone();
            Box::pin(async move {
                let mut pledge = store::pledge_lock(tx, region, id).await?.ok_or_else(Problem::not_found)?;
                if pledge.issuer_org() != org {
                    return Err(Problem::not_found());
                }
                if pledge.ended_day.is_some() {
                    return Err(Problem::conflict("这份责任书已经终止。"));
                }
                (pledge.ended_day, pledge.end_reason) = (Some(moment.today), Some(reason));
                Ok(store::pledge_save(tx, &pledge).await?)
            })
        });
        write.await
    }
}

fn version_of(
    pledge: &Pledge,
    draft: &PledgeDraft,
    viewer: &Viewer,
    grant: &Grant,
    today: Day,
) -> (PledgeVersion, Vec<PledgeTarget>) {
    let version = PledgeVersion {
        region: pledge.region,
        pledge: pledge.id,
        n: pledge.versions,
        text: draft.text.clone(),
        change: draft.change.clone(),
        state: PledgeState::Awaiting,
        made_by_region: viewer.account.region,
        made_by: viewer.account.id,
        made_post: post_of(grant),
        made_day: today,
        from_day: None,
    };
    let target = |(target, position): (&DraftTarget, i64)| PledgeTarget {
        region: pledge.region,
        pledge: pledge.id,
        n: pledge.versions,
        position,
        text: target.text.clone(),
        target: target.target,
        measure: target.measure.clone(),
        due_day: target.due,
        case_region: target.case.map(|case| case.region),
        case_id: target.case.map(|case| case.id),
    };
    (version, draft.targets.iter().zip(1..).map(target).collect())
}

fn checked(rules: &PledgeRules, draft: &PledgeDraft, today: Day) -> Result<PledgeDraft, Problem> {
    let limit = rules.limit;
    let until = draft.until.ok_or_else(|| Problem::invalid("请写明有效期到哪一天：责任书到期自动失效。"))?;
    if until <= today {
        return Err(Problem::invalid("有效期要在今天以后。"));
    }
    if until.since(today) > rules.longest_days {
        let latest = today.plus(rules.longest_days).chinese();
        return Err(Problem::invalid(format!("有效期最晚到{latest}，到期可以重新签订。")));
    }
    let targets = draft.targets.iter().filter(|target| !target.text.trim().is_empty()).map(|target| {
        let text = limited("目标", &target.text, limit.target)?;
        let measure = target.measure.trim().to_owned();
        if measure.chars().count() > limit.measure {
            return Err(Problem::invalid(format!("计量单位最多 {} 字，例如“户”“万元”。", limit.measure)));
        }
        if target.target.is_some_and(|n| !(0..=1_000_000_000).contains(&n)) {
            return Err(Problem::invalid("目标数要在 0 到 10 亿之间。"));
        }
        Ok(DraftTarget { text, measure, ..target.clone() })
    });
    let targets: Vec<DraftTarget> = targets.collect::<Result<_, Problem>>()?;
    if targets.is_empty() {
        return Err(Problem::invalid("至少要有一项目标：从清单里选，或在表里写一行。"));
    }
    if targets.len() > limit.targets {
        return Err(Problem::invalid(format!("目标最多 {} 项，请合并。", limit.targets)));
    }
    let approval = draft.approval.trim();
    if approval.is_empty() {
        return Err(Problem::invalid("请填批准文号：没有批准的责任书不能签。"));
    }
    Ok(PledgeDraft {
        title: limited("标题", &draft.title, limit.title)?,
        approval: limited("批准文号", approval, limit.approval)?,
        approver: limited("批准机关", &draft.approver, limit.approver)?,
        until: Some(until),
        text: limited("正文", &draft.text, limit.text)?,
        targets,
        change: draft.change.trim().to_owned(),
    })
}
