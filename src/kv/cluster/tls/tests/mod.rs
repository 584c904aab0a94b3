//! TLS between real sockets.

mod flags;

use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;

use futures_util::StreamExt as _;
use rcgen::{CertificateParams, CertificateRevocationListParams, Issuer, KeyIdMethod, KeyPair};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use tokio_stream::Stream;
use tonic::transport::server::Connected as _;

use super::*;
use crate::kv::cluster::certs::{self, CertRequest};

fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let bound = std::time::Duration::from_secs(60);
        tokio::time::timeout(bound, work).await.unwrap()
    })
}

fn make(directory: &Path, users: &[&str]) {
    let request = CertRequest {
        directory: directory.to_owned(),
        hosts: vec!["db1.example.net".to_owned()],
        users: users.iter().map(|user| (*user).to_owned()).collect(),
        days: 1,
        force: true,
    };
    certs::make(&request).unwrap();
}

/// The files of one certificate of a directory; the CA is trusted.
fn files(directory: &Path, name: &str) -> TlsFiles {
    TlsFiles {
        cert: directory.join(format!("{name}.crt")),
        key: directory.join(format!("{name}.key")),
        trusted_ca: Some(directory.join("ca.crt")),
        ..TlsFiles::default()
    }
}

fn pki() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    make(directory.path(), &[]);
    directory
}

/// A server, and what it accepts.
struct Server {
    port: u16,
    accepted: std::pin::Pin<Box<dyn Stream<Item = std::io::Result<Connection>>>>,
}

impl Server {
    async fn start(tls: &Arc<Tls>) -> Self {
        let tcp = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let listener = Listener::new(tcp, Some(Arc::clone(tls)));
        Self {
            port: listener.local_addr().unwrap().port(),
            accepted: Box::pin(listener.incoming()),
        }
    }

    /// Connects with these files, and returns who the server says it is; none if one side
    /// refused the other.
    async fn meets(&mut self, client: TlsFiles) -> Option<PeerInfo> {
        let connector = Connector::new(Some(Tls::load(client).unwrap()));
        let mut opened = connector.open("127.0.0.1", self.port).await.ok()?;
        // A client of TLS 1.3 is told only afterwards that it is refused.
        tokio::select! {
            accepted = self.accepted.next() => {
                let mut connection = accepted.unwrap().unwrap();
                connection.write_all(b"x").await.unwrap();
                connection.flush().await.unwrap();
                assert_eq!(opened.read_u8().await.unwrap(), b'x');
                Some(connection.connect_info())
            }
            end = opened.read_u8() => {
                assert!(end.is_err());
                None
            }
        }
    }
}

#[test]
fn who_has_a_certificate_of_the_ca_gets_in() {
    let (ours, others) = (pki(), pki());
    let (ours, others) = (ours.path(), others.path());
    make(ours, &["alice"]);
    run(async {
        let mut server = Server::start(&Tls::load(files(ours, "server")).unwrap()).await;
        let alice = server.meets(files(ours, "client-alice")).await.unwrap();
        assert_eq!(alice.common_name.as_deref(), Some("alice"));
        assert!(alice.encrypted && alice.address.unwrap().ip().is_loopback());
        let root = server.meets(files(ours, "client")).await.unwrap();
        assert_eq!(root.common_name.as_deref(), Some("root"));
        let only_13 = TlsFiles {
            only_tls13: true,
            ..files(ours, "peer")
        };
        assert!(server.meets(only_13).await.is_some());
        // One of another CA, that trusts this one.
        let stranger = TlsFiles {
            trusted_ca: Some(ours.join("ca.crt")),
            ..files(others, "client")
        };
        assert!(server.meets(stranger).await.is_none());
        // And one that does not trust this server.
        let wary = TlsFiles {
            trusted_ca: Some(others.join("ca.crt")),
            ..files(ours, "client")
        };
        assert!(server.meets(wary.clone()).await.is_none());
        // Unless it trusts anybody.
        let trusting = TlsFiles {
            unchecked: true,
            ..wary
        };
        assert!(server.meets(trusting).await.is_some());
    });
}

