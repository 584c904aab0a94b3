//! Certificates, in the eyes of openssl.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use super::*;

fn request(directory: &Path) -> CertRequest {
    CertRequest {
        directory: directory.to_owned(),
        hosts: ["10.0.0.1", "fd00::1", "db1.example.net"]
            .map(str::to_owned)
            .into(),
        users: Vec::new(),
        days: 30,
        force: false,
    }
}

fn openssl(arguments: &[&str]) -> (bool, String) {
    let output = Command::new("openssl").args(arguments).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&text).into_owned(),
    )
}

fn contents(directory: &Path, file: &str) -> Vec<u8> {
    std::fs::read(directory.join(file)).unwrap()
}

#[test]
fn openssl_agrees() {
    let root = tempfile::tempdir().unwrap();
    let directory = root.path().join("new/certs");
    let made = make(&request(&directory)).unwrap();
    assert_eq!(made.len(), 4);
    let ca = directory.join("ca.crt");
    let ca = ca.to_str().unwrap();
    let verify = |cert: &Path, more: &[&str]| {
        let cert = cert.to_str().unwrap();
        openssl(&[&["verify", "-x509_strict", "-CAfile", ca], more, &[cert]].concat())
    };
    for one in &made {
        let purpose: &[&[&str]] = match one.purpose {
            Purpose::Ca => &[&["-check_ss_sig"]],
            Purpose::Server | Purpose::Peer => &[
                &["-purpose", "sslserver", "-verify_ip", "10.0.0.1"],
                &["-purpose", "sslserver", "-verify_ip", "fd00::1"],
                &["-purpose", "sslserver", "-verify_ip", "127.0.0.1"],
                &[
                    "-purpose",
                    "sslserver",
                    "-verify_hostname",
                    "db1.example.net",
                ],
                &["-purpose", "sslserver", "-verify_hostname", "localhost"],
                &["-purpose", "sslclient"],
            ],
            Purpose::Client => &[&["-purpose", "sslclient"]],
        };
        for more in purpose {
            let (good, text) = verify(&one.cert, more);
            assert!(good, "{more:?}: {text}");
        }
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&one.key), 0o600);
        assert_eq!(mode(&one.cert), 0o644);
        let (good, key) = openssl(&["pkey", "-noout", "-check", "-in", one.key.to_str().unwrap()]);
        assert!(good, "{key}");
        let (_, text) = openssl(&["x509", "-noout", "-text", "-in", one.cert.to_str().unwrap()]);
        assert!(text.contains(&format!("CN = {}", one.name)), "{text}");
        assert_eq!(
            text.contains("CA:TRUE"),
            one.purpose == Purpose::Ca,
            "{text}"
        );
    }
    assert_eq!(
        std::fs::metadata(&directory).unwrap().permissions().mode() & 0o777,
        0o700
    );
    let client = directory.join("client.crt");
    assert!(!verify(&client, &["-purpose", "sslserver"]).0);
    let server = directory.join("server.crt");
    assert!(!verify(&server, &["-verify_ip", "10.0.0.2"]).0);
    // 30 days, not 29 and not 31.
    let ends = |cert: &Path, days: u32| {
        let seconds = (days * 24 * 60 * 60).to_string();
        !openssl(&[
            "x509",
            "-noout",
            "-checkend",
            &seconds,
            "-in",
            cert.to_str().unwrap(),
        ])
        .0
    };
    assert!(!ends(&server, 29) && ends(&server, 31));
    assert!(!ends(Path::new(ca), 3649) && ends(Path::new(ca), 3651));
}

