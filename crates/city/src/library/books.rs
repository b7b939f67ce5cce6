//! The books themselves: written for the demo city, with alternatives drawn by its seed and pictures drawn in code.

use huiyin_base::Rng;
use huiyin_study::book::{Book, Chapter, Image, read_book};

use crate::photos::drawn;

/// What the catalogue says of a book.
pub(crate) struct Told {
    pub(crate) title: &'static str,
    pub(crate) author: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) collection: usize,
    /// So many days ago it was taken in.
    pub(crate) days: i64,
}

pub(crate) struct Made {
    pub(crate) told: Told,
    pub(crate) book: Book,
}

pub(crate) const SERIES: Told = Told {
    title: "夜里听的农事",
    author: "演示录音",
    summary: "六段，一段十几秒，用来试大喇叭和收音机。",
    collection: 0,
    days: 60,
};

const ORCHARD: &str = include_str!("../../texts/books/orchard.md");
const ACCOUNTS: &str = include_str!("../../texts/books/accounts.md");
const SMOKE: &str = include_str!("../../texts/books/smoke.md");
const CHANNEL: &str = include_str!("../../texts/books/channel.txt");

/// The seasons of a long story, and how many chapters each has.
const SEASONS: [(&str, usize); 4] = [("头一年冬天", 8), ("第二年春天", 8), ("第二年夏秋", 8), ("第三年放水", 6)];
/// The stories told by the fire, each from the same sentences in another order.
const WELLS: [&str; 20] = [
    "井台",
    "老槐树",
    "碾盘",
    "第一辆拖拉机",
    "借粮",
    "夜校",
    "修路那年",
    "接电",
    "学堂",
    "羊",
    "雪",
    "分地",
    "果树苗",
    "出门的人",
    "回来的人",
    "大旱",
    "井干了",
    "打新井",
    "水塔",
    "自来水",
];

/// Every book.
pub(super) fn all(rng: &mut Rng) -> anyhow::Result<Vec<Made>> {
    let orchard = written("果园.md", ORCHARD, rng)?;
    let accounts = written("账目.md", ACCOUNTS, rng)?;
    let smoke = written("煤烟.md", SMOKE, rng)?;
    let told = |title, author, summary, collection, days| Told { title, author, summary, collection, days };
    Ok(vec![
        Made {
            told: told("山坡上的果园：十二个月怎么干", "演示作者甲", "一月到十二月，一个月一节，照着做就行。", 0, 190),
            book: illustrated(orchard, "land", rng)?,
        },
        Made {
            told: told("修渠记", "演示作者乙", "一条漏水的渠，一个村子修了三个冬天。长篇故事。", 2, 150),
            book: illustrated(story("修渠记", &seasons(), 26, rng), "irrigation", rng)?,
        },
        Made {
            told: told("老井：二十个故事", "演示作者丙", "一口井边上的二十年，一晚上读一个。", 2, 90),
            book: illustrated(story("老井", &wells(), 18, rng), "water", rng)?,
        },
        Made {
            told: told("村里的账怎么公开：问答", "演示作者丁", "群众问得最多的，一问一答。", 1, 40),
            book: accounts,
        },
        Made { told: told("冬天防煤烟中毒", "演示作者戊", "十句话，一张纸。", 1, 12), book: smoke },
    ])
}

fn written(name: &str, text: &str, rng: &mut Rng) -> anyhow::Result<Book> {
    Ok(read_book(name, chosen(text, rng).replace('\n', "\n\n").as_bytes())?)
}

fn seasons() -> Vec<String> {
    let all = SEASONS.iter().flat_map(|(season, count)| (1..=*count).map(move |n| format!("{season}（{n}）")));
    all.collect()
}

fn wells() -> Vec<String> {
    WELLS.iter().map(|title| (*title).to_owned()).collect()
}

/// A long story from the sentences: each chapter takes its share of them, in their order.
fn story(title: &str, titles: &[String], share: u64, rng: &mut Rng) -> Book {
    let sentences: Vec<&str> = CHANNEL.lines().collect();
    let chapter = |title: &String| {
        let mut lines = vec![title.clone()];
        let taken =
            sentences.iter().filter(|_| rng.below(sentences.len() as u64) < share).map(|line| (*line).to_owned());
        let taken: Vec<String> = taken.collect();
        lines.extend(taken.iter().map(|line| chosen(line, rng)));
        page(title, &lines)
    };
    let chapters = titles.iter().map(chapter).collect();
    Book { title: title.to_owned(), author: String::new(), language: "zh-CN".into(), chapters, ..Book::default() }
}

fn page(title: &str, lines: &[String]) -> Chapter {
    let mut html = format!("<h2>{title}</h2>");
    for line in lines.iter().skip(1) {
        html.push_str("<p>");
        html.push_str(line);
        html.push_str("</p>");
    }
    Chapter { title: title.to_owned(), depth: 0, html, text: lines.join("\n") }
}

/// Draws a cover and a picture for every third chapter.
fn illustrated(mut book: Book, what: &str, rng: &mut Rng) -> anyhow::Result<Book> {
    let mut images = vec![Image { media_type: "image/png", bytes: drawn(what, rng)? }];
    for chapter in book.chapters.iter_mut().step_by(3) {
        let n = images.len();
        images.push(Image { media_type: "image/png", bytes: drawn(what, rng)? });
        chapter.html.push_str(&picture(n));
    }
    (book.images, book.cover) = (images, Some(0));
    Ok(book)
}

fn picture(n: usize) -> String {
    format!("<img src=\"book-image:{n}\" alt=\"插图（演示）\">")
}

/// One of each `[a|b]`.
fn chosen(text: &str, rng: &mut Rng) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        out.push_str(before);
        let Some((inside, after)) = after.split_once(']') else { break };
        let all: Vec<&str> = inside.split('|').collect();
        out.push_str(rng.pick(&all).copied().unwrap_or_default());
        rest = after;
    }
    out.push_str(rest);
    out
}
