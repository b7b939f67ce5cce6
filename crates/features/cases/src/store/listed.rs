//! Lists by state: what is closed stays in the list of the answered, so that no index is written when the clock
//! closes a case.

use std::collections::BTreeSet;

use huiyin_db::{Filter, Result, Tx};

use super::filter::{WallFilter, shown};
use super::list::{Page, Towards, ordered};
use super::search;
use crate::State;

/// Narrows to a state, by the index of the list that keeps it.
pub(super) fn in_state(base: Filter, state: State) -> Filter {
    match state {
        // Of a list in which several lie together one is picked out.
        State::Answered | State::Closed => base.and("x.listed = ?").bind(state.listed()).and("x.state = ?").bind(state),
        _ => base.and("x.listed = ?").bind(state.listed()),
    }
}

/// Narrows to any of these states, in no order: a count reads the index that begins with them.
pub(super) fn in_states(base: Filter, states: &[State]) -> Filter {
    let lists: BTreeSet<State> = states.iter().map(|state| state.listed()).collect();
    // Of a list in which several states lie together the others are left out.
    let others = State::ALL.iter().filter(|state| lists.contains(&state.listed()) && !states.contains(state));
    let base = base.then("x.listed in (?)").bind_list(lists.iter().copied());
    others.fold(base, |base, other| base.and("x.state <> ?").bind(*other))
}

/// Whether a page of the wall is merged from one list a state, each of which has its index.
pub(super) fn merges(filter: &WallFilter) -> bool {
    filter.states.len() > 1 && filter.township.is_none() && filter.village.is_none() && !search::has_words(filter)
}

/// The places of a page's rows, and of one row more, from the newest of each list.
pub(super) async fn merged(tx: &mut Tx, filter: &WallFilter, page: &Page) -> Result<Vec<i64>> {
    let back = page.at.is_some_and(|at| at.towards == Towards::Previous);
    let lists: BTreeSet<State> = filter.states.iter().map(|state| state.listed()).collect();
    let any = WallFilter { states: Vec::new(), ..filter.clone() };
    let mut all = Filter::new("select s.seq from (");
    for (place, list) in lists.into_iter().enumerate() {
        all = all.then(if place == 0 { "select * from (" } else { "union all select * from (" });
        let one = shown(all.then("select x.seq from case_item x where"), &any);
        all = ordered(kept_as(one, list, &filter.states), page).then(") x");
    }
    let all = all.then(if back { ") s order by s.seq" } else { ") s order by s.seq desc" });
    all.limit(page.limit + 1).query().fetch_column(tx).await
}

/// Of a list all, or the one of its states that is asked for.
fn kept_as(base: Filter, list: State, asked: &[State]) -> Filter {
    let mut within = State::ALL.iter().filter(|state| state.listed() == list);
    match within.clone().find(|state| asked.contains(state)) {
        Some(state) if !within.all(|state| asked.contains(state)) => in_state(base, *state),
        _ => base.and("x.listed = ?").bind(list),
    }
}
