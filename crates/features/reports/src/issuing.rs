//! What is done with a bulletin: drafted by itself, remarked upon, issued, corrected.

use std::sync::Arc;

use huiyin_base::{Day, Id, Problem, Rng, WorkCalendar};
use huiyin_db::{Db, Tx};
use huiyin_directory::audit::{self, AuditKind, Event};
use huiyin_directory::{AccountRef, Regions};
use huiyin_figures::{Figure, Kind, Number, Registry, freeze_in, frozen_regions};
use huiyin_jobs::{Job, NewJob, Outcome, enqueue, job_progress};
use huiyin_web::Site;

use crate::bulletin::{Bulletin, BulletinKind, BulletinState, Term};
use crate::numbers::{Numbers, figures_of};
use crate::store::bulletin as store;
use crate::store::review;
use crate::template::{Book, Template};

/// The job that freezes the numbers of a bulletin.
pub(crate) const ISSUE: &str = "bulletin_issue";
/// The job of another feature that opens a case; its result is the case's id.
pub(crate) const CASE_OPEN: &str = "case_open";

/// A new draft, by the newest template.
pub(crate) fn drafted(region: huiyin_base::Region, term: Term, today: Day, id: Id) -> Option<Bulletin> {
    let template = Book::built_in().newest(term.kind)?;
    Some(Bulletin {
        region,
        id,
        kind: term.kind,
        period: term.first,
        version: 1,
        template: template.version,
        state: BulletinState::Draft,
        revision: 1,
        remarks: String::new(),
        correction: None,
        public: false,
        year: None,
        number: None,
        made_day: today,
        issued_day: None,
    })
}

/// Writes the drafts that are due: from the first working day after a month or a quarter on. Twice does nothing.
pub(crate) async fn draft(site: &Site) -> Outcome {
    let today = site.today();
    let mut made = 0;
    for kind in BulletinKind::ALL {
        let term = Term::last(*kind, today);
        if !is_due(&site.calendar, term, today) {
            continue;
        }
        let id = Id::new(site.home, site.clock.now(), &mut site.rngs.rng());
        let Some(bulletin) = drafted(site.home, term, today, id) else { continue };
        let bulletin = Arc::new(bulletin);
        let write = site.db.write("bulletin_add", move |tx| {
            let bulletin = Arc::clone(&bulletin);
            Box::pin(async move { Ok(store::bulletin_add(tx, &bulletin).await?) })
        });
        made += usize::from(write.await?);
    }
    Ok((made > 0).then(|| format!("拟了 {made} 份通报的初稿")))
}

/// Whether the first working day after the term has come.
fn is_due(calendar: &WorkCalendar, term: Term, today: Day) -> bool {
    today >= calendar.add_working_days(term.days().to, 1)
}

/// What an issuer writes beside the numbers, as the rules have it.
pub(crate) fn remark_fault(words: &str) -> Option<String> {
    let rules = &Book::built_in().remarks;
    let letters = words.chars().count();
    if letters > rules.letters {
        return Some(format!("现在有 {letters} 个字，请精简到 {} 字以内。", rules.letters));
    }
    let found = rules.refused.iter().find(|word| words.contains(word.as_str()))?;
    Some(format!("通报不给地方和人排名次，请去掉“{found}”一类的话。"))
}

/// Keeps what an issuer wrote into a draft that still is as he saw it.
pub(crate) async fn remark(db: &Db, of: &Bulletin, revision: i64, words: &str, public: bool) -> Result<(), Problem> {
    let draft = Bulletin { revision, ..of.clone() };
    let words = words.trim().to_owned();
    let all = Arc::new((draft, words));
    let write = db.write("bulletin_remark", move |tx| {
        let all = Arc::clone(&all);
        Box::pin(async move { Ok(store::bulletin_remark(tx, &all.0, &all.1, public).await?) })
    });
    if write.await? { Ok(()) } else { Err(overtaken()) }
}

fn overtaken() -> Problem {
    Problem::conflict("刚才有同事改动或印发了这份通报，您的改动没有保存。请返回看看现在的内容，再决定怎么改。")
}

