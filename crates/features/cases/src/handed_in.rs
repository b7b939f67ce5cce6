//! A problem handed in by another office's program: the same engine, the same moderation, a token to ask by.

use data_encoding::BASE64URL_NOPAD;
use huiyin_base::number::Receipt;
use huiyin_base::{Problem, Region, Rng};
use huiyin_db::Tx;
use huiyin_directory::OrgRef;
use huiyin_files::NewFile;

use crate::{CaseItem, Cases, Channel, Contact, Moment, Subject, Submission, store};

/// What a program hands in, once its place and category were found.
#[derive(Clone, Debug)]
pub(crate) struct HandedIn {
    pub(crate) region: Region,
    pub(crate) township: OrgRef,
    pub(crate) village: Option<OrgRef>,
    pub(crate) category: String,
    pub(crate) sub_category: String,
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) contact: Option<Contact>,
    pub(crate) about: About,
    pub(crate) photos: Vec<NewFile>,
}

/// Whom it is about: whoever is complained of never handles it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum About {
    #[default]
    Nobody,
    Village,
    Township,
}

/// What the program gets: a token of its own, and the receipt for whoever it speaks for.
#[derive(Clone, Debug)]
pub(crate) struct Accepted {
    pub(crate) token: String,
    pub(crate) receipt: Receipt,
}

/// Bytes of a token.
const TOKEN: usize = 18;

impl Cases {
    /// Writes the problem; the same `word` makes the same case, and shows the same token and receipt.
    pub(crate) async fn hand_in(
        &self,
        new: HandedIn,
        word: &[u8; 32],
        moment: Moment,
        rng: &mut Rng,
    ) -> Result<Accepted, Problem> {
        let token = BASE64URL_NOPAD.encode(&word[..TOKEN]);
        let about = match new.about {
            About::Nobody => None,
            About::Township => Some(new.township),
            About::Village => {
                Some(new.village.ok_or_else(|| Problem::invalid("反映村（社区）干部的，地点要写到村（社区）。"))?)
            }
        };
        let submission = Submission {
            region: new.region,
            township: Some(new.township.id),
            village: new.village.map(|village| village.id),
            category: new.category,
            sub_category: new.sub_category,
            title: new.title,
            text: new.text,
            contact: new.contact,
            subject: about.map(|org| Subject { org, office: None }),
            channel: Channel::Program,
            photos: new.photos,
            nonce: self.nonce_of(&token),
        };
        let submitted = self.submit(submission, moment, rng).await?;
        Ok(Accepted { token, receipt: submitted.receipt })
    }

    /// The case of a token, whatever has become of it.
    pub(crate) async fn handed_in(&self, tx: &mut Tx, token: &str) -> Result<Option<CaseItem>, Problem> {
        if BASE64URL_NOPAD.decode(token.as_bytes()).ok().is_none_or(|bytes| bytes.len() != TOKEN) {
            return Ok(None);
        }
        let hash = self.vault.blind("submission", &self.nonce_of(token));
        match store::submission_find(tx, hash).await? {
            Some(case) => Ok(store::case_get(tx, case).await?),
            None => Ok(None),
        }
    }

    /// The form's word behind a token. It is not the token, which would otherwise open the receipt to whoever reads it in
    /// an address.
    fn nonce_of(&self, token: &str) -> String {
        BASE64URL_NOPAD.encode(&self.vault.mac("handed_in", token.as_bytes()))
    }
}
