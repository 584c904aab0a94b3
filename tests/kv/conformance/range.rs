//! Ranges, revisions and compaction.

use netpipe::kv::{Kv, KvError, RangeRequest, SortOrder, SortTarget};

use super::{Case, keys, refused, revision};

pub const CASES: &[Case] = &[
    ("an empty store is at revision 1", empty),
    ("range ends", range_ends),
    ("prefix", prefix),
    ("count ignores limit and filters", count),
    ("an order comes before the limit", sort),
    ("keys only and count only", keys_only),
    ("revision filters", filters),
    ("reads at old revisions", history),
    ("history of keys with zero bytes", zero_bytes),
    (
        "a negative revision means the current one",
        negative_revision,
    ),
    ("future revisions are refused", |kv| {
        refused(
            kv.range(&RangeRequest::key("a").at(2)),
            &KvError::FutureRevision,
        );
    }),
    ("compaction", compaction),
    ("compaction keeps what is current", compaction_keeps),
];

fn empty(kv: &dyn Kv) {
    assert_eq!(revision(kv), 1);
    refused(kv.range(&RangeRequest::default()), &KvError::EmptyKey);
}

fn fill(kv: &dyn Kv, keys: &[&str]) {
    for key in keys {
        kv.put(key.as_bytes(), format!("v-{key}").as_bytes())
            .unwrap();
    }
}

fn range_ends(kv: &dyn Kv) {
    fill(kv, &["a", "b", "c"]);
    for (key, end, want) in [
        ("b", "", &["b"][..]),
        ("x", "", &[]),
        ("b", "\0", &["b", "c"]),
        ("\0", "\0", &["a", "b", "c"]),
        ("a", "c", &["a", "b"]),
        ("c", "a", &[]),
        ("b", "b", &[]),
    ] {
        assert_eq!(
            keys(kv, &RangeRequest::range(key, end)),
            want,
            "[{key:?}, {end:?})"
        );
    }
}

fn prefix(kv: &dyn Kv) {
    fill(kv, &["a", "a/1", "a/2", "a0", "b"]);
    kv.put(&[0xff, 1], b"").unwrap();
    assert_eq!(keys(kv, &RangeRequest::prefix("a/")), ["a/1", "a/2"]);
    assert_eq!(kv.prefix(b"").unwrap().len(), 6);
    assert_eq!(kv.prefix(&[0xff]).unwrap().len(), 1);
}

fn count(kv: &dyn Kv) {
    fill(kv, &["a", "b", "c"]);
    let response = kv.range(&RangeRequest::prefix("").limit(2)).unwrap();
    assert_eq!(
        (response.kvs.len(), response.more, response.count),
        (2, true, 3)
    );
    let response = kv.range(&RangeRequest::prefix("").limit(3)).unwrap();
    assert_eq!(
        (response.kvs.len(), response.more, response.count),
        (3, false, 3)
    );
    let filtered = RangeRequest {
        min_mod_revision: 4,
        ..RangeRequest::prefix("")
    };
    let response = kv.range(&filtered).unwrap();
    assert_eq!(
        (response.kvs.len(), response.more, response.count),
        (1, false, 3)
    );
}

fn sort(kv: &dyn Kv) {
    fill(kv, &["c", "a", "b", "a"]);
    let all = RangeRequest::prefix("");
    // Without an order, one more than the limit is taken by key and then sorted: of "a" and "b",
    // the one that was changed first.
    for (target, order, want, first) in [
        (SortTarget::Key, SortOrder::None, ["a", "b", "c"], "a"),
        (SortTarget::Key, SortOrder::Descend, ["c", "b", "a"], "c"),
        (SortTarget::Mod, SortOrder::None, ["c", "b", "a"], "b"),
        (SortTarget::Mod, SortOrder::Ascend, ["c", "b", "a"], "c"),
        (SortTarget::Create, SortOrder::None, ["c", "a", "b"], "a"),
        (SortTarget::Create, SortOrder::Descend, ["b", "a", "c"], "b"),
        (
            SortTarget::Version,
            SortOrder::Descend,
            ["a", "b", "c"],
            "a",
        ),
        (SortTarget::Value, SortOrder::Ascend, ["a", "b", "c"], "a"),
    ] {
        let request = all.clone().sorted(target, order);
        assert_eq!(keys(kv, &request), want, "{target:?} {order:?}");
        assert_eq!(
            keys(kv, &request.limit(1)),
            [first],
            "{target:?} {order:?}, limited"
        );
    }
}

fn keys_only(kv: &dyn Kv) {
    fill(kv, &["a", "b"]);
    let only = RangeRequest {
        keys_only: true,
        ..RangeRequest::prefix("")
    };
    let response = kv
        .range(&only.sorted(SortTarget::Value, SortOrder::Descend))
        .unwrap();
    assert_eq!(response.kvs[0].key, b"b");
    assert!(
        response
            .kvs
            .iter()
            .all(|kv| kv.value.is_empty() && kv.version == 1)
    );
    let only = RangeRequest {
        count_only: true,
        ..RangeRequest::prefix("").limit(1)
    };
    let response = kv.range(&only).unwrap();
    assert_eq!(
        (response.kvs.len(), response.more, response.count),
        (0, false, 2)
    );
}

