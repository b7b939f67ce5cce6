use std::collections::{BTreeMap, BTreeSet};

use huiyin_base::Rng;
use huiyin_city::texts::{Handled, Teller, topics};

fn handled() -> Handled {
    Handled {
        unit: "县水务局".into(),
        phone: "0911-0100037".into(),
        post: "办公室主任".into(),
        visit: "3月2日".into(),
        finish: "3月9日".into(),
    }
}

#[test]
fn thirty_thousand_texts_are_nearly_all_distinct_and_none_has_a_gap() {
    let mut seen = BTreeSet::new();
    let mut lengths = BTreeMap::new();
    for number in 0..31_602_u64 {
        let topic = &topics()[usize::try_from(number).unwrap() % topics().len()];
        let village = format!("村{}", number % 1_959);
        let mut teller = Teller::new(topic, &village, number % 9 == 0, false, Rng::fork(number, "text"));
        let written = teller.problem();
        let answer = teller.solved(&handled(), false);
        for text in [&written.title, &written.text, &answer] {
            assert!(!text.contains(['{', '}', '[', ']', '|', '=']) && !text.contains(".."), "{text}");
            assert!(!text.contains("。。") && !text.contains("，。"), "{text}");
        }
        let length = written.text.chars().count();
        assert!((8..=460).contains(&length), "{length}: {}", written.text);
        assert!((4..=60).contains(&written.title.chars().count()), "{}", written.title);
        assert!(answer.contains("0911-0100037") && answer.chars().count() > 30, "{answer}");
        *lengths.entry(length / 50).or_insert(0) += 1;
        seen.insert(written.text);
    }
    assert!(seen.len() > 31_400, "{} distinct", seen.len());
    assert!(lengths.len() >= 5, "one line to a few hundred characters: {lengths:?}");
}

#[test]
fn every_sub_category_but_the_empty_one_has_texts() {
    let rules: toml::Table = toml::from_str(include_str!("../../../../rules/problem-categories.toml")).unwrap();
    let told: BTreeSet<&str> = topics().iter().map(|topic| topic.sub.as_str()).collect();
    let mut subs = BTreeSet::new();
    for category in rules["category"].as_array().unwrap() {
        for sub in category["sub"].as_array().unwrap() {
            subs.insert(sub["id"].as_str().unwrap());
        }
    }
    assert!(subs.remove("other"));
    assert_eq!(told, subs);
}

#[test]
fn an_answer_speaks_of_the_same_spot_and_number_as_the_problem() {
    let water = topics().iter().find(|topic| topic.sub == "water").unwrap();
    let mut compared = 0;
    for seed in 0..200 {
        let mut teller = Teller::new(water, "柳树湾村", false, false, Rng::seeded(seed));
        let written = teller.problem();
        let answer = teller.solved(&handled(), false);
        let households = |text: &str| {
            text.split("户").next().and_then(|head| {
                let digits: String = head.chars().rev().take_while(char::is_ascii_digit).collect();
                (!digits.is_empty()).then(|| digits.chars().rev().collect::<String>())
            })
        };
        if written.text.contains("户人吃") || written.text.contains("户人全") {
            let Some(asked) =
                households(written.text.split("户人").next().map(|head| format!("{head}户")).as_deref().unwrap())
            else {
                continue;
            };
            if answer.contains("户都已通水") {
                assert!(answer.contains(&format!("{asked}户都已通水")), "{} / {answer}", written.text);
                compared += 1;
            }
        }
    }
    assert!(compared > 3, "{compared}");
}

#[test]
fn short_texts_of_every_kind_can_be_said() {
    for seed in 0..50 {
        let mut teller = Teller::new(&topics()[0], "柳树湾村", false, true, Rng::seeded(seed));
        teller.solved(&handled(), true);
        teller.explained(&handled());
        teller.know("due", "11月20日");
        teller.know("other", "县交通运输局");
        for key in [
            "talk.ask",
            "talk.reply",
            "talk.chase",
            "talk.progress",
            "reason.decline",
            "reason.return",
            "reason.pause_season",
            "reason.resume",
            "reason.refer_12345",
            "reason.merge",
            "reason.refuse_close",
            "reason.objection",
            "reason.goal",
            "reason.accept",
            "rating.five",
            "rating.one",
        ] {
            let said = teller.say(key);
            assert!(!said.contains(['{', '[']), "{key}: {said}");
        }
    }
}

#[test]
fn every_case_of_a_topic_has_a_way_to_be_told_and_answered() {
    for topic in topics() {
        for seed in 0..120 {
            for explained in [false, true] {
                let mut teller = Teller::new(topic, "柳树湾村", false, explained, Rng::seeded(seed));
                let written = teller.problem();
                assert!(!written.title.is_empty() && !written.text.is_empty(), "{}", topic.sub);
                let answer = if explained { teller.explained(&handled()) } else { teller.solved(&handled(), false) };
                assert!(answer.chars().count() > 40, "{}: {answer}", topic.sub);
            }
        }
    }
}

#[test]
fn an_answer_is_about_the_same_thing_as_the_problem() {
    // Words of one case of a topic, and words that only another case of it has.
    let pairs = [
        ("公厕", "河道垃圾"),
        ("快递", "机关食堂"),
        ("冰雹", "腐烂病"),
        ("工钱", "排水"),
        ("身份证丢了", "窗口没有一次性"),
        ("地界", "补偿款"),
    ];
    for topic in topics() {
        for seed in 0..300 {
            let mut teller = Teller::new(topic, "柳树湾村", false, false, Rng::seeded(seed));
            let written = teller.problem();
            let answer = teller.solved(&handled(), false);
            for (asked, other) in pairs {
                let said = written.title.contains(asked) || written.text.contains(asked);
                assert!(!(said && answer.contains(other)), "{} {} / {answer}", written.title, written.text);
            }
        }
    }
}
