//! The tree as it would stand after the import: who would hang under whom, and whether anybody under himself.

/// Each node has at most one parent; nodes are rows first, then organisations that no row speaks of.
pub(super) struct Tree {
    parents: Vec<Option<usize>>,
    depths: Vec<Depth>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    Unknown,
    Known(u32),
    /// On a cycle, or under one.
    Endless,
}

impl Tree {
    pub(super) fn new(parents: Vec<Option<usize>>) -> Self {
        let depths = vec![Depth::Unknown; parents.len()];
        let mut tree = Self { parents, depths };
        for node in 0..tree.parents.len() {
            tree.measure(node);
        }
        tree
    }

    /// The number of nodes above; none on a cycle or under one.
    pub(super) fn depth(&self, node: usize) -> Option<u32> {
        match self.depths[node] {
            Depth::Known(depth) => Some(depth),
            Depth::Unknown | Depth::Endless => None,
        }
    }

    /// Whether the way up from `node` comes back to it.
    pub(super) fn on_cycle(&self, node: usize) -> bool {
        if self.depth(node).is_some() {
            return false;
        }
        let mut next = self.parents[node];
        for _ in 0..self.parents.len() {
            match next {
                Some(above) if above == node => return true,
                Some(above) => next = self.parents[above],
                None => return false,
            }
        }
        false
    }

    /// Walks up until a depth is known, and back down. A chain may be as long as the file, so there is no recursion.
    fn measure(&mut self, node: usize) {
        let mut way = Vec::new();
        let mut next = Some(node);
        let mut found = None;
        while let Some(here) = next {
            match self.depths[here] {
                Depth::Known(depth) => {
                    found = Some(depth + 1);
                    break;
                }
                Depth::Endless => {
                    return self.mark(&way, Depth::Endless);
                }
                Depth::Unknown if way.len() > self.parents.len() => return self.mark(&way, Depth::Endless),
                Depth::Unknown => way.push(here),
            }
            next = self.parents[here];
        }
        for (depth, here) in (found.unwrap_or(0)..).zip(way.into_iter().rev()) {
            self.depths[here] = Depth::Known(depth);
        }
    }

    fn mark(&mut self, way: &[usize], depth: Depth) {
        for here in way {
            self.depths[*here] = depth;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Tree;

    #[test]
    fn depths_and_cycles() {
        let tree = Tree::new(vec![Some(1), Some(2), None, Some(4), Some(3), Some(3), Some(6)]);
        let depths: Vec<Option<u32>> = (0..7).map(|node| tree.depth(node)).collect();
        assert_eq!(depths, [Some(2), Some(1), Some(0), None, None, None, None]);
        let cycles: Vec<bool> = (0..7).map(|node| tree.on_cycle(node)).collect();
        assert_eq!(cycles, [false, false, false, true, true, false, true]);
    }

    #[test]
    fn a_chain_as_long_as_the_file() {
        let length = 200_000;
        let tree = Tree::new((0..length).map(|node| (node + 1 < length).then_some(node + 1)).collect());
        assert_eq!(tree.depth(0), Some(199_999));
    }
}
