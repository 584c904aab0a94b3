//! The id of a state directory's store: the text of the symbolic link `id` in it. Such a
//! link is made whole or not at all, once, whoever is at it (symlink(2)), takes one system
//! call to read, and goes along when the directory is moved or copied (`cp -a`).

use std::io::{Error, ErrorKind, Result};
use std::os::unix::fs::symlink;
use std::path::Path;

use crate::spec::StoreId;

/// Its name in the state directory.
pub const NAME: &str = "id";

/// The id, or none if the directory has none yet.
///
/// # Errors
/// If what is there cannot be read, or is no id.
pub fn read(state_dir: &Path) -> Result<Option<StoreId>> {
    let text = match std::fs::read_link(state_dir.join(NAME)) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        text => text?,
    };
    let id = text.to_str().and_then(|text| text.parse().ok());
    id.map(Some)
        .ok_or_else(|| Error::new(ErrorKind::InvalidData, "it leads to what is no id"))
}

/// Gives the directory an id if it has none; its id.
///
/// # Errors
/// If it cannot be written, or as [`read`].
pub fn make(state_dir: &Path) -> Result<StoreId> {
    let id = StoreId::random();
    match symlink(id.to_string(), state_dir.join(NAME)) {
        Ok(()) => Ok(id),
        // Another process was faster.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            read(state_dir)?.ok_or_else(|| Error::from(ErrorKind::NotFound))
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::{NAME, make, read};

    #[test]
    fn it_is_made_once_and_stays() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(read(dir.path()).unwrap(), None);
        let id = make(dir.path()).unwrap();
        assert_eq!(make(dir.path()).unwrap(), id);
        assert_eq!(read(dir.path()).unwrap(), Some(id));
    }

    #[test]
    fn what_is_no_id_is_not_taken_for_one() {
        let dir = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("../etc", dir.path().join(NAME)).unwrap();
        assert!(read(dir.path()).is_err());
        assert!(make(dir.path()).is_err());
    }
}
