//! The door of the elder's front page that leads to the next meeting of his branch.

use huiyin_directory::Viewer;
use huiyin_web::components::Door;
use huiyin_web::{Result, Site};

use crate::branch::own_branches;
use crate::store::branch_meeting_list;

/// The second of the three.
pub(crate) async fn meeting_door(site: &Site, viewer: Option<&Viewer>) -> Result<Option<String>> {
    let branches = viewer.map(own_branches).unwrap_or_default();
    if branches.is_empty() {
        return Ok(None);
    }
    let all = branch_meeting_list(&mut site.db.read().await?, &branches, site.today(), 20).await?;
    let words = match all.iter().find(|meeting| meeting.cancelled_day.is_none()) {
        Some(next) => format!("{}{}，{}。{}", next.day.chinese(), next.hour, next.place, next.subject),
        None => "还没有通知。有了会写在这里。".into(),
    };
    Ok(Some(Door::new("/branch-meetings", "calendar-clock", "下次支部会", words).to_string()))
}
