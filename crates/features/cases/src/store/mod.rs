//! All SQL of the cases.

mod apply;
mod assign_rule;
mod bulk;
mod bulk_run;
mod callback;
mod case;
mod case_file;
mod clock;
mod count;
mod cube;
mod desk;
mod desk_count;
mod desk_filter;
mod entry;
mod entry_groups;
mod entry_list;
mod entry_texts;
mod erasure;
pub(crate) mod figure;
mod filter;
mod handdown;
mod has;
mod hold;
mod joint;
mod kind_made;
pub(crate) mod ledger;
mod line;
mod list;
mod listed;
mod merger;
mod network;
mod node;
mod note;
mod phone;
mod place;
mod plan;
mod pledge;
mod presence;
mod proposal;
mod rating;
mod recall;
mod record;
mod roster;
mod search;
mod similar;
pub(crate) mod stored;
mod tree_list;
mod value;
mod wall;

pub use apply::{case_add, case_save, case_save_all, case_update};
pub use assign_rule::{
    AnswerTemplate, AssignRule, answer_template_add, answer_template_end, answer_template_list, assign_rule_add,
    assign_rule_end, assign_rule_list, assign_rule_raise,
};
pub use bulk::{case_known, counter_put_many, history_add_many, history_add_records, kind_put, receipt_add_many};
pub use bulk_run::{
    BulkRow, BulkRun, RowState, bulk_row_count, bulk_row_end, bulk_row_list, bulk_run_add, bulk_run_find, bulk_run_get,
    bulk_run_list, bulk_run_sweep,
};
pub use callback::{
    Answered, CallState, CallbackDraw, CallbackEntry, callback_answered, callback_calls, callback_commit,
    callback_counts, callback_draw_due, callback_draw_list, callback_draw_lock, callback_draw_save, callback_entry_add,
    callback_entry_list, callback_record, callback_waiting,
};
pub use case::{
    case_ancestors, case_ancestors_of, case_children, case_find, case_find_number, case_get, case_get_many, case_lock,
    case_lock_many, case_lock_same, close_counter_next, counter_next, kind_freeze, kind_stored, receipt_add,
    receipt_find, seq_taken, submission_add, submission_find,
};
pub use case_file::{CaseFile, case_file_add, case_file_drop, case_file_find, case_file_list, files_erase, files_kept};
pub use clock::{clock_add, clock_count, clock_due, clock_put, clocks_astray, holding_list};
pub use count::{
    Count, MOST_COUNTED, MOST_FOUND, case_count, case_count_exact, county_counts, decline_counts, state_counts,
    wall_count,
};
pub use cube::{Cell, cube_add, cube_cells, cube_recount, cube_stored, totals_astray};
pub use desk::{DeskCursor, DeskItem, DeskPage, DeskRow, DeskView, Duty, desk_items, desk_list, desk_put, desk_rows};
pub use desk_count::{DeskAsked, DeskCounts, DutyCount, desk_stands};
pub use desk_filter::{DeskFilter, FilterPage, desk_filter_add, desk_filter_list, desk_filter_remove};
use entry::{entry_add_many, entry_mark, entry_move};
pub use entry_groups::{EntryGroup, EntryKey, entry_groups, entry_marks};
pub use entry_list::{
    Entry, EntryCursor, EntryFilter, EntryOrder, EntryPage, entry_count, entry_lines, entry_list, entry_plan,
};
pub use erasure::{Erased, erasure_list, kept_ended, sealed_erase};
pub use filter::{CaseFilter, WallFilter, scope_reduced};
pub use handdown::{
    Handdown, HanddownAct, HanddownRow, HanddownState, handdown_add, handdown_done, handdown_find_nonce, handdown_get,
    handdown_list, handdown_waiting, handdown_waiting_count,
};
pub use has::{CaseHas, DeskBeside, DeskHas, case_has};
pub use hold::{hold_add, hold_find};
pub use joint::{JointDecision, JointRequest, JointUnit, joint_add, joint_decide, joint_list, joint_part, joint_units};
pub use kind_made::{KindMade, MadeState, kind_made_find, kind_made_list, kind_made_put, kind_publish, kind_rules};
pub use ledger::{
    counter_take, ledger_add, ledger_advance, ledger_checked, ledger_choose, ledger_chosen_count, ledger_find,
    ledger_list, ledger_list_old, ledger_message_list, ledger_notices, ledger_orgs, ledger_place, ledger_row_counts,
    ledger_row_end, ledger_row_list, ledger_row_put_many, ledger_sweep, ledger_twins, ledger_twins_skip,
    ledger_word_list, ledger_word_put_many, worksheet_list,
};
pub use line::lines_find;
pub use list::{CaseLine, Cursor, Order, Page, Slice, Towards, answers_of, case_lines, case_list};
pub use merger::merger_list;
pub use network::{network_add, network_list, network_remove};
pub use node::{
    CaseLink, CaseNode, LinkFilter, LinkGroup, link_add, link_all, link_get, link_groups, link_held, link_last,
    link_overdue, link_page, link_save, link_save_all, links_of, node_add, node_get, node_save, node_save_all,
    nodes_of,
};
pub use note::{CaseNote, note_add, note_list};
pub use phone::{
    code_put, code_sweep, code_try, notice_clear, notice_list, notice_mark, notice_pending, notice_put, notice_remove,
    phone_cases, phone_list, phone_put, phone_remove,
};
pub use place::{
    PlaceName, place_children, place_find, place_names, place_points, place_towns, place_units, places_named,
    units_named, village_open,
};
pub use plan::{case_plan, deletion_plan, desk_plan, wall_plan};
pub use pledge::{
    CaseOffer, Pledge, PledgeCount, PledgeSignature, PledgeState, PledgeTarget, PledgeVersion, Side, SignManner,
    case_offers, pledge_add, pledge_counts, pledge_find, pledge_list, pledge_lock, pledge_save, pledge_signature_add,
    pledge_signatures, pledge_signed_sides, pledge_targets, pledge_version_add, pledge_version_state, pledge_versions,
    pledge_years,
};
pub use presence::{presence_count, presence_end, presence_hold, presence_list, presence_sweep};
pub use proposal::{
    BreakdownTemplate, CaseProposal, ProposalState, breakdown_template_add, breakdown_template_list,
    breakdown_template_remove, proposal_add, proposal_counts, proposal_decide, proposal_list, proposal_waiting,
};
pub use rating::{RatingCount, rating_counts, rating_find, rating_list, rating_past, rating_past_add, rating_put};
pub use recall::{CaseRecall, recall_add, recall_list, recall_read, recall_sweep};
pub use record::{
    answer_find, answer_list, answer_put, event_add, event_list, follow_add, follow_carry, follow_copy, follow_find,
    message_add, message_list, message_list_of, message_sign, owner_add, owner_list, photo_add, photo_cover,
    photo_find, photo_list, photo_publish,
};
pub use roster::{RosterEntry, roster_add, roster_forget, roster_list, roster_on_call, roster_remove};
pub use search::{reindex, search_put, search_put_words, search_words};
pub use similar::{Near, similar_list};
pub use tree_list::{TreeFilter, TreeLine, tree_lines, tree_page};
use value::value_add_many;
pub use value::{orgs_known, value_list, value_put, values_of};
pub use wall::{echo_list, echoed, wall_cursor, wall_list, wall_page};
