//! TLS with the certificates of `netpipe kv certs`: real etcd uses them, and real etcdctl meets
//! a member of netpipe's.

use std::path::Path;

use netpipe::kv::cluster::certs::{self, CertRequest};
use netpipe::kv::cluster::tls::{Connector, Tls, TlsFiles};
use netpipe::kv::proto::etcdserverpb as pb;
use pb::auth_client::AuthClient;

use super::servers::{Etcd, Netpipe, etcdctl, free_port};

fn make(directory: &Path, users: &[&str]) {
    let request = CertRequest {
        directory: directory.to_owned(),
        hosts: Vec::new(),
        users: users.iter().map(|user| (*user).to_owned()).collect(),
        days: 1,
        force: false,
    };
    certs::make(&request).unwrap();
}

/// Runs etcdctl with the certificate of that name; returns what it said, and whether it worked.
fn with_cert(directory: &Path, name: &str, port: u16, command: &[&str]) -> (bool, String) {
    let file = |file: String| directory.join(file).to_str().unwrap().to_owned();
    let flags = [
        format!("--endpoints=https://127.0.0.1:{port}"),
        format!("--cacert={}", file("ca.crt".into())),
        format!("--cert={}", file(format!("{name}.crt"))),
        format!("--key={}", file(format!("{name}.key"))),
    ];
    let flags: Vec<_> = flags.iter().map(String::as_str).collect();
    let output = etcdctl(&[&flags[..], command].concat());
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(text).unwrap())
}

#[test]
fn real_etcd_works_with_the_certificates() {
    let pki = tempfile::tempdir().unwrap();
    let pki = pki.path();
    make(pki, &[]);
    let file = |file: &str| pki.join(file).to_str().unwrap().to_owned();
    let ports = [free_port(), free_port()];
    let peers = [free_port(), free_port()];
    let members = [0, 1].map(|member| {
        let (port, peer) = (ports[member], peers[member]);
        let flags = [
            format!("--name=m{member}"),
            format!("--listen-client-urls=https://127.0.0.1:{port}"),
            format!("--advertise-client-urls=https://127.0.0.1:{port}"),
            format!("--listen-peer-urls=https://127.0.0.1:{peer}"),
            format!("--initial-advertise-peer-urls=https://127.0.0.1:{peer}"),
            format!(
                "--initial-cluster=m0=https://127.0.0.1:{},m1=https://127.0.0.1:{}",
                peers[0], peers[1]
            ),
            format!("--cert-file={}", file("server.crt")),
            format!("--key-file={}", file("server.key")),
            format!("--trusted-ca-file={}", file("ca.crt")),
            "--client-cert-auth".into(),
            format!("--peer-cert-file={}", file("peer.crt")),
            format!("--peer-key-file={}", file("peer.key")),
            format!("--peer-trusted-ca-file={}", file("ca.crt")),
            "--peer-client-cert-auth".into(),
            "--peer-cert-allowed-cn=netpipe-peer".into(),
        ];
        Etcd::start(&flags)
    });
    // They serve once they have agreed, so that peers have met.
    let _members = members.map(Etcd::wait);
    let (good, text) = with_cert(pki, "client", ports[0], &["put", "key", "value"]);
    assert!(good, "{text}");
    let (good, text) = with_cert(pki, "client", ports[1], &["get", "key"]);
    assert!(good && text.contains("value"), "{text}");
    let cacert = format!("--cacert={}", file("ca.crt"));
    let endpoint = format!("--endpoints=https://127.0.0.1:{}", ports[0]);
    assert!(
        !etcdctl(&[&endpoint, &cacert, "get", "key"])
            .status
            .success()
    );
}