/// Begins to issue a draft: from now on a job freezes its numbers, and nobody changes it.
pub(crate) async fn begin(
    site: &Site,
    of: &Bulletin,
    revision: i64,
    by: AccountRef,
    rng: &mut Rng,
) -> Result<(), Problem> {
    let template = template_of(of)?;
    let now = site.clock.now();
    let figures = figures_of(&site.figures, template);
    let figures: Vec<(String, Id)> =
        figures.into_iter().map(|figure| (figure.id.to_owned(), Id::new(of.region, now, rng))).collect();
    let job = NewJob {
        region: of.region,
        kind: ISSUE,
        key: Some(of.id.to_string()),
        payload: serde_json::json!({ "bulletin": of.id.to_string() }),
        run_at: site.clock.real(),
        created_by: Some(by.id),
    };
    let event = Event::new(of.region, AuditKind::Setting, site.clock.real(), rng)
        .by(by)
        .about("bulletin", of.id)
        .detail(format!("印发{}{}", of.term().name(), of.kind.label()));
    let all = Arc::new((Bulletin { revision, ..of.clone() }, figures, job, Id::new(of.region, now, rng), event));
    let write = site.db.write("bulletin_begin", move |tx| {
        let all = Arc::clone(&all);
        Box::pin(async move {
            let (draft, figures, job, job_id, event) = &*all;
            let begun = store::bulletin_begin(tx, draft, figures).await?;
            if begun {
                enqueue(tx, job, *job_id).await?;
                audit::record(tx, event).await?;
            }
            Ok(begun)
        })
    });
    if write.await? { Ok(()) } else { Err(overtaken()) }
}

/// Freezes figure by figure, each in one write, then brings the bulletin out. A job that died goes on where it stopped, and
/// nobody sees anything before the last step.
pub(crate) async fn run(site: &Site, job: &Job) -> Outcome {
    let id: Id = job.payload["bulletin"].as_str().unwrap_or_default().parse()?;
    let found = store::bulletin_get(&mut site.db.read().await?, job.region, id).await?;
    let Some(bulletin) = found.filter(|found| found.state == BulletinState::Issuing) else { return Ok(None) };
    let figures = store::figure_list(&mut site.db.read().await?, bulletin.region, bulletin.id).await?;
    let total = i64::try_from(figures.len()).unwrap_or(0);
    for (done, (figure, snapshot)) in (1..).zip(&figures) {
        let (site, cut, figure, snapshot) = (site.clone(), bulletin.term().cut(), figure.clone(), *snapshot);
        let (region, job_id, now) = (job.region, job.id, site.clock.now());
        let db = site.db.clone();
        let write = db.write("bulletin_freeze", move |tx| {
            let (site, cut, figure) = (site.clone(), cut.clone(), figure.clone());
            Box::pin(async move {
                if let Some(figure) = site.figures.find(&figure) {
                    freeze_in(tx, &site.figures, figure, &cut, snapshot, now).await?;
                }
                Ok(job_progress(tx, region, job_id, done, total).await?)
            })
        });
        write.await?;
    }
    let (finishing, today, now) = (site.clone(), site.today(), site.clock.now());
    let jobs: Vec<Id> = (0..64).map(|_| Id::new(site.home, now, &mut site.rngs.rng())).collect();
    let (bulletin, by) = (Arc::new(bulletin), job.created_by);
    let write = site.db.write("bulletin_finish", move |tx| {
        let (site, bulletin, jobs) = (finishing.clone(), Arc::clone(&bulletin), jobs.clone());
        Box::pin(async move {
            let numbers = frozen(tx, &site.figures, &bulletin).await?;
            let issued = store::bulletin_finish(tx, &bulletin, &numbers, today).await?;
            if issued {
                hand_down(tx, &site, &bulletin, by, &jobs).await?;
            }
            Ok(issued)
        })
    });
    let issued = write.await?;
    site.cache.changed();
    Ok(issued.then(|| "已印发".to_owned()))
}

/// The numbers of a bulletin as its snapshots give them: a figure is frozen once, and the counties' numbers are counted from
/// the frozen rows.
pub(crate) async fn frozen(tx: &mut Tx, registry: &Registry, of: &Bulletin) -> huiyin_db::Result<Numbers> {
    let mut numbers = Numbers::default();
    let mut rates = Vec::new();
    for (id, snapshot) in store::figure_list(tx, of.region, of.id).await? {
        let Some(figure) = registry.find(&id) else { continue };
        let regions = frozen_regions(tx, snapshot, figure).await?;
        if let Kind::Rate { over } = figure.kind {
            rates.push((figure.id, over, regions));
            continue;
        }
        put_counted(&mut numbers, figure, &regions);
    }
    for (figure, over, regions) in rates {
        numbers.rate(figure, over, &regions.into_iter().collect());
    }
    Ok(numbers)
}

fn put_counted(numbers: &mut Numbers, figure: &Figure, regions: &[(huiyin_base::Region, i64)]) {
    numbers.put(figure.id, None, Number::plain(regions.iter().map(|(_, value)| value).sum()));
    for (region, value) in regions {
        numbers.put(figure.id, Some(*region), Number::plain(*value));
    }
}

