//! Leases, as far as they do not depend on time passing.

use netpipe::kv::{Kv, KvError, Op};

use super::{Case, all, refused, revision};

pub const CASES: &[Case] = &[
    ("grants", grants),
    ("revoking deletes the keys in one revision", revoke),
    ("unknown leases", unknown),
    ("time to live", time_to_live),
    ("a key follows its last lease", moves),
];

fn grants(kv: &dyn Kv) {
    let granted = kv.lease_grant(60, 7).unwrap();
    assert_eq!((granted.id, granted.ttl, granted.revision), (7, 60, 1));
    refused(kv.lease_grant(60, 7), &KvError::LeaseExists);
    refused(kv.lease_grant(9_000_000_001, 8), &KvError::LeaseTtlTooLarge);
    assert_eq!(kv.lease_grant(9_000_000_000, 8).unwrap().ttl, 9_000_000_000);
    assert_eq!(kv.lease_grant(1, 9).unwrap().ttl, 2, "the least TTL");
    let chosen = kv.lease_grant(60, 0).unwrap().id;
    assert!(chosen > 0);
    let mut want = vec![7, 8, 9, chosen];
    want.sort_unstable();
    assert_eq!(kv.leases().unwrap(), want);
    assert_eq!(revision(kv), 1, "leases do not raise the revision");
}

fn revoke(kv: &dyn Kv) {
    kv.lease_grant(60, 7).unwrap();
    kv.put(b"free", b"").unwrap();
    for key in ["c", "a", "b"] {
        all(kv, [Op::put_leased(key, "", 7)]).unwrap();
    }
    assert_eq!(kv.lease_revoke(7).unwrap(), 6);
    let left: Vec<_> = kv
        .prefix(b"")
        .unwrap()
        .into_iter()
        .map(|kv| kv.key)
        .collect();
    assert_eq!(left, [b"free"]);
    assert!(kv.leases().unwrap().is_empty());
    kv.lease_grant(60, 7).unwrap();
    assert_eq!(
        kv.lease_revoke(7).unwrap(),
        6,
        "without keys there is no revision"
    );
}

fn unknown(kv: &dyn Kv) {
    refused(kv.lease_revoke(7), &KvError::LeaseNotFound);
    assert_eq!(kv.lease_keepalive(7).unwrap(), 0);
    let left = kv.lease_time_to_live(7, true).unwrap();
    assert_eq!((left.ttl, left.granted_ttl, left.keys.len()), (-1, 0, 0));
    refused(
        all(kv, [Op::put_leased("a", "", 7)]),
        &KvError::LeaseNotFound,
    );
}

fn time_to_live(kv: &dyn Kv) {
    kv.lease_grant(60, 7).unwrap();
    all(kv, [Op::put_leased("b", "", 7), Op::put_leased("a", "", 7)]).unwrap();
    let left = kv.lease_time_to_live(7, true).unwrap();
    assert_eq!((left.id, left.granted_ttl, left.revision), (7, 60, 2));
    assert!((50..=60).contains(&left.ttl), "{left:?}");
    assert_eq!(left.keys, [b"a", b"b"]);
    assert!(kv.lease_time_to_live(7, false).unwrap().keys.is_empty());
    assert_eq!(kv.lease_keepalive(7).unwrap(), 60);
}

fn moves(kv: &dyn Kv) {
    kv.lease_grant(60, 7).unwrap();
    kv.lease_grant(60, 8).unwrap();
    all(kv, [Op::put_leased("a", "", 7), Op::put_leased("b", "", 7)]).unwrap();
    all(kv, [Op::put_leased("a", "", 8), Op::put("b", "")]).unwrap();
    kv.lease_revoke(7).unwrap();
    assert_eq!(kv.prefix(b"").unwrap().len(), 2);
    kv.delete(b"a").unwrap();
    assert!(kv.lease_time_to_live(8, true).unwrap().keys.is_empty());
    kv.lease_revoke(8).unwrap();
    assert!(kv.get(b"b").unwrap().is_some());
}
