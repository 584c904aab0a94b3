//! What delays, limits and disturbs what a link sends: its queueing disciplines (tc(8),
//! linux/pkt_sched.h, linux/rtnetlink.h).

use std::fmt;

use netlink_packet_core::{DefaultNla, NLM_F_CREATE, NLM_F_REPLACE};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::tc::{TcAttribute, TcHandle, TcMessage};

use super::netlink::{Door, KernelResult, attribute, attributes};

/// The handle of netpipe's netem, which is its mark: `np` in ASCII is 6e70.
pub const NETEM: u32 = 0x6e70_0000;
/// The handle of netpipe's tbf.
pub const TBF: u32 = 0x6e71_0000;
/// The one class of a netem, which is what its child is the queue of.
const CLASS: u32 = NETEM | 1;
/// What a link's own discipline is the child of (`TC_H_ROOT`).
const ROOT: u32 = 0xffff_ffff;

/// The length of `struct tcmsg`, which the attributes follow.
const TCMSG: usize = 20;
const TCA_KIND: u16 = 1;
const TCA_OPTIONS: u16 = 2;
const TCA_NETEM_CORR: u16 = 1;
const TCA_NETEM_REORDER: u16 = 3;
const TCA_NETEM_CORRUPT: u16 = 4;
const TCA_NETEM_LOSS: u16 = 5;
const TCA_NETEM_RATE: u16 = 6;
const TCA_NETEM_LATENCY64: u16 = 10;
const TCA_NETEM_JITTER64: u16 = 11;
const TCA_NETEM_SLOT: u16 = 12;
/// The length of `struct tc_netem_qopt`, which the attributes follow.
const NETEM_QOPT: usize = 24;
const TCA_TBF_PARMS: u16 = 1;
const TCA_TBF_RATE64: u16 = 4;
const TCA_TBF_BURST: u16 = 6;
/// `TC_LINKLAYER_ETHERNET`: the kernel computes by itself, and asks for no table of times.
const ETHERNET: u8 = 1;
/// A tick of the packet scheduler in nanoseconds (`PSCHED_SHIFT` in include/net/pkt_sched.h,
/// the same in all kernels since 2009; /proc/net/psched tells it).
pub const TICK: u64 = 64;

/// What a netem does. Times are in nanoseconds, shares of the largest 32-bit number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Netem {
    /// The most packets that wait.
    pub limit: u32,
    /// How much later they are sent.
    pub delay: u64,
    /// By how much that varies.
    pub jitter: u64,
    /// How many are lost.
    pub loss: u32,
    /// How many are sent twice.
    pub duplicate: u32,
    /// How many get a bit changed.
    pub corrupt: u32,
    /// How many are sent at once.
    pub reorder: u32,
    /// Each how many-th of them may be; none with 0.
    pub gap: u32,
    /// Whether it does what netpipe asks none to do.
    pub odd: bool,
}

/// What a tbf, a token bucket filter, does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tbf {
    /// Bytes in a second.
    pub rate: u64,
    /// Bytes that may go at once.
    pub burst: u32,
    /// Bytes that may wait.
    pub limit: u32,
}

impl Tbf {
    /// Whether the kernel, which counts a burst in ticks of time, has made that of this.
    fn has_become(&self, found: &Self) -> bool {
        let tolerance = 2 + self.rate / (1_000_000_000 / (4 * TICK)) + u64::from(self.burst) / 1000;
        let same = u64::from(self.burst.abs_diff(found.burst)) <= tolerance;
        same && self.rate == found.rate && self.limit == found.limit
    }
}

/// What netpipe has of a link's disciplines: the tbf is the netem's child if there are both.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Shaping {
    /// What disturbs.
    pub netem: Option<Netem>,
    /// What limits.
    pub tbf: Option<Tbf>,
}

impl Shaping {
    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.netem.is_none() && self.tbf.is_none()
    }

    /// Whether what the kernel has is this.
    pub fn has_become(&self, found: &Self) -> bool {
        let limits = match (&self.tbf, &found.tbf) {
            (Some(wanted), Some(found)) => wanted.has_become(found),
            (wanted, found) => wanted.is_none() && found.is_none(),
        };
        limits && self.netem == found.netem
    }
}

