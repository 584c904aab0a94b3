//! Transactions.

use netpipe::kv::{
    Compare, DeleteRequest, Kv, KvError, Op, OpResponse, PutRequest, RangeRequest, Txn,
};

use super::{Case, all, keys, refused, revision};

pub const CASES: &[Case] = &[
    ("puts count versions and revisions", versions),
    ("one revision per transaction", one_revision),
    ("nothing changed, no revision", no_revision),
    ("delete then put starts anew", anew),
    ("reads see earlier writes", sees_writes),
    ("previous values", previous),
    ("duplicate keys", duplicates),
    ("too many operations", too_many),
    ("requests that are too large", too_large),
    ("empty keys are refused", empty_keys),
    ("a failed transaction changes nothing", atomic),
    ("ignore value and ignore lease", ignore),
];

fn versions(kv: &dyn Kv) {
    assert_eq!(kv.put(b"a", b"1").unwrap(), 2);
    assert_eq!(kv.put(b"a", b"2").unwrap(), 3);
    let a = kv.get(b"a").unwrap().unwrap();
    assert_eq!(
        (a.create_revision, a.mod_revision, a.version, a.lease),
        (2, 3, 2, 0)
    );
    assert_eq!(a.value, b"2");
}

fn one_revision(kv: &dyn Kv) {
    let done = all(kv, [Op::put("a", "1"), Op::put("b", "1"), Op::delete("x")]).unwrap();
    assert_eq!((done.revision, done.succeeded), (2, true));
    assert!(
        kv.prefix(b"")
            .unwrap()
            .iter()
            .all(|kv| kv.mod_revision == 2)
    );
    let done = all(kv, [Op::delete_prefix(""), Op::put("\u{1}", "")]);
    refused(done, &KvError::DuplicateKey);
    assert_eq!(all(kv, [Op::delete_prefix("")]).unwrap().revision, 3);
}

fn no_revision(kv: &dyn Kv) {
    assert!(!kv.delete(b"a").unwrap());
    assert_eq!(
        all(kv, [Op::get("a"), Op::delete("a")]).unwrap().revision,
        1
    );
    assert_eq!(all(kv, []).unwrap().revision, 1);
    assert_eq!(revision(kv), 1);
}

fn anew(kv: &dyn Kv) {
    kv.put(b"a", b"1").unwrap();
    kv.put(b"a", b"2").unwrap();
    assert!(kv.delete(b"a").unwrap());
    kv.put(b"a", b"3").unwrap();
    let a = kv.get(b"a").unwrap().unwrap();
    assert_eq!((a.create_revision, a.mod_revision, a.version), (5, 5, 1));
}

fn sees_writes(kv: &dyn Kv) {
    kv.put(b"a", b"old").unwrap();
    let old = Op::Range(RangeRequest::key("a").at(2));
    let ops = [Op::get("a"), Op::put("a", "new"), Op::get("a"), old];
    let done = all(kv, ops).unwrap();
    let seen: Vec<_> = done
        .responses
        .iter()
        .filter_map(|response| match response {
            OpResponse::Range(range) => Some((range.revision, range.kvs[0].value.as_slice())),
            _ => None,
        })
        .collect();
    assert_eq!(seen, [(2, &b"old"[..]), (3, b"new"), (3, b"old")]);
}

fn previous(kv: &dyn Kv) {
    let put = |value: &str| {
        let (key, value) = (b"a".to_vec(), value.into());
        Op::Put(PutRequest {
            key,
            value,
            prev_kv: true,
            ..PutRequest::default()
        })
    };
    let done = all(kv, [put("1")]).unwrap();
    assert!(matches!(&done.responses[..], [OpResponse::Put(p)] if p.prev_kv.is_none()));
    let done = all(kv, [put("2")]).unwrap();
    let [OpResponse::Put(p)] = &done.responses[..] else {
        panic!("{done:?}")
    };
    assert_eq!(
        (p.revision, p.prev_kv.as_ref().unwrap().value.as_slice()),
        (3, &b"1"[..])
    );
    let delete = DeleteRequest {
        key: b"a".to_vec(),
        range_end: b"\0".to_vec(),
        prev_kv: true,
    };
    let done = all(kv, [Op::DeleteRange(delete)]).unwrap();
    let [OpResponse::Delete(d)] = &done.responses[..] else {
        panic!("{done:?}")
    };
    assert_eq!(
        (d.deleted, d.revision, d.prev_kvs[0].value.as_slice()),
        (1, 4, &b"2"[..])
    );
}

fn duplicates(kv: &dyn Kv) {
    let put = || Op::put("a", "1");
    let nest = |ops: Vec<Op>| Op::Txn(Txn::all(ops));
    let split = |then: Op, other: Op| Op::Txn(Txn::when([]).then([then]).otherwise([other]));
    for ops in [
        vec![put(), put()],
        vec![put(), Op::delete("a")],
        vec![Op::delete("a"), put()],
        vec![put(), Op::delete_range("a", "\0")],
        vec![put(), Op::delete_prefix("a")],
        vec![nest(vec![put()]), put()],
        vec![nest(vec![put()]), nest(vec![put()])],
        vec![nest(vec![put()]), Op::delete("a")],
        vec![nest(vec![Op::delete("a")]), put()],
        vec![split(Op::get("x"), put()), put()],
    ] {
        refused(all(kv, ops.clone()), &KvError::DuplicateKey);
        let other = Txn::when([]).otherwise(ops);
        refused(kv.txn(&other), &KvError::DuplicateKey);
    }
    assert_eq!(revision(kv), 1);
    let apart = Txn::when([]).then([put()]).otherwise([put()]);
    assert!(kv.txn(&apart).is_ok(), "one key in opposite branches");
    assert!(
        all(kv, [split(put(), put())]).is_ok(),
        "in opposite branches within"
    );
    assert!(
        all(kv, [Op::delete("a"), Op::delete_prefix("a")]).is_ok(),
        "two deletes"
    );
    assert!(
        all(kv, [put(), Op::delete_range("b", "a")]).is_ok(),
        "an empty range"
    );
}