#[test]
fn plain_text_and_no_certificate_are_refused() {
    let pki = pki();
    run(async {
        let mut server = Server::start(&Tls::load(files(pki.path(), "server")).unwrap()).await;
        let address = (Ipv4Addr::LOCALHOST, server.port);
        let mut plain = TcpStream::connect(address).await.unwrap();
        plain
            .write_all(b"GET /health HTTP/1.1\r\n\r\n")
            .await
            .unwrap();
        let mut answer = Vec::new();
        plain.read_to_end(&mut answer).await.unwrap();
        // An alert of TLS (RFC 8446, section 6), and nothing else.
        assert_eq!((answer[0], answer.len()), (21, 7));
        let mut roots = RootCertStore::empty();
        let ca = CertificateDer::from_pem_file(pki.path().join("ca.crt")).unwrap();
        roots.add(ca).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let nameless = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let stream = TcpStream::connect(address).await.unwrap();
        let name = "db1.example.net".try_into().unwrap();
        let opened = TlsConnector::from(Arc::new(nameless))
            .connect(name, stream)
            .await;
        assert!(opened.unwrap().read_u8().await.is_err());
        // Nobody of them was let in: the first is this one.
        let root = server.meets(files(pki.path(), "client")).await.unwrap();
        assert_eq!(root.common_name.as_deref(), Some("root"));
    });
}

/// Signs with the CA of a directory, as nobody should.
fn sign(directory: &Path, name: &str, change: impl FnOnce(&mut CertificateParams)) {
    let read = |file: &str| std::fs::read_to_string(directory.join(file)).unwrap();
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    change(&mut params);
    let cert = params
        .signed_by(&key, &issuer(directory, &read("ca.key")))
        .unwrap();
    std::fs::write(directory.join(format!("{name}.crt")), cert.pem()).unwrap();
    std::fs::write(directory.join(format!("{name}.key")), key.serialize_pem()).unwrap();
}

fn issuer(directory: &Path, key: &str) -> Issuer<'static, KeyPair> {
    let ca = CertificateDer::from_pem_file(directory.join("ca.crt")).unwrap();
    let mut params = CertificateParams::default();
    params
        .distinguished_name
        .push(rcgen::DnType::CommonName, common_name(&ca).unwrap());
    params.key_usages.push(rcgen::KeyUsagePurpose::CrlSign);
    Issuer::new(params, KeyPair::from_pem(key).unwrap())
}

#[test]
fn what_ran_out_is_refused_on_both_sides() {
    let pki = pki();
    let pki = pki.path();
    sign(pki, "expired", |params| {
        params.not_after = rcgen::date_time_ymd(2020, 1, 1)
    });
    sign(pki, "current", |_| {});
    run(async {
        let mut server = Server::start(&Tls::load(files(pki, "server")).unwrap()).await;
        assert!(server.meets(files(pki, "current")).await.is_some());
        assert!(server.meets(files(pki, "expired")).await.is_none());
        let mut server = Server::start(&Tls::load(files(pki, "current")).unwrap()).await;
        assert!(server.meets(files(pki, "peer")).await.is_some());
        let mut server = Server::start(&Tls::load(files(pki, "expired")).unwrap()).await;
        assert!(server.meets(files(pki, "peer")).await.is_none());
    });
}

#[test]
fn revoked_certificates_are_refused() {
    let pki = pki();
    let pki = pki.path();
    sign(pki, "good", |params| {
        params.serial_number = Some(7_u64.into())
    });
    sign(pki, "bad", |params| {
        params.serial_number = Some(8_u64.into())
    });
    let list = CertificateRevocationListParams {
        this_update: rcgen::date_time_ymd(2020, 1, 1),
        next_update: rcgen::date_time_ymd(4000, 1, 1),
        crl_number: 1_u64.into(),
        issuing_distribution_point: None,
        revoked_certs: vec![rcgen::RevokedCertParams {
            serial_number: 8_u64.into(),
            revocation_time: rcgen::date_time_ymd(2020, 1, 1),
            reason_code: None,
            invalidity_date: None,
        }],
        key_identifier_method: KeyIdMethod::Sha256,
    };
    let key = std::fs::read_to_string(pki.join("ca.key")).unwrap();
    let list = list.signed_by(&issuer(pki, &key)).unwrap();
    run(async {
        for (file, bytes) in [
            ("list.pem", list.pem().unwrap().into()),
            ("list.der", list.der().to_vec()),
        ] {
            std::fs::write(pki.join(file), bytes).unwrap();
            let with_list = TlsFiles {
                revoked: Some(pki.join(file)),
                ..files(pki, "server")
            };
            let mut server = Server::start(&Tls::load(with_list).unwrap()).await;
            assert!(server.meets(files(pki, "good")).await.is_some(), "{file}");
            assert!(server.meets(files(pki, "bad")).await.is_none(), "{file}");
        }
    });
}

