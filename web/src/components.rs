//! Parts of pages that know no domain type and fetch nothing: what they show and what they report is
//! handed to them. One file per component.

pub mod action_menu;
pub mod badge;
pub mod banner;
pub mod button;
pub mod chart;
pub mod check_box;
pub mod data_table;
pub mod dialog;
pub mod facts;
pub mod holding;
pub mod icon;
pub mod menu;
pub mod notice;
pub mod panel;
pub mod radio_group;
pub mod remark;
pub mod resize;
pub mod search_box;
pub mod segmented;
pub mod skeleton;
pub mod status;
pub mod text_field;
pub mod virtual_list;
pub mod virtual_table;
