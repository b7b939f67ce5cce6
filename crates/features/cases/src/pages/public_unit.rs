//! The unit that answers, as the public reads it: a village where few people live is named as its township, as it is where a
//! problem lies there.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use huiyin_base::{Id, Problem};
use huiyin_db::Tx;
use huiyin_directory::OrgKind;
use huiyin_web::Site;

use crate::store::{self, PlaceName};

/// Units by name, and which of them stand for which.
#[derive(Clone, Debug, Default)]
pub(crate) struct Units {
    pub(crate) names: HashMap<Id, Arc<PlaceName>>,
    /// A small village, or a branch of one, and the township that is named instead.
    instead: HashMap<Id, Id>,
}

impl Units {
    /// These units, and what stands above the small villages among them.
    pub(crate) async fn of(tx: &mut Tx, site: &Site, ids: HashSet<Id>, fewest_people: i64) -> Result<Self, Problem> {
        let mut names = names(tx, site, ids).await?;
        // A branch stands below its village, the village below its township; most pages need neither.
        for _ in 0..2 {
            let needed = names.values().filter(|name| name.kind == OrgKind::Branch || is_small(name, fewest_people));
            let above = needed.filter_map(|name| name.parent).filter(|id| !names.contains_key(id)).collect();
            let above = self::names(tx, site, above).await?;
            names.extend(above);
        }
        let pairs = names.values().filter_map(|name| Some((name.id, township_of(&names, name, fewest_people)?)));
        Ok(Self { instead: pairs.collect(), names })
    }

    /// The same, each under its own name: for whoever knows the place.
    #[must_use]
    pub(crate) fn plain(self) -> Self {
        Self { instead: HashMap::new(), ..self }
    }

    /// The unit whose name and telephone the public reads.
    pub(crate) fn public(&self, id: Id) -> Option<&PlaceName> {
        self.names.get(self.instead.get(&id).unwrap_or(&id)).map(AsRef::as_ref)
    }

    /// Unit and post, as they were written down when somebody acted.
    pub(crate) fn public_post(&self, post: &str) -> String {
        let hidden = self.instead.iter().filter_map(|(from, to)| Some((self.names.get(from)?, self.names.get(to)?)));
        // The longest name first: that of a branch begins with that of its village.
        let fitting = hidden.filter(|(from, _)| post.starts_with(&from.name));
        let longest = fitting.max_by_key(|(from, _)| from.name.len());
        longest.map_or_else(|| post.to_owned(), |(from, to)| format!("{}{}", to.name, &post[from.name.len()..]))
    }
}

/// The names of these organisations, as far as possible from memory: every list names fifty of them.
pub(crate) async fn names(tx: &mut Tx, site: &Site, ids: HashSet<Id>) -> Result<HashMap<Id, Arc<PlaceName>>, Problem> {
    let generation = site.cache.generation();
    let (mut known, mut unknown) = (HashMap::new(), Vec::new());
    for id in ids {
        match site.cache.part::<PlaceName>(id) {
            Some(name) => {
                known.insert(id, name);
            }
            None => unknown.push(id),
        }
    }
    for (id, name) in store::place_names(tx, unknown).await? {
        let name = Arc::new(name);
        site.cache.put_part(id, generation, Arc::clone(&name));
        known.insert(id, name);
    }
    Ok(known)
}

fn is_small(name: &PlaceName, fewest_people: i64) -> bool {
    matches!(name.kind, OrgKind::Village | OrgKind::Community) && !name.is_shown(fewest_people)
}

fn township_of(names: &HashMap<Id, Arc<PlaceName>>, name: &PlaceName, fewest_people: i64) -> Option<Id> {
    let village = if name.kind == OrgKind::Branch { names.get(&name.parent?)? } else { name };
    if is_small(village, fewest_people) { village.parent } else { None }
}
