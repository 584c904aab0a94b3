//! Logs that are not what was written, or not for this member: each is refused with words and a
//! hint, and nothing of it is ever taken for true.

use netpipe::kv::cluster::log::{Log, Owner};
use openraft::storage::RaftLogReader;

use super::files::{FaultFiles, Image};
use super::work::{Model, Step, append, entry, open, said, step, steps, wait};

/// A log that was closed, and what it says.
fn closed() -> (Image, Model) {
    let files = FaultFiles::holding(&Image::new());
    let mut models = vec![Model::default()];
    wait(async {
        let mut log = open(&files).unwrap();
        for each in steps().iter().take(12).chain(&[Step::Commit]) {
            step(&mut log, each, &mut models).await.unwrap();
        }
    });
    (files.cached(), models.pop().unwrap())
}

/// Where the records of a segment end, and where the last of them begins. Behind them may be those
/// of a segment that the file was before.
fn last_record(bytes: &[u8]) -> (usize, usize) {
    let word = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    let (mut last, mut end) = (512, 512);
    while end + 32 <= bytes.len() && word(end + 24) == word(12) {
        let body = word(end + 28) & 0x0fff_ffff;
        (last, end) = (end, (end + 32 + body as usize).next_multiple_of(8));
    }
    (last, end)
}

/// What is said of a log: what it holds, or the words of a refusal.
fn judged(image: &Image) -> Result<Model, String> {
    let mut log = open(&FaultFiles::holding(image)).map_err(|error| {
        assert!(!error.hints().is_empty(), "{error}");
        error.to_string()
    })?;
    wait(said(&mut log)).map_err(|error| error.to_string())
}

#[test]
fn a_flipped_bit_is_named_and_never_served() {
    let (image, model) = closed();
    assert!(image.len() >= 2, "{:?}", image.keys());
    let last = image.keys().rfind(|name| name.ends_with(".log")).unwrap();
    let mut found = 0;
    for (name, bytes) in image.iter().filter(|(name, _)| name.ends_with(".log")) {
        // The last record is the hint of what is committed, which nothing proves, nor needs to.
        let (hint, end) = last_record(bytes);
        let must = if name == last { hint } else { end };
        for offset in (0..bytes.len()).step_by(11) {
            let head = offset < 56;
            let mut image = image.clone();
            image.get_mut(name).unwrap()[offset] ^= 1 << (offset % 8);
            let what = format!("{name}, byte {offset} of {must}");
            match judged(&image) {
                Ok(said) => {
                    assert_eq!(said, model, "{what}");
                    assert!(
                        !head && (offset < 512 || offset >= must),
                        "{what}: not found"
                    );
                }
                Err(error) => {
                    found += 1;
                    let named = error.contains(&format!("`/log/{name}`, byte "));
                    assert!(error.contains("damaged") && named, "{what}: {error}");
                    let at: usize = error
                        .split_once(", byte ")
                        .and_then(|(_, rest)| rest.split_once(':')?.0.parse().ok())
                        .unwrap();
                    assert!(at <= offset, "{what}: {error}");
                }
            }
        }
    }
    assert!(found > 500, "{found}");
}

#[test]
fn a_lost_sector_is_found() {
    let (image, model) = closed();
    let last = image.keys().rfind(|name| name.ends_with(".log")).unwrap();
    let mut found = 0;
    for (name, bytes) in image.iter().filter(|(name, _)| name.ends_with(".log")) {
        // The proof of the last entry is behind it, so one sector may have taken both.
        let (hint, end) = last_record(bytes);
        let proof = hint / 512..end.div_ceil(512);
        for sector in 0..bytes.len() / 512 {
            for value in [0, 0x5a] {
                let mut image = image.clone();
                image.get_mut(name).unwrap()[sector * 512..][..512].fill(value);
                match judged(&image) {
                    Ok(said) if name == last && proof.contains(&sector) => {
                        assert!(model.entries.starts_with(&said.entries), "{name}");
                    }
                    Ok(said) => assert_eq!(said, model, "{name}, sector {sector}"),
                    Err(error) => {
                        found += 1;
                        assert!(error.contains(&format!("`/log/{name}`, byte ")), "{error}");
                    }
                }
            }
        }
    }
    assert!(found > 20, "{found}");
}

