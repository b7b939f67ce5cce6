//! A case as public pages show it: in words, without ids and without times.

use std::collections::HashSet;

use huiyin_base::number::CaseNumber;
use huiyin_base::{Day, Id, Problem, Region};
use huiyin_db::Tx;
use huiyin_directory::Regions;
use huiyin_web::Site;
use huiyin_web::components::{DeadlineBar, Echo, EchoPair, Html, Photo, PhotoStrip, Tag, Told};

use super::action_filling::newest_copies;
use super::excerpt::excerpt;
use super::public_unit::Units;
use crate::store::{self, CaseLine, PlaceName};
use crate::{
    CaseAnswer, CaseItem, CasePhoto, CaseRules, Cases, Categories, Decision, Kind, Outcome, PhotoPart, Rulebook, State,
};

/// The engine over this site.
pub(crate) fn cases(site: &Site) -> Result<Cases, Problem> {
    Cases::of(&site.db, &site.vault, &site.calendar)
}

/// The same, where a kind is asked for by its word.
pub(crate) async fn knowing(site: &Site, kind: &str) -> Result<Cases, Problem> {
    cases(site)?.knowing(kind, None).await
}

/// What cards are made with.
pub(crate) struct Cards<'a> {
    site: &'a Site,
    pub(crate) regions: &'a Regions,
    units: Units,
    pub(crate) categories: &'a Categories,
    kinds: &'a [Kind],
    book: &'a Rulebook,
    pub(crate) today: Day,
    fewest_people: i64,
}

impl<'a> Cards<'a> {
    /// For a list.
    pub(crate) async fn of_lines(
        tx: &mut Tx,
        site: &'a Site,
        cases: &'a Cases,
        lines: impl IntoIterator<Item = &CaseLine>,
    ) -> Result<Self, Problem> {
        let ids = lines.into_iter().flat_map(|line| [line.township, line.village, Some(line.owner_org)]).flatten();
        Self::with(tx, site, cases, ids.collect()).await
    }

    /// For one case.
    pub(crate) async fn of_case(
        tx: &mut Tx,
        site: &'a Site,
        cases: &'a Cases,
        case: &CaseItem,
    ) -> Result<Self, Problem> {
        let ids = [
            case.township,
            case.village,
            Some(case.owner_org),
            Some(case.desk),
            case.subject,
            case.verify_org,
            case.urgent_org,
            case.review_org,
        ];
        Self::with(tx, site, cases, ids.into_iter().flatten().collect()).await
    }

    async fn with(tx: &mut Tx, site: &'a Site, cases: &'a Cases, ids: HashSet<Id>) -> Result<Self, Problem> {
        let units = Units::of(tx, site, ids, cases.book.rules.fewest_people).await?;
        Ok(Self {
            site,
            regions: &site.regions,
            units,
            categories: &cases.book.categories,
            kinds: &cases.book.kinds,
            book: &cases.book,
            today: site.today(),
            fewest_people: cases.book.rules.fewest_people,
        })
    }

    /// The problem and its echo, for a list.
    pub(crate) fn pair(&self, line: &CaseLine, answer: Option<&CaseAnswer>) -> EchoPair {
        let number = self.number(line.region, line.number()).unwrap_or_default();
        let told = Told {
            title: line.title.clone(),
            text: excerpt(&line.text, &line.title),
            day: line.posted_day.map(Day::chinese).unwrap_or_default(),
            href: Some(format!("/problems/{number}")),
            number,
            category: self.category(&line.category, &line.sub_category),
            photos: PhotoStrip::default(),
        };
        let late = line.due_day.is_some_and(|due| due < self.today);
        let pair = EchoPair::new(told, self.public_place(line.region, line.township, line.village));
        if let Some(answer) = answer {
            return pair.echo(self.echo(answer, PhotoStrip::default()));
        }
        let pair = super::case_parts::unanswered(pair, line.state);
        self.waiting(pair.state(state_tag(line.state, line.outcome, late)), line)
    }

    /// How far the time for an answer has run, while it runs.
    fn waiting(&self, pair: EchoPair, line: &CaseLine) -> EchoPair {
        let ended = matches!(line.state, State::Merged | State::Referred | State::Withdrawn | State::Declined);
        let assigned = !ended && line.state != State::Posted;
        let pair = if assigned { pair.unit(self.public_unit(line.owner_org)) } else { pair };
        let Some(due) = line.due_day.filter(|_| !ended) else { return pair };
        let from = line.answer_from.or(line.assigned_day).or(line.posted_day).unwrap_or(line.submitted_day);
        let bar = self.bar(from, due).goal(goal(line.state));
        pair.deadline(if line.state == State::Paused { bar.paused(State::Paused.label()) } else { bar })
    }

