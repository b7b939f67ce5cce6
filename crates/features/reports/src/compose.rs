//! A bulletin from its template and its numbers: words, and numbers that know where they come from.

use huiyin_base::Region;
use huiyin_figures::{Figure, Number, RateBook, Registry};

use crate::bulletin::Term;
use crate::numbers::Numbers;
use crate::template::{Paragraph, Template, Token, figures_of, tokens};

/// A part of a composed bulletin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Heading(String),
    Paragraph(Vec<Piece>),
    Table(Table),
}

/// A piece of a paragraph or a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Words(String),
    Number(Door),
}

/// A number and what stands behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Door {
    pub(crate) figure: String,
    pub(crate) place: Option<Region>,
    pub(crate) text: String,
}

/// Counties in code order, the whole city last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) caption: String,
    pub(crate) heads: Vec<String>,
    pub(crate) rows: Vec<(String, Vec<Piece>)>,
}

/// What a bulletin is composed of.
pub(crate) struct Matter<'a> {
    pub(crate) registry: &'a Registry,
    pub(crate) term: Term,
    pub(crate) template: &'a Template,
    /// Region and name of each county, in code order.
    pub(crate) counties: &'a [(Region, String)],
    pub(crate) now: &'a Numbers,
    /// Of the bulletin before, where one was issued.
    pub(crate) before: Option<&'a Numbers>,
}

impl Matter<'_> {
    /// The parts, without what the issuer adds.
    pub(crate) fn compose(&self) -> Vec<Part> {
        let mut parts = Vec::new();
        for part in &self.template.part {
            let paragraphs: Vec<Part> = part
                .paragraphs
                .iter()
                .filter(|paragraph| self.said(paragraph))
                .map(|one| self.paragraph(one))
                .collect();
            if paragraphs.is_empty() && !part.table {
                continue;
            }
            if !part.heading.is_empty() {
                parts.push(Part::Heading(part.heading.clone()));
            }
            parts.extend(paragraphs);
            if part.table {
                parts.push(Part::Table(self.table()));
            }
        }
        parts
    }

    fn said(&self, paragraph: &Paragraph) -> bool {
        let known = figures_of(&paragraph.text).all(|figure| self.now.knows(figure));
        let there = |figure: &String| self.now.get(figure, None).is_some_and(|number| number.value > 0);
        known && paragraph.when.as_ref().is_none_or(there)
    }

    fn paragraph(&self, paragraph: &Paragraph) -> Part {
        let mut pieces = Vec::new();
        for token in tokens(&paragraph.text) {
            match token {
                Token::Words(words) => pieces.push(Piece::Words(words.into())),
                Token::Slot { name: "period", .. } => pieces.push(Piece::Words(self.term.name())),
                Token::Slot { name: "last", .. } => pieces.push(Piece::Words(self.term.last_word().into())),
                Token::Slot { name: "until", .. } => pieces.push(Piece::Words(self.term.days().to.chinese())),
                Token::Slot { name, form: "change" } => pieces.extend(self.change(name).map(Piece::Words)),
                Token::Slot { name, form: "places" } => pieces.extend(self.places(name)),
                Token::Slot { name, form: "both" } => {
                    let number = self.now.get(name, None).unwrap_or_default();
                    pieces.push(Piece::Words(number.both().unwrap_or_default()));
                }
                Token::Slot { name, .. } => pieces.push(self.number(name, None, false)),
            }
        }
        Part::Paragraph(pieces)
    }

    /// “，比上月增加12个”. Of stocks and counts; of a rate nothing, whose wholes differ.
    fn change(&self, figure: &str) -> Option<String> {
        let before = self.before.filter(|before| before.knows(figure))?.get(figure, None)?;
        let now = self.now.get(figure, None)?;
        if now.over.is_some() {
            return None;
        }
        let last = self.term.last_word();
        let unit = self.unit(figure);
        let difference = now.value - before.value;
        Some(match difference {
            0 => format!("，与{last}持平"),
            1.. => format!("，比{last}增加{}{unit}", self.text(figure, Number::plain(difference))),
            _ => format!("，比{last}减少{}{unit}", self.text(figure, Number::plain(-difference))),
        })
    }

    /// “宝塔区3个、富县2个”: the counties that have any, in code order.
    fn places(&self, figure: &str) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let unit = self.unit(figure);
        for (region, name) in self.counties {
            if self.now.get(figure, Some(*region)).is_none_or(|number| number.value == 0) {
                continue;
            }
            let joint = if pieces.is_empty() { "" } else { "、" };
            pieces.push(Piece::Words(format!("{joint}{name}")));
            pieces.push(self.number(figure, Some(*region), false));
            pieces.push(Piece::Words(unit.into()));
        }
        pieces
    }

    fn table(&self) -> Table {
        let columns: Vec<&str> =
            self.template.columns.iter().map(String::as_str).filter(|figure| self.now.knows(figure)).collect();
        let row = |place: Option<Region>| {
            let cell = |figure: &&str| self.number(figure, place, true);
            columns.iter().map(cell).collect::<Vec<_>>()
        };
        let mut rows: Vec<(String, Vec<Piece>)> =
            self.counties.iter().map(|(region, name)| (name.clone(), row(Some(*region)))).collect();
        rows.push(("全市".into(), row(None)));
        let head = |figure: &&str| self.figure(figure).map_or_else(String::new, |figure| figure.name.to_owned());
        Table {
            caption: format!("{}各县区情况", self.term.name()), heads: columns.iter().map(head).collect(), rows
        }
    }

    /// In a table both numbers of a rate stand in the cell: there is no sentence around it.
    fn number(&self, figure: &str, place: Option<Region>, tabled: bool) -> Piece {
        let number = self.now.get(figure, place).unwrap_or_default();
        let mut text = self.text(figure, number);
        if let (Some(both), true) = (number.both(), tabled) {
            text = format!("{text}（{both}）");
        }
        Piece::Number(Door { figure: figure.into(), place, text })
    }

    fn text(&self, figure: &str, number: Number) -> String {
        let least = RateBook::built_in().least(figure, self.term.days().to);
        match self.figure(figure) {
            Some(_) if number.over.is_some() => number.text_over(least),
            Some(figure) => figure.text(number),
            None => number.text(),
        }
    }

    fn unit(&self, figure: &str) -> &'static str {
        self.figure(figure).map_or("", |figure| figure.unit)
    }

    fn figure(&self, id: &str) -> Option<&Figure> {
        self.registry.find(id)
    }
}

/// The words of pieces, as paper has them.
pub(crate) fn plain(pieces: &[Piece]) -> String {
    pieces
        .iter()
        .map(|piece| match piece {
            Piece::Words(words) => words.as_str(),
            Piece::Number(door) => door.text.as_str(),
        })
        .collect()
}
