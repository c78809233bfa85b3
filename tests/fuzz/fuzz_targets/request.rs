//! Attacks the decoders of all requests but COM_QUERY and COM_CHANGE_USER.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sluicegate_server::wire::request::{
    FieldList, InitDb, ProcessKill, SetOption, StmtBulkExecute, StmtExecute, StmtFetch,
    StmtSendLongData, set_statement_id, statement_id,
};

fuzz_target!(|data: &[u8]| {
    let _ = (
        InitDb::decode(data),
        ProcessKill::decode(data),
        SetOption::decode(data),
    );
    let _ = (
        FieldList::decode(data),
        StmtExecute::decode(data),
        StmtBulkExecute::decode(data),
    );
    let _ = (StmtFetch::decode(data), StmtSendLongData::decode(data));
    let id = statement_id(data);
    let mut changed = data.to_vec();
    if set_statement_id(&mut changed, 7) {
        assert_eq!(statement_id(&changed), Ok(Some(7)));
        assert!(set_statement_id(&mut changed, id.unwrap().unwrap()));
        assert_eq!(changed, data);
    }
});
