//! Files that are no store, or no longer one: each is refused with words and a hint, and left
//! as it is.

use netpipe::kv::{Kv, LocalKv};

type Damage = fn(&mut Vec<u8>);

/// Where the journal and redb's part begin.
const JOURNAL: usize = 4096;
const IMAGE: usize = JOURNAL + (128 << 10);

const TABLE: &[(&str, Damage, &str)] = &[
    ("cut within the first page", |f| f.truncate(100), "cut off"),
    (
        "cut after the first page",
        |f| f.truncate(JOURNAL),
        "cut off",
    ),
    ("cut within the journal", |f| f.truncate(10_000), "cut off"),
    ("cut after the journal", |f| f.truncate(IMAGE), "cut off"),
    (
        "cut within redb's header",
        |file| file.truncate(IMAGE + 100),
        "cut off",
    ),
    (
        "cut within the data",
        |file| file.truncate(IMAGE + 6000),
        "damaged",
    ),
    (
        "cut at a page",
        |file| file.truncate(IMAGE + 5 * 4096),
        "damaged",
    ),
    (
        "cut by the last page",
        |file| file.truncate(file.len() - 4096),
        "damaged",
    ),
    ("garbage", |file| file.fill(0x5a), "not a key-value"),
    (
        "text",
        |file| *file = "hello\n".repeat(1000).into_bytes(),
        "not a key-value",
    ),
    (
        "a short text",
        |file| *file = b"hello\n".to_vec(),
        "cut off",
    ),
    (
        "redb's header overwritten",
        |file| file[IMAGE..IMAGE + 320].fill(7),
        "damaged",
    ),
    (
        "a plain redb file",
        |file| drop(file.drain(..IMAGE)),
        "not a key-value",
    ),
    (
        "a newer format",
        |file| file[8..12].copy_from_slice(&[0, 0, 0, 9]),
        "format 9",
    ),
    (
        "an older format",
        |file| file[8..12].copy_from_slice(&[0, 0, 0, 2]),
        "format 2",
    ),
    (
        "both commits torn",
        |file| file[IMAGE + 64..IMAGE + 320].fill(7),
        "damaged",
    ),
];

#[test]
fn damaged_files_are_refused_with_words() {
    for (name, damage, want) in TABLE {
        let dir = tempfile::tempdir().unwrap();
        let path = {
            let store = LocalKv::open(dir.path()).unwrap();
            // Enough that the journal was folded.
            for number in 0..200 {
                store
                    .put(format!("key/{number}").as_bytes(), &[1; 700])
                    .unwrap();
            }
            store.path().to_owned()
        };
        let mut file = std::fs::read(&path).unwrap();
        damage(&mut file);
        std::fs::write(&path, &file).unwrap();
        let store = LocalKv::open(dir.path()).unwrap();
        for error in [
            store.prefix(b"").unwrap_err(),
            store.put(b"a", b"").unwrap_err(),
        ] {
            let error = netpipe::Error::from(error);
            let text = error.to_string();
            assert!(
                text.contains(want) && text.contains("kv.redb"),
                "{name}: {text}"
            );
            assert!(!error.hints().is_empty(), "{name}: no hint");
        }
        assert!(
            std::fs::read(&path).unwrap() == file,
            "{name}: the file was changed"
        );
    }
}

#[test]
fn an_empty_file_is_an_empty_store() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("kv.redb"), "").unwrap();
    let store = LocalKv::open(dir.path()).unwrap();
    assert_eq!(store.prefix(b"").unwrap(), []);
    assert_eq!(store.put(b"a", b"").unwrap(), 2);
}
