use huiyin_base::Rng;

use crate::Scale;
use crate::invent::share;

/// How a problem stands on the city's today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// Solved and answered, maybe closed.
    Solved,
    /// Solved in the end, after an objection or a look back reopened it.
    SolvedAgain,
    /// Cannot be solved now; the answer says why.
    Explained,
    /// The same as another.
    Merged,
    /// Gone elsewhere.
    Referred,
    /// Posted, not yet assigned.
    Posted,
    /// Posted again because the owner sent it back.
    Returned,
    /// Assigned, not yet signed.
    Assigned,
    /// Assigned, and signing is overdue.
    AssignedLate,
    /// Signed.
    Signed,
    /// In hand within its time.
    InHand,
    /// In hand and overdue.
    InHandLate,
    /// Resting for a reason.
    Paused(&'static str),
    /// Waiting for its verifier.
    CloseRequested,
    /// Opened again by an objection.
    Reopened,
    /// Not yet posted.
    Submitted,
    /// Not accepted.
    Declined,
    /// Not accepted, and looked at again one level up.
    Appealed,
    /// Taken back.
    Withdrawn,
}

/// Of a thousand posted problems that are not solved, how many stand so. An invented split.
const OPEN: [(Fate, u64); 16] = [
    (Fate::Explained, 236),
    (Fate::Merged, 88),
    (Fate::Referred, 66),
    (Fate::Posted, 36),
    (Fate::Returned, 18),
    (Fate::Assigned, 52),
    (Fate::AssignedLate, 22),
    (Fate::Signed, 44),
    (Fate::InHand, 172),
    (Fate::InHandLate, 78),
    (Fate::Paused("season"), 62),
    (Fate::Paused("money"), 34),
    (Fate::Paused("reporter"), 14),
    (Fate::Paused("higher"), 16),
    (Fate::CloseRequested, 44),
    (Fate::Reopened, 18),
];

/// What was never posted, for each thousand that was.
const NEVER_POSTED: [(Fate, u64); 4] =
    [(Fate::Submitted, 3), (Fate::Declined, 29), (Fate::Appealed, 4), (Fate::Withdrawn, 6)];

/// The fate of every problem of the year: exactly as many posted and solved as `scale` says.
pub fn fates(scale: &Scale) -> Vec<Fate> {
    let (posted, solved) = (scale.posted(), scale.solved());
    let again = solved * 31 / 1000;
    let mut fates = Vec::new();
    let mut add = |fate: Fate, count: u64| fates.extend((0..count).map(|_| fate));
    add(Fate::Solved, solved - again);
    add(Fate::SolvedAgain, again);
    let weights = OPEN.map(|(_, weight)| weight);
    for ((fate, _), count) in OPEN.into_iter().zip(share(posted - solved, &weights, 1)) {
        add(fate, count);
    }
    for (fate, permille) in NEVER_POSTED {
        add(fate, (posted * permille / 1000).max(1));
    }
    Rng::fork(scale.seed, "fates").shuffle(&mut fates);
    fates
}

impl Fate {
    /// Whether the problem was posted.
    pub const fn is_posted(self) -> bool {
        !matches!(self, Self::Submitted | Self::Declined | Self::Appealed | Self::Withdrawn)
    }

    /// Whether it counts as solved.
    pub const fn is_solved(self) -> bool {
        matches!(self, Self::Solved | Self::SolvedAgain)
    }

    /// Whether somebody still has to do something, so that it must be recent.
    pub(crate) const fn is_open(self) -> bool {
        !matches!(
            self,
            Self::Solved
                | Self::SolvedAgain
                | Self::Explained
                | Self::Merged
                | Self::Referred
                | Self::Declined
                | Self::Appealed
                | Self::Withdrawn
        )
    }
}
