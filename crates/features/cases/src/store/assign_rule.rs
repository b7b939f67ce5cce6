//! Which unit is suggested for what, and what an answer may begin with: county by county, with what was before.

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Filter, Result, Tx, insert_many, query};

use super::stored::stored;
use crate::Outcome;

stored! {
    /// One rule: the first that fits a case names the unit.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct AssignRule in "assign_rule" {
        fixed {
            region: Region,
            id: Id,
            position: i64,
            category: String,
            sub_category: String,
            place: Option<Id>,
            unit: Id,
            note: String,
            account: Option<Id>,
            post: String,
            from_day: Day,
            ended_day: Option<Day>,
        }
        moving {}
    }
}

stored! {
    /// One template of an answer.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct AnswerTemplate in "answer_template" {
        fixed {
            region: Region,
            id: Id,
            category: String,
            sub_category: String,
            outcome: Outcome,
            title: String,
            text: String,
            account: Option<Id>,
            post: String,
            from_day: Day,
            ended_day: Option<Day>,
        }
        moving {}
    }
}

/// Adds rules.
pub async fn assign_rule_add(tx: &mut Tx, rules: &[AssignRule]) -> Result<()> {
    insert_many(tx, AssignRule::INSERT, rules.iter().map(AssignRule::values).collect(), "").await?;
    Ok(())
}

/// The rules in force of a county, in their order; or those that ended, the last first.
pub async fn assign_rule_list(tx: &mut Tx, region: Region, in_force: bool) -> Result<Vec<AssignRule>> {
    let base = Filter::new(AssignRule::SELECT).then("x.region = ?").bind(region);
    let base = if in_force {
        base.and("x.ended_day is null").then("order by x.position, x.id")
    } else {
        base.and("x.ended_day is not null").then("order by x.ended_day desc, x.id limit 50")
    };
    base.query().fetch_all(tx).await
}

/// Ends a rule in force; false where there is none.
pub async fn assign_rule_end(tx: &mut Tx, region: Region, id: Id, day: Day) -> Result<bool> {
    let end = query("update assign_rule set ended_day = $3 where region = $1 and id = $2 and ended_day is null");
    Ok(end.bind(region).bind(id).bind(day).execute(tx).await? == 1)
}

/// Puts a rule in force before the one above it; false where none stands above.
pub async fn assign_rule_raise(tx: &mut Tx, region: Region, id: Id) -> Result<bool> {
    let rules = assign_rule_list(tx, region, true).await?;
    let Some(at) = rules.iter().position(|rule| rule.id == id).filter(|at| *at > 0) else { return Ok(false) };
    let mut order: Vec<Id> = rules.iter().map(|rule| rule.id).collect();
    order.swap(at, at - 1);
    for (position, id) in (1_i64..).zip(order) {
        let place = query("update assign_rule set position = $3 where region = $1 and id = $2");
        place.bind(region).bind(id).bind(position).execute(tx).await?;
    }
    Ok(true)
}

/// Adds templates.
pub async fn answer_template_add(tx: &mut Tx, templates: &[AnswerTemplate]) -> Result<()> {
    let rows = templates.iter().map(AnswerTemplate::values).collect();
    insert_many(tx, AnswerTemplate::INSERT, rows, "").await?;
    Ok(())
}

/// The templates in force of a county; of one category, or all.
pub async fn answer_template_list(tx: &mut Tx, region: Region, category: Option<&str>) -> Result<Vec<AnswerTemplate>> {
    let base = Filter::new(AnswerTemplate::SELECT).then("x.region = ?").bind(region).and("x.ended_day is null");
    let base = base.and_some("x.category = ? or x.category = ''", category);
    base.then("order by x.category, x.sub_category, x.outcome, x.id").query().fetch_all(tx).await
}

/// Ends a template in force; false where there is none.
pub async fn answer_template_end(tx: &mut Tx, region: Region, id: Id, day: Day) -> Result<bool> {
    let end = query("update answer_template set ended_day = $3 where region = $1 and id = $2 and ended_day is null");
    Ok(end.bind(region).bind(id).bind(day).execute(tx).await? == 1)
}
