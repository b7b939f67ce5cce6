//! What a city brings along that has already worked for some time: bulletins and reviews of the months that are over, each
//! frozen with its records, targets with their values, requests for data. For cities that are made, not for running ones.

use std::sync::Arc;

use huiyin_base::{Day, Id, Instant, Problem, Region, Rng, WorkCalendar};
use huiyin_db::{Db, Tx};
use huiyin_directory::Regions;
use huiyin_figures::{Cut, Dimension, Key, Period, Registry, freeze_in};

use crate::bulletin::{Bulletin, BulletinKind, Term};
use crate::issuing::{counties, drafted, frozen, template_of};
use crate::numbers::figures_of;
use crate::store::bulletin as store;
use crate::store::field_request::{Answer, Field, FieldRequest, request_add, unit_answer};
use crate::store::review;
use crate::store::target::{EnteredValue, TargetGoal, target_put, value_put};
use crate::targets::{Topic, topics};

/// What is written, and by what.
pub struct Backfill {
    /// A database with the city's records.
    pub db: Db,
    /// The figures.
    pub registry: Arc<Registry>,
    /// The regions.
    pub regions: Arc<Regions>,
    /// The city's own region.
    pub home: Region,
    /// Working days.
    pub calendar: Arc<WorkCalendar>,
    /// The day up to which it is told.
    pub today: Day,
    /// For ids and for what is invented.
    pub seed: u64,
}

/// What was written: bulletins that were issued.
pub type Issued = usize;

impl Backfill {
    /// Writes the year up to today: every month and quarter that is over is issued, the running month is a draft.
    pub async fn write(&self) -> Result<Issued, Problem> {
        let kept = crate::store::county_list(&mut self.db.read().await?).await?;
        let counties = Arc::new(counties(&self.regions, self.home, &kept, self.today));
        let mut issued = 0;
        for term in self.terms() {
            if self.today < self.issued_day(term) {
                self.draft(term).await?;
            } else {
                self.issue(term, &counties).await?;
                issued += 1;
            }
        }
        for topic in topics() {
            self.target(topic, &counties).await?;
        }
        self.requests().await?;
        Ok(issued)
    }

    /// The months and the whole quarters of the year.
    fn terms(&self) -> Vec<Term> {
        let year = i64::from(self.today.year()) * 100;
        let months =
            (1..=i64::from(self.today.month())).map(|month| Term { kind: BulletinKind::Monthly, first: year + month });
        let quarters = [1, 4, 7, 10].map(|month| Term { kind: BulletinKind::Quarterly, first: year + month });
        let over = quarters.into_iter().filter(|term| self.today >= self.issued_day(*term));
        months.chain(over).collect()
    }

    /// The second working day after the term.
    fn issued_day(&self, term: Term) -> Day {
        self.calendar.add_working_days(term.days().to, 2)
    }

    fn rng(&self, what: &str) -> Rng {
        Rng::fork(self.seed, what)
    }

    async fn draft(&self, term: Term) -> Result<(), Problem> {
        let mut rng = self.rng(&format!("draft {}", term.key()));
        let id = Id::new(self.home, self.today.start(), &mut rng);
        let bulletin = Arc::new(drafted(self.home, term, self.today, id).ok_or_else(Problem::not_found)?);
        let write = self.db.write("bulletin_draft", move |tx| {
            let bulletin = Arc::clone(&bulletin);
            Box::pin(async move { Ok(store::bulletin_add(tx, &bulletin).await?) })
        });
        write.await.map(|_| ())
    }

