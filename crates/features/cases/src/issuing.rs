//! What a unit hands down to another: tasks, findings, rectifications. Such a case begins assigned, lives in the region of the
//! unit that is to do it, has its desk at the unit that handed it down, and is never on the wall.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use huiyin_base::{Day, Id, Problem, Region, Rng};
use huiyin_db::Tx;
use huiyin_directory::{AccountRef, OrgKind, OrgRef, Viewer, account_names, viewer_find};

use crate::attaching::{Attached, attach, only_own};
use crate::item::month_of;
use crate::opening::{PlaceOf, blank, first_event};
use crate::tree::{ancestors_lock, roll_up};
use crate::{
    Action, Actor, CaseItem, CaseRef, Cases, Channel, ClockChange, FieldType, FieldValue, History, Kind, Lines, Moment,
    OwnerLimits, Rulebook, Standing, State, Value, post_of, seq_at, store,
};

/// What is handed down.
#[derive(Clone, Debug)]
pub struct Issuing {
    /// The unit that is to do it.
    pub to: OrgRef,
    /// The person there; none lets the unit decide who signs.
    pub account: Option<AccountRef>,
    /// What it is called.
    pub title: String,
    /// What is to be done, and how far.
    pub text: String,
    /// The fields of the kind.
    pub values: Vec<FieldValue>,
    /// The working day to be done by; none takes the kind's days from signing.
    pub deadline: Option<Day>,
    /// The unit that hands it down.
    pub issuer: OrgRef,
    /// The case of the same region that it is a part of.
    pub parent: Option<CaseRef>,
    /// The form's own random word: the same word makes the same case.
    pub nonce: String,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Issued {
    /// The case.
    pub case: CaseRef,
    /// The form had been sent before, and this is what it made then.
    pub repeated: bool,
}

/// What is handed down, with its id, its place in the lists and whoever hands it down: all that the rules need.
#[derive(Clone, Debug)]
pub struct Issue<'a> {
    /// The kind's word.
    pub kind: &'a str,
    /// Its id, of the region of the unit that is to do it.
    pub id: Id,
    /// Its place in every list: [`crate::seq_at`].
    pub seq: i64,
    /// Who hands it down, and his unit and post.
    pub by: (AccountRef, String),
    /// What.
    pub what: Issuing,
}

/// A case ready to be handed down, for a write of the caller's: [`issued_add`].
#[derive(Clone, Debug)]
pub struct ReadyIssue {
    history: History,
    /// Blind index of the form's word.
    form: [u8; 32],
    /// Files for its fields.
    attached: Vec<Attached>,
}

impl ReadyIssue {
    /// The case as it will stand.
    pub fn case(&self) -> &CaseItem {
        &self.history.item
    }

    /// What stands in its fields.
    pub fn values(&self) -> &[FieldValue] {
        &self.history.values
    }
}

impl Cases {
    /// Hands one case down and returns once it is durable.
    pub async fn issue(
        &self,
        kind: &str,
        issuing: Issuing,
        viewer: &Viewer,
        moment: Moment,
        rng: &mut Rng,
    ) -> Result<Issued, Problem> {
        let done = self.issue_many(kind, vec![issuing], viewer, moment, rng).await?;
        done.first().copied().ok_or_else(Problem::not_found)
    }

    /// Hands many down in one write: all of them, or none.
    pub async fn issue_many(
        &self,
        kind: &str,
        all: Vec<Issuing>,
        viewer: &Viewer,
        moment: Moment,
        rng: &mut Rng,
    ) -> Result<Vec<Issued>, Problem> {
        let all = all.into_iter().map(|what| (what, Vec::new())).collect();
        self.issue_with_files(kind, all, viewer, moment, rng).await
    }