fn filters(kv: &dyn Kv) {
    fill(kv, &["a", "b", "c", "a"]);
    let all = RangeRequest::prefix("");
    let by = |request: RangeRequest| keys(kv, &request);
    assert_eq!(
        by(RangeRequest {
            min_mod_revision: 4,
            ..all.clone()
        }),
        ["a", "c"]
    );
    assert_eq!(
        by(RangeRequest {
            max_mod_revision: 3,
            ..all.clone()
        }),
        ["b"]
    );
    assert_eq!(
        by(RangeRequest {
            min_create_revision: 3,
            ..all.clone()
        }),
        ["b", "c"]
    );
    assert_eq!(
        by(RangeRequest {
            max_create_revision: 2,
            ..all.clone()
        }),
        ["a"]
    );
    assert_eq!(
        by(RangeRequest {
            max_create_revision: 3,
            ..all.limit(1)
        }),
        ["a"]
    );
}

fn history(kv: &dyn Kv) {
    fill(kv, &["a", "b"]);
    kv.put(b"a", b"new").unwrap();
    kv.delete(b"b").unwrap();
    kv.put(b"b", b"again").unwrap();
    let at = |revision| {
        let all = kv.range(&RangeRequest::prefix("").at(revision)).unwrap();
        assert_eq!(all.revision, 6, "the header tells the current revision");
        let show = |kv: netpipe::kv::KeyValue| {
            let text = |bytes| String::from_utf8(bytes).unwrap();
            format!(
                "{}={}@{}#{}",
                text(kv.key),
                text(kv.value),
                kv.mod_revision,
                kv.version
            )
        };
        all.kvs.into_iter().map(show).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(at(1), "");
    assert_eq!(at(2), "a=v-a@2#1");
    assert_eq!(at(3), "a=v-a@2#1 b=v-b@3#1");
    assert_eq!(at(4), "a=new@4#2 b=v-b@3#1");
    assert_eq!(at(5), "a=new@4#2");
    assert_eq!(at(6), "a=new@4#2 b=again@6#1");
    assert_eq!(keys(kv, &RangeRequest::key("b").at(4)), ["b"]);
    assert_eq!(keys(kv, &RangeRequest::range("b", "\0").at(3)), ["b"]);
    assert_eq!(keys(kv, &RangeRequest::range("a", "b").at(3)), ["a"]);
    assert_eq!(
        keys(kv, &RangeRequest::range("b", "a").at(3)),
        Vec::<String>::new()
    );
}

fn zero_bytes(kv: &dyn Kv) {
    let names: [&[u8]; 5] = [b"k", b"k\0", b"k\0\0", b"k\0\x01", b"k\x01"];
    for name in names {
        kv.put(name, name).unwrap();
    }
    let before = revision(kv);
    for name in names {
        kv.delete(name).unwrap();
    }
    assert_eq!(kv.prefix(b"").unwrap(), []);
    let old = |request: RangeRequest| {
        let kvs = kv.range(&request.at(before)).unwrap().kvs;
        kvs.into_iter().map(|kv| kv.value).collect::<Vec<_>>()
    };
    assert_eq!(old(RangeRequest::prefix("")), names);
    for name in names {
        assert_eq!(old(RangeRequest::key(name)), [name]);
    }
    assert_eq!(old(RangeRequest::range("k\0", "k\0\x01")), names[1..3]);
}

fn negative_revision(kv: &dyn Kv) {
    fill(kv, &["a"]);
    assert_eq!(keys(kv, &RangeRequest::key("a").at(-1)), ["a"]);
}

fn compaction(kv: &dyn Kv) {
    fill(kv, &["a", "a", "a"]);
    refused(kv.compact(5), &KvError::FutureRevision);
    assert_eq!(kv.compact(3).unwrap(), 4);
    refused(kv.compact(0), &KvError::Compacted);
    refused(kv.compact(3), &KvError::Compacted);
    refused(kv.compact(2), &KvError::Compacted);
    refused(kv.range(&RangeRequest::key("a").at(2)), &KvError::Compacted);
    let at = kv.range(&RangeRequest::key("a").at(3)).unwrap();
    assert_eq!(
        at.kvs[0].mod_revision, 3,
        "the compacted revision itself can be read"
    );
    assert_eq!(revision(kv), 4);
}

fn compaction_keeps(kv: &dyn Kv) {
    fill(kv, &["a", "b", "c"]);
    kv.delete(b"b").unwrap();
    kv.put(b"c", b"2").unwrap();
    kv.compact(revision(kv)).unwrap();
    assert_eq!(keys(kv, &RangeRequest::prefix("")), ["a", "c"]);
    kv.put(b"b", b"3").unwrap();
    let b = kv.get(b"b").unwrap().unwrap();
    assert_eq!((b.create_revision, b.mod_revision, b.version), (7, 7, 1));
    assert_eq!(keys(kv, &RangeRequest::prefix("").at(6)), ["a", "c"]);
}
