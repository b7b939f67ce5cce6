//! What somebody has filled into the form of a problem.

use huiyin_directory::OrgRef;
use huiyin_files::NewFile;
use huiyin_web::Upload;
use huiyin_web::components::FormErrors;

use super::place::Place;
use crate::{
    Cases, Channel, Contact, Private, PrivateKind, Subject, Submission, cleaned, covered_at, private_in,
    questionable_in,
};

/// What was filled in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filled {
    pub(crate) county: String,
    pub(crate) town: String,
    pub(crate) village: String,
    pub(crate) sub: String,
    pub(crate) text: String,
    pub(crate) about: String,
    pub(crate) name: String,
    pub(crate) phone: String,
    pub(crate) nonce: String,
    /// Which of what looks private is to be covered, as `start-end`.
    pub(crate) cover: Vec<String>,
    /// The preview was seen, with its questions.
    pub(crate) seen: bool,
    /// What a browser without a network kept and sent when it had one again: nobody is there to answer a question.
    pub(crate) later: bool,
}

/// Said beside a telephone number that nobody could call.
pub(crate) const LACKS_DIGITS: &str = "像是少了数字，照着再看一遍。不想留电话的，空着就行。";

/// Something in the text that whoever wrote it is asked about.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) private: Private,
    /// The name of its tick.
    pub(crate) value: String,
    pub(crate) words: String,
}

impl Filled {
    pub(crate) fn read(upload: &Upload) -> Self {
        let text = |field: &str| upload.text(field).to_owned();
        Self {
            county: text("county"),
            town: text("town"),
            village: text("village"),
            sub: text("sub"),
            text: cleaned(upload.text("text")),
            about: text("about"),
            name: cleaned(upload.text("name")),
            phone: cleaned(upload.text("phone")),
            nonce: text("nonce"),
            cover: upload.all("cover").map(ToOwned::to_owned).collect(),
            seen: upload.text("seen") == "1",
            later: upload.text("later") == "1",
        }
    }

    pub(crate) fn mistakes(&self, cases: &Cases, place: &Place) -> FormErrors {
        self.mistakes_at(cases, place, "village")
    }

    /// The same where the place is chosen in the field `place_field`.
    pub(crate) fn mistakes_at(&self, cases: &Cases, place: &Place, place_field: &str) -> FormErrors {
        let mut errors = FormErrors::new();
        let limit = cases.book.rules.limit;
        if self.category(cases).is_none() {
            errors.add("sub", "请选择最接近的一类，拿不准就选“其他”。");
        }
        if self.text.is_empty() {
            errors.add("text", "请写下是什么问题。");
        } else if self.text.chars().count() > limit.text {
            let over = self.text.chars().count() - limit.text;
            errors.add("text", format!("最多 {} 字，超出了 {over} 字，请精简一些。", limit.text));
        }
        if !self.village.is_empty() && place.village.is_none() {
            errors.add(place_field, "没有找到这个村（社区），请重新选择。");
        }
        if self.about == "village" && place.village.is_none() {
            errors.add(place_field, "您反映的是村里（社区）的人，请选择是哪个村（社区）。");
        }
        if self.name.chars().count() > limit.contact {
            errors.add("name", format!("最多 {} 字。", limit.contact));
        }
        if self.phone.chars().count() > limit.contact {
            errors.add("phone", format!("最多 {} 字。", limit.contact));
        } else if lacks_digits(&self.phone) {
            errors.add("phone", LACKS_DIGITS);
        }
        errors
    }

    /// Category and sub-category, if the choice is one of ours.
    pub(crate) fn category(&self, cases: &Cases) -> Option<(String, String)> {
        let (category, sub) = self.sub.split_once('/')?;
        cases.book.categories.allows(category, sub).then(|| (category.to_owned(), sub.to_owned()))
    }