    /// The same, each with files for fields of its kind, which the file store has taken in for the region of its unit.
    pub async fn issue_with_files(
        &self,
        kind: &str,
        all: Vec<(Issuing, Vec<Attached>)>,
        viewer: &Viewer,
        moment: Moment,
        rng: &mut Rng,
    ) -> Result<Vec<Issued>, Problem> {
        let (all, files): (Vec<Issuing>, Vec<Vec<Attached>>) = all.into_iter().unzip();
        let mut ready = self.issue_ready(kind, all, viewer, moment, rng).await?;
        for (one, attached) in ready.iter_mut().zip(files) {
            one.attached = attached;
        }
        let ready = Arc::new(ready);
        let book = self.book.clone();
        let write = self.db.write("case_issue", move |tx| {
            let (ready, book) = (Arc::clone(&ready), book.clone());
            Box::pin(async move { issued_add(tx, &book, &ready).await })
        });
        write.await
    }

    /// Everything that the write needs, checked and made before it.
    pub async fn issue_ready(
        &self,
        kind: &str,
        all: Vec<Issuing>,
        viewer: &Viewer,
        moment: Moment,
        rng: &mut Rng,
    ) -> Result<Vec<ReadyIssue>, Problem> {
        let kind = self.book.kind(kind).filter(|kind| kind.is_issued()).ok_or_else(Problem::not_found)?;
        let mut tx = self.db.read().await?;
        let named = all.iter().flat_map(|one| [one.to, one.issuer]);
        let orgs = named.chain(viewer.grants.iter().map(|grant| grant.org)).collect();
        let lines = store::lines_find(&mut tx, orgs).await?;
        check_references(&mut tx, kind, &all).await?;
        // Cases of one form stand one behind the other.
        let first = seq_at(moment.now, rng);
        let mut ready = Vec::with_capacity(all.len());
        let mut parents: BTreeMap<Id, CaseItem> = BTreeMap::new();
        for (what, n) in all.into_iter().zip(0..) {
            if what.nonce.trim().len() < 8 {
                return Err(Problem::invalid("这张表单不完整，请刷新页面后重新填写。"));
            }
            let form = self.vault.blind("submission", what.nonce.trim());
            let post = may_issue(kind, what.issuer, viewer, &lines)?;
            if let Some(account) = what.account {
                check_person(&mut tx, kind, account, what.to, moment.today).await?;
            }
            if let Some(parent) = what.parent
                && !parents.contains_key(&parent.id)
            {
                if parent.region != what.to.region {
                    return Err(Problem::invalid("上级事项在别的县区，不能直接挂在它下面。"));
                }
                let whole = store::case_get(&mut tx, parent).await?.ok_or_else(Problem::not_found)?;
                self.handler(&mut tx, &whole, viewer).await?;
                parents.insert(parent.id, whole);
            }
            let id = Id::new(what.to.region, moment.now, rng);
            let issue = Issue { kind: &kind.name, id, seq: first + n, by: (viewer.account, post), what };
            let history = History::issue(&self.book, issue, &lines, moment)?;
            ready.push(ReadyIssue { history, form, attached: Vec::new() });
        }
        Ok(ready)
    }
}

/// Writes what is ready, in the caller's write. What the same form made before is found and not made again.
pub async fn issued_add(tx: &mut Tx, book: &Rulebook, ready: &[ReadyIssue]) -> Result<Vec<Issued>, Problem> {
    let (mut done, mut new) = (Vec::with_capacity(ready.len()), Vec::with_capacity(ready.len()));
    let mut with_files = Vec::new();
    for one in ready {
        let case = one.history.item.at();
        if store::submission_add(tx, one.form, case).await? {
            done.push(Issued { case, repeated: false });
            new.push(one.history.clone());
            with_files.extend((!one.attached.is_empty()).then_some(one));
        } else {
            let made = store::submission_find(tx, one.form).await?.ok_or_else(Problem::not_found)?;
            done.push(Issued { case: made, repeated: true });
        }
    }
    let Some(first) = new.first() else { return Ok(done) };
    let kind = book.kind_of(&first.item).ok_or_else(Problem::not_found)?;
    for one in ready {
        only_own(kind, &one.history.values, &one.attached)?;
    }
    store::kind_freeze(tx, kind, first.item.submitted_day).await?;
    let parents: BTreeMap<Id, Region> =
        new.iter().filter_map(|one| Some((one.item.parent?, one.item.region))).collect();
    for (id, region) in parents {
        below(tx, CaseRef { region, id }, &mut new).await?;
    }
    apart(tx, &mut new).await?;
    store::history_add_records(tx, &new).await?;
    for one in with_files {
        let item = &one.history.item;
        let moment = Moment { now: one.history.events[0].at, today: item.submitted_day };
        attach(tx, item.at(), kind, &one.history.values, &one.attached, moment).await?;
    }
    Ok(done)
}

