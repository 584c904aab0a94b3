//! A colour for each network, the same one in every format.

/// Strong ones that differ for most people (Okabe and Ito's, and some between).
const FIRST: [&str; 10] = [
    "#0072b2", "#d55e00", "#009e73", "#aa4499", "#8a6d00", "#332288", "#117733", "#882255",
    "#0f8b8d", "#666666",
];

/// Those of no network.
pub const NONE: &str = "#57606a";
/// That of what is missing.
pub const BAD: &str = "#cf222e";
/// That of what is down.
pub const WEAK: &str = "#bf8700";

/// The networks of a drawing, each with its colour.
#[derive(Debug, Clone)]
pub struct Palette<'a>(Vec<&'a str>);

impl<'a> Palette<'a> {
    /// Of networks, in order.
    pub fn new(networks: Vec<&'a str>) -> Self {
        Self(networks)
    }

    /// A network's colour.
    pub fn of(&self, network: Option<&str>) -> String {
        let at = network.and_then(|name| self.0.iter().position(|known| *known == name));
        match at {
            None => NONE.to_owned(),
            Some(at) => match FIRST.get(at) {
                Some(colour) => (*colour).to_owned(),
                None => turned(at),
            },
        }
    }

    /// All of them.
    pub fn networks(&self) -> &[&'a str] {
        &self.0
    }
}

/// A colour away from those before: each a golden angle further round.
fn turned(at: usize) -> String {
    let angle = (at % 997) as f64 * 137.508 % 360.0;
    let part = |offset: f64| {
        let turn = (offset + angle / 30.0) % 12.0;
        let light = 0.36 - 0.22 * (turn - 3.0).min(9.0 - turn).clamp(-1.0, 1.0);
        (light * 255.0).round().clamp(0.0, 255.0) as u8
    };
    format!("#{:02x}{:02x}{:02x}", part(0.0), part(8.0), part(4.0))
}

#[cfg(test)]
mod tests {
    use super::Palette;

    #[test]
    fn each_network_has_a_colour_of_its_own() {
        let names: Vec<String> = (0..60).map(|n| format!("net{n}")).collect();
        let palette = Palette::new(names.iter().map(String::as_str).collect());
        let mut colours: Vec<String> = names.iter().map(|name| palette.of(Some(name))).collect();
        assert!(colours.iter().all(|colour| colour.len() == 7));
        colours.sort();
        colours.dedup();
        assert!(colours.len() > 55, "{}", colours.len());
        assert_eq!(palette.of(Some("other")), palette.of(None));
    }
}
