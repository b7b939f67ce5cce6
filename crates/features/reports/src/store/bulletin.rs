//! Bulletins and reviews with their frozen numbers. Their region is the city's own.

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Filter, Result, Tx, insert_many, query, values};

use crate::bulletin::{Bulletin, BulletinState, Term};
use crate::numbers::Numbers;

/// The columns of a [`Bulletin`].
const COLUMNS: &str =
    "select b.region, b.id, b.kind, b.period, b.version, b.template, b.state, b.revision, b.remarks, b.correction,
    b.public, b.year, b.number, b.made_day, b.issued_day from bulletin b where b.region = ?";

/// Which bulletins a reader may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sight {
    /// What is public.
    Public,
    /// Everything that was issued.
    Staff,
    /// Drafts too.
    Issuer,
}

impl Sight {
    fn narrow(self, filter: Filter) -> Filter {
        match self {
            Self::Issuer => filter,
            Self::Staff => filter.and("b.state = ?").bind(BulletinState::Issued),
            Self::Public => filter.and("b.state = ?").bind(BulletinState::Issued).and("b.public = ?").bind(true),
        }
    }
}

/// The newest versions first, as far as the reader may see them.
pub(crate) async fn bulletin_list(
    tx: &mut Tx,
    region: Region,
    sight: Sight,
    kind: crate::bulletin::BulletinKind,
    limit: i64,
) -> Result<Vec<Bulletin>> {
    let filter = sight.narrow(Filter::new(COLUMNS).bind(region)).and("b.kind = ?").bind(kind);
    filter.then("order by b.period desc, b.version desc limit ?").bind(limit).query().fetch_all(tx).await
}

/// A version of a bulletin; without a version the newest that the reader may see.
pub(crate) async fn bulletin_find(
    tx: &mut Tx,
    region: Region,
    sight: Sight,
    term: Term,
    version: Option<i64>,
) -> Result<Option<Bulletin>> {
    let filter = sight.narrow(Filter::new(COLUMNS).bind(region)).and("b.kind = ?").bind(term.kind);
    let filter = filter.and("b.period = ?").bind(term.first).and_some("b.version = ?", version);
    filter.then("order by b.version desc limit 1").query().fetch_optional(tx).await
}

/// For the engine and for jobs.
pub(crate) async fn bulletin_get(tx: &mut Tx, region: Region, id: Id) -> Result<Option<Bulletin>> {
    Filter::new(COLUMNS).bind(region).and("b.id = ?").bind(id).query().fetch_optional(tx).await
}

/// Adds a version; `false` where it is there already.
pub(crate) async fn bulletin_add(tx: &mut Tx, of: &Bulletin) -> Result<bool> {
    let added = query(
        "insert into bulletin (region, id, kind, period, version, template, state, revision, remarks, correction, public, made_day)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict (region, kind, period, version) do nothing",
    );
    let added = added.bind(of.region).bind(of.id).bind(of.kind).bind(of.period).bind(of.version).bind(of.template);
    let added = added.bind(of.state).bind(of.revision).bind(of.remarks.as_str()).bind(of.correction.clone());
    Ok(added.bind(of.public).bind(of.made_day).execute(tx).await? > 0)
}

/// What an issuer writes into a draft; `false` where another was first.
pub(crate) async fn bulletin_remark(tx: &mut Tx, of: &Bulletin, remarks: &str, public: bool) -> Result<bool> {
    let changed = query(
        "update bulletin set remarks = $4, public = $5, revision = revision + 1
         where region = $1 and id = $2 and revision = $3 and state = 'draft'",
    );
    let changed = changed.bind(of.region).bind(of.id).bind(of.revision).bind(remarks).bind(public);
    Ok(changed.execute(tx).await? > 0)
}

/// A draft begins to be issued; `false` where another was first.
pub(crate) async fn bulletin_begin(tx: &mut Tx, of: &Bulletin, figures: &[(String, Id)]) -> Result<bool> {
    let begun = query(
        "update bulletin set state = 'issuing', revision = revision + 1
         where region = $1 and id = $2 and revision = $3 and state = 'draft'",
    );
    if begun.bind(of.region).bind(of.id).bind(of.revision).execute(tx).await? == 0 {
        return Ok(false);
    }
    let rows = figures.iter().map(|(figure, snapshot)| values![of.region, of.id, figure.as_str(), *snapshot]);
    let head = "insert into bulletin_figure (region, bulletin, figure, snapshot)";
    insert_many(tx, head, rows.collect(), "").await?;
    Ok(true)
}

