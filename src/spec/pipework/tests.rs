use super::{Found, HostLink, Line, Meaning, Parsed, Plug, parse};
use crate::error::Result;
use crate::spec::IfName;

fn read(line: &str) -> Result<Parsed> {
    parse(line.split(' ').map(Into::into).collect())
}

fn plug(line: &str) -> Plug {
    let Line::Plug(plug) = read(line).unwrap().line else {
        panic!("{line} plugs nothing in");
    };
    *plug
}

/// What a line means where the first word's link is `there`, and no other is.
fn meant(line: &str, there: Found) -> Result<Meaning> {
    let plug = plug(line);
    let name: IfName = match &plug.link {
        HostLink::Name(name) => name.clone(),
        HostLink::Card(_) => "eth7".parse().unwrap(),
    };
    plug.meaning(name.clone(), |asked| {
        Ok(if *asked == name {
            there
        } else {
            Found::Missing
        })
    })
}

fn shown(meaning: &Meaning) -> String {
    let request = &meaning.request;
    let all = |texts: Vec<String>| texts.join(",");
    let some = |text: Option<String>| text.unwrap_or_else(|| "-".into());
    [
        request.target.to_string(),
        request.link.to_string(),
        some(request.ifname.as_ref().map(ToString::to_string)),
        some(request.host_ifname.as_ref().map(ToString::to_string)),
        all(request.addresses.iter().map(ToString::to_string).collect()),
        all(request.gateways.iter().map(ToString::to_string).collect()),
        all(request
            .routes
            .iter()
            .map(|r| r.destination.to_string())
            .collect()),
        some(request.mac.as_ref().map(|mac| mac.0.to_string())),
        some(request.vlan.as_ref().map(ToString::to_string)),
    ]
    .join(" ")
}

#[test]
fn every_form_has_its_meaning() {
    use Found::{Bridge, Card, Infiniband, Missing, Ovs};
    let u = "02:72:6c:cd:9b:8d";
    for (line, there, wanted) in [
        (
            "br1 web 10.0.0.1/24",
            Missing,
            "web br1 eth1 - 10.0.0.1/24   - -",
        ),
        (
            "br1 -i eth2 -l app1 web 10.0.0.1/24",
            Bridge,
            "web br1 eth2 app1 10.0.0.1/24   - -",
        ),
        (
            "br1 -l app1 -i eth2 web 10.0.0.1/24",
            Ovs,
            "web br1 eth2 app1 10.0.0.1/24   - -",
        ),
        (
            "br1 -a 4 web 10.0.0.1/24",
            Bridge,
            "web br1 eth1 - 10.0.0.1/24   - -",
        ),
        (
            "br1 -a inet6 web fd00::5/64@fd00::1",
            Bridge,
            "web br1 eth1 - fd00::5/64 fd00::1  - -",
        ),
        (
            "br1 web fd00::5/64@fe80::1",
            Bridge,
            "web br1 eth1 - fd00::5/64 fe80::1  - -",
        ),
        (
            "br1 web 10.0.0.5/255.255.0.0",
            Bridge,
            "web br1 eth1 - 10.0.0.5/16   - -",
        ),
        (
            "br1 web 10.0.0.5/24@10.9.0.1",
            Bridge,
            "web br1 eth1 - 10.0.0.5/24 10.9.0.1 10.9.0.1/32 - -",
        ),
        ("br1 web 0/0", Bridge, "web br1 eth1 - none   - -"),
        (
            "br1 web 0/0@10.9.0.1",
            Bridge,
            "web br1 eth1 - none 10.9.0.1 10.9.0.1/32 - -",
        ),
        (
            "eth0 web 10.0.0.1/24",
            Card,
            "web eth0 eth1 - 10.0.0.1/24   - -",
        ),
        (
            "eth0 web 10.0.0.1/24 U:myhost.foo.com@10",
            Card,
            &format!("web eth0 eth1 - 10.0.0.1/24   {u} 10"),
        ),
        (
            "eth0 web 10.0.0.1/24 26:2e:71:98:60:8f@10@x",
            Card,
            "web eth0 eth1 - 10.0.0.1/24   26:2e:71:98:60:8f 10",
        ),
        (
            "--direct-phys eth0 web 0/0",
            Card,
            "web phys:eth0 eth1 - none   - -",
        ),
        (
            "--direct-phys mac:26:2e:71:98:60:8f -i c0 web 0/0",
            Card,
            "web phys:eth7 c0 - none   - -",
        ),
        (
            "--direct-phys eth0 web 0/0 @10",
            Card,
            "web eth0 eth1 - none   - 10",
        ),
        (
            "ib0 web 10.0.0.1/24 @8001",
            Infiniband,
            "web ib0 ib0 - 10.0.0.1/24   - -",
        ),
        (
            "ib0 -i eth5 web 10.0.0.1/24",
            Infiniband,
            "web ib0 eth5 - 10.0.0.1/24   - -",
        ),
        (
            "dummy web 10.0.0.1/24",
            Missing,
            "web dummy:dummy eth1 - 10.0.0.1/24   - -",
        ),
        (
            "dummy3 web 10.0.0.1/24",
            Missing,
            "web dummy:dummy3 eth1 - 10.0.0.1/24   - -",
        ),
        (
            "dummy3 web 10.0.0.1/24",
            Card,
            "web dummy3 eth1 - 10.0.0.1/24   - -",
        ),
        ("ovs0 web dhcp @10", Missing, "web ovs0 eth1 - dhcp   - 10"),
        ("br1 web dhclient:-6", Missing, "web br1 eth1 - dhcp6   - -"),
        (
            "br1 netns:blue 10.0.0.1/24",
            Missing,
            "netns:blue br1 eth1 - 10.0.0.1/24   - -",
        ),
    ] {
        let meaning = meant(line, there).unwrap();
        assert_eq!(shown(&meaning), wanted, "{line}");
        assert!(
            meaning.warnings.is_empty(),
            "{line}: {:?}",
            meaning.warnings
        );
    }
    let partition = meant("ib0 web 0/0 @8001", Infiniband).unwrap();
    assert_eq!(partition.request.ipoib.pkey.unwrap().number(), 0x8001);
    assert!(meant("br1 web 0/0", Bridge).unwrap().request.pid_names);
    assert!(!meant("br1 -l x web 0/0", Bridge).unwrap().request.pid_names);
}

