//! 一次录多件: what people said at a meeting, on one sheet, with a slip for each. Right rows are entered; wrong rows stand with
//! their messages.

use askama::Template;
use huiyin_base::ProblemKind;
use huiyin_web::components::{Choice, Field, FormErrors};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Result};

use super::card::cases;
use super::intake::{CHANNELS, channel_field};
use super::intake_place::{choices, places, word};
use super::place::Place;
use super::problem_filled::{Filled, title_of};
use super::problem_form::nonce;
use super::slip::Slip;
use crate::permissions::CaseIntake;
use crate::{Cases, Categories, Channel, Manner, Moment, cleaned};

/// Rows of a sheet.
const ROWS: usize = 20;

/// One row as it was filled in.
#[derive(Clone, Debug, Default)]
struct Row {
    /// Its number on the sheet, from 1.
    n: usize,
    place: String,
    sub: String,
    text: String,
    name: String,
    phone: String,
    nonce: String,
}

/// One row as it is drawn.
struct SheetRow {
    n: usize,
    nonce: String,
    place: Field,
    kind: Field,
    text: Field,
    name: Field,
    phone: Field,
    /// What is wrong with the row as a whole.
    message: Option<String>,
}

#[derive(Template)]
#[template(path = "intake_sheet.html")]
struct SheetPage {
    csrf: Csrf,
    placed: bool,
    channel: Field,
    meeting: Field,
    /// The names that a row's place may have.
    names: Vec<String>,
    rows: Vec<SheetRow>,
    slips: Vec<Slip>,
    wrong: usize,
}

pub(crate) async fn new(ctx: Ctx, can: Can<CaseIntake>) -> Result {
    let rows = (1..=ROWS).map(|n| (Row { n, nonce: nonce(&ctx), ..Row::default() }, FormErrors::new())).collect();
    let places = own_places(&ctx, &can).await?;
    let page = draw(&ctx, &places, Channel::Counter.as_str(), "", rows, Vec::new())?;
    ctx.page("一次录多件", Density::Desk, &page)
}

/// Enters every row that is right: once, however often the sheet is sent.
pub(crate) async fn create(ctx: Ctx, can: Can<CaseIntake>, Form(fields): Form<Vec<(String, String)>>) -> Result {
    let engine = cases(&ctx.site)?;
    let given = |name: &str| fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str());
    let places = own_places(&ctx, &can).await?;
    let meeting = given("meeting");
    let channel = Channel::parse(given("channel")).filter(|channel| CHANNELS.contains(channel));
    let channel = channel.unwrap_or(Channel::Counter);
    let (mut wrong, mut slips) = (Vec::new(), Vec::new());
    for row in (1..=ROWS).map(|n| Row::read(n, &given)).filter(|row| !row.is_empty()) {
        match enter(&ctx, &can, &engine, &row, &places, meeting, channel).await? {
            Ok(slip) => slips.push(slip),
            Err(errors) => wrong.push((row, errors)),
        }
    }
    let nothing = wrong.is_empty() && slips.is_empty();
    if nothing {
        let errors = FormErrors::new().with("text-1", "一行都没有填。请至少写一件，不用的行空着就行。");
        wrong.push((Row { n: 1, nonce: nonce(&ctx), ..Row::default() }, errors));
    }
    let refused = !wrong.is_empty();
    let page = draw(&ctx, &places, channel.as_str(), meeting, wrong, slips)?;
    if refused {
        ctx.refused("一次录多件", Density::Desk, &page)
    } else {
        ctx.page("一次录多件", Density::Desk, &page)
    }
}

async fn own_places(ctx: &Ctx, can: &Can<CaseIntake>) -> Result<Vec<Place>> {
    let mut tx = ctx.site.db.read().await?;
    places(&mut tx, &ctx.site, &can.viewer).await
}

/// One row: its slip, or what is wrong with it.
async fn enter(
    ctx: &Ctx,
    can: &Can<CaseIntake>,
    engine: &Cases,
    row: &Row,
    places: &[Place],
    meeting: &str,
    channel: Channel,
) -> Result<std::result::Result<Slip, FormErrors>> {
    let filled = row.filled();
    let place = row.place_of(ctx, places, meeting);
    let mut errors = FormErrors::new();
    let place = match place {
        Ok(place) => place,
        Err(message) => {
            errors.add(&format!("place-{}", row.n), message);
            return Ok(Err(errors));
        }
    };
    let mistakes = filled.mistakes(engine, place);
    for field in ["sub", "text", "name", "phone"] {
        if let Some(message) = mistakes.of(field) {
            errors.add(&format!("{field}-{}", row.n), message);
        }
    }
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let about = format!("第 {} 件　{}", row.n, title_of(&filled.text));
    let submission = filled.submission(engine, place, channel, Vec::new());
    let manner = Manner { entered_by: Some(can.viewer.clone()), held: false };
    match engine.submit_in(submission, manner, Moment::at(ctx.now()), &mut ctx.rng()).await {
        Ok(submitted) => {
            let alarm = super::alarm::of_receipt(ctx, &submitted.receipt).await?;
            Ok(Ok(Slip::new(ctx, &submitted.receipt)?.about(about).alarm(alarm)))
        }
        Err(problem) if problem.kind == ProblemKind::Invalid => Ok(Err(FormErrors::whole(problem.message))),
        Err(problem) => Err(problem.into()),
    }
}

