//! What was chosen for a kind, as the same rules as in `rules/kinds`: made from nothing, or over a kind that comes with the program.

use std::fmt::Write as _;

use huiyin_base::{Day, Problem};
use huiyin_directory::OrgKind;

use crate::{Action, DESKS, Kind, KindField, MadeField, MadeKind, Rulebook, Standing};

/// Where each of the four times of a kind holds.
const LEVELS: [(&str, OrgKind); 4] = [
    ("\"village\", \"community\"", OrgKind::Village),
    ("\"township\"", OrgKind::Township),
    (
        "\"department\", \"enterprise\", \"social_org\", \"committee\", \"general_branch\", \"branch\"",
        OrgKind::Department,
    ),
    ("\"county\", \"city\"", OrgKind::County),
];

/// The fields that `rules/kinds/states/rated.toml` adds, as they are printed.
const RATED: [&str; 3] = ["rated_for", "rated_against", "rated_abstained"];

/// Who may own what is handed down, unless the kind says it.
const OWNERS: [&str; 5] = ["case_officer", "branch_secretary", "township_staff", "county_staff", "city_staff"];

fn quoted(word: &str) -> String {
    toml::Value::String(word.to_owned()).to_string()
}

fn list<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    words.into_iter().map(quoted).collect::<Vec<_>>().join(", ")
}

impl MadeKind {
    /// A kind that comes with the program, as what could have been chosen for it: to be changed in a version of one's own. None for what is
    /// not handed down.
    pub fn of(kind: &Kind) -> Option<Self> {
        if !kind.is_issued() {
            return None;
        }
        let days = |level: OrgKind| kind.days(level);
        let mark = kind.close_number.as_deref().unwrap_or_default();
        let mark = mark.trim_start_matches("{county}").split('销').next().unwrap_or_default();
        let desk =
            DESKS.iter().filter(|(word, _)| kind.roles(Standing::Desk).iter().any(|role| role.as_str() == *word));
        let does = |action| kind.transitions.iter().any(|row| row.action == action);
        Some(Self {
            name: kind.name.clone(),
            label: kind.label.clone(),
            mark: mark.to_owned(),
            public_ledger: kind.public_ledger,
            // Its vote is its own, and stays.
            rated: false,
            pauses: does(Action::Pause),
            watch: kind.window.unwrap_or(0),
            desk: desk.map(|(word, _)| (*word).to_owned()).collect(),
            verifier: kind.verifier.as_str().to_owned(),
            sign: days(OrgKind::Village).map_or(2, |days| days.sign),
            days: LEVELS.map(|(_, level)| days(level).map_or(30, |days| days.answer)),
            fields: kind.fields.iter().map(MadeField::of).collect(),
        })
    }

    /// What was chosen for a version of a kind that comes with the program. What programs write into it stays: its fields, their types and
    /// options; more may be added, and nothing new is asked for from the beginning.
    pub fn settled_over(mut self, base: &Kind, book: &Rulebook, before: &[Self]) -> Result<Self, Problem> {
        let fault = |message: String| Err(Problem::invalid(message));
        let Some(shipped) = Self::of(base) else { return Err(Problem::not_found()) };
        self.mark.clone_from(&shipped.mark);
        self.watch = if shipped.watch > 0 { self.watch.max(1) } else { self.watch };
        let all: Vec<Self> = std::iter::once(shipped).chain(before.iter().cloned()).collect();
        let mut made = self.settled(book, &all)?;
        for field in &base.fields {
            let Some(kept) = made.fields.iter_mut().find(|kept| kept.id == field.id) else {
                return fault(format!("“{}”是随程序提供的一项，不能去掉，可以改名称和提示。", field.label));
            };
            kept.required = field.required;
            if let Some(gone) = field.options.iter().find(|option| !kept.words.contains(&option.id)) {
                return fault(format!("“{}”的选项“{}”不能去掉或改名，可以再加。", field.label, gone.label));
            }
        }
        let own = |field: &&mut MadeField| base.field(&field.id).is_none();
        made.fields.iter_mut().filter(own).for_each(|field| field.required = false);
        Ok(made)
    }

