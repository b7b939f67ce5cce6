//! Sheets of paper, and the codes that open them.

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Filter, Result, Tx, insert_many, query, row, text_enum, values};
use huiyin_directory::{AccountRef, OrgRef};

text_enum! {
    /// Which part of a sheet a code stands on.
    pub enum SheetPart {
        Answers = "answers" / "答题纸",
        Result = "result" / "查分联",
    }
}

row! {
    /// A printed paper.
    #[derive(Clone, Debug, PartialEq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct Sheet {
        pub region: Region,
        pub sitting: Id,
        pub exam: Id,
        pub branch: Id,
        pub printed_day: Day,
        pub entered_day: Option<Day>,
        pub account_region: Option<Region>,
        pub account: Option<Id>,
        pub opened: i64,
        pub opened_day: Option<Day>,
        pub word: Option<Vec<u8>>,
        pub wrong: i64,
        pub wrong_day: Option<Day>,
    }
}

impl Sheet {
    /// The branch for which it was printed.
    pub fn branch(&self) -> OrgRef {
        OrgRef { region: self.region, id: self.branch }
    }

    /// Who entered it.
    pub fn by(&self) -> Option<AccountRef> {
        let pair = self.account_region.zip(self.account);
        pair.map(|(region, id)| AccountRef { region, id })
    }
}

const COLUMNS: &str = "select x.region, x.sitting, x.exam, x.branch, x.printed_day, x.entered_day, x.account_region,
    x.account, x.opened, x.opened_day, x.word, x.wrong, x.wrong_day from exam_sheet x where";

/// Writes sheets; one that is printed anew takes the day and the branch of the new one.
pub async fn sheet_put(tx: &mut Tx, sheets: &[Sheet]) -> Result<()> {
    let rows = sheets.iter().map(|s| {
        values![
            s.region,
            s.sitting,
            s.exam,
            s.branch,
            s.printed_day,
            s.entered_day,
            s.account_region,
            s.account,
            s.opened,
            s.opened_day
        ]
    });
    let head = "insert into exam_sheet (region, sitting, exam, branch, printed_day, entered_day, account_region, account, opened, opened_day)";
    let tail =
        "on conflict (region, sitting) do update set branch = excluded.branch, printed_day = excluded.printed_day";
    insert_many(tx, head, rows.collect(), tail).await?;
    Ok(())
}

/// The codes of a sheet; those of an earlier print of it open nothing any more.
pub async fn sheet_codes_put(tx: &mut Tx, sitting: Id, codes: [(SheetPart, [u8; 32]); 2]) -> Result<()> {
    query("delete from sheet_lookup where id = $1").bind(sitting).execute(tx).await?;
    let rows = codes.map(|(part, hash)| values![hash, part, sitting.region(), sitting]);
    insert_many(tx, "insert into sheet_lookup (hash, part, region, id)", rows.into(), "").await?;
    Ok(())
}

/// The sitting that a code opens.
pub async fn sheet_lookup(tx: &mut Tx, part: SheetPart, hash: [u8; 32]) -> Result<Option<Id>> {
    let rows = query("select id from sheet_lookup where hash = $1 and part = $2").bind(hash).bind(part);
    Ok(rows.fetch_optional::<(Id,)>(tx).await?.map(|(id,)| id))
}

/// The sheet of a sitting.
pub async fn sheet_get(tx: &mut Tx, sitting: Id) -> Result<Option<Sheet>> {
    let base = Filter::new(COLUMNS).then("x.region = ?").bind(sitting.region()).and("x.sitting = ?").bind(sitting);
    base.query().fetch_optional(tx).await
}

/// What was printed in a branch for a test and has not come back yet: whose, and when.
pub async fn sheet_list_out(tx: &mut Tx, branch: OrgRef, exam: Id) -> Result<Vec<(Id, Day)>> {
    let rows = query(
        "select s.taker, x.printed_day from exam_sheet x join sitting s on s.region = x.region and s.id = x.sitting
         where x.region = $1 and x.branch = $2 and x.exam = $3 and x.entered_day is null",
    );
    rows.bind(branch.region).bind(branch.id).bind(exam).fetch_all(tx).await
}

/// Puts down who entered a sheet, and the word that its taker has chosen.
pub async fn sheet_entered(
    tx: &mut Tx,
    sitting: Id,
    (by, day): (AccountRef, Day),
    word: Option<[u8; 32]>,
) -> Result<()> {
    let update = query(
        "update exam_sheet set entered_day = $1, account_region = $2, account = $3, word = $4
         where region = $5 and sitting = $6",
    );
    let update = update.bind(day).bind(by.region).bind(by.id).bind(word.map(|word| word.to_vec()));
    let update = update.bind(sitting.region()).bind(sitting);
    update.execute(tx).await?;
    Ok(())
}

/// Counts that a result was looked up with its code.
pub async fn sheet_opened(tx: &mut Tx, sitting: Id, day: Day) -> Result<()> {
    let update = query(
        "update exam_sheet set opened = opened + 1, opened_day = $1, wrong = 0 where region = $2 and sitting = $3",
    );
    update.bind(day).bind(sitting.region()).bind(sitting).execute(tx).await?;
    Ok(())
}

/// Takes one of the day's `most` tries at the word, before it is compared: many at once take no more. Gives how many are taken; none
/// where none was left. Opening gives them back.
pub async fn sheet_try(tx: &mut Tx, sitting: Id, day: Day, most: i64) -> Result<Option<i64>> {
    let update = query(
        "update exam_sheet set wrong = case when wrong_day = $1 then wrong + 1 else 1 end, wrong_day = $2
         where region = $3 and sitting = $4 and (wrong_day is null or wrong_day <> $5 or wrong < $6)",
    );
    let update = update.bind(day).bind(day).bind(sitting.region()).bind(sitting).bind(day).bind(most);
    if update.execute(tx).await? == 0 {
        return Ok(None);
    }
    Ok(sheet_get(tx, sitting).await?.map(|sheet| sheet.wrong))
}
