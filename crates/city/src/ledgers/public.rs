//! A ledger of the city's own that everybody may read, made as an administrator would: street lamps put right before the winter, and rated by
//! those who walk beneath them.

use std::sync::Arc;

use huiyin_base::{Problem, Rng};
use huiyin_cases::store::{KindMade, MadeState, kind_made_put, kind_publish};
use huiyin_cases::{FieldValue, Kind, MadeField, MadeKind, Rulebook, Value, post_of};
use huiyin_db::Db;
use huiyin_directory::Role;

use super::{Entry, Ledgers, words};

/// The kind's word.
const LAMPS: &str = "street_lamp";

/// How many lamps: the first field of a kind of one's own.
const COUNT: &str = "f1";

/// What was chosen for it.
fn chosen() -> MadeKind {
    let count = MadeField {
        label: "盏数".into(),
        kind: "number".into(),
        required: true,
        sort: true,
        public: true,
        ..MadeField::default()
    };
    MadeKind {
        name: LAMPS.into(),
        label: "路灯维修".into(),
        mark: "灯".into(),
        public_ledger: true,
        rated: true,
        desk: vec!["county_staff".into(), "city_staff".into()],
        verifier: "issuer".into(),
        sign: 2,
        days: [20, 30, 30, 30],
        fields: vec![count],
        ..MadeKind::default()
    }
}

impl Ledgers<'_> {
    /// Publishes the kind, and gives the rules with it among them.
    pub(crate) async fn with_own_kind(&self, db: &Db) -> Result<Rulebook, Problem> {
        let day = self.first_day();
        let made = chosen().settled(self.book, &[])?;
        let kind = made.rules(None, 1, day)?;
        let maker = self.staff(self.city.org, &[Role::SystemAdmin]);
        let maker = maker.first().ok_or_else(|| Problem::broken(std::io::Error::other("nobody makes kinds")))?;
        let row = KindMade {
            name: kind.name.clone(),
            version: kind.version,
            state: MadeState::Draft,
            form: serde_json::to_string(&made).map_err(Problem::broken)?,
            rules: String::new(),
            account_region: maker.account.region,
            account: maker.account.id,
            post: maker.grants.first().map(post_of).unwrap_or_default(),
            created_day: day,
            published_day: None,
        };
        let rules = kind.text.clone();
        let write = db.write("demo_own_kind", move |tx| {
            let (row, rules) = (row.clone(), rules.clone());
            Box::pin(async move {
                kind_made_put(tx, &row).await?;
                kind_publish(tx, &row, &rules, day).await?;
                Ok(())
            })
        });
        write.await?;
        let kinds: Vec<Kind> = self.book.kinds.iter().cloned().chain([kind]).collect();
        Ok(Rulebook { kinds: Arc::new(kinds), ..self.book.clone() })
    }

    /// Villages of every county, most of them done.
    pub(super) fn lamps(&self) -> Vec<Entry> {
        if self.book.kind(LAMPS).is_none() {
            return Vec::new();
        }
        let chosen = self.villages("lamps", self.sizes(117, 6));
        let made = chosen.into_iter().enumerate().map(|(n, (county, village, done))| {
            let mut rng = Rng::fork(self.scale.seed ^ n as u64, "lamps");
            let (said, result) = words::LAMPS[n % words::LAMPS.len()];
            let lamps = rng.between(3, 40);
            let days = self.days((150, 200), (8, 25), &mut rng);
            let votes =
                [("rated_for", rng.between(12, 46)), ("rated_against", rng.between(0, 4)), ("rated_abstained", 0)];
            let votes = votes.into_iter().map(|(field, n)| FieldValue::new(field, Value::Number(n)));
            Entry {
                kind: LAMPS,
                from: self.city.counties[county].org,
                to: village,
                title: format!("{}路灯维修", self.named(village)),
                text: "查一遍路灯，不亮的入冬前修好，先修学校和卫生室门口的，修好请走夜路的群众评一评。".to_owned(),
                values: vec![FieldValue::new(COUNT, Value::Number(lamps))],
                steps: if done { 5 } else { 2 + n % 2 },
                deadline: self.deadline(days[3], &mut rng),
                told: if done {
                    (votes.collect(), "已请群众评议".to_owned())
                } else {
                    (Vec::new(), said.to_owned())
                },
                done: format!("{lamps} 盏路灯{result}。"),
                days,
                rng,
            }
        });
        made.collect()
    }
}
