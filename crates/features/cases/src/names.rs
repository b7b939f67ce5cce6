//! Personal names in a text: a surname with one or two further letters, and something beside it that only stands beside a
//! name. A guess, put as a question; nothing is refused for it.

use crate::privacy::{Private, PrivateKind};

/// The commonest surnames, without those that begin everyday words even beside a title.
const SURNAMES: &str = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文樊拓呼惠折强";
const DOUBLE_SURNAMES: [&str; 6] = ["欧阳", "上官", "司马", "诸葛", "皇甫", "令狐"];

/// What stands before a name.
const BEFORE: [&str; 44] = [
    "名叫",
    "我叫",
    "他叫",
    "她叫",
    "叫做",
    "我是",
    "姓名：",
    "姓名:",
    "姓名",
    "村民",
    "居民",
    "群众",
    "邻居",
    "户主",
    "书记",
    "支书",
    "主任",
    "村长",
    "组长",
    "队长",
    "会计",
    "文书",
    "干部",
    "老师",
    "医生",
    "大夫",
    "贫困户",
    "低保户",
    "五保户",
    "联系人",
    "负责人",
    "老板",
    "司机",
    "房东",
    "儿子",
    "女儿",
    "丈夫",
    "妻子",
    "媳妇",
    "父亲",
    "母亲",
    "爱人",
    "本人",
    "同村",
];

/// What stands after a name.
const AFTER: [&str; 39] = [
    "先生",
    "女士",
    "同志",
    "老师",
    "医生",
    "大夫",
    "师傅",
    "书记",
    "支书",
    "主任",
    "村长",
    "镇长",
    "乡长",
    "局长",
    "组长",
    "队长",
    "会计",
    "老板",
    "经理",
    "大爷",
    "大娘",
    "大妈",
    "阿姨",
    "叔叔",
    "老汉",
    "一家",
    "家里",
    "家门",
    "家的",
    "家院",
    "家门口",
    "的电话",
    "的手机",
    "的身份证",
    "本人",
    "（身份证",
    "（男",
    "（女",
    "，身份证",
];

/// What may follow a name whose beginning was announced.
const ENDS: &str = "，。！？；：、,.!?;: \n\t（）()“”\"说家的和与跟在把被是等打反找去来一因住从向给让也就都要电";

/// What may stand before a name whose end was announced.
const BEGINS: &str = "，。！？；：、,.!?;: \n\t（）()“”\"找跟和与向给由让被把对是请问叫为替代因";

/// Letters that are no part of a given name.
const NEVER: &str = "的了是在我有和就不人都也很到说要去你会着没这那们他她它吗呢吧把被让给从向跟与或但而因所等已还又再村镇乡县区市省组户家路街水电管费钱元年月日时分号第个些每各几两四五六七八九十百千处里边上下前后左右东西南北内外主任书记老师局部门站院校厂店所委会员";

/// Words that begin with a surname and are no name.
const WORDS: &[&str] = &[
    "高中", "高速", "高压", "高温", "高级", "马路", "马上", "黄河", "黄土", "白天", "石头", "石油", "金额", "方面",
    "方便", "方案", "方向", "安全", "常年", "常常", "常务", "武装", "万一", "文化", "文件", "文明", "田地", "田间",
    "于是", "任何", "任务", "任职", "许多", "周围", "周末", "周边", "张贴", "段时", "江边", "易地", "易发", "何时",
    "何况", "何必", "余下", "康复", "雷雨", "夏季", "夏天", "程度", "曾经", "顾客", "史料", "龙头", "汤药", "叶子",
    "林业", "林场", "杜绝", "谢谢", "惠民", "惠农", "强制", "强行", "强烈", "呼吁", "折腾", "折断", "毛病", "毛巾",
    "孔子", "钟头", "石板", "石料", "贺信", "白酒", "金融", "金属", "秦岭", "江河", "陆续", "余款", "万元", "钱款",
    "钱财", "高新", "高龄", "高效", "方圆", "方可", "文艺", "文体", "常见", "常住", "常规", "武警", "任由", "任意",
    "许可", "周期", "夏收", "贾村", "梁峁", "石窑", "康养",
];