/// What is at a link's root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Root {
    /// The kernel's default.
    Plain,
    /// netpipe's.
    Ours(Shaping),
    /// Another one's: its kind and handle.
    Foreign(String, u32),
}

impl Root {
    /// What netpipe has there.
    pub fn ours(&self) -> Shaping {
        match self {
            Self::Ours(shaping) => *shaping,
            Self::Plain | Self::Foreign(..) => Shaping::default(),
        }
    }
}

impl fmt::Display for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain => f.write_str("none"),
            Self::Ours(_) => f.write_str("another one"),
            Self::Foreign(kind, handle) => {
                write!(f, "{} {:x}:", crate::spec::shown(kind), handle >> 16)
            }
        }
    }
}

/// One queueing discipline of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Qdisc {
    /// The link's index.
    pub link: u32,
    handle: u32,
    parent: u32,
    kind: String,
    netem: Option<Netem>,
    tbf: Option<Tbf>,
}

/// All disciplines of the namespace.
///
/// # Errors
/// The kernel's refusal.
pub fn list(door: &mut Door) -> KernelResult<Vec<Qdisc>> {
    let request = RouteNetlinkMessage::GetQueueDiscipline(TcMessage::default());
    door.dump_with(&request, read)
}

/// What is at the root of the link with that index.
pub fn root(all: &[Qdisc], link: u32) -> Root {
    let own = || all.iter().filter(|one| one.link == link);
    // A default has the handle 0, whatever the administrator made the default.
    let Some(found) = own().find(|one| one.parent == ROOT && one.handle != 0) else {
        return Root::Plain;
    };
    if let (TBF, Some(tbf)) = (found.handle, found.tbf) {
        return Root::Ours(Shaping {
            netem: None,
            tbf: Some(tbf),
        });
    }
    let (NETEM, Some(mut netem)) = (found.handle, found.netem) else {
        return Root::Foreign(found.kind.clone(), found.handle);
    };
    let child = own().find(|one| one.parent == CLASS && one.handle != 0);
    let tbf = child
        .filter(|one| one.handle == TBF)
        .and_then(|one| one.tbf);
    // Somebody has put another child below it.
    netem.odd |= child.is_some() && tbf.is_none();
    Root::Ours(Shaping {
        netem: Some(netem),
        tbf,
    })
}

fn read(body: &[u8]) -> Option<Qdisc> {
    let number = |at: usize| word(body, at);
    let all = body.get(TCMSG..)?;
    let kind = attribute(all, TCA_KIND)?;
    let kind = kind.strip_suffix(&[0]).unwrap_or(kind);
    let options = attribute(all, TCA_OPTIONS).unwrap_or_default();
    Some(Qdisc {
        link: number(4)?,
        handle: number(8)?,
        parent: number(12)?,
        kind: String::from_utf8_lossy(kind).into_owned(),
        netem: read_netem(options).filter(|_| kind == b"netem"),
        tbf: read_tbf(options).filter(|_| kind == b"tbf"),
    })
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at + 4)?.try_into().ok()?;
    Some(u32::from_ne_bytes(bytes))
}

fn long(bytes: &[u8]) -> Option<u64> {
    Some(u64::from_ne_bytes(bytes.try_into().ok()?))
}

