# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_netpipe_global_optspecs
    string join \n json v/verbose state-dir= engine= ovs-db= host-name= h/help V/version
end

function __fish_netpipe_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_netpipe_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_netpipe_using_subcommand
    set -l cmd (__fish_netpipe_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c netpipe -n "__fish_netpipe_needs_command" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_needs_command" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_needs_command" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_needs_command" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_needs_command" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_needs_command" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_needs_command" -s V -l version -d 'Print version'
complete -c netpipe -n "__fish_netpipe_needs_command" -f -a "attach" -d 'Plug a container into a link'
complete -c netpipe -n "__fish_netpipe_needs_command" -f -a "batch" -d 'Attach many containers at once'
complete -c netpipe -n "__fish_netpipe_needs_command" -f -a "apply" -d 'Make what a topology file says'
complete -c netpipe -n "__fish_netpipe_needs_command" -f -a "plan" -d 'Show what applying a topology file would change'
complete -c netpipe -n "__fish_netpipe_needs_command" -f -a "export" -d 'Write the topology file of what is there'
complete -c netpipe -n "__fish_netpipe_needs_command" -f -a "detach" -d 'Unplug a container from its links'
complete -c netpipe -n "__fish_netpipe_needs_command" -f -a "dhcp" -d 'Keep, renew and give back addresses that DHCP servers and routers gave'
complete -c netpipe -n "__fish_netpipe_needs_command" -f -a "list" -d 'List what is attached on this host, beside what the kernel has'
complete -c netpipe -n "__fish_netpipe_needs_command" -f -a "show" -d 'Show everything recorded of a target, and where the kernel differs'
complete -c netpipe -n "__fish_netpipe_needs_command" -f -a "check" -d 'Compare what is recorded with what the kernel has'
complete -c netpipe -n "__fish_netpipe_needs_command" -f -a "gc" -d 'Remove what belongs to nobody any more'
complete -c netpipe -n "__fish_netpipe_needs_command" -f -a "graph" -d 'Draw hosts, bridges, VLANs, tunnels and containers'
complete -c netpipe -n "__fish_netpipe_needs_command" -f -a "exec" -d 'Run a program of this host in a container\'s network'
complete -c netpipe -n "__fish_netpipe_needs_command" -f -a "route" -d 'Run `ip route` in a container\'s network'
complete -c netpipe -n "__fish_netpipe_needs_command" -f -a "rule" -d 'Run `ip rule` in a container\'s network'
complete -c netpipe -n "__fish_netpipe_needs_command" -f -a "tc" -d 'Run `tc` in a container\'s network'
complete -c netpipe -n "__fish_netpipe_needs_command" -f -a "shape" -d 'Limit, delay and disturb what a container sends by an interface'
complete -c netpipe -n "__fish_netpipe_needs_command" -f -a "wait" -d 'Wait, inside a container, until an interface is ready'
complete -c netpipe -n "__fish_netpipe_needs_command" -f -a "pipework" -d 'Take the command line of pipework, the shell script'
complete -c netpipe -n "__fish_netpipe_needs_command" -f -a "bridge" -d 'Make, remove and show Linux bridges, and those of Open vSwitch'
complete -c netpipe -n "__fish_netpipe_needs_command" -f -a "direct-route" -d 'Reach the containers of other hosts on the LAN by routes'
complete -c netpipe -n "__fish_netpipe_needs_command" -f -a "tunnel" -d 'Join hosts by GRE, VXLAN and Geneve tunnels'
complete -c netpipe -n "__fish_netpipe_needs_command" -f -a "vlan" -d 'Say which VLANs the ports of a bridge are in'
complete -c netpipe -n "__fish_netpipe_needs_command" -f -a "network" -d 'Register networks: named segments with the address pools that `auto` draws from'
complete -c netpipe -n "__fish_netpipe_needs_command" -f -a "netns" -d 'Make, remove and show named network namespaces'
complete -c netpipe -n "__fish_netpipe_needs_command" -f -a "compose" -d 'Serve Docker Compose as a provider of bridges, networks and tunnels'
complete -c netpipe -n "__fish_netpipe_needs_command" -f -a "doctor" -d 'Check that this host has what netpipe needs, and say how to mend it'
complete -c netpipe -n "__fish_netpipe_needs_command" -f -a "ip" -d 'Set addresses aside, free them, and see who has which'
complete -c netpipe -n "__fish_netpipe_needs_command" -f -a "completions" -d 'Print the completions of a shell'
complete -c netpipe -n "__fish_netpipe_needs_command" -f -a "man" -d 'Print a manual page, or write all of them'
complete -c netpipe -n "__fish_netpipe_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -s i -l ifname -d 'The interface inside the target [default: the first free ethN, N from 1]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l host-ifname -d 'The host\'s end of the pair [default: one made from target and interface]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l vlan -d 'The VLAN that the link is in, untagged: of a bridge\'s port, or of a card' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l trunk -d 'The VLANs that come tagged, such as 10,20-29 or 10,20,native=5' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l svlan -d 'The provider\'s VLAN (802.1ad) of a card that --vlan is in' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l mode -d 'What a macvlan (bridge, private, vepa, passthru, source) or ipvlan (l2, l3, l3s) does with frames [default: bridge, l2], or how a child of an InfiniBand card sends (datagram, connected)' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l source-mac -d 'A MAC whose frames a macvlan in mode `source` accepts; as often as there are MACs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l peer-ifname -d 'The far end\'s interface of a wire [default: the first free ethN, N from 1]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l peer-address -d 'An address of the far end of a wire, such as 10.0.0.2/30' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l peer-mac -d 'The MAC of the far end of a wire, or U:STRING' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l pkey -d 'The partition of a child of an InfiniBand card [default: the card\'s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l dhcp-client-id -d 'What a DHCP server knows the client by, a text or octets such as 01:02:… [default: one made from host, target and interface]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l dhcp-hostname -d 'The host name a DHCP server is told [default: the container\'s name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l dhcp-timeout -d 'How long a DHCP server or a router is waited for [default: 20]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l mac -d 'The MAC inside the target, or U:STRING for the same one each time' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l mtu -d 'The MTU of both ends in bytes [default: the bridge\'s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l gateway -d 'The default gateway, one a family; replaces the default route there is' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l metric -d 'The metric of the default route, which then stands beside those there are' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l route -d 'A further route, DST[,via=GATEWAY][,metric=N]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l sysctl -d 'A kernel setting inside the target, such as net.ipv4.ip_forward=1' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l network -d 'The network whose addresses these are [default: the one of the link]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l subnet -d 'A subnet that `auto` draws from' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l wait -d 'Wait for the container to start, for 60 seconds or as many as given' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l hold -d 'Stay and keep the leases until the target ends, or have a process in the background do so; see netpipe-dhcp(1)' -r -f -a "foreground\t'Here, until the target ends'
background\t'In a process of its own'"
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l reserved -d 'Use addresses that were set aside, by `ip reserve` or for a service of Compose; detach sets them aside again'
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l host-shim -d 'Give the host a link on the same card that reaches the container'
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l vlan-filtering -d 'Have the bridge tell VLANs apart, though it is not netpipe\'s, until the last one goes'
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l take-default-route -d 'Move the card although the host\'s default route leaves by it'
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l default-route -d 'Make this link the default route, by the network\'s gateway or the link itself'
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l no-register -d 'Do not reserve the addresses in the store'
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l no-announce -d 'Do not tell neighbours (gratuitous ARP, unsolicited neighbour advertisement)'
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l no-firewall -d 'Do not add a firewall rule, though the bridge\'s own traffic may be dropped'
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l replace -d 'Replace a different attachment in the same place'
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l dry-run -d 'Print the equal iproute2 commands and change nothing'
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand batch" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand batch" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand batch" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand batch" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand batch" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand batch" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand batch" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand apply" -s f -l file -d 'The file; - reads standard input' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand apply" -l name -d 'The topology\'s name [default: the file\'s `name`]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand apply" -l prune -d 'Remove what left the file: what was made for its topology, or with `all` whatever netpipe made on this host, by hand too' -r -f -a "own\t'What was made for this topology'
all\t'Whatever netpipe made on this host'"
complete -c netpipe -n "__fish_netpipe_using_subcommand apply" -l wait -d 'Wait for containers to start, for 60 seconds or as many as given' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand apply" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand apply" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand apply" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand apply" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand apply" -l replace -d 'Make what differs anew, though it was not made for this topology'
complete -c netpipe -n "__fish_netpipe_using_subcommand apply" -l dry-run -d 'Print what would change, as `netpipe plan` does, and change nothing'
complete -c netpipe -n "__fish_netpipe_using_subcommand apply" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand apply" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand apply" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand plan" -s f -l file -d 'The file; - reads standard input' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand plan" -l name -d 'The topology\'s name [default: the file\'s `name`]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand plan" -l prune -d 'Remove what left the file: what was made for its topology, or with `all` whatever netpipe made on this host, by hand too' -r -f -a "own\t'What was made for this topology'
all\t'Whatever netpipe made on this host'"
complete -c netpipe -n "__fish_netpipe_using_subcommand plan" -l wait -d 'Wait for containers to start, for 60 seconds or as many as given' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand plan" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand plan" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand plan" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand plan" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand plan" -l replace -d 'Make what differs anew, though it was not made for this topology'
complete -c netpipe -n "__fish_netpipe_using_subcommand plan" -l exit-code -d 'Exit with status 5 if anything would change'
complete -c netpipe -n "__fish_netpipe_using_subcommand plan" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand plan" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand plan" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand export" -l name -d 'Only what was made for this topology' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand export" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand export" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand export" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand export" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand export" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand export" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand detach" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand detach" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand detach" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand detach" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand detach" -l all -d 'Unplug every interface that netpipe made'
complete -c netpipe -n "__fish_netpipe_using_subcommand detach" -l dry-run -d 'Print the equal iproute2 commands and change nothing'
complete -c netpipe -n "__fish_netpipe_using_subcommand detach" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand detach" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand detach" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and not __fish_seen_subcommand_from list hold renew release help" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and not __fish_seen_subcommand_from list hold renew release help" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and not __fish_seen_subcommand_from list hold renew release help" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and not __fish_seen_subcommand_from list hold renew release help" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and not __fish_seen_subcommand_from list hold renew release help" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and not __fish_seen_subcommand_from list hold renew release help" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and not __fish_seen_subcommand_from list hold renew release help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and not __fish_seen_subcommand_from list hold renew release help" -f -a "list" -d 'List the addresses that were given for a time, for how long, and who keeps them'
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and not __fish_seen_subcommand_from list hold renew release help" -f -a "hold" -d 'Keep the leases of an attachment until its target ends'
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and not __fish_seen_subcommand_from list hold renew release help" -f -a "renew" -d 'Ask again, for the same addresses first'
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and not __fish_seen_subcommand_from list hold renew release help" -f -a "release" -d 'Give the addresses back; the attachment stays, without them'
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and not __fish_seen_subcommand_from list hold renew release help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from list" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from list" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from list" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from list" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from list" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from hold" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from hold" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from hold" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from hold" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from hold" -l background -d 'Go on in the background once it is started'
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from hold" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from hold" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from hold" -s h -l help -d 'Print help'
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from renew" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from renew" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from renew" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from renew" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from renew" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from renew" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from renew" -s h -l help -d 'Print help'
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from release" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from release" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from release" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from release" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from release" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from release" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from release" -s h -l help -d 'Print help'
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the addresses that were given for a time, for how long, and who keeps them'
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from help" -f -a "hold" -d 'Keep the leases of an attachment until its target ends'
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from help" -f -a "renew" -d 'Ask again, for the same addresses first'
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from help" -f -a "release" -d 'Give the addresses back; the attachment stays, without them'
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netpipe -n "__fish_netpipe_using_subcommand list" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand list" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand list" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand list" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand list" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand list" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand show" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand show" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand show" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand show" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand show" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand show" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand check" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand check" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand check" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand check" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand check" -l repair -d 'Put back what is missing'
complete -c netpipe -n "__fish_netpipe_using_subcommand check" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand check" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand gc" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand gc" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand gc" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand gc" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand gc" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand gc" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand gc" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand graph" -l format -d 'What to draw it as' -r -f -a "svg\t'A picture, for a browser'
dot\t'Graphviz'
mermaid\t'Mermaid, for a page of text on a forge'"
complete -c netpipe -n "__fish_netpipe_using_subcommand graph" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand graph" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand graph" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand graph" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand graph" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand graph" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand graph" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand exec" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand exec" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand exec" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand exec" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand exec" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand exec" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand exec" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand route" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand route" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand route" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand route" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand route" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand route" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand route" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand rule" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand rule" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand rule" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand rule" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand rule" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand rule" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand rule" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand tc" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand tc" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tc" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tc" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tc" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand tc" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand tc" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand shape" -l rate -d 'The most it sends in a second' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand shape" -l burst -d 'How much it may send at once after a pause, at full speed [default: a hundredth of a second\'s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand shape" -l latency -d 'How long a packet may wait for its turn before it is dropped [default: 50ms]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand shape" -l delay -d 'Send everything that much later' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand shape" -l jitter -d 'Vary the delay by up to that, either way' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand shape" -l loss -d 'Lose that many packets' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand shape" -l duplicate -d 'Send that many twice' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand shape" -l corrupt -d 'Change a bit in that many' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand shape" -l reorder -d 'Send that many at once, before those that are delayed' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand shape" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand shape" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand shape" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand shape" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand shape" -l clear -d 'Stop shaping it'
complete -c netpipe -n "__fish_netpipe_using_subcommand shape" -l dry-run -d 'Print the equal commands of iproute2 and change nothing'
complete -c netpipe -n "__fish_netpipe_using_subcommand shape" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand shape" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand shape" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand wait" -s i -l ifname -d 'The interface' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand wait" -l timeout -d 'Fail after so many seconds; 0: look once [default: wait as long as it takes]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand wait" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand wait" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand wait" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand wait" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand wait" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand wait" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand wait" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand pipework" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand pipework" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand pipework" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand pipework" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand pipework" -l dry-run -d 'Print the equal iproute2 commands and change nothing'
complete -c netpipe -n "__fish_netpipe_using_subcommand pipework" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand pipework" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand pipework" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and not __fish_seen_subcommand_from add del list show port help" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and not __fish_seen_subcommand_from add del list show port help" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and not __fish_seen_subcommand_from add del list show port help" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and not __fish_seen_subcommand_from add del list show port help" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and not __fish_seen_subcommand_from add del list show port help" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and not __fish_seen_subcommand_from add del list show port help" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and not __fish_seen_subcommand_from add del list show port help" -s h -l help -d 'Print help'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and not __fish_seen_subcommand_from add del list show port help" -f -a "add" -d 'Make a bridge that stays until it is removed'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and not __fish_seen_subcommand_from add del list show port help" -f -a "del" -d 'Remove a bridge that netpipe made; its other ports leave unharmed'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and not __fish_seen_subcommand_from add del list show port help" -f -a "list" -d 'List the bridges of this host'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and not __fish_seen_subcommand_from add del list show port help" -f -a "show" -d 'Show one bridge'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and not __fish_seen_subcommand_from add del list show port help" -f -a "port" -d 'Join a bridge to the LAN: interfaces of the host that are its ports'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and not __fish_seen_subcommand_from add del list show port help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from add" -l address -d 'An address of the host on it' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from add" -l mtu -d 'Its MTU in bytes' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from add" -l mac -d 'Its MAC [default: one made from host and name, so that it never changes]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from add" -l datapath -d 'Where Open vSwitch switches: `system`, the kernel, or `netdev`, its daemon [default: the kernel, where it can]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from add" -l vlan-protocol -d 'How VLANs are marked: 802.1Q, or 802.1ad for VLANs that have VLANs in them' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from add" -l port -d 'A link of the host that becomes its port' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from add" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from add" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from add" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from add" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from add" -l stp -d 'Run the spanning tree protocol'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from add" -l ovs -d 'Make it one of Open vSwitch'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from add" -l vlan-filtering -d 'Tell VLANs apart: ports are in VLAN 1, untagged, until `vlan` or `attach` says else'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from add" -l dry-run -d 'Print the equal commands of iproute2 or ovs-vsctl and change nothing'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from add" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from del" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from del" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from del" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from del" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from del" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from del" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from del" -s h -l help -d 'Print help'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from list" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from list" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from list" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from list" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from list" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from show" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from show" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from show" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from show" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from show" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from port" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from port" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from port" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from port" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from port" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from port" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from port" -s h -l help -d 'Print help'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from port" -f -a "add" -d 'Make an interface of the host a port'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from port" -f -a "del" -d 'Take an interface out; it gets back what it had'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from port" -f -a "list" -d 'List the ports of a bridge'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from port" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from help" -f -a "add" -d 'Make a bridge that stays until it is removed'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from help" -f -a "del" -d 'Remove a bridge that netpipe made; its other ports leave unharmed'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the bridges of this host'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show one bridge'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from help" -f -a "port" -d 'Join a bridge to the LAN: interfaces of the host that are its ports'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and not __fish_seen_subcommand_from add del list help" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and not __fish_seen_subcommand_from add del list help" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and not __fish_seen_subcommand_from add del list help" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and not __fish_seen_subcommand_from add del list help" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and not __fish_seen_subcommand_from add del list help" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and not __fish_seen_subcommand_from add del list help" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and not __fish_seen_subcommand_from add del list help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and not __fish_seen_subcommand_from add del list help" -f -a "add" -d 'Route to the subnet of another host\'s containers'
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and not __fish_seen_subcommand_from add del list help" -f -a "del" -d 'Remove such a route, and with the last one what it changed'
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and not __fish_seen_subcommand_from add del list help" -f -a "list" -d 'List such routes'
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and not __fish_seen_subcommand_from add del list help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from add" -l metric -d 'The route\'s metric' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from add" -l dev -d 'The interface by which the other host is reached [default: the one of its subnet]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from add" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from add" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from add" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from add" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from add" -l no-firewall -d 'Add no firewall rules'
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from add" -l dry-run -d 'Print the equal commands and change nothing'
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from add" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from del" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from del" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from del" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from del" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from del" -l dry-run -d 'Print the equal commands and change nothing'
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from del" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from del" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from del" -s h -l help -d 'Print help'
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from list" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from list" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from list" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from list" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from list" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from help" -f -a "add" -d 'Route to the subnet of another host\'s containers'
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from help" -f -a "del" -d 'Remove such a route, and with the last one what it changed'
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from help" -f -a "list" -d 'List such routes'
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and not __fish_seen_subcommand_from add del list show peer help" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and not __fish_seen_subcommand_from add del list show peer help" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and not __fish_seen_subcommand_from add del list show peer help" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and not __fish_seen_subcommand_from add del list show peer help" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and not __fish_seen_subcommand_from add del list show peer help" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and not __fish_seen_subcommand_from add del list show peer help" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and not __fish_seen_subcommand_from add del list show peer help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and not __fish_seen_subcommand_from add del list show peer help" -f -a "add" -d 'Make a tunnel to another host, or to several'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and not __fish_seen_subcommand_from add del list show peer help" -f -a "del" -d 'Remove a tunnel that netpipe made'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and not __fish_seen_subcommand_from add del list show peer help" -f -a "list" -d 'List the tunnels of this host'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and not __fish_seen_subcommand_from add del list show peer help" -f -a "show" -d 'Show one tunnel'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and not __fish_seen_subcommand_from add del list show peer help" -f -a "peer" -d 'The hosts to which a VXLAN tunnel sends what is for everybody'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and not __fish_seen_subcommand_from add del list show peer help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from add" -l local -d 'This host\'s end [default: the address that the route to the other host prefers]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from add" -l remote -d 'The other host\'s end' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from add" -l group -d 'vxlan: the multicast group by which the hosts find each other; needs --dev' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from add" -l key -d 'gre, gretap, ip6gretap: what tells it from other tunnels between the same hosts' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from add" -l vni -d 'vxlan, geneve: the number of its network, the same on all hosts' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from add" -l bridge -d 'The bridge that it becomes a port of, of Linux or Open vSwitch; one named br* or ovs* is made if it is missing' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from add" -l vlan -d 'The VLAN of that bridge that the other host\'s frames come into; they carry no tag' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from add" -l dev -d 'The link that its packets leave by [default: that of the route to the other host]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from add" -l ttl -d 'TTL of its packets, 1 to 255, or `inherit` for that of what they carry' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from add" -l tos -d 'Type of service of its packets, 0 to 255, or `inherit`' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from add" -l port -d 'vxlan, geneve: the UDP port [default: 4789 for vxlan, 6081 for geneve]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from add" -l mtu -d 'Its MTU in bytes [default: what the way to the other host leaves]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from add" -l address -d 'An address of this host on it; not with --bridge' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from add" -l route -d 'gre: a subnet behind the other host' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from add" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from add" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from add" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from add" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from add" -l no-learning -d 'vxlan: do not learn from frames which host has a MAC'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from add" -l dry-run -d 'Print the equal iproute2 commands and change nothing'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from add" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from del" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from del" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from del" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from del" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from del" -l dry-run -d 'Print the equal iproute2 commands and change nothing'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from del" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from del" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from del" -s h -l help -d 'Print help'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from list" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from list" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from list" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from list" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from list" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from show" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from show" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from show" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from show" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from show" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from peer" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from peer" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from peer" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from peer" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from peer" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from peer" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from peer" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from peer" -f -a "add" -d 'Add a host'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from peer" -f -a "del" -d 'Take a host away'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from peer" -f -a "list" -d 'List the hosts of a tunnel'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from peer" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from help" -f -a "add" -d 'Make a tunnel to another host, or to several'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from help" -f -a "del" -d 'Remove a tunnel that netpipe made'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the tunnels of this host'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show one tunnel'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from help" -f -a "peer" -d 'The hosts to which a VXLAN tunnel sends what is for everybody'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and not __fish_seen_subcommand_from add del list help" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and not __fish_seen_subcommand_from add del list help" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and not __fish_seen_subcommand_from add del list help" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and not __fish_seen_subcommand_from add del list help" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and not __fish_seen_subcommand_from add del list help" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and not __fish_seen_subcommand_from add del list help" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and not __fish_seen_subcommand_from add del list help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and not __fish_seen_subcommand_from add del list help" -f -a "add" -d 'Put a port into VLANs'
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and not __fish_seen_subcommand_from add del list help" -f -a "del" -d 'Take a port out of VLANs'
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and not __fish_seen_subcommand_from add del list help" -f -a "list" -d 'List the VLANs that the ports of bridges are in'
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and not __fish_seen_subcommand_from add del list help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from add" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from add" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from add" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from add" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from add" -l dry-run -d 'Print the equal iproute2 commands and change nothing'
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from add" -l pvid -d 'What comes without a tag is in this VLAN, and no longer in the one it was in'
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from add" -l untagged -d 'The frames of these VLANs leave without a tag'
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from add" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from del" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from del" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from del" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from del" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from del" -l dry-run -d 'Print the equal iproute2 commands and change nothing'
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from del" -l pvid -d 'Take out of the VLAN of untagged frames too, on a bridge that is not netpipe\'s'
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from del" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from del" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from del" -s h -l help -d 'Print help'
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from list" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from list" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from list" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from list" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from list" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from help" -f -a "add" -d 'Put a port into VLANs'
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from help" -f -a "del" -d 'Take a port out of VLANs'
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the VLANs that the ports of bridges are in'
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and not __fish_seen_subcommand_from add del list show help" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and not __fish_seen_subcommand_from add del list show help" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and not __fish_seen_subcommand_from add del list show help" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and not __fish_seen_subcommand_from add del list show help" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and not __fish_seen_subcommand_from add del list show help" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and not __fish_seen_subcommand_from add del list show help" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and not __fish_seen_subcommand_from add del list show help" -s h -l help -d 'Print help'
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and not __fish_seen_subcommand_from add del list show help" -f -a "add" -d 'Register a network'
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and not __fish_seen_subcommand_from add del list show help" -f -a "del" -d 'Forget a network that has no address taken'
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and not __fish_seen_subcommand_from add del list show help" -f -a "list" -d 'List the networks'
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and not __fish_seen_subcommand_from add del list show help" -f -a "show" -d 'Show one network'
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and not __fish_seen_subcommand_from add del list show help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from add" -l bridge -d 'The bridge it lives on' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from add" -l vlan -d 'The VLAN of that bridge that attachments to `net:NAME` are in, untagged' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from add" -l subnet -d 'A subnet; one of each gives dual stack' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from add" -l gateway -d 'The router of a subnet; never handed out, and used by --default-route' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from add" -l range -d 'Where `auto` draws from, FIRST-LAST [default: the whole subnet]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from add" -l exclude -d 'Addresses that `auto` never hands out, FIRST-LAST or one' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from add" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from add" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from add" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from add" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from add" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from del" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from del" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from del" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from del" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from del" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from del" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from del" -s h -l help -d 'Print help'
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from list" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from list" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from list" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from list" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from list" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from show" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from show" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from show" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from show" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from show" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from help" -f -a "add" -d 'Register a network'
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from help" -f -a "del" -d 'Forget a network that has no address taken'
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the networks'
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show one network'
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and not __fish_seen_subcommand_from add del list help" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and not __fish_seen_subcommand_from add del list help" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and not __fish_seen_subcommand_from add del list help" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and not __fish_seen_subcommand_from add del list help" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and not __fish_seen_subcommand_from add del list help" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and not __fish_seen_subcommand_from add del list help" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and not __fish_seen_subcommand_from add del list help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and not __fish_seen_subcommand_from add del list help" -f -a "add" -d 'Make a network namespace, a target as netns:NAME'
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and not __fish_seen_subcommand_from add del list help" -f -a "del" -d 'Remove a network namespace that nothing is attached to'
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and not __fish_seen_subcommand_from add del list help" -f -a "list" -d 'List the network namespaces of this host, and what netpipe attached to them'
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and not __fish_seen_subcommand_from add del list help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from add" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from add" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from add" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from add" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from add" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from del" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from del" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from del" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from del" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from del" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from del" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from del" -s h -l help -d 'Print help'
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from list" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from list" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from list" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from list" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from list" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from help" -f -a "add" -d 'Make a network namespace, a target as netns:NAME'
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from help" -f -a "del" -d 'Remove a network namespace that nothing is attached to'
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the network namespaces of this host, and what netpipe attached to them'
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and not __fish_seen_subcommand_from metadata up down stop list help" -l project-name -d 'The project' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and not __fish_seen_subcommand_from metadata up down stop list help" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and not __fish_seen_subcommand_from metadata up down stop list help" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and not __fish_seen_subcommand_from metadata up down stop list help" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and not __fish_seen_subcommand_from metadata up down stop list help" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and not __fish_seen_subcommand_from metadata up down stop list help" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and not __fish_seen_subcommand_from metadata up down stop list help" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and not __fish_seen_subcommand_from metadata up down stop list help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and not __fish_seen_subcommand_from metadata up down stop list help" -f -a "metadata" -d 'Tell Compose which options there are'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and not __fish_seen_subcommand_from metadata up down stop list help" -f -a "up" -d 'Make what a service asks for, or what is missing of it'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and not __fish_seen_subcommand_from metadata up down stop list help" -f -a "down" -d 'Remove what was made for a service; what is in use goes with its last use'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and not __fish_seen_subcommand_from metadata up down stop list help" -f -a "stop" -d 'Leave everything as it is: a network has nothing to stop'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and not __fish_seen_subcommand_from metadata up down stop list help" -f -a "list" -d 'List what projects have on this host'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and not __fish_seen_subcommand_from metadata up down stop list help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from metadata" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from metadata" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from metadata" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from metadata" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from metadata" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from metadata" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from metadata" -s h -l help -d 'Print help'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l bridge -d 'The bridge, made if it is missing: NAME, bridge:NAME, or ovs:NAME for Open vSwitch' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l bridge-address -d 'An address of the host on the bridge; may be a list' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l bridge-mtu -d 'The bridge\'s MTU in bytes' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l bridge-port -d 'A link of the host that becomes the bridge\'s port; may be a list' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l stp -d 'Run the spanning tree protocol on the bridge' -r -f -a "true\t''
false\t''"
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l vlan-filtering -d 'Let the bridge tell VLANs apart from the start' -r -f -a "true\t''
false\t''"
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l datapath -d 'Where Open vSwitch switches: system or netdev' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l vlan -d 'The VLAN of the bridge that the network and the tunnel are in' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l network -d 'The network, registered if it is not: what `attach` takes as net:NAME' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l subnet -d 'A subnet of the network; may be a list' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l gateway -d 'The router of a subnet; may be a list' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l range -d 'Where `auto` draws addresses from, FIRST-LAST; may be a list' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l exclude -d 'Addresses that `auto` never hands out, FIRST-LAST or one; may be a list' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l address -d 'An address of the network to set aside, [LABEL=]IP or [LABEL=]auto; may be a list' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l tunnel -d 'The tunnel to another host, made if it is missing; a port of the bridge if there is one' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l kind -d 'The kind of tunnel: gre, gretap, ip6gretap, vxlan or geneve' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l local -d 'The tunnel\'s end on this host' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l remote -d 'The tunnel\'s end on the other host' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l group -d 'The multicast group of a vxlan tunnel' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l key -d 'The key of a gre, gretap or ip6gretap tunnel' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l vni -d 'The number of a vxlan or geneve tunnel\'s network' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l dev -d 'The link that the tunnel\'s packets leave by' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l ttl -d 'The TTL of the tunnel\'s packets, 1 to 255, or inherit' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l tos -d 'The type of service of the tunnel\'s packets, 0 to 255, or inherit' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l port -d 'The UDP port of a vxlan or geneve tunnel' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l mtu -d 'The tunnel\'s MTU in bytes' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l learning -d 'Whether a vxlan tunnel learns from frames which host has a MAC' -r -f -a "true\t''
false\t''"
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l tunnel-address -d 'An address of this host on a tunnel without a bridge; may be a list' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l route -d 'A subnet behind the other end of a gre tunnel; may be a list' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l dry-run -d 'Print the equal netpipe commands and change nothing'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -s h -l help -d 'Print help'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from down" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from down" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from down" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from down" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from down" -l dry-run -d 'Print the equal netpipe commands and change nothing'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from down" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from down" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from down" -s h -l help -d 'Print help'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from stop" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from stop" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from stop" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from stop" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from stop" -l dry-run -d 'Print the equal netpipe commands and change nothing'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from stop" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from stop" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from stop" -s h -l help -d 'Print help'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from list" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from list" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from list" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from list" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from list" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from help" -f -a "metadata" -d 'Tell Compose which options there are'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from help" -f -a "up" -d 'Make what a service asks for, or what is missing of it'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from help" -f -a "down" -d 'Remove what was made for a service; what is in use goes with its last use'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from help" -f -a "stop" -d 'Leave everything as it is: a network has nothing to stop'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from help" -f -a "list" -d 'List what projects have on this host'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netpipe -n "__fish_netpipe_using_subcommand doctor" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand doctor" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand doctor" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand doctor" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand doctor" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand doctor" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and not __fish_seen_subcommand_from reserve release list help" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and not __fish_seen_subcommand_from reserve release list help" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and not __fish_seen_subcommand_from reserve release list help" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and not __fish_seen_subcommand_from reserve release list help" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and not __fish_seen_subcommand_from reserve release list help" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and not __fish_seen_subcommand_from reserve release list help" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and not __fish_seen_subcommand_from reserve release list help" -s h -l help -d 'Print help'
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and not __fish_seen_subcommand_from reserve release list help" -f -a "reserve" -d 'Set an address aside: only an attachment with --reserved gets it'
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and not __fish_seen_subcommand_from reserve release list help" -f -a "release" -d 'Free an address that was set aside; one in use is freed with its attachment'
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and not __fish_seen_subcommand_from reserve release list help" -f -a "list" -d 'List the addresses that are taken'
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and not __fish_seen_subcommand_from reserve release list help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from reserve" -l note -d 'Why' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from reserve" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from reserve" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from reserve" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from reserve" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from reserve" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from reserve" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from reserve" -s h -l help -d 'Print help'
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from release" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from release" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from release" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from release" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from release" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from release" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from release" -s h -l help -d 'Print help'
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from list" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from list" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from list" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from list" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from list" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from help" -f -a "reserve" -d 'Set an address aside: only an attachment with --reserved gets it'
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from help" -f -a "release" -d 'Free an address that was set aside; one in use is freed with its attachment'
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the addresses that are taken'
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netpipe -n "__fish_netpipe_using_subcommand completions" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand completions" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand completions" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand completions" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand completions" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand completions" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand man" -l dir -d 'Write the pages of all subcommands into this directory' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand man" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand man" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand man" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand man" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand man" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand man" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip completions man help" -f -a "attach" -d 'Plug a container into a link'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip completions man help" -f -a "batch" -d 'Attach many containers at once'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip completions man help" -f -a "apply" -d 'Make what a topology file says'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip completions man help" -f -a "plan" -d 'Show what applying a topology file would change'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip completions man help" -f -a "export" -d 'Write the topology file of what is there'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip completions man help" -f -a "detach" -d 'Unplug a container from its links'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip completions man help" -f -a "dhcp" -d 'Keep, renew and give back addresses that DHCP servers and routers gave'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip completions man help" -f -a "list" -d 'List what is attached on this host, beside what the kernel has'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip completions man help" -f -a "show" -d 'Show everything recorded of a target, and where the kernel differs'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip completions man help" -f -a "check" -d 'Compare what is recorded with what the kernel has'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip completions man help" -f -a "gc" -d 'Remove what belongs to nobody any more'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip completions man help" -f -a "graph" -d 'Draw hosts, bridges, VLANs, tunnels and containers'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip completions man help" -f -a "exec" -d 'Run a program of this host in a container\'s network'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip completions man help" -f -a "route" -d 'Run `ip route` in a container\'s network'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip completions man help" -f -a "rule" -d 'Run `ip rule` in a container\'s network'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip completions man help" -f -a "tc" -d 'Run `tc` in a container\'s network'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip completions man help" -f -a "shape" -d 'Limit, delay and disturb what a container sends by an interface'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip completions man help" -f -a "wait" -d 'Wait, inside a container, until an interface is ready'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip completions man help" -f -a "pipework" -d 'Take the command line of pipework, the shell script'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip completions man help" -f -a "bridge" -d 'Make, remove and show Linux bridges, and those of Open vSwitch'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip completions man help" -f -a "direct-route" -d 'Reach the containers of other hosts on the LAN by routes'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip completions man help" -f -a "tunnel" -d 'Join hosts by GRE, VXLAN and Geneve tunnels'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip completions man help" -f -a "vlan" -d 'Say which VLANs the ports of a bridge are in'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip completions man help" -f -a "network" -d 'Register networks: named segments with the address pools that `auto` draws from'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip completions man help" -f -a "netns" -d 'Make, remove and show named network namespaces'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip completions man help" -f -a "compose" -d 'Serve Docker Compose as a provider of bridges, networks and tunnels'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip completions man help" -f -a "doctor" -d 'Check that this host has what netpipe needs, and say how to mend it'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip completions man help" -f -a "ip" -d 'Set addresses aside, free them, and see who has which'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip completions man help" -f -a "completions" -d 'Print the completions of a shell'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip completions man help" -f -a "man" -d 'Print a manual page, or write all of them'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip completions man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and __fish_seen_subcommand_from dhcp" -f -a "list" -d 'List the addresses that were given for a time, for how long, and who keeps them'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and __fish_seen_subcommand_from dhcp" -f -a "hold" -d 'Keep the leases of an attachment until its target ends'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and __fish_seen_subcommand_from dhcp" -f -a "renew" -d 'Ask again, for the same addresses first'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and __fish_seen_subcommand_from dhcp" -f -a "release" -d 'Give the addresses back; the attachment stays, without them'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and __fish_seen_subcommand_from bridge" -f -a "add" -d 'Make a bridge that stays until it is removed'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and __fish_seen_subcommand_from bridge" -f -a "del" -d 'Remove a bridge that netpipe made; its other ports leave unharmed'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and __fish_seen_subcommand_from bridge" -f -a "list" -d 'List the bridges of this host'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and __fish_seen_subcommand_from bridge" -f -a "show" -d 'Show one bridge'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and __fish_seen_subcommand_from bridge" -f -a "port" -d 'Join a bridge to the LAN: interfaces of the host that are its ports'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and __fish_seen_subcommand_from direct-route" -f -a "add" -d 'Route to the subnet of another host\'s containers'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and __fish_seen_subcommand_from direct-route" -f -a "del" -d 'Remove such a route, and with the last one what it changed'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and __fish_seen_subcommand_from direct-route" -f -a "list" -d 'List such routes'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and __fish_seen_subcommand_from tunnel" -f -a "add" -d 'Make a tunnel to another host, or to several'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and __fish_seen_subcommand_from tunnel" -f -a "del" -d 'Remove a tunnel that netpipe made'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and __fish_seen_subcommand_from tunnel" -f -a "list" -d 'List the tunnels of this host'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and __fish_seen_subcommand_from tunnel" -f -a "show" -d 'Show one tunnel'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and __fish_seen_subcommand_from tunnel" -f -a "peer" -d 'The hosts to which a VXLAN tunnel sends what is for everybody'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and __fish_seen_subcommand_from vlan" -f -a "add" -d 'Put a port into VLANs'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and __fish_seen_subcommand_from vlan" -f -a "del" -d 'Take a port out of VLANs'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and __fish_seen_subcommand_from vlan" -f -a "list" -d 'List the VLANs that the ports of bridges are in'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and __fish_seen_subcommand_from network" -f -a "add" -d 'Register a network'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and __fish_seen_subcommand_from network" -f -a "del" -d 'Forget a network that has no address taken'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and __fish_seen_subcommand_from network" -f -a "list" -d 'List the networks'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and __fish_seen_subcommand_from network" -f -a "show" -d 'Show one network'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and __fish_seen_subcommand_from netns" -f -a "add" -d 'Make a network namespace, a target as netns:NAME'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and __fish_seen_subcommand_from netns" -f -a "del" -d 'Remove a network namespace that nothing is attached to'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and __fish_seen_subcommand_from netns" -f -a "list" -d 'List the network namespaces of this host, and what netpipe attached to them'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and __fish_seen_subcommand_from compose" -f -a "metadata" -d 'Tell Compose which options there are'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and __fish_seen_subcommand_from compose" -f -a "up" -d 'Make what a service asks for, or what is missing of it'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and __fish_seen_subcommand_from compose" -f -a "down" -d 'Remove what was made for a service; what is in use goes with its last use'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and __fish_seen_subcommand_from compose" -f -a "stop" -d 'Leave everything as it is: a network has nothing to stop'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and __fish_seen_subcommand_from compose" -f -a "list" -d 'List what projects have on this host'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and __fish_seen_subcommand_from ip" -f -a "reserve" -d 'Set an address aside: only an attachment with --reserved gets it'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and __fish_seen_subcommand_from ip" -f -a "release" -d 'Free an address that was set aside; one in use is freed with its attachment'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and __fish_seen_subcommand_from ip" -f -a "list" -d 'List the addresses that are taken'
