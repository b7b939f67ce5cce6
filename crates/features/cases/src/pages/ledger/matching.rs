//! What stands under which heading, and whom the office means by which word: guessed, corrected, remembered.

use askama::Template;
use huiyin_base::Problem;
use huiyin_directory::OrgKind;
use huiyin_web::components::{Choice, Field};
use huiyin_web::{Can, Csrf, Ctx, Form, Path, Result};

use super::{Bench, show};
use crate::ledger::job;
use crate::ledger::{ImportBatch, ImportWord, LedgerRules, Places, WordKind};
use crate::permissions::CaseImport;
use crate::store;

/// The form that says which column holds which field.
#[derive(Template)]
#[template(path = "ledger_matching.html")]
pub(super) struct Matching {
    path: String,
    csrf: Csrf,
    fields: Vec<Field>,
    /// Headings that nothing is read from.
    left: String,
    /// Nothing is read from any column that could name a problem.
    open: bool,
}

impl askama::filters::HtmlSafe for Matching {}

/// The form that says whom a word means.
#[derive(Template)]
#[template(path = "ledger_words.html")]
pub(super) struct Wording {
    path: String,
    csrf: Csrf,
    /// The word as the form sends it back, and whom it means.
    fields: Vec<(String, Field)>,
    left: usize,
}

impl askama::filters::HtmlSafe for Wording {}

/// Words asked for at once; those that most rows say come first.
const WORDS: usize = 30;

impl Matching {
    pub(super) async fn of(ctx: &Ctx, bench: &Bench, batch: &ImportBatch) -> Result<Self, Problem> {
        let rules = LedgerRules::built_in().map_err(Problem::broken)?;
        let (headers, places) = (batch.header_list(), batch.place_list());
        let example = bench.ledger(ctx).example(batch.id).await?;
        let none = || Choice::new("", "（表里没有）");
        let choice = |(place, header): (usize, &String)| {
            let letter = huiyin_documents::column_letters(place);
            let shown: String = example.get(place).map(|cell| cell.chars().take(12).collect()).unwrap_or_default();
            let label = if shown.is_empty() { header.clone() } else { format!("{header}（如：{shown}）") };
            Choice::new(place, format!("{letter} 列 {label}"))
        };
        let fields = rules.fields().map(|field| {
            let columns = headers.iter().enumerate().filter(|(_, header)| !header.is_empty()).map(choice);
            let at = places.get(&field.id).map(ToString::to_string).unwrap_or_default();
            let choices = std::iter::once(none()).chain(columns).collect();
            Field::select(&format!("field-{}", field.id), &field.label, choices).value(at)
        });
        let used: Vec<usize> = places.values().copied().collect();
        let left = headers.iter().enumerate().filter(|(place, header)| !used.contains(place) && !header.is_empty());
        let left = left.map(|(_, header)| header.as_str()).collect::<Vec<_>>().join("、");
        Ok(Self {
            path: format!("/cases/imports/{}", batch.id),
            csrf: ctx.csrf(),
            fields: fields.collect(),
            left,
            open: !places.contains_key("text") && !places.contains_key("title"),
        })
    }
}

