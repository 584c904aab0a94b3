//! The ids of members and clusters, made as etcd makes them, so that all who begin a cluster
//! from the same words agree (`server/etcdserver/api/membership/member.go`, `cluster.go`).

use std::time::{SystemTime, UNIX_EPOCH};

use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};

use super::MemberId;

/// The id of a member that begins a cluster.
pub(super) fn member<'a>(urls: impl IntoIterator<Item = &'a str>, token: &str) -> MemberId {
    hashed(urls, token, "")
}

/// A fresh id of a member that is added: another one each nanosecond, where etcd has another
/// each second, for no id may be used twice.
pub(super) fn fresh<'a>(urls: impl IntoIterator<Item = &'a str>, token: &str) -> MemberId {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    hashed(urls, token, &now.as_nanos().to_string())
}

/// The id of the cluster that these members begin.
pub(super) fn cluster(members: impl IntoIterator<Item = MemberId>) -> u64 {
    let mut ids: Vec<MemberId> = members.into_iter().collect();
    ids.sort_unstable();
    let bytes: Vec<u8> = ids.iter().flat_map(|id| id.to_be_bytes()).collect();
    first(&bytes)
}

fn hashed<'a>(urls: impl IntoIterator<Item = &'a str>, token: &str, time: &str) -> u64 {
    let mut urls: Vec<&str> = urls.into_iter().collect();
    urls.sort_unstable();
    first([&urls.concat(), token, time].concat().as_bytes())
}

/// The first eight bytes of the SHA-1.
fn first(bytes: &[u8]) -> u64 {
    let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, bytes);
    let first = hash.as_ref().first_chunk().copied().unwrap_or_default();
    u64::from_be_bytes(first)
}

#[cfg(test)]
mod tests {
    use super::{cluster, fresh, member};

    #[test]
    fn ids_are_those_of_etcd() {
        // Of an etcd that was started without flags.
        let id = member(["http://localhost:2380"], "etcd-cluster");
        assert_eq!(id, 0x8e9e_05c5_2164_694d);
        assert_eq!(cluster([id]), 0xcdf8_1819_4e3a_8c32);
    }

    #[test]
    fn the_order_of_urls_and_members_is_no_matter() {
        let of = |urls: [&'static str; 2]| member(urls, "t");
        assert_eq!(
            of(["http://a:1", "http://b:2"]),
            of(["http://b:2", "http://a:1"])
        );
        assert_eq!(cluster([1, 2]), cluster([2, 1]));
        assert_ne!(fresh(["http://a:1"], "t"), fresh(["http://a:1"], "t"));
    }
}
