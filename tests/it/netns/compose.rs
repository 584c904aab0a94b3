//! What netpipe says to Compose and does for it, without Compose: what it is told is as its
//! `pkg/compose/plugins.go` has it. Compose itself is in `tests/it/docker/compose`.

use serde_json::{Value, json};

use crate::support::{Host, Run};

const UP: &str = "compose --project-name=lamp up --bridge=br-lamp --bridge-address=10.50.0.1/24 \
                  --network=lamp --subnet=10.50.0.0/24 --gateway=10.50.0.1 --vlan= \
                  --address=admin-1=10.50.0.9 --address=auto net";

/// The messages on stdout, of which there is nothing else: `info made bridge br0`.
fn messages(run: &Run) -> Vec<String> {
    let message = |line: &str| {
        let value: Value = serde_json::from_str(line).unwrap();
        assert_eq!(value.as_object().unwrap().len(), 2, "{line}");
        let text = |name: &str| value[name].as_str().unwrap().to_owned();
        format!("{} {}", text("type"), text("message"))
    };
    run.out.lines().map(message).collect()
}

#[test]
fn metadata_names_every_option() {
    let host = Host::new();
    let told = host.netpipe("compose metadata").status(0).stderr("").json();
    assert!(told["description"].is_string());
    let parameters = told["up"]["parameters"].as_array().unwrap();
    let names: Vec<_> = parameters
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    // What the help has is what Compose hears of; it drops everything else in silence.
    let help = host.netpipe("compose up --help").status(0).out;
    let own = help.split("Global options:").next().unwrap();
    let mut in_help: Vec<_> = own
        .split_whitespace()
        .filter_map(|word| word.strip_prefix("--"))
        .filter(|word| word.chars().all(|c| c.is_ascii_lowercase() || c == '-'))
        .collect();
    in_help.retain(|name| !["dry-run", "help", "project-name"].contains(name));
    for name in &in_help {
        assert!(names.contains(name), "{name} is not declared");
    }
    for one in parameters {
        assert!(one["description"].as_str().unwrap().len() > 8, "{one}");
        assert_eq!(one["required"], false);
        let kinds = ["string", "integer", "boolean"];
        assert!(kinds.contains(&one["type"].as_str().unwrap()), "{one}");
    }
    let of = |name: &str| parameters.iter().find(|one| one["name"] == name).unwrap();
    assert_eq!(of("vlan")["type"], "integer");
    assert_eq!(of("stp")["type"], "boolean");
    assert_eq!(of("kind")["default"], "gretap");
    for verb in ["down", "stop"] {
        assert_eq!(told[verb]["parameters"], json!([]));
    }
    assert_eq!(host.store(), []);
}

#[test]
fn up_tells_what_it_made_and_another_one_only_what_there_is() {
    let host = Host::new();
    let before = host.snapshot();
    let environment = [
        "setenv BRIDGE=br-lamp",
        "setenv NETWORK=lamp",
        "setenv SUBNET=10.50.0.0/24",
        "setenv GATEWAY=10.50.0.1",
        "setenv LINK=net:lamp",
        "setenv ADDRESS_1=10.50.0.9",
        "setenv ADDRESS_ADMIN_1=10.50.0.9",
        "setenv ADDRESS_2=10.50.0.2",
    ];
    let first = messages(&host.netpipe(UP).status(0).stderr(""));
    let made = [
        "info made bridge br-lamp",
        "info made network lamp",
        "info made address 10.50.0.9 of lamp",
        "info made address 10.50.0.2 of lamp",
    ];
    assert_eq!(first, [&made[..], &environment[..]].concat());
    let up = host.snapshot();
    assert_eq!(messages(&host.netpipe(UP).status(0)), environment);
    assert_eq!(
        messages(
            &host
                .netpipe("compose --project-name=lamp stop net")
                .status(0)
        ),
        ["info stays until it is taken down"]
    );
    up.assert_same(&host.snapshot());
    host.netpipe("compose list").status(0).stdout(
        "PROJECT  SERVICE  STATE   BRIDGE   NETWORK  TUNNEL  MADE\n\
         lamp     net      active  br-lamp  lamp     -       bridge,network\n",
    );
    let listed = host
        .netpipe("compose --project-name=lamp list --json")
        .json();
    assert_eq!(listed[0]["state"], "active");
    assert_eq!(listed[0]["options"].as_array().unwrap().len(), 7);
    host.netpipe("compose --project-name=x list --json")
        .status(0)
        .stdout("[]\n");
    host.netpipe("ip list lamp")
        .status(0)
        .stdout_has("netpipe:compose h1/lamp/net admin-1");

    let down = "compose --project-name=lamp down net";
    assert_eq!(
        messages(&host.netpipe(down).status(0).stderr("")),
        [
            "info removed address 10.50.0.2 of lamp",
            "info removed address 10.50.0.9 of lamp",
            "info removed network lamp",
            "info removed bridge br-lamp",
        ]
    );
    before.assert_same_kernel(&host.snapshot());
    assert_eq!(host.store(), []);
    host.netpipe(down).status(0).stdout("").stderr("");
}

