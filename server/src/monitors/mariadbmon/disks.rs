//! The disks of a server, as MariaDB's plugin `disks` tells them.

use crate::backend::Rows;
use crate::config::DiskLimits;

/// Asks for the disks; the user needs the privilege FILE.
pub(super) const DISKS: &str = "SELECT Path, Total, Available FROM information_schema.disks";

/// What the disks are like.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Disks {
    /// Whether one of them is used as much as its limit says, or more.
    pub(super) is_full: bool,
    /// Paths with a limit that the server does not have.
    pub(super) missing: Vec<String>,
}

/// Judges the answer by the limits.
pub(super) fn judge(rows: &Rows, limits: &DiskLimits) -> Disks {
    let number = |row, column| rows.text(row, column)?.parse::<u64>().ok();
    let disks = (0..rows.rows.len()).filter_map(|row| {
        let used_percent = used_percent(number(row, "Total")?, number(row, "Available")?);
        Some((rows.text(row, "Path")?, used_percent))
    });
    let disks: Vec<_> = disks.collect();
    let is_full = disks.iter().any(|(path, used)| {
        limits
            .of(path)
            .is_some_and(|limit| *used >= u64::from(limit))
    });
    let has = |path: &str| disks.iter().any(|(other, _)| other == path);
    Disks {
        is_full,
        missing: limits
            .paths()
            .filter(|path| !has(path))
            .map(str::to_owned)
            .collect(),
    }
}

/// What nobody but root may still use counts as used.
fn used_percent(total: u64, available: u64) -> u64 {
    let used = u128::from(total.saturating_sub(available));
    // A percentage of a total that is not zero: at most 100.
    (used * 100).checked_div(u128::from(total)).unwrap_or(0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Values;
    use crate::config::tables;

    fn limits(text: &str) -> DiskLimits {
        let given = [("address", "a"), ("disk_space_threshold", text)];
        let values = Values::given(tables::SERVER, &given).unwrap();
        values.disk_limits("disk_space_threshold")
    }

    #[test]
    fn disks_are_full_when_one_is_used_as_much_as_its_limit() {
        let disk = |path: &str, total: &str, available: &str| {
            [path, total, available]
                .map(|cell| Some(cell.as_bytes().to_vec()))
                .to_vec()
        };
        let rows = Rows {
            columns: ["Path", "Total", "Available"].map(str::to_owned).to_vec(),
            rows: vec![disk("/", "1000", "500"), disk("/data", "1000", "200")],
        };
        let check = |text: &str, is_full, missing: &[&str]| {
            let missing = missing.iter().map(ToString::to_string).collect();
            assert_eq!(
                judge(&rows, &limits(text)),
                Disks { is_full, missing },
                "{text}"
            );
        };
        check("/data:80", true, &[]);
        check("/data:81", false, &[]);
        check("*:50", true, &[]);
        check("*:81", false, &[]);
        check("/data:90,*:60", false, &[]);
        check("/other:10", false, &["/other"]);
    }
}
