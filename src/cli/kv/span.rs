//! Which keys an argument stands for.

use crate::kv::types::prefix_end;

/// The key and the range end of a request: one key, `[key, end)`, all that start with the key,
/// or all from it on. An empty key stands for the first.
pub fn span(
    key: Vec<u8>,
    end: Option<Vec<u8>>,
    prefix: bool,
    from_key: bool,
) -> (Vec<u8>, Vec<u8>) {
    let first = |key: Vec<u8>| if key.is_empty() { vec![0] } else { key };
    match end {
        Some(end) => (key, end),
        None if from_key => (first(key), vec![0]),
        None if prefix => {
            let end = prefix_end(&key);
            (first(key), end)
        }
        None => (key, Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::span;

    #[test]
    fn an_empty_key_is_the_first_of_a_prefix_and_nothing_alone() {
        let of = |key: &str, prefix, from| span(key.into(), None, prefix, from);
        assert_eq!(of("a", false, false), (b"a".to_vec(), vec![]));
        assert_eq!(of("a", true, false), (b"a".to_vec(), b"b".to_vec()));
        assert_eq!(of("a", false, true), (b"a".to_vec(), vec![0]));
        assert_eq!(of("", true, false), (vec![0], vec![0]));
        assert_eq!(of("", false, true), (vec![0], vec![0]));
        assert_eq!(of("", false, false), (vec![], vec![]));
    }
}