/// Locks a parent and puts its new parts below it.
async fn below(tx: &mut Tx, parent: CaseRef, new: &mut [History]) -> Result<(), Problem> {
    let mut line = ancestors_lock(tx, parent).await?;
    line.push(store::case_lock(tx, parent).await?.ok_or_else(Problem::not_found)?);
    for one in new.iter_mut().filter(|one| one.item.parent == Some(parent.id)) {
        let Some(whole) = line.last_mut() else { return Err(Problem::not_found()) };
        one.item.path = format!("{}{}/", whole.path, one.item.id);
        roll_up(tx, &line, None, &one.item).await?;
        if let Some(whole) = line.last_mut() {
            whole.children_open += 1;
        }
    }
    Ok(())
}

/// What came in the same millisecond keeps its place in the lists of its region; these stand behind it.
pub(crate) async fn apart(tx: &mut Tx, new: &mut [History]) -> Result<(), Problem> {
    let mut places: BTreeMap<Region, (i64, i64)> = BTreeMap::new();
    for one in new.iter() {
        let (low, high) = places.entry(one.item.region).or_insert((one.item.seq, one.item.seq));
        (*low, *high) = ((*low).min(one.item.seq), (*high).max(one.item.seq));
    }
    for (region, (mut low, mut high)) in places {
        while let Some(taken) = store::seq_taken(tx, region, low, high).await? {
            let step = taken + 1 - low;
            for one in new.iter_mut().filter(|one| one.item.region == region) {
                one.item.seq += step;
            }
            (low, high) = (low + step, high + step);
        }
    }
    Ok(())
}

impl History {
    /// A case as it was handed down: pure, for one, for many, and for an invented city. Who may hand it down, and whether the named
    /// person fits, the caller has checked.
    pub fn issue(book: &Rulebook, issue: Issue<'_>, lines: &Lines, moment: Moment) -> Result<Self, Problem> {
        let Issue { kind, id, seq, by: (account, post), what } = issue;
        let kind = book.kind(kind).filter(|kind| kind.is_issued()).ok_or_else(Problem::not_found)?;
        let org = lines.kind(what.to).ok_or_else(|| Problem::invalid("没有找到这个单位，请重新选择。"))?;
        if !lines.hands_down(what.issuer, what.to) {
            return Err(Problem::invalid("只能下达给本单位、下级单位，部门还可以下达给本级所属的单位。"));
        }
        // Whoever hands it down has not voted on it, whatever an old sheet says.
        let given: Vec<FieldValue> =
            what.values.iter().filter(|value| !kind.counts_votes(&value.field)).cloned().collect();
        let values = kind.checked(&given, true)?;
        let place = place_of(lines, what.to);
        let mut item = blank(&place, what.issuer, seq, id, moment.today);
        (item.kind, item.kind_version) = (kind.name.clone(), kind.version);
        (item.channel, item.state) = (Channel::Issued, State::Assigned);
        book.set_text(&what.title, &what.text, &mut item)?;
        (item.posted_day, item.posted_month) = (Some(moment.today), Some(month_of(moment.today)));
        item.assigned_day = Some(moment.today);
        item.parent = what.parent.map(|parent| parent.id);
        item.set_owner(what.to, what.account);
        if let Some(deadline) = what.deadline {
            book.set_deadline(deadline, moment.today, &mut item)?;
        }
        let limits = kind.days(org).unwrap_or_else(|| book.rules.level(org));
        let limits = OwnerLimits { sign_halves: limits.sign * 2, answer: limits.answer };
        book.change_clock(&mut item, ClockChange::Sign, limits.sign_halves, moment);
        let mut event = first_event(&item, &Actor::System, post, moment);
        (event.kind, event.actor, event.public) = (Action::Issue, crate::ActorKind::Staff, false);
        (event.account_region, event.account) = (Some(account.region), Some(account.id));
        (event.org_region, event.org) = (Some(what.issuer.region), Some(what.issuer.id));
        Ok(Self {
            item,
            events: vec![event],
            owners: Vec::new(),
            answers: Vec::new(),
            messages: Vec::new(),
            photos: Vec::new(),
            ratings: Vec::new(),
            follows: Vec::new(),
            values,
        })
    }
}

