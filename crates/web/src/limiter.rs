use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

/// How often something may be asked for: a bucket that refills.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    /// A word for the kind of request.
    pub name: &'static str,
    /// The bucket's size.
    pub burst: f64,
    /// Refilled per second.
    pub per_second: f64,
    /// How far below zero it may go before requests are refused; until then they wait.
    pub debt: f64,
}

impl Allowance {
    /// The same, `factor` times as generous.
    #[must_use]
    pub fn times(self, factor: f64) -> Self {
        Self { burst: self.burst * factor, per_second: self.per_second * factor, debt: self.debt * factor, ..self }
    }
}

/// What to do with a request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    /// Go on.
    Pass,
    /// Go on after this long.
    Wait(Duration),
    /// Refuse.
    Refuse,
}

/// Slows first and blocks last: a whole village can stand behind one mobile address.
#[derive(Debug, Default)]
pub struct Limiter(Mutex<Buckets>);

#[derive(Debug, Default)]
struct Buckets {
    of: HashMap<(&'static str, String), Bucket>,
    /// When the full ones were last forgotten.
    swept: Option<Instant>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: f64,
    at: Instant,
    burst: f64,
    per_second: f64,
}

impl Bucket {
    /// What is in it by now.
    fn refilled(&self, now: Instant) -> f64 {
        let refill = now.duration_since(self.at).as_secs_f64() * self.per_second;
        (self.tokens + refill).min(self.burst)
    }
}

/// More buckets than this and the full ones are forgotten: one that is not full still has something to remember.
const MOST_BUCKETS: usize = 100_000;

impl Buckets {
    /// At most once a second: the walk holds up every request.
    fn sweep(&mut self, most: usize, now: Instant) {
        let rested = self.swept.is_none_or(|swept| now.duration_since(swept) >= Duration::from_secs(1));
        if self.of.len() > most && rested {
            self.of.retain(|_, bucket| bucket.refilled(now) < bucket.burst);
            self.swept = Some(now);
        }
    }
}

impl Limiter {
    /// Takes one token of `who` at the monotonic time `now`.
    pub fn ask(&self, allowance: Allowance, who: &str, now: Instant) -> Verdict {
        let mut buckets = self.0.lock();
        buckets.sweep(MOST_BUCKETS, now);
        let Allowance { burst, per_second, .. } = allowance;
        let bucket = buckets.of.entry((allowance.name, who.to_owned()));
        let bucket = bucket.or_insert(Bucket { tokens: burst, at: now, burst, per_second });
        bucket.tokens = bucket.refilled(now);
        bucket.at = now;
        if bucket.tokens - 1.0 < -allowance.debt {
            return Verdict::Refuse;
        }
        bucket.tokens -= 1.0;
        if bucket.tokens >= 0.0 {
            Verdict::Pass
        } else {
            Verdict::Wait(Duration::from_secs_f64((-bucket.tokens / allowance.per_second).min(3.0)))
        }
    }
}

impl Limiter {
    /// Whether nothing is left of `who`, without taking any: for what is counted only when it went wrong.
    pub fn is_spent(&self, allowance: Allowance, who: &str, now: Instant) -> bool {
        let buckets = self.0.lock();
        let bucket = buckets.of.get(&(allowance.name, who.to_owned()));
        bucket.is_some_and(|bucket| bucket.refilled(now) - 1.0 < -allowance.debt)
    }
}

/// The part of an address that stands for one caller: all of IPv4, the first half of IPv6.
pub(crate) fn network_of(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(mapped) => mapped.to_string(),
            None => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).to_string(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slows_first_and_blocks_last() {
        let limiter = Limiter::default();
        let allowance = Allowance { name: "test", burst: 2.0, per_second: 1.0, debt: 2.0 };
        let now = Instant::now();
        let verdicts: Vec<Verdict> = (0..5).map(|_| limiter.ask(allowance, "a", now)).collect();
        assert_eq!(verdicts[..2], [Verdict::Pass, Verdict::Pass]);
        assert_eq!(verdicts[2], Verdict::Wait(Duration::from_secs(1)));
        assert_eq!(verdicts[3], Verdict::Wait(Duration::from_secs(2)));
        assert_eq!(verdicts[4], Verdict::Refuse);
        assert!(limiter.is_spent(allowance, "a", now) && !limiter.is_spent(allowance, "b", now));
        assert_eq!(limiter.ask(allowance, "b", now), Verdict::Pass);
        assert_eq!(limiter.ask(allowance, "a", now + Duration::from_secs(10)), Verdict::Pass);
    }

    #[test]
    fn forgets_only_who_has_his_whole_allowance_again() {
        let limiter = Limiter::default();
        let slow = Allowance { name: "slow", burst: 1.0, per_second: 1.0 / 3600.0, debt: 0.0 };
        let quick = Allowance { name: "quick", burst: 1.0, per_second: 1.0, debt: 0.0 };
        let now = Instant::now();
        limiter.ask(slow, "a", now);
        limiter.ask(quick, "b", now);
        let later = now + Duration::from_mins(20);
        let mut buckets = limiter.0.lock();
        buckets.sweep(1, later);
        assert_eq!(buckets.of.keys().map(|(name, _)| *name).collect::<Vec<_>>(), ["slow"]);
        // An hour later that one is full too, but the walk rests for a second.
        buckets.swept = Some(now + Duration::from_hours(1));
        buckets.sweep(0, now + Duration::from_hours(1));
        assert_eq!(buckets.of.len(), 1);
        buckets.sweep(0, now + Duration::from_secs(3602));
        assert!(buckets.of.is_empty());
        drop(buckets);
        assert_eq!(limiter.ask(slow, "a", later), Verdict::Pass);
    }
}
