//! What is written into a case: title and text, a day to answer by, the fields of its kind. Nothing in it names a person by a number.

use huiyin_base::{Day, Problem};

use crate::moves::Done;
use crate::privacy::forbidden_in;
use crate::transition::{Ask, Draft};
use crate::{CaseItem, FieldValue, Rulebook};

/// Fills in fields while the work goes on; the history says which.
pub(crate) fn record(ask: &Ask<'_, '_>, values: &[FieldValue], draft: &mut Draft) -> Done {
    let given = ask.kind.checked(values, false)?;
    let stands =
        |id: &str| ask.facts.values.iter().find(|known| known.field == id).and_then(|known| known.value.as_ref());
    draft.values = given.into_iter().filter(|given| stands(&given.field) != given.value.as_ref()).collect();
    let labels = draft.values.iter().filter_map(|value| ask.kind.field(&value.field)).map(|field| field.label.as_str());
    let labels: Vec<&str> = labels.collect();
    if labels.is_empty() && ask.said.is_empty() {
        return Err(Problem::invalid("没有变化。请改一项，或者写一句进展。"));
    }
    without_private("进展", ask.said)?;
    let changed = if labels.is_empty() { String::new() } else { format!("更新了{}", labels.join("、")) };
    let parts: Vec<&str> = [ask.said, changed.as_str()].into_iter().filter(|part| !part.is_empty()).collect();
    draft.said = Some(parts.join("；"));
    Ok(())
}

impl Rulebook {
    /// Title and text as others read them.
    pub(crate) fn set_text(&self, title: &str, text: &str, after: &mut CaseItem) -> Done {
        let (title, text) = (title.trim(), text.trim());
        self.check_length(title, text)?;
        without_private("标题和内容", title)?;
        without_private("标题和内容", text)?;
        (after.title, after.text) = (title.to_owned(), text.to_owned());
        Ok(())
    }

    /// Refuses a title and text that are empty or longer than any that is taken.
    pub(crate) fn check_length(&self, title: &str, text: &str) -> Done {
        let (limit, title, text) = (self.rules.limit, title.trim(), text.trim());
        if title.is_empty() || title.chars().count() > limit.title {
            return Err(Problem::invalid(format!("标题要填写，最多 {} 字。", limit.title)));
        }
        if text.is_empty() || text.chars().count() > limit.text {
            return Err(Problem::invalid(format!("内容要填写，最多 {} 字。", limit.text)));
        }
        Ok(())
    }
}

/// The public sees no number that names a person.
pub(crate) fn without_private(field: &str, text: &str) -> Done {
    let Some(kind) = forbidden_in(text) else { return Ok(()) };
    Err(Problem::invalid(format!("{field}里有{}，请隐去后再提交。", kind.label())))
}

impl Rulebook {
    /// The day to answer by: a working day that is not over.
    pub(crate) fn set_deadline(&self, deadline: Day, today: Day, after: &mut CaseItem) -> Done {
        if deadline < today {
            return Err(Problem::invalid("期限不能早于今天，请重新选择。"));
        }
        if !self.calendar.is_working(deadline) {
            return Err(Problem::invalid(format!("{}是休息日，请选一个工作日。", deadline.chinese())));
        }
        let from = after.answer_from.unwrap_or(today);
        after.answer_from = Some(from);
        after.answer_days = self.calendar.working_days_between(from, deadline) - after.paused_days;
        after.due_answer = Some(deadline);
        Ok(())
    }
}