/// The figures of a bulletin with their snapshots.
pub(crate) async fn figure_list(tx: &mut Tx, region: Region, bulletin: Id) -> Result<Vec<(String, Id)>> {
    query("select figure, snapshot from bulletin_figure where region = $1 and bulletin = $2 order by figure")
        .bind(region)
        .bind(bulletin)
        .fetch_all(tx)
        .await
}

/// The snapshot behind a figure of a bulletin.
pub(crate) async fn figure_find(tx: &mut Tx, of: &Bulletin, figure: &str) -> Result<Option<Id>> {
    let found = query("select snapshot from bulletin_figure where region = $1 and bulletin = $2 and figure = $3")
        .bind(of.region)
        .bind(of.id)
        .bind(figure)
        .fetch_optional::<(Id,)>(tx)
        .await?;
    Ok(found.map(|(id,)| id))
}

/// The bulletin is out: its numbers are kept, and it gets the next number of its year. Twice does nothing.
pub(crate) async fn bulletin_finish(tx: &mut Tx, of: &Bulletin, numbers: &Numbers, today: Day) -> Result<bool> {
    let (year, number) = number_next(tx, of, today).await?;
    let issued = query(
        "update bulletin set state = 'issued', issued_day = $3, year = $4, number = $5
         where region = $1 and id = $2 and state = 'issuing'",
    );
    let issued = issued.bind(of.region).bind(of.id).bind(today).bind(year).bind(number);
    if issued.execute(tx).await? == 0 {
        return Ok(false);
    }
    let rows = numbers.all().map(|(figure, place, number)| {
        values![of.region, of.id, figure, place.unwrap_or(of.region), number.value, number.over]
    });
    let head = "insert into bulletin_value (region, bulletin, figure, place, value, whole)";
    insert_many(tx, head, rows.collect(), "").await?;
    Ok(true)
}

/// A correction keeps the number of what it corrects.
async fn number_next(tx: &mut Tx, of: &Bulletin, today: Day) -> Result<(i64, i64)> {
    let first = query(
        "select year, number from bulletin where region = $1 and kind = $2 and period = $3 and number is not null
         order by version limit 1",
    );
    let first = first.bind(of.region).bind(of.kind).bind(of.period).fetch_optional::<(i64, i64)>(tx).await?;
    if let Some(first) = first {
        return Ok(first);
    }
    // Two that come out in the same moment stand in a row: each waits here for the other's number.
    let gate = Filter::new("select x.id from bulletin x where x.region = ?").bind(of.region).and("x.kind = ?");
    let gate = gate.bind(of.kind).then("order by x.period, x.version limit 1");
    gate.locked(tx).query().fetch_optional::<(Id,)>(tx).await?;
    let year = i64::from(today.year());
    let last = query("select coalesce(max(number), 0) from bulletin where region = $1 and kind = $2 and year = $3");
    let last: i64 = last.bind(of.region).bind(of.kind).bind(year).fetch_scalar(tx).await?;
    Ok((year, last + 1))
}

/// The numbers of an issued bulletin.
pub(crate) async fn value_list(
    tx: &mut Tx,
    region: Region,
    bulletin: Id,
) -> Result<Vec<(String, Region, i64, Option<i64>)>> {
    query("select figure, place, value, whole from bulletin_value where region = $1 and bulletin = $2 order by figure, place")
        .bind(region)
        .bind(bulletin)
        .fetch_all(tx)
        .await
}

/// The city's own organisation: who issues.
pub(crate) async fn issuer(tx: &mut Tx, region: Region) -> Result<Option<(Id, String)>> {
    query("select o.id, o.name from org o where o.region = $1 and o.kind = 'city' order by o.code limit 1")
        .bind(region)
        .fetch_optional(tx)
        .await
}