#[test]
fn waiting_and_programs_have_words_of_their_own() {
    for (line, ifname) in [("--wait", "eth1"), ("--wait -i ib0", "ib0")] {
        let Line::Wait(name) = read(line).unwrap().line else {
            panic!("{line}");
        };
        assert_eq!(name.as_str(), ifname);
    }
    for (line, command) in [
        (
            "route web add 10.0.5.0/24 via 10.0.0.1",
            "ip route add 10.0.5.0/24 via 10.0.0.1",
        ),
        (
            "rule web add from 10.0.0.2/32 table 1",
            "ip rule add from 10.0.0.2/32 table 1",
        ),
        ("tc web -s qdisc show", "tc -s qdisc show"),
    ] {
        let Line::Run(run) = read(line).unwrap().line else {
            panic!("{line}");
        };
        let words: Vec<_> = run
            .command
            .iter()
            .filter_map(|word| word.to_str())
            .collect();
        assert_eq!(
            (run.guest.to_string().as_str(), words.join(" ").as_str()),
            ("web", command)
        );
    }
}

#[test]
fn what_has_no_equivalent_is_a_warning() {
    use Found::{Bridge, Card, Missing};
    for (line, there, wanted) in [
        (
            "--direct-phys br1 web 0/0",
            Bridge,
            "--direct-phys is ignored",
        ),
        ("eth0 -l app1 web 0/0", Card, "-l is ignored"),
        ("dummy web 0/0 @10", Missing, "the VLAN is ignored"),
    ] {
        let warnings = meant(line, there).unwrap().warnings.join("\n");
        assert!(warnings.contains(wanted), "{line}: {warnings}");
    }
    for (line, wanted) in [
        ("br1 web 0/0 02:00:00:00:00:01 @10", "`@10` behind the MAC"),
        ("--wait -i ib0 web", "`web` behind --wait"),
        ("br1 -a 6 web dhcp", "-a is for an address"),
    ] {
        let warnings = read(line).unwrap().warnings.join("\n");
        assert!(warnings.contains(wanted), "{line}: {warnings}");
    }
}