/// What a review hands down becomes cases, each by a job of the feature that keeps them.
async fn hand_down(tx: &mut Tx, site: &Site, of: &Bulletin, by: Option<Id>, jobs: &[Id]) -> huiyin_db::Result<()> {
    let issuer = store::issuer(tx, of.region).await?;
    let (Some((issuer, _)), Some(account)) = (issuer, by) else { return Ok(()) };
    let follow_ups = review::follow_up_list(tx, of.region, of.id).await?;
    for (follow_up, job_id) in follow_ups.iter().filter(|one| one.job.is_none()).zip(jobs) {
        let payload = serde_json::json!({
            "kind": "task",
            "to_region": follow_up.unit_region.ordinal(),
            "to": follow_up.unit.to_string(),
            "issuer_region": of.region.ordinal(),
            "issuer": issuer.to_string(),
            "account": account.to_string(),
            "title": follow_up.title,
            "text": follow_up.words,
            "deadline": follow_up.deadline.number(),
            "nonce": follow_up.id.to_string(),
        });
        let job = NewJob {
            region: of.region,
            kind: CASE_OPEN,
            key: Some(follow_up.id.to_string()),
            payload,
            run_at: site.clock.real(),
            created_by: Some(account),
        };
        enqueue(tx, &job, *job_id).await?;
        review::follow_up_handed(tx, follow_up, *job_id).await?;
    }
    Ok(())
}

/// Begins the next version of an issued bulletin, with the words that say why.
pub(crate) async fn correct(
    site: &Site,
    of: &Bulletin,
    why: &str,
    by: AccountRef,
    rng: &mut Rng,
) -> Result<(), Problem> {
    if of.state != BulletinState::Issued && of.version > 1 {
        return Err(Problem::conflict("已经有同事在更正这份通报，请打开最新的一版继续。"));
    }
    if of.state != BulletinState::Issued {
        return Err(Problem::conflict("这份通报还没有印发，直接修改就可以，不用更正。"));
    }
    let template = Book::built_in().newest(of.kind).ok_or_else(Problem::not_found)?;
    let next = Bulletin {
        id: Id::new(of.region, site.clock.now(), rng),
        version: of.version + 1,
        template: template.version,
        state: BulletinState::Draft,
        revision: 1,
        correction: Some(why.trim().to_owned()),
        year: None,
        number: None,
        made_day: site.today(),
        issued_day: None,
        ..of.clone()
    };
    let event = Event::new(of.region, AuditKind::Setting, site.clock.real(), rng)
        .by(by)
        .about("bulletin", of.id)
        .detail(format!("更正{}{}", of.term().name(), of.kind.label()));
    let (from, to) = ((of.region, of.id), (next.region, next.id));
    let all = Arc::new((next, event));
    let write = site.db.write("bulletin_correct", move |tx| {
        let all = Arc::clone(&all);
        Box::pin(async move {
            let added = store::bulletin_add(tx, &all.0).await?;
            if added {
                for (place, words) in review::comment_list(tx, from.0, from.1).await? {
                    review::comment_put(tx, to, place, &words).await?;
                }
                audit::record(tx, &all.1).await?;
            }
            Ok(added)
        })
    });
    if write.await? {
        Ok(())
    } else {
        Err(Problem::conflict("已经有同事在更正这份通报，请打开最新的一版继续。"))
    }
}

/// The template by which a bulletin is composed.
pub(crate) fn template_of(of: &Bulletin) -> Result<&'static Template, Problem> {
    let found = Book::built_in().template(of.kind, of.template);
    found
        .ok_or_else(|| Problem::broken(anyhow::anyhow!("the template {} of {} is gone", of.template, of.kind.as_str())))
}

/// The counties of the city in code order, as they were called on `day`.
pub(crate) fn counties(
    regions: &Regions,
    home: huiyin_base::Region,
    kept: &[huiyin_base::Region],
    day: Day,
) -> Vec<(huiyin_base::Region, String)> {
    let mut counties: Vec<(String, huiyin_base::Region, String)> = kept
        .iter()
        .filter(|region| **region != home)
        .filter_map(|region| {
            let (code, name) = regions.named_on(*region, day)?;
            Some((code.to_owned(), *region, name.to_owned()))
        })
        .collect();
    counties.sort();
    counties.into_iter().map(|(_, region, name)| (region, name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_due_on_the_first_working_day_after() {
        let calendar = WorkCalendar::parse(include_str!("../../../../data/work-calendar.csv")).unwrap();
        let day = |number| Day::from_number(number).unwrap();
        let term = |key| Term::parse(BulletinKind::Monthly, key).unwrap();
        // The first days of October 2016 are a holiday; the eighth is worked.
        assert!(!is_due(&calendar, term("201609"), day(20_161_007)));
        assert!(is_due(&calendar, term("201609"), day(20_161_008)));
        assert!(is_due(&calendar, term("201611"), day(20_161_201)));
        assert!(!is_due(&calendar, term("201612"), day(20_161_231)));
    }

    #[test]
    fn remarks_rank_nobody_and_stay_short() {
        assert_eq!(remark_fault("请各县区继续做好工作。"), None);
        assert!(remark_fault("宝塔区名列前茅").unwrap().contains("名列"));
        assert!(remark_fault(&"字".repeat(801)).unwrap().contains("801"));
    }
}
