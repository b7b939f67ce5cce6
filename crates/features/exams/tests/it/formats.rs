//! Questions come in and go out again without losing anything.

use huiyin_exams::question::{Body, Near, Question, Span, TextFormat, Verdict, WHOLE, Weighed, aiken, gift, sheet};
use proptest::collection::vec;
use proptest::prelude::*;

const MOODLE: &str = r"// question: 0  name: Switch category to $course$/法律
$CATEGORY: $course$/法律/宪法

// [id:宪-1] [tag:常识] [tag:a\]b] [source:宪法读本]
::宪法日::[html]<p>国家宪法日是哪一天？</p>{
~12月10日#那是另一个日子
=12月4日#对
~%50%12月3日
}

哪些是三原色{~%33.33333%红 ~%33.33333%黄 ~%33.33333%蓝 ~%-100%绿 ####三个}

太阳从西边出来。{F#不对#对了}

{=明月 =%50%月亮 ~太阳}在天上

《村规民约》由{=村民会议 =村民*会议}制定。

一年有几个月{#12}

水的沸点{#=100:0.5 =%50%98..102#差一点 ~#不对}

连一连{
=春 -> 播种
=秋 -> 收获
####一年两季
}

下列步骤{>ALL VERTICAL
先开会
再公示
后执行}

谈谈体会。{}

花括号写作\{ 和 \}，比例 3\:1，换行\n这里{TRUE}

这是一段说明，不是题

没有合上{=甲

问{~甲 ~乙}
";

#[test]
fn the_whole_syntax_of_gift_is_read() {
    let found = gift::read(MOODLE);
    let lines: Vec<u32> = found.faults.iter().map(|(line, _)| *line).collect();
    assert_eq!(found.faults.len(), 3, "{:?}", found.faults);
    assert_eq!(lines, [38, 40, 42], "{:?}", found.faults);
    let all: Vec<&Question> = found.questions.iter().map(|(_, question)| question).collect();
    assert_eq!(all.len(), 11);
    assert_eq!(
        (all[0].name.as_str(), all[0].format, all[0].category.as_str()),
        ("宪法日", TextFormat::Html, "法律/宪法")
    );
    assert_eq!((all[0].tags.clone(), all[0].source.as_str()), (vec!["常识".to_owned(), "a]b".into()], "宪法读本"));
    assert_eq!(all[0].line(), "国家宪法日是哪一天？");
    assert_eq!((all[0].mark("1"), all[0].mark("2")), (Verdict::Part(WHOLE), Verdict::Part(WHOLE / 2)));
    assert_eq!((all[1].mark("0,1,2"), all[1].feedback.as_str()), (Verdict::Part(WHOLE), "三个"));
    assert_eq!(
        (all[3].stem.as_str(), all[3].tail.as_deref(), all[3].mark("1")),
        ("", Some("在天上"), Verdict::Part(WHOLE / 2))
    );
    assert!(matches!(&all[2].body, Body::Truth { right: false, wrong_feedback, .. } if wrong_feedback == "不对"));
    assert_eq!((all[4].tail.as_deref(), all[4].mark("村民代表会议")), (Some("制定。"), Verdict::Part(WHOLE)));
    assert_eq!(
        (all[5].mark("12"), all[6].mark("100.4"), all[6].mark("98")),
        (Verdict::Part(WHOLE), Verdict::Part(WHOLE), Verdict::Part(WHOLE / 2))
    );
    assert_eq!((all[7].mark("0,1"), all[8].mark("0,1,2")), (Verdict::Part(WHOLE), Verdict::Part(WHOLE)));
    assert_eq!(all[9].mark("想法"), Verdict::Marker);
    assert_eq!(all[10].stem, "花括号写作{ 和 }，比例 3:1，换行\n这里");
}

#[test]
fn aiken_names_the_line_of_every_fault() {
    let text = "哪个是红的\nA. 苹果\nB) 黄瓜\nANSWER: A\n\n没有答案\nA. 甲\nB. 乙\n\n问\nA. 甲\nB. 乙\nANSWER: D\n\nANSWER: A\n";
    let found = aiken::read(text);
    assert_eq!(found.questions.len(), 1);
    assert_eq!(found.questions[0].1.mark("0"), Verdict::Part(WHOLE));
    assert_eq!(found.faults.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [6, 10, 15], "{:?}", found.faults);
}

#[test]
fn a_sheet_is_read_row_by_row_and_written_again() {
    let csv = "题型,题干,选项A,选项B,选项C,答案,解析,分类\n单选,一加一,1,2,3,B,数一数,数\n多选题,哪些对,甲,乙,丙,AC,,\n\
        判断,地是平的,,,,错,,\n填空,首都,,,,北京|北京市,,\n不知道,问,,,,,,\n单选,问,甲,乙,,D,,\n";
    let (found, _) = sheet::read("题.csv", csv.as_bytes()).unwrap();
    assert_eq!(found.questions.len(), 4, "{:?}", found.faults);
    assert_eq!(found.faults.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [6, 7]);
    let mut all: Vec<Question> = found.questions.into_iter().map(|(_, question)| question).collect();
    all.extend(gift::read(MOODLE).questions.into_iter().map(|(_, question)| question));
    let bytes = sheet::write(&all).unwrap();
    let (again, _) = sheet::read("题.xlsx", &bytes).unwrap();
    assert_eq!(again.faults, []);
    assert_eq!(again.questions.into_iter().map(|(_, question)| question).collect::<Vec<_>>(), all);
}

#[test]
fn rubbish_is_told_and_not_taken() {
    for text in
        ["{", "}", "{{{{", "::", "::a", "$CATEGORY:", "a{#x}", "a{=%x%b}", "a{~%50%b}", "\\", "a{>}", "[html]{}"]
    {
        assert!(gift::read(text).questions.is_empty(), "{text}");
    }
    assert!(aiken::read(&"A. ".repeat(10_000)).questions.is_empty());
    assert!(sheet::read("a.xlsx", b"PK\x03\x04rubbish").is_err());
}

/// Texts with everything that the syntax knows, without blanks at their ends.
fn text() -> impl Strategy<Value = String> {
    "[甲乙a-c~=#{}:/%>\\\\.\\-\\[\\] n\n]{1,12}"
        .prop_map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
        .prop_map(|text| if text.is_empty() { "甲\n乙".to_owned() } else { text })
}

fn weighed(weight: i32) -> impl Strategy<Value = Weighed> {
    (text(), prop_oneof![Just(String::new()), text()]).prop_map(move |(text, feedback)| Weighed {
        text,
        weight,
        feedback,
    })
}

fn body() -> impl Strategy<Value = Body> {
    let single = (weighed(WHOLE), vec((-100..=99_i32).prop_flat_map(|w| weighed(w * 77_777)), 1..5));
    let many = (weighed(WHOLE), vec((-100..=100_i32).prop_flat_map(|w| weighed(w * 100_000)), 1..5));
    let fill = (weighed(WHOLE), vec((0..=100_i32).prop_flat_map(|w| weighed(w * 100_000)), 0..3));
    let number = prop_oneof![
        (-1_000_i32..1_000, 0_i32..50).prop_map(|(value, tolerance)| Span::About {
            value: f64::from(value) / 8.0,
            tolerance: f64::from(tolerance) / 4.0
        }),
        (-1_000_i32..0, 0_i32..1_000)
            .prop_map(|(low, high)| Span::Between { low: f64::from(low) / 8.0, high: f64::from(high) }),
    ];
    let numeric = vec(number.prop_map(|span| Near { span, weight: WHOLE, feedback: String::new() }), 1..4);
    prop_oneof![
        single.prop_map(|(right, mut options)| {
            options.push(right);
            Body::Choice { many: false, options }
        }),
        many.prop_map(|(right, mut options)| {
            options.push(right);
            Body::Choice { many: true, options }
        }),
        (any::<bool>(), text(), text()).prop_map(|(right, wrong_feedback, right_feedback)| Body::Truth {
            right,
            wrong_feedback,
            right_feedback
        }),
        fill.prop_map(|(right, mut answers)| {
            answers.push(right);
            Body::Fill { answers }
        }),
        numeric.prop_map(|answers| Body::Numeric { answers }),
        vec(text(), 2..6).prop_map(|items| Body::Order { items }),
        vec((text(), text()), 2..6).prop_map(|pairs| Body::Match { pairs }),
        any::<bool>().prop_map(|own| Body::Short { own }),
    ]
}

fn question() -> impl Strategy<Value = Question> {
    let format = prop_oneof![Just(TextFormat::Plain), Just(TextFormat::Html), Just(TextFormat::Markdown)];
    let maybe = || prop_oneof![Just(String::new()), text()];
    let word = "[甲乙丙丁\\]\\\\a]{1,5}";
    (maybe(), format, text(), proptest::option::of(text()), body(), maybe(), vec(word, 0..3), word).prop_map(
        |(name, format, stem, tail, body, feedback, tags, source)| Question {
            name: name.replace('\n', " "),
            format,
            tail,
            feedback,
            tags,
            source,
            category: "法律/宪法".into(),
            ..Question::new(stem, body)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn gift_loses_nothing(all in vec(question(), 1..4)) {
        let text = gift::write(&all);
        let found = gift::read(&text);
        prop_assert_eq!(&found.faults, &[], "{}", text);
        let again: Vec<Question> = found.questions.into_iter().map(|(_, question)| question).collect();
        prop_assert_eq!(again, all, "{}", text);
    }

    #[test]
    fn a_row_loses_nothing(question in question()) {
        let row = sheet::to_row(&question);
        let cells: Vec<&str> = row.iter().map(String::as_str).collect();
        prop_assert_eq!(sheet::from_row(&cells), Ok(question));
    }

    #[test]
    fn no_text_breaks_a_reader(text in "[甲a~=#{}:/%>\\\\.\\-\\[\\]\n A-CNSWER]{0,80}") {
        let found = gift::read(&text);
        prop_assert!(found.questions.iter().all(|(_, question)| question.fault().is_none()));
        let found = aiken::read(&text);
        prop_assert!(found.questions.iter().all(|(_, question)| question.fault().is_none()));
    }

    #[test]
    fn no_answer_is_worth_more_than_all(question in question(), given in "[0-9,甲.a ]{0,12}") {
        if let Verdict::Part(part) = question.mark(&given) {
            prop_assert!((0..=WHOLE).contains(&part));
        }
    }
}
