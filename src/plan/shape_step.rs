//! A change to what is done to what a link of the target sends, and the commands it equals.

use crate::spec::{IfName, Percent, Rate, Size, Time};
use crate::sys::qdisc::{Netem, Shaping, Tbf};

/// Gives a link these disciplines in the place of those before: up to three messages. What is
/// at its root must be the kernel's default or netpipe's, known by its handle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShapeStep {
    /// The link.
    pub dev: IfName,
    /// What it is to have.
    pub wanted: Shaping,
    /// What it had.
    pub before: Shaping,
}

impl ShapeStep {
    /// The step that takes this one back.
    pub fn inverse(&self) -> Self {
        Self {
            dev: self.dev.clone(),
            wanted: self.before,
            before: self.wanted,
        }
    }

    /// The equal commands. `enter` is what runs a program in the target.
    pub fn command(&self, enter: &str) -> String {
        let Self {
            dev,
            wanted,
            before,
        } = self;
        let tc = |verb: &str, rest: String| format!("{enter} tc qdisc {verb} dev {dev} {rest}");
        let other_root = before.netem.is_some() != wanted.netem.is_some();
        let mut lines = Vec::new();
        if wanted.is_empty() || other_root && !before.is_empty() {
            lines.push(tc("del", "root".into()));
        }
        if let Some(netem) = &wanted.netem {
            let rest = format!("root handle 6e70: netem {}", netem_words(netem));
            lines.push(tc("replace", rest));
            if wanted.tbf.is_none() && before.tbf.is_some() && !other_root {
                lines.push(tc("del", "parent 6e70:1".into()));
            }
        }
        if let Some(tbf) = &wanted.tbf {
            let place = match wanted.netem {
                Some(_) => "parent 6e70:1",
                None => "root",
            };
            let rest = format!("{place} handle 6e71: tbf {}", tbf_words(tbf));
            lines.push(tc("replace", rest));
        }
        lines.join("\n")
    }
}

fn netem_words(netem: &Netem) -> String {
    let mut words = vec![format!("limit {}", netem.limit)];
    if netem.delay != 0 {
        words.push(format!("delay {}", Time(netem.delay)));
    }
    if netem.jitter != 0 {
        words.push(Time(netem.jitter).to_string());
    }
    let shares = [
        ("loss", netem.loss),
        ("duplicate", netem.duplicate),
        ("corrupt", netem.corrupt),
        ("reorder", netem.reorder),
    ];
    let shares = shares.iter().filter(|(_, share)| *share != 0);
    words.extend(shares.map(|(word, share)| format!("{word} {}", Percent::from_u32(*share))));
    words.join(" ")
}

fn tbf_words(tbf: &Tbf) -> String {
    let rate = Rate(tbf.rate);
    let (burst, limit) = (Size(tbf.burst), Size(tbf.limit));
    format!("rate {rate} burst {burst} limit {limit}")
}

#[cfg(test)]
mod tests {
    use super::ShapeStep;
    use crate::plan::shape::shaping;
    use crate::spec::Shape;
    use crate::sys::qdisc::Shaping;

    fn of(text: &str) -> Shaping {
        match text {
            "" => Shaping::default(),
            text => shaping(&serde_json::from_str::<Shape>(text).unwrap(), 1500).unwrap(),
        }
    }

    #[test]
    fn commands_make_one_of_the_other() {
        const RATE: &str = r#"{"rate":"10mbit"}"#;
        const LATE: &str = r#"{"delay":"100ms","jitter":"5ms","reorder":"25%"}"#;
        const BOTH: &str = r#"{"rate":"10mbit","delay":"100ms"}"#;
        let netem = "replace dev eth1 root handle 6e70: netem limit 125000 delay 100ms";
        let tbf = "handle 6e71: tbf rate 10mbit burst 12500b limit 75000b";
        for (before, wanted, commands) in [
            ("", RATE, vec![format!("replace dev eth1 root {tbf}")]),
            (
                "",
                LATE,
                vec![
                    "replace dev eth1 root handle 6e70: netem limit 131250 delay 100ms 5ms \
                     reorder 25%"
                        .into(),
                ],
            ),
            (RATE, "", vec!["del dev eth1 root".into()]),
            (
                RATE,
                BOTH,
                vec![
                    "del dev eth1 root".into(),
                    netem.replace("125000", "1000"),
                    format!("replace dev eth1 parent 6e70:1 {tbf}"),
                ],
            ),
            (
                BOTH,
                r#"{"delay":"100ms"}"#,
                vec![netem.into(), "del dev eth1 parent 6e70:1".into()],
            ),
        ] {
            let step = ShapeStep {
                dev: "eth1".parse().unwrap(),
                wanted: of(wanted),
                before: of(before),
            };
            let lines: Vec<_> = commands
                .iter()
                .map(|line| format!("in tc qdisc {line}"))
                .collect();
            assert_eq!(step.command("in"), lines.join("\n"));
            assert_eq!(step.inverse().inverse(), step);
        }
    }
}