fn draw(
    ctx: &Ctx,
    places: &[Place],
    channel: &str,
    meeting: &str,
    rows: Vec<(Row, FormErrors)>,
    slips: Vec<Slip>,
) -> Result<SheetPage> {
    let engine = cases(&ctx.site)?;
    let mut offered = choices(&ctx.site, places);
    if offered.len() > 1 {
        offered.insert(0, Choice::new("", "请选择"));
    }
    let wrong = rows.iter().filter(|(_, errors)| !errors.is_empty()).count();
    Ok(SheetPage {
        csrf: ctx.csrf(),
        placed: !places.is_empty(),
        channel: channel_field(channel),
        meeting: Field::select("meeting", "多数问题在哪里", offered)
            .hint("某一行在别处的，在那一行写上村名。")
            .value(meeting),
        names: places.iter().map(name_of).collect(),
        rows: rows.into_iter().map(|(row, errors)| row.drawn(&engine.book.categories, &errors)).collect(),
        slips,
        wrong,
    })
}

fn name_of(place: &Place) -> String {
    place.village.as_ref().map_or_else(|| place.township.name.clone(), |village| village.name.clone())
}

impl Row {
    fn read<'a>(n: usize, given: &impl Fn(&str) -> &'a str) -> Self {
        let field = |name: &str| given(&format!("{name}-{n}")).to_owned();
        Self {
            n,
            place: cleaned(&field("place")),
            sub: field("sub"),
            text: cleaned(&field("text")),
            name: cleaned(&field("name")),
            phone: cleaned(&field("phone")),
            nonce: field("nonce"),
        }
    }

    /// Only a row in which nothing was written: a category alone is what was left over.
    fn is_empty(&self) -> bool {
        self.text.is_empty() && self.name.is_empty() && self.phone.is_empty() && self.place.is_empty()
    }

    fn filled(&self) -> Filled {
        Filled {
            sub: self.sub.clone(),
            text: self.text.clone(),
            name: self.name.clone(),
            phone: self.phone.clone(),
            nonce: self.nonce.clone(),
            ..Filled::default()
        }
    }

    /// The row's own place by its name, or that of the meeting.
    fn place_of<'a>(&self, ctx: &Ctx, places: &'a [Place], meeting: &str) -> std::result::Result<&'a Place, String> {
        if self.place.is_empty() {
            let chosen = places.iter().find(|place| word(&ctx.site, place) == meeting);
            return chosen.ok_or_else(|| "请写上是哪个村，或在上面选好“多数问题在哪里”。".to_owned());
        }
        let mut found = places.iter().filter(|place| name_of(place) == self.place);
        match (found.next(), found.next()) {
            (Some(place), None) => Ok(place),
            (Some(_), Some(_)) => Err(format!("有两个地方叫“{}”，请在上面选好地点，这里空着。", self.place)),
            (None, _) => Err(format!("没有找到“{}”，请从列出的村名里选。", self.place)),
        }
    }

    fn drawn(self, categories: &Categories, errors: &FormErrors) -> SheetRow {
        let n = self.n;
        let named = |name: &str| format!("{name}-{n}");
        let subs = categories.all().iter().flat_map(|category| {
            let subs = category.sub.iter();
            subs.map(|sub| Choice::new(format!("{}/{}", category.id, sub.id), &sub.name).group(&category.name))
        });
        let bare = categories.all().iter().filter(|category| category.sub.is_empty());
        let bare = bare.map(|category| Choice::new(format!("{}/", category.id), &category.name));
        let kinds = std::iter::once(Choice::new("", "请选择")).chain(subs).chain(bare).collect();
        SheetRow {
            n,
            place: Field::text(&named("place"), "在别处的写村名")
                .with("list", "places")
                .with("autocomplete", "off")
                .value(&self.place)
                .errors(errors),
            kind: Field::select(&named("sub"), "哪一类", kinds).value(&self.sub).errors(errors),
            text: Field::area(&named("text"), "是什么问题", 2).value(&self.text).errors(errors),
            name: Field::text(&named("name"), "谁反映的（可不填）").value(&self.name).errors(errors),
            phone: Field::phone(&named("phone"), "电话（可不填）").value(&self.phone).errors(errors),
            message: errors.of("").map(ToOwned::to_owned),
            nonce: self.nonce,
        }
    }
}
