use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use huiyin_base::{Day, WorkCalendar};
use huiyin_cases::{ActorKind, Outcome, Rulebook, State};
use huiyin_city::Scale;
use huiyin_city::history::{Historian, History};
use huiyin_city::invent::City;
use huiyin_city::plan::{Deed, Fate, Plan, year_plan};
use huiyin_vault::Vault;

struct World {
    scale: Arc<Scale>,
    city: Arc<City>,
    plan: Arc<Plan>,
    book: Rulebook,
}

impl World {
    fn new(scale: Scale) -> Self {
        let calendar = WorkCalendar::parse(include_str!("../../../../data/work-calendar.csv")).unwrap();
        let book = Rulebook::built_in(Arc::new(calendar)).unwrap();
        let city = City::invent(&scale);
        let plan = year_plan(&city, &scale, &book.calendar, &book.categories);
        Self { scale: Arc::new(scale), city: Arc::new(city), plan: Arc::new(plan), book }
    }

    fn histories(&self, every: usize) -> Vec<(usize, History)> {
        let vault = Vault::seeded(1);
        let historian =
            Historian::new(self.city.clone(), self.scale.clone(), self.plan.clone(), self.book.clone(), vault);
        let told = |index: usize| {
            let history = historian.tell(index);
            (index, history.unwrap_or_else(|error| panic!("{:?}: {error:?}", self.plan.problems[index])))
        };
        (0..self.plan.problems.len()).step_by(every).map(told).collect()
    }
}

static FULL: LazyLock<World> = LazyLock::new(|| World::new(Scale::full()));

#[test]
fn exactly_as_many_are_posted_and_solved_as_were_published() {
    let posted = FULL.plan.problems.iter().filter(|problem| problem.is_posted()).count();
    let solved = FULL.plan.problems.iter().filter(|problem| problem.fate.is_solved()).count();
    assert_eq!((posted, solved), (31_602, 28_096));
    let categories: BTreeSet<&str> = FULL.plan.problems.iter().map(|problem| problem.category.as_str()).collect();
    assert_eq!(categories.len(), 4, "the fifth, 其他, is empty");
    assert!(FULL.plan.problems.len() > posted + 900, "some were never posted");
}

#[test]
fn the_rest_is_split_over_many_states() {
    let mut fates: BTreeMap<Fate, usize> = BTreeMap::new();
    for problem in &FULL.plan.problems {
        *fates.entry(problem.fate).or_default() += 1;
    }
    assert!(fates.len() >= 19, "{fates:?}");
    assert!(fates[&Fate::Explained] > 500 && fates[&Fate::InHandLate] > 100, "{fates:?}");
}

#[test]
fn nothing_happens_out_of_order_or_after_the_citys_now() {
    for problem in &FULL.plan.problems {
        let mut last = problem.submitted;
        assert!(Day::of(last).year() == 2016);
        for step in &problem.steps {
            assert!(step.at > last, "{problem:?}");
            last = step.at;
        }
        assert!(last < FULL.scale.now(), "{problem:?}");
    }
}

#[test]
fn offices_work_on_working_days() {
    let calendar = &FULL.book.calendar;
    for step in FULL.plan.problems.iter().flat_map(|problem| &problem.steps) {
        assert!(step.actor.is_none() || calendar.is_working(Day::of(step.at)), "{step:?}");
    }
}

#[test]
fn counties_and_seasons_differ() {
    let mut counties = [0_usize; 13];
    let mut water = [0_usize; 13];
    let mut heating = [0_usize; 13];
    for problem in &FULL.plan.problems {
        counties[problem.county] += 1;
        let month = usize::try_from(Day::of(problem.submitted).month()).unwrap();
        match problem.topic.sub.as_str() {
            "irrigation" => water[month] += 1,
            "heating" => heating[month] += 1,
            _ => {}
        }
    }
    assert!(counties.iter().max().unwrap() > &(counties.iter().min().unwrap() * 4), "{counties:?}");
    assert!(water[6] + water[7] > (water[10] + water[11]) * 8, "{water:?}");
    assert!(heating[11] > heating[6] * 4, "{heating:?}");
}

#[test]
fn numbers_run_within_a_county_without_gaps() {
    let mut counties: BTreeMap<usize, BTreeSet<i64>> = BTreeMap::new();
    for problem in &FULL.plan.problems {
        assert_eq!(problem.number.is_some(), problem.is_posted());
        if let Some(number) = problem.number {
            assert!(counties.entry(problem.county).or_default().insert(number));
        }
    }
    for numbers in counties.values() {
        assert_eq!(*numbers.last().unwrap(), i64::try_from(numbers.len()).unwrap());
    }
}

