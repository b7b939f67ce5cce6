//! Reflections of an invented city, sealed as those that people write.

use huiyin_base::{Day, Id, Instant, Problem, Rng};
use huiyin_directory::OrgRef;
use huiyin_vault::Vault;

use crate::reflection::{Reach, Text, comment_sealed, sealed, sharing};
use crate::store::{Comment, Reflection};

/// With whom an invented reflection is shared.
#[derive(Clone, Copy, Debug)]
pub struct Shared<'a> {
    /// For whom.
    pub audience: Id,
    /// Under which name.
    pub name: Option<&'a str>,
    /// Its branch's secretary has looked, and the whole city reads it.
    pub city: bool,
}

/// A reflection as a member of an invented city has written it: title, words and book.
pub fn reflection_written(
    (title, words, book): (&str, &str, Option<Id>),
    (writer, branch): (Id, OrgRef),
    shared: Option<Shared<'_>>,
    vault: &Vault,
    at: Instant,
    rng: &mut Rng,
) -> Result<Reflection, Problem> {
    let id = Id::new(branch.region, at, rng);
    let text = Text { title: title.to_owned(), words: words.to_owned(), book };
    let row = sealed(&text, (writer, id, &id.to_string()), vault, Day::of(at), rng)?;
    let Some(shared) = shared else { return Ok(row) };
    let reach = Reach { org: shared.audience, branch, label: String::new(), city: shared.city };
    let sharing = sharing(id, &reach, shared.name, vault, Day::of(at), rng);
    Ok(Reflection {
        audience: Some(sharing.audience),
        branch: Some(sharing.branch),
        signed: sharing.signed,
        shared_day: Some(sharing.day),
        city_asked_day: shared.city.then_some(sharing.day),
        city_day: shared.city.then_some(sharing.day),
        ..row
    })
}

/// What somebody of an invented city has said to one.
pub fn reflection_comment(
    reflection: Id,
    writer: (Id, &str),
    words: &str,
    vault: &Vault,
    at: Instant,
    rng: &mut Rng,
) -> Result<Comment, Problem> {
    comment_sealed(reflection, writer, (words, None), vault, at, rng)
}
