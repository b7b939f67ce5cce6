//! All SQL of the cases.

mod apply;
mod bulk;
mod case;
mod clock;
mod count;
mod cube;
mod desk;
mod erasure;
pub(crate) mod figure;
mod filter;
mod line;
mod list;
mod phone;
mod place;
mod rating;
mod record;
mod search;
pub(crate) mod stored;

pub use apply::{case_add, case_save, case_update};
pub use bulk::{case_known, counter_put_many, history_add_many, kind_put, receipt_add_many};
pub use case::{
    case_ancestors, case_children, case_find, case_find_number, case_get, case_get_many, case_lock, counter_next,
    kind_freeze, kind_stored, receipt_add, receipt_find, seq_find_number, submission_add, submission_find,
};
pub use clock::{clock_due, holding_list};
pub use count::{Count, MOST_COUNTED, case_count, case_count_exact, decline_counts, state_counts, wall_count};
pub use cube::{Cell, cube_add, cube_cells, cube_recount, cube_stored, totals_astray};
pub use desk::{DeskCursor, DeskItem, DeskPage, Duty, desk_count, desk_items, desk_list, desk_put};
pub use erasure::{Erased, erasure_list, kept_ended, sealed_erase};
pub use filter::{CaseFilter, WallFilter, barred_subjects};
pub use line::{line_find, lines_find};
pub use list::{
    CaseLine, Cursor, Order, Page, Slice, Towards, answers_of, case_list, case_plan, desk_lines, echo_list, wall_list,
    wall_plan,
};
pub use phone::{
    code_put, code_sweep, code_try, notice_clear, notice_list, notice_mark, notice_pending, notice_put, notice_remove,
    phone_cases, phone_list, phone_put, phone_remove,
};
pub use place::{PlaceName, place_children, place_find, place_names};
pub use rating::{RatingCount, rating_counts, rating_find, rating_list, rating_past, rating_past_add, rating_put};
pub use record::{
    answer_find, answer_list, answer_put, event_add, event_list, follow_add, follow_carry, follow_copy, follow_find,
    message_add, message_list, message_list_of, message_sign, owner_add, owner_list, photo_add, photo_list,
    photo_publish,
};
pub use search::{reindex, search_put, search_put_words, search_words};