#[test]
fn the_engine_accepts_every_step_and_ends_where_the_plan_says() {
    // Every ninth of the whole city; all of the small one.
    let small = World::new(Scale::small());
    for (world, every) in [(&*FULL, 9), (&small, 1)] {
        for (index, history) in world.histories(every) {
            let problem = &world.plan.problems[index];
            let state = history.item.state;
            let fits = match problem.fate {
                Fate::Solved | Fate::SolvedAgain | Fate::Explained => {
                    let outcome = if problem.fate == Fate::Explained { Outcome::Explained } else { Outcome::Solved };
                    matches!(state, State::Answered | State::Closed) && history.item.outcome == Some(outcome)
                }
                Fate::Merged => state == State::Merged && history.item.merged_into.is_some(),
                Fate::Referred => state == State::Referred,
                Fate::Posted | Fate::Returned => state == State::Posted,
                Fate::Assigned | Fate::AssignedLate => state == State::Assigned,
                Fate::Signed => state == State::Signed,
                Fate::InHand | Fate::InHandLate => state == State::InHand,
                Fate::Paused(_) => state == State::Paused,
                Fate::CloseRequested => state == State::CloseRequested,
                Fate::Reopened => state == State::Reopened,
                Fate::Submitted => state == State::Submitted,
                Fate::Declined | Fate::Appealed => state == State::Declined,
                Fate::Withdrawn => state == State::Withdrawn,
            };
            assert!(fits, "{problem:?} ended as {state:?}");
            assert_eq!(history.item.events, i64::try_from(history.events.len()).unwrap());
            for pair in history.events.windows(2) {
                assert!(pair[0].at <= pair[1].at && pair[0].n + 1 == pair[1].n, "{:?}", history.events);
            }
            assert!(history.item.next_clock.is_none_or(|at| at > world.scale.now()));
        }
    }
}

#[test]
fn nobody_verifies_his_own_case_and_its_subject_never_handles_it() {
    let small = World::new(Scale { cases: 6, ..Scale::small() });
    let mut about = 0;
    for (index, history) in small.histories(1) {
        for answer in &history.answers {
            if let Some(verifier) = answer.verifier {
                assert!(history.owners.iter().all(|owner| owner.account != verifier));
            }
        }
        let problem = &small.plan.problems[index];
        if !problem.about_village {
            continue;
        }
        about += 1;
        assert!(history.item.subject.is_some());
        let village = problem.village;
        let secretaries: BTreeSet<_> = small
            .city
            .accounts
            .iter()
            .filter(|account| account.grants.iter().any(|held| held.org == village))
            .map(|account| account.id)
            .collect();
        assert!(!secretaries.is_empty());
        for event in history.events.iter().filter(|event| event.actor == ActorKind::Staff) {
            assert!(!secretaries.contains(&event.account.unwrap()), "{event:?}");
        }
        assert_ne!(history.item.owner_org, small.city.orgs[village].id);
    }
    assert!(about > 30, "{about}");
}

#[test]
fn texts_of_the_planned_year_are_nearly_all_distinct() {
    let histories = FULL.histories(3);
    let posted: Vec<_> = histories.iter().filter(|(_, history)| history.item.posted_day.is_some()).collect();
    let texts: BTreeSet<&str> = posted.iter().map(|(_, history)| history.item.text.as_str()).collect();
    assert!(texts.len() * 1000 > posted.len() * 995, "{} of {}", texts.len(), posted.len());
    let answers: Vec<&str> =
        posted.iter().flat_map(|(_, history)| &history.answers).map(|answer| answer.text.as_str()).collect();
    let distinct: BTreeSet<&&str> = answers.iter().collect();
    assert!(distinct.len() * 1000 > answers.len() * 980, "{} of {}", distinct.len(), answers.len());
    assert!(answers.iter().all(|answer| !answer.contains(['{', '[', '|'])));
    let late =
        posted.iter().filter(|(_, history)| history.events.iter().any(|event| event.kind.as_str() == "escalate"));
    assert!(late.count() > 300, "some were late");
    let bad = posted.iter().filter(|(_, history)| history.ratings.iter().any(|rating| rating.score <= 2));
    assert!(bad.count() > 200, "some were badly rated");
    let reopened =
        FULL.plan.problems.iter().filter(|problem| problem.steps.iter().any(|step| step.deed == Deed::Object));
    assert!(reopened.count() > 500);
}
