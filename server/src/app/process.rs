//! What the process may do.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Whether a crash leaves a core file (`core_file`), as far as the system allows one. Where it is
/// written is for the system to say.
pub(super) fn allow_core_file(allowed: bool) {
    let present = getrlimit(Resource::Core);
    let wanted = Rlimit {
        current: if allowed { present.maximum } else { Some(0) },
        maximum: present.maximum,
    };
    if let Err(error) = setrlimit(Resource::Core, wanted) {
        tracing::warn!("core_file: the limit of core files can't be set: {error}");
    }
}