fn too_many(kv: &dyn Kv) {
    let gets = |count| vec![Op::get("a"); count];
    assert!(all(kv, gets(128)).is_ok());
    refused(all(kv, gets(129)), &KvError::TooManyOps);
    let full = Txn::when(vec![Compare::missing("a"); 128])
        .then(gets(128))
        .otherwise(gets(128));
    assert!(kv.txn(&full).is_ok(), "the limit is for each list");
    let compares = Txn::when(vec![Compare::missing("a"); 129]);
    refused(kv.txn(&compares), &KvError::TooManyOps);
    assert!(all(kv, [Op::Txn(Txn::all(gets(127)))]).is_ok());
    refused(
        all(kv, [Op::Txn(Txn::all(gets(128)))]),
        &KvError::TooManyOps,
    );
}

fn too_large(kv: &dyn Kv) {
    refused(
        kv.put(b"a", &vec![0; 1536 * 1024]),
        &KvError::RequestTooLarge,
    );
    let half = vec![1; 700 << 10];
    assert!(all(kv, [Op::put("a", half.clone()), Op::put("b", half.clone())]).is_ok());
    let third = Op::Txn(Txn::all([Op::put("c", half.clone())]));
    let ops = [Op::put("a", half.clone()), Op::put("b", half), third];
    refused(all(kv, ops), &KvError::RequestTooLarge);
    assert_eq!(kv.get(b"b").unwrap().unwrap().value.len(), 700 << 10);
}

fn empty_keys(kv: &dyn Kv) {
    for op in [
        Op::put("", ""),
        Op::delete(""),
        Op::get(""),
        Op::delete_range("", "\0"),
    ] {
        refused(all(kv, [op.clone()]), &KvError::EmptyKey);
        refused(kv.txn(&Txn::when([]).otherwise([op])), &KvError::EmptyKey);
    }
    refused(
        kv.txn(&Txn::when([Compare::missing("")])),
        &KvError::EmptyKey,
    );
}

fn atomic(kv: &dyn Kv) {
    let future = Op::Range(RangeRequest::key("a").at(9));
    refused(
        all(kv, [Op::put("a", "1"), future]),
        &KvError::FutureRevision,
    );
    let leased = Op::put_leased("b", "1", 7);
    refused(
        all(kv, [Op::put("a", "1"), leased.clone()]),
        &KvError::LeaseNotFound,
    );
    refused(
        all(kv, [Op::put("a", "1"), Op::Txn(Txn::all([leased.clone()]))]),
        &KvError::LeaseNotFound,
    );
    assert_eq!(keys(kv, &RangeRequest::prefix("")), Vec::<String>::new());
    assert_eq!(revision(kv), 1);
    let untaken = Txn::when([]).then([Op::put("a", "1")]).otherwise([leased]);
    assert!(kv.txn(&untaken).is_ok(), "only the branch taken is checked");
}

fn ignore(kv: &dyn Kv) {
    kv.lease_grant(60, 5).unwrap();
    all(kv, [Op::put_leased("a", "1", 5)]).unwrap();
    let put = PutRequest {
        key: b"a".to_vec(),
        ..PutRequest::default()
    };
    let keep_lease = PutRequest {
        value: b"2".to_vec(),
        ignore_lease: true,
        ..put.clone()
    };
    all(kv, [Op::Put(keep_lease)]).unwrap();
    let a = kv.get(b"a").unwrap().unwrap();
    assert_eq!((a.value.as_slice(), a.lease), (&b"2"[..], 5));
    all(
        kv,
        [Op::Put(PutRequest {
            ignore_value: true,
            ..put.clone()
        })],
    )
    .unwrap();
    let a = kv.get(b"a").unwrap().unwrap();
    assert_eq!((a.value.as_slice(), a.lease, a.version), (&b"2"[..], 0, 3));
    let wrong = [
        (
            PutRequest {
                key: b"x".to_vec(),
                ignore_value: true,
                ..put.clone()
            },
            KvError::KeyNotFound,
        ),
        (
            PutRequest {
                key: b"x".to_vec(),
                ignore_lease: true,
                ..put.clone()
            },
            KvError::KeyNotFound,
        ),
        (
            PutRequest {
                value: b"v".to_vec(),
                ignore_value: true,
                ..put.clone()
            },
            KvError::ValueProvided,
        ),
        (
            PutRequest {
                lease: 5,
                ignore_lease: true,
                ..put
            },
            KvError::LeaseProvided,
        ),
    ];
    for (put, error) in wrong {
        refused(all(kv, [Op::Put(put)]), &error);
    }
}
