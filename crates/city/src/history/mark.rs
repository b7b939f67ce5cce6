use huiyin_cases::{Action, ActorKind, CaseEvent, CaseItem, Moment};
use huiyin_directory::AccountRef;

/// A line of the history that changes no state: the first, a letter, a rating.
pub(crate) fn mark(
    item: &CaseItem,
    kind: Action,
    actor: Option<AccountRef>,
    post: String,
    moment: Moment,
) -> CaseEvent {
    CaseEvent {
        region: item.region,
        case_id: item.id,
        n: item.events,
        kind,
        from_state: (kind != Action::Submit).then_some(item.state),
        to_state: item.state,
        outcome: item.outcome,
        owner_region: item.owner_region,
        owner_org: item.owner_org,
        due_day: item.due_day,
        actor: if actor.is_some() { ActorKind::Staff } else { ActorKind::Reporter },
        account_region: actor.map(|account| account.region),
        account: actor.map(|account| account.id),
        org_region: None,
        org: None,
        post,
        reason: None,
        public: false,
        at: moment.now,
        day: moment.today,
    }
}
