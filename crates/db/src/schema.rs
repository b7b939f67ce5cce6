//! The tables as an engine keeps them, in words that both engines share; and walks over references that are plain ids.

use std::collections::BTreeMap;

use crate::{Engine, Error, Query, Result, Tx, query};

/// A table of the open database.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// In the order in which they were declared.
    pub columns: Vec<Column>,
    /// Every unique and plain index, the primary key among them, in the order of their columns.
    pub indexes: Vec<Index>,
    /// Every foreign key.
    pub foreign_keys: Vec<ForeignKey>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// `integer`, `text`, `blob` or `real`: what SQLite distinguishes.
    pub storage: &'static str,
    /// May be null.
    pub nullable: bool,
}

/// An index.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Index {
    /// Its columns, in order.
    pub columns: Vec<String>,
    /// No two rows alike.
    pub unique: bool,
    /// Covers only some rows.
    pub partial: bool,
}

/// A foreign key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ForeignKey {
    /// Its columns, in order.
    pub columns: Vec<String>,
    /// The table it points into.
    pub target: String,
}

/// A column that holds the id of a row elsewhere without a foreign key, since the row may lie in another region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The table that refers.
    pub table: String,
    /// The column with the id.
    pub column: String,
    /// The column with the target's region, where there is one.
    pub region: Option<String>,
    /// The table referred to; its id is called `id`.
    pub target: String,
}

/// Every table, by name; the driver's own are left out.
pub async fn tables(tx: &mut Tx) -> Result<BTreeMap<String, Table>> {
    let (columns, indexes, keys) = match tx.engine() {
        Engine::Sqlite => (SQLITE_COLUMNS, SQLITE_INDEXES, SQLITE_KEYS),
        Engine::Postgres => (POSTGRES_COLUMNS, POSTGRES_INDEXES, POSTGRES_KEYS),
    };
    let mut tables: BTreeMap<String, Table> = BTreeMap::new();
    for (name, column, declared, nullable) in query(columns).fetch_all::<(String, String, String, i64)>(tx).await? {
        let table = tables.entry(name.clone()).or_insert_with(|| Table { name, ..Table::default() });
        table.columns.push(Column { name: column, storage: storage_of(&declared), nullable: nullable != 0 });
    }
    for (name, columns, unique, partial) in query(indexes).fetch_all::<(String, String, i64, i64)>(tx).await? {
        let Some(table) = tables.get_mut(&name) else { continue };
        table.indexes.push(Index { columns: listed(&columns), unique: unique != 0, partial: partial != 0 });
    }
    for (name, columns, target) in query(keys).fetch_all::<(String, String, String)>(tx).await? {
        let Some(table) = tables.get_mut(&name) else { continue };
        table.foreign_keys.push(ForeignKey { columns: listed(&columns), target });
    }
    for table in tables.values_mut() {
        table.indexes.sort();
        table.foreign_keys.sort();
    }
    Ok(tables)
}

/// How many rows of `reference` name an id, and how many of those ids are nowhere.
pub async fn dangling(tx: &mut Tx, reference: &Reference) -> Result<(i64, i64)> {
    let Reference { table, column, region, target } = reference;
    let names = [Some(table), Some(column), region.as_ref(), Some(target)];
    if names.into_iter().flatten().any(|name| !is_plain(name)) {
        return Err(Error::Schema(format!("not the name of a table or column: {reference:?}")));
    }
    let same_region = region.as_ref().map(|region| format!("t.region = f.{region} and ")).unwrap_or_default();
    let sql = format!(
        "select count(*), cast(coalesce(sum(case when t.id is null then 1 else 0 end), 0) as bigint)
         from {table} f left join {target} t on {same_region}t.id = f.{column} where f.{column} is not null"
    );
    Query::composed(sql, Vec::new()).fetch_one(tx).await
}

/// The names of an index or key, which the statements give joined by commas.
fn listed(names: &str) -> Vec<String> {
    names.split(',').map(str::to_owned).collect()
}

fn storage_of(declared: &str) -> &'static str {
    match declared.to_lowercase().as_str() {
        "integer" | "bigint" | "boolean" | "timestamp with time zone" => "integer",
        "blob" | "uuid" | "bytea" => "blob",
        "real" | "double precision" => "real",
        _ => "text",
    }
}

pub(crate) fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_')
}

const SQLITE_COLUMNS: &str = "
    select m.name, c.name, c.type, case when c.\"notnull\" = 0 and c.pk = 0 then 1 else 0 end
    from sqlite_schema m join pragma_table_info(m.name) c
    where m.type = 'table' and substr(m.name, 1, 7) <> 'sqlite_' and substr(m.name, 1, 5) <> '_sqlx'
    order by m.name, c.cid";

// A primary key that is the row number itself has no index of its own, and is told from the columns.
const SQLITE_INDEXES: &str = "
    select t, cols, u, p from (
        select m.name as t, i.\"unique\" as u, i.partial as p,
            (select group_concat(name, ',') from (select coalesce(x.name, '(expression)') as name
                from pragma_index_info(i.name) x order by x.seqno)) as cols
        from sqlite_schema m join pragma_index_list(m.name) i where m.type = 'table'
        union all
        select m.name, 1, 0, group_concat(c.name, ',')
        from sqlite_schema m join pragma_table_info(m.name) c
        where m.type = 'table' and c.pk > 0
            and not exists (select 1 from pragma_index_list(m.name) i where i.origin = 'pk')
        group by m.name
    ) where cols is not null";

const SQLITE_KEYS: &str = "
    select m.name, (select group_concat(name, ',') from (select f.\"from\" as name from pragma_foreign_key_list(m.name) f
        where f.id = k.id order by f.seq)), k.\"table\"
    from sqlite_schema m join pragma_foreign_key_list(m.name) k where m.type = 'table' and k.seq = 0";

const POSTGRES_COLUMNS: &str = "
    select cast(c.table_name as text), cast(c.column_name as text), cast(c.data_type as text),
        cast(case when c.is_nullable = 'YES' then 1 else 0 end as bigint)
    from information_schema.columns c
    join information_schema.tables t on t.table_schema = c.table_schema and t.table_name = c.table_name
    where c.table_schema = current_schema() and t.table_type = 'BASE TABLE' and substr(c.table_name, 1, 5) <> '_sqlx'
    order by c.table_name, c.ordinal_position";

const POSTGRES_INDEXES: &str = "
    select cast(t.relname as text),
        (select string_agg(cast(coalesce(a.attname, '(expression)') as text), ',' order by k.place)
            from unnest(i.indkey) with ordinality as k(number, place)
            left join pg_attribute a on a.attrelid = t.oid and a.attnum = k.number),
        cast(case when i.indisunique then 1 else 0 end as bigint),
        cast(case when i.indpred is not null then 1 else 0 end as bigint)
    from pg_index i join pg_class t on t.oid = i.indrelid join pg_namespace n on n.oid = t.relnamespace
    where n.nspname = current_schema()";

const POSTGRES_KEYS: &str = "
    select cast(t.relname as text),
        (select string_agg(cast(a.attname as text), ',' order by k.place)
            from unnest(c.conkey) with ordinality as k(number, place)
            join pg_attribute a on a.attrelid = t.oid and a.attnum = k.number),
        cast(f.relname as text)
    from pg_constraint c join pg_class t on t.oid = c.conrelid join pg_class f on f.oid = c.confrelid
    join pg_namespace n on n.oid = t.relnamespace
    where c.contype = 'f' and n.nspname = current_schema()";