impl Wording {
    pub(super) async fn of(ctx: &Ctx, bench: &Bench, batch: &ImportBatch) -> Result<Option<Self>, Problem> {
        let unknown = batch.unknown_list();
        if unknown.is_empty() {
            return Ok(None);
        }
        let mut tx = ctx.site.db.read().await?;
        let orgs = store::ledger_orgs(&mut tx, bench.county.region, ctx.today()).await?;
        drop(tx);
        let group = |kind: OrgKind| match kind {
            OrgKind::County | OrgKind::City => "县区本级",
            OrgKind::Township => "乡镇（街道）",
            OrgKind::Village | OrgKind::Community => "村（社区）",
            _ => "部门和单位",
        };
        let of = |kinds: &dyn Fn(OrgKind) -> bool| {
            let mut some: Vec<&store::PlaceName> = orgs.iter().filter(|org| kinds(org.kind)).collect();
            some.sort_by_key(|org| (group(org.kind), org.code.clone()));
            let choices = some.into_iter().map(|org| Choice::new(&org.code, &*org.name).group(group(org.kind)));
            std::iter::once(Choice::new("", "（还不知道）")).chain(choices).collect::<Vec<_>>()
        };
        let party = |kind| matches!(kind, OrgKind::Branch | OrgKind::GeneralBranch | OrgKind::Committee);
        let village = |kind| matches!(kind, OrgKind::Village | OrgKind::Community);
        let owners = of(&|kind| !party(kind) && !village(kind));
        let places = of(&|kind| matches!(kind, OrgKind::Township) || village(kind));
        let fields = unknown.iter().take(WORDS).enumerate().map(|(place, unknown)| {
            let choices = if unknown.kind == WordKind::Owner.as_str() { &owners } else { &places };
            let (name, label) = (format!("meaning-{place}"), format!("“{}”是", unknown.word));
            let field = Field::select(&name, &label, choices.clone()).hint(format!("{} 行这样写", unknown.rows));
            (format!("{}-{}", unknown.kind, unknown.word), field)
        });
        Ok(Some(Self {
            path: format!("/cases/imports/{}", batch.id),
            csrf: ctx.csrf(),
            fields: fields.collect(),
            left: unknown.len().saturating_sub(WORDS),
        }))
    }
}

pub(crate) async fn columns(
    ctx: Ctx,
    can: Can<CaseImport>,
    Path(id): Path<String>,
    Form(given): Form<Vec<(String, String)>>,
) -> Result {
    let bench = Bench::of(&ctx, &can.viewer).await?;
    let batch = bench.batch(&ctx, &id).await?;
    let fields = given.iter().filter_map(|(name, value)| {
        let field = name.strip_prefix("field-")?;
        let known = crate::ledger::FIELDS.contains(&field);
        Some((field.to_owned(), value.parse::<usize>().ok().filter(|_| known)?))
    });
    let places: Places = fields.collect();
    match bench.ledger(&ctx).place(batch.id, places, job::checking(&ctx.site, batch.id)).await {
        Ok(()) => rechecked(&ctx, &batch, "已按新的对应重新检查，下次自动这样认。"),
        Err(problem) => show::again(&ctx, &bench, &batch, problem).await,
    }
}

pub(crate) async fn words(
    ctx: Ctx,
    can: Can<CaseImport>,
    Path(id): Path<String>,
    Form(given): Form<Vec<(String, String)>>,
) -> Result {
    let bench = Bench::of(&ctx, &can.viewer).await?;
    let batch = bench.batch(&ctx, &id).await?;
    let orgs = store::ledger_orgs(&mut ctx.site.db.read().await?, bench.county.region, ctx.today()).await?;
    let unknown = batch.unknown_list();
    let said = given.iter().filter_map(|(name, code)| {
        // The word travels with the form: a page that is old says nothing about other words.
        let place = name.strip_prefix("meaning-")?;
        let (_, word) = given.iter().find(|(name, _)| name.strip_prefix("word-") == Some(place))?;
        let (kind, word) = word.split_once('-')?;
        let kind = WordKind::parse(kind).filter(|kind| *kind != WordKind::Column)?;
        // Only what the sheet really says, and only organisations of this county.
        let asked = unknown.iter().any(|unknown| unknown.word == word && unknown.kind == kind.as_str());
        let known = orgs.iter().any(|org| org.code == *code);
        (asked && known).then(|| ImportWord { kind, word: word.to_owned(), meaning: code.clone() })
    });
    let words: Vec<ImportWord> = said.collect();
    match bench.ledger(&ctx).explain(batch.id, words, job::checking(&ctx.site, batch.id)).await {
        Ok(()) => rechecked(&ctx, &batch, "已记下，并重新检查。下次遇到同样的写法不再问。"),
        Err(problem) => show::again(&ctx, &bench, &batch, problem).await,
    }
}

/// The check goes on outside the request.
fn rechecked(ctx: &Ctx, batch: &ImportBatch, words: &str) -> Result {
    ctx.redirect(&format!("/cases/imports/{}", batch.id), Some(words))
}
