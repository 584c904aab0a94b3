//! Certificates, in the eyes of openssl.
