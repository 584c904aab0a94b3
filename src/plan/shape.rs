//! From a shape to what the kernel is told, and what is not said computed as one would by hand.

use crate::error::{Error, Result};
use crate::spec::{Percent, Rate, Shape, Size, Time};
use crate::sys::qdisc::{Netem, Shaping, TICK, Tbf, ticks};

/// The frame around what the MTU counts: Ethernet's header and two VLAN tags.
const FRAME: u32 = 14 + 2 * 4;

/// How often in a second a kernel that has nothing better looks at its clock. A bucket that
/// holds less than comes in between runs over, and the rate is never reached (tc-tbf(8),
/// section PARAMETERS, burst). 100 is the lowest that kernels are built with.
const HZ: u64 = 100;

/// How long a packet may wait at a rate: long enough for what TCP sends at once, and not so
/// long that everything else on the link feels it.
const LATENCY: Time = Time(50_000_000);

/// The speed that a delayed link is thought to have if none is given: of 10 gbit a second,
/// what is on its way must fit. tc's own 1000 packets are 120 mbit a second at 100 ms.
const SPEED: u64 = 1_250_000_000;
const LEAST_LIMIT: u64 = 1000;
const MOST_LIMIT: u64 = 1_000_000;

/// What a link of that MTU is told.
///
/// # Errors
/// Usage, if its burst holds no packet, or lasts longer than the kernel can count.
pub fn shaping(shape: &Shape, mtu: u32) -> Result<Shaping> {
    Ok(Shaping {
        netem: shape.disturbs().then(|| netem(shape, mtu)),
        tbf: shape.rate.map(|rate| tbf(shape, rate, mtu)).transpose()?,
    })
}

fn netem(shape: &Shape, mtu: u32) -> Netem {
    let time = |time: Option<Time>| time.map_or(0, |time| time.0);
    let share = |percent: Option<Percent>| percent.map_or(0, Percent::of_u32);
    let (delay, jitter) = (time(shape.delay), time(shape.jitter));
    let speed = shape.rate.map_or(SPEED, |rate| rate.0.min(SPEED));
    let bytes = u128::from(speed) * u128::from(delay + jitter) / 1_000_000_000;
    // Half as many again, for not all packets are as large as may be.
    let packets = bytes * 3 / 2 / u128::from(mtu.max(1));
    let packets = u64::try_from(packets).unwrap_or(MOST_LIMIT);
    let packets = packets.clamp(LEAST_LIMIT, MOST_LIMIT);
    Netem {
        limit: u32::try_from(packets).unwrap_or(u32::MAX),
        delay,
        jitter,
        loss: share(shape.loss),
        duplicate: share(shape.duplicate),
        corrupt: share(shape.corrupt),
        reorder: share(shape.reorder),
        // Any packet may overtake: as tc does.
        gap: u32::from(shape.reorder.is_some()),
        odd: false,
    }
}

fn tbf(shape: &Shape, rate: Rate, mtu: u32) -> Result<Tbf> {
    let least = mtu.saturating_add(FRAME);
    let burst = match shape.burst {
        Some(Size(burst)) if burst < least => {
            return Err(Error::usage(format!(
                "a burst of {} holds no packet of the link's MTU, {mtu}: none would be sent",
                Size(burst)
            ))
            .hint(format!("give at least {least}b")));
        }
        Some(Size(burst)) => burst,
        None => u32::try_from(rate.0 / HZ).unwrap_or(u32::MAX).max(least),
    };
    if ticks(rate.0, burst) > u64::from(u32::MAX) {
        return Err(Error::usage(format!(
            "{} at {rate} last longer than the kernel can count, {} seconds",
            Size(burst),
            u64::from(u32::MAX) * TICK / 1_000_000_000
        ))
        .hint("give a higher rate or a smaller burst"));
    }
    let latency = shape.latency.unwrap_or(LATENCY);
    let waiting = u128::from(rate.0) * u128::from(latency.0) / 1_000_000_000;
    let limit = waiting + u128::from(burst);
    Ok(Tbf {
        rate: rate.0,
        burst,
        limit: u32::try_from(limit).unwrap_or(u32::MAX),
    })
}

#[cfg(test)]
mod tests {
    use super::shaping;
    use crate::spec::Shape;

    fn shape(text: &str) -> Shape {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn what_is_not_said_is_computed() {
        let tbf = |text: &str, mtu| shaping(&shape(text), mtu).unwrap().tbf.unwrap();
        // A hundredth of a second; 50 ms more may wait.
        let found = tbf(r#"{"rate":"10mbit"}"#, 1500);
        assert_eq!(
            (found.rate, found.burst, found.limit),
            (1_250_000, 12_500, 75_000)
        );
        // Never less than one frame.
        assert_eq!(tbf(r#"{"rate":"100kbit"}"#, 1500).burst, 1522);
        assert_eq!(tbf(r#"{"rate":"100kbit"}"#, 9000).burst, 9022);
        let found = tbf(r#"{"rate":"8mbit","burst":"32kb","latency":"10ms"}"#, 1500);
        assert_eq!((found.burst, found.limit), (32_768, 42_768));
    }

    #[test]
    fn what_is_on_its_way_fits() {
        let limit = |text: &str| shaping(&shape(text), 1500).unwrap().netem.unwrap().limit;
        assert_eq!(limit(r#"{"loss":"1%"}"#), 1000);
        assert_eq!(limit(r#"{"delay":"1ms"}"#), 1250);
        assert_eq!(limit(r#"{"delay":"100ms"}"#), 125_000);
        assert_eq!(limit(r#"{"delay":"3600s"}"#), 1_000_000);
        assert_eq!(limit(r#"{"delay":"100ms","rate":"10mbit"}"#), 1000);
    }

    #[test]
    fn a_burst_holds_a_packet_and_ends() {
        let refused = |text: &str, mtu| shaping(&shape(text), mtu).unwrap_err().to_string();
        let found = refused(r#"{"rate":"10mbit","burst":"1500"}"#, 1500);
        assert!(found.contains("holds no packet"), "{found}");
        let found = refused(r#"{"rate":"1kbit"}"#, 65535);
        assert!(found.contains("274 seconds"), "{found}");
    }
}
