//! Who a request says it is from.

use tonic::metadata::MetadataMap;

/// Who a request says it is from: found in its metadata and on its connection, not checked yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claim {
    /// The token.
    pub token: Option<String>,
    /// The common name of the certificate that the connection was opened with, which the TLS
    /// handshake checked.
    pub common_name: Option<String>,
}

impl Claim {
    /// Reads the token of a request: `token`, as gRPC clients send it, else `authorization`, as
    /// HTTP clients do (etcd: `rpctypes/metadatafields.go`).
    ///
    /// `common_name` is that of the client's certificate. It does not count if the request came
    /// through etcd's gateway, whose certificate it would be.
    pub fn new(metadata: &MetadataMap, common_name: Option<&str>) -> Self {
        let field = ["token", "authorization"]
            .iter()
            .find_map(|field| metadata.get(*field));
        let token = field.map(|value| value.to_str().unwrap_or_default());
        let gateway = metadata.contains_key("grpcgateway-accept");
        Self {
            token: token.map(|token| token.trim_start_matches("Bearer ").to_owned()),
            common_name: common_name.filter(|_| !gateway).map(str::to_owned),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(
        fields: &[(&'static str, &str)],
        name: Option<&str>,
    ) -> (Option<String>, Option<String>) {
        let mut metadata = MetadataMap::new();
        for (field, value) in fields {
            metadata.insert(*field, value.parse().unwrap());
        }
        let claim = Claim::new(&metadata, name);
        (claim.token, claim.common_name)
    }

    #[test]
    fn the_token_stands_in_either_field() {
        let token = Some("abc.1".to_owned());
        assert_eq!(claim(&[("token", "abc.1")], None), (token.clone(), None));
        assert_eq!(
            claim(&[("authorization", "abc.1")], None),
            (token.clone(), None)
        );
        assert_eq!(
            claim(&[("authorization", "Bearer abc.1")], None),
            (token.clone(), None)
        );
        let both = [("authorization", "other.2"), ("token", "abc.1")];
        assert_eq!(claim(&both, None), (token, None));
        assert_eq!(claim(&[], None), (None, None));
    }

    #[test]
    fn the_certificate_of_a_gateway_is_not_its_clients() {
        let name = Some("alice".to_owned());
        assert_eq!(claim(&[], Some("alice")), (None, name));
        assert_eq!(
            claim(&[("grpcgateway-accept", "*/*")], Some("alice")),
            (None, None)
        );
    }
}
