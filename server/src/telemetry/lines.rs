//! Lines that are appended to a file.

use std::io::{self, ErrorKind, Write};

/// Appends lines, none of them to a part of another: a disk that is full may have taken a part.
#[derive(Debug, Default)]
pub struct Lines {
    /// A part of the last line is there.
    torn: bool,
}

impl Lines {
    /// Appends a line, which bears its end.
    ///
    /// # Errors
    /// Why not all of it is there.
    pub fn append(&mut self, file: &mut impl Write, line: &[u8]) -> io::Result<()> {
        if self.torn {
            file.write_all(b"\n")?;
            self.torn = false;
        }
        let mut rest = line;
        while !rest.is_empty() {
            match file.write(rest) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(written) => {
                    rest = rest.get(written..).unwrap_or_default();
                    self.torn = !rest.is_empty();
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes so many bytes.
    struct Disk(Vec<u8>, usize);

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let taken = bytes.len().min(self.1 - self.0.len());
            if taken == 0 {
                return Err(ErrorKind::StorageFull.into());
            }
            self.0.extend_from_slice(&bytes[..taken]);
            Ok(taken)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn no_line_is_appended_to_a_part_of_another() {
        let (mut disk, mut lines) = (Disk(Vec::new(), 10), Lines::default());
        assert!(lines.append(&mut disk, b"first\n").is_ok());
        assert!(lines.append(&mut disk, b"second\n").is_err());
        assert!(lines.append(&mut disk, b"third\n").is_err());
        disk.1 = 100;
        assert!(lines.append(&mut disk, b"fourth\n").is_ok());
        assert!(lines.append(&mut disk, b"fifth\n").is_ok());
        assert_eq!(disk.0, b"first\nseco\nfourth\nfifth\n");
    }

    #[test]
    fn what_is_not_there_at_all_leaves_no_empty_line() {
        let (mut disk, mut lines) = (Disk(Vec::new(), 6), Lines::default());
        assert!(lines.append(&mut disk, b"first\n").is_ok());
        assert!(lines.append(&mut disk, b"second\n").is_err());
        disk.1 = 100;
        assert!(lines.append(&mut disk, b"third\n").is_ok());
        assert_eq!(disk.0, b"first\nthird\n");
    }
}