    /// 宝塔-2016-00421, once it is posted.
    pub(crate) fn number(&self, region: Region, number: Option<(i64, i64)>) -> Option<String> {
        case_number(self.regions, region, number)
    }

    /// The place as the public reads it: where few people live, the village is not named.
    pub(crate) fn public_place(&self, region: Region, township: Option<Id>, village: Option<Id>) -> String {
        self.place(region, township, village.filter(|id| self.is_shown(id)))
    }

    /// The place that stands on a map for this one, as finely as the public may see it.
    pub(crate) fn public_spot(&self, township: Option<Id>, village: Option<Id>) -> Option<Id> {
        village.filter(|id| self.is_shown(id)).or(township)
    }

    fn is_shown(&self, village: &Id) -> bool {
        self.units.names.get(village).is_none_or(|name| name.is_shown(self.fewest_people))
    }

    /// 宝塔销〔2016〕00421号, while it is struck off.
    pub(crate) fn close_number(&self, region: Region, kind: &str, number: Option<(i64, i64)>) -> Option<String> {
        self.book.close_number(kind, self.regions.short(region), number?)
    }

    /// 宝塔区 柳河镇 上湾村
    pub(crate) fn place(&self, region: Region, township: Option<Id>, village: Option<Id>) -> String {
        let below = [township, village].into_iter().flatten().filter_map(|id| self.units.names.get(&id));
        let below = below.map(|name| name.name.as_str());
        std::iter::once(self.county(region)).chain(below).collect::<Vec<_>>().join(" ")
    }

    /// The county as it is called today in the city's time: 子长县 in 2016, 子长市 since.
    pub(crate) fn county(&self, region: Region) -> &str {
        self.regions.named_on(region, self.today).map_or("", |(_, name)| name)
    }

    /// The code of the narrowest place, under which its own page stands.
    pub(crate) fn place_code(&self, region: Region, township: Option<Id>, village: Option<Id>) -> String {
        let narrowest = village
            .filter(|id| self.is_shown(id))
            .or(township)
            .and_then(|id| self.units.names.get(&id))
            .map(|name| name.code.clone());
        narrowest.unwrap_or_else(|| self.regions.get(region).map(|entry| entry.code.clone()).unwrap_or_default())
    }

    /// 基础设施 · 饮水
    pub(crate) fn category(&self, category: &str, sub: &str) -> String {
        let Some(found) = self.categories.find(category) else { return String::new() };
        let name = if found.short.is_empty() { &found.name } else { &found.short };
        match self.categories.sub(category, sub) {
            Some(below) => format!("{name} · {}", below.name),
            None => name.clone(),
        }
    }

    /// What a line is about, by its kind's own list: 基础设施 · 饮水, or 负担反映 · 多头填报.
    pub(crate) fn category_of(&self, line: &CaseLine) -> String {
        self.category_in(&line.kind, &line.category, &line.sub_category)
    }

    /// What a kind is called, if such cases are handed down.
    pub(crate) fn issued(&self, kind: &str) -> Option<&str> {
        self.kinds.iter().find(|known| known.name == kind && known.is_issued()).map(|kind| kind.label.as_str())
    }

    /// The same for a whole case.
    pub(crate) fn category_in(&self, kind: &str, category: &str, sub: &str) -> String {
        if let Some(label) = self.issued(kind) {
            return label.to_owned();
        }
        let kind = self.kinds.iter().find(|known| known.name == kind);
        match kind.and_then(|kind| Some((kind, kind.category(category)?))) {
            Some((kind, label)) => format!("{} · {label}", kind.label),
            None => self.category(category, sub),
        }
    }

    /// How a case stands, in the words of its kind.
    pub(crate) fn state_of(&self, kind: &str, state: State, outcome: Option<Outcome>, late: bool) -> Html {
        let known = self.kinds.iter().filter(|known| known.name == kind).max_by_key(|known| known.version);
        match known.filter(|kind| kind.is_issued()) {
            Some(kind) => issued_tag(kind, state, outcome, late),
            None => state_tag(state, outcome, late),
        }
    }

