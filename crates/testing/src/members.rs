//! Invented members of a branch, without accounts.

use huiyin_base::Id;
use huiyin_directory::{MemberStage, Membership, Person, membership_add_many, person_add_many};

use crate::{City, TestApp};

impl City {
    /// Members of the village's branch by these names, born in 1940; gives their ids in this order.
    pub async fn members(&self, app: &TestApp, names: &[&str]) -> anyhow::Result<Vec<Id>> {
        let branch = self.org("上湾村党支部");
        let today = app.site.today();
        let mut rng = app.site.rngs.rng();
        let rows = names.iter().map(|name| {
            let id = Id::new(branch.region, today.start(), &mut rng);
            let person = Person {
                region: branch.region,
                id,
                name: (*name).to_owned(),
                sex: None,
                birth_year: Some(1940),
                education: None,
                citizen_number: None,
                phone: None,
                created_day: today,
            };
            let membership = Membership {
                region: branch.region,
                id: Id::new(branch.region, today.start(), &mut rng),
                person: id,
                branch: branch.id,
                stage: MemberStage::Active,
                joined_day: None,
                from_day: today.plus(-10),
                to_day: None,
            };
            (person, membership)
        });
        let rows: Vec<(Person, Membership)> = rows.collect();
        let ids = rows.iter().map(|(person, _)| person.id).collect();
        let write = app.site.db.write("test_members", move |tx| {
            let rows = rows.clone();
            Box::pin(async move {
                let people: Vec<_> = rows.iter().map(|(person, _)| (person.clone(), None)).collect();
                person_add_many(tx, &people).await?;
                let memberships: Vec<_> = rows.into_iter().map(|(_, membership)| membership).collect();
                Ok(membership_add_many(tx, &memberships).await?)
            })
        });
        write.await?;
        Ok(ids)
    }
}