#[test]
fn a_certificate_is_a_user() {
    let pki = tempfile::tempdir().unwrap();
    let pki = pki.path();
    make(pki, &[]);
    make(pki, &["alice"]);
    let files = |name: &str| TlsFiles {
        cert: pki.join(format!("{name}.crt")),
        key: pki.join(format!("{name}.key")),
        trusted_ca: Some(pki.join("ca.crt")),
        ..TlsFiles::default()
    };
    let file = |flag: &str, file: &str| format!("--{flag}={}", pki.join(file).display());
    let netpipe = Netpipe::alone(
        "https",
        &[
            file("cert-file", "server.crt"),
            file("key-file", "server.key"),
            file("trusted-ca-file", "ca.crt"),
            "--client-cert-auth".into(),
        ],
    );
    let port = netpipe.port;
    // etcdctl asks for passwords, so the first users are added without it.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let connector = Connector::new(Some(Tls::load(files("client")).unwrap()));
        let channel = connector
            .channel(&format!("https://127.0.0.1:{port}"))
            .unwrap();
        let mut auth = AuthClient::new(channel);
        for name in ["root", "alice"] {
            let options = netpipe::kv::proto::authpb::UserAddOptions { no_password: true };
            let user = pb::AuthUserAddRequest {
                name: name.into(),
                options: Some(options),
                ..Default::default()
            };
            auth.user_add(user).await.unwrap();
        }
    });
    let root = |command: &[&str]| with_cert(pki, "client", port, command);
    let alice = |command: &[&str]| with_cert(pki, "client-alice", port, command);
    for command in [
        &["user", "grant-role", "root", "root"][..],
        &["role", "add", "r"],
        &[
            "role",
            "grant-permission",
            "r",
            "--prefix",
            "readwrite",
            "a/",
        ],
        &["user", "grant-role", "alice", "r"],
        &["auth", "enable"],
        &["user", "list"],
    ] {
        let (good, text) = root(command);
        assert!(good, "{command:?}: {text}");
    }
    let (good, text) = alice(&["put", "a/key", "value"]);
    assert!(good, "{text}");
    let denied = alice(&["put", "b", "value"]);
    assert!(
        !denied.0 && denied.1.contains("permission denied"),
        "{denied:?}"
    );
    let denied = alice(&["user", "list"]);
    assert!(
        !denied.0 && denied.1.contains("permission denied"),
        "{denied:?}"
    );
    let (good, text) = alice(&["user", "get", "alice"]);
    assert!(good && text.contains('r'), "{text}");
    let (good, text) = root(&["put", "b", "value"]);
    assert!(good, "{text}");
    // Without a certificate nobody gets in at all, and not in the clear.
    let cacert = format!("--cacert={}", pki.join("ca.crt").display());
    let https = format!("--endpoints=https://127.0.0.1:{port}");
    assert!(
        !etcdctl(&[&https, &cacert, "put", "a/key", "x"])
            .status
            .success()
    );
    let http = format!("--endpoints=http://127.0.0.1:{port}");
    assert!(!etcdctl(&[&http, "put", "a/key", "x"]).status.success());
}

#[test]
fn a_running_member_takes_new_certificates() {
    let pki = tempfile::tempdir().unwrap();
    let pki = pki.path();
    make(pki, &[]);
    let file = |flag: &str, file: &str| format!("--{flag}={}", pki.join(file).display());
    let flags = [
        file("cert-file", "server.crt"),
        file("key-file", "server.key"),
        file("trusted-ca-file", "ca.crt"),
    ];
    let netpipe = Netpipe::alone("https", &flags);
    let put =
        |directory: &Path| with_cert(directory, "client", netpipe.port, &["put", "key", "value"]);
    let (good, text) = put(pki);
    assert!(good, "{text}");
    // Everything anew, of another CA: the clients of the former are strangers now.
    let (former, new) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    make(new.path(), &[]);
    for name in ["ca", "server", "client"] {
        for kind in ["crt", "key"] {
            let file = format!("{name}.{kind}");
            std::fs::copy(pki.join(&file), former.path().join(&file)).unwrap();
            std::fs::copy(new.path().join(&file), pki.join(&file)).unwrap();
        }
    }
    assert!(!put(former.path()).0);
    let (good, text) = put(new.path());
    assert!(good, "{text}");
}

#[test]
fn a_member_is_not_reached_from_elsewhere_without_tls() {
    let data = tempfile::tempdir().unwrap();
    let serve = |flags: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_netpipe"))
            .args(["kv", "serve", "--data-dir"])
            .arg(data.path().join("member"))
            .args(flags)
            .output()
            .unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        (output.status.code(), text)
    };
    let here = "http://127.0.0.1:0";
    for flags in [
        ["--listen-client", "http://0.0.0.0:0", "--listen-peer", here],
        ["--listen-client", here, "--listen-peer", "http://[::]:0"],
    ] {
        let (status, text) = serve(&flags);
        assert_eq!(status, Some(2), "{text}");
        assert!(
            text.contains("without TLS") && text.contains("--insecure"),
            "{text}"
        );
    }
    let (status, text) = serve(&[
        "--listen-client",
        "https://127.0.0.1:0",
        "--listen-peer",
        here,
    ]);
    assert_eq!(status, Some(2), "{text}");
    assert!(text.contains("needs a certificate"), "{text}");
    let (status, text) = serve(&["--auth-token", "jwt,sign-method=RS256"]);
    assert_eq!(status, Some(2), "{text}");
    assert!(text.contains("jwt"), "{text}");
}
