//! What a unit does well goes into the library.

use huiyin_base::{Id, Problem, Rng};
use huiyin_directory::{OrgKind, OrgRef, Viewer, org_find};

use super::ordering::inspecting_org;
use super::rules::SupervisionRules;
use super::store::{Practice, inspection_find, practice_add, practice_find, practice_nonce, practice_withdraw};
use crate::permissions::SEES;
use crate::words::limited;
use crate::{Cases, Moment};

/// Good practice to be put into the library.
#[derive(Clone, Debug)]
pub struct NewPractice {
    /// In a line.
    pub title: String,
    /// What they do.
    pub text: String,
    /// What it is about.
    pub category: String,
    /// Who does it: a township or above.
    pub unit: OrgRef,
    /// The inspection that saw it.
    pub inspection: Option<Id>,
    /// The meeting that saw it.
    pub meeting: Option<Id>,
    /// The same word makes the same entry.
    pub nonce: String,
}

impl Cases {
    /// Puts it into the library.
    pub async fn practice_add(
        &self,
        new: NewPractice,
        viewer: &Viewer,
        moment: Moment,
        rng: &mut Rng,
    ) -> Result<Id, Problem> {
        let rules = SupervisionRules::built_in()?;
        let org = inspecting_org(viewer)
            .ok_or_else(|| Problem::forbidden("好做法由市、县（市、区）的工作人员和督查员收录。"))?;
        if !rules.category.iter().any(|category| category.id == new.category) {
            return Err(Problem::invalid("请选择类别。"));
        }
        if new.nonce.is_empty() || new.nonce.len() > 60 {
            return Err(Problem::invalid("页面打开太久，请刷新后重新填写。"));
        }
        let mut tx = self.db.read().await?;
        let unit = org_find(&mut tx, new.unit).await?.ok_or_else(|| Problem::invalid("请选择单位。"))?;
        let shown = [OrgKind::City, OrgKind::County, OrgKind::Department, OrgKind::Township];
        if !shown.contains(&unit.kind) {
            return Err(Problem::invalid("好做法署到乡镇（街道）和部门为止，不署到村、支部和个人。"));
        }
        if let Some(inspection) = new.inspection {
            // What is hidden is no source for anybody.
            let found = inspection_find(&mut tx, &viewer.scope(SEES), inspection).await?;
            let open = found.filter(|inspection| !inspection.is_hidden());
            open.ok_or_else(|| Problem::invalid("来源的督查还没有结束，或您看不到它。"))?;
        }
        drop(tx);
        let practice = Practice {
            region: org.region,
            id: Id::new(org.region, moment.now, rng),
            title: limited("标题", &new.title, rules.limit.title)?,
            text: limited("怎么做的", &new.text, rules.limit.text)?,
            category: new.category,
            unit_region: unit.region,
            unit: unit.id,
            unit_name: unit.name,
            inspection_region: new.inspection.map(Id::region),
            inspection: new.inspection,
            meeting_region: new.meeting.map(Id::region),
            meeting: new.meeting,
            org: org.id,
            account_region: viewer.account.region,
            account: viewer.account.id,
            day: moment.today,
            nonce: new.nonce,
            withdrawn_day: None,
        };
        let write = self.db.write("practice_add", move |tx| {
            let practice = practice.clone();
            Box::pin(async move {
                if let Some(before) = practice_nonce(tx, practice.region, &practice.nonce).await? {
                    let own = before.account == practice.account;
                    return if own { Ok(before.id) } else { Err(Problem::not_found()) };
                }
                practice_add(tx, std::slice::from_ref(&practice)).await?;
                Ok(practice.id)
            })
        });
        write.await
    }

    /// Takes it out again: those of the organisation that put it in.
    pub async fn practice_withdraw(&self, id: Id, viewer: &Viewer, moment: Moment) -> Result<(), Problem> {
        let practice = practice_find(&mut self.db.read().await?, id).await?.ok_or_else(Problem::not_found)?;
        let own = inspecting_org(viewer) == Some(OrgRef { region: practice.region, id: practice.org });
        if !own {
            return Err(Problem::forbidden("由收录的单位撤下。"));
        }
        let write = self.db.write("practice_withdraw", move |tx| {
            Box::pin(async move { Ok(practice_withdraw(tx, id, moment.today).await?) })
        });
        write.await
    }
}
