//! What a person says about a file: which column is which, and whom the office means. Remembered, and checked anew.

use huiyin_base::{Id, Problem};
use huiyin_jobs::NewJob;

use super::fields::{Places, plain};
use super::run::json;
use super::{ImportState, ImportWord, Ledger, WordKind, changed};
use crate::store;

impl Ledger<'_> {
    /// What stands under which heading, as a person says; remembered for the next file, and to be checked anew.
    /// `check` is the job that does it.
    pub(crate) async fn place(&self, id: Id, places: Places, check: (NewJob, Id)) -> Result<(), Problem> {
        let batch = self.find(id).await?;
        let headers = batch.header_list();
        if let Some((word, _)) = places.iter().find(|(_, place)| **place >= headers.len()) {
            let label = self.rules()?.label(word).to_owned();
            return Err(Problem::invalid(format!("“{label}”选的列不在表里，请重新选择。")));
        }
        if !places.contains_key("title") && !places.contains_key("text") {
            return Err(Problem::invalid("请指出哪一列写着问题。"));
        }
        let mut words: Vec<ImportWord> = headers
            .iter()
            .map(|header| plain(header))
            .filter(|heading| !heading.is_empty())
            .map(|word| ImportWord { kind: WordKind::Column, word, meaning: String::new() })
            .collect();
        for (field, place) in &places {
            let heading = plain(&headers[*place]);
            if let Some(word) = words.iter_mut().find(|word| word.word == heading) {
                word.meaning.clone_from(field);
            }
        }
        let places = json(&places)?;
        let write = self.cases.db.write("ledger_place", move |tx| {
            let (places, words, check) = (places.clone(), words.clone(), check.clone());
            Box::pin(async move {
                store::ledger_word_put_many(tx, batch.region, batch.org, &words).await?;
                huiyin_jobs::enqueue(tx, &check.0, check.1).await?;
                Ok(store::ledger_place(tx, id, &places).await?)
            })
        });
        if write.await? { Ok(()) } else { Err(changed()) }
    }

    /// What words of the sheet mean, each with the code of an organisation; remembered, and to be checked anew by `check`.
    pub(crate) async fn explain(&self, id: Id, words: Vec<ImportWord>, check: (NewJob, Id)) -> Result<(), Problem> {
        let batch = self.open_batch(id).await?;
        let write = self.cases.db.write("ledger_words", move |tx| {
            let (words, check) = (words.clone(), check.clone());
            let from = batch.state;
            Box::pin(async move {
                store::ledger_word_put_many(tx, batch.region, batch.org, &words).await?;
                huiyin_jobs::enqueue(tx, &check.0, check.1).await?;
                Ok(store::ledger_advance(tx, id, from, ImportState::Staged).await?)
            })
        });
        if write.await? { Ok(()) } else { Err(changed()) }
    }
}