fn read_netem(options: &[u8]) -> Option<Netem> {
    let mut netem = Netem {
        delay: u64::from(word(options, 0)?) * TICK,
        limit: word(options, 4)?,
        loss: word(options, 8)?,
        gap: word(options, 12)?,
        duplicate: word(options, 16)?,
        jitter: u64::from(word(options, 20)?) * TICK,
        ..Netem::default()
    };
    for (kind, value) in attributes(options.get(NETEM_QOPT..)?) {
        match kind {
            TCA_NETEM_LATENCY64 => netem.delay = long(value)?,
            TCA_NETEM_JITTER64 => netem.jitter = long(value)?,
            TCA_NETEM_CORRUPT => netem.corrupt = word(value, 0)?,
            TCA_NETEM_REORDER => netem.reorder = word(value, 0)?,
            TCA_NETEM_CORR => netem.odd |= value.iter().any(|byte| *byte != 0),
            TCA_NETEM_RATE => netem.odd |= word(value, 0) != Some(0),
            // The kernel tells it only if it is not the plain one (`dump_loss_model` in
            // net/sched/sch_netem.c); an empty one is the plain one.
            TCA_NETEM_LOSS => netem.odd |= !value.is_empty(),
            TCA_NETEM_SLOT => netem.odd = true,
            _ => {}
        }
        // Those of what is corrupted and reordered follow the share.
        let correlated = matches!(kind, TCA_NETEM_CORRUPT | TCA_NETEM_REORDER);
        netem.odd |= correlated && word(value, 4).is_some_and(|number| number != 0);
    }
    Some(netem)
}

fn read_tbf(options: &[u8]) -> Option<Tbf> {
    let parms = attribute(options, TCA_TBF_PARMS)?;
    let narrow = word(parms, 8).map(u64::from)?;
    let rate = attribute(options, TCA_TBF_RATE64).and_then(long);
    let rate = rate.unwrap_or(narrow);
    let ticks = u128::from(word(parms, 28)?);
    let burst = ticks * u128::from(TICK) * u128::from(rate) / 1_000_000_000;
    Some(Tbf {
        rate,
        burst: u32::try_from(burst).unwrap_or(u32::MAX),
        limit: word(parms, 24)?,
    })
}

/// How long a burst lasts at a rate, in ticks.
pub fn ticks(rate: u64, burst: u32) -> u64 {
    let time = u128::from(burst) * 1_000_000_000 / u128::from(rate.max(1));
    u64::try_from(time / u128::from(TICK)).unwrap_or(u64::MAX)
}

fn put(out: &mut Vec<u8>, kind: u16, value: &[u8]) {
    let length = u16::try_from(4 + value.len()).unwrap_or(u16::MAX);
    out.extend(length.to_ne_bytes());
    out.extend(kind.to_ne_bytes());
    out.extend(value);
    out.resize(out.len().next_multiple_of(4), 0);
}

fn words(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|one| one.to_ne_bytes()).collect()
}

/// All of it is said: what a message leaves out, the kernel leaves as it is (`netem_change` in
/// net/sched/sch_netem.c).
fn netem_options(netem: &Netem) -> Vec<u8> {
    let ticks = |time: u64| u32::try_from(time / TICK).unwrap_or(u32::MAX);
    let mut out = words(&[
        ticks(netem.delay),
        netem.limit,
        netem.loss,
        netem.gap,
        netem.duplicate,
        ticks(netem.jitter),
    ]);
    put(&mut out, TCA_NETEM_CORR, &[0; 12]);
    put(&mut out, TCA_NETEM_REORDER, &words(&[netem.reorder, 0]));
    put(&mut out, TCA_NETEM_CORRUPT, &words(&[netem.corrupt, 0]));
    put(&mut out, TCA_NETEM_LATENCY64, &netem.delay.to_ne_bytes());
    put(&mut out, TCA_NETEM_JITTER64, &netem.jitter.to_ne_bytes());
    out
}

fn tbf_options(tbf: &Tbf) -> Vec<u8> {
    // struct tc_tbf_qopt: two struct tc_ratespec of 12 bytes, the second for a peak rate that
    // there is none of, and limit, buffer and mtu.
    let mut parms = vec![0; 36];
    parms[1] = ETHERNET;
    let narrow = u32::try_from(tbf.rate).unwrap_or(u32::MAX);
    let buffer = u32::try_from(ticks(tbf.rate, tbf.burst)).unwrap_or(u32::MAX);
    parms[8..12].copy_from_slice(&narrow.to_ne_bytes());
    parms[24..28].copy_from_slice(&tbf.limit.to_ne_bytes());
    parms[28..32].copy_from_slice(&buffer.to_ne_bytes());
    let mut out = Vec::new();
    put(&mut out, TCA_TBF_PARMS, &parms);
    put(&mut out, TCA_TBF_BURST, &tbf.burst.to_ne_bytes());
    if u32::try_from(tbf.rate).is_err() {
        put(&mut out, TCA_TBF_RATE64, &tbf.rate.to_ne_bytes());
    }
    out
}