    /// What in the text looks private.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        let found = questionable_in(&self.text).into_iter();
        found
            .map(|private| Asked {
                value: format!("{}-{}", private.start, private.end),
                words: self.text[private.start..private.end].to_owned(),
                private,
            })
            .collect()
    }

    /// Whether it is to be covered: as it was ticked, or, before anybody was asked, where it is a number that no public
    /// text may hold.
    pub(crate) fn covers(&self, asked: &Asked) -> bool {
        if self.seen { self.cover.contains(&asked.value) } else { asked.private.kind.is_refused() }
    }

    /// The text as it is sent: covered where its writer said so.
    pub(crate) fn sent_text(&self) -> String {
        let chosen: Vec<Private> = self
            .asked()
            .into_iter()
            .filter(|asked| self.seen && self.cover.contains(&asked.value))
            .map(|asked| asked.private)
            .collect();
        covered_at(&self.text, &chosen)
    }

    /// The text as the public will read it: no number that names a person, and what its writer has ticked covered.
    pub(crate) fn public_text(&self) -> String {
        let refused: Vec<Private> = private_in(&self.text).into_iter().filter(|one| one.kind.is_refused()).collect();
        let ticked = self.asked().into_iter().filter(|asked| self.covers(asked)).map(|asked| asked.private);
        let mut all: Vec<Private> = refused.into_iter().chain(ticked).collect();
        all.sort_by_key(|one| one.start);
        covered_at(&self.text, &all)
    }

    pub(crate) fn submission(self, cases: &Cases, place: &Place, channel: Channel, photos: Vec<NewFile>) -> Submission {
        let (category, sub_category) = self.category(cases).unwrap_or_default();
        let text = self.sent_text();
        let about = match self.about.as_str() {
            "village" => place.village.as_ref(),
            "township" => Some(&place.township),
            _ => None,
        };
        cases.bound(Submission {
            region: place.region,
            township: Some(place.township.id),
            village: place.village.as_ref().map(|village| village.id),
            category,
            sub_category,
            title: title_of(&text),
            contact: Some(Contact { name: self.name, phone: self.phone }),
            subject: about.map(|org| Subject { org: OrgRef { region: org.region, id: org.id }, office: None }),
            channel,
            photos,
            nonce: self.nonce,
            text,
        })
    }
}

impl Asked {
    /// 手机号 13900000000
    pub(crate) fn label(&self) -> String {
        match self.private.kind {
            PrivateKind::Name => format!("像是人名：{}", self.words),
            kind => format!("{}：{}", kind.label(), self.words),
        }
    }
}

/// The first sentence, cut where it is long: nobody has to invent a title.
pub(crate) fn title_of(text: &str) -> String {
    const LONGEST: usize = 30;
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let sentence =
        flat.split(['。', '！', '？', '!', '?', '；', ';', '\n']).map(str::trim).find(|part| !part.is_empty());
    let sentence = sentence.unwrap_or_default();
    if sentence.chars().count() <= LONGEST {
        return sentence.to_owned();
    }
    let beginning: String = sentence.chars().take(LONGEST).collect();
    match beginning.rfind(['，', ',', '、']) {
        Some(end) if beginning[..end].chars().count() >= 8 => beginning[..end].to_owned(),
        _ => beginning,
    }
}

/// Whether a title says all that the text says: the full stop is not worth a second line.
pub(crate) fn says_all(title: &str, text: &str) -> bool {
    title.ends_with(text.trim().trim_end_matches(['。', '.']))
}

/// Whether a telephone number was given and cannot be one; digits of full width are some.
pub(crate) fn lacks_digits(phone: &str) -> bool {
    let digits = phone.chars().filter(|letter| letter.is_ascii_digit() || ('０'..='９').contains(letter)).count();
    !phone.trim().is_empty() && !(7..=24).contains(&digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_sentence_becomes_the_title() {
        assert_eq!(title_of("村里三天没水了。老人要到沟里挑水。"), "村里三天没水了");
        assert_eq!(title_of("  \n！路坏了"), "路坏了");
        assert_eq!(title_of(&"长".repeat(100)).chars().count(), 30);
        assert_eq!(
            title_of("从上个月开始我们村口的路灯就不亮了，晚上娃娃放学回家看不见路非常危险"),
            "从上个月开始我们村口的路灯就不亮了"
        );
        assert_eq!(title_of(""), "");
    }

    #[test]
    fn what_is_ticked_is_covered_and_numbers_never_reach_the_public() {
        let text = "我叫张三，找村民王建国，电话13900000000。陕J12345占道";
        let mut filled = Filled { text: text.into(), ..Filled::default() };
        let asked = filled.asked();
        assert_eq!(asked.len(), 4, "{asked:?}");
        assert_eq!(filled.sent_text(), text, "nothing is covered unasked");
        assert!(filled.public_text().contains("王建国") && !filled.public_text().contains("139"));
        filled.seen = true;
        filled.cover = vec![asked[1].value.clone(), "0-3".into(), "999-1".into()];
        assert_eq!(filled.sent_text(), "我叫张三，找村民●●●，电话13900000000。陕J12345占道");
        assert!(!filled.public_text().contains("139"), "even where its writer leaves it to those who handle it");
    }
}
