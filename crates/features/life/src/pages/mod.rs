//! The pages of this feature.

mod branch;
mod meeting;
mod meeting_new;
mod meetings;

use huiyin_web::{Routes, SignedIn};

use crate::permissions::{BranchAnnounce, MeetingCall, MeetingSee};

/// Every route of this feature.
pub(crate) fn routes() -> Routes {
    Routes::new()
        .get::<SignedIn, _>("/branch-meetings", branch::list)
        .post::<BranchAnnounce, _>("/branch-meetings", branch::announce)
        .post::<BranchAnnounce, _>("/branch-meetings/{id}/cancellation", branch::cancel)
        .get::<MeetingSee, _>("/meetings", meetings::list)
        .get::<MeetingCall, _>("/meetings/new", meeting_new::new)
        .post::<MeetingCall, _>("/meetings", meeting_new::create)
        .get::<MeetingSee, _>("/meetings/{id}", meeting::show)
        .post::<MeetingCall, _>("/meetings/{id}/outcome", meeting::outcome)
}
