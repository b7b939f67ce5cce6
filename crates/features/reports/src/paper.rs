//! A bulletin as it is read: whole, on a page with doors, as a Word file, as a sheet.

use askama::Template;
use huiyin_base::Problem;
use huiyin_db::Tx;
use huiyin_documents::{
    Block, Numbering, Official, OfficialColumn, OfficialTable, SheetWriter, Signing, WriteCell, WriteColumn,
};
use huiyin_web::Site;
use huiyin_web::components::{Html, OfficialPaper};

use crate::bulletin::{Bulletin, BulletinState};
use crate::compose::{Door, Matter, Part, Piece, plain};
use crate::issuing::{counties, template_of};
use crate::numbers::{self, Numbers};
use crate::store::bulletin::{self as store, Sight};
use crate::store::review;
use crate::template::Book;

/// A bulletin with everything that is said in it.
pub(crate) struct Paper {
    pub(crate) bulletin: Bulletin,
    pub(crate) now: Numbers,
    title: String,
    number: String,
    issuer: String,
    date: String,
    parts: Vec<Part>,
}

impl Paper {
    /// Composes it: an issued one from what it keeps, a draft from the records as they are now.
    pub(crate) async fn read(tx: &mut Tx, site: &Site, bulletin: Bulletin) -> Result<Self, Problem> {
        let template = template_of(&bulletin)?;
        let term = bulletin.term();
        let now = match bulletin.state {
            BulletinState::Issued => numbers::kept(tx, &bulletin).await?,
            BulletinState::Draft | BulletinState::Issuing => numbers::live(tx, &site.figures, template, term).await?,
        };
        let before = before(tx, &bulletin).await?;
        let day = term.days().to;
        let counties = counties(&site.regions, site.home, &crate::store::county_list(tx).await?, day);
        let matter =
            Matter { registry: &site.figures, term, template, counties: &counties, now: &now, before: before.as_ref() };
        let mut parts = matter.compose();
        let comments = review::comment_list(tx, bulletin.region, bulletin.id).await?;
        said(
            &mut parts,
            "各县区点评",
            counties.iter().filter_map(|(region, name)| {
                let (_, words) = comments.iter().find(|(place, _)| place == region)?;
                Some(format!("{name}：{words}"))
            }),
        );
        let follow_ups = review::follow_up_list(tx, bulletin.region, bulletin.id).await?;
        let mut handed = Vec::new();
        for one in &follow_ups {
            let unit = review::unit_name(tx, one.unit_region, one.unit).await?;
            handed.push(format!("{unit}：{}。{}（{}前办结）", one.title, one.words, one.deadline.chinese()));
        }
        said(&mut parts, "跟进事项", handed.into_iter());
        said(
            &mut parts,
            "工作要求",
            bulletin.remarks.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned),
        );
        if let Some(why) = &bulletin.correction {
            said(&mut parts, "更正说明", std::iter::once(why.clone()));
        }
        let issuer = template.mark(&site.settings.city);
        let date = bulletin.issued_day.map(huiyin_base::Day::chinese).unwrap_or_default();
        let number = bulletin.number_name(&template.series);
        Ok(Self { title: template.title(&term.name()), number, issuer, date, parts, now, bulletin })
    }

    /// The title.
    pub(crate) fn title(&self) -> &str {
        &self.title
    }

    /// Its number, or that it is a draft.
    pub(crate) fn number(&self) -> &str {
        if self.number.is_empty() { "（草稿，未编号）" } else { &self.number }
    }

    /// Letters beyond what the rules allow.
    pub(crate) fn length_fault(&self) -> Option<String> {
        let rule = &Book::built_in().length;
        let letters = self.official().letters();
        (letters > rule.letters).then(|| {
            let (most, source, from) = (rule.letters, &rule.source, &rule.from);
            format!("全文 {letters} 字，超过 {most} 字（{source}，{from} 起施行）。请精简工作要求和点评后再印发。")
        })
    }

    /// Every number that stands in it.
    pub(crate) fn doors(&self) -> impl Iterator<Item = &Door> {
        let pieces = self.parts.iter().flat_map(|part| match part {
            Part::Heading(_) => Vec::new(),
            Part::Paragraph(pieces) => pieces.iter().collect(),
            Part::Table(table) => table.rows.iter().flat_map(|(_, cells)| cells).collect(),
        });
        pieces.filter_map(|piece| match piece {
            Piece::Words(_) => None,
            Piece::Number(door) => Some(door),
        })
    }

    /// With a link behind every number.
    pub(crate) fn page(&self, door: impl Fn(&Door) -> Option<String>) -> OfficialPaper {
        let mut numbering = Numbering::default();
        let shown = |part: &Part| match part {
            Part::Heading(words) => Shown::Heading(format!("{}{words}", numbering.next(1))),
            Part::Paragraph(pieces) => Shown::Paragraph(linked(pieces, &door)),
            Part::Table(table) => {
                let cells =
                    |cells: &[Piece]| cells.iter().map(|cell| linked(std::slice::from_ref(cell), &door)).collect();
                Shown::Table {
                    caption: table.caption.clone(),
                    heads: table.heads.clone(),
                    rows: table.rows.iter().map(|(name, row)| (name.clone(), cells(row))).collect(),
                }
            }
        };
        let text = Text { parts: self.parts.iter().map(shown).collect() };
        let html = text.render().unwrap_or_default();
        let paper = OfficialPaper::new(self.title.clone(), Html::drawn(html)).mark(self.issuer.clone(), self.number());
        if self.date.is_empty() {
            paper
        } else {
            paper.signed(self.issuer.clone(), self.date.clone()).printed(self.issuer.clone(), self.date.clone())
        }
    }

    /// For a Word file.
    pub(crate) fn official(&self) -> Official {
        let block = |part: &Part| match part {
            Part::Heading(text) => Block::Heading { level: 1, text: text.clone() },
            Part::Paragraph(pieces) => Block::Paragraph(plain(pieces)),
            Part::Table(table) => {
                let heads = table.heads.iter().map(|head| OfficialColumn::figures(head.clone(), 4));
                let rows = table.rows.iter().map(|(name, cells)| {
                    let cells = cells.iter().map(|cell| plain(std::slice::from_ref(cell)));
                    std::iter::once(name.clone()).chain(cells).collect()
                });
                Block::Table(OfficialTable {
                    caption: table.caption.clone(),
                    columns: std::iter::once(OfficialColumn::words("县区", 3)).chain(heads).collect(),
                    rows: rows.collect(),
                })
            }
        };
        let signing = match self.date.as_str() {
            "" => Signing::None,
            date => Signing::Office { name: self.issuer.clone(), date: date.to_owned() },
        };
        Official {
            issuer: self.issuer.clone(),
            number: self.number().to_owned(),
            title: self.title.clone(),
            blocks: self.parts.iter().map(block).collect(),
            signing,
            printed_by: if self.date.is_empty() { String::new() } else { self.issuer.clone() },
            printed_on: self.date.clone(),
            ..Official::default()
        }
    }

    /// The table as a sheet.
    pub(crate) fn sheet(&self) -> anyhow::Result<Vec<u8>> {
        let tables =
            self.parts.iter().filter_map(|part| if let Part::Table(table) = part { Some(table) } else { None });
        let table = tables.into_iter().next().ok_or_else(|| anyhow::anyhow!("the template has no table"))?;
        let heads = table.heads.iter().map(|head| WriteColumn::new(head.clone(), 22));
        let columns: Vec<WriteColumn> = std::iter::once(WriteColumn::new("县区", 14)).chain(heads).collect();
        let mut writer = SheetWriter::new(&self.bulletin.term().name(), &columns)?;
        for (name, cells) in &table.rows {
            let cells = cells.iter().map(|cell| {
                let text = plain(std::slice::from_ref(cell));
                text.replace(',', "").parse::<i64>().map_or_else(|_| WriteCell::from(text), WriteCell::from)
            });
            let row: Vec<WriteCell> = std::iter::once(WriteCell::from(name.as_str())).chain(cells).collect();
            writer.row(&row)?;
        }
        Ok(writer.finish()?)
    }
}

