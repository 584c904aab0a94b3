//! Files that the kernel writes as they are read, such as those of /proc: they have no size,
//! so the standard library feels its way to their end with many small reads.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

/// A page: what the kernel makes of such a file at a time (`seq_read_iter` in fs/seq_file.c).
const PAGE: usize = 4096;

/// The text of such a file, of which no line is as long as half a page.
///
/// # Errors
/// What open(2) or read(2) said, or that it is no UTF-8.
pub fn read(path: impl AsRef<Path>) -> io::Result<String> {
    read_open(File::open(path)?)
}

/// The text of such a file, open already and not read yet.
///
/// # Errors
/// What read(2) said, or that it is no UTF-8.
pub fn read_open(file: impl Read) -> io::Result<String> {
    let mut file = file;
    let mut text = Vec::new();
    let mut page = [0; PAGE];
    loop {
        match file.read(&mut page) {
            Ok(size) => {
                text.extend(&page[..size]);
                // The kernel leaves a line that does not fit to the next read; so much would.
                if size < PAGE / 2 {
                    break;
                }
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    String::from_utf8(text).map_err(|error| io::Error::new(ErrorKind::InvalidData, error))
}

#[cfg(test)]
mod tests {
    use super::{PAGE, read, read_open};
    use std::io::{self, Read};

    /// Gives a text as the kernel does, whole lines of a page at a time; counts the reads.
    struct Lines<'a>(&'a str, usize);

    impl Read for Lines<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.1 += 1;
            let most = self.0.len().min(buffer.len());
            let size = self.0[..most].rfind('\n').map_or(0, |at| at + 1);
            let (now, later) = self.0.split_at(size);
            buffer[..size].copy_from_slice(now.as_bytes());
            self.0 = later;
            Ok(size)
        }
    }

    #[test]
    fn a_small_file_is_one_read_and_a_large_one_is_read_whole() {
        for (lines, reads) in [(0, 1), (1, 1), (PAGE / 2 / 7 - 1, 1), (10_000, 18)] {
            let text = "1:ab:/\n".repeat(lines);
            let mut file = Lines(&text, 0);
            assert_eq!(read_open(&mut file).unwrap(), text);
            assert_eq!(file.1, reads, "{lines} lines");
        }
    }

    #[test]
    fn the_kernels_files_are_read_whole() {
        for path in ["/proc/filesystems", "/proc/sys/kernel/random/boot_id"] {
            assert_eq!(read(path).unwrap(), std::fs::read_to_string(path).unwrap());
        }
        assert!(read("/proc/sys/none").is_err());
    }
}
