//! Calling a meeting, and saying what came of it.

use huiyin_base::{Day, Id, Problem, Rng};
use huiyin_db::Db;
use huiyin_directory::{Grant, OrgKind, OrgRef, Viewer, org_find};

use crate::permissions::CALLS;
use crate::store::{
    Meeting, MeetingKind, MeetingLesson, MeetingObserver, MeetingStop, Whole, lesson_add, lesson_list, meeting_add,
    meeting_held, meeting_lock, meeting_nonce,
};

/// The most stops and observers; the most characters of a line and of a text.
const STOPS: usize = 12;
const OBSERVERS: usize = 120;
const LINE: usize = 60;
const TEXT: usize = 2_000;

/// The meetings of this installation. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Meetings {
    /// The database.
    pub db: Db,
}

/// A stop of the route.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    /// Where, in words.
    pub place: String,
    /// What there is to see.
    pub seen: String,
}

/// What is worth copying.
#[derive(Clone, Debug, Default)]
pub struct Lesson {
    /// In a line.
    pub title: String,
    /// What they do.
    pub text: String,
}

/// A meeting to be called.
#[derive(Clone, Debug)]
pub struct NewMeeting {
    /// What kind.
    pub kind: MeetingKind,
    /// Its title.
    pub title: String,
    /// What it is about.
    pub theme: String,
    /// The day.
    pub day: Day,
    /// The route.
    pub stops: Vec<Stop>,
    /// The organisations that come to see.
    pub observers: Vec<OrgRef>,
    /// The same word makes the same meeting.
    pub nonce: String,
}

/// By which of his roles the viewer calls meetings: for his city or county.
pub(crate) fn caller(viewer: &Viewer) -> Result<&Grant, Problem> {
    let mut grants = viewer.grants_of(CALLS).filter(|grant| matches!(grant.org_kind, OrgKind::City | OrgKind::County));
    grants.next().ok_or_else(|| Problem::forbidden("观摩会和推进会由市、县（市、区）本级安排。"))
}

impl Meetings {
    /// Calls a meeting; the same word gives the same one.
    pub async fn call(&self, new: NewMeeting, viewer: &Viewer, today: Day, rng: &mut Rng) -> Result<Id, Problem> {
        let org = caller(viewer)?.org;
        if new.day.since(today) > 366 || today.since(new.day) > 366 {
            return Err(Problem::invalid("日期请填前后一年以内的。"));
        }
        if new.nonce.is_empty() || new.nonce.len() > LINE {
            return Err(Problem::invalid("页面打开太久，请刷新后重新填写。"));
        }
        if new.stops.is_empty() || new.stops.len() > STOPS {
            return Err(Problem::invalid(format!("路线请写 1 到 {STOPS} 站，一行一站。")));
        }
        if new.observers.len() > OBSERVERS {
            return Err(Problem::invalid(format!("参加的单位最多 {OBSERVERS} 个。")));
        }
        let id = Id::new(org.region, new.day.start(), rng);
        let whole = self.whole(id, org, new, viewer, today).await?;
        let write = self.db.write("meeting_call", move |tx| {
            let whole = whole.clone();
            Box::pin(async move {
                if let Some(before) = meeting_nonce(tx, whole.meeting.region, &whole.meeting.nonce).await? {
                    let own = before.account == whole.meeting.account;
                    return if own { Ok(before.id) } else { Err(Problem::not_found()) };
                }
                meeting_add(tx, std::slice::from_ref(&whole)).await?;
                Ok(whole.meeting.id)
            })
        });
        write.await
    }

    async fn whole(&self, id: Id, org: OrgRef, new: NewMeeting, viewer: &Viewer, today: Day) -> Result<Whole, Problem> {
        let region = org.region;
        let mut tx = self.db.read().await?;
        let mut observers = Vec::new();
        for (org, n) in new.observers.iter().zip(1..) {
            let found = org_find(&mut tx, *org).await?.ok_or_else(Problem::not_found)?;
            observers.push(MeetingObserver {
                region,
                meeting: id,
                n,
                org_region: org.region,
                org: org.id,
                name: found.name,
            });
        }
        drop(tx);
        let stops = new.stops.iter().zip(1..).map(|(stop, n)| {
            Ok(MeetingStop {
                region,
                meeting: id,
                n,
                unit_region: None,
                unit: None,
                place: limited("地点", &stop.place, LINE)?,
                seen: limited("看什么", &stop.seen, TEXT)?,
            })
        });
        Ok(Whole {
            stops: stops.collect::<Result<Vec<_>, Problem>>()?,
            observers,
            lessons: Vec::new(),
            meeting: Meeting {
                region,
                id,
                org: org.id,
                kind: new.kind,
                title: limited("标题", &new.title, LINE)?,
                theme: limited("主题", &new.theme, TEXT)?,
                day: new.day,
                outcome: None,
                held_day: None,
                created_day: today,
                account_region: viewer.account.region,
                account: viewer.account.id,
                nonce: new.nonce,
            },
        })
    }

    /// The meeting was held: what came of it, and what is worth copying.
    pub async fn hold(
        &self,
        id: Id,
        outcome: &str,
        lessons: &[Lesson],
        viewer: &Viewer,
        today: Day,
    ) -> Result<(), Problem> {
        let org = caller(viewer)?.org;
        let outcome = limited("结果", outcome, TEXT)?;
        let lessons = lessons.iter().map(|lesson| {
            let title = limited("值得学的做法", &lesson.title, LINE)?;
            Ok((title, limited("怎么做的", &lesson.text, TEXT)?))
        });
        let lessons = lessons.collect::<Result<Vec<_>, Problem>>()?;
        let write = self.db.write("meeting_hold", move |tx| {
            let (outcome, lessons) = (outcome.clone(), lessons.clone());
            Box::pin(async move {
                let meeting = meeting_lock(tx, id).await?.ok_or_else(Problem::not_found)?;
                if meeting.region != org.region || meeting.org != org.id {
                    return Err(Problem::forbidden("由安排这次会的单位来记。"));
                }
                if meeting.held_day.is_some() {
                    return Err(Problem::conflict("这次会已经记过了，请刷新后再看。"));
                }
                if meeting.day > today {
                    return Err(Problem::invalid("会还没有开，开过以后再记。"));
                }
                meeting_held(tx, id, meeting.day, &outcome).await?;
                let before = i64::try_from(lesson_list(tx, id).await?.len()).unwrap_or(0);
                let rows = lessons.into_iter().zip(before + 1..).map(|((title, text), n)| MeetingLesson {
                    region: id.region(),
                    meeting: id,
                    n,
                    title,
                    text,
                    stop_n: None,
                });
                Ok(lesson_add(tx, &rows.collect::<Vec<_>>()).await?)
            })
        });
        write.await
    }
}

/// Without hidden letters, neither empty nor too long.
pub(crate) fn limited(field: &str, text: &str, most: usize) -> Result<String, Problem> {
    let unix = text.replace("\r\n", "\n");
    let text: String = unix.chars().filter(|letter| *letter == '\n' || !letter.is_control()).collect();
    let text = text.trim();
    match text.chars().count() {
        0 => Err(Problem::invalid(format!("请填写{field}。"))),
        length if length > most => {
            Err(Problem::invalid(format!("{field}最多 {most} 字，现在有 {length} 字，请精简。")))
        }
        _ => Ok(text.to_owned()),
    }
}