#[test]
fn a_missing_or_strange_file_is_found() {
    let (image, _) = closed();
    let logs: Vec<&String> = image.keys().filter(|name| name.ends_with(".log")).collect();
    for missing in &logs[..logs.len() - 1] {
        let mut image = image.clone();
        image.remove(*missing);
        let error = judged(&image).unwrap_err();
        assert!(
            error.contains(&format!("`/log/{missing}`, byte 0: the file is missing")),
            "{error}"
        );
    }
    let refused = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut image = image.clone();
        change(image.get_mut(logs[1]).unwrap());
        judged(&image).unwrap_err()
    };
    assert!(refused(&|file| file.truncate(100)).contains("cut off"));
    assert!(refused(&|file| file.truncate(2000)).contains("cut off"));
    assert!(refused(&|file| *file = vec![b'x'; 9000]).contains("does not begin as one of it"));
    let other = image[logs[0]].clone();
    assert!(refused(&|file| file.clone_from(&other)).contains("head"));
}

#[test]
fn a_bit_that_flips_while_it_is_open_is_never_served() {
    wait(async {
        let files = FaultFiles::holding(&Image::new());
        let mut log = open(&files).unwrap();
        let entries: Vec<_> = (0..8).map(|index| entry(1, index, 1000)).collect();
        append(&mut log, entries).await.unwrap();
        files.spoil("0000000001.log", |file| file[1000] ^= 4);
        let error = log.try_get_log_entries(0..3).await.unwrap_err();
        assert!(
            error.to_string().contains("`/log/0000000001.log`, byte "),
            "{error}"
        );
        assert_eq!(log.try_get_log_entries(2..8).await.unwrap().len(), 6);
    });
}

#[test]
fn another_members_log_is_refused() {
    let files = FaultFiles::holding(&Image::new());
    let owner = Owner {
        cluster: 0xc1,
        member: 0xa1,
    };
    wait(async {
        let log = open(&files).unwrap();
        assert!(log.is_new() && log.owner().is_none());
        log.claim(owner).await.unwrap();
        log.claim(owner).await.unwrap();
    });
    let files = FaultFiles::holding(&files.after_power_cut(|| false));
    let log = open(&files).unwrap();
    assert_eq!(log.owner(), Some(owner));
    let others = [
        Owner {
            cluster: 0xc2,
            ..owner
        },
        Owner {
            member: 0xa2,
            ..owner
        },
    ];
    for other in others {
        let error = wait(log.claim(other)).unwrap_err();
        assert_eq!(error.kind(), netpipe::error::Kind::Conflict);
        let text = error.to_string();
        assert!(
            text.contains("`/log` is that of member a1 of cluster c1"),
            "{text}"
        );
        assert!(!error.hints().is_empty());
    }
    assert_eq!(log.owner(), Some(owner));
}

#[test]
fn a_newer_format_is_refused() {
    let (mut image, _) = closed();
    let head = image.values_mut().next().unwrap();
    head[11] = 9;
    let sum = xxhash_rust::xxh3::xxh3_64(&head[..48]).to_be_bytes();
    head[48..56].copy_from_slice(&sum);
    let error = open(&FaultFiles::holding(&image)).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("has format 9, this netpipe knows format 1"),
        "{error}"
    );
    assert!(
        error.hints()[0].contains("a newer netpipe wrote it"),
        "{error:?}"
    );
}

#[test]
fn a_directory_is_one_processes() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("raft");
    let log = Log::open(&path).unwrap();
    let error = Log::open(&path).unwrap_err();
    assert!(
        error.to_string().contains("is in use by another process"),
        "{error}"
    );
    drop(log);
    Log::open(&path).unwrap();
}
