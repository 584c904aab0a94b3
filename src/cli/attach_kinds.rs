//! The options of `netpipe attach` that only some kinds of link have.

use clap::Args;

use super::grammar;
use crate::error::{Error, Result};
use crate::spec::{
    Attachment, DhcpClientId, DhcpHostname, DhcpOptions, DhcpTimeout, IfName, MacSpec, PeerSpec,
    Pkey, StaticAddress,
};

/// Options of wires, of cards that move, and of InfiniBand.
#[derive(Debug, Clone, Default, Args)]
pub struct KindOptions {
    /// The far end's interface of a wire [default: the first free ethN, N from 1]
    #[arg(long, value_name = "NAME", value_parser = grammar::<IfName>)]
    peer_ifname: Option<IfName>,
    /// An address of the far end of a wire, such as 10.0.0.2/30
    #[arg(long = "peer-address", value_name = "ADDRESS", value_parser = grammar::<StaticAddress>)]
    peer_addresses: Vec<StaticAddress>,
    /// The MAC of the far end of a wire, or U:STRING
    #[arg(long, value_name = "MAC", value_parser = grammar::<MacSpec>)]
    peer_mac: Option<MacSpec>,
    /// Move the card although the host's default route leaves by it
    #[arg(long)]
    take_default_route: bool,
    /// The partition of a child of an InfiniBand card [default: the card's]
    #[arg(long, value_name = "KEY", value_parser = grammar::<Pkey>)]
    pkey: Option<Pkey>,
    /// What a DHCP server knows the client by, a text or octets such as 01:02:…
    /// [default: one made from host, target and interface]
    #[arg(long, value_name = "ID", value_parser = grammar::<DhcpClientId>)]
    dhcp_client_id: Option<DhcpClientId>,
    /// The host name a DHCP server is told [default: the container's name]
    #[arg(long, value_name = "NAME", value_parser = grammar::<DhcpHostname>)]
    dhcp_hostname: Option<DhcpHostname>,
    /// How long a DHCP server or a router is waited for [default: 20]
    #[arg(long, value_name = "SECONDS", value_parser = grammar::<DhcpTimeout>)]
    dhcp_timeout: Option<DhcpTimeout>,
}

impl KindOptions {
    /// Adds them to a request.
    ///
    /// # Errors
    /// A usage error if the request is no wire and there are options of one.
    pub fn add_to(self, request: &mut Attachment) -> Result<()> {
        request.take_default_route = self.take_default_route;
        request.ipoib.pkey = self.pkey;
        request.dhcp = DhcpOptions {
            client_id: self.dhcp_client_id,
            hostname: self.dhcp_hostname,
            timeout: self.dhcp_timeout,
        };
        let given = [
            ("--peer-ifname", self.peer_ifname.is_some()),
            ("--peer-address", !self.peer_addresses.is_empty()),
            ("--peer-mac", self.peer_mac.is_some()),
        ];
        match (&mut request.peer, given.iter().find(|(_, given)| *given)) {
            (None, Some((option, _))) => Err(Error::usage(format!(
                "{option} is for a wire, and `{}` is none",
                request.link
            ))
            .hint("name the other target as the link: `veth:TARGET`")),
            (None, None) => Ok(()),
            (Some(peer), _) => {
                *peer = PeerSpec {
                    ifname: self.peer_ifname,
                    mac: self.peer_mac,
                    addresses: self.peer_addresses,
                    ..peer.clone()
                };
                Ok(())
            }
        }
    }
}
