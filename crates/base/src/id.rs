use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Instant, Region, Rng};

/// A UUIDv7 whose 12-bit `rand_a` carries the region's ordinal: made anywhere, and alone enough to find its shard.
///
/// It holds the millisecond of its making, so public pages never show one (design: section 3, Ids).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Id(Uuid);

impl Id {
    /// A new id of `region`, ordered by `now`.
    pub fn new(region: Region, now: Instant, rng: &mut Rng) -> Self {
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or(0);
        let mut bytes = [0_u8; 16];
        rng.fill(&mut bytes[8..]);
        bytes[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
        bytes[6..8].copy_from_slice(&(0x7000 | region.ordinal()).to_be_bytes());
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        Self(Uuid::from_bytes(bytes))
    }

    /// `None` when the UUID is no version 7 or its ordinal is 0.
    pub fn from_uuid(uuid: Uuid) -> Option<Self> {
        let id = Self(uuid);
        (uuid.get_version_num() == 7 && Region::new(id.ordinal()).is_some()).then_some(id)
    }

    /// The plain UUID, as the databases keep it.
    pub const fn uuid(self) -> Uuid {
        self.0
    }

    /// The millisecond of its making.
    pub fn made_at(self) -> Instant {
        let bytes = self.0.as_bytes();
        let millis = bytes[..6].iter().fold(0_i64, |millis, byte| (millis << 8) | i64::from(*byte));
        // Six bytes end in the year 10889, well within what an instant can be.
        Instant::from_timestamp_millis(millis).unwrap_or_default()
    }

    /// The region whose shard holds the row.
    pub fn region(self) -> Region {
        // An Id is only made by `new` and `from_uuid`, which both prove the ordinal.
        Region::new(self.ordinal()).unwrap_or_else(|| unreachable!("an Id always carries a region"))
    }

    fn ordinal(self) -> u16 {
        let bytes = self.0.as_bytes();
        u16::from_be_bytes([bytes[6], bytes[7]]) & 0x0fff
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.simple().fmt(f)
    }
}

/// The text is no id of this system.
#[derive(Debug, thiserror::Error)]
#[error("not an id")]
pub struct NotAnId;

impl FromStr for Id {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        Uuid::try_parse(text).ok().and_then(Self::from_uuid).ok_or(NotAnId)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carries_its_region_and_orders_by_time() {
        let mut rng = Rng::seeded(1);
        let region = Region::new(4095).unwrap();
        let early = Id::new(region, Instant::from_timestamp_millis(1_000).unwrap(), &mut rng);
        let late = Id::new(region, Instant::from_timestamp_millis(2_000).unwrap(), &mut rng);
        assert_eq!(early.region(), region);
        assert_eq!(late.made_at().timestamp_millis(), 2_000);
        assert!(early < late);
        assert_eq!(early.to_string().parse::<Id>().unwrap(), early);
    }

    #[test]
    fn refuses_foreign_uuids() {
        assert!("9f4c3f0e-7b0a-4e8f-8f0e-1a2b3c4d5e6f".parse::<Id>().is_err());
        assert!("018f0000-0000-7000-8000-000000000000".parse::<Id>().is_err());
    }
}
