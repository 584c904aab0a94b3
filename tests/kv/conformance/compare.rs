//! Compares.

use netpipe::kv::{Compare, CompareOp, CompareTarget, Kv, Op, OpResponse, Txn};

use super::{Case, all};

pub const CASES: &[Case] = &[
    ("compares", compares),
    ("compares of missing keys", missing),
    ("compares over ranges", ranges),
    ("nested compares see the state before", nested),
];

fn holds(kv: &dyn Kv, compare: Compare) -> bool {
    kv.txn(&Txn::when([compare])).unwrap().succeeded
}

fn compares(kv: &dyn Kv) {
    kv.put(b"a", b"m").unwrap();
    kv.put(b"a", b"m").unwrap();
    let targets: [fn(i64) -> CompareTarget; 5] = [
        |n| CompareTarget::Version(2 + n),
        |n| CompareTarget::Create(2 + n),
        |n| CompareTarget::Mod(3 + n),
        |n| CompareTarget::Lease(n),
        |n| CompareTarget::Value(vec![(i64::from(b'm') + n) as u8]),
    ];
    for target in targets {
        for (than, equal, less, greater) in [
            (-1, false, false, true),
            (0, true, false, false),
            (1, false, true, false),
        ] {
            let is = |op| holds(kv, Compare::new("a", op, target(than)));
            let found = (
                is(CompareOp::Equal),
                is(CompareOp::Less),
                is(CompareOp::Greater),
            );
            assert_eq!(found, (equal, less, greater), "{:?}", target(than));
            assert_eq!(is(CompareOp::NotEqual), !equal, "{:?}", target(than));
        }
    }
}

fn missing(kv: &dyn Kv) {
    assert!(holds(kv, Compare::missing("a")));
    assert!(!holds(kv, Compare::exists("a")));
    assert!(holds(kv, Compare::version("a", 0)));
    assert!(holds(kv, Compare::mod_revision("a", 0)));
    assert!(holds(kv, Compare::lease("a", 0)));
    assert!(!holds(kv, Compare::value("a", "")));
    let unequal = CompareTarget::Value(b"x".to_vec());
    assert!(!holds(kv, Compare::new("a", CompareOp::NotEqual, unequal)));
    let done = kv
        .txn(&Txn::when([Compare::exists("a")]).otherwise([Op::put("a", "")]))
        .unwrap();
    assert_eq!((done.succeeded, done.revision), (false, 2));
}

fn ranges(kv: &dyn Kv) {
    assert!(
        holds(kv, Compare::missing("a").over("c")),
        "an empty range is like a missing key"
    );
    all(kv, [Op::put("a", "x"), Op::put("b", "x")]).unwrap();
    assert!(holds(kv, Compare::value("a", "x").over("c")));
    kv.put(b"b", b"y").unwrap();
    assert!(!holds(kv, Compare::value("a", "x").over("c")));
    assert!(holds(kv, Compare::value("a", "x").over("b")));
}

fn nested(kv: &dyn Kv) {
    let inner = Txn::when([Compare::missing("a")])
        .then([Op::put("b", "missing")])
        .otherwise([Op::put("b", "there")]);
    let done = all(kv, [Op::put("a", "1"), Op::Txn(inner)]).unwrap();
    assert_eq!(kv.get(b"b").unwrap().unwrap().value, b"missing");
    let OpResponse::Txn(inner) = &done.responses[1] else {
        panic!("{done:?}")
    };
    assert_eq!(
        (inner.revision, inner.succeeded, inner.responses.len()),
        (0, true, 1)
    );
    assert_eq!(done.revision, 2);
}