#[test]
fn a_dry_run_prints_the_commands_that_come_to_the_same() {
    let host = Host::new();
    let shown = host.netpipe(UP.replace(" net", " --dry-run net").as_str());
    let shown = shown.status(0).out;
    assert_eq!(
        shown,
        "netpipe bridge add br-lamp --address 10.50.0.1/24\n\
         netpipe network add lamp --bridge br-lamp --subnet 10.50.0.0/24 --gateway 10.50.0.1\n\
         netpipe ip reserve lamp 10.50.0.9\n\
         netpipe ip reserve lamp auto\n"
    );
    assert_eq!(host.store(), []);
    host.netpipe(UP).status(0);
    let up = host.snapshot();
    host.netpipe("compose --project-name=lamp down --dry-run net")
        .status(0)
        .stdout(
            "netpipe ip release lamp 10.50.0.2\nnetpipe ip release lamp 10.50.0.9\n\
             netpipe network del lamp\nnetpipe bridge del br-lamp\n",
        );
    up.assert_same(&host.snapshot());
}

/// What was there before stays as it was, and nothing is added to it.
#[test]
fn what_others_made_is_used_and_left() {
    let host = Host::new();
    host.netpipe("bridge add br-lamp --address 10.50.0.1/24")
        .status(0);
    host.netpipe("network add lamp --bridge br-lamp --subnet 10.50.0.0/24 --gateway 10.50.0.1")
        .status(0);
    host.netpipe("ip reserve lamp 10.50.0.2 --note printer")
        .status(0);
    let before = host.snapshot();
    let told = messages(&host.netpipe(UP).status(0));
    assert!(
        told.contains(&"setenv ADDRESS_2=10.50.0.3".into()),
        "{told:?}"
    );
    host.netpipe("compose list").status(0).stdout_has("  -\n");
    host.netpipe("compose --project-name=lamp down net")
        .status(0);
    before.assert_same(&host.snapshot());
    // Nor is an address added to a bridge that nobody could take it from again.
    let refused = host.netpipe(UP.replace("10.50.0.1/24", "10.50.0.99/24").as_str());
    refused.status(3).stderr_has("has no address 10.50.0.99/24");
    before.assert_same(&host.snapshot());
}

/// A bridge made anew by hand under the same name is another one.
#[test]
fn what_others_made_in_its_place_is_left() {
    let host = Host::new();
    host.netpipe(UP).status(0);
    host.netpipe("bridge del br-lamp").status(0);
    host.netpipe("bridge add br-lamp --mtu 1400").status(0);
    host.netpipe("compose --project-name=lamp down net")
        .status(0);
    assert_eq!(host.store(), []);
    host.sh("ip link show br-lamp");
    host.netpipe("bridge del br-lamp").status(0);
    // One that is gone is made again.
    host.netpipe(UP).status(0);
    host.netpipe("bridge del br-lamp").status(0);
    let told = messages(&host.netpipe(UP).status(0));
    assert_eq!(told[0], "info made bridge br-lamp");
    host.netpipe("compose --project-name=lamp down net")
        .status(0);
    host.try_sh("ip link show br-lamp").status(1);
}

/// A bridge that attachments made stays for as long as they and the project need it.
#[test]
fn a_bridge_of_attachments_becomes_the_projects() {
    let host = Host::new();
    host.container("blue");
    host.netpipe("attach netns:blue br-lamp 10.50.0.5/24 --network lamp --no-announce")
        .status(0);
    let up = "compose --project-name=lamp up --bridge=br-lamp net";
    host.netpipe(up).status(0);
    host.netpipe("detach netns:blue").status(0);
    host.sh("ip link show br-lamp");
    host.netpipe("attach netns:blue br-lamp none").status(0);
    let down = host
        .netpipe("compose --project-name=lamp down net")
        .status(0);
    let told = messages(&down);
    assert!(
        told[0].starts_with("info goes later: cannot remove bridge `br-lamp`"),
        "{told:?}"
    );
    host.netpipe("detach netns:blue").status(0);
    host.try_sh("ip link show br-lamp").status(1);
    assert_eq!(host.store(), []);
}

