//! The system calls that reading a document needs.
//!
//! A list of what is allowed, because a list of what is forbidden is never complete. Everything else fails with
//! `EPERM`, which a library that merely asks takes as "no" and goes on; a call that would leave the process simply
//! does not happen. Threads may be started, processes may not: `clone` is allowed only with the thread flag, and
//! `clone3`, whose flags a filter cannot see, is answered with `ENOSYS` so that the C library falls back to `clone`.

use std::collections::BTreeMap;

use libc::c_long;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    TargetArch,
};

use crate::extract::confine::Hold;

/// Memory, time, threads, and files that are open already.
const COMPUTE: &[c_long] = &[
    libc::SYS_brk,
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_close,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_fcntl,
    libc::SYS_fstat,
    libc::SYS_futex,
    libc::SYS_getpid,
    libc::SYS_getrandom,
    libc::SYS_gettid,
    libc::SYS_lseek,
    libc::SYS_madvise,
    libc::SYS_membarrier,
    libc::SYS_mmap,
    libc::SYS_mprotect,
    libc::SYS_mremap,
    libc::SYS_munmap,
    libc::SYS_nanosleep,
    libc::SYS_newfstatat,
    libc::SYS_ppoll,
    libc::SYS_pread64,
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_restart_syscall,
    libc::SYS_rseq,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sched_getaffinity,
    libc::SYS_sched_yield,
    libc::SYS_set_robust_list,
    libc::SYS_sigaltstack,
    libc::SYS_statx,
    libc::SYS_sysinfo,
    libc::SYS_uname,
    libc::SYS_write,
    libc::SYS_writev,
];

/// What starting a permitted program and waiting for it takes on top; Landlock says which files it may open.
const RUN_PROGRAM: &[c_long] = &[
    libc::SYS_clone,
    libc::SYS_dup,
    libc::SYS_dup3,
    libc::SYS_execve,
    libc::SYS_faccessat,
    libc::SYS_faccessat2,
    libc::SYS_fadvise64,
    libc::SYS_getcwd,
    libc::SYS_getdents64,
    libc::SYS_getegid,
    libc::SYS_geteuid,
    libc::SYS_getgid,
    libc::SYS_getppid,
    libc::SYS_getuid,
    libc::SYS_ioctl,
    libc::SYS_kill,
    libc::SYS_openat,
    libc::SYS_pipe2,
    libc::SYS_pidfd_send_signal,
    libc::SYS_readlinkat,
    libc::SYS_set_tid_address,
    libc::SYS_wait4,
    libc::SYS_waitid,
];

/// Older calls of the same kinds, which not every architecture has.
#[cfg(target_arch = "x86_64")]
const COMPUTE_OLD: &[c_long] = &[libc::SYS_poll];
#[cfg(target_arch = "x86_64")]
const RUN_OLD: &[c_long] = &[
    libc::SYS_access,
    libc::SYS_arch_prctl,
    libc::SYS_dup2,
    libc::SYS_open,
    libc::SYS_pipe,
    libc::SYS_readlink,
    libc::SYS_stat,
    libc::SYS_vfork,
];
#[cfg(not(target_arch = "x86_64"))]
const COMPUTE_OLD: &[c_long] = &[];
#[cfg(not(target_arch = "x86_64"))]
const RUN_OLD: &[c_long] = &[];

/// Puts the filter on every thread of this process.
pub(super) fn filter(permit_program: bool) -> Hold {
    let apply = || -> Result<(), Box<dyn std::error::Error>> {
        // Two filters, because one has one answer for what it refuses; the kernel takes the strictest.
        for program in [without_clone3()?, allow_list(permit_program)?] {
            seccompiler::apply_filter_all_threads(&program)?;
        }
        Ok(())
    };
    if apply().is_ok() { Hold::Full } else { Hold::Missing }
}

fn without_clone3() -> Result<BpfProgram, Box<dyn std::error::Error>> {
    let rules = BTreeMap::from([(libc::SYS_clone3, Vec::new())]);
    compile(rules, SeccompAction::Allow, SeccompAction::Errno(libc::ENOSYS.cast_unsigned()))
}

fn allow_list(permit_program: bool) -> Result<BpfProgram, Box<dyn std::error::Error>> {
    let mut rules: BTreeMap<c_long, Vec<SeccompRule>> =
        COMPUTE.iter().chain(COMPUTE_OLD).map(|number| (*number, Vec::new())).collect();
    // The first filter answers; were it missing, this one refuses.
    rules.insert(libc::SYS_clone3, Vec::new());
    rules.insert(libc::SYS_clone, vec![SeccompRule::new(vec![only_threads()?])?]);
    rules.insert(libc::SYS_tgkill, vec![SeccompRule::new(vec![only_itself()?])?]);
    rules.insert(libc::SYS_prlimit64, vec![SeccompRule::new(vec![only_asks()?])?]);
    if permit_program {
        rules.extend(RUN_PROGRAM.iter().chain(RUN_OLD).map(|number| (*number, Vec::new())));
    }
    compile(rules, SeccompAction::Errno(libc::EPERM.cast_unsigned()), SeccompAction::Allow)
}

fn only_threads() -> Result<SeccompCondition, seccompiler::BackendError> {
    let flag = u64::from(libc::CLONE_THREAD.cast_unsigned());
    SeccompCondition::new(0, SeccompCmpArgLen::Qword, SeccompCmpOp::MaskedEq(flag), flag)
}

/// Aborting is sending a signal to oneself; nobody else may be sent one.
fn only_itself() -> Result<SeccompCondition, seccompiler::BackendError> {
    let own = u64::from(std::process::id());
    SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, own)
}

/// Limits may be asked for, not set.
fn only_asks() -> Result<SeccompCondition, seccompiler::BackendError> {
    SeccompCondition::new(2, SeccompCmpArgLen::Qword, SeccompCmpOp::Eq, 0)
}

fn compile(
    rules: BTreeMap<c_long, Vec<SeccompRule>>,
    otherwise: SeccompAction,
    listed: SeccompAction,
) -> Result<BpfProgram, Box<dyn std::error::Error>> {
    let architecture = TargetArch::try_from(std::env::consts::ARCH)?;
    Ok(SeccompFilter::new(rules, otherwise, listed, architecture)?.try_into()?)
}
