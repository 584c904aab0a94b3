//! many N BRIDGE: µs for each of N attaches by one process, addresses registered; the
//! counterpart of `floor many`, whose namespaces, addresses and interfaces it mirrors.
//! NETPIPE_STATE_DIR says where the store is. The bridge is left as it was.

use std::io::Write as _;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::time::Instant;

use netpipe::error::{Error, Result};
use netpipe::ops::Context;
use netpipe::ops::batch::attach_all;
use netpipe::ops::detach::{Which, detach};
use netpipe::spec::{AddressSpec, Attachment, IfName, LinkSpec, Target};
use netpipe::sys::netns::{self, Netns};
use netpipe::sys::signal::Interrupt;

/// Interfaces in each namespace.
const EACH: usize = 10;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [count, bridge] = arguments.as_slice() else {
        return Err(Error::usage("usage: many N BRIDGE"));
    };
    let count: usize = count.parse().map_err(|_| Error::usage("N is a number"))?;
    let state_dir =
        std::env::var_os("NETPIPE_STATE_DIR").map_or_else(std::env::temp_dir, PathBuf::from);
    let ctx = Context::new(state_dir, None, None, Interrupt::default())?;
    let namespaces = (0..count.div_ceil(EACH))
        .map(|_| without_ipv6())
        .collect::<Result<Vec<_>>>()?;
    let requests = (0..count)
        .map(|i| request(&namespaces[i / EACH], bridge, i))
        .collect::<Result<Vec<_>>>()?;
    let begin = Instant::now();
    let outcomes = attach_all(&ctx, &requests, |_| ());
    let spent = begin.elapsed();
    outcomes
        .into_iter()
        .try_for_each(|outcome| outcome.map(drop))?;
    for namespace in &namespaces {
        detach(&ctx, &target(namespace), &Which::All)?;
    }
    writeln!(std::io::stdout(), "{}", spent.as_micros() / count as u128).map_err(io)
}

/// A namespace whose IPv6 multicasts do not flood the bridge.
fn without_ipv6() -> Result<OwnedFd> {
    let fd = netns::create()?;
    Netns::from_fd(fd.try_clone().map_err(io)?, "new")?.run(|| {
        for of in ["all", "default"] {
            let path = format!("/proc/sys/net/ipv6/conf/{of}/disable_ipv6");
            // Where the kernel has no IPv6 there is nothing to turn off.
            let _ = std::fs::write(Path::new(&path), "1");
        }
    })?;
    Ok(fd)
}

fn target(namespace: &OwnedFd) -> Target {
    let path = format!("/proc/{}/fd/{}", std::process::id(), namespace.as_raw_fd());
    Target::Path(path.into())
}

fn request(namespace: &OwnedFd, bridge: &str, i: usize) -> Result<Attachment> {
    let (subnet, host) = (200 + i % EACH, 1 + i / EACH % 250);
    let address: AddressSpec = format!("10.{subnet}.{}.{host}/16", i / 2500).parse()?;
    let link: LinkSpec = bridge.parse()?;
    let mut request = Attachment::new(target(namespace), link, vec![address]);
    let ifname: IfName = format!("eth{}", 1 + i % EACH).parse()?;
    request.ifname = Some(ifname);
    // The floor announces nothing either: each frame would be flooded to every port.
    request.announce = false;
    request.validated()
}

fn io(error: std::io::Error) -> Error {
    Error::failed("cannot copy a descriptor").because(error)
}
