//! Parts of pages that know the domain: made of components, fed by pages.

pub mod action_button;
pub mod brand;
pub mod chain_editor;
pub mod column_chooser;
pub mod command_form;
pub mod command_palette;
pub mod key_help;
pub mod kill_dialog;
pub mod navigation;
pub mod parameter_form;
pub mod pause_button;
pub mod session_connections;
pub mod session_flow;
pub mod session_overview;
pub mod session_statements;
pub mod theme_switch;
pub mod view_menu;
