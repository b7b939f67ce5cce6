//! Requests for data, who is asked, what was answered.

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Filter, Result, Tx, insert_many, query, row, values};

row! {
    /// A request for data.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct FieldRequest {
        pub(crate) region: Region,
        pub(crate) id: Id,
        pub(crate) year: i64,
        pub(crate) number: i64,
        pub(crate) issuer: Id,
        pub(crate) title: String,
        pub(crate) basis: String,
        pub(crate) made_day: Day,
        pub(crate) until_day: Day,
        pub(crate) stopped_day: Option<Day>,
        pub(crate) refused: Option<String>,
    }
}

row! {
    /// Something that is asked for.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Field {
        pub(crate) position: i64,
        pub(crate) label: String,
        pub(crate) figure: Option<String>,
    }
}

row! {
    /// A unit that is asked.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct AskedUnit {
        pub(crate) unit_region: Region,
        pub(crate) unit: Id,
        pub(crate) name: String,
        pub(crate) answered_day: Option<Day>,
        pub(crate) objection: Option<String>,
    }
}

const COLUMNS: &str =
    "select r.region, r.id, r.year, r.number, r.issuer, r.title, r.basis, r.made_day, r.until_day, r.stopped_day,
    r.refused from field_request r where r.refused is null";

/// The newest first. Who asked for what is open to everybody whom it may concern.
pub(crate) async fn request_list(tx: &mut Tx, limit: i64) -> Result<Vec<FieldRequest>> {
    Filter::new(COLUMNS).then("order by r.made_day desc, r.id desc limit ?").bind(limit).query().fetch_all(tx).await
}

/// By its public number, refused ones too.
pub(crate) async fn request_find(tx: &mut Tx, region: Region, year: i64, number: i64) -> Result<Option<FieldRequest>> {
    query(
        "select region, id, year, number, issuer, title, basis, made_day, until_day, stopped_day, refused
         from field_request where region = $1 and year = $2 and number = $3",
    )
    .bind(region)
    .bind(year)
    .bind(number)
    .fetch_optional(tx)
    .await
}

/// By the random number of its form.
pub(crate) async fn request_by_nonce(tx: &mut Tx, region: Region, nonce: &str) -> Result<Option<FieldRequest>> {
    query(
        "select region, id, year, number, issuer, title, basis, made_day, until_day, stopped_day, refused
         from field_request where region = $1 and nonce = $2",
    )
    .bind(region)
    .bind(nonce)
    .fetch_optional(tx)
    .await
}

/// The labels, in small letters, of what is asked for and not held by requests in force on `day`.
pub(crate) async fn asked_list(tx: &mut Tx, day: Day) -> Result<Vec<(String, Region, i64, i64)>> {
    query(
        "select f.label, r.region, r.year, r.number from field_request_item f
         join field_request r on r.region = f.region and r.id = f.request
         where r.refused is null and r.stopped_day is null and r.until_day >= $1 and f.figure is null
         order by r.region, r.year, r.number, f.position",
    )
    .bind(day)
    .fetch_all(tx)
    .await
}