#[test]
fn nothing_is_overwritten_unasked_and_the_ca_never() {
    let root = tempfile::tempdir().unwrap();
    let directory = root.path();
    make(&request(directory)).unwrap();
    let files = ["ca.crt", "ca.key", "server.crt", "server.key", "client.crt"];
    let read = || files.map(|file| contents(directory, file));
    let before = read();
    let refused = make(&request(directory)).unwrap_err();
    assert_eq!(refused.exit_code(), 3);
    assert!(refused.to_string().contains("server.crt"), "{refused}");
    assert!(read() == before);
    // A key alone is not overwritten either.
    std::fs::remove_file(directory.join("server.crt")).unwrap();
    let refused = make(&request(directory)).unwrap_err();
    assert!(refused.to_string().contains("server.key"), "{refused}");
    let forced = CertRequest {
        force: true,
        ..request(directory)
    };
    let no_hosts = CertRequest {
        hosts: Vec::new(),
        ..forced.clone()
    };
    assert_eq!(make(&no_hosts).unwrap_err().exit_code(), 2);
    make(&forced).unwrap();
    let after = read();
    assert!(after[..2] == before[..2]);
    assert!((2..5).all(|file| after[file] != before[file]));
    let ca = directory.join("ca.crt");
    let (good, text) = openssl(&[
        "verify",
        "-x509_strict",
        "-CAfile",
        ca.to_str().unwrap(),
        directory.join("server.crt").to_str().unwrap(),
    ]);
    assert!(good, "{text}");
}

#[test]
fn users_get_certificates_of_their_own() {
    let root = tempfile::tempdir().unwrap();
    make(&request(root.path())).unwrap();
    let users = |users: &[&str]| CertRequest {
        users: users.iter().map(|user| (*user).to_owned()).collect(),
        ..request(root.path())
    };
    let made = make(&users(&["alice", "bob@example.net"])).unwrap();
    let names: Vec<_> = made.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names[1..], ["alice", "bob@example.net"]);
    assert!(root.path().join("client-alice.crt").exists());
    let long = "x".repeat(65);
    for bad in ["", "a/b", "..//x", "a b", "ä", &long] {
        assert_eq!(make(&users(&[bad])).unwrap_err().exit_code(), 2, "{bad}");
    }
}

#[test]
fn what_makes_no_sense_makes_nothing() {
    let root = tempfile::tempdir().unwrap();
    let directory = root.path().join("certs");
    for host in ["", "10.0.0.1:2379", "https://a", "a b", "*", "10.0.0.0/24"] {
        let mut wrong = request(&directory);
        wrong.hosts.push(host.to_owned());
        assert_eq!(make(&wrong).unwrap_err().exit_code(), 2, "{host}");
    }
    for days in [0, 3651] {
        let wrong = CertRequest {
            days,
            ..request(&directory)
        };
        assert_eq!(make(&wrong).unwrap_err().exit_code(), 2, "{days}");
    }
    assert!(!directory.exists());
}

#[test]
fn only_a_whole_ca_of_netpipe_is_used() {
    let (root, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let directory = root.path();
    make(&request(directory)).unwrap();
    make(&request(other.path())).unwrap();
    let forced = CertRequest {
        force: true,
        ..request(directory)
    };
    let before = contents(directory, "server.crt");
    let refused = |why: &str| {
        let error = make(&forced).unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
        assert!(contents(directory, "server.crt") == before);
    };
    // The key of another.
    std::fs::copy(other.path().join("ca.key"), directory.join("ca.key")).unwrap();
    refused("is not the key of");
    std::fs::remove_file(directory.join("ca.key")).unwrap();
    refused("but not its key");
    // One with a longer name, which netpipe would not write in the same way.
    let (key, cert) = (directory.join("ca.key"), directory.join("ca.crt"));
    let (made, text) = openssl(&[
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-subj",
        "/O=Example/CN=CA",
        "-days",
        "9",
        "-keyout",
        key.to_str().unwrap(),
        "-out",
        cert.to_str().unwrap(),
    ]);
    assert!(made, "{text}");
    refused("cannot make a certificate");
}

#[test]
fn a_certificate_of_its_own_is_kept() {
    let root = tempfile::tempdir().unwrap();
    let hosts = ["10.0.0.1".to_owned()];
    let (cert, key) = make_own(root.path(), &hosts).unwrap();
    let first = std::fs::read(&cert).unwrap();
    let (good, text) = openssl(&[
        "verify",
        "-CAfile",
        cert.to_str().unwrap(),
        "-verify_ip",
        "10.0.0.1",
        cert.to_str().unwrap(),
    ]);
    assert!(good, "{text}");
    assert_eq!(make_own(root.path(), &hosts).unwrap(), (cert.clone(), key));
    assert!(std::fs::read(cert).unwrap() == first);
}
