//! Prints a sample of what the demo city invents.
#![expect(clippy::print_stdout, reason = "an example talks")]

use huiyin_base::Rng;
use huiyin_city::texts::{Handled, Teller, topics};

fn main() {
    let handled = Handled {
        unit: "县水务局".into(),
        phone: "0911-0100037".into(),
        post: "办公室主任".into(),
        visit: "3月2日".into(),
        finish: "3月9日".into(),
    };
    for (number, topic) in (0..).zip(topics()) {
        let mut teller = Teller::new(topic, "柳树湾村", number % 9 == 0, number % 5 == 4, Rng::fork(number, "look"));
        let written = teller.problem();
        println!("【{}】{}\n{}", topic.sub, written.title, written.text);
        println!(
            "  答：{}\n",
            if number % 5 == 4 { teller.explained(&handled) } else { teller.solved(&handled, false) }
        );
    }
}
