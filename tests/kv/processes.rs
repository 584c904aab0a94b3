//! Many processes on one store: this binary runs itself, once for each.

use std::fs::{File, Permissions};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use netpipe::kv::{Compare, Kv, LocalKv, Op, Txn};

const JOB: &str = "NETPIPE_TEST_KV_JOB";

/// Starts a process that does a job, named below, on the store in `dir`.
fn start(job: &str, dir: &Path, argument: usize) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "processes::job", "--nocapture"])
        .env(JOB, format!("{job} {argument} {}", dir.display()))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

fn finish(children: Vec<Child>) {
    for mut child in children {
        // Read to the end, so that the child never waits for room in the pipe.
        std::io::copy(&mut child.stdout.take().unwrap(), &mut std::io::sink()).unwrap();
        assert!(child.wait().unwrap().success());
    }
}

/// What the started processes do; without a job, nothing.
#[test]
fn job() {
    let Ok(job) = std::env::var(JOB) else { return };
    let mut words = job.splitn(3, ' ');
    let (job, argument) = (
        words.next().unwrap(),
        words.next().unwrap().parse().unwrap(),
    );
    let store = LocalKv::open(Path::new(words.next().unwrap())).unwrap();
    let store = store.lock_wait(Duration::from_secs(30));
    match job {
        "increment" => (0..argument).for_each(|_| increment(&store)),
        "put" => drop(
            store
                .put(format!("key/{argument}").as_bytes(), b"")
                .unwrap(),
        ),
        "count" => {
            for number in argument.. {
                let text = number.to_string();
                let ops = [Op::put("counter", text.clone()), Op::put("mirror", text)];
                store.txn(&Txn::all(ops)).unwrap();
                writeln!(std::io::stdout().lock(), "done {number}").unwrap();
            }
        }
        job => panic!("no job {job}"),
    }
}

fn number(store: &LocalKv, key: &[u8]) -> usize {
    let kv = store.get(key).unwrap();
    kv.map_or(0, |kv| {
        String::from_utf8(kv.value).unwrap().parse().unwrap()
    })
}

/// Adds one by compare-and-swap, as often as it takes.
fn increment(store: &LocalKv) {
    loop {
        let found = store.get(b"counter").unwrap();
        let revision = found.as_ref().map_or(0, |kv| kv.mod_revision);
        let next = found.map_or(0, |kv| {
            String::from_utf8(kv.value).unwrap().parse().unwrap()
        }) + 1;
        let txn = Txn::when([Compare::mod_revision("counter", revision)])
            .then([Op::put("counter", next.to_string())]);
        if store.txn(&txn).unwrap().succeeded {
            return;
        }
    }
}

#[test]
fn no_increment_is_lost() {
    let dir = tempfile::tempdir().unwrap();
    finish((0..6).map(|_| start("increment", dir.path(), 25)).collect());
    let store = LocalKv::open(dir.path()).unwrap();
    assert_eq!(number(&store, b"counter"), 150);
    assert_eq!(store.get(b"counter").unwrap().unwrap().version, 150);
}

#[test]
fn no_increment_is_lost_between_threads() {
    let dir = tempfile::tempdir().unwrap();
    let shared = LocalKv::open(dir.path()).unwrap();
    std::thread::scope(|scope| {
        for own in [false, false, true, true] {
            let (dir, shared) = (dir.path(), &shared);
            scope.spawn(move || {
                let own = own.then(|| LocalKv::open(dir).unwrap());
                (0..25).for_each(|_| increment(own.as_ref().unwrap_or(shared)));
            });
        }
    });
    assert_eq!(number(&shared, b"counter"), 100);
}

#[test]
fn forty_cold_puts_at_once() {
    let dir = tempfile::tempdir().unwrap();
    finish(
        (0..40)
            .map(|number| start("put", dir.path(), number))
            .collect(),
    );
    let store = LocalKv::open(dir.path()).unwrap();
    assert_eq!(store.prefix(b"key/").unwrap().len(), 40);
    assert_eq!(store.put(b"last", b"").unwrap(), 42);
}