    /// One write a bulletin: it is there whole or not at all.
    async fn issue(&self, term: Term, counties: &Arc<Vec<(Region, String)>>) -> Result<(), Problem> {
        let mut rng = self.rng(&format!("bulletin {}", term.key()));
        let (day, now) = (self.issued_day(term), self.issued_day(term).start());
        let id = Id::new(self.home, now, &mut rng);
        let mut bulletin = drafted(self.home, term, day, id).ok_or_else(Problem::not_found)?;
        // Every third is kept to the staff.
        bulletin.public = term.kind == BulletinKind::Monthly && term.first % 3 != 0;
        bulletin.remarks = REMARKS[usize::try_from(term.first).unwrap_or(0) % REMARKS.len()].into();
        let figures = figures_of(&self.registry, template_of(&bulletin)?);
        let figures = figures.into_iter().map(|figure| (figure.id.to_owned(), Id::new(self.home, now, &mut rng)));
        let whole = Arc::new(Whole {
            bulletin,
            figures: figures.collect(),
            registry: Arc::clone(&self.registry),
            counties: Arc::clone(counties),
            day,
            now,
        });
        let write = self.db.write("bulletin_backfill", move |tx| {
            let whole = Arc::clone(&whole);
            Box::pin(async move { Ok(whole.write(tx).await?) })
        });
        write.await
    }

    /// A target for every county: what the records say by today and a little more, or what was planned.
    async fn target(&self, topic: &'static Topic, counties: &Arc<Vec<(Region, String)>>) -> Result<(), Problem> {
        let mut rng = self.rng(&format!("target {}", topic.word));
        let period = Period::year_to(self.today);
        let counted = match topic.counted(&self.registry) {
            Some(figure) => {
                let mut tx = self.db.read().await?;
                Some(self.registry.breakdown(&mut tx, figure, &Cut::city(period), Dimension::Region).await?)
            }
            None => None,
        };
        let mut goals = Vec::new();
        let mut values = Vec::new();
        for (region, _) in counties.iter() {
            let base = i64::try_from(rng.below(40)).unwrap_or(0) + 20;
            let goal = match &counted {
                Some(cells) => {
                    let found = cells.iter().find(|cell| cell.key == Key::Region(*region));
                    found.map_or(0, |cell| cell.number.value) + i64::try_from(rng.below(4)).unwrap_or(0)
                }
                None => base + 60 + i64::try_from(rng.below(60)).unwrap_or(0),
            };
            let base = if counted.is_some() { 0 } else { base };
            let basis = format!("{}年度基层党建底线目标（演示）", self.today.year());
            goals.push(TargetGoal { place: *region, base, goal, basis });
            if counted.is_none() {
                values.extend(self.entered(*region, base, goal, &mut rng));
            }
        }
        let (home, year) = (self.home, i64::from(self.today.year()));
        let all = Arc::new((goals, values));
        let write = self.db.write("target_backfill", move |tx| {
            let all = Arc::clone(&all);
            Box::pin(async move {
                for goal in &all.0 {
                    target_put(tx, home, (&topic.word, year), goal).await?;
                }
                for value in &all.1 {
                    value_put(tx, home, &topic.word, value).await?;
                }
                Ok(())
            })
        });
        write.await
    }

    /// Month by month nearer to the goal, not always there.
    fn entered(&self, place: Region, base: i64, goal: i64, rng: &mut Rng) -> Vec<EnteredValue> {
        let mut value = base;
        let months = Period::year_to(self.today).months();
        let last = months.len();
        let mut entered = Vec::new();
        for (at, month) in (1_i64..).zip(months) {
            let Some(day) = Day::from_number(month * 100 + 10).filter(|day| *day <= self.today) else { continue };
            let due = base + (goal - base) * at / i64::try_from(last).unwrap_or(12);
            value = (due - i64::try_from(rng.below(9)).unwrap_or(0)).max(value);
            entered.push(EnteredValue {
                place, day, value, basis: "县区月度台账（演示）".into(), entered_day: day
            });
        }
        entered
    }