/// The numbers of the bulletin before, as it was last issued.
async fn before(tx: &mut Tx, of: &Bulletin) -> huiyin_db::Result<Option<Numbers>> {
    match store::bulletin_find(tx, of.region, Sight::Staff, of.term().before(), None).await? {
        Some(before) => Ok(Some(numbers::kept(tx, &before).await?)),
        None => Ok(None),
    }
}

fn said(parts: &mut Vec<Part>, heading: &str, paragraphs: impl Iterator<Item = String>) {
    let paragraphs: Vec<Part> = paragraphs.map(|words| Part::Paragraph(vec![Piece::Words(words)])).collect();
    if !paragraphs.is_empty() {
        parts.push(Part::Heading(heading.into()));
        parts.extend(paragraphs);
    }
}

/// The text of a bulletin with its links.
#[derive(Template)]
#[template(path = "bulletin_text.html")]
struct Text {
    parts: Vec<Shown>,
}

enum Shown {
    Heading(String),
    Paragraph(Html),
    Table { caption: String, heads: Vec<String>, rows: Vec<(String, Vec<Html>)> },
}

fn linked(pieces: &[Piece], door: &impl Fn(&Door) -> Option<String>) -> Html {
    let piece = |piece: &Piece| match piece {
        Piece::Words(words) => Html::from(words.as_str()).to_string(),
        Piece::Number(number) => match door(number) {
            Some(href) => format!("<a href=\"{}\">{}</a>", Html::from(href), Html::from(number.text.as_str())),
            None => Html::from(number.text.as_str()).to_string(),
        },
    };
    Html::drawn(pieces.iter().map(piece).collect())
}

/// What a later version changes: figure, place, what stood there and what stands there now.
pub(crate) fn changes(before: &Numbers, now: &Numbers) -> Vec<Change> {
    let mut changes = Vec::new();
    for (figure, place, number) in now.all() {
        let was = before.get(figure, place);
        if was != Some(number) {
            changes.push(Change { figure: figure.to_owned(), place, was, now: number });
        }
    }
    changes
}

/// A number that another version states otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) figure: String,
    pub(crate) place: Option<huiyin_base::Region>,
    pub(crate) was: Option<huiyin_figures::Number>,
    pub(crate) now: huiyin_figures::Number,
}

#[cfg(test)]
mod tests {
    use super::*;
    use huiyin_figures::Number;

    #[test]
    fn a_correction_says_which_numbers_differ() {
        let mut before = Numbers::default();
        before.put("a", None, Number::plain(3));
        before.put("b", None, Number::plain(1));
        let mut now = before.clone();
        now.put("a", None, Number::plain(4));
        let changes = changes(&before, &now);
        assert_eq!(changes.len(), 1);
        assert_eq!((changes[0].was, changes[0].now), (Some(Number::plain(3)), Number::plain(4)));
    }

    #[test]
    fn words_of_people_are_escaped_and_numbers_are_links() {
        let door = Door { figure: "a".into(), place: None, text: "3".into() };
        let html = linked(&[Piece::Words("<b>".into()), Piece::Number(door)], &|_| Some("/x?a=1&b=2".into()));
        assert_eq!(html.to_string(), "&lt;b&gt;<a href=\"/x?a=1&amp;b=2\">3</a>");
    }
}
