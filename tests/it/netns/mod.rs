//! Every command against the real kernel, in namespaces of the test's own.

mod attach;
mod doctor;
mod exec;
mod netns_verb;
mod wait;
