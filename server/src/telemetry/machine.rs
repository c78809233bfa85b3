//! The machine and its system, as the kernel tells them (proc(5), cgroups(7)).

use std::fs;
use std::num::NonZeroUsize;
use std::thread::available_parallelism;

use super::process::bytes_of;

/// What the gateway runs on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Machine {
    /// Cores that the process may use.
    pub cores_available: usize,
    /// Cores that the machine has.
    pub cores: usize,
    /// Memory that the process may use, in bytes.
    pub memory_available: u64,
    /// Memory that the machine has, in bytes.
    pub memory: u64,
    /// The system's name: `Linux`.
    pub system: String,
    /// The machine's name in the network.
    pub node: String,
    /// The kernel's release.
    pub release: String,
    /// The kernel's version.
    pub version: String,
}

/// The machine now. What the kernel does not tell is 0 or empty.
pub fn machine() -> Machine {
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let kernel = |name: &str| {
        read(format!("/proc/sys/kernel/{name}"))
            .trim_end()
            .to_owned()
    };
    let memory = bytes_of(&read("/proc/meminfo".to_owned()), "MemTotal");
    let limit = read("/sys/fs/cgroup/memory.max".to_owned());
    let limit = limit.trim().parse().unwrap_or(u64::MAX);
    let available = available_parallelism().map_or(1, NonZeroUsize::get);
    let cores = processors(&read("/proc/cpuinfo".to_owned()));
    Machine {
        cores_available: available,
        cores: cores.max(available),
        memory_available: memory.min(limit),
        memory,
        system: kernel("ostype"),
        node: kernel("hostname"),
        release: kernel("osrelease"),
        version: kernel("version"),
    }
}

fn processors(cpuinfo: &str) -> usize {
    let lines = cpuinfo.lines();
    lines.filter(|line| line.starts_with("processor")).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_is_read_from_what_the_kernel_tells() {
        assert_eq!(
            bytes_of("MemTotal:       24684092 kB\nMemFree: 1 kB\n", "MemTotal"),
            24_684_092 << 10
        );
        assert_eq!(bytes_of("nothing", "MemTotal"), 0);
        assert_eq!(
            processors("processor\t: 0\nmodel\t: x\nprocessor\t: 1\n"),
            2
        );
        let machine = machine();
        assert!(machine.cores_available > 0 && machine.memory > 0);
        assert_eq!(machine.system, "Linux");
    }
}
