//! All SQL of questions and tests.

mod bank;
mod contest;
mod exam;
mod heat;
mod late;
mod sheet;
mod sitting;

pub use bank::{
    NewRow, QuestionFilter, QuestionRow, VersionRow, question_add, question_categories, question_count, question_find,
    question_list, question_lock, question_pool, question_retire, question_version_add, version_list,
};
pub use contest::{
    Contest, ContestEntry, ContestItem, ContestKind, Phase, contest_add, contest_answer_add, contest_answer_counts,
    contest_answer_find, contest_best, contest_find, contest_item_body, contest_item_list, contest_list, contest_lock,
    contest_nonce, contest_step, contest_sweep, entry_delete, entry_find, entry_put,
};
pub use exam::{
    Exam, ExamItem, ExamSection, ExamState, Feedback, exam_add, exam_change, exam_find, exam_item_list, exam_item_put,
    exam_list_of, exam_list_open, exam_lock, exam_nonce, exam_section_list, item_question_list,
};
pub use heat::{
    Heat, HeatResult, HeatRule, heat_add, heat_due, heat_exams, heat_firsts, heat_free, heat_list, heat_names, heat_of,
    heat_results, heat_settle,
};
pub use late::{
    LateRow, LateState, late_add, late_count, late_decide, late_find, late_list, late_list_of, late_list_waiting,
};
pub use sheet::{
    Sheet, SheetPart, sheet_codes_put, sheet_entered, sheet_get, sheet_list_out, sheet_lookup, sheet_opened, sheet_put,
    sheet_try,
};
pub use sitting::{
    AnswerRow, ItemTotal, Sitting, SittingState, answer_list, answer_list_many, answer_mark, answer_put,
    item_total_add, item_total_list, sitting_add, sitting_close_due, sitting_count, sitting_find, sitting_get,
    sitting_get_many, sitting_list, sitting_lock, sitting_marked, sitting_recent, sitting_state, sitting_submit,
    sitting_submitted, sitting_sweep, sitting_total, unmarked_list,
};