/// Where the unit lies, by what stands above it in its own region.
pub(crate) fn place_of(lines: &Lines, to: OrgRef) -> PlaceOf {
    let line: Vec<OrgRef> = std::iter::once(to).chain(lines.above(to)).filter(|org| org.region == to.region).collect();
    let first = |kinds: &[OrgKind]| {
        line.iter().find(|org| lines.kind(**org).is_some_and(|kind| kinds.contains(&kind))).map(|org| org.id)
    };
    PlaceOf {
        county: line.last().copied().unwrap_or(to),
        township: first(&[OrgKind::Township]),
        village: first(&[OrgKind::Village, OrgKind::Community]),
    }
}

/// The unit and post by which the viewer hands down in the name of `issuer`.
fn may_issue(kind: &Kind, issuer: OrgRef, viewer: &Viewer, lines: &Lines) -> Result<String, Problem> {
    let roles = kind.roles(Standing::Desk);
    let grants = || viewer.grants.iter().filter(|grant| roles.contains(&grant.role));
    let grant = grants().find(|grant| grant.org == issuer).or_else(|| grants().find(|g| lines.within(issuer, g.org)));
    let grant = grant.ok_or_else(|| {
        Problem::forbidden(format!("您不能以这个单位的名义下达“{}”。请换成您所在的单位，或者联系上级。", kind.label))
    })?;
    Ok(post_of(grant))
}

pub(crate) async fn check_person(
    tx: &mut Tx,
    kind: &Kind,
    account: AccountRef,
    at: OrgRef,
    today: Day,
) -> Result<(), Problem> {
    let roles = kind.roles(Standing::OwnerOrg);
    let person = viewer_find(tx, account, today).await?;
    let fits =
        person.is_some_and(|person| person.grants.iter().any(|grant| grant.org == at && roles.contains(&grant.role)));
    if fits { Ok(()) } else { Err(Problem::invalid("这个人不在承办单位任职，请另选一位。")) }
}

/// What fields refer to exists.
pub(crate) async fn check_references(tx: &mut Tx, kind: &Kind, all: &[Issuing]) -> Result<(), Problem> {
    check_values(tx, kind, all.iter().flat_map(|one| &one.values)).await
}

/// The same for the values of one case.
pub(crate) async fn check_values<'a>(
    tx: &mut Tx,
    kind: &Kind,
    values: impl Iterator<Item = &'a FieldValue>,
) -> Result<(), Problem> {
    let mut named: BTreeMap<(bool, Region), BTreeMap<Id, &str>> = BTreeMap::new();
    for given in values {
        let Some(field) = kind.field(&given.field) else { continue };
        let Some(Value::Ref(id)) = given.value else { continue };
        if field.kind != FieldType::File {
            named.entry((field.is_person(), id.region())).or_default().insert(id, &field.label);
        }
    }
    for ((person, region), ids) in named {
        let wanted: Vec<Id> = ids.keys().copied().collect();
        let known: BTreeSet<Id> = if person {
            account_names(tx, wanted).await?.into_keys().collect()
        } else {
            store::orgs_known(tx, region, &wanted).await?
        };
        if let Some((_, label)) = ids.iter().find(|(id, _)| !known.contains(id)) {
            return Err(Problem::invalid(format!("“{label}”没有找到，请重新选择。")));
        }
    }
    Ok(())
}
