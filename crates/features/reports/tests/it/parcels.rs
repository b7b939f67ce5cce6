//! Parcels delivered to villages: 120 posted, of which some have arrived; what is inside a few is sensitive.

use huiyin_base::{Id, Region};
use huiyin_db::{Value, insert_many, query, values};
use huiyin_directory::Role;
use huiyin_figures::{Columns, Cut, Dimension, Figure, Kind, Registry, Selection, Sight};
use huiyin_testing::{City, TestApp};
use huiyin_web::Feature;

const COLUMNS: Columns = Columns {
    id: "p.id",
    region: "p.region",
    day: "p.day",
    title: "p.title",
    township: Some("p.township"),
    category: Some("p.category"),
    number: Some(("p.day / 10000", "p.n")),
    ..Columns::NONE
};

fn posted(cut: &Cut) -> Selection {
    Selection::new("from parcel p where p.day > 0", COLUMNS).within(cut).during(cut)
}

fn arrived(cut: &Cut) -> Selection {
    posted(cut).narrowed(|rows| rows.and("p.arrived = ?").bind(1_i64))
}

fn rare(cut: &Cut) -> Selection {
    posted(cut).narrowed(|rows| rows.and("p.n <= ?").bind(3_i64))
}

fn figure(id: &'static str, name: &'static str, kind: Kind, rows: fn(&Cut) -> Selection) -> Figure {
    Figure {
        id,
        name,
        unit: if matches!(kind, Kind::Rate { .. }) { "%" } else { "件" },
        definition: "送到村里的包裹，按寄出日期计。",
        kind,
        rows,
        breakdowns: &[Dimension::Region, Dimension::Township, Dimension::Category, Dimension::Month],
        categories: || ["食品", "书", "其他"].map(|name| (format!("c{}", name.len()), name.to_owned())).to_vec(),
        sub_categories: Vec::new,
        least: 0,
        seen_by: Sight::Everyone,
        opened_by: Sight::Everyone,
        record_path: Some("/parcels/"),
    }
}

pub(crate) fn register(registry: &mut Registry) {
    registry.add(figure("parcels_posted", "寄出包裹", Kind::Count, posted));
    registry.add(figure("parcels_arrived", "送达包裹", Kind::Count, arrived));
    registry.add(figure("parcels_rate", "送达率", Kind::Rate { over: "parcels_posted" }, arrived));
    let officials = Sight::Roles(&[Role::CountyStaff, Role::CityStaff]);
    let rare = figure("parcels_rare", "特殊包裹", Kind::Count, rare);
    registry.add(Figure { least: 5, opened_by: officials, ..rare });
    let hidden = figure("parcels_hidden", "内部包裹", Kind::Count, posted);
    registry.add(Figure { seen_by: officials, opened_by: officials, ..hidden });
}

/// The same numbers under the names that the templates of bulletins know.
pub(crate) fn as_problems(registry: &mut Registry) {
    registry.add(figure("problems_raised", "寄出包裹", Kind::Count, posted));
    registry.add(figure("problems_solved", "送达包裹", Kind::Count, arrived));
    registry.add(figure("problems_due", "应到包裹", Kind::Count, posted));
    registry.add(figure("problems_on_time_rate", "按期送达率", Kind::Rate { over: "problems_due" }, arrived));
    registry.add(figure("problems_overdue", "迟到包裹", Kind::Count, rare));
}

/// A house with reports, parcels and the small city.
pub(crate) async fn house() -> (TestApp, City) {
    house_of(register).await
}

/// The same with figures of one's own.
pub(crate) async fn house_of(register: fn(&mut Registry)) -> (TestApp, City) {
    let parcels = Feature { name: "parcels", figures: Some(register), ..Feature::default() };
    let app = TestApp::new(vec![huiyin_reports::feature(), parcels]).await.unwrap();
    let city = City::found(&app).await.unwrap();
    let (lower, upper) = (city.org("柳河镇"), city.org("杏岭镇"));
    let mut rng = app.site.rngs.rng();
    let rows: Vec<Vec<Value>> = (0..120_i64)
        .map(|n| {
            let town = if n % 3 == 0 { upper } else { lower };
            let region: Region = town.region;
            let day = 20_160_101 + n % 11 * 100;
            let category = if n % 4 == 0 { "c6" } else { "c3" };
            let id = Id::new(region, app.site.clock.now(), &mut rng);
            // Three of four arrive; the county of 杏岭镇 counts its own numbers.
            let number = if n % 3 == 0 { n / 3 + 1 } else { n - n / 3 };
            values![region, id, day, format!("包裹<{n}>"), town.id, category, number, i64::from(n % 4 != 3)]
        })
        .collect();
    let sqlite = app.site.db.engine() == huiyin_db::Engine::Sqlite;
    app.site
        .db
        .write("parcels", move |tx| {
            let rows = rows.clone();
            Box::pin(async move {
                let create = if sqlite {
                    "create table parcel (region integer, id blob, day integer, title text, township blob, category text,
                        n integer, arrived integer)"
                } else {
                    "create table parcel (region bigint, id uuid, day bigint, title text, township uuid, category text,
                        n bigint, arrived bigint)"
                };
                query(create).execute(tx).await?;
                let head = "insert into parcel (region, id, day, title, township, category, n, arrived)";
                Ok(insert_many(tx, head, rows, "").await?)
            })
        })
        .await
        .unwrap();
    (app, city)
}
