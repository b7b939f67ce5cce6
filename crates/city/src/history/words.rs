use huiyin_base::{Day, Id, Rng};
use huiyin_cases::CaseItem;
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
    CaseItem { followers: 1, events: 0, ..CaseItem::blank(county, seq, id, today) }
}