#[test]
fn certificates_are_read_again_when_they_change() {
    let (pki, other) = (pki(), pki());
    let pki = pki.path();
    let tls = Tls::load(files(pki, "server")).unwrap();
    run(async {
        let mut server = Server::start(&tls).await;
        let first = server.meets(files(pki, "client")).await.unwrap();
        assert!(first.encrypted);
        // Half of the new pair, or nothing that makes sense: the former pair stays.
        let good = tls.server();
        let new = other.path().join("server.crt");
        std::fs::copy(&new, pki.join("server.crt")).unwrap();
        assert!(Arc::ptr_eq(&tls.server(), &good));
        std::fs::write(pki.join("server.crt"), "broken").unwrap();
        assert!(Arc::ptr_eq(&tls.server(), &good));
        std::fs::remove_file(pki.join("server.crt")).unwrap();
        assert!(Arc::ptr_eq(&tls.server(), &good));
        assert!(server.meets(files(pki, "client")).await.is_some());
        // All of another CA: who was let in is not any more, and the other way round.
        let stranger = tempfile::tempdir().unwrap();
        for file in ["client.crt", "client.key", "ca.crt"] {
            std::fs::copy(pki.join(file), stranger.path().join(file)).unwrap();
        }
        for file in ["server.crt", "server.key", "ca.crt"] {
            std::fs::copy(other.path().join(file), pki.join(file)).unwrap();
        }
        assert!(!Arc::ptr_eq(&tls.server(), &good));
        assert!(
            server
                .meets(files(stranger.path(), "client"))
                .await
                .is_none()
        );
        assert!(server.meets(files(other.path(), "client")).await.is_some());
    });
}

#[test]
fn names_can_be_asked_for() {
    let pki = pki();
    let pki = pki.path();
    let named = |name: &str, cn: &[&str], hosts: &[&str]| TlsFiles {
        allowed_cn: cn.iter().map(|name| (*name).to_owned()).collect(),
        allowed_hostname: hosts.iter().map(|name| (*name).to_owned()).collect(),
        ..files(pki, name)
    };
    run(async {
        for (cn, hosts, peer, client) in [
            (&["netpipe-peer"][..], &[][..], true, false),
            (&["other", "root"], &[], false, true),
            (&[], &["db1.example.net"], true, false),
            (&[], &["10.0.0.1", "127.0.0.1"], true, false),
            (&[], &["db2.example.net"], false, false),
        ] {
            let mut server = Server::start(&Tls::load(named("peer", cn, hosts)).unwrap()).await;
            let got_in = server.meets(files(pki, "peer")).await.is_some();
            assert_eq!(got_in, peer, "{cn:?} {hosts:?}");
            let got_in = server.meets(files(pki, "client")).await.is_some();
            assert_eq!(got_in, client, "{cn:?} {hosts:?}");
            // Who dials asks the same.
            let mut server = Server::start(&Tls::load(files(pki, "peer")).unwrap()).await;
            let dialled = server.meets(named("peer", cn, hosts)).await.is_some();
            assert_eq!(dialled, peer, "{cn:?} {hosts:?}");
        }
    });
}

#[test]
fn a_server_must_be_the_one_that_was_dialled() {
    let pki = pki();
    let pki = pki.path();
    sign(pki, "elsewhere", |params| {
        params.subject_alt_names = vec![rcgen::SanType::IpAddress([10, 0, 0, 9].into())];
    });
    run(async {
        let mut server = Server::start(&Tls::load(files(pki, "elsewhere")).unwrap()).await;
        assert!(server.meets(files(pki, "peer")).await.is_none());
    });
}

#[test]
fn broken_files_are_named_at_the_start() {
    let pki = pki();
    let pki = pki.path();
    let error = |files| Tls::load(files).unwrap_err().to_string();
    let crossed = TlsFiles {
        key: pki.join("peer.key"),
        ..files(pki, "server")
    };
    assert!(error(crossed).contains("server.crt"));
    assert!(error(files(pki, "missing")).contains("missing.crt"));
    std::fs::write(pki.join("empty.crt"), "").unwrap();
    std::fs::write(pki.join("empty.key"), "").unwrap();
    assert!(error(files(pki, "empty")).contains("no certificate in"));
    let no_ca = TlsFiles {
        trusted_ca: Some(pki.join("empty.crt")),
        ..files(pki, "server")
    };
    assert!(error(no_ca).contains("empty.crt"));
    let alone = TlsFiles {
        trusted_ca: None,
        ..files(pki, "server")
    };
    assert!(Tls::load(alone).unwrap().client().is_err());
}

#[test]
fn a_url_says_whether_there_is_tls() {
    let pki = pki();
    let tls = Tls::load(files(pki.path(), "peer")).unwrap();
    run(async {
        let (with, without) = (Connector::new(Some(tls)), Connector::new(None));
        assert!(with.channel("https://10.0.0.1:2380").is_ok());
        assert!(with.channel("http://127.0.0.1:2380").is_ok());
        assert!(without.channel("http://[::1]:2380").is_ok());
        assert!(without.channel("https://10.0.0.1:2380").is_err());
        assert!(with.channel("10.0.0.1:2380").is_err());
        assert!(with.channel("https://a b").is_err());
    });
}
