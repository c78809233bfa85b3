//! What the process uses, as the kernel tells it (proc(5), *status*).

use std::fs;

/// Memory of the process, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ProcessMemory {
    /// In memory now.
    pub resident: u64,
    /// The most that was in memory.
    pub resident_peak: u64,
    /// Addresses in use.
    pub virtual_size: u64,
    /// Swapped out.
    pub swapped: u64,
}

/// Memory of this process now; zero where the kernel does not tell.
pub fn memory() -> ProcessMemory {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    of(&status)
}

fn of(status: &str) -> ProcessMemory {
    let bytes = |name| bytes_of(status, name);
    ProcessMemory {
        resident: bytes("VmRSS"),
        resident_peak: bytes("VmHWM"),
        virtual_size: bytes("VmSize"),
        swapped: bytes("VmSwap"),
    }
}

/// The bytes in the line `NAME: 12 kB` of a text of the kernel's; 0 where it has none.
pub(super) fn bytes_of(text: &str, name: &str) -> u64 {
    let mut lines = text.lines();
    let rest = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let kib = rest.and_then(|rest| rest.trim().strip_suffix("kB"));
    let kib = kib.and_then(|kib| kib.trim().parse::<u64>().ok());
    kib.map_or(0, |kib| kib << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_read_from_what_the_kernel_tells() {
        let status = "Name:\tx\nVmSize:\t  2048 kB\nVmHWM:\t 12 kB\nVmRSS:\t      4 kB\n";
        let expected = ProcessMemory {
            resident: 4096,
            resident_peak: 12_288,
            virtual_size: 2 << 20,
            swapped: 0,
        };
        assert_eq!(of(status), expected);
        assert!(memory().resident > 0);
    }
}
