//! The rows a new case begins with.

use huiyin_base::{Day, Id};
use huiyin_directory::OrgRef;

use crate::{Action, Actor, CaseEvent, CaseFollow, CaseItem, CasePhoto, Channel, Moment, PhotoPart, State};

/// Where something happened, as the tree was on that day.
pub(crate) struct PlaceOf {
    pub(crate) county: OrgRef,
    pub(crate) township: Option<Id>,
    pub(crate) village: Option<Id>,
}

/// A case before anything is known of it but its place.
pub(crate) fn blank(place: &PlaceOf, desk: OrgRef, seq: i64, id: Id, today: Day) -> CaseItem {
    let mut item =
        CaseItem { township: place.township, village: place.village, ..CaseItem::blank(place.county, seq, id, today) };
    item.set_desk(desk);
    item.set_owner(desk, None);
    item
}

impl CaseItem {
    /// A case of the kind "problem" before anything is known of it but its county, whose desk and owner it begins with.
    pub fn blank(county: OrgRef, seq: i64, id: Id, today: Day) -> Self {
        Self {
            region: county.region,
            id,
            seq,
            kind: "problem".into(),
            kind_version: 1,
            channel: Channel::Web,
            county: county.id,
            township: None,
            village: None,
            original: None,
            contact: None,
            receipt: None,
            submitted_day: today,
            origin_region: None,
            origin_id: None,
            number_year: None,
            number_n: None,
            state: State::Submitted,
            outcome: None,
            category: String::new(),
            sub_category: String::new(),
            title: String::new(),
            text: String::new(),
            edited: false,
            subject_region: None,
            subject: None,
            subject_office: None,
            desk_region: county.region,
            desk: county.id,
            owner_region: county.region,
            owner_org: county.id,
            owner_account_region: None,
            owner_account: None,
            goal: String::new(),
            verify_region: None,
            verify_org: None,
            verifier_region: None,
            verifier: None,
            escalated_region: None,
            escalated_org: None,
            posted_day: None,
            posted_month: None,
            assigned_day: None,
            signed_day: None,
            answered_day: None,
            closed_day: None,
            due_sign: None,
            due_answer: None,
            due_verify: None,
            answer_from: None,
            answer_days: 0,
            paused_days: 0,
            pause_reason: None,
            paused_day: None,
            pause_until: None,
            due_day: None,
            reminded_day: None,
            next_clock: None,
            next_step: 0,
            objected_times: 0,
            review_region: None,
            review_org: None,
            erased_day: None,
            rating: None,
            rated_day: None,
            returned_times: 0,
            reopened_times: 0,
            paused_times: 0,
            appealed: false,
            followers: 0,
            parent: None,
            path: format!("{id}/"),
            children_open: 0,
            merged_into: None,
            referred_region: None,
            referred_id: None,
            referred_number: None,
            events: 1,
            answers: 0,
            messages: 0,
            photos: 0,
            due_at: None,
            clock_days: 0,
            extend_until: None,
            extended_times: 0,
            close_year: None,
            close_n: None,
            urgent: None,
            urgent_kind: None,
            urgent_at: None,
            urgent_org: None,
            urgent_account: None,
            urgent_step: 0,
            joint_day: None,
            touched: 0,
        }
    }
}

/// The first line of a case's history.
pub(crate) fn first_event(item: &CaseItem, actor: &Actor<'_>, post: String, moment: Moment) -> CaseEvent {
    let account = match actor {
        Actor::Staff(viewer) => Some(viewer.account),
        Actor::Reporter | Actor::System => None,
    };
    CaseEvent {
        region: item.region,
        case_id: item.id,
        n: 1,
        kind: Action::Submit,
        from_state: None,
        to_state: item.state,
        outcome: None,
        owner_region: item.owner_region,
        owner_org: item.owner_org,
        due_day: item.due_day,
        actor: actor.kind(),
        account_region: account.map(|account| account.region),
        account: account.map(|account| account.id),
        org_region: None,
        org: None,
        post,
        reason: None,
        public: true,
        at: moment.now,
        day: moment.today,
    }
}

pub(crate) fn follow(item: &CaseItem, follower: [u8; 32], today: Day) -> CaseFollow {
    CaseFollow { region: item.region, case_id: item.id, follower, raised: true, via: item.id, since_day: today }
}

/// The rows of photos; those of an answer are public with it.
pub(crate) fn photos_of(case: &CaseItem, files: &[Id], part: PhotoPart, today: Day) -> Vec<CasePhoto> {
    let photo = |(file, position): (&Id, i64)| CasePhoto {
        region: case.region,
        case_id: case.id,
        file: *file,
        part,
        position,
        public: part == PhotoPart::Answer,
        day: today,
        covers: None,
    };
    files.iter().zip(0..).map(photo).collect()
}
