mod job;
mod operations;

use huiyin_web::Routes;

use crate::permissions::{JobRetry, OperationsRead};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get::<OperationsRead, _>("/operations", operations::show)
        .post::<JobRetry, _>("/operations/jobs/{job}/attempts", job::retry)
}
