//! Without the rights it takes.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::host;
use crate::support::{Call, Host};

/// netpipe as the user `nobody`, with a state directory of its own. The program is
/// copied to where everybody may run it.
fn nobody(host: &Host, args: &str) -> crate::support::Run {
    let open = fs::Permissions::from_mode(0o777);
    fs::set_permissions(host.directory(), open.clone()).unwrap();
    let program = host.directory().join("netpipe");
    fs::copy(env!("CARGO_BIN_EXE_netpipe"), &program).unwrap();
    fs::set_permissions(&program, open).unwrap();
    Call::new(host.place(), program, args)
        .env("NETPIPE_STATE_DIR", host.directory().join("own"))
        .env("NETPIPE_HOST", "h1")
        .directory("/")
        .user(65534)
        .run()
}

#[test]
fn another_user_may_not_attach() {
    let host = host();
    let before = host.snapshot();
    nobody(&host, "attach netns:blue br0 10.0.0.5/24")
        .status(1)
        .stdout("")
        .stderr_has("error: cannot attach `netns:blue` to `br0`")
        .stderr_has("hint: run as root");
    before.assert_same_kernel(&host.snapshot());
}

#[test]
fn another_user_may_not_make_a_bridge() {
    let host = host();
    let before = host.snapshot();
    nobody(&host, "bridge add lan0")
        .status(1)
        .stderr_has("cannot make bridge `lan0`")
        .stderr_has("hint: run as root, or with CAP_NET_ADMIN");
    before.assert_same_kernel(&host.snapshot());
}

#[test]
fn a_state_directory_of_somebody_elses_is_refused() {
    let host = host();
    host.netpipe("ip reserve br0 10.0.0.1").status(0);
    let before = host.snapshot();
    let args = format!(
        "--state-dir {} ip reserve br0 10.0.0.2",
        host.state_dir().display()
    );
    nobody(&host, &args)
        .status(1)
        .stderr_has(&host.state_dir().display().to_string())
        .stderr_has("ermission denied");
    before.assert_same(&host.snapshot());
}
