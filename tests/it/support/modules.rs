//! A test file that nobody named as a module would never run.

use std::fs;
use std::path::{Path, PathBuf};

fn rust_files(directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(rust_files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found
}

/// The file that has to name this one, and the name it has to use.
fn parent(file: &Path) -> (PathBuf, String) {
    let stem = |path: &Path| path.file_stem().unwrap().to_str().unwrap().to_owned();
    let directory = file.parent().unwrap();
    let (within, name) = match stem(file).as_str() {
        "mod" => (directory.parent().unwrap(), stem(directory)),
        own => (directory, own.to_owned()),
    };
    let candidates = [
        within.join("main.rs"),
        within.join("mod.rs"),
        within.with_extension("rs"),
    ];
    let owner = candidates.into_iter().find(|path| path.exists());
    (owner.expect("a module file above"), name)
}

#[test]
fn every_file_is_a_module() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    for suite in fs::read_dir(&tests).unwrap() {
        let root = suite.unwrap().path();
        for file in rust_files(&root) {
            if file.ends_with("main.rs") || root.is_file() {
                continue;
            }
            let (owner, name) = parent(&file);
            let text = fs::read_to_string(&owner).unwrap();
            let named = text.lines().any(|line| {
                let line = line.trim_start_matches("pub ").trim();
                line == format!("mod {name};")
            });
            assert!(
                named,
                "{} lacks `mod {name};`, so {} never runs",
                owner.display(),
                file.display()
            );
        }
    }
}