#[test]
fn the_first_service_to_leave_hands_on_to_the_next() {
    let host = Host::new();
    let verb = |verb: &str, project: &str, options: &str| {
        let line = format!("compose --project-name={project} {verb} {options} net");
        host.netpipe(line.as_str()).status(0);
    };
    let options = "--bridge=br-x --network=x --subnet=10.1.0.0/24 --address=auto";
    for project in ["a", "b", "c"] {
        verb("up", project, options);
    }
    let made = |project: &str| {
        let line = format!("compose --project-name={project} list --json");
        host.netpipe(line.as_str()).json()[0]["made"].clone()
    };
    assert_eq!(
        (made("a"), made("b")),
        (json!(["bridge", "network"]), json!([]))
    );
    verb("down", "a", "");
    assert_eq!(
        (made("b"), made("c")),
        (json!(["bridge", "network"]), json!([]))
    );
    verb("down", "c", "");
    verb("down", "b", "");
    assert_eq!(host.store(), []);
    host.try_sh("ip link show br-x").status(1);
}

/// What a killed `up` left goes with the next one, though it asks for something else.
#[test]
fn options_may_change_after_a_crash_and_not_while_it_is_up() {
    let host = Host::new();
    host.call(UP).fault("kill:4").run().killed();
    host.netpipe("compose list").status(0).stdout_has("pending");
    let other = "compose --project-name=lamp up --bridge=br-other net";
    host.netpipe(other).status(0);
    host.try_sh("ip link show br-lamp").status(1);
    host.netpipe(UP)
        .status(3)
        .stdout_has("\"type\":\"error\"")
        .stderr_has("it is up with other options: -bridge=br-other")
        .stderr_has("docker compose down");
    host.sh("ip link show br-other");
}

/// The address of a service is used by an attachment, as its dependents do.
#[test]
fn an_address_of_a_service_is_used() {
    let host = Host::new();
    host.container("blue");
    host.netpipe(UP).status(0);
    let up = host.snapshot();
    let attach = "attach netns:blue net:lamp 10.50.0.9/24 --no-announce";
    host.netpipe(attach)
        .status(3)
        .stderr_has("is set aside for the service `h1/lamp/net` of Compose")
        .stderr_has("give --reserved");
    let attach = format!("{attach} --reserved");
    host.netpipe(attach.as_str()).status(0);
    // A second `up` changes nothing, and one that calls it something else keeps it in use.
    let used = host.store();
    let told = messages(&host.netpipe(UP).status(0));
    assert!(told.contains(&"setenv ADDRESS_ADMIN_1=10.50.0.9".into()));
    assert_eq!(host.store(), used);
    let renamed = UP.replace("admin-1=", "boss=");
    host.netpipe(renamed.as_str()).status(0);
    let list = host.netpipe("ip list lamp").status(0).out;
    assert!(list.contains("h1/netns:blue/eth1 (reserved)  netpipe:compose h1/lamp/net boss"));
    host.netpipe(UP).status(0);
    assert_eq!(host.store(), used);
    host.netpipe("detach netns:blue").status(0);
    up.assert_same(&host.snapshot());
}

#[test]
fn an_address_that_is_in_use_when_its_service_leaves_goes_with_its_user() {
    let host = Host::new();
    host.container("blue");
    let before = host.snapshot();
    let down = "compose --project-name=lamp down net";
    host.netpipe(UP).status(0);
    host.netpipe("attach --reserved netns:blue net:lamp 10.50.0.9/24 --no-announce")
        .status(0);
    let told = messages(&host.netpipe(down).status(0));
    assert!(
        told.contains(&"info left address 10.50.0.9 of lamp, to `eth1` of `netns:blue`".into()),
        "{told:?}"
    );
    // It comes back for the service if that does.
    let again = messages(&host.netpipe(UP).status(0));
    assert!(
        again.contains(&"setenv ADDRESS_1=10.50.0.9".into()),
        "{again:?}"
    );
    let list = host.netpipe("ip list lamp").status(0).out;
    assert!(list.contains("(reserved)"), "{list}");
    host.netpipe(down).status(0);
    host.netpipe("detach netns:blue").status(0);
    before.assert_same_kernel(&host.snapshot());
    assert_eq!(host.store(), []);
}

/// In a network that is not its own nothing of the service waits for the attachment.
#[test]
fn an_address_of_anothers_network_is_left_to_its_user() {
    let host = Host::new();
    host.container("blue");
    host.netpipe("bridge add br-x").status(0);
    host.netpipe("network add x --bridge br-x --subnet 10.1.0.0/24")
        .status(0);
    let before = host.snapshot();
    host.netpipe("compose --project-name=p up --bridge=br-x --network=x --subnet=10.1.0.0/24 --address=10.1.0.9 net")
        .status(0);
    host.netpipe("attach --reserved netns:blue net:x 10.1.0.9/24 --no-announce")
        .status(0);
    host.netpipe("compose --project-name=p down --dry-run net")
        .status(0)
        .stdout("netpipe ip release x 10.1.0.9\n");
    host.netpipe("compose --project-name=p down net").status(0);
    host.netpipe("compose list --json").stdout("[]\n");
    host.netpipe("detach netns:blue").status(0);
    before.assert_same(&host.snapshot());
}