fn message(link: u32, handle: u32, parent: u32) -> TcMessage {
    let mut message = TcMessage::with_index(i32::try_from(link).unwrap_or_default());
    message.header.handle = TcHandle::from(handle);
    message.header.parent = TcHandle::from(parent);
    message
}

fn replace(
    door: &mut Door,
    mut message: TcMessage,
    kind: &str,
    options: Vec<u8>,
) -> KernelResult<()> {
    message.attributes = vec![
        TcAttribute::Kind(kind.to_owned()),
        TcAttribute::Other(DefaultNla::new(TCA_OPTIONS, options)),
    ];
    let message = RouteNetlinkMessage::NewQueueDiscipline(message);
    door.change(message, NLM_F_CREATE | NLM_F_REPLACE)
}

fn delete(door: &mut Door, message: TcMessage) -> KernelResult<bool> {
    match door.change(RouteNetlinkMessage::DelQueueDiscipline(message), 0) {
        Ok(()) => Ok(true),
        Err(error) if error.is_absent() => Ok(false),
        Err(error) => Err(error),
    }
}

/// Makes a netem the root of a link, or changes the one that is.
///
/// # Errors
/// ENOENT if the kernel has none, ENODEV, or another refusal.
pub fn set_netem(door: &mut Door, link: u32, netem: &Netem) -> KernelResult<()> {
    replace(
        door,
        message(link, NETEM, ROOT),
        "netem",
        netem_options(netem),
    )
}

/// Makes a tbf the root of a link, or the child of its netem, or changes the one that is.
///
/// # Errors
/// As [`set_netem`].
pub fn set_tbf(door: &mut Door, link: u32, below: bool, tbf: &Tbf) -> KernelResult<()> {
    let parent = if below { CLASS } else { ROOT };
    replace(door, message(link, TBF, parent), "tbf", tbf_options(tbf))
}

/// Takes the root of a link away, with all below it: the kernel's default comes back. Whether
/// it was there.
///
/// # Errors
/// Any refusal other than its absence.
pub fn delete_root(door: &mut Door, link: u32, handle: u32) -> KernelResult<bool> {
    delete(door, message(link, handle, ROOT))
}

/// Takes the tbf below a netem away; whether it was there.
///
/// # Errors
/// Any refusal other than its absence.
pub fn delete_child(door: &mut Door, link: u32) -> KernelResult<bool> {
    delete(door, message(link, TBF, CLASS))
}

#[cfg(test)]
mod tests {
    use super::{Netem, Tbf, netem_options, read_netem, read_tbf, tbf_options};

    #[test]
    fn what_is_written_is_read() {
        let netem = Netem {
            limit: 1000,
            delay: 300_000_000_001,
            jitter: 77,
            loss: 1,
            duplicate: 2,
            corrupt: 3,
            reorder: 4,
            gap: 1,
            odd: false,
        };
        assert_eq!(read_netem(&netem_options(&netem)), Some(netem));
        for (rate, burst) in [
            (125, 1600),
            (1_250_000, 12_500),
            (12_500_000_000, 125_000_000),
        ] {
            let tbf = Tbf {
                rate,
                burst,
                limit: 100_000,
            };
            let read = read_tbf(&tbf_options(&tbf)).unwrap();
            assert!(tbf.has_become(&read), "{read:?}");
            let other = Tbf {
                burst: burst * 2,
                ..tbf
            };
            assert!(!other.has_become(&read), "{read:?}");
        }
    }

    #[test]
    fn what_is_cut_off_is_not_read() {
        let whole = netem_options(&Netem::default());
        for length in 0..24 {
            assert_eq!(read_netem(&whole[..length]), None);
        }
        let whole = tbf_options(&Tbf {
            rate: 125,
            burst: 1600,
            limit: 1,
        });
        for length in 0..40 {
            assert_eq!(read_tbf(&whole[..length]), None);
        }
    }
}
