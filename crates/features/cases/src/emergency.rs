//! `rules/emergency.toml`: by which words a report is taken for an emergency, and who is told when. Pure.

use std::ops::Range;

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
            let rest = unless.into_iter().fold(flat.clone(), |rest, harmless| without(&rest, harmless));
            let rest = rest.replace(PAUSE, "");
            kind.words.iter().any(|word| place_of(&rest, word).is_some())
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

/// What stands in a word of the rules for some letters of the same sentence.
const GAP: char = '…';

/// So many letters at most.
const LONGEST_GAP: usize = 6;

/// Where a word stands; one with a gap from its first letter to its last.
fn place_of(text: &str, word: &str) -> Option<Range<usize>> {
    let Some((head, tail)) = word.split_once(GAP) else {
        return text.find(word).map(|at| at..at + word.len());
    };
    text.match_indices(head).find_map(|(at, _)| {
        let rest = &text[at + head.len()..];
        let near = rest.char_indices().take_while(|(_, letter)| !['\n', PAUSE].contains(letter)).take(LONGEST_GAP + 1);
        let found = near.map(|(gap, _)| gap).find(|gap| rest[*gap..].starts_with(tail))?;
        Some(at..at + head.len() + found + tail.len())
    })
}

/// The text with a border wherever the word stood.
fn without(text: &str, word: &str) -> String {
    let (mut kept, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(place) = place_of(rest, word) {
        kept.push_str(&rest[..place.start]);
        kept.push('\n');
        rest = &rest[place.end..];
    }
    kept + rest
}

/// What stands between the halves of a sentence: harmless words do not reach across it, others may be torn by it.
const PAUSE: char = ',';

/// Without spaces and punctuation, which people put anywhere. A full stop stays a border, a comma a pause.
fn flattened(text: &str) -> String {
    let kept = text.chars().filter_map(|letter| match letter {
        '。' | '！' | '？' | '!' | '?' | '\n' | '；' | ';' => Some('\n'),
        '，' | ',' | '、' | '：' | ':' => Some(PAUSE),
        letter if letter.is_alphanumeric() => Some(letter),
        _ => None,
    });
    // 恐怕 and 可怕 fear nothing that may come, and 消防 is no 防.
    kept.collect::<String>().replace("恐怕", "恐").replace("可怕", "可").replace("消防", "消")
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
            ("窑塌了", "flood"),
            ("太可怕了孩子掉进河里", "medical"),
            ("太可怕了有人触电", "medical"),
            ("去年盖的新房子着火了", "fire"),
            ("我家着火车库里还有人", "fire"),
            ("房子着火了请求救助", "fire"),
            ("煤气管子漏气了", "gas"),
            ("一氧化碳报警器响了老人头晕", "medical"),
            ("山洪冲毁了房子人还在里面", "flood"),
            ("石头砸住人家孩子了", "flood"),
            ("有人砍人家媳妇", "violence"),
            ("孩子触电死了", "medical"),
            ("摔死了放牛的老人", "medical"),
            ("老人放羊走丢了", "missing"),
            ("发大水了，进院子了", "flood"),
            ("墙倒了砸住人", "flood"),
            ("液化气罐着火", "fire"),
            ("粮仓失火", "fire"),
            ("老人晕倒在院子里", "medical"),
            ("有人触电", "medical"),
            ("孩子掉进水窖", "medical"),
            ("羊水破了", "medical"),
            ("安眠药吃了一瓶", "self_harm"),
            ("我写好遗书了", "self_harm"),
            ("男人拿着刀堵在我家门口", "violence"),
            ("我丈夫正在打我救命", "violence"),
            ("我要炸了村委会", "violence"),
            ("高压线断了掉在地上还带电", "power"),
            ("三岁的孩子走丢了", "missing"),
            ("烟囱倒烟两个老人站不起来", "gas"),
            ("隔壁男的持刀追人", "violence"),
            ("邻居媳妇经常被家暴，今天又打", "violence"),
            ("我实在活不下去，不想活了", "self_harm"),
            ("娃娃掉进井里了", "medical"),
            ("煤气泄露了，人还在屋里", "gas"),
            ("煤气罐又漏气了，不敢开灯", "gas"),
            ("我家房子着火", "fire"),
            ("隔壁厨房起火，快来人", "fire"),
            ("大水冲进窑洞，东西都漂起来了", "flood"),
            ("人困在房顶下不来", "flood"),
            ("他把人快打死了", "violence"),
            ("说要点汽油烧了村委会", "violence"),
            ("我准备自杀", "self_harm"),
            ("再不解决我要跳河", "self_harm"),
            ("活够了，不想再说了", "self_harm"),
            ("广场上有人跳楼", "self_harm"),
            ("老人在门口晕倒了没人管", "medical"),
        ] {
            assert_eq!(found(text).as_deref(), Some(kind), "{text}");
        }
    }

    #[test]
    fn what_only_sounds_alike_is_not() {
        for text in [
            "煤气费又涨了，没人解释",
            "砍人家的树没人管",
            "杀人家的猪不赔",
            "承包地里埋人立了坟",
            "前年家里失火了救助款没到",
            "山洪冲毁的桥没修",
            "光缆被埋了",
            "暖气片漏气了",
            "装一氧化碳报警器",
            "被拐弯的大车压坏了路",
            "摔死了两头牛",
            "变压器电死了三只羊",
            "山体滑坡了的路三个月没清",
            "等着火车过去",
            "救命钱什么时候发",
            "变压器容易触电",
            "羊走丢了一只",
            "下水口和落水管堵了",
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
            "院墙塌了没人管",
            "路边没有护栏，怕娃娃掉进沟里",
            "电线乱拉，万一家里着火咋办",
            "灶房容易起火，请来看看",
            "天然气没气了，交了钱也不通",
            "路灯杆被车撞倒了",
            "被困难户名额的事困扰了半年",
            "栽的树苗都不活了",
            "商场跳楼价是骗人的",
            "有人私自焚烧垃圾，味道大",
            "村干部恶性侵占集体土地",
            "人行道护栏被车撞坏了",
            "砖厂烟囱天天冒黑烟",
            "困难产业户的补贴没发",
            "路塌了，是大车压的",
            "洪水冲毁的路一直没修",
            "燃气公司挖断水管漏水",
            "占道停车压住人行道",
            "请减轻生活负担",
            "楼上吊顶漏水",
            "我家暴雨后进水",
            "",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }

    #[test]
    fn harmless_words_hide_nothing_beside_them() {
        assert_eq!(found("先不说煤气费，现在楼里闻到煤气味").as_deref(), Some("gas"));
        assert_eq!(found("做过防溺水宣传，可是刚才有娃娃落水了").as_deref(), Some("medical"));
        for (text, kind) in [
            ("家里煤气漏报警器一直响", "gas"),
            ("快来人，万一爆炸，煤气还在漏", "gas"),
            ("我好怕，孩子掉进井里了", "medical"),
            ("老人恐怕是掉进井里了", "medical"),
            ("屋里人恐怕煤气中毒了，叫不醒", "gas"),
            ("线路容易短路，现在房子着火了", "fire"),
            ("打了消防，山火还在烧", "fire"),
            ("这种日子我不活了", "self_harm"),
            ("我怕他掉进井里了", "medical"),
            ("燃气公司门口燃气漏了", "gas"),
            ("我怕煤气中毒了，头晕得很", "gas"),
        ] {
            assert_eq!(found(text).as_deref(), Some(kind), "{text}");
        }
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
