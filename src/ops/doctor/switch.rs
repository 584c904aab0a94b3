//! The Open vSwitch of this host, if it has one.

use super::{Check, Status};
use crate::error::Result;
use crate::ops::Context;
use crate::sys::ovsdb;

const NAME: &str = "Open vSwitch";

/// Whether its database answers, and where it can switch.
pub fn examine(ctx: &Context) -> Check {
    if !ctx.has_switch() {
        let detail = format!("none at `{}`", ctx.ovs_db());
        return Check::new(NAME, Status::Info, detail);
    }
    match datapaths(ctx) {
        Ok(types) if types.is_empty() => {
            let detail = "its database answers, but ovs-vswitchd has never run with it";
            Check::new(NAME, Status::Warn, detail).fix("start ovs-vswitchd")
        }
        Ok(types) => Check::new(NAME, Status::Ok, format!("datapaths: {}", types.join(", "))),
        Err(error) => Check::of_error(NAME, Status::Warn, &error),
    }
}

fn datapaths(ctx: &Context) -> Result<Vec<String>> {
    Ok(ovsdb::facts(&mut ctx.switch()?, "")?.datapath_types)
}
