//! Where the numbers of a bulletin lead a reader.

use std::collections::HashSet;

use huiyin_base::{Problem, Region};
use huiyin_db::Tx;
use huiyin_figures::Place;
use huiyin_web::Ctx;

use crate::bulletin::{Bulletin, BulletinState};
use crate::compose::Door;
use crate::paper::Paper;

/// To their lists: as they are now for a draft, as they were for an issued one. A list that is not the reader's is replaced by the
/// definition of the number, which says whose it is.
pub(super) struct Doors<'a> {
    ctx: &'a Ctx,
    bulletin: &'a Bulletin,
    open: HashSet<(&'a str, Option<Region>)>,
}

impl<'a> Doors<'a> {
    /// Of every number of `paper`.
    pub(super) async fn of(tx: &mut Tx, ctx: &'a Ctx, paper: &'a Paper) -> Result<Self, Problem> {
        let bulletin = &paper.bulletin;
        let (figures, viewer) = (&ctx.site.figures, ctx.viewer.as_ref());
        let all: HashSet<(&str, Option<Region>)> =
            paper.doors().map(|door| (door.figure.as_str(), door.place)).collect();
        let mut open = HashSet::new();
        for (id, place) in all {
            let Some(figure) = figures.find(id) else { continue };
            let cut = bulletin.term().cut().at(place.map_or(Place::City, Place::Region));
            if figures.may_open(tx, figure, viewer, &cut).await? {
                open.insert((id, place));
            }
        }
        Ok(Self { ctx, bulletin, open })
    }

    /// The address behind a number.
    pub(super) fn address(&self, door: &Door) -> Option<String> {
        if !self.open.contains(&(door.figure.as_str(), door.place)) {
            return Some(format!("/figures/{}", door.figure));
        }
        let days = self.bulletin.term().days();
        let code = match door.place {
            Some(region) => Some(self.ctx.site.regions.named_on(region, days.to)?.0),
            None => None,
        };
        if self.bulletin.state == BulletinState::Issued {
            let place = code.map(|code| format!("&place={code}")).unwrap_or_default();
            let path = self.bulletin.term().path();
            return Some(format!("{path}/figures/{}?version={}{place}", door.figure, self.bulletin.version));
        }
        let place = code.map(|code| format!("&county={code}")).unwrap_or_default();
        Some(format!("/figures/{}/list?from={}&to={}{place}", door.figure, days.from, days.to))
    }
}