    /// Other units, by name as the public reads them.
    pub(crate) async fn units_of(&self, tx: &mut Tx, ids: HashSet<Id>) -> Result<Units, Problem> {
        Units::of(tx, self.site, ids, self.fewest_people).await
    }

    /// What the city decided about cases.
    pub(crate) fn rules(&self) -> &'a CaseRules {
        &self.book.rules
    }

    /// The name of a unit, or of what it was.
    pub(crate) fn unit(&self, id: Id) -> &str {
        self.units.names.get(&id).map_or("承办单位", |name| name.name.as_str())
    }

    /// The telephone of a unit's office.
    pub(crate) fn phone(&self, id: Id) -> Option<&str> {
        self.units.names.get(&id)?.phone.as_deref()
    }

    /// The unit as the public reads it.
    pub(crate) fn public_unit(&self, id: Id) -> &str {
        self.units.public(id).map_or("承办单位", |name| name.name.as_str())
    }

    /// The telephone that the public reads of it.
    pub(crate) fn public_phone(&self, id: Id) -> Option<&str> {
        self.units.public(id)?.phone.as_deref()
    }

    /// Unit and post as the public reads them.
    pub(crate) fn public_post(&self, post: &str) -> String {
        self.units.public_post(post)
    }

    /// An answer as the public reads it.
    pub(crate) fn echo(&self, answer: &CaseAnswer, photos: PhotoStrip) -> Echo {
        Echo { unit: self.public_post(&answer.post), ..echo(answer, photos) }
    }

    /// A unit or a place by its own name.
    pub(crate) fn named(&self, id: Id) -> Option<&PlaceName> {
        self.units.names.get(&id).map(AsRef::as_ref)
    }

    /// The bar that fills until an answer is due.
    pub(crate) fn deadline(&self, case: &CaseItem) -> Option<DeadlineBar> {
        let due = case.due_day?;
        let from = case.answer_from.or(case.assigned_day).or(case.posted_day).unwrap_or(case.submitted_day);
        let goal = match case.state {
            State::Assigned if case.due_sign != case.due_day => "办结",
            State::CloseRequested if case.due_verify != case.due_day => "办结",
            state => goal(state),
        };
        Some(self.bar(from, due).goal(goal))
    }

    fn bar(&self, from: Day, due: Day) -> DeadlineBar {
        // A clock that began on the day it ends has been given that day at least.
        let from = from.min(due.plus(-1));
        let days = |to: Day| u32::try_from(to.since(from)).unwrap_or(0);
        DeadlineBar::new(days(self.today), days(due), due.chinese()).calendar_days()
    }
}

/// The answer that was published and did not stand: the last one while the case waits for another, and the one before beside that.
pub(crate) fn earlier<'a>(case: &CaseItem, answers: &'a [CaseAnswer]) -> Option<&'a CaseAnswer> {
    let later = usize::from(State::ECHOED.contains(&case.state));
    let mut published = answers.iter().rev().filter(|answer| answer.decision == Decision::Accepted);
    published.nth(later).filter(|_| later == 1 || case.state.is_open())
}

/// What is to be done by the day that is due first in a state.
fn goal(state: State) -> &'static str {
    match state {
        State::Submitted => "审核",
        State::Posted => "交办",
        State::Assigned => "签收",
        State::CloseRequested => "核验",
        _ => "办结",
    }
}

/// County, year and running number.
pub(crate) fn case_number(regions: &Regions, region: Region, number: Option<(i64, i64)>) -> Option<String> {
    let (year, n) = number?;
    let county = regions.short(region).to_owned();
    Some(CaseNumber { county, year: u16::try_from(year).ok()?, n: u32::try_from(n).ok()? }.to_string())
}

/// A state in words with its tone, and beside it that something is late: these are two things.
pub(crate) fn state_tag(state: State, outcome: Option<Outcome>, late: bool) -> Html {
    let alone = Html::from(state_alone(state, outcome));
    match late_tag(state).filter(|_| late) {
        Some(late) => Html::join([alone, late.into()]),
        None => alone,
    }
}

