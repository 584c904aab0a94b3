//! Certificates for a cluster and its clients: a CA of its own, and what it vouches for.
//!
//! All is in one directory that only its owner can read. The CA is made once and never
//! replaced: certificates that are made anew come from the same one, so that nobody has to be
//! told.

mod authority;
mod files;
#[cfg(test)]
mod tests;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};

use rcgen::{
    CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, KeyPair,
    KeyUsagePurpose, SanType,
};
use serde::Serialize;

use authority::Authority;
use files::Directory;

use crate::error::{Error, Result};
use crate::spec::shown;

/// The user whom the certificate of clients names, if none is asked for: the one who may do
/// everything.
pub const ROOT: &str = "root";

/// The longest name of a user in a certificate (RFC 5280 appendix A: `ub-common-name`).
const MAX_NAME: usize = 64;

/// What to make.
#[derive(Debug, Clone)]
pub struct CertRequest {
    /// Where; made if it is missing.
    pub directory: PathBuf,
    /// The names and addresses by which the members are reached, beside those of the loopback.
    pub hosts: Vec<String>,
    /// The users to make certificates for; none: the certificates of server and peer, and one
    /// for the user `root`.
    pub users: Vec<String>,
    /// How many days they are good for, from now.
    pub days: u32,
    /// Whether certificates that are there are made anew.
    pub force: bool,
}

/// What a certificate is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// Vouching for the others.
    Ca,
    /// Listening for clients.
    Server,
    /// Listening for the other members, and dialling them.
    Peer,
    /// Connecting as a user.
    Client,
}

/// A certificate in the directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Made {
    /// What it is for.
    pub purpose: Purpose,
    /// Its common name; the user's, of a client's.
    pub name: String,
    /// The certificate.
    pub cert: PathBuf,
    /// Its private key.
    pub key: PathBuf,
    /// The names and addresses that it is for.
    pub hosts: Vec<String>,
    /// The last day it is good for, as `2027-11-23`; none of what was there already.
    pub until: Option<String>,
}

/// A certificate to make.
struct Leaf {
    purpose: Purpose,
    /// What the files are called.
    file: String,
    name: String,
}

/// Makes certificates, and the CA if there is none; returns the CA and what was made.
///
/// # Errors
/// A certificate is there already and `force` is not set (a conflict; nothing was made), or it
/// is and no hosts are given, a host or a user is none, the CA in the directory is not netpipe's,
/// or a file cannot be written.
pub fn make(request: &CertRequest) -> Result<Vec<Made>> {
    let hosts = hosts(&request.hosts)?;
    let leaves = leaves(&request.users)?;
    if !(1..=authority::DAYS).contains(&request.days) {
        let most = authority::DAYS;
        return Err(Error::usage(format!(
            "a certificate is good for 1 to {most} days, not {}",
            request.days
        )));
    }
    let directory = Directory::open(&request.directory)?;
    let there = leaves
        .iter()
        .flat_map(|leaf| [directory.cert(&leaf.file), directory.key(&leaf.file)])
        .find(|path| path.symlink_metadata().is_ok());
    if let Some(path) = there {
        refuse_overwrite(request, &path)?;
    }
    let (authority, ca) = Authority::open_or_make(&directory)?;
    let mut made = vec![ca];
    for leaf in &leaves {
        made.push(leaf.make(&directory, &authority, &hosts, request.days)?);
    }
    Ok(made)
}

/// Refuses to write over what is there, if not asked to, or if a cluster would miss it: hosts that
/// are not told again are not in the new certificates.
fn refuse_overwrite(request: &CertRequest, path: &Path) -> Result<()> {
    let path = path.display();
    if !request.force {
        return Err(Error::conflict(format!("{path} is there already"))
            .hint("give --force to make it anew, with the same CA"));
    }
    if request.users.is_empty() && request.hosts.is_empty() {
        return Err(Error::usage(format!(
            "{path} is there already, and a new one would be for no other host than this"
        ))
        .hint("give each --host again, or --host localhost"));
    }
    Ok(())
}

fn leaves(users: &[String]) -> Result<Vec<Leaf>> {
    if users.is_empty() {
        let leaf = |purpose, file: &str, name: &str| Leaf {
            purpose,
            file: file.to_owned(),
            name: name.to_owned(),
        };
        return Ok(vec![
            leaf(Purpose::Server, "server", "netpipe-server"),
            leaf(Purpose::Peer, "peer", "netpipe-peer"),
            leaf(Purpose::Client, "client", ROOT),
        ]);
    }
    users
        .iter()
        .map(|user| {
            let fits = |c: char| c.is_ascii_alphanumeric() || "._-@".contains(c);
            if user.is_empty() || user.len() > MAX_NAME || !user.chars().all(fits) {
                return Err(Error::usage(format!(
                    "a certificate cannot be made for the user `{}`",
                    shown(user)
                ))
                .hint("a name has at most 64 letters, digits, `.`, `_`, `-` and `@`"));
            }
            Ok(Leaf {
                purpose: Purpose::Client,
                file: format!("client-{user}"),
                name: user.clone(),
            })
        })
        .collect()
}

