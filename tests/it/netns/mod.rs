//! Every command against the real kernel, in namespaces of the test's own.

mod attach;