    /// A few requests: one that runs, one that has ended, one that was refused because everything is held.
    async fn requests(&self) -> Result<(), Problem> {
        let mut tx = self.db.read().await?;
        let Some((issuer, _)) = store::issuer(&mut tx, self.home).await? else { return Ok(()) };
        let units: Vec<(Region, Id)> = review::unit_list(&mut tx, self.home, self.today)
            .await?
            .into_iter()
            .filter(|(region, ..)| *region != self.home)
            .map(|(region, id, ..)| (region, id))
            .collect();
        drop(tx);
        let mut rng = self.rng("field requests");
        let request = |title: &str, made: i64, until: i64, refused: Option<&str>, rng: &mut Rng| {
            let made_day = self.today.plus(-made);
            FieldRequest {
                region: self.home,
                id: Id::new(self.home, made_day.start(), rng),
                year: i64::from(made_day.year()),
                number: 0,
                issuer,
                title: title.into(),
                basis: "年度基层党建工作要点（演示）".into(),
                made_day,
                until_day: self.today.plus(until),
                stopped_day: None,
                refused: refused.map(str::to_owned),
            }
        };
        let field = |position, label: &str, figure: Option<&str>| Field {
            position,
            label: label.into(),
            figure: figure.map(str::to_owned),
        };
        let asked = vec![field(1, "问题墙梳理问题", Some("problems_raised")), field(2, "农民夜校开班场次", None)];
        let ended = vec![field(1, "村级活动场所冬季取暖方式", None)];
        let all = Arc::new([
            (request("冬训安排需要的两项数", 9, 12, None, &mut rng), asked, units.clone()),
            (request("活动场所取暖摸底", 60, -30, None, &mut rng), ended, units),
            (
                request("问题墙月报", 35, 0, Some("要的数系统都有，直接看就行"), &mut rng),
                vec![field(1, "问题墙梳理问题", Some("problems_raised"))],
                Vec::new(),
            ),
        ]);
        let today = self.today;
        let write = self.db.write("field_request_backfill", move |tx| {
            let all = Arc::clone(&all);
            Box::pin(async move {
                for (request, fields, units) in &*all {
                    request_add(tx, request, &request.id.to_string(), fields, units).await?;
                    let of = (request.region, request.id);
                    for (at, unit) in units.iter().enumerate() {
                        let day = request.made_day.plus(3).min(today);
                        let open: Vec<&Field> = fields.iter().filter(|field| field.figure.is_none()).collect();
                        let said = |value: String| open.iter().map(|field| (field.position, value.clone())).collect();
                        let answer = match at % 4 {
                            0 | 2 => Answer::Values(said(format!("{}", 6 + at * 3))),
                            1 => Answer::Objection("与民政部门的年报重复，请直接向其调取。".into()),
                            _ => continue,
                        };
                        unit_answer(tx, of, *unit, day, &answer).await?;
                    }
                }
                Ok(())
            })
        });
        write.await
    }
}

/// A bulletin with all that its write needs.
struct Whole {
    bulletin: Bulletin,
    figures: Vec<(String, Id)>,
    registry: Arc<Registry>,
    counties: Arc<Vec<(Region, String)>>,
    day: Day,
    now: Instant,
}

impl Whole {
    async fn write(&self, tx: &mut Tx) -> huiyin_db::Result<()> {
        let of = &self.bulletin;
        store::bulletin_add(tx, of).await?;
        store::bulletin_begin(tx, of, &self.figures).await?;
        for (figure, snapshot) in &self.figures {
            if let Some(figure) = self.registry.find(figure) {
                freeze_in(tx, &self.registry, figure, &of.term().cut(), *snapshot, self.now).await?;
            }
        }
        let numbers = frozen(tx, &self.registry, of).await?;
        store::bulletin_finish(tx, of, &numbers, self.day).await?;
        if of.kind == BulletinKind::Quarterly {
            for (at, (region, _)) in self.counties.iter().enumerate() {
                review::comment_put(tx, (of.region, of.id), *region, COMMENTS[at % COMMENTS.len()]).await?;
            }
        }
        Ok(())
    }
}

/// What issuers wrote under their bulletins.
const REMARKS: &[&str] = &[
    "各县区要把超期问题逐件过一遍，能办的马上办，一时办不了的把原因给群众讲清楚。",
    "入冬前要把供水、取暖、道路类问题排在前面办。答复要具体，少用“正在研究”。\n重新办理的问题由上一级核验，不能换个说法再答一遍。",
    "农忙时节少开会、少要数，需要的数字系统里有的直接看。",
];

/// What reviews said about counties.
const COMMENTS: &[&str] = &[
    "答复具体，群众看得懂；超期问题集中在道路类，要提前报资金计划。",
    "办理平稳。重新办理的问题要由没有经手的人核验。",
    "饮水类问题办得扎实，经验可供同类村参考。",
    "暂缓的问题要按期回头看，不能一缓了之。",
    "乡镇签收及时，核验要再细一些。",
];
