//! How traffic is shaped and disturbed on its way out of a link: the words of tc(8), tc-tbf(8)
//! and tc-netem(8).

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::shape_value::{Percent, Rate, Size, Time};
use crate::error::{Error, Result};

/// What is done to what a link sends. The fields are named as the options are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", default)]
pub struct Shape {
    /// The most that is sent in a second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<Rate>,
    /// How much may be sent at once after a pause, at full speed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub burst: Option<Size>,
    /// How long a packet may wait for its turn before it is dropped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency: Option<Time>,
    /// How much later everything is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay: Option<Time>,
    /// By how much that varies, either way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jitter: Option<Time>,
    /// How many packets are lost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loss: Option<Percent>,
    /// How many are sent twice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duplicate: Option<Percent>,
    /// How many get a bit changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corrupt: Option<Percent>,
    /// How many are sent at once, before those that are delayed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reorder: Option<Percent>,
}

/// The longest jitter: the kernel takes no more nanoseconds than a signed 32-bit number holds
/// (`netem_change` in net/sched/sch_netem.c).
const LONGEST_JITTER: Time = Time(2_000_000_000);

impl Shape {
    /// The names of all fields, in order: for whoever reads them from a file.
    pub const FIELDS: [&'static str; 9] = [
        "rate",
        "burst",
        "latency",
        "delay",
        "jitter",
        "loss",
        "duplicate",
        "corrupt",
        "reorder",
    ];

    /// Whether nothing is done.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it needs more than a rate.
    pub fn disturbs(&self) -> bool {
        let Self {
            delay,
            loss,
            duplicate,
            corrupt,
            ..
        } = self;
        delay.is_some() || loss.is_some() || duplicate.is_some() || corrupt.is_some()
    }

    /// The same, its parts seen to agree.
    ///
    /// # Errors
    /// Usage, if one of them needs another, or there is none.
    pub fn validated(self) -> Result<Self> {
        let without = |what: &str, needs: &str, hint: &str| {
            Err(Error::usage(format!("--{what} needs --{needs}")).hint(hint))
        };
        if self.is_empty() {
            return Err(Error::usage("a shape needs at least one of its parts")
                .hint(format!("they are: {}", Self::FIELDS.join(", "))));
        }
        let hint = "it is how much may go at once beyond the rate: give that as well";
        if self.rate.is_none() && self.burst.is_some() {
            return without("burst", "rate", hint);
        }
        let hint = "it is how long a packet may wait at a rate; to send everything later, give \
                    --delay";
        if self.rate.is_none() && self.latency.is_some() {
            return without("latency", "rate", hint);
        }
        let hint = "it is by how much the delay varies: give that as well";
        if self.delay.is_none() && self.jitter.is_some() {
            return without("jitter", "delay", hint);
        }
        let hint = "those that are not delayed overtake the rest: give a delay as well";
        if self.delay.is_none() && self.reorder.is_some() {
            return without("reorder", "delay", hint);
        }
        match self.jitter {
            Some(jitter) if jitter > LONGEST_JITTER => {
                Err(Error::usage(format!("a jitter of {jitter} is too long"))
                    .hint(format!("the kernel takes up to {LONGEST_JITTER}")))
            }
            _ => Ok(self),
        }
    }
}

/// As `rate 10mbit, delay 100ms`.
impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts = [
            self.rate.map(|value| format!("rate {value}")),
            self.burst.map(|value| format!("burst {value}")),
            self.latency.map(|value| format!("latency {value}")),
            self.delay.map(|value| format!("delay {value}")),
            self.jitter.map(|value| format!("jitter {value}")),
            self.loss.map(|value| format!("loss {value}")),
            self.duplicate.map(|value| format!("duplicate {value}")),
            self.corrupt.map(|value| format!("corrupt {value}")),
            self.reorder.map(|value| format!("reorder {value}")),
        ];
        let texts: Vec<String> = texts.into_iter().flatten().collect();
        f.write_str(&texts.join(", "))
    }
}

// The derived ones, by serde's `remote`, are functions of the type's own, so that what is read
// is validated as well.
impl Serialize for Shape {
    fn serialize<S: Serializer>(&self, out: S) -> std::result::Result<S::Ok, S::Error> {
        Self::serialize(self, out)
    }
}

impl<'de> Deserialize<'de> for Shape {
    fn deserialize<D: Deserializer<'de>>(input: D) -> std::result::Result<Self, D::Error> {
        Self::deserialize(input)?
            .validated()
            .map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::Shape;

    fn read(text: &str) -> Result<Shape, serde_json::Error> {
        serde_json::from_str(text)
    }

    #[test]
    fn it_travels_under_its_options_names() {
        let text = r#"{"rate":"10mbit","burst":"32kb","latency":"50ms","delay":"100ms","jitter":"10ms","loss":"1%","duplicate":"0.1%","corrupt":"0.01%","reorder":"25%"}"#;
        let shape = read(text).unwrap();
        assert_eq!(serde_json::to_string(&shape).unwrap(), text);
        let fields: serde_json::Value = serde_json::from_str(text).unwrap();
        let names: Vec<&str> = Shape::FIELDS.to_vec();
        assert!(names.iter().all(|name| fields.get(name).is_some()));
        assert_eq!(fields.as_object().unwrap().len(), names.len());
        assert_eq!(
            read(r#"{"rate":"10mbit","delay":"1500us"}"#)
                .unwrap()
                .to_string(),
            "rate 10mbit, delay 1500us"
        );
    }

    #[test]
    fn parts_that_need_others_do_not_come_alone() {
        for bad in [
            "{}",
            r#"{"burst":"32kb"}"#,
            r#"{"latency":"50ms"}"#,
            r#"{"jitter":"10ms"}"#,
            r#"{"reorder":"25%"}"#,
            r#"{"delay":"3s","jitter":"3s"}"#,
            r#"{"rate":10}"#,
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
