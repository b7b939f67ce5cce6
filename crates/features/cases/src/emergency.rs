//! `rules/emergency.toml`: by which words a report is taken for an emergency, and who is told when. Pure.

use chrono::TimeDelta;
use huiyin_base::Instant;
use huiyin_db::text_enum;
use serde::Deserialize;

use crate::rules::RulesError;

text_enum! {
    /// Where an emergency stands.
    pub enum Urgent {
        Flagged = "flagged" / "紧急，待处置",
        Confirmed = "confirmed" / "紧急，已处置",
        Lifted = "lifted" / "不是紧急情况",
    }
}

/// `rules/emergency.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmergencyRules {
    #[serde(rename = "from")]
    _from: toml::value::Datetime,
    /// Hours in which somebody must have dealt with it, at any time of day.
    pub hours: i64,
    #[serde(rename = "step")]
    steps: Vec<EmergencyStep>,
    #[serde(rename = "kind")]
    kinds: Vec<EmergencyKind>,
}

/// Who is told next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// Everybody at the county's desk.
    Desk,
    /// The desk one level up.
    AboveDesk,
}

/// One step after the post on call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmergencyStep {
    /// Minutes after it came in.
    pub minutes: i64,
    /// Who is told.
    pub to: Told,
}

/// One kind of emergency.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmergencyKind {
    /// Its word.
    pub id: String,
    /// What people read.
    pub label: String,
    /// Whom to call now.
    pub call: String,
    words: Vec<String>,
    #[serde(default)]
    unless: Vec<String>,
}

impl EmergencyRules {
    /// Reads the file.
    pub fn parse(text: &str) -> Result<Self, RulesError> {
        let mut rules: Self = toml::from_str(text)?;
        rules.steps.sort_by_key(|step| step.minutes);
        let short = rules.kinds.iter().flat_map(|kind| &kind.words).find(|word| word.chars().count() < 2);
        match short {
            Some(word) => Err(RulesError::Rule(format!("the emergency word {word} is found in too much"))),
            None => Ok(rules),
        }
    }

    /// What the words of a report may mean, if an emergency.
    pub fn found(&self, title: &str, text: &str) -> Option<&EmergencyKind> {
        let flat = flattened(&format!("{title}\n{text}"));
        self.kinds.iter().find(|kind| {
            // Longest first, or a shorter one would leave its rest standing.
            let mut unless: Vec<&String> = kind.unless.iter().collect();
            unless.sort_by_key(|word| std::cmp::Reverse(word.len()));
            let rest = unless.into_iter().fold(flat.clone(), |rest, harmless| rest.replace(harmless.as_str(), "\n"));
            kind.words.iter().any(|word| rest.contains(word.as_str()))
        })
    }

    /// A kind by its word.
    pub fn kind(&self, id: &str) -> Option<&EmergencyKind> {
        self.kinds.iter().find(|kind| kind.id == id)
    }

    /// The step after so many, and when it is due.
    pub fn step(&self, since: Instant, taken: i64) -> Option<(EmergencyStep, Instant)> {
        let step = self.steps.get(usize::try_from(taken).ok()?)?;
        Some((*step, since + TimeDelta::minutes(step.minutes)))
    }

    /// By when somebody must have dealt with it.
    pub fn due(&self, since: Instant) -> Instant {
        since + TimeDelta::hours(self.hours)
    }
}

/// Without spaces and punctuation, which people put anywhere. A full stop stays a border.
fn flattened(text: &str) -> String {
    let kept = text.chars().filter_map(|letter| match letter {
        '。' | '！' | '？' | '!' | '?' | '\n' | '；' | ';' => Some('\n'),
        letter if letter.is_alphanumeric() => Some(letter),
        _ => None,
    });
    kept.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> EmergencyRules {
        EmergencyRules::parse(include_str!("../../../../rules/emergency.toml")).unwrap()
    }

    fn found(text: &str) -> Option<String> {
        rules().found("", text).map(|kind| kind.id.clone())
    }

    #[test]
    fn what_cannot_wait_is_found() {
        for (text, kind) in [
            ("二单元楼道里闻到煤气味，谁来看看", "gas"),
            ("家里 煤 气 泄 漏 了", "gas"),
            ("村后头柴房着火了！快来", "fire"),
            ("河里发洪水，已经进院子", "flood"),
            ("窑洞塌了，老人还在里面", "flood"),
            ("隔壁男的持刀追人", "violence"),
            ("邻居媳妇经常被家暴，今天又打", "violence"),
            ("我实在活不下去，不想活了", "self_harm"),
            ("娃娃掉进井里了", "medical"),
        ] {
            assert_eq!(found(text).as_deref(), Some(kind), "{text}");
        }
    }

    #[test]
    fn what_only_sounds_alike_is_not() {
        for text in [
            "煤气费又涨了，没人解释",
            "天然气费收得不合理",
            "希望加强防火宣传，去年着火了没人管",
            "路口要是着火了，消防车进不来",
            "村里没有防山洪的设施，万一发洪水咋办",
            "自来水管被埋在路下面，修不成",
            "冬天要发防煤气中毒的宣传单",
            "水塘边没有护栏，请做好防溺水",
            "旱得果树活不下去",
            "三轮车轮胎漏气了没处补",
            "断水三天了，老人挑水很困难",
            "低保名额不公平，村主任优亲厚友",
            "",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }

    #[test]
    fn harmless_words_hide_nothing_beside_them() {
        assert_eq!(found("先不说煤气费，现在楼里闻到煤气味").as_deref(), Some("gas"));
        assert_eq!(found("做过防溺水宣传，可是刚才有娃娃落水了").as_deref(), Some("medical"));
    }

    #[test]
    fn two_hours_are_two_hours_over_midnight_and_over_a_holiday() {
        let since: Instant = "2016-09-30T15:59:30Z".parse().unwrap();
        assert_eq!(rules().due(since), "2016-09-30T17:59:30Z".parse::<Instant>().unwrap());
        let (step, at) = rules().step(since, 0).unwrap();
        assert_eq!((step.to, at), (Told::Desk, "2016-09-30T16:59:30Z".parse().unwrap()));
        assert_eq!(rules().step(since, 2), None);
    }
}
