//! Four promotion meetings and five observation meetings.

use huiyin_base::Rng;
use huiyin_directory::Role;
use huiyin_life::store::{Meeting, MeetingKind, MeetingLesson, MeetingObserver, MeetingStop, Whole};

use super::Supervisor;
use super::texts::MEETINGS;

/// All of the year.
pub(super) fn meetings(all: &Supervisor<'_>, rng: &mut Rng) -> Vec<Whole> {
    let home = all.org(all.city.org);
    let Some(caller) = all.holder(all.city.org, Role::CityStaff).map(|number| all.account(number)) else {
        return Vec::new();
    };
    let whole = |told: &super::texts::Meeting| {
        let day = all.day(told.month, told.day);
        let created_day = day.plus(-10);
        let id = Supervisor::id(created_day, home, rng);
        let region = home.region;
        let stops = told.stops.iter().zip(1..).map(|((place, seen), n)| MeetingStop {
            region,
            meeting: id,
            n,
            unit_region: None,
            unit: None,
            place: (*place).into(),
            seen: (*seen).into(),
        });
        let observers = all.city.counties.iter().zip(1..).map(|(county, n)| {
            let org = all.org(county.org);
            MeetingObserver { region, meeting: id, n, org_region: org.region, org: org.id, name: county.name.clone() }
        });
        Whole {
            stops: stops.collect(),
            observers: observers.collect(),
            lessons: vec![MeetingLesson {
                region,
                meeting: id,
                n: 1,
                title: told.lesson.0.into(),
                text: told.lesson.1.into(),
                stop_n: Some(2),
            }],
            meeting: Meeting {
                region,
                id,
                org: home.id,
                kind: if told.promotion { MeetingKind::Promotion } else { MeetingKind::Observation },
                title: told.title.into(),
                theme: told.theme.into(),
                day,
                outcome: Some(told.outcome.into()),
                held_day: Some(day),
                created_day,
                account_region: caller.region,
                account: caller.id,
                nonce: format!("demo-{id}"),
            },
        }
    };
    MEETINGS.iter().map(whole).collect()
}
