//! The pages of this feature.

mod meeting;
mod meeting_new;
mod meetings;

use huiyin_web::Routes;

use crate::permissions::{MeetingCall, MeetingSee};

/// Every route of this feature.
pub(crate) fn routes() -> Routes {
    Routes::new()
        .get::<MeetingSee, _>("/meetings", meetings::list)
        .get::<MeetingCall, _>("/meetings/new", meeting_new::new)
        .post::<MeetingCall, _>("/meetings", meeting_new::create)
        .get::<MeetingSee, _>("/meetings/{id}", meeting::show)
        .post::<MeetingCall, _>("/meetings/{id}/outcome", meeting::outcome)
}