    /// The rules, as in `rules/kinds/NAME.toml`; over a kind that comes with the program with what that one has besides.
    pub fn rules(&self, base: Option<&Kind>, version: i64, from: Day) -> Result<Kind, Problem> {
        let mut text = String::new();
        let mut states = vec!["issued"];
        states.extend(self.pauses.then_some("paused"));
        states.extend((self.watch > 0).then_some("watched"));
        let printed = base.iter().flat_map(|base| base.print.iter().map(String::as_str));
        let new = self.fields.iter().map(|field| field.id.as_str());
        let new = new.filter(|id| base.is_none_or(|base| base.field(id).is_none()));
        // A kind that comes with the program has its own vote or none.
        let rated = base.is_none() && self.rated;
        states.extend(rated.then_some("rated"));
        let votes = RATED.into_iter().filter(|_| rated);
        let number = base.and_then(|base| base.close_number.clone());
        let number = number.unwrap_or_else(|| format!("{{county}}{}销〔{{year}}〕{{n:05}}号", self.mark));
        // Writing to a text never fails.
        let _ = write!(
            text,
            "name = {}\nlabel = {}\nversion = {version}\nfrom = {from}\npublic = false\nrated = false\npublic_ledger = {}\nbegins = \"issuer\"\n\
             verifier = {}\nstates = [{}]\nclose_number = {}\nprint = [{}]\n",
            quoted(&self.name),
            quoted(&self.label),
            self.public_ledger,
            quoted(&self.verifier),
            list(states),
            quoted(&number),
            list(printed.chain(new).chain(votes)),
        );
        if self.watch > 0 {
            let _ = writeln!(text, "window = {}", self.watch);
        }
        self.write_who(base, &mut text);
        for ((kinds, level), answer) in LEVELS.iter().zip(self.days) {
            let sign = self.sign_at(base, *level);
            let _ = write!(text, "\n[[level]]\nkinds = [{kinds}]\nsign = {sign}\nanswer = {answer}\n");
        }
        self.fields.iter().for_each(|field| field.write(&mut text));
        Kind::parse(&text).map_err(Problem::broken)
    }

    /// What its states are called, by what vote it ends, and who does what.
    fn write_who(&self, base: Option<&Kind>, text: &mut String) {
        if let Some(vote) = base.and_then(|base| base.vote.as_ref()) {
            let _ = write!(
                text,
                "\n[vote]\nfavour = {}\nagainst = {}\nabstained = {}\nfails_over = {}\n",
                quoted(&vote.favour),
                quoted(&vote.against),
                quoted(&vote.abstained),
                vote.fails_over
            );
        }
        text.push_str("\n[labels]\n");
        if let Some(base) = base {
            for (state, label) in &base.labels {
                let _ = writeln!(text, "{} = {}", state.as_str(), quoted(label));
            }
        } else {
            let closed = if self.watch > 0 { "巩固期满" } else { "已销号" };
            let _ = writeln!(text, "answered = \"已销号\"\nclosed = \"{closed}\"\nposted = \"待交办\"");
        }
        // Roles that are not offered stay where they were.
        let desk = |standing| {
            let was: Vec<&str> =
                base.map_or(&[][..], |base| base.roles(standing)).iter().map(|role| role.as_str()).collect();
            let stays = |role: &&str| {
                self.desk.iter().any(|chosen| chosen == role) || DESKS.iter().all(|(word, _)| word != role)
            };
            let new = self.desk.iter().map(String::as_str).filter(|role| !was.contains(role));
            list(was.iter().copied().filter(stays).chain(new))
        };
        let owners: Vec<&str> = match base {
            Some(base) => base.roles(Standing::OwnerOrg).iter().map(|role| role.as_str()).collect(),
            None => OWNERS.to_vec(),
        };
        let _ = write!(
            text,
            "\n[who]\ndesk = [{}]\nowner_org = [{}]\nverifier = [{}]\n",
            desk(Standing::Desk),
            list(owners),
            desk(Standing::Verifier)
        );
    }

