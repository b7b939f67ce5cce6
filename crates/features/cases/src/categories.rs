//! What a problem may be about: `rules/problem-categories.toml`.

use serde::Deserialize;

use crate::rules::RulesError;

/// The categories in the order of the file.
#[derive(Clone, Debug)]
pub struct Categories(Vec<Category>);

/// One category.
#[derive(Clone, Debug, Deserialize)]
pub struct Category {
    /// Its word, stored with each case; never reused.
    pub id: String,
    /// The name in the published review.
    pub name: String,
    /// A shorter name for tables.
    #[serde(default)]
    pub short: String,
    /// Words residents use.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// What is below it.
    #[serde(default)]
    pub sub: Vec<SubCategory>,
}

/// One sub-category.
#[derive(Clone, Debug, Deserialize)]
pub struct SubCategory {
    /// Its word.
    pub id: String,
    /// What people read.
    pub name: String,
    /// Words residents use; the form suggests by them.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Who usually handles it: `village`, `township`, or the short name of the county department.
    #[serde(default)]
    pub owner: String,
}

impl Categories {
    /// Reads the file.
    pub fn parse(text: &str) -> Result<Self, RulesError> {
        #[derive(Deserialize)]
        struct CategoriesFile {
            category: Vec<Category>,
        }
        let file: CategoriesFile = toml::from_str(text)?;
        Ok(Self(file.category))
    }

    /// All of them.
    pub fn all(&self) -> &[Category] {
        &self.0
    }

    /// One by its word.
    pub fn find(&self, id: &str) -> Option<&Category> {
        self.0.iter().find(|category| category.id == id)
    }

    /// A sub-category by the words of both.
    pub fn sub(&self, category: &str, sub: &str) -> Option<&SubCategory> {
        self.find(category)?.sub.iter().find(|found| found.id == sub)
    }

    /// Whether the pair may be stored: the category is known, and so is its sub-category where one is named.
    pub fn allows(&self, category: &str, sub: &str) -> bool {
        self.find(category).is_some_and(|found| sub.is_empty() || found.sub.iter().any(|other| other.id == sub))
    }

    /// The name of a category; its word where the list no longer knows it.
    pub fn name<'a>(&'a self, id: &'a str) -> &'a str {
        self.find(id).map_or(id, |category| category.name.as_str())
    }

    /// The categories and sub-categories whose name says these words.
    pub fn named(&self, words: &str) -> Vec<(&Category, Option<&SubCategory>)> {
        let mut found = Vec::new();
        for category in &self.0 {
            if category.name.contains(words) || category.short.contains(words) {
                found.push((category, None));
            }
            found.extend(category.sub.iter().filter(|sub| sub.name.contains(words)).map(|sub| (category, Some(sub))));
        }
        found
    }

    /// The sub-category whose alias stands in `text`, the longest first.
    pub fn suggest(&self, text: &str) -> Option<(&Category, &SubCategory)> {
        let pairs = self.0.iter().flat_map(|category| category.sub.iter().map(move |sub| (category, sub)));
        let hits = pairs.filter_map(|(category, sub)| {
            let longest = sub.aliases.iter().filter(|alias| text.contains(alias.as_str())).map(String::len).max()?;
            Some((longest, category, sub))
        });
        hits.max_by_key(|(longest, _, _)| *longest).map(|(_, category, sub)| (category, sub))
    }
}
