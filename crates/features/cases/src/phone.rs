//! A telephone number instead of a receipt. The number is kept sealed and as a blind index, and shown to nobody; that it is his, he
//! proves by a code that is sent to it.

use chrono::TimeDelta;
use huiyin_base::number::Receipt;
use huiyin_base::{Instant, Problem, Region, Rng};
use huiyin_db::Tx;

use crate::words::{open_phone, seal_phone};
use crate::{CaseItem, CasePhone, Cases, Moment, PhoneCode, store};

/// A mobile number of the mainland, as it is dialled there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone(String);

impl Phone {
    /// Reads what somebody typed: spaces, dashes, full-width digits and +86 are no mistake.
    pub fn parse(text: &str) -> Option<Self> {
        let narrow = |letter: char| match letter {
            '０'..='９' => u32::from(letter).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(letter),
            other => other,
        };
        let digits: String = text.chars().map(narrow).filter(|letter| !matches!(letter, ' ' | '-' | '　')).collect();
        let digits = digits.strip_prefix("+86").or_else(|| digits.strip_prefix("0086")).unwrap_or(&digits);
        let bytes = digits.as_bytes();
        let fits = bytes.len() == 11
            && bytes.iter().all(u8::is_ascii_digit)
            && bytes[0] == b'1'
            && (b'3'..=b'9').contains(&bytes[1]);
        fits.then(|| Self(digits.to_owned()))
    }

    /// Its eleven digits.
    pub fn digits(&self) -> &str {
        &self.0
    }
}

/// A case that a number opens.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The case.
    pub case: CaseItem,
    /// The receipt for which the number stands.
    pub receipt: Receipt,
}

impl Cases {
    /// The blind index of a number: all that is looked up by.
    pub fn phone_hash(&self, phone: &Phone) -> [u8; 32] {
        self.vault.blind("phone", phone.digits())
    }

    /// Makes a code for a number; a later one takes the place of an earlier one. `real_now` is real time, not that of the demo.
    pub async fn code_make(
        &self,
        region: Region,
        phone: &Phone,
        real_now: Instant,
        rng: &mut Rng,
    ) -> Result<String, Problem> {
        let code = format!("{:06}", rng.below(1_000_000));
        let row = PhoneCode {
            region,
            number: self.phone_hash(phone),
            code: self.code_hash(phone, &code),
            tries: 0,
            expires_at: real_now + TimeDelta::minutes(self.book.rules.code.minutes),
        };
        let write = self.db.write("phone_code", move |tx| {
            let row = row.clone();
            Box::pin(async move {
                store::code_sweep(tx, real_now).await?;
                Ok(store::code_put(tx, &row).await?)
            })
        });
        write.await?;
        Ok(code)
    }

    /// Whether the code is the one that was sent. It is good once, for some minutes and some tries.
    pub async fn code_fits(
        &self,
        region: Region,
        phone: &Phone,
        code: &str,
        real_now: Instant,
    ) -> Result<bool, Problem> {
        let digits: String = code.chars().filter(char::is_ascii_digit).collect();
        let (number, code) = (self.phone_hash(phone), self.code_hash(phone, &digits));
        let most = self.book.rules.code.tries;
        let write = self.db.write("phone_proof", move |tx| {
            Box::pin(async move { Ok(store::code_try(tx, region, number, code, (most, real_now)).await?) })
        });
        write.await
    }

    /// Lets a number open the case of a receipt, instead of any earlier number.
    pub async fn phone_bind(
        &self,
        receipt: &Receipt,
        phone: &Phone,
        moment: Moment,
        rng: &mut Rng,
    ) -> Result<(), Problem> {
        let mut tx = self.db.read().await?;
        let followed = self.followed(&mut tx, receipt).await?.ok_or_else(Problem::not_found)?;
        drop(tx);
        let case = followed.case;
        if case.erased_day.is_some() {
            return Err(Problem::conflict("这件事办结已久，个人信息已按规定删除，不再绑定手机号。"));
        }
        let row = CasePhone {
            region: case.region,
            case_id: case.id,
            follower: self.receipt_hash(receipt),
            number: self.phone_hash(phone),
            phone: seal_phone(&self.vault, "phone", case.id, phone.digits(), rng),
            receipt: seal_phone(&self.vault, "receipt", case.id, &receipt.canonical(), rng),
            since_day: moment.today,
        };
        let write = self.db.write("phone_bind", move |tx| {
            let row = row.clone();
            Box::pin(async move { Ok(store::phone_put(tx, &row).await?) })
        });
        write.await
    }

    /// Forgets the number of a receipt.
    pub async fn phone_release(&self, receipt: &Receipt) -> Result<(), Problem> {
        let mut tx = self.db.read().await?;
        let followed = self.followed(&mut tx, receipt).await?.ok_or_else(Problem::not_found)?;
        drop(tx);
        let (case, follower) = (followed.case.at(), self.receipt_hash(receipt));
        let write = self.db.write("phone_release", move |tx| {
            Box::pin(async move { Ok(store::phone_remove(tx, case, follower).await?) })
        });
        write.await
    }

    /// Whether a number opens the case of this receipt.
    pub async fn phone_bound(&self, tx: &mut Tx, receipt: &Receipt, case: &CaseItem) -> Result<bool, Problem> {
        let phones = store::phone_list(tx, case.at()).await?;
        let hash = self.receipt_hash(receipt);
        Ok(phones.iter().any(|phone| phone.follower == hash))
    }

    /// The cases that a number opens, the newest first. The number was proven before.
    pub async fn opened_by(&self, tx: &mut Tx, phone: &Phone) -> Result<Vec<Opened>, Problem> {
        let number = self.phone_hash(phone);
        let mut opened = Vec::new();
        for at in store::phone_cases(tx, number).await? {
            let Some(case) = store::case_get(tx, at).await? else { continue };
            let phones = store::phone_list(tx, at).await?;
            for row in phones.iter().filter(|row| row.number == number) {
                let code = open_phone(&self.vault, "receipt", case.id, &row.receipt)?;
                opened.extend(Receipt::parse(&code).map(|receipt| Opened { case: case.clone(), receipt }));
            }
        }
        opened.sort_by_key(|one| std::cmp::Reverse(one.case.seq));
        Ok(opened)
    }

    fn code_hash(&self, phone: &Phone, code: &str) -> [u8; 32] {
        self.vault.blind("phone_code", &format!("{}:{code}", phone.digits()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_people_write_it() {
        for text in ["13900000000", "139 0000 0000", "139-0000-0000", "+86 13900000000", "１３９００００００００"]
        {
            assert_eq!(Phone::parse(text).unwrap().digits(), "13900000000", "{text}");
        }
        for text in ["", "1390000000", "0911-2110000", "23900000000", "139000000000", "'; --", "12000000000"] {
            assert_eq!(Phone::parse(text), None, "{text}");
        }
    }
}