    /// Days to sign: where they were not changed, each level keeps its own.
    fn sign_at(&self, base: Option<&Kind>, level: OrgKind) -> u32 {
        let of = |level| base.and_then(|base| base.days(level)).map(|days| days.sign);
        if of(OrgKind::Village) == Some(self.sign) { of(level).unwrap_or(self.sign) } else { self.sign }
    }
}

impl MadeField {
    fn of(field: &KindField) -> Self {
        Self {
            id: field.id.clone(),
            label: field.label.clone(),
            kind: field.kind.as_str().to_owned(),
            options: field.options.iter().map(|option| option.label.clone()).collect(),
            words: field.options.iter().map(|option| option.id.clone()).collect(),
            required: field.required,
            filter: field.filter,
            sort: field.sort,
            public: field.public,
            hint: field.hint.clone(),
            slot: field.slot,
        }
    }

    fn write(&self, text: &mut String) {
        let word = |at: usize| self.words.get(at).cloned().unwrap_or_else(|| format!("o{}", at + 1));
        let options = self.options.iter().enumerate();
        let options = options.map(|(at, label)| format!("{{ id = {}, label = {} }}", quoted(&word(at)), quoted(label)));
        let options: Vec<String> = options.collect();
        let slot = self.slot.map(|slot| format!("slot = {slot}\n")).unwrap_or_default();
        let _ = write!(
            text,
            "\n[[field]]\nid = {}\nlabel = {}\ntype = {}\nrequired = {}\nfilter = {}\nsort = {}\npublic = {}\nhint = {}\noptions = [{}]\n{slot}",
            quoted(&self.id),
            quoted(&self.label),
            quoted(&self.kind),
            self.required,
            self.filter,
            self.sort,
            self.public,
            quoted(&self.hint),
            options.join(", "),
        );
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use huiyin_base::WorkCalendar;

    use super::*;

    fn book() -> Rulebook {
        let calendar = WorkCalendar::parse(include_str!("../../../../data/work-calendar.csv")).unwrap();
        Rulebook::built_in(Arc::new(calendar)).unwrap()
    }

    #[test]
    fn what_comes_with_the_program_and_is_not_changed_stays_the_same() {
        let book = book();
        for base in book.issued_kinds() {
            let made = MadeKind::of(base).unwrap().settled_over(base, &book, &[]).unwrap();
            let again = made.rules(Some(base), base.version, base.from).unwrap();
            assert_eq!(Kind { text: base.text.clone(), ..again }, *base, "{}", base.name);
        }
        assert!(MadeKind::of(book.kind("problem").unwrap()).is_none());
    }

    #[test]
    fn what_programs_write_into_it_is_not_taken_away() {
        let book = book();
        let base = book.kind("weak_body").unwrap();
        let changed = |change: fn(&mut MadeKind)| {
            let mut made = MadeKind::of(base).unwrap();
            change(&mut made);
            made.settled_over(base, &book, &[])
        };
        let more = changed(|made| {
            made.label = "软弱涣散村整顿".into();
            made.fields[0].options.push("其他".into());
            let field =
                MadeField { label: "联系电话".into(), kind: "text".into(), required: true, ..MadeField::default() };
            made.fields.push(field);
        });
        let more = more.unwrap().rules(Some(base), 2, base.from).unwrap();
        assert!(more.vote.is_some() && more.fields.last().is_some_and(|field| field.id == "f1" && !field.required));
        assert_eq!(more.fields[0].options.last().unwrap().id, "o1");
        assert!(changed(|made| made.fields.truncate(3)).unwrap_err().message.contains("不能去掉"));
        assert!(changed(|made| made.fields[0].options.truncate(2)).unwrap_err().message.contains("不能去掉或改名"));
        assert!(changed(|made| made.fields[1].kind = "number".into()).is_err());
    }
}