/// Writes a request with the next number of its year; gives the number.
pub(crate) async fn request_add(
    tx: &mut Tx,
    of: &FieldRequest,
    nonce: &str,
    fields: &[Field],
    units: &[(Region, Id)],
) -> Result<i64> {
    let last = query("select coalesce(max(number), 0) from field_request where region = $1 and year = $2");
    let last: i64 = last.bind(of.region).bind(of.year).fetch_scalar(tx).await?;
    let number = last + 1;
    let added = query(
        "insert into field_request (region, id, year, number, issuer, title, basis, made_day, until_day, refused, nonce)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    );
    let added = added.bind(of.region).bind(of.id).bind(of.year).bind(number).bind(of.issuer).bind(of.title.as_str());
    let added = added.bind(of.basis.as_str()).bind(of.made_day).bind(of.until_day).bind(of.refused.clone()).bind(nonce);
    added.execute(tx).await?;
    let rows = fields
        .iter()
        .map(|field| values![of.region, of.id, field.position, field.label.as_str(), field.figure.clone()]);
    let head = "insert into field_request_item (region, request, position, label, figure)";
    insert_many(tx, head, rows.collect(), "").await?;
    let rows = units.iter().map(|(region, unit)| values![of.region, of.id, *region, *unit]);
    insert_many(tx, "insert into field_request_unit (region, request, unit_region, unit)", rows.collect(), "").await?;
    Ok(number)
}

pub(crate) async fn field_list(tx: &mut Tx, region: Region, request: Id) -> Result<Vec<Field>> {
    query("select position, label, figure from field_request_item where region = $1 and request = $2 order by position")
        .bind(region)
        .bind(request)
        .fetch_all(tx)
        .await
}

pub(crate) async fn unit_list(tx: &mut Tx, region: Region, request: Id) -> Result<Vec<AskedUnit>> {
    query(
        "select u.unit_region, u.unit, coalesce(o.name, '') as name, u.answered_day, u.objection
         from field_request_unit u left join org o on o.region = u.unit_region and o.id = u.unit
         where u.region = $1 and u.request = $2 order by o.code, u.unit",
    )
    .bind(region)
    .bind(request)
    .fetch_all(tx)
    .await
}

/// AskedUnit, field and what was answered.
pub(crate) async fn answer_list(tx: &mut Tx, region: Region, request: Id) -> Result<Vec<(Id, i64, String)>> {
    query(
        "select unit, position, value from field_request_answer where region = $1 and request = $2 order by unit, position",
    )
    .bind(region)
    .bind(request)
    .fetch_all(tx)
    .await
}

/// A unit answers or objects, once; `false` where it has already.
pub(crate) async fn unit_answer(
    tx: &mut Tx,
    (region, request): (Region, Id),
    (unit_region, unit): (Region, Id),
    today: Day,
    answer: &Answer,
) -> Result<bool> {
    let objection = if let Answer::Objection(words) = answer { Some(words.as_str()) } else { None };
    let first = query(
        "update field_request_unit set answered_day = $5, objection = $6
         where region = $1 and request = $2 and unit_region = $3 and unit = $4 and answered_day is null",
    );
    let first = first.bind(region).bind(request).bind(unit_region).bind(unit).bind(today).bind(objection);
    if first.execute(tx).await? == 0 {
        return Ok(false);
    }
    if let Answer::Values(given) = answer {
        let rows = given
            .iter()
            .map(|(position, value)| values![region, request, unit_region, unit, *position, value.as_str()]);
        let head = "insert into field_request_answer (region, request, unit_region, unit, position, value)";
        insert_many(tx, head, rows.collect(), "").await?;
    }
    Ok(true)
}

/// What a unit says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The fields that are not held.
    Values(Vec<(i64, String)>),
    /// Why it will not.
    Objection(String),
}

/// Ends a request; `false` where it has ended.
pub(crate) async fn request_stop(tx: &mut Tx, region: Region, request: Id, today: Day) -> Result<bool> {
    let stopped = query(
        "update field_request set stopped_day = $3 where region = $1 and id = $2 and stopped_day is null and refused is null",
    );
    Ok(stopped.bind(region).bind(request).bind(today).execute(tx).await? > 0)
}

/// Issuer, month, how many were issued and how many refused: what everybody may count.
pub(crate) async fn issuer_list(tx: &mut Tx, from: Day) -> Result<Vec<(String, i64, i64, i64)>> {
    query(
        "select coalesce(o.name, ''), r.made_day / 100, cast(sum(case when r.refused is null then 1 else 0 end) as bigint),
             cast(sum(case when r.refused is null then 0 else 1 end) as bigint)
         from field_request r left join org o on o.region = r.region and o.id = r.issuer
         where r.made_day >= $1 group by o.code, o.name, r.made_day / 100 order by r.made_day / 100 desc, o.code",
    )
    .bind(from)
    .fetch_all(tx)
    .await
}
