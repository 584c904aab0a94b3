//! What the kernel says of the process (proc_pid_stat(5), proc_pid_fd(5)), in the names of
//! Prometheus' client libraries.

use std::fs;

use nix::sys::resource::{Resource, getrlimit};
use nix::unistd::{SysconfVar, sysconf};

use super::Text;

/// The places of fields in `/proc/self/stat` after the name in parentheses.
const UTIME: usize = 11;
const STIME: usize = 12;
const START: usize = 19;
const VIRTUAL: usize = 20;
const RESIDENT: usize = 21;

/// Writes the metrics; what the kernel does not tell is left out.
pub fn write(text: &mut Text) {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<u64> = stat
        .rsplit(") ")
        .next()
        .unwrap_or_default()
        .split(' ')
        .map(|field| field.parse().unwrap_or(0))
        .collect();
    let field = |place: usize| fields.get(place).copied().unwrap_or(0);
    let ticks = sysconf(SysconfVar::CLK_TCK)
        .ok()
        .flatten()
        .unwrap_or(100)
        .max(1);
    let page = sysconf(SysconfVar::PAGE_SIZE)
        .ok()
        .flatten()
        .unwrap_or(4096);
    #[allow(clippy::cast_precision_loss)]
    let seconds = |count: u64| count as f64 / ticks as f64;
    text.count(
        "process_cpu_seconds_total",
        "Total user and system CPU time spent in seconds.",
        seconds(field(UTIME) + field(STIME)),
    );
    text.gauge(
        "process_resident_memory_bytes",
        "Resident memory size in bytes.",
        field(RESIDENT) * u64::try_from(page).unwrap_or(4096),
    );
    text.gauge(
        "process_virtual_memory_bytes",
        "Virtual memory size in bytes.",
        field(VIRTUAL),
    );
    if let Some(boot) = boot_time() {
        text.gauge(
            "process_start_time_seconds",
            "Start time of the process since unix epoch in seconds.",
            boot + seconds(field(START)),
        );
    }
    if let Ok(open) = fs::read_dir("/proc/self/fd") {
        // Reading the directory has it open as well.
        text.gauge(
            "process_open_fds",
            "Number of open file descriptors.",
            open.count().saturating_sub(1),
        );
    }
    if let Ok((most, _)) = getrlimit(Resource::RLIMIT_NOFILE) {
        text.gauge(
            "process_max_fds",
            "Maximum number of open file descriptors.",
            most,
        );
    }
}

/// When the system started, in seconds since the epoch.
fn boot_time() -> Option<f64> {
    let stat = fs::read_to_string("/proc/stat").ok()?;
    let line = stat.lines().find_map(|line| line.strip_prefix("btime "))?;
    line.parse().ok()
}
