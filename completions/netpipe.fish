# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_netpipe_global_optspecs
    string join \n json v/verbose state-dir= engine= ovs-db= host-name= kv= kv-cacert= kv-cert= kv-key= kv-server-name= kv-user= kv-password-file= kv-prefix= kv-timeout= h/help V/version
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
complete -c netpipe -n "__fish_netpipe_needs_command" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_needs_command" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_needs_command" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_needs_command" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_needs_command" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_needs_command" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_needs_command" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_needs_command" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_needs_command" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
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
complete -c netpipe -n "__fish_netpipe_needs_command" -f -a "kv" -d 'Read and change the key-value store, of this host or a cluster, and serve one'
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
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand attach" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
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
complete -c netpipe -n "__fish_netpipe_using_subcommand batch" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand batch" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand batch" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand batch" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand batch" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand batch" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand batch" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand batch" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand batch" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
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
complete -c netpipe -n "__fish_netpipe_using_subcommand apply" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand apply" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand apply" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand apply" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand apply" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand apply" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand apply" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand apply" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand apply" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
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
complete -c netpipe -n "__fish_netpipe_using_subcommand plan" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand plan" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand plan" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand plan" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand plan" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand plan" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand plan" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand plan" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand plan" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
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
complete -c netpipe -n "__fish_netpipe_using_subcommand export" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand export" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand export" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand export" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand export" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand export" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand export" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand export" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand export" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand export" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand export" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand detach" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand detach" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand detach" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand detach" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand detach" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand detach" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand detach" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand detach" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand detach" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand detach" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand detach" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand detach" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand detach" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand detach" -l all -d 'Unplug every interface that netpipe made'
complete -c netpipe -n "__fish_netpipe_using_subcommand detach" -l dry-run -d 'Print the equal iproute2 commands and change nothing'
complete -c netpipe -n "__fish_netpipe_using_subcommand detach" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand detach" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand detach" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and not __fish_seen_subcommand_from list hold renew release help" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and not __fish_seen_subcommand_from list hold renew release help" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and not __fish_seen_subcommand_from list hold renew release help" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and not __fish_seen_subcommand_from list hold renew release help" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and not __fish_seen_subcommand_from list hold renew release help" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and not __fish_seen_subcommand_from list hold renew release help" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and not __fish_seen_subcommand_from list hold renew release help" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and not __fish_seen_subcommand_from list hold renew release help" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and not __fish_seen_subcommand_from list hold renew release help" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and not __fish_seen_subcommand_from list hold renew release help" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and not __fish_seen_subcommand_from list hold renew release help" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and not __fish_seen_subcommand_from list hold renew release help" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and not __fish_seen_subcommand_from list hold renew release help" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
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
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from list" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from list" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from list" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from list" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from list" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from list" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from list" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from list" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from list" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from list" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from hold" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from hold" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from hold" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from hold" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from hold" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from hold" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from hold" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from hold" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from hold" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from hold" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from hold" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from hold" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from hold" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from hold" -l background -d 'Go on in the background once it is started'
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from hold" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from hold" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from hold" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from renew" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from renew" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from renew" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from renew" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from renew" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from renew" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from renew" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from renew" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from renew" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from renew" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from renew" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from renew" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from renew" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from renew" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from renew" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from renew" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from release" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from release" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from release" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from release" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from release" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from release" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from release" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from release" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from release" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from release" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from release" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from release" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from release" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from release" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from release" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from release" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the addresses that were given for a time, for how long, and who keeps them'
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from help" -f -a "hold" -d 'Keep the leases of an attachment until its target ends'
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from help" -f -a "renew" -d 'Ask again, for the same addresses first'
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from help" -f -a "release" -d 'Give the addresses back; the attachment stays, without them'
complete -c netpipe -n "__fish_netpipe_using_subcommand dhcp; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netpipe -n "__fish_netpipe_using_subcommand list" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand list" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand list" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand list" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand list" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand list" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand list" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand list" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand list" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand list" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand list" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand list" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand list" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand list" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand list" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand show" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand show" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand show" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand show" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand show" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand show" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand show" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand show" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand show" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand show" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand show" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand show" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand show" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand show" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand show" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand check" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand check" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand check" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand check" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand check" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand check" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand check" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand check" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand check" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand check" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand check" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand check" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand check" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand check" -l repair -d 'Put back what is missing'
complete -c netpipe -n "__fish_netpipe_using_subcommand check" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand check" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand gc" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand gc" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand gc" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand gc" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand gc" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand gc" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand gc" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand gc" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand gc" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand gc" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand gc" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand gc" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand gc" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
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
complete -c netpipe -n "__fish_netpipe_using_subcommand graph" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand graph" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand graph" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand graph" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand graph" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand graph" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand graph" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand graph" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand graph" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand graph" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand graph" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand graph" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand exec" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand exec" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand exec" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand exec" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand exec" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand exec" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand exec" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand exec" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand exec" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand exec" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand exec" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand exec" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand exec" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand exec" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand exec" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand exec" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand route" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand route" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand route" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand route" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand route" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand route" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand route" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand route" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand route" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand route" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand route" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand route" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand route" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand route" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand route" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand route" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand rule" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand rule" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand rule" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand rule" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand rule" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand rule" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand rule" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand rule" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand rule" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand rule" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand rule" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand rule" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand rule" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand rule" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand rule" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand rule" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand tc" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand tc" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tc" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tc" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tc" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tc" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand tc" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand tc" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand tc" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tc" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tc" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand tc" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tc" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
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
complete -c netpipe -n "__fish_netpipe_using_subcommand shape" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand shape" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand shape" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand shape" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand shape" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand shape" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand shape" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand shape" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand shape" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
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
complete -c netpipe -n "__fish_netpipe_using_subcommand wait" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand wait" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand wait" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand wait" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand wait" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand wait" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand wait" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand wait" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand wait" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand wait" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand wait" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand wait" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand pipework" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand pipework" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand pipework" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand pipework" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand pipework" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand pipework" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand pipework" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand pipework" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand pipework" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand pipework" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand pipework" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand pipework" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand pipework" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand pipework" -l dry-run -d 'Print the equal iproute2 commands and change nothing'
complete -c netpipe -n "__fish_netpipe_using_subcommand pipework" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand pipework" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand pipework" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and not __fish_seen_subcommand_from add del list show port help" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and not __fish_seen_subcommand_from add del list show port help" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and not __fish_seen_subcommand_from add del list show port help" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and not __fish_seen_subcommand_from add del list show port help" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and not __fish_seen_subcommand_from add del list show port help" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and not __fish_seen_subcommand_from add del list show port help" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and not __fish_seen_subcommand_from add del list show port help" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and not __fish_seen_subcommand_from add del list show port help" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and not __fish_seen_subcommand_from add del list show port help" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and not __fish_seen_subcommand_from add del list show port help" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and not __fish_seen_subcommand_from add del list show port help" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and not __fish_seen_subcommand_from add del list show port help" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and not __fish_seen_subcommand_from add del list show port help" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and not __fish_seen_subcommand_from add del list show port help" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and not __fish_seen_subcommand_from add del list show port help" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and not __fish_seen_subcommand_from add del list show port help" -s h -l help -d 'Print help (see more with \'--help\')'
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
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from add" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from add" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from add" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from add" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from add" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from add" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from add" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from add" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from add" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
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
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from del" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from del" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from del" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from del" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from del" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from del" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from del" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from del" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from del" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from del" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from del" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from del" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from list" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from list" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from list" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from list" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from list" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from list" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from list" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from list" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from list" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from list" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from list" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from list" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from list" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from list" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from show" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from show" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from show" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from show" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from show" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from show" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from show" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from show" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from show" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from show" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from show" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from show" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from show" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from show" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from port" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from port" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from port" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from port" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from port" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from port" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from port" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from port" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from port" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from port" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from port" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from port" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from port" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from port" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from port" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand bridge; and __fish_seen_subcommand_from port" -s h -l help -d 'Print help (see more with \'--help\')'
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
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and not __fish_seen_subcommand_from add del list help" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and not __fish_seen_subcommand_from add del list help" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and not __fish_seen_subcommand_from add del list help" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and not __fish_seen_subcommand_from add del list help" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and not __fish_seen_subcommand_from add del list help" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and not __fish_seen_subcommand_from add del list help" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and not __fish_seen_subcommand_from add del list help" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and not __fish_seen_subcommand_from add del list help" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and not __fish_seen_subcommand_from add del list help" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
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
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from add" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from add" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from add" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from add" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from add" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from add" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from add" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from add" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from add" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from add" -l no-firewall -d 'Add no firewall rules'
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from add" -l dry-run -d 'Print the equal commands and change nothing'
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from add" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from del" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from del" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from del" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from del" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from del" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from del" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from del" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from del" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from del" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from del" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from del" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from del" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from del" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from del" -l dry-run -d 'Print the equal commands and change nothing'
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from del" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from del" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from del" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from list" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from list" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from list" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from list" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from list" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from list" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from list" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from list" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from list" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from list" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from list" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from list" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from list" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from list" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from help" -f -a "add" -d 'Route to the subnet of another host\'s containers'
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from help" -f -a "del" -d 'Remove such a route, and with the last one what it changed'
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from help" -f -a "list" -d 'List such routes'
complete -c netpipe -n "__fish_netpipe_using_subcommand direct-route; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and not __fish_seen_subcommand_from add del list show peer help" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and not __fish_seen_subcommand_from add del list show peer help" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and not __fish_seen_subcommand_from add del list show peer help" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and not __fish_seen_subcommand_from add del list show peer help" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and not __fish_seen_subcommand_from add del list show peer help" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and not __fish_seen_subcommand_from add del list show peer help" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and not __fish_seen_subcommand_from add del list show peer help" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and not __fish_seen_subcommand_from add del list show peer help" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and not __fish_seen_subcommand_from add del list show peer help" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and not __fish_seen_subcommand_from add del list show peer help" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and not __fish_seen_subcommand_from add del list show peer help" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and not __fish_seen_subcommand_from add del list show peer help" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and not __fish_seen_subcommand_from add del list show peer help" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
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
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from add" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from add" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from add" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from add" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from add" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from add" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from add" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from add" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from add" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from add" -l no-learning -d 'vxlan: do not learn from frames which host has a MAC'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from add" -l dry-run -d 'Print the equal iproute2 commands and change nothing'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from add" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from del" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from del" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from del" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from del" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from del" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from del" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from del" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from del" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from del" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from del" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from del" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from del" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from del" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from del" -l dry-run -d 'Print the equal iproute2 commands and change nothing'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from del" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from del" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from del" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from list" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from list" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from list" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from list" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from list" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from list" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from list" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from list" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from list" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from list" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from list" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from list" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from list" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from list" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from show" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from show" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from show" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from show" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from show" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from show" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from show" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from show" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from show" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from show" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from show" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from show" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from show" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from show" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from peer" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from peer" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from peer" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from peer" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from peer" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from peer" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from peer" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from peer" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from peer" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from peer" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from peer" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from peer" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand tunnel; and __fish_seen_subcommand_from peer" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
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
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and not __fish_seen_subcommand_from add del list help" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and not __fish_seen_subcommand_from add del list help" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and not __fish_seen_subcommand_from add del list help" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and not __fish_seen_subcommand_from add del list help" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and not __fish_seen_subcommand_from add del list help" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and not __fish_seen_subcommand_from add del list help" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and not __fish_seen_subcommand_from add del list help" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and not __fish_seen_subcommand_from add del list help" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and not __fish_seen_subcommand_from add del list help" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
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
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from add" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from add" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from add" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from add" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from add" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from add" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from add" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from add" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from add" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
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
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from del" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from del" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from del" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from del" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from del" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from del" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from del" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from del" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from del" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from del" -l dry-run -d 'Print the equal iproute2 commands and change nothing'
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from del" -l pvid -d 'Take out of the VLAN of untagged frames too, on a bridge that is not netpipe\'s'
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from del" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from del" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from del" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from list" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from list" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from list" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from list" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from list" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from list" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from list" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from list" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from list" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from list" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from list" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from list" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from list" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from list" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from help" -f -a "add" -d 'Put a port into VLANs'
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from help" -f -a "del" -d 'Take a port out of VLANs'
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the VLANs that the ports of bridges are in'
complete -c netpipe -n "__fish_netpipe_using_subcommand vlan; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and not __fish_seen_subcommand_from add del list show help" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and not __fish_seen_subcommand_from add del list show help" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and not __fish_seen_subcommand_from add del list show help" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and not __fish_seen_subcommand_from add del list show help" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and not __fish_seen_subcommand_from add del list show help" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and not __fish_seen_subcommand_from add del list show help" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and not __fish_seen_subcommand_from add del list show help" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and not __fish_seen_subcommand_from add del list show help" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and not __fish_seen_subcommand_from add del list show help" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and not __fish_seen_subcommand_from add del list show help" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and not __fish_seen_subcommand_from add del list show help" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and not __fish_seen_subcommand_from add del list show help" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and not __fish_seen_subcommand_from add del list show help" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and not __fish_seen_subcommand_from add del list show help" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and not __fish_seen_subcommand_from add del list show help" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and not __fish_seen_subcommand_from add del list show help" -s h -l help -d 'Print help (see more with \'--help\')'
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
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from add" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from add" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from add" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from add" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from add" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from add" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from add" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from add" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from add" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from add" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from del" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from del" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from del" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from del" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from del" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from del" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from del" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from del" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from del" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from del" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from del" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from del" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from del" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from del" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from del" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from del" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from list" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from list" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from list" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from list" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from list" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from list" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from list" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from list" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from list" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from list" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from list" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from list" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from list" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from list" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from show" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from show" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from show" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from show" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from show" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from show" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from show" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from show" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from show" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from show" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from show" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from show" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from show" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from show" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from help" -f -a "add" -d 'Register a network'
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from help" -f -a "del" -d 'Forget a network that has no address taken'
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the networks'
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from help" -f -a "show" -d 'Show one network'
complete -c netpipe -n "__fish_netpipe_using_subcommand network; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and not __fish_seen_subcommand_from add del list help" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and not __fish_seen_subcommand_from add del list help" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and not __fish_seen_subcommand_from add del list help" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and not __fish_seen_subcommand_from add del list help" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and not __fish_seen_subcommand_from add del list help" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and not __fish_seen_subcommand_from add del list help" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and not __fish_seen_subcommand_from add del list help" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and not __fish_seen_subcommand_from add del list help" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and not __fish_seen_subcommand_from add del list help" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and not __fish_seen_subcommand_from add del list help" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and not __fish_seen_subcommand_from add del list help" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and not __fish_seen_subcommand_from add del list help" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and not __fish_seen_subcommand_from add del list help" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
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
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from add" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from add" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from add" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from add" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from add" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from add" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from add" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from add" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from add" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from add" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from del" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from del" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from del" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from del" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from del" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from del" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from del" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from del" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from del" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from del" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from del" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from del" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from del" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from del" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from del" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from del" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from list" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from list" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from list" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from list" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from list" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from list" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from list" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from list" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from list" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from list" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from list" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from list" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from list" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from list" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from help" -f -a "add" -d 'Make a network namespace, a target as netns:NAME'
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from help" -f -a "del" -d 'Remove a network namespace that nothing is attached to'
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the network namespaces of this host, and what netpipe attached to them'
complete -c netpipe -n "__fish_netpipe_using_subcommand netns; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and not __fish_seen_subcommand_from metadata up down stop list help" -l project-name -d 'The project' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and not __fish_seen_subcommand_from metadata up down stop list help" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and not __fish_seen_subcommand_from metadata up down stop list help" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and not __fish_seen_subcommand_from metadata up down stop list help" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and not __fish_seen_subcommand_from metadata up down stop list help" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and not __fish_seen_subcommand_from metadata up down stop list help" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and not __fish_seen_subcommand_from metadata up down stop list help" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and not __fish_seen_subcommand_from metadata up down stop list help" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and not __fish_seen_subcommand_from metadata up down stop list help" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and not __fish_seen_subcommand_from metadata up down stop list help" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and not __fish_seen_subcommand_from metadata up down stop list help" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and not __fish_seen_subcommand_from metadata up down stop list help" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and not __fish_seen_subcommand_from metadata up down stop list help" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and not __fish_seen_subcommand_from metadata up down stop list help" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
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
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from metadata" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from metadata" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from metadata" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from metadata" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from metadata" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from metadata" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from metadata" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from metadata" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from metadata" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from metadata" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from metadata" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from metadata" -s h -l help -d 'Print help (see more with \'--help\')'
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
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l dry-run -d 'Print the equal netpipe commands and change nothing'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from up" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from down" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from down" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from down" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from down" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from down" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from down" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from down" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from down" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from down" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from down" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from down" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from down" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from down" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from down" -l dry-run -d 'Print the equal netpipe commands and change nothing'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from down" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from down" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from down" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from stop" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from stop" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from stop" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from stop" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from stop" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from stop" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from stop" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from stop" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from stop" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from stop" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from stop" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from stop" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from stop" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from stop" -l dry-run -d 'Print the equal netpipe commands and change nothing'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from stop" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from stop" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from stop" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from list" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from list" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from list" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from list" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from list" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from list" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from list" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from list" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from list" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from list" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from list" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from list" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from list" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from list" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand compose; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
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
complete -c netpipe -n "__fish_netpipe_using_subcommand doctor" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand doctor" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand doctor" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand doctor" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand doctor" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand doctor" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand doctor" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand doctor" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand doctor" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand doctor" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand doctor" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and not __fish_seen_subcommand_from reserve release list help" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and not __fish_seen_subcommand_from reserve release list help" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and not __fish_seen_subcommand_from reserve release list help" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and not __fish_seen_subcommand_from reserve release list help" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and not __fish_seen_subcommand_from reserve release list help" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and not __fish_seen_subcommand_from reserve release list help" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and not __fish_seen_subcommand_from reserve release list help" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and not __fish_seen_subcommand_from reserve release list help" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and not __fish_seen_subcommand_from reserve release list help" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and not __fish_seen_subcommand_from reserve release list help" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and not __fish_seen_subcommand_from reserve release list help" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and not __fish_seen_subcommand_from reserve release list help" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and not __fish_seen_subcommand_from reserve release list help" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and not __fish_seen_subcommand_from reserve release list help" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and not __fish_seen_subcommand_from reserve release list help" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and not __fish_seen_subcommand_from reserve release list help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and not __fish_seen_subcommand_from reserve release list help" -f -a "reserve" -d 'Set an address aside: only an attachment with --reserved gets it'
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and not __fish_seen_subcommand_from reserve release list help" -f -a "release" -d 'Free an address that was set aside; one in use is freed with its attachment'
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and not __fish_seen_subcommand_from reserve release list help" -f -a "list" -d 'List the addresses that are taken'
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and not __fish_seen_subcommand_from reserve release list help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from reserve" -l note -d 'Why' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from reserve" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from reserve" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from reserve" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from reserve" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from reserve" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from reserve" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from reserve" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from reserve" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from reserve" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from reserve" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from reserve" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from reserve" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from reserve" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from reserve" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from reserve" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from reserve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from release" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from release" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from release" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from release" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from release" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from release" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from release" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from release" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from release" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from release" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from release" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from release" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from release" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from release" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from release" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from release" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from list" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from list" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from list" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from list" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from list" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from list" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from list" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from list" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from list" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from list" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from list" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from list" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from list" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from list" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from help" -f -a "reserve" -d 'Set an address aside: only an attachment with --reserved gets it'
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from help" -f -a "release" -d 'Free an address that was set aside; one in use is freed with its attachment'
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the addresses that are taken'
complete -c netpipe -n "__fish_netpipe_using_subcommand ip; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -l endpoints -d 'The servers, with commas between them; any of them may answer' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -l cacert -d 'The certificates of who may have signed the servers\' certificates' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -l cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -l key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -l user -d 'The user, as NAME or NAME:PASSWORD; a password that is not given is asked for' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -l password -d 'The user\'s password' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -l dial-timeout -d 'How long to wait for a connection [default: 2s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -l command-timeout -d 'How long to wait for an answer [default: 5s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -s w -l write-out -d 'In which form to print, as etcdctl does' -r -f -a "simple\t'Lines for people'
json\t'A line of JSON as etcdctl writes it, with keys and values in base64'
fields\t'A line for each field'
table\t'A table'"
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -l hex -d 'Print keys, values and ids in hexadecimal'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -f -a "get" -d 'Print a key, or the keys of a range'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -f -a "put" -d 'Store a key'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -f -a "del" -d 'Delete a key, or the keys of a range'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -f -a "txn" -d 'Change keys if conditions hold, all at once'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -f -a "watch" -d 'Print the changes of a key, or of the keys of a range, as they happen'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -f -a "compact" -d 'Forget what was superseded at a revision or before'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -f -a "lease" -d 'Make keys that go away by themselves'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -f -a "lock" -d 'Wait for a lock, and hold it'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -f -a "elect" -d 'Stand for an office, or see who holds it'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -f -a "member" -d 'Add, remove, change and list the members of the cluster'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -f -a "endpoint" -d 'Ask each endpoint by itself'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -f -a "move-leader" -d 'Hand the lead of the cluster over to another member'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -f -a "snapshot" -d 'Save all that a member has, and see what a file holds'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -f -a "defrag" -d 'Give the space of what was deleted back to the disk'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -f -a "alarm" -d 'See and end what keeps a cluster from taking writes'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -f -a "auth" -d 'Say whether users need a password and permissions'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -f -a "user" -d 'Say who may use the store'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -f -a "role" -d 'Say what users may read and write'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -f -a "check" -d 'See whether the cluster is as fast as it has to be'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -f -a "take-back" -d 'Make the store of this host one without a server again, with all that its member has'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -f -a "serve" -d 'Run a member of a store that etcd\'s clients cannot tell from etcd'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and not __fish_seen_subcommand_from get put del txn watch compact lease lock elect member endpoint move-leader snapshot defrag alarm auth user role check take-back serve help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from get" -l rev -d 'As of this revision' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from get" -l limit -d 'At most so many keys' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from get" -l sort-by -d 'What to sort by' -r -f -a "create\t''
key\t''
modify\t''
value\t''
version\t''"
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from get" -l order -d 'In which order' -r -f -a "ascend\t''
descend\t''"
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from get" -l consistency -d 'Whether the answer is the newest there is (l), or what the server asked knows (s)' -r -f -a "l\t'The newest there is'
s\t'What the server asked knows'"
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from get" -l min-create-rev -d 'Only keys that were created at this revision or later' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from get" -l max-create-rev -d 'Only keys that were created at this revision or before' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from get" -l min-mod-rev -d 'Only keys that were changed last at this revision or later' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from get" -l max-mod-rev -d 'Only keys that were changed last at this revision or before' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from get" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from get" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from get" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from get" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from get" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from get" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from get" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from get" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from get" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from get" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from get" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from get" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from get" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from get" -l endpoints -d 'The servers, with commas between them; any of them may answer' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from get" -l cacert -d 'The certificates of who may have signed the servers\' certificates' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from get" -l cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from get" -l key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from get" -l user -d 'The user, as NAME or NAME:PASSWORD; a password that is not given is asked for' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from get" -l password -d 'The user\'s password' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from get" -l dial-timeout -d 'How long to wait for a connection [default: 2s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from get" -l command-timeout -d 'How long to wait for an answer [default: 5s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from get" -s w -l write-out -d 'In which form to print, as etcdctl does' -r -f -a "simple\t'Lines for people'
json\t'A line of JSON as etcdctl writes it, with keys and values in base64'
fields\t'A line for each field'
table\t'A table'"
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from get" -l prefix -d 'The keys that start with KEY'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from get" -l from-key -d 'The keys from KEY on'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from get" -l keys-only -d 'Without the values'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from get" -l count-only -d 'How many keys there are, and none of them'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from get" -l print-value-only -d 'Without the keys\' own lines'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from get" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from get" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from get" -l hex -d 'Print keys, values and ids in hexadecimal'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from get" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from put" -l lease -d 'Have the key live as long as this lease, named by its hexadecimal id' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from put" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from put" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from put" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from put" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from put" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from put" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from put" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from put" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from put" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from put" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from put" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from put" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from put" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from put" -l endpoints -d 'The servers, with commas between them; any of them may answer' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from put" -l cacert -d 'The certificates of who may have signed the servers\' certificates' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from put" -l cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from put" -l key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from put" -l user -d 'The user, as NAME or NAME:PASSWORD; a password that is not given is asked for' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from put" -l password -d 'The user\'s password' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from put" -l dial-timeout -d 'How long to wait for a connection [default: 2s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from put" -l command-timeout -d 'How long to wait for an answer [default: 5s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from put" -s w -l write-out -d 'In which form to print, as etcdctl does' -r -f -a "simple\t'Lines for people'
json\t'A line of JSON as etcdctl writes it, with keys and values in base64'
fields\t'A line for each field'
table\t'A table'"
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from put" -l prev-kv -d 'Print what was there before'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from put" -l ignore-value -d 'Keep the key\'s value'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from put" -l ignore-lease -d 'Keep the key\'s lease'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from put" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from put" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from put" -l hex -d 'Print keys, values and ids in hexadecimal'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from put" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from del" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from del" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from del" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from del" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from del" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from del" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from del" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from del" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from del" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from del" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from del" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from del" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from del" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from del" -l endpoints -d 'The servers, with commas between them; any of them may answer' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from del" -l cacert -d 'The certificates of who may have signed the servers\' certificates' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from del" -l cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from del" -l key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from del" -l user -d 'The user, as NAME or NAME:PASSWORD; a password that is not given is asked for' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from del" -l password -d 'The user\'s password' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from del" -l dial-timeout -d 'How long to wait for a connection [default: 2s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from del" -l command-timeout -d 'How long to wait for an answer [default: 5s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from del" -s w -l write-out -d 'In which form to print, as etcdctl does' -r -f -a "simple\t'Lines for people'
json\t'A line of JSON as etcdctl writes it, with keys and values in base64'
fields\t'A line for each field'
table\t'A table'"
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from del" -l prefix -d 'The keys that start with KEY'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from del" -l from-key -d 'The keys from KEY on'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from del" -l prev-kv -d 'Print what was deleted'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from del" -l range -d 'Taken for etcdctl\'s sake: a range is deleted at once with or without it'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from del" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from del" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from del" -l hex -d 'Print keys, values and ids in hexadecimal'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from del" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from txn" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from txn" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from txn" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from txn" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from txn" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from txn" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from txn" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from txn" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from txn" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from txn" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from txn" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from txn" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from txn" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from txn" -l endpoints -d 'The servers, with commas between them; any of them may answer' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from txn" -l cacert -d 'The certificates of who may have signed the servers\' certificates' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from txn" -l cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from txn" -l key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from txn" -l user -d 'The user, as NAME or NAME:PASSWORD; a password that is not given is asked for' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from txn" -l password -d 'The user\'s password' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from txn" -l dial-timeout -d 'How long to wait for a connection [default: 2s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from txn" -l command-timeout -d 'How long to wait for an answer [default: 5s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from txn" -s w -l write-out -d 'In which form to print, as etcdctl does' -r -f -a "simple\t'Lines for people'
json\t'A line of JSON as etcdctl writes it, with keys and values in base64'
fields\t'A line for each field'
table\t'A table'"
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from txn" -s i -l interactive -d 'Say what is asked for next'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from txn" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from txn" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from txn" -l hex -d 'Print keys, values and ids in hexadecimal'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from txn" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from watch" -l rev -d 'From this revision on, instead of from now' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from watch" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from watch" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from watch" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from watch" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from watch" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from watch" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from watch" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from watch" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from watch" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from watch" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from watch" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from watch" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from watch" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from watch" -l endpoints -d 'The servers, with commas between them; any of them may answer' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from watch" -l cacert -d 'The certificates of who may have signed the servers\' certificates' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from watch" -l cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from watch" -l key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from watch" -l user -d 'The user, as NAME or NAME:PASSWORD; a password that is not given is asked for' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from watch" -l password -d 'The user\'s password' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from watch" -l dial-timeout -d 'How long to wait for a connection [default: 2s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from watch" -l command-timeout -d 'How long to wait for an answer [default: 5s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from watch" -s w -l write-out -d 'In which form to print, as etcdctl does' -r -f -a "simple\t'Lines for people'
json\t'A line of JSON as etcdctl writes it, with keys and values in base64'
fields\t'A line for each field'
table\t'A table'"
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from watch" -l prefix -d 'The keys that start with KEY'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from watch" -l prev-kv -d 'Print what was there before, too'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from watch" -l progress-notify -d 'Print the revision from time to time while nothing changes'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from watch" -s i -l interactive -d 'Read from stdin what to watch: lines `watch [OPTION]... KEY [RANGE_END] [-- COMMAND]`, and `progress`'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from watch" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from watch" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from watch" -l hex -d 'Print keys, values and ids in hexadecimal'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from watch" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from compact" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from compact" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from compact" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from compact" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from compact" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from compact" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from compact" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from compact" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from compact" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from compact" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from compact" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from compact" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from compact" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from compact" -l endpoints -d 'The servers, with commas between them; any of them may answer' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from compact" -l cacert -d 'The certificates of who may have signed the servers\' certificates' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from compact" -l cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from compact" -l key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from compact" -l user -d 'The user, as NAME or NAME:PASSWORD; a password that is not given is asked for' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from compact" -l password -d 'The user\'s password' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from compact" -l dial-timeout -d 'How long to wait for a connection [default: 2s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from compact" -l command-timeout -d 'How long to wait for an answer [default: 5s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from compact" -s w -l write-out -d 'In which form to print, as etcdctl does' -r -f -a "simple\t'Lines for people'
json\t'A line of JSON as etcdctl writes it, with keys and values in base64'
fields\t'A line for each field'
table\t'A table'"
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from compact" -l physical -d 'Return when it is gone from the disk too'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from compact" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from compact" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from compact" -l hex -d 'Print keys, values and ids in hexadecimal'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from compact" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lease" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lease" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lease" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lease" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lease" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lease" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lease" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lease" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lease" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lease" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lease" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lease" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lease" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lease" -l endpoints -d 'The servers, with commas between them; any of them may answer' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lease" -l cacert -d 'The certificates of who may have signed the servers\' certificates' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lease" -l cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lease" -l key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lease" -l user -d 'The user, as NAME or NAME:PASSWORD; a password that is not given is asked for' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lease" -l password -d 'The user\'s password' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lease" -l dial-timeout -d 'How long to wait for a connection [default: 2s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lease" -l command-timeout -d 'How long to wait for an answer [default: 5s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lease" -s w -l write-out -d 'In which form to print, as etcdctl does' -r -f -a "simple\t'Lines for people'
json\t'A line of JSON as etcdctl writes it, with keys and values in base64'
fields\t'A line for each field'
table\t'A table'"
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lease" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lease" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lease" -l hex -d 'Print keys, values and ids in hexadecimal'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lease" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lease" -f -a "grant" -d 'Make a lease'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lease" -f -a "revoke" -d 'End a lease, and delete its keys'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lease" -f -a "timetolive" -d 'Say how long a lease still lasts'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lease" -f -a "list" -d 'List the leases'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lease" -f -a "keep-alive" -d 'Renew a lease again and again, until it ends or a signal comes'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lease" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lock" -l ttl -d 'After so many seconds a holder that is silent has lost it' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lock" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lock" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lock" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lock" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lock" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lock" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lock" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lock" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lock" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lock" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lock" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lock" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lock" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lock" -l endpoints -d 'The servers, with commas between them; any of them may answer' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lock" -l cacert -d 'The certificates of who may have signed the servers\' certificates' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lock" -l cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lock" -l key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lock" -l user -d 'The user, as NAME or NAME:PASSWORD; a password that is not given is asked for' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lock" -l password -d 'The user\'s password' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lock" -l dial-timeout -d 'How long to wait for a connection [default: 2s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lock" -l command-timeout -d 'How long to wait for an answer [default: 5s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lock" -s w -l write-out -d 'In which form to print, as etcdctl does' -r -f -a "simple\t'Lines for people'
json\t'A line of JSON as etcdctl writes it, with keys and values in base64'
fields\t'A line for each field'
table\t'A table'"
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lock" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lock" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lock" -l hex -d 'Print keys, values and ids in hexadecimal'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from lock" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from elect" -l ttl -d 'After so many seconds a holder that is silent has lost it' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from elect" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from elect" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from elect" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from elect" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from elect" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from elect" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from elect" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from elect" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from elect" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from elect" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from elect" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from elect" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from elect" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from elect" -l endpoints -d 'The servers, with commas between them; any of them may answer' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from elect" -l cacert -d 'The certificates of who may have signed the servers\' certificates' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from elect" -l cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from elect" -l key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from elect" -l user -d 'The user, as NAME or NAME:PASSWORD; a password that is not given is asked for' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from elect" -l password -d 'The user\'s password' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from elect" -l dial-timeout -d 'How long to wait for a connection [default: 2s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from elect" -l command-timeout -d 'How long to wait for an answer [default: 5s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from elect" -s w -l write-out -d 'In which form to print, as etcdctl does' -r -f -a "simple\t'Lines for people'
json\t'A line of JSON as etcdctl writes it, with keys and values in base64'
fields\t'A line for each field'
table\t'A table'"
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from elect" -s l -l listen -d 'Only see who holds it'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from elect" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from elect" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from elect" -l hex -d 'Print keys, values and ids in hexadecimal'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from elect" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from member" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from member" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from member" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from member" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from member" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from member" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from member" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from member" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from member" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from member" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from member" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from member" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from member" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from member" -l endpoints -d 'The servers, with commas between them; any of them may answer' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from member" -l cacert -d 'The certificates of who may have signed the servers\' certificates' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from member" -l cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from member" -l key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from member" -l user -d 'The user, as NAME or NAME:PASSWORD; a password that is not given is asked for' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from member" -l password -d 'The user\'s password' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from member" -l dial-timeout -d 'How long to wait for a connection [default: 2s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from member" -l command-timeout -d 'How long to wait for an answer [default: 5s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from member" -s w -l write-out -d 'In which form to print, as etcdctl does' -r -f -a "simple\t'Lines for people'
json\t'A line of JSON as etcdctl writes it, with keys and values in base64'
fields\t'A line for each field'
table\t'A table'"
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from member" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from member" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from member" -l hex -d 'Print keys, values and ids in hexadecimal'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from member" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from member" -f -a "add" -d 'Announce a member, before it is started'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from member" -f -a "remove" -d 'Remove a member for good'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from member" -f -a "update" -d 'Change where the other members reach a member'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from member" -f -a "promote" -d 'Give a learner that has caught up its vote'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from member" -f -a "list" -d 'List the members'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from member" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from endpoint" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from endpoint" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from endpoint" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from endpoint" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from endpoint" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from endpoint" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from endpoint" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from endpoint" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from endpoint" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from endpoint" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from endpoint" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from endpoint" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from endpoint" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from endpoint" -l endpoints -d 'The servers, with commas between them; any of them may answer' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from endpoint" -l cacert -d 'The certificates of who may have signed the servers\' certificates' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from endpoint" -l cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from endpoint" -l key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from endpoint" -l user -d 'The user, as NAME or NAME:PASSWORD; a password that is not given is asked for' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from endpoint" -l password -d 'The user\'s password' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from endpoint" -l dial-timeout -d 'How long to wait for a connection [default: 2s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from endpoint" -l command-timeout -d 'How long to wait for an answer [default: 5s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from endpoint" -s w -l write-out -d 'In which form to print, as etcdctl does' -r -f -a "simple\t'Lines for people'
json\t'A line of JSON as etcdctl writes it, with keys and values in base64'
fields\t'A line for each field'
table\t'A table'"
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from endpoint" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from endpoint" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from endpoint" -l hex -d 'Print keys, values and ids in hexadecimal'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from endpoint" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from endpoint" -f -a "health" -d 'Say which endpoints can answer a read that the cluster agrees on'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from endpoint" -f -a "status" -d 'Say of each endpoint its version, how large its data is, and how far it has come'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from endpoint" -f -a "hashkv" -d 'Print the hash of the keys that each endpoint has; equal members have equal ones'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from endpoint" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from move-leader" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from move-leader" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from move-leader" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from move-leader" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from move-leader" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from move-leader" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from move-leader" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from move-leader" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from move-leader" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from move-leader" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from move-leader" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from move-leader" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from move-leader" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from move-leader" -l endpoints -d 'The servers, with commas between them; any of them may answer' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from move-leader" -l cacert -d 'The certificates of who may have signed the servers\' certificates' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from move-leader" -l cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from move-leader" -l key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from move-leader" -l user -d 'The user, as NAME or NAME:PASSWORD; a password that is not given is asked for' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from move-leader" -l password -d 'The user\'s password' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from move-leader" -l dial-timeout -d 'How long to wait for a connection [default: 2s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from move-leader" -l command-timeout -d 'How long to wait for an answer [default: 5s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from move-leader" -s w -l write-out -d 'In which form to print, as etcdctl does' -r -f -a "simple\t'Lines for people'
json\t'A line of JSON as etcdctl writes it, with keys and values in base64'
fields\t'A line for each field'
table\t'A table'"
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from move-leader" -l cluster -d 'Look for the leader among all members of the cluster'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from move-leader" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from move-leader" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from move-leader" -l hex -d 'Print keys, values and ids in hexadecimal'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from move-leader" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from snapshot" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from snapshot" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from snapshot" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from snapshot" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from snapshot" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from snapshot" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from snapshot" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from snapshot" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from snapshot" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from snapshot" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from snapshot" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from snapshot" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from snapshot" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from snapshot" -l endpoints -d 'The servers, with commas between them; any of them may answer' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from snapshot" -l cacert -d 'The certificates of who may have signed the servers\' certificates' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from snapshot" -l cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from snapshot" -l key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from snapshot" -l user -d 'The user, as NAME or NAME:PASSWORD; a password that is not given is asked for' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from snapshot" -l password -d 'The user\'s password' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from snapshot" -l dial-timeout -d 'How long to wait for a connection [default: 2s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from snapshot" -l command-timeout -d 'How long to wait for an answer [default: 5s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from snapshot" -s w -l write-out -d 'In which form to print, as etcdctl does' -r -f -a "simple\t'Lines for people'
json\t'A line of JSON as etcdctl writes it, with keys and values in base64'
fields\t'A line for each field'
table\t'A table'"
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from snapshot" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from snapshot" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from snapshot" -l hex -d 'Print keys, values and ids in hexadecimal'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from snapshot" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from snapshot" -f -a "save" -d 'Write all that a member has to a file'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from snapshot" -f -a "status" -d 'Print the hash, the revision, the number of keys and the size of a saved file'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from snapshot" -f -a "restore" -d 'Make the data of a member of a new cluster from a saved file'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from snapshot" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from defrag" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from defrag" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from defrag" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from defrag" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from defrag" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from defrag" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from defrag" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from defrag" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from defrag" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from defrag" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from defrag" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from defrag" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from defrag" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from defrag" -l endpoints -d 'The servers, with commas between them; any of them may answer' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from defrag" -l cacert -d 'The certificates of who may have signed the servers\' certificates' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from defrag" -l cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from defrag" -l key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from defrag" -l user -d 'The user, as NAME or NAME:PASSWORD; a password that is not given is asked for' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from defrag" -l password -d 'The user\'s password' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from defrag" -l dial-timeout -d 'How long to wait for a connection [default: 2s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from defrag" -l command-timeout -d 'How long to wait for an answer [default: 5s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from defrag" -s w -l write-out -d 'In which form to print, as etcdctl does' -r -f -a "simple\t'Lines for people'
json\t'A line of JSON as etcdctl writes it, with keys and values in base64'
fields\t'A line for each field'
table\t'A table'"
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from defrag" -l cluster -d 'Those of all members of the cluster'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from defrag" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from defrag" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from defrag" -l hex -d 'Print keys, values and ids in hexadecimal'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from defrag" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from alarm" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from alarm" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from alarm" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from alarm" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from alarm" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from alarm" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from alarm" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from alarm" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from alarm" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from alarm" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from alarm" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from alarm" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from alarm" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from alarm" -l endpoints -d 'The servers, with commas between them; any of them may answer' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from alarm" -l cacert -d 'The certificates of who may have signed the servers\' certificates' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from alarm" -l cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from alarm" -l key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from alarm" -l user -d 'The user, as NAME or NAME:PASSWORD; a password that is not given is asked for' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from alarm" -l password -d 'The user\'s password' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from alarm" -l dial-timeout -d 'How long to wait for a connection [default: 2s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from alarm" -l command-timeout -d 'How long to wait for an answer [default: 5s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from alarm" -s w -l write-out -d 'In which form to print, as etcdctl does' -r -f -a "simple\t'Lines for people'
json\t'A line of JSON as etcdctl writes it, with keys and values in base64'
fields\t'A line for each field'
table\t'A table'"
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from alarm" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from alarm" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from alarm" -l hex -d 'Print keys, values and ids in hexadecimal'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from alarm" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from alarm" -f -a "list" -d 'List the alarms'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from alarm" -f -a "disarm" -d 'End all alarms, and list them'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from alarm" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from auth" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from auth" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from auth" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from auth" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from auth" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from auth" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from auth" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from auth" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from auth" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from auth" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from auth" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from auth" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from auth" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from auth" -l endpoints -d 'The servers, with commas between them; any of them may answer' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from auth" -l cacert -d 'The certificates of who may have signed the servers\' certificates' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from auth" -l cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from auth" -l key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from auth" -l user -d 'The user, as NAME or NAME:PASSWORD; a password that is not given is asked for' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from auth" -l password -d 'The user\'s password' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from auth" -l dial-timeout -d 'How long to wait for a connection [default: 2s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from auth" -l command-timeout -d 'How long to wait for an answer [default: 5s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from auth" -s w -l write-out -d 'In which form to print, as etcdctl does' -r -f -a "simple\t'Lines for people'
json\t'A line of JSON as etcdctl writes it, with keys and values in base64'
fields\t'A line for each field'
table\t'A table'"
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from auth" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from auth" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from auth" -l hex -d 'Print keys, values and ids in hexadecimal'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from auth" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from auth" -f -a "enable" -d 'Require a user, with permission for what it does'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from auth" -f -a "disable" -d 'Let everybody do everything'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from auth" -f -a "status" -d 'Say which of the two it is'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from auth" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from user" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from user" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from user" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from user" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from user" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from user" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from user" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from user" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from user" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from user" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from user" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from user" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from user" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from user" -l endpoints -d 'The servers, with commas between them; any of them may answer' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from user" -l cacert -d 'The certificates of who may have signed the servers\' certificates' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from user" -l cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from user" -l key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from user" -l user -d 'The user, as NAME or NAME:PASSWORD; a password that is not given is asked for' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from user" -l password -d 'The user\'s password' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from user" -l dial-timeout -d 'How long to wait for a connection [default: 2s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from user" -l command-timeout -d 'How long to wait for an answer [default: 5s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from user" -s w -l write-out -d 'In which form to print, as etcdctl does' -r -f -a "simple\t'Lines for people'
json\t'A line of JSON as etcdctl writes it, with keys and values in base64'
fields\t'A line for each field'
table\t'A table'"
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from user" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from user" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from user" -l hex -d 'Print keys, values and ids in hexadecimal'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from user" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from user" -f -a "add" -d 'Make a user'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from user" -f -a "delete" -d 'Delete a user'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from user" -f -a "get" -d 'Print which roles a user has'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from user" -f -a "list" -d 'List the users'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from user" -f -a "passwd" -d 'Change a user\'s password, which is asked for'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from user" -f -a "grant-role" -d 'Give a user a role'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from user" -f -a "revoke-role" -d 'Take a role from a user'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from user" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from role" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from role" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from role" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from role" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from role" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from role" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from role" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from role" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from role" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from role" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from role" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from role" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from role" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from role" -l endpoints -d 'The servers, with commas between them; any of them may answer' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from role" -l cacert -d 'The certificates of who may have signed the servers\' certificates' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from role" -l cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from role" -l key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from role" -l user -d 'The user, as NAME or NAME:PASSWORD; a password that is not given is asked for' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from role" -l password -d 'The user\'s password' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from role" -l dial-timeout -d 'How long to wait for a connection [default: 2s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from role" -l command-timeout -d 'How long to wait for an answer [default: 5s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from role" -s w -l write-out -d 'In which form to print, as etcdctl does' -r -f -a "simple\t'Lines for people'
json\t'A line of JSON as etcdctl writes it, with keys and values in base64'
fields\t'A line for each field'
table\t'A table'"
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from role" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from role" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from role" -l hex -d 'Print keys, values and ids in hexadecimal'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from role" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from role" -f -a "add" -d 'Make a role'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from role" -f -a "delete" -d 'Delete a role'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from role" -f -a "get" -d 'Print what a role may read and write'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from role" -f -a "list" -d 'List the roles'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from role" -f -a "grant-permission" -d 'Let a role read or write keys'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from role" -f -a "revoke-permission" -d 'Take such a permission away; the keys have to be those it was given for'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from role" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from check" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from check" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from check" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from check" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from check" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from check" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from check" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from check" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from check" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from check" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from check" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from check" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from check" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from check" -l endpoints -d 'The servers, with commas between them; any of them may answer' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from check" -l cacert -d 'The certificates of who may have signed the servers\' certificates' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from check" -l cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from check" -l key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from check" -l user -d 'The user, as NAME or NAME:PASSWORD; a password that is not given is asked for' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from check" -l password -d 'The user\'s password' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from check" -l dial-timeout -d 'How long to wait for a connection [default: 2s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from check" -l command-timeout -d 'How long to wait for an answer [default: 5s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from check" -s w -l write-out -d 'In which form to print, as etcdctl does' -r -f -a "simple\t'Lines for people'
json\t'A line of JSON as etcdctl writes it, with keys and values in base64'
fields\t'A line for each field'
table\t'A table'"
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from check" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from check" -l hex -d 'Print keys, values and ids in hexadecimal'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from check" -f -a "perf" -d 'Write as fast as a load asks for, and say whether the cluster keeps up'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from check" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from take-back" -l data-dir -d 'Where the member has its log and state [default: STATE_DIR/cluster]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from take-back" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from take-back" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from take-back" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from take-back" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from take-back" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from take-back" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from take-back" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from take-back" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from take-back" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from take-back" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from take-back" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from take-back" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from take-back" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from take-back" -l endpoints -d 'The servers, with commas between them; any of them may answer' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from take-back" -l cacert -d 'The certificates of who may have signed the servers\' certificates' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from take-back" -l cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from take-back" -l key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from take-back" -l user -d 'The user, as NAME or NAME:PASSWORD; a password that is not given is asked for' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from take-back" -l password -d 'The user\'s password' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from take-back" -l dial-timeout -d 'How long to wait for a connection [default: 2s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from take-back" -l command-timeout -d 'How long to wait for an answer [default: 5s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from take-back" -s w -l write-out -d 'In which form to print, as etcdctl does' -r -f -a "simple\t'Lines for people'
json\t'A line of JSON as etcdctl writes it, with keys and values in base64'
fields\t'A line for each field'
table\t'A table'"
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from take-back" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from take-back" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from take-back" -l hex -d 'Print keys, values and ids in hexadecimal'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from take-back" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l name -d 'This member\'s name [default: the host\'s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l data-dir -d 'Where its log and state are kept [default: STATE_DIR/cluster]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l listen-client -l listen-client-urls -d 'Where clients are served, separated by commas [default: http://localhost:2379]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l advertise-client -l advertise-client-urls -d 'How clients reach it [default: as --listen-client]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l listen-peer -l listen-peer-urls -d 'Where other members are served [default: http://localhost:2380]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l advertise-peer -l initial-advertise-peer-urls -d 'How other members reach it [default: as --listen-peer]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l initial-cluster -d 'The members that begin the cluster, each with its peer URL [default: this one alone]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l initial-cluster-token -d 'What the ids of cluster and members are made of, so that two clusters differ [default: etcd-cluster]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l initial-cluster-state -d 'new: begin a cluster; existing: join the one of --initial-cluster, after `member add` there [default: new]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l insecure -d 'Listen beyond this host without TLS: whoever reaches the port reads and writes all' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l force-new-cluster -d 'Begin a cluster of this member alone with the data it has, after a majority is lost for good' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l config-file -d 'Read all flags from a YAML file as etcd\'s; others and variables are not read then' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l cert-file -d 'The certificate that clients see' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l key-file -d 'Its key' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l trusted-ca-file -d 'Whose certificates of clients are good' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l client-cert-auth -d 'Refuse clients without a certificate' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l peer-cert-file -d 'The certificate that other members see, and that it shows them' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l peer-key-file -d 'Its key' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l peer-trusted-ca-file -d 'Whose certificates of members are good' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l peer-client-cert-auth -d 'Refuse members without a certificate' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l heartbeat-interval -d 'How often a leader is heard of [default: 100]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l election-timeout -d 'After how long without one a member asks to be leader [default: 1000]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l snapshot-count -d 'After how many changes the log is cut [default: 10000]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l quota-backend-bytes -d 'How large the state may grow before writes are refused; 0: 2 GiB [default: 0]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l max-txn-ops -d 'The most operations of a transaction [default: 128]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l max-request-bytes -d 'The largest request [default: 1572864]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l auto-compaction-mode -d 'periodic or revision [default: periodic]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l auto-compaction-retention -d 'How much history is kept: a duration (hours if it has no unit), or a number of revisions; 0: all [default: 0]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l auth-token -d 'How users are remembered: simple [default: simple]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l auth-token-ttl -d 'How long an unused token lives [default: 300]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l bcrypt-cost -d 'How hard passwords are to guess, 4 to 31 [default: 10]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l strict-reconfig-check -d 'Refuse changes of members that would lose the majority [default: true]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l pre-vote -d 'Ask before an election, so that a member that was cut off disturbs nobody [default: true]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l max-learners -d 'How many learners there may be at once [default: 1]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l listen-metrics -l listen-metrics-urls -d 'Where /metrics and /health are served too' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l log-level -d 'debug, info, warn, error, panic or fatal [default: info]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l listen-client-http-urls -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l max-concurrent-streams -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l grpc-keepalive-min-time -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l grpc-keepalive-interval -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l grpc-keepalive-timeout -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l watch-progress-notify-interval -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l warning-apply-duration -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l warning-unary-request-duration -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l snapshot-catchup-entries -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l client-cert-file -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l client-key-file -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l client-crl-file -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l client-cert-allowed-hostname -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l auto-tls -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l peer-client-cert-file -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l peer-client-key-file -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l peer-crl-file -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l peer-cert-allowed-cn -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l peer-cert-allowed-hostname -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l peer-auto-tls -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l self-signed-cert-validity -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l tls-min-version -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l tls-max-version -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l corrupt-check-time -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l discovery -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l discovery-srv -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l discovery-token -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l discovery-endpoints -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l discovery-srv-name -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l discovery-fallback -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l discovery-proxy -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l discovery-dial-timeout -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l discovery-request-timeout -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l discovery-keepalive-time -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l discovery-keepalive-timeout -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l discovery-insecure-transport -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l discovery-insecure-skip-tls-verify -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l discovery-cert -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l discovery-key -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l discovery-cacert -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l discovery-user -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l discovery-password -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l wal-dir -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l max-snapshots -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l max-wals -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l memory-mlock -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l initial-election-tick-advance -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l backend-bbolt-freelist-type -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l backend-batch-interval -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l backend-batch-limit -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l socket-reuse-port -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l socket-reuse-address -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l enable-grpc-gateway -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l raft-read-timeout -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l raft-write-timeout -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l feature-gates -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l cipher-suites -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l cors -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l host-whitelist -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l peer-skip-client-san-verification -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l enable-pprof -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l metrics -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l logger -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l log-outputs -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l log-format -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l enable-log-rotation -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l log-rotation-config-json -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l log-package-levels -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l debug -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l enable-distributed-tracing -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l distributed-tracing-address -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l distributed-tracing-service-name -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l distributed-tracing-instance-id -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l distributed-tracing-sampling-rate -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l initial-corrupt-check -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l compact-hash-check-enabled -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l compact-hash-check-time -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l enable-lease-checkpoint -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l enable-lease-checkpoint-persist -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l compaction-batch-limit -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l compaction-sleep-interval -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l downgrade-check-time -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l txn-mode-write-with-shared-buffer -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l bootstrap-defrag-threshold-megabytes -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l stop-grpc-service-on-defrag -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l enable-v2 -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l enable-v2v3 -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l v2-deprecation -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l next-cluster-version-compatible -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l proxy -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l proxy-failure-wait -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l proxy-refresh-interval -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l proxy-dial-timeout -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l proxy-write-timeout -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l proxy-read-timeout -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l unsafe-no-fsync -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l endpoints -d 'The servers, with commas between them; any of them may answer' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l cacert -d 'The certificates of who may have signed the servers\' certificates' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l user -d 'The user, as NAME or NAME:PASSWORD; a password that is not given is asked for' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l password -d 'The user\'s password' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l dial-timeout -d 'How long to wait for a connection [default: 2s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l command-timeout -d 'How long to wait for an answer [default: 5s]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -s w -l write-out -d 'In which form to print, as etcdctl does' -r -f -a "simple\t'Lines for people'
json\t'A line of JSON as etcdctl writes it, with keys and values in base64'
fields\t'A line for each field'
table\t'A table'"
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l as-etcd
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -l hex -d 'Print keys, values and ids in hexadecimal'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from serve" -s V -l version -d 'Print version'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from help" -f -a "get" -d 'Print a key, or the keys of a range'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from help" -f -a "put" -d 'Store a key'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from help" -f -a "del" -d 'Delete a key, or the keys of a range'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from help" -f -a "txn" -d 'Change keys if conditions hold, all at once'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from help" -f -a "watch" -d 'Print the changes of a key, or of the keys of a range, as they happen'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from help" -f -a "compact" -d 'Forget what was superseded at a revision or before'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from help" -f -a "lease" -d 'Make keys that go away by themselves'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from help" -f -a "lock" -d 'Wait for a lock, and hold it'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from help" -f -a "elect" -d 'Stand for an office, or see who holds it'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from help" -f -a "member" -d 'Add, remove, change and list the members of the cluster'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from help" -f -a "endpoint" -d 'Ask each endpoint by itself'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from help" -f -a "move-leader" -d 'Hand the lead of the cluster over to another member'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from help" -f -a "snapshot" -d 'Save all that a member has, and see what a file holds'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from help" -f -a "defrag" -d 'Give the space of what was deleted back to the disk'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from help" -f -a "alarm" -d 'See and end what keeps a cluster from taking writes'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from help" -f -a "auth" -d 'Say whether users need a password and permissions'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from help" -f -a "user" -d 'Say who may use the store'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from help" -f -a "role" -d 'Say what users may read and write'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from help" -f -a "check" -d 'See whether the cluster is as fast as it has to be'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from help" -f -a "take-back" -d 'Make the store of this host one without a server again, with all that its member has'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from help" -f -a "serve" -d 'Run a member of a store that etcd\'s clients cannot tell from etcd'
complete -c netpipe -n "__fish_netpipe_using_subcommand kv; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c netpipe -n "__fish_netpipe_using_subcommand completions" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand completions" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand completions" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand completions" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand completions" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand completions" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand completions" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand completions" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand completions" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand completions" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand completions" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand completions" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand completions" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand completions" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand completions" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand man" -l dir -d 'Write the pages of all subcommands into this directory' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand man" -l state-dir -d 'Where records and locks are kept' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand man" -l engine -d 'The container engine\'s socket, unix:///PATH [default: as docker finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand man" -l ovs-db -d 'The database of Open vSwitch, unix:/PATH [default: as ovs-vsctl finds it]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand man" -l host-name -d 'This host\'s name in the records [default: the kernel\'s host name]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand man" -l kv -d 'Keep records in the store of these servers: netpipe\'s own or any etcd v3' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand man" -l kv-cacert -d 'The certificates that may have signed the servers\' [default: the system\'s]' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand man" -l kv-cert -d 'The certificate to show to the servers' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand man" -l kv-key -d 'The key of that certificate' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand man" -l kv-server-name -d 'The name in the servers\' certificates, if it is not the one in their URLs' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand man" -l kv-user -d 'The user, as NAME or NAME:PASSWORD' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand man" -l kv-password-file -d 'A file with the user\'s password, its first line' -r -F
complete -c netpipe -n "__fish_netpipe_using_subcommand man" -l kv-prefix -d 'What all keys start with, if the store has others too, such as /lab' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand man" -l kv-timeout -d 'How long one server may take for an answer [default: 5 seconds]' -r
complete -c netpipe -n "__fish_netpipe_using_subcommand man" -l json -d 'Print JSON with stable field names'
complete -c netpipe -n "__fish_netpipe_using_subcommand man" -s v -l verbose -d 'Say what is done, on stderr; twice: every step'
complete -c netpipe -n "__fish_netpipe_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip kv completions man help" -f -a "attach" -d 'Plug a container into a link'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip kv completions man help" -f -a "batch" -d 'Attach many containers at once'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip kv completions man help" -f -a "apply" -d 'Make what a topology file says'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip kv completions man help" -f -a "plan" -d 'Show what applying a topology file would change'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip kv completions man help" -f -a "export" -d 'Write the topology file of what is there'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip kv completions man help" -f -a "detach" -d 'Unplug a container from its links'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip kv completions man help" -f -a "dhcp" -d 'Keep, renew and give back addresses that DHCP servers and routers gave'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip kv completions man help" -f -a "list" -d 'List what is attached on this host, beside what the kernel has'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip kv completions man help" -f -a "show" -d 'Show everything recorded of a target, and where the kernel differs'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip kv completions man help" -f -a "check" -d 'Compare what is recorded with what the kernel has'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip kv completions man help" -f -a "gc" -d 'Remove what belongs to nobody any more'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip kv completions man help" -f -a "graph" -d 'Draw hosts, bridges, VLANs, tunnels and containers'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip kv completions man help" -f -a "exec" -d 'Run a program of this host in a container\'s network'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip kv completions man help" -f -a "route" -d 'Run `ip route` in a container\'s network'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip kv completions man help" -f -a "rule" -d 'Run `ip rule` in a container\'s network'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip kv completions man help" -f -a "tc" -d 'Run `tc` in a container\'s network'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip kv completions man help" -f -a "shape" -d 'Limit, delay and disturb what a container sends by an interface'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip kv completions man help" -f -a "wait" -d 'Wait, inside a container, until an interface is ready'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip kv completions man help" -f -a "pipework" -d 'Take the command line of pipework, the shell script'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip kv completions man help" -f -a "bridge" -d 'Make, remove and show Linux bridges, and those of Open vSwitch'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip kv completions man help" -f -a "direct-route" -d 'Reach the containers of other hosts on the LAN by routes'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip kv completions man help" -f -a "tunnel" -d 'Join hosts by GRE, VXLAN and Geneve tunnels'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip kv completions man help" -f -a "vlan" -d 'Say which VLANs the ports of a bridge are in'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip kv completions man help" -f -a "network" -d 'Register networks: named segments with the address pools that `auto` draws from'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip kv completions man help" -f -a "netns" -d 'Make, remove and show named network namespaces'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip kv completions man help" -f -a "compose" -d 'Serve Docker Compose as a provider of bridges, networks and tunnels'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip kv completions man help" -f -a "doctor" -d 'Check that this host has what netpipe needs, and say how to mend it'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip kv completions man help" -f -a "ip" -d 'Set addresses aside, free them, and see who has which'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip kv completions man help" -f -a "kv" -d 'Read and change the key-value store, of this host or a cluster, and serve one'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip kv completions man help" -f -a "completions" -d 'Print the completions of a shell'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip kv completions man help" -f -a "man" -d 'Print a manual page, or write all of them'
complete -c netpipe -n "__fish_netpipe_using_subcommand help; and not __fish_seen_subcommand_from attach batch apply plan export detach dhcp list show check gc graph exec route rule tc shape wait pipework bridge direct-route tunnel vlan network netns compose doctor ip kv completions man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
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