/// Every place that looks like a person's name, in order.
pub(crate) fn names_in(text: &str) -> Vec<Private> {
    let letters: Vec<(usize, char)> = text.char_indices().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        match name_at(text, &letters, at) {
            Some(length) => {
                let end = letters.get(at + length).map_or(text.len(), |next| next.0);
                found.push(Private { kind: PrivateKind::Name, start: letters[at].0, end });
                at += length;
            }
            None => at += 1,
        }
    }
    found
}

/// How many letters the name that begins at `at` has.
fn name_at(text: &str, letters: &[(usize, char)], at: usize) -> Option<usize> {
    let start = letters[at].0;
    let rest = &text[start..];
    let surname = if DOUBLE_SURNAMES.iter().any(|name| rest.starts_with(name)) {
        2
    } else if SURNAMES.contains(letters[at].1) {
        1
    } else {
        return None;
    };
    if WORDS.iter().any(|word| rest.starts_with(word)) {
        return None;
    }
    let given = letters[at + surname..].iter().take(2).take_while(|letter| is_given(letter.1)).count();
    let before = &text[..start];
    let announced = BEFORE.iter().any(|word| before.ends_with(word));
    let free = at == 0 || BEGINS.contains(letters[at - 1].1) || announced;
    // The longer reading first: 王建国 before 王建.
    (1..=given).rev().map(|given| surname + given).find(|length| {
        let after = letters.get(at + length).map_or("", |next| &text[next.0..]);
        let titled = AFTER.iter().any(|word| after.starts_with(word));
        let ends = after.chars().next().is_none_or(|next| ENDS.contains(next));
        (titled && free) || (announced && ends)
    })
}

fn is_given(letter: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&letter) && !NEVER.contains(letter)
}

/// The names in a text, each once, to be asked about; nothing where there is none.
pub(crate) fn name_list(text: &str) -> Option<String> {
    let names: std::collections::BTreeSet<&str> =
        names_in(text).into_iter().map(|private| &text[private.start..private.end]).collect();
    (!names.is_empty()).then(|| names.into_iter().collect::<Vec<_>>().join("、"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<&str> {
        names_in(text).iter().map(|name| &text[name.start..name.end]).collect()
    }

    #[test]
    fn names_with_something_beside_them_are_found() {
        for (text, name) in [
            ("村民王建国说水管坏了", "王建国"),
            ("我叫李秀英，住在三组", "李秀英"),
            ("请找张伟老师问一下", "张伟"),
            ("户主：不在；户主刘大山的电话打不通", "刘大山"),
            ("低保户赵小军家没有领到", "赵小军"),
            ("欧阳明先生垫付了钱", "欧阳明"),
            ("负责人高飞，联系人马丽。", "高飞"),
            ("邻居郝二牛把路占了", "郝二牛"),
            ("陈桂花（女，72岁）没有养老金", "陈桂花"),
        ] {
            assert!(names(text).contains(&name), "{text}: {:?}", names(text));
        }
    }

    #[test]
    fn everyday_words_are_no_names() {
        for text in [
            "高中老师反映马路上石头多，方便的时候请派人看看",
            "村民高度重视，周围群众任何时候都可以提，谢谢",
            "安全员没有到岗，常务会议纪要没有公开",
            "万元以上的项目要公示，文化书记室常年锁着",
            "自来水三天没来了，老人要到沟里挑水。",
            "村主任和书记都不在，找不到人",
            "柳河镇上湾村三组的路灯坏了，晚上娃娃放学看不见",
            "群众强烈要求惠民资金张贴公示",
            "居民任意停车，金额不清，白天黑夜噪音大",
            "本人江边有一块田地被占",
            "干部马上就来，会计许可之后再说",
        ] {
            assert_eq!(names(text), Vec::<&str>::new(), "{text}");
        }
    }

    #[test]
    fn no_text_makes_it_panic() {
        for text in ["", "王", "村民王", "我叫😀李", "\u{202e}我叫张三\u{202c}", "王王王王王王"] {
            let _ = names(text);
        }
        assert_eq!(names("我叫张三"), ["张三"]);
    }
}
