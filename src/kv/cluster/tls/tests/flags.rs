//! TLS as the command line asks for it.

use std::net::SocketAddr;

use super::*;
use crate::kv::cluster::config::TlsFiles as Flags;

#[test]
fn plain_text_is_for_the_loopback() {
    let check = |address: &str, insecure| {
        refuse_plaintext("--listen-client", address.parse().unwrap(), insecure).is_ok()
    };
    assert!(check("127.0.0.1:2379", false) && check("127.9.9.9:1", false));
    assert!(check("[::1]:2379", false) && check("[::ffff:127.0.0.1]:2379", false));
    for open in [
        "0.0.0.0:2379",
        "[::]:2379",
        "10.0.0.1:2379",
        "[fd00::1]:2379",
    ] {
        assert!(!check(open, false), "{open}");
        assert!(check(open, true), "{open}");
    }
}

/// What a side's flags ask for, in a directory of certificates.
fn asked(side: Side, directory: &Path, flags: &Flags) -> Result<Option<Arc<Tls>>> {
    asked_for(side, flags, false, directory, &["127.0.0.1".to_owned()])
}

#[test]
fn flags_are_given_together() {
    let pki = pki();
    let pki = pki.path();
    let file = |name: &str| Some(pki.join(name));
    let whole = Flags {
        cert: file("server.crt"),
        key: file("server.key"),
        ca: file("ca.crt"),
        client_auth: true,
        ..Flags::default()
    };
    assert!(
        asked(Side::Client, pki, &Flags::default())
            .unwrap()
            .is_none()
    );
    assert!(asked(Side::Client, pki, &whole).unwrap().is_some());
    type Change = fn(&mut Flags);
    let changes: [(Change, &str); 7] = [
        (
            |it| it.cert = None,
            "--peer-key-file needs --peer-cert-file",
        ),
        (|it| it.key = None, "--peer-cert-file needs --peer-key-file"),
        (
            |it| it.ca = None,
            "--peer-client-cert-auth needs --peer-trusted-ca-file",
        ),
        (
            |it| (it.cert, it.key) = (None, None),
            "--peer-client-cert-auth needs --peer-cert-file",
        ),
        (
            |it| (it.cert, it.key, it.client_auth) = (None, None, false),
            "--peer-trusted-ca-file needs --peer-cert-file",
        ),
        (
            |it| {
                (it.ca, it.client_auth) = (None, false);
                it.allowed_names = vec!["x".into()];
            },
            "--peer-cert-allowed-… needs --peer-trusted-ca-file",
        ),
        (
            |it| it.client_cert = Some("x".into()),
            "--peer-client-cert-file needs --peer-client-key-file",
        ),
    ];
    for (change, text) in changes {
        let mut flags = whole.clone();
        change(&mut flags);
        let error = asked(Side::Peer, pki, &flags).unwrap_err();
        assert_eq!((error.to_string().as_str(), error.exit_code()), (text, 2));
    }
    // Another certificate to dial with.
    let flags = Flags {
        client_cert: file("client.crt"),
        client_key: file("client.key"),
        ..whole
    };
    run(async {
        let tls = asked(Side::Peer, pki, &flags).unwrap().unwrap();
        let mut server = Server::start(&tls).await;
        let info = server.meets(tls.files.clone()).await.unwrap();
        assert_eq!(info.common_name.as_deref(), Some("root"));
    });
}

#[test]
fn members_without_certificates_make_their_own() {
    let directory = tempfile::tempdir().unwrap();
    let own = |name: &str| {
        let flags = Flags {
            auto: true,
            ..Flags::default()
        };
        let made = asked(Side::Peer, &directory.path().join(name), &flags);
        made.unwrap().unwrap()
    };
    run(async {
        let mut server = Server::start(&own("one")).await;
        let info = server.meets(own("two").files.clone()).await.unwrap();
        assert!(info.encrypted && info.common_name.is_none());
    });
}

#[test]
fn a_listener_has_the_tls_that_its_url_asks_for() {
    let pki = pki();
    let tls = Tls::load(files(pki.path(), "server")).unwrap();
    let open: SocketAddr = "0.0.0.0:2379".parse().unwrap();
    let here: SocketAddr = "127.0.0.1:2379".parse().unwrap();
    let listen = |https, address, tls: Option<&Arc<Tls>>, insecure| {
        for_listener("--listen-client-urls", https, address, tls, insecure)
    };
    assert!(listen(true, open, Some(&tls), false).unwrap().is_some());
    assert!(listen(true, here, None, true).is_err());
    assert!(listen(false, here, Some(&tls), false).unwrap().is_none());
    assert!(listen(false, open, Some(&tls), false).is_err());
    assert!(listen(false, open, None, true).unwrap().is_none());
}
