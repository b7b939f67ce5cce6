//! A request for data: what the system holds it answers itself, what repeats is refused, what remains is asked once.

use huiyin_figures::Registry;

use crate::store::field_request::Field;

/// The most fields of one request.
pub(crate) const MOST_FIELDS: usize = 10;
/// The longest a request runs, in days.
pub(crate) const LONGEST_DAYS: i64 = 92;

/// What came of looking at what is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It may be asked; some of it may be held.
    Open(Vec<Field>),
    /// Everything is held already.
    Held(Vec<Field>),
    /// A request in force asks the same: its number as people read it.
    Repeats(Vec<Field>, String),
}

/// Looks at what is asked for: figures that were chosen, and words that were written one a line.
pub(crate) fn judge(registry: &Registry, chosen: &[String], written: &str, in_force: &[(String, String)]) -> Verdict {
    let mut fields: Vec<Field> = Vec::new();
    for id in chosen {
        if let Some(figure) = registry.find(id) {
            push(&mut fields, figure.name.to_owned(), Some(figure.id.to_owned()));
        }
    }
    for line in written.lines().map(str::trim).filter(|line| !line.is_empty()) {
        // Whoever writes the name of what is held asks for what is held.
        let held = registry.all().iter().find(|figure| plain(figure.name) == plain(line) || figure.id == line);
        match held {
            Some(figure) => push(&mut fields, figure.name.to_owned(), Some(figure.id.to_owned())),
            None => push(&mut fields, line.to_owned(), None),
        }
    }
    let open: Vec<&Field> = fields.iter().filter(|field| field.figure.is_none()).collect();
    if open.is_empty() {
        return Verdict::Held(fields);
    }
    let repeated = |field: &&Field| in_force.iter().find(|(label, _)| plain(label) == plain(&field.label));
    if let Some((_, number)) = open.iter().find_map(repeated) {
        let number = number.clone();
        return Verdict::Repeats(fields, number);
    }
    Verdict::Open(fields)
}

fn push(fields: &mut Vec<Field>, label: String, figure: Option<String>) {
    if fields.iter().any(|field| plain(&field.label) == plain(&label)) {
        return;
    }
    let position = i64::try_from(fields.len()).unwrap_or(0) + 1;
    fields.push(Field { position, label, figure });
}

/// A name without what does not tell it apart: spaces, marks, 数 and 情况 at its end.
fn plain(name: &str) -> String {
    let letters: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let ends = ["情况", "数量", "总数", "个数", "数"];
    ends.iter().find_map(|end| letters.strip_suffix(end)).map_or(letters.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_repeats_is_found_however_it_is_dressed() {
        let registry = Registry::new();
        let in_force = [("留守儿童数".to_owned(), "2016-1".to_owned())];
        assert!(
            matches!(judge(&registry, &[], " 留守 儿童情况 ", &in_force), Verdict::Repeats(_, number) if number == "2016-1")
        );
        let Verdict::Open(fields) = judge(&registry, &[], "养老院\n\n养老院数\n敬老院", &in_force) else {
            panic!("open")
        };
        assert_eq!(fields.iter().map(|field| field.label.as_str()).collect::<Vec<_>>(), ["养老院", "敬老院"]);
        assert_eq!(judge(&registry, &["unknown".into()], "", &in_force), Verdict::Held(vec![]));
    }
}