#[test]
fn a_killed_writer_loses_nothing_it_was_told_of() {
    let dir = tempfile::tempdir().unwrap();
    let mut last = 0;
    for round in 0..6 {
        let mut child = start("count", dir.path(), last + 1);
        let lines = BufReader::new(child.stdout.take().unwrap())
            .lines()
            .map_while(Result::ok);
        let told = lines
            .filter_map(|line| {
                line.strip_prefix("done ")
                    .map(|n| n.parse::<usize>().unwrap())
            })
            .inspect(|number| {
                if *number == last + 5 + round {
                    child.kill().unwrap();
                }
            })
            .last()
            .unwrap();
        child.wait().unwrap();
        let store = LocalKv::open(dir.path()).unwrap();
        let found = number(&store, b"counter");
        assert!(found >= told, "told of {told}, found {found}");
        assert_eq!(number(&store, b"mirror"), found, "half a commit");
        last = found;
    }
}

#[test]
fn a_lock_held_too_long_names_the_file_and_the_holder() {
    let dir = tempfile::tempdir().unwrap();
    let store = LocalKv::open(dir.path())
        .unwrap()
        .lock_wait(Duration::from_millis(50));
    store.put(b"a", b"").unwrap();
    let holder = File::open(store.path()).unwrap();
    holder.lock().unwrap();
    for error in [
        store.put(b"b", b"").unwrap_err(),
        store.get(b"a").unwrap_err(),
    ] {
        let error = netpipe::Error::from(error);
        assert!(
            error
                .to_string()
                .contains(&store.path().display().to_string()),
            "{error}"
        );
        assert!(
            error.to_string().contains(&std::process::id().to_string()),
            "{error}"
        );
        assert_eq!(error.hints().len(), 1);
    }
    holder.unlock().unwrap();
    assert_eq!(store.put(b"b", b"").unwrap(), 3);
}

#[test]
fn the_files_are_private() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("a/b");
    let store = LocalKv::open(&state).unwrap();
    store.put(b"a", b"").unwrap();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().mode() & 0o7777;
    assert_eq!((mode(&state), mode(store.path())), (0o700, 0o600));
}

#[test]
fn reading_makes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let store = LocalKv::open_read_only(&state);
    assert_eq!(store.prefix(b"").unwrap(), []);
    assert!(store.leases().unwrap().is_empty());
    let error = netpipe::Error::from(store.put(b"a", b"").unwrap_err());
    assert_eq!(error.exit_code(), 4, "{error}");
    assert!(!state.exists());
    LocalKv::open(&state).unwrap().put(b"a", b"").unwrap();
    assert_eq!(store.prefix(b"").unwrap().len(), 1);
}

#[test]
fn a_directory_that_cannot_be_written() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("file"), "").unwrap();
    let error = LocalKv::open(&dir.path().join("file/state")).unwrap_err();
    assert!(error.to_string().contains("file/state"), "{error}");
    assert!(!error.hints().is_empty());
    let locked = dir.path().join("locked");
    std::fs::create_dir(&locked).unwrap();
    std::fs::set_permissions(&locked, Permissions::from_mode(0o500)).unwrap();
    // root may write it all the same
    if File::create(locked.join("probe")).is_err() {
        let error = LocalKv::open(&locked).unwrap().put(b"a", b"").unwrap_err();
        let error = netpipe::Error::from(error);
        assert!(error.to_string().contains("kv.redb"), "{error}");
        assert!(error.hints()[0].contains("root"), "{error:?}");
    }
}

#[test]
fn a_file_that_was_replaced_is_opened_anew() {
    let dir = tempfile::tempdir().unwrap();
    let store = LocalKv::open(dir.path()).unwrap();
    store.put(b"a", b"").unwrap();
    std::fs::remove_file(store.path()).unwrap();
    assert_eq!(store.prefix(b"").unwrap(), []);
    assert_eq!(store.put(b"b", b"").unwrap(), 2);
    assert_eq!(
        LocalKv::open(dir.path())
            .unwrap()
            .prefix(b"")
            .unwrap()
            .len(),
        1
    );
}
