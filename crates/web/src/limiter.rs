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
pub struct Limiter(Mutex<HashMap<(&'static str, String), Bucket>>);

#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: f64,
    at: Instant,
}

/// More buckets than this and the full ones are forgotten.
const MOST_BUCKETS: usize = 100_000;

impl Limiter {
    /// Takes one token of `who` at the monotonic time `now`.
    pub fn ask(&self, allowance: Allowance, who: &str, now: Instant) -> Verdict {
        let mut buckets = self.0.lock();
        if buckets.len() > MOST_BUCKETS {
            buckets.retain(|_, bucket| now.duration_since(bucket.at) < Duration::from_mins(10));
        }
        let fresh = Bucket { tokens: allowance.burst, at: now };
        let bucket = buckets.entry((allowance.name, who.to_owned())).or_insert(fresh);
        let refill = now.duration_since(bucket.at).as_secs_f64() * allowance.per_second;
        bucket.tokens = (bucket.tokens + refill).min(allowance.burst);
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
        assert_eq!(limiter.ask(allowance, "b", now), Verdict::Pass);
        assert_eq!(limiter.ask(allowance, "a", now + Duration::from_secs(10)), Verdict::Pass);
    }
}
