//! No core file and no foreign debugger: what is in memory stays there.
//!
//! A core dump of the daemon holds keys, and one of the process that reads a document holds the document. Both give up
//! the right to be dumped before they do anything else: the size of a core file is limited to nothing, and the process
//! is marked as not to be dumped, which also holds for dumps that the kernel hands to a program, and keeps other processes
//! of the same user from reading its memory. Neither can be taken back by a limit set from outside.

use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

/// Gives the right to be dumped up.
pub fn forbid() -> rustix::io::Result<()> {
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable)
}

#[cfg(test)]
mod tests {
    use rustix::process::{DumpableBehavior, Resource, dumpable_behavior, getrlimit};

    #[test]
    fn a_process_that_forbade_dumps_has_none() {
        super::forbid().expect("lowering is always allowed");
        let limit = getrlimit(Resource::Core);
        assert_eq!((limit.current, limit.maximum), (Some(0), Some(0)));
        assert_eq!(dumpable_behavior().expect("asked"), DumpableBehavior::NotDumpable);
    }
}
