use std::sync::LazyLock;

use serde::Deserialize;

use super::Parts;

/// One kind of trouble, with what people say of it and what offices answer.
#[derive(Debug)]
pub struct Topic {
    /// The sub-category of `rules/problem-categories.toml`.
    pub sub: String,
    /// How often it is met in each month, January first.
    pub months: [u64; 12],
    /// Where it can happen.
    pub place: TopicPlace,
    /// The office of the village that the case is about, such as 村党支部书记.
    pub about: Option<String>,
    /// The county department that handles it, where that is not the one of its sub-category.
    pub owner: Option<String>,
    /// What solving it costs, in thousands of yuan, from and to.
    pub cost: (i64, i64),
    pub(crate) parts: Parts,
}

/// Where a topic can happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TopicPlace {
    /// In villages only.
    Village,
    /// In communities only.
    Community,
    /// In both.
    Any,
}

/// Every topic, in the order of the files.
pub fn topics() -> &'static [Topic] {
    static TOPICS: LazyLock<Vec<Topic>> = LazyLock::new(|| {
        let files = [
            include_str!("../../texts/leadership.toml"),
            include_str!("../../texts/infrastructure.toml"),
            include_str!("../../texts/industry.toml"),
            include_str!("../../texts/village_affairs.toml"),
        ];
        files.iter().flat_map(|text| read::<File>(text).topic).map(Topic::from).collect()
    });
    &TOPICS
}

/// The lists that every text may use, by `section.key`.
pub(crate) fn common() -> &'static Parts {
    static COMMON: LazyLock<Parts> = LazyLock::new(|| {
        let mut parts = Parts::new();
        flatten("", &read::<toml::Table>(include_str!("../../texts/common.toml")), &mut parts);
        parts
    });
    &COMMON
}

fn flatten(prefix: &str, table: &toml::Table, parts: &mut Parts) {
    for (key, value) in table {
        let path = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        match value {
            toml::Value::Table(inner) => flatten(&path, inner, parts),
            toml::Value::Array(list) => {
                let words: Vec<String> = list.iter().filter_map(|word| word.as_str().map(str::to_owned)).collect();
                // Parts are named without their section where a text uses them.
                if prefix != "problem.form" {
                    parts.insert(key.clone(), words.clone());
                }
                parts.insert(path, words);
            }
            _ => {}
        }
    }
}

#[derive(Deserialize)]
struct File {
    topic: Vec<TopicFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TopicFile {
    sub: String,
    #[serde(default = "even")]
    months: [u64; 12],
    #[serde(default = "any")]
    place: TopicPlace,
    about: Option<String>,
    owner: Option<String>,
    cost: (i64, i64),
    title: Vec<String>,
    core: Vec<String>,
    effect: Vec<String>,
    wish: Vec<String>,
    cause: Vec<String>,
    done: Vec<String>,
    next: Vec<String>,
    unsolved: Vec<String>,
}

impl From<TopicFile> for Topic {
    fn from(file: TopicFile) -> Self {
        let parts = [
            ("title", file.title),
            ("core", file.core),
            ("effect", file.effect),
            ("wish", file.wish),
            ("cause", file.cause),
            ("done", file.done),
            ("next", file.next),
            ("unsolved", file.unsolved),
        ];
        Self {
            sub: file.sub,
            months: file.months,
            place: file.place,
            about: file.about,
            owner: file.owner,
            cost: file.cost,
            parts: parts.into_iter().map(|(key, list)| (key.to_owned(), list)).collect(),
        }
    }
}

fn even() -> [u64; 12] {
    [3; 12]
}

fn any() -> TopicPlace {
    TopicPlace::Any
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> T {
    toml::from_str(text).unwrap_or_else(|error| panic!("a text file of the demo city is broken: {error}"))
}
