use axum::Router;
use axum::handler::Handler;
use axum::routing::{MethodFilter, on};

use crate::Site;
use crate::access::{Permission, Who, require};

/// A feature's routes, each with the permission it needs. The table of rights is read from here.
#[derive(Default)]
pub struct Routes {
    parts: Vec<Part>,
    pub(crate) table: Vec<Route>,
}

/// A route waits for the site: its guard needs it.
type Part = Box<dyn FnOnce(&Site) -> Router<Site> + Send>;

/// One line of the table of rights.
#[derive(Clone, Debug)]
pub struct Route {
    /// GET or POST.
    pub method: &'static str,
    /// The path with its parameters in braces.
    pub path: &'static str,
    /// The permission's word.
    pub permission: &'static str,
    /// Who has it.
    pub who: Who,
}

impl Routes {
    /// No routes yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A page or a document; never changes anything.
    #[must_use]
    pub fn get<P: Permission, T: 'static>(self, path: &'static str, handler: impl Handler<T, Site>) -> Self {
        self.add::<P, T>("GET", MethodFilter::GET, path, handler)
    }

    /// An action; its handler reads [`crate::Form`] or [`crate::Upload`], which check the request's origin.
    #[must_use]
    pub fn post<P: Permission, T: 'static>(self, path: &'static str, handler: impl Handler<T, Site>) -> Self {
        self.add::<P, T>("POST", MethodFilter::POST, path, handler)
    }

    /// Joins two lists.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.parts.extend(other.parts);
        self.table.extend(other.table);
        self
    }

    /// The table of rights, one line a route.
    pub fn table(&self) -> &[Route] {
        &self.table
    }

    pub(crate) fn into_router(self, site: &Site) -> Router<Site> {
        self.parts.into_iter().fold(Router::new(), |router, part| router.merge(part(site)))
    }

    fn add<P: Permission, T: 'static>(
        mut self,
        method: &'static str,
        filter: MethodFilter,
        path: &'static str,
        handler: impl Handler<T, Site>,
    ) -> Self {
        self.parts.push(Box::new(move |site: &Site| {
            let guard = axum::middleware::from_fn_with_state(site.clone(), require::<P>);
            Router::new().route(path, on(filter, handler).route_layer(guard))
        }));
        self.table.push(Route { method, path, permission: P::NAME, who: P::WHO });
        self
    }
}
