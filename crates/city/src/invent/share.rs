/// Shares `total` out by weight, at least `least` each, so that the parts add up to it exactly.
///
/// Largest remainders get what rounding leaves; when `total` is too small for `least`, parts may be smaller.
pub fn share(total: u64, weights: &[u64], least: u64) -> Vec<u64> {
    let count = weights.len() as u64;
    if count == 0 {
        return Vec::new();
    }
    let least = least.min(total / count);
    let rest = total - least * count;
    let sum = weights.iter().sum::<u64>().max(1);
    let mut parts: Vec<u64> = weights.iter().map(|weight| least + rest * weight / sum).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|index| std::cmp::Reverse((rest * weights[*index] % sum, weights[*index])));
    let left = total - parts.iter().sum::<u64>();
    for index in order.into_iter().cycle().take(usize::try_from(left).unwrap_or(0)) {
        parts[index] += 1;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn parts_add_up() {
        assert_eq!(share(10, &[1, 1, 1], 0).iter().sum::<u64>(), 10);
        assert_eq!(share(100, &[90, 9, 1], 5), [81, 13, 6]);
        assert_eq!(share(2, &[1, 1, 1], 4).iter().sum::<u64>(), 2);
        assert_eq!(share(7, &[0, 0], 1).iter().sum::<u64>(), 7);
    }
}
