//! Attacks the files of user_mapping_file and user_accounts_file.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sluicegate_server::auth::UserMapping;
use sluicegate_server::auth::accounts::AccountsFile;

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = (UserMapping::parse(text), AccountsFile::parse(text));
    }
});
