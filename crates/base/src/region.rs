use serde::{Deserialize, Serialize};

/// The ordinal of a province, city or county in `data/regions.csv`: 1 to 4,095, never reused.
///
/// It is the shard key: part of every primary, unique and foreign key, and carried by every [`crate::Id`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct Region(u16);

impl Region {
    /// The largest ordinal that fits the 12 bits an id has for it.
    pub const MAX: u16 = 4095;

    /// The first ordinal, for what belongs to no place in particular.
    pub const FIRST: Self = Self(1);

    /// `None` outside 1 to [`Region::MAX`].
    pub const fn new(ordinal: u16) -> Option<Self> {
        if ordinal == 0 || ordinal > Self::MAX { None } else { Some(Self(ordinal)) }
    }

    /// The number as it stands in `data/regions.csv`.
    pub const fn ordinal(self) -> u16 {
        self.0
    }
}

impl TryFrom<u16> for Region {
    type Error = String;

    fn try_from(ordinal: u16) -> Result<Self, String> {
        Self::new(ordinal).ok_or_else(|| format!("region ordinal {ordinal} is outside 1..=4095"))
    }
}

impl From<Region> for u16 {
    fn from(region: Region) -> Self {
        region.0
    }
}

impl std::fmt::Display for Region {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}