/// The same of what was handed down.
fn issued_tag(kind: &Kind, state: State, outcome: Option<Outcome>, late: bool) -> Html {
    let label = kind.state_label(state);
    let alone = match (state, outcome) {
        (State::Answered | State::Closed, Some(Outcome::Explained)) => Tag::plain(format!("{label}（已说明）")),
        (State::Answered | State::Closed, _) => Tag::good(label).icon("check"),
        (State::Withdrawn, _) => Tag::plain(label),
        (State::Reopened, _) => Tag::attention(label).icon("rotate-ccw"),
        (State::Paused, _) => Tag::attention(label).icon("pause"),
        _ => Tag::info(label),
    };
    let late = (late && state.is_open()).then(|| Tag::bad("超期").icon("clock-alert"));
    Html::join(std::iter::once(Html::from(alone)).chain(late.map(Html::from)))
}

/// What is late in this state; nothing where nothing can be.
fn late_tag(state: State) -> Option<Tag> {
    let words = match state {
        State::Submitted => "超期未审核",
        State::Posted => "超期未交办",
        State::Assigned => "超期未签收",
        State::Signed | State::InHand | State::Reopened => "超期未答复",
        // The answer, its verifier, or both.
        State::CloseRequested => "已超期",
        _ => return None,
    };
    Some(Tag::bad(words).icon("clock-alert"))
}

fn state_alone(state: State, outcome: Option<Outcome>) -> Tag {
    match (state, outcome) {
        (State::Answered | State::Closed, Some(Outcome::Solved)) => Tag::good(Outcome::Solved.label()).icon("check"),
        (State::Answered | State::Closed, Some(outcome)) => Tag::plain(outcome.label()),
        (State::Merged | State::Referred | State::Withdrawn | State::Declined, _) => Tag::plain(state.label()),
        (State::Reopened, _) => Tag::attention(state.label()).icon("rotate-ccw"),
        (State::Paused, _) => Tag::attention(state.label()).icon("pause"),
        _ => Tag::info(state.label()),
    }
}

/// An accepted answer. How it was rated stands on no page but that of whoever rated it: one score would tell who gave it.
pub(crate) fn echo(answer: &CaseAnswer, photos: PhotoStrip) -> Echo {
    let outcome = match answer.outcome {
        Outcome::Solved => Tag::good(Outcome::Solved.label()).icon("check"),
        outcome => Tag::plain(outcome.label()),
    };
    Echo {
        unit: answer.post.clone(),
        text: answer.text.clone(),
        day: answer.decided_day.unwrap_or(answer.requested_day).chinese(),
        outcome,
        photos,
        mark: None,
    }
}

/// The pictures of one part: those of the public, or for staff each as it was covered last.
pub(crate) async fn photos(
    tx: &mut Tx,
    case: &CaseItem,
    part: PhotoPart,
    public_only: bool,
) -> Result<PhotoStrip, Problem> {
    if case.photos == 0 {
        return Ok(PhotoStrip::default());
    }
    let rows = store::photo_list(tx, case.at(), public_only).await?;
    strip(tx, case, newest_copies(&rows).into_iter().filter(|row| row.part == part).collect()).await
}

/// The pictures of a report with those under a covered copy: for whoever has opened the original.
pub(crate) async fn photos_as_they_came(tx: &mut Tx, case: &CaseItem) -> Result<PhotoStrip, Problem> {
    let rows = store::photo_list(tx, case.at(), false).await?;
    strip(tx, case, rows.iter().filter(|row| row.part == PhotoPart::Report).collect()).await
}

/// In this order, without those that are still being cleaned.
async fn strip(tx: &mut Tx, case: &CaseItem, rows: Vec<&CasePhoto>) -> Result<PhotoStrip, Problem> {
    let ids: Vec<Id> = rows.iter().map(|row| row.file).collect();
    let files = huiyin_files::store::file_list(tx, case.region, &ids).await?;
    let clean = |row: &&CasePhoto| {
        files.iter().find(|file| file.id == row.file && file.state == huiyin_files::FileState::Clean)
    };
    let shown = rows.iter().filter_map(|row| {
        let covered = if row.covers.is_some() { "（已遮挡）" } else { "" };
        Some(Photo {
            src: format!("/photos/{}/{}", case.region, clean(row)?.token),
            alt: format!("{}的照片 {}{covered}", row.part.label(), row.position + 1),
        })
    });
    let shown: Vec<Photo> = shown.collect();
    let waiting = files.iter().filter(|file| file.state == huiyin_files::FileState::Accepted).count();
    Ok(PhotoStrip::new(shown).waiting(waiting))
}
