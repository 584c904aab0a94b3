//! Whose a certificate is.

use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use webpki::EndEntityCert;

use super::TlsFiles;
use crate::error::{Error, Result};

/// The object identifier of a common name: 2.5.4.3 (X.520, RFC 5280 appendix A).
const COMMON_NAME: [u8; 3] = [0x55, 0x04, 0x03];

/// The tags of the strings that a name is written with (X.680): UTF-8, printable, teletex (as
/// far as it is UTF-8) and IA5.
const STRINGS: [u8; 4] = [12, 19, 20, 22];

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const OBJECT_ID: u8 = 6;

/// The common name of a certificate's subject; the last, if there are several, as Go has it.
pub fn common_name(certificate: &CertificateDer<'_>) -> Option<String> {
    let certificate = EndEntityCert::try_from(certificate).ok()?;
    let mut found = None;
    let mut names = certificate.subject();
    while !names.is_empty() {
        let (mut set, rest) = element(names, &[SET])?;
        names = rest;
        while !set.is_empty() {
            let (attribute, rest) = element(set, &[SEQUENCE])?;
            set = rest;
            let (id, value) = element(attribute, &[OBJECT_ID])?;
            if id == COMMON_NAME {
                let (text, _) = element(value, &STRINGS)?;
                found = Some(String::from_utf8(text.to_vec()).ok()?);
            }
        }
    }
    found
}

/// Splits an element of one of these tags off DER (X.690): its contents, and what follows.
fn element<'d>(der: &'d [u8], tags: &[u8]) -> Option<(&'d [u8], &'d [u8])> {
    let (tag, rest) = der.split_first()?;
    if !tags.contains(tag) {
        return None;
    }
    let (first, mut rest) = rest.split_first()?;
    let length = match first {
        short @ ..=0x7f => usize::from(*short),
        long @ (0x81 | 0x82) => {
            let (length, after) = rest.split_at_checked(usize::from(long - 0x80))?;
            rest = after;
            length
                .iter()
                .fold(0, |sum, byte| sum << 8 | usize::from(*byte))
        }
        _ => return None,
    };
    rest.split_at_checked(length)
}

/// Checks a certificate, first of `chain`, against the names that are allowed.
pub(super) fn allowed(files: &TlsFiles, chain: Option<&[CertificateDer<'_>]>) -> Result<()> {
    if files.allowed_cn.is_empty() && files.allowed_hostname.is_empty() {
        return Ok(());
    }
    let refused = |what: &str| Err(Error::failed(format!("its certificate {what}")));
    let Some(certificate) = chain.and_then(<[_]>::first) else {
        return refused("is missing");
    };
    let name = common_name(certificate).unwrap_or_default();
    if !files.allowed_cn.is_empty() && !files.allowed_cn.contains(&name) {
        return refused(&format!(
            "has the common name `{name}`, which is not allowed"
        ));
    }
    let is_for = |host: &String| {
        let name = ServerName::try_from(host.as_str());
        let certificate = EndEntityCert::try_from(certificate);
        name.is_ok_and(|name| {
            certificate.is_ok_and(|it| it.verify_is_valid_for_subject_name(&name).is_ok())
        })
    };
    if !files.allowed_hostname.is_empty() && !files.allowed_hostname.iter().any(is_for) {
        return refused("is for no host that is allowed");
    }
    Ok(())
}
