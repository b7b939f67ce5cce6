//! What happens by itself: escalations, the end of a pause, the end of the time for objections, the search index anew.

use huiyin_base::{Problem, ProblemKind, Region};
use tokio::task::JoinSet;

use crate::{Act, CaseRef, Cases, Moment, Request, State, store};

/// So many cases are looked at together; their writes share commits.
const TOGETHER: i64 = 256;

impl Cases {
    /// Fires every clock that is due, and tells how many. Firing twice does nothing twice: the case's own row says what is
    /// due, and is read again under its lock.
    pub async fn sweep(&self, moment: Moment) -> Result<u64, Problem> {
        let (mut fired, mut after) = (0, None);
        loop {
            let due = store::clock_due(&mut self.db.read().await?, moment.now, after, TOGETHER).await?;
            let Some((last, _, at)) = due.last() else { return Ok(fired) };
            after = Some((*at, last.id));
            let mut tasks = JoinSet::new();
            for (case, state, _) in due {
                let cases = self.clone();
                tasks.spawn(async move { cases.fire(case, state, moment).await });
            }
            while let Some(done) = tasks.join_next().await {
                fired += u64::from(done.map_err(Problem::broken)??);
            }
        }
    }

    async fn fire(&self, case: CaseRef, state: State, moment: Moment) -> Result<bool, Problem> {
        let Some(item) = store::case_get(&mut self.db.read().await?, case).await? else { return Ok(false) };
        let alarms = self.book.next_alert(&item).is_some_and(|(_, at)| at <= moment.now);
        let act: Act = match state {
            _ if alarms => Request::Alert.into(),
            State::Paused => Request::Resume.because("暂缓期满"),
            State::Answered => {
                Request::Close.because(format!("公开答复满 {} 天，没有异议", self.book.rules.objection_days))
            }
            _ => Request::Escalate.because("已到催办时间"),
        };
        let done = match self.act_as_system(case, act, moment).await {
            // A second objection waits: then it is not the end that is due, but whoever must decide.
            Err(problem) if state == State::Answered && problem.kind == ProblemKind::Conflict => {
                self.act_as_system(case, Request::Escalate.because("已到催办时间"), moment).await
            }
            done => done,
        };
        match done {
            Ok(_) => Ok(true),
            // Somebody moved the case since it was listed: then its clock is another.
            Err(problem) if matches!(problem.kind, ProblemKind::Conflict | ProblemKind::NotFound) => Ok(false),
            Err(problem) => Err(problem),
        }
    }

    /// Makes the search words of a region anew, a few hundred cases a write.
    pub async fn reindex(&self, region: Region) -> Result<(), Problem> {
        let mut after = Some(0);
        while let Some(from) = after {
            let write = self.db.write("case_reindex", move |tx| {
                Box::pin(async move { Ok(store::reindex(tx, region, from, 200).await?) })
            });
            after = write.await?;
        }
        Ok(())
    }
}
