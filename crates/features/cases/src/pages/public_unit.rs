//! The unit that answers, as the public reads it: a village where few people live is named as its township, as it is where a
//! problem lies there.

use std::collections::HashMap;
use std::sync::Arc;

use huiyin_base::{Id, Problem};
use huiyin_db::Tx;
use huiyin_directory::OrgKind;

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
    pub(crate) async fn of(tx: &mut Tx, ids: Vec<Id>, fewest_people: i64) -> Result<Self, Problem> {
        let names = store::place_names(tx, ids).await?;
        let names = names.into_iter().map(|(id, name)| (id, Arc::new(name))).collect();
        Self::over(tx, names, fewest_people).await
    }

    /// The same over names that are known already.
    pub(crate) async fn over(
        tx: &mut Tx,
        mut names: HashMap<Id, Arc<PlaceName>>,
        fewest_people: i64,
    ) -> Result<Self, Problem> {
        // A branch stands below its village, the village below its township; most pages need neither.
        for _ in 0..2 {
            let needed = names.values().filter(|name| name.kind == OrgKind::Branch || is_small(name, fewest_people));
            let above: Vec<Id> = needed.filter_map(|name| name.parent).filter(|id| !names.contains_key(id)).collect();
            let above = store::place_names(tx, above).await?;
            names.extend(above.into_iter().map(|(id, name)| (id, Arc::new(name))));
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

fn is_small(name: &PlaceName, fewest_people: i64) -> bool {
    matches!(name.kind, OrgKind::Village | OrgKind::Community) && !name.is_shown(fewest_people)
}

fn township_of(names: &HashMap<Id, Arc<PlaceName>>, name: &PlaceName, fewest_people: i64) -> Option<Id> {
    let village = if name.kind == OrgKind::Branch { names.get(&name.parent?)? } else { name };
    if is_small(village, fewest_people) { village.parent } else { None }
}
