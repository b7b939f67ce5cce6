//! Lines of organisations: who stands above whom, across the border between a county and its city.

use std::collections::HashMap;

use huiyin_base::Id;
use huiyin_directory::{OrgKind, OrgRef};

/// For each organisation asked about: itself and everything above it, nearest first. Above a county's root stands the
/// root of its city.
#[derive(Clone, Debug, Default)]
pub struct Lines(HashMap<OrgRef, Vec<(OrgRef, OrgKind)>>);

impl Lines {
    /// Adds the line of its first organisation, and with it the lines of all that stand above.
    pub fn add(&mut self, line: Vec<(OrgRef, OrgKind)>) {
        for start in 0..line.len() {
            self.0.entry(line[start].0).or_insert_with(|| line[start..].to_vec());
        }
    }

    /// Whether the line of `org` is here.
    pub fn knows(&self, org: OrgRef) -> bool {
        self.0.contains_key(&org)
    }

    /// The kind of an organisation whose line is here.
    pub fn kind(&self, org: OrgRef) -> Option<OrgKind> {
        self.0.get(&org)?.first().map(|(_, kind)| *kind)
    }

    /// The township that an organisation is, or lies in.
    pub fn township(&self, org: OrgRef) -> Option<Id> {
        let line = std::iter::once(org).chain(self.above(org));
        line.filter(|one| one.region == org.region)
            .find(|one| self.kind(*one) == Some(OrgKind::Township))
            .map(|one| one.id)
    }

    /// Everything strictly above, nearest first.
    pub fn above(&self, org: OrgRef) -> impl Iterator<Item = OrgRef> + '_ {
        self.0.get(&org).into_iter().flatten().skip(1).map(|(org, _)| *org)
    }

    /// Whether `org` is `top` or below it.
    pub fn within(&self, org: OrgRef, top: OrgRef) -> bool {
        org == top || self.below(org, top)
    }

    /// Whether `org` is strictly below `top`.
    pub fn below(&self, org: OrgRef, top: OrgRef) -> bool {
        self.above(org).any(|above| above == top)
    }

    /// Whether `org` has nothing to do with what is about `subject`: it is it, stands below it, or stands between it and the desk. Whoever
    /// complains of a village is promised that its township does not handle it.
    pub fn is_near(&self, org: OrgRef, subject: OrgRef, desk: OrgRef) -> bool {
        self.within(org, subject) || (self.below(subject, org) && self.below(org, desk))
    }

    /// The same asked from above.
    pub(crate) fn within_from(&self, top: OrgRef, org: OrgRef) -> bool {
        self.within(org, top)
    }

    /// Whether `issuer` may hand something down to `to`: itself, below itself, or for a department below whom it works for.
    pub fn hands_down(&self, issuer: OrgRef, to: OrgRef) -> bool {
        let head = self.above(issuer).next().filter(|_| self.kind(issuer) == Some(OrgKind::Department));
        self.within(to, issuer) || head.is_some_and(|head| self.below(to, head))
    }

    /// The desk for a case of `county` about `subject`: the county's, or the first above it that stands above the subject.
    pub fn desk(&self, county: OrgRef, subject: Option<OrgRef>) -> Option<OrgRef> {
        let Some(subject) = subject else { return Some(county) };
        std::iter::once(county).chain(self.above(county)).find(|desk| self.below(subject, *desk))
    }
}
