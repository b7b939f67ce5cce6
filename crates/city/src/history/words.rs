use huiyin_base::{Day, Id, Rng};
use huiyin_cases::{CaseItem, Channel, State};
use huiyin_directory::OrgRef;
use huiyin_vault::{Place, Vault};

/// Residents leave no more than a surname and how one calls them.
pub const PLACEHOLDER_NAMES: [&str; 12] = [
    "高先生",
    "刘女士",
    "张师傅",
    "王大爷",
    "李阿姨",
    "马先生",
    "白女士",
    "曹师傅",
    "郝老师",
    "贺大爷",
    "拓先生",
    "惠女士",
];

/// Seals title and text as they were written.
pub(crate) fn sealed_original(vault: &Vault, case: Id, title: &str, text: &str, rng: &mut Rng) -> Vec<u8> {
    let plain = serde_json::json!({ "title": title, "text": text });
    seal(vault, ("case_item", "original"), case, plain.to_string().as_bytes(), rng)
}

/// Seals an invented name and a telephone number that nobody has.
pub(crate) fn sealed_contact(vault: &Vault, case: Id, rng: &mut Rng) -> Vec<u8> {
    let name = rng.pick(&PLACEHOLDER_NAMES).copied().unwrap_or("群众");
    let plain = serde_json::json!({ "name": name, "phone": format!("129{:08}", rng.between(0, 99_999_999)) });
    seal(vault, ("case_item", "contact"), case, plain.to_string().as_bytes(), rng)
}

/// Seals the body of a message.
pub(crate) fn sealed_body(vault: &Vault, case: Id, body: &str, rng: &mut Rng) -> Vec<u8> {
    seal(vault, ("case_message", "body"), case, body.as_bytes(), rng)
}

/// Seals what was written beside a rating.
pub(crate) fn sealed_comment(vault: &Vault, case: Id, comment: &str, rng: &mut Rng) -> Vec<u8> {
    seal(vault, ("case_rating", "comment"), case, comment.as_bytes(), rng)
}

fn seal(
    vault: &Vault,
    (table, column): (&'static str, &'static str),
    case: Id,
    plain: &[u8],
    rng: &mut Rng,
) -> Vec<u8> {
    vault.seal(Place { table, column, row: case.uuid().as_bytes() }, plain, rng)
}

/// A case of the kind "problem" with nothing in it yet.
pub(crate) fn empty(id: Id, seq: i64, county: OrgRef, today: Day) -> CaseItem {
    CaseItem {
        region: county.region,
        id,
        seq,
        kind: "problem".into(),
        kind_version: 1,
        channel: Channel::Web,
        county: county.id,
        township: None,
        village: None,
        original: None,
        contact: None,
        receipt: None,
        submitted_day: today,
        origin_region: None,
        origin_id: None,
        number_year: None,
        number_n: None,
        state: State::Submitted,
        outcome: None,
        category: String::new(),
        sub_category: String::new(),
        title: String::new(),
        text: String::new(),
        edited: false,
        subject_region: None,
        subject: None,
        subject_office: None,
        desk_region: county.region,
        desk: county.id,
        owner_region: county.region,
        owner_org: county.id,
        owner_account_region: None,
        owner_account: None,
        goal: String::new(),
        verify_region: None,
        verify_org: None,
        verifier_region: None,
        verifier: None,
        escalated_region: None,
        escalated_org: None,
        posted_day: None,
        posted_month: None,
        assigned_day: None,
        signed_day: None,
        answered_day: None,
        closed_day: None,
        due_sign: None,
        due_answer: None,
        due_verify: None,
        answer_from: None,
        answer_days: 0,
        paused_days: 0,
        pause_reason: None,
        paused_day: None,
        pause_until: None,
        due_day: None,
        next_clock: None,
        next_step: 0,
        rating: None,
        rated_day: None,
        returned_times: 0,
        reopened_times: 0,
        paused_times: 0,
        appealed: false,
        followers: 1,
        parent: None,
        path: format!("{id}/"),
        children_open: 0,
        merged_into: None,
        referred_region: None,
        referred_id: None,
        referred_number: None,
        events: 0,
        answers: 0,
        messages: 0,
        photos: 0,
    }
}
