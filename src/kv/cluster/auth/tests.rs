//! Commands and checks, end to end.
