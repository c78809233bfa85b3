//! How full the disks of a server may be.

use super::error::Fault;

const ALLOWED: &str = "PATH:PERCENT, several apart by commas, * for every other path";

/// Limits by path, as in `/data:80,*:90`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DiskLimits(Vec<(String, u8)>);

impl DiskLimits {
    /// Reads them.
    pub(super) fn parse(text: &str) -> Result<Self, Fault> {
        let items = text
            .split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty());
        items.map(limit).collect::<Result<_, _>>().map(Self)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The percentage that the disk at `path` may be used to; `None`: it may be full.
    pub fn of(&self, path: &str) -> Option<u8> {
        let find = |wanted: &str| self.0.iter().find(|(path, _)| path == wanted);
        find(path)
            .or_else(|| find("*"))
            .map(|(_, percent)| *percent)
    }

    /// The paths that are named.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .map(|(path, _)| path.as_str())
            .filter(|path| *path != "*")
    }
}

fn limit(item: &str) -> Result<(String, u8), Fault> {
    let fault = || Fault::new(format!("`{item}` is not a limit of a disk"), ALLOWED);
    let (path, percent) = item.rsplit_once(':').ok_or_else(fault)?;
    let (path, percent) = (path.trim(), percent.trim().trim_end_matches('%'));
    let percent = percent
        .parse()
        .ok()
        .filter(|percent| (1..=100).contains(percent));
    let named = path == "*" || path.starts_with('/');
    percent
        .filter(|_| named)
        .map(|percent| (path.to_owned(), percent))
        .ok_or_else(fault)
}

#[cfg(test)]
mod tests {
    use super::DiskLimits;

    #[test]
    fn a_limit_is_a_path_and_a_percentage() {
        let limits = DiskLimits::parse("/data:80, *:90,/with:colon:70%")
            .ok()
            .unwrap();
        let of = ["/data", "/with:colon", "/else"].map(|path| limits.of(path));
        assert_eq!(of, [Some(80), Some(70), Some(90)]);
        assert_eq!(limits.paths().collect::<Vec<_>>(), ["/data", "/with:colon"]);
        assert_eq!(DiskLimits::parse("/data:80").ok().unwrap().of("/"), None);
        assert!(DiskLimits::parse(" ").ok().unwrap().is_empty());
        for wrong in [
            "/data",
            "80",
            "data:80",
            "/data:0",
            "/data:101",
            "/data:x",
            ":80",
        ] {
            assert!(DiskLimits::parse(wrong).is_err(), "{wrong}");
        }
    }
}
