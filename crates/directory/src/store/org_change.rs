use huiyin_base::{Day, Problem};
use huiyin_db::{Result, Tx, insert_many, query, values};

use super::org::ancestors_of;
use super::{org_find, org_is_below};
use crate::org::Org;
use crate::{OrgRef, initials};

/// Puts an organisation, and with it all below, under another parent of the same region, or at the top.
pub async fn org_move(tx: &mut Tx, org: OrgRef, parent: Option<OrgRef>) -> Result<(), Problem> {
    if let Some(parent) = parent {
        if parent.region != org.region {
            return Err(Problem::invalid("不能跨县（市、区）调整隶属关系，请在目标县新建组织后办理转接。"));
        }
        if org_is_below(tx, org, parent).await? {
            return Err(Problem::invalid("不能把组织移到自己的下级之下，请选择其他上级组织。"));
        }
        org_find(tx, parent).await?.ok_or_else(|| Problem::invalid("上级组织不存在，请重新选择。"))?;
    }
    let moved = query("update org set parent = $3 where region = $1 and id = $2");
    let moved = moved.bind(org.region).bind(org.id).bind(parent.map(|parent| parent.id)).execute(tx).await?;
    if moved == 0 {
        return Err(Problem::not_found());
    }
    Ok(ancestors_rewrite(tx, org, parent).await?)
}

/// The ancestors of a moved subtree: the ways inside it stay, those to the old place are replaced by those to the new.
async fn ancestors_rewrite(tx: &mut Tx, org: OrgRef, parent: Option<OrgRef>) -> Result<()> {
    let inside = query("select org, depth from org_ancestor where region = $1 and ancestor = $2");
    let inside: Vec<(huiyin_base::Id, i64)> = inside.bind(org.region).bind(org.id).fetch_all(tx).await?;
    let cut = "delete from org_ancestor where region = $1
        and org in (select b.org from org_ancestor b where b.region = $1 and b.ancestor = $2)
        and ancestor in (select a.ancestor from org_ancestor a where a.region = $1 and a.org = $2 and a.depth > 0)";
    query(cut).bind(org.region).bind(org.id).execute(tx).await?;
    let above = match parent {
        Some(parent) => ancestors_of(tx, parent).await?,
        None => Vec::new(),
    };
    let mut rows = Vec::with_capacity(above.len() * inside.len());
    for (distance, ancestor) in (1_i64..).zip(above) {
        for (below, depth) in &inside {
            rows.push(values![org.region, ancestor, *below, depth + distance]);
        }
    }
    insert_many(tx, "insert into org_ancestor (region, ancestor, org, depth)", rows, "").await?;
    Ok(())
}

/// A new code or name from `day` on; the old ones are kept as predecessors until the day before.
pub async fn org_rename(tx: &mut Tx, org: OrgRef, code: &str, name: &str, day: Day) -> Result<(), Problem> {
    let old = org_find(tx, org).await?.ok_or_else(Problem::not_found)?;
    if old.code == code && old.name == name {
        return Ok(());
    }
    let keep =
        "insert into org_code (region, org, code, name, to_day) values ($1, $2, $3, $4, $5) on conflict do nothing";
    query(keep).bind(org.region).bind(org.id).bind(old.code).bind(&old.name).bind(day.plus(-1)).execute(tx).await?;
    // A short name that was no more than the name follows it.
    let short_name = if old.short_name == old.name { name } else { old.short_name.as_str() };
    let change = "update org set code = $3, name = $4, short_name = $5, initials = $6 where region = $1 and id = $2";
    let change = query(change).bind(org.region).bind(org.id).bind(code).bind(name).bind(short_name);
    change.bind(initials(name)).execute(tx).await.map_err(code_taken)?;
    Ok(())
}

/// Changes what is not kept as history: telephone, shown names, counts, place on the map, order.
pub async fn org_update(tx: &mut Tx, org: &Org) -> Result<()> {
    let change = "update org set short_name = $3, phone = $4, names_shown = $5, households = $6, population = $7,
        longitude = $8, latitude = $9, position = $10, kind = $11 where region = $1 and id = $2";
    let change = query(change).bind(org.region).bind(org.id).bind(&org.short_name).bind(&org.phone);
    let change = change.bind(org.names_shown).bind(org.households).bind(org.population).bind(org.longitude);
    change.bind(org.latitude).bind(org.position).bind(org.kind).execute(tx).await?;
    Ok(())
}

/// Whether the public may read this place for a problem; nothing where the number of people decides.
pub async fn org_place_shown(tx: &mut Tx, org: OrgRef) -> Result<Option<bool>> {
    let shown = query("select place_shown from org where region = $1 and id = $2").bind(org.region).bind(org.id);
    Ok(shown.fetch_column::<Option<bool>>(tx).await?.into_iter().next().flatten())
}

/// Decides whether the public may read this place for a problem, or leaves it to the number of people.
pub async fn org_place_show(tx: &mut Tx, org: OrgRef, shown: Option<bool>) -> Result<()> {
    let change = query("update org set place_shown = $3 where region = $1 and id = $2").bind(org.region).bind(org.id);
    change.bind(shown).execute(tx).await?;
    Ok(())
}

/// `day` is the organisation's last. Refused while others are below it.
pub async fn org_end(tx: &mut Tx, org: OrgRef, day: Day) -> Result<(), Problem> {
    let below = query("select count(*) from org where region = $1 and parent = $2 and (to_day is null or to_day > $3)");
    let below: i64 = below.bind(org.region).bind(org.id).bind(day).fetch_scalar(tx).await?;
    if below > 0 {
        return Err(Problem::conflict(format!("还有 {below} 个下级组织，请先把它们移走或撤销，再撤销本组织。")));
    }
    let end = query("update org set to_day = $3 where region = $1 and id = $2");
    match end.bind(org.region).bind(org.id).bind(day).execute(tx).await? {
        0 => Err(Problem::not_found()),
        _ => Ok(()),
    }
}

fn code_taken(error: huiyin_db::Error) -> Problem {
    if error.constraint().as_deref() == Some("org_region_code_key") {
        return Problem::conflict("这个代码已被本县另一个组织使用，请核对后再填。");
    }
    error.into()
}
