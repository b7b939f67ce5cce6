//! The networks of units' offices. A rating that came from the handling unit's own network counts like every other; its case only
//! has more lots in the month's draw. What is kept is yes or no, never the address.

use std::net::IpAddr;

use huiyin_base::{Problem, Region};
use huiyin_db::Tx;
use huiyin_directory::{OrgRef, Viewer};

use crate::{CaseItem, Cases, store};

impl Cases {
    /// Whether the caller's address belongs to the owner of the case, or to a unit above it in the county.
    pub async fn own_network(&self, tx: &mut Tx, case: &CaseItem, caller: &str) -> Result<bool, Problem> {
        let Ok(address) = caller.parse::<IpAddr>() else { return Ok(false) };
        let lines = store::lines_find(tx, vec![case.owner()]).await?;
        let units: Vec<OrgRef> = std::iter::once(case.owner()).chain(lines.above(case.owner())).collect();
        let networks = store::network_list(tx, case.owner_region).await?;
        let own = |org: huiyin_base::Id| units.iter().any(|unit| unit.id == org);
        Ok(networks.iter().any(|(org, network)| own(*org) && holds(network, address)))
    }

    /// Adds a network of a unit of the county.
    pub async fn network_add(
        &self,
        region: Region,
        org: OrgRef,
        network: &str,
        viewer: &Viewer,
    ) -> Result<(), Problem> {
        let root = self.check_keeper(region, viewer).await?;
        let wrong = || Problem::invalid("网段请写成 10.61.8.0/24 的样子；一个地址也可以，例如 10.61.8.20。");
        let network = normal(network).ok_or_else(wrong)?;
        let lines = store::lines_find(&mut self.db.read().await?, vec![org]).await?;
        if !lines.within(org, root) || !lines.knows(org) {
            return Err(Problem::invalid("没有找到这个单位，请重新选择。"));
        }
        let write = self.db.write("network_add", move |tx| {
            let network = network.clone();
            Box::pin(async move { Ok(store::network_add(tx, org, &network).await?) })
        });
        write.await
    }

    /// Takes a network off.
    pub async fn network_remove(
        &self,
        region: Region,
        org: OrgRef,
        network: &str,
        viewer: &Viewer,
    ) -> Result<(), Problem> {
        self.check_keeper(region, viewer).await?;
        if org.region != region {
            return Err(Problem::not_found());
        }
        let network = network.to_owned();
        let write = self.db.write("network_remove", move |tx| {
            let network = network.clone();
            Box::pin(async move { Ok(store::network_remove(tx, org, &network).await?) })
        });
        write.await
    }
}

/// A prefix as it is kept: the address cut to its length.
fn normal(text: &str) -> Option<String> {
    let (address, length) = parse(text.trim())?;
    let cut = bits(address) & mask(length);
    let cut = match address {
        IpAddr::V4(_) => IpAddr::V4(u32::try_from(cut >> 96).ok()?.into()),
        IpAddr::V6(_) => IpAddr::V6(cut.into()),
    };
    Some(format!("{cut}/{length}"))
}

fn holds(network: &str, address: IpAddr) -> bool {
    let address = address.to_canonical();
    parse(network).is_some_and(|(own, length)| {
        own.is_ipv4() == address.is_ipv4() && bits(own) & mask(length) == bits(address) & mask(length)
    })
}

fn parse(text: &str) -> Option<(IpAddr, u32)> {
    let (address, length) = text.split_once('/').map_or((text, None), |(address, length)| (address, Some(length)));
    let address: IpAddr = address.parse().ok()?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    let length = length.map_or(Some(most), |length| length.parse().ok())?;
    // Half the country is nobody's office.
    (8..=most).contains(&length).then_some((address, length))
}

/// From the left, so that a prefix of either kind is the same arithmetic.
fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(u32::from(address)) << 96,
        IpAddr::V6(address) => u128::from(address),
    }
}

const fn mask(length: u32) -> u128 {
    if length == 0 { 0 } else { u128::MAX << (128 - length) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_holds_its_addresses() {
        let within = |network: &str, address: &str| holds(network, address.parse().unwrap());
        assert!(within("10.61.8.0/24", "10.61.8.77") && !within("10.61.8.0/24", "10.61.9.77"));
        assert!(within("10.61.8.20/32", "10.61.8.20") && within("10.61.8.0/24", "::ffff:10.61.8.1"));
        assert!(within("2001:db8::/32", "2001:db8:1::5") && !within("2001:db8::/32", "10.61.8.1"));
        assert_eq!(normal(" 10.61.8.99/24 ").as_deref(), Some("10.61.8.0/24"));
        assert_eq!(normal("10.61.8.20").as_deref(), Some("10.61.8.20/32"));
        for wrong in ["", "10.61.8", "10.61.8.0/33", "0.0.0.0/0", "10.61.8.0/x", "单位"] {
            assert_eq!(normal(wrong), None, "{wrong}");
        }
    }
}