/// The names and addresses of servers and peers: those asked for, and the loopback's.
fn hosts(asked: &[String]) -> Result<Vec<SanType>> {
    let mut all = Vec::new();
    for host in asked {
        let san = match host.parse::<IpAddr>() {
            Ok(address) => SanType::IpAddress(address),
            Err(_) => SanType::DnsName(dns_name(host)?),
        };
        all.push(san);
    }
    all.push(SanType::DnsName(dns_name("localhost")?));
    all.push(SanType::IpAddress(Ipv4Addr::LOCALHOST.into()));
    all.push(SanType::IpAddress(Ipv6Addr::LOCALHOST.into()));
    let mut unique: Vec<SanType> = Vec::new();
    for san in all {
        if !unique.contains(&san) {
            unique.push(san);
        }
    }
    Ok(unique)
}

fn dns_name(host: &str) -> Result<rcgen::string::Ia5String> {
    use tokio_rustls::rustls::pki_types::DnsName;
    let name = host.strip_prefix("*.").unwrap_or(host);
    let wrong = || {
        Error::usage(format!("`{}` is no host name or address", shown(host)))
            .hint("give --host as 10.0.0.1, fd00::1 or db1.example.net, without a port")
    };
    DnsName::try_from(name).map_err(|_| wrong())?;
    host.try_into().map_err(|_| wrong())
}

impl Leaf {
    fn make(
        &self,
        directory: &Directory,
        authority: &Authority,
        hosts: &[SanType],
        days: u32,
    ) -> Result<Made> {
        let key = KeyPair::generate().map_err(|cause| self.failed(cause))?;
        let mut params = CertificateParams::default();
        params.distinguished_name = common_name(&self.name);
        let until = authority::set_validity(&mut params, days);
        params.use_authority_key_identifier_extension = true;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        if self.purpose != Purpose::Client {
            // Both: members dial each other with the certificate that they listen with, and
            // etcd's JSON gateway dials its own server with the server's.
            params
                .extended_key_usages
                .insert(0, ExtendedKeyUsagePurpose::ServerAuth);
            params.subject_alt_names = hosts.to_vec();
        }
        let names = params.subject_alt_names.iter().map(host_text).collect();
        let cert = authority.sign(&params, &key)?;
        directory.write_key(&self.file, &key.serialize_pem())?;
        directory.write_cert(&self.file, &cert.pem())?;
        Ok(Made {
            purpose: self.purpose,
            name: self.name.clone(),
            cert: directory.cert(&self.file),
            key: directory.key(&self.file),
            hosts: names,
            until: Some(until),
        })
    }

    fn failed(&self, cause: rcgen::Error) -> Error {
        Error::failed(format!("cannot make the certificate `{}`", self.file)).because(cause)
    }
}

/// A name of nothing but a common name.
fn common_name(name: &str) -> DistinguishedName {
    let mut all = DistinguishedName::new();
    all.push(DnType::CommonName, name);
    all
}

fn host_text(san: &SanType) -> String {
    match san {
        SanType::DnsName(name) => name.as_str().to_owned(),
        SanType::IpAddress(address) => address.to_string(),
        _ => String::new(),
    }
}

/// Makes a certificate that vouches for itself, for a member that was given none (etcd:
/// `--auto-tls`); returns the certificate and the key. What is there already is kept.
///
/// # Errors
/// A file cannot be written.
pub fn make_own(directory: &Path, hosts: &[String]) -> Result<(PathBuf, PathBuf)> {
    const FILE: &str = "cert";
    let directory = Directory::open(directory)?;
    let (cert, key) = (directory.cert(FILE), directory.key(FILE));
    if cert.exists() && key.exists() {
        return Ok((cert, key));
    }
    let failed = |cause: rcgen::Error| Error::failed("cannot make a certificate").because(cause);
    let pair = KeyPair::generate().map_err(failed)?;
    let mut params = CertificateParams::default();
    params.distinguished_name = common_name("netpipe");
    params.subject_alt_names = self::hosts(hosts)?;
    authority::set_validity(&mut params, 365);
    params.extended_key_usages = vec![
        ExtendedKeyUsagePurpose::ServerAuth,
        ExtendedKeyUsagePurpose::ClientAuth,
    ];
    let made = params.self_signed(&pair).map_err(failed)?;
    directory.write_key(FILE, &pair.serialize_pem())?;
    directory.write_cert(FILE, &made.pem())?;
    Ok((cert, key))
}
