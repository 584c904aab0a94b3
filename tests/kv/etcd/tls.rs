//! Certificates, of both sides.

use std::path::{Path, PathBuf};

use netpipe::kv::Kv;
use netpipe::kv::etcd::{Access, EtcdKv, Tls};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, SanType};

use super::cluster::{Cluster, Release};
use super::conforms_with;

/// An authority, and what it signed.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    fn write(&self, directory: &Path, name: &str) -> PathBuf {
        let path = directory.join(name);
        std::fs::write(&path, self.0.pem()).unwrap();
        path
    }

    /// A certificate for any address of the loopback network that a test may have, by a name.
    fn sign(&self, directory: &Path, name: &str) -> (PathBuf, PathBuf) {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![format!("{name}.test")]).unwrap();
        params
            .subject_alt_names
            .push(SanType::IpAddress("127.0.0.1".parse().unwrap()));
        let cert = params.signed_by(&key, &self.0).unwrap();
        let files = (
            directory.join(format!("{name}.pem")),
            directory.join(format!("{name}-key.pem")),
        );
        std::fs::write(&files.0, cert.pem()).unwrap();
        std::fs::write(&files.1, key.serialize_pem()).unwrap();
        files
    }
}

#[test]
fn both_sides_show_certificates() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let (authority, stranger) = (Authority::new(), Authority::new());
    let ca = authority.write(directory, "ca.pem");
    let strange = stranger.write(directory, "strange.pem");
    let (cert, key) = authority.sign(directory, "server");
    let options = [
        format!("--cert-file={}", cert.display()),
        format!("--key-file={}", key.display()),
        format!("--trusted-ca-file={}", ca.display()),
        "--client-cert-auth".to_owned(),
    ];
    let cluster = Cluster::start_with(Release::V35, 1, "https", &options);
    let (cert, key) = authority.sign(directory, "client");
    let tls = Tls {
        ca: Some(ca),
        cert: Some(cert),
        key: Some(key),
        // The address of this test is not in the certificate.
        server_name: Some("server.test".to_owned()),
    };
    let access = |tls: Tls| Access {
        tls,
        ..Access::parse(&cluster.urls()).unwrap()
    };
    cluster.await_leader(&access(tls.clone()));
    conforms_with(&access(tls.clone()));

    let refused = |tls: Tls| {
        let opened = EtcdKv::open(&access(tls));
        let answer = opened.and_then(|kv| kv.get(b"a").map_err(Into::into));
        answer.unwrap_err().to_string()
    };
    let of_stranger = refused(Tls {
        ca: Some(strange),
        ..tls.clone()
    });
    assert!(
        of_stranger.contains("invalid peer certificate"),
        "{of_stranger}"
    );
    let of_address = refused(Tls {
        server_name: None,
        ..tls.clone()
    });
    assert!(of_address.contains("not valid for name"), "{of_address}");
    let without_key = refused(Tls {
        key: None,
        ..tls.clone()
    });
    assert!(without_key.contains("go together"), "{without_key}");
    let anonymous = refused(Tls {
        cert: None,
        key: None,
        ..tls
    });
    assert!(anonymous.contains("does not answer"), "{anonymous}");
}