/// What a DHCP word says: host name, client id, seconds to wait, whether it stays, and what
/// is left out.
fn dhcp(word: &str) -> (String, String, u32, bool, Vec<String>) {
    let words = ["br1".into(), "web".into(), word.into()];
    let parsed = parse(words.to_vec()).unwrap();
    let Line::Plug(plug) = parsed.line else {
        panic!("{word}");
    };
    let meaning = plug
        .meaning("br1".parse().unwrap(), |_| Ok(Found::Bridge))
        .unwrap();
    let options = meaning.request.dhcp;
    let left_out = parsed.warnings.iter().map(|warning| {
        let mut quoted = warning.split('`');
        quoted.nth(1).unwrap_or_default().to_owned()
    });
    (
        options
            .hostname
            .map_or_else(String::new, |name| name.to_string()),
        options
            .client_id
            .map_or_else(String::new, |id| id.to_string()),
        options.timeout.map_or(0, |timeout| timeout.0),
        meaning.stays,
        left_out.collect(),
    )
}

#[test]
fn clients_keep_what_netpipe_has_an_equivalent_for() {
    let none: &[&str] = &[];
    for (word, host, id, seconds, stays, left_out) in [
        ("dhcp", "", "", 0, false, none),
        ("dhcp:-f", "", "", 0, true, none),
        ("udhcpc-f", "", "", 0, true, none),
        ("dhclient-f", "", "", 0, true, none),
        ("dhcpcd:-B", "", "", 0, true, none),
        ("dhcp:-x hostname:db -t 4 -T 5", "db", "", 20, false, none),
        ("udhcpc:-fqH db", "db", "", 0, true, none),
        ("udhcpc:-t2 -q", "", "", 6, false, none),
        ("udhcpc:-x 0x3d:01020304", "", "01:02:03:04", 0, false, none),
        ("udhcpc:--hostname=db", "db", "", 0, false, none),
        (
            "udhcpc:-V acme -O ntpsrv -C",
            "",
            "",
            0,
            false,
            &["-V acme", "-O ntpsrv", "-C"],
        ),
        (
            "udhcpc:-x 60:acme word",
            "",
            "",
            0,
            false,
            &["-x 60:acme", "word"],
        ),
        (
            "dhclient:-H db -C web-1 -timeout 9",
            "db",
            "web-1",
            9,
            false,
            none,
        ),
        (
            "dhclient:-d -v -cf /etc/dhclient.conf",
            "",
            "",
            0,
            true,
            &["-cf /etc/dhclient.conf"],
        ),
        ("dhcpcd:-h db -I web-1 -t 9", "db", "web-1", 9, false, none),
        ("dhcpcd:-A -i acme", "", "", 0, false, &["-A", "-i acme"]),
    ] {
        let wanted = left_out.iter().map(ToString::to_string).collect::<Vec<_>>();
        let wanted = (host.to_owned(), id.to_owned(), seconds, stays, wanted);
        assert_eq!(dhcp(word), wanted, "{word}");
    }
}

#[test]
fn what_cannot_be_meant_is_refused() {
    for bad in [
        "",
        "br1",
        "br1 web",
        "br1 -i eth2",
        "br1 -i",
        "br1 -x web 0/0",
        "br1 -i eth1 -i eth2 web 0/0",
        "br1 -a 5 web 0/0",
        "br1 -a 4 web fd00::5/64",
        "br1 web 10.0.0.5",
        "br1 web 10.0.0.5/255.0.255.0",
        "br1 web 10.0.0.5/33",
        "br1 web 10.0.0.5/24@x",
        "br1 web 10.0.0.5/24@10.0.0.5",
        "br1 web 10.0.0.5/24@fd00::1",
        "br1 web 10.0.0.5/24@224.0.0.1",
        "br1 web 10.0.0.5/24 02:00:00:00:00",
        "br1 web 10.0.0.5/24 U:",
        "br1 web 0.0.0.0/8",
        "br1 web dhcp4",
        "br1 web dhcpx:-f",
        "br1 a/b 0/0",
        "mac:26:2e web 0/0",
        "a/b web 0/0",
        "--direct-phys",
        "--nonsense br1 web 0/0",
        "route",
        "route web",
        "br1 web udhcpc:-H",
    ] {
        assert!(read(bad).is_err(), "{bad} was accepted");
    }
    for (line, there) in [
        ("eth9 web 0/0", Found::Missing),
        ("ib0 web 0/0 02:00:00:00:00:01", Found::Infiniband),
        ("ib0 web 0/0 @xyz", Found::Infiniband),
        ("br1 web 0/0 @4095", Found::Bridge),
        ("br1 web 0/0 @0x10", Found::Bridge),
    ] {
        assert!(meant(line, there).is_err(), "{line} was accepted");
    }
}
