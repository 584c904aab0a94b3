//! The nf_tables backend: netpipe's rules in `ip filter` and `ip6 filter`, over netlink.

use nix::errno::Errno;

use super::blocker::Blocker;
use super::expr::{self, OwnRule};
use super::nfchain::{self, nfproto};
use super::nferror::NetlinkError;
use super::nfmsg::{Writer, flag};
use super::nfsock::{ATTEMPTS, Change, Nfnetlink};
use super::rule::{Backend, Chain, Family, Rule, Subject, Table};
use super::state::Filter;
use crate::error::{Error, Result};

const NFT_MSG_NEWRULE: u16 = 6;
const NFT_MSG_GETRULE: u16 = 7;
const NFT_MSG_DELRULE: u16 = 8;

const NFTA_RULE_TABLE: u16 = 1;
const NFTA_RULE_CHAIN: u16 = 2;
const NFTA_RULE_HANDLE: u16 = 3;

type Netlink<T> = std::result::Result<T, NetlinkError>;

/// nf_tables in the network namespace of the thread that opened it. On a kernel without
/// nf_tables it is open all the same, and empty.
pub(super) struct Nft {
    nf: Option<Nfnetlink>,
}

impl Nft {
    /// Opens a socket; one serves any number of questions and changes.
    pub(super) fn open() -> Result<Self> {
        match Nfnetlink::open() {
            Ok(nf) => Ok(Self { nf: Some(nf) }),
            Err(error) if error.is_unsupported() => Ok(Self { nf: None }),
            Err(error) => Err(failed("cannot open a netfilter socket", error)),
        }
    }

    /// One family's filter table, if a chain of it bears on forwarding.
    pub(super) fn filter(&mut self, family: Family) -> Result<Option<Filter>> {
        self.ask("cannot look up the nf_tables chains", |nf| {
            nfchain::filter(nf, family)
        })
    }

    /// Where a rule must go in one family's filter table, if one must.
    pub(super) fn place(&mut self, family: Family) -> Result<Option<Chain>> {
        self.ask("cannot look up the nf_tables chains", |nf| {
            nfchain::place(nf, family)
        })
    }

    /// Whether there is a rule for this. It is looked for in the chain `usual` first: once it
    /// is found, the other chain, which other programs may have filled, is not listed.
    pub(super) fn holds(
        &mut self,
        family: Family,
        subject: &Subject,
        usual: Chain,
    ) -> Result<bool> {
        let others = Chain::ALL.into_iter().filter(|chain| *chain != usual);
        for chain in std::iter::once(usual).chain(others) {
            let own = self.own_rules(family, chain)?;
            if own.iter().any(|rule| rule.subject == *subject) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The chains that stop packets and that a rule in the family's filter table does not
    /// reach, or comes behind.
    pub(super) fn blockers(&mut self, family: Family) -> Result<Vec<Blocker>> {
        self.ask("cannot list the nf_tables chains", |nf| {
            nfchain::blockers(nf, family)
        })
    }

    /// Every rule of netpipe's in one family's filter table.
    pub(super) fn owned(&mut self, family: Family) -> Result<Vec<Rule>> {
        let mut found = Vec::new();
        for chain in Chain::ALL {
            let rules = self.own_rules(family, chain)?;
            found.extend(rules.into_iter().map(|own| Rule {
                family,
                backend: Backend::Nft,
                table: Table::Filter,
                chain,
                subject: own.subject,
            }));
        }
        Ok(found)
    }

    fn own_rules(&mut self, family: Family, chain: Chain) -> Result<Vec<OwnRule>> {
        self.ask("cannot list the nf_tables rules", |nf| {
            own_rules(nf, family, chain)
        })
    }

    /// Puts each rule at the head of its chain, unless it is there: all or none.
    pub(super) fn add(&mut self, rules: &[&Rule]) -> Result<()> {
        let outcome = self.transact(rules, |rule, own| {
            let there = own.iter().any(|have| have.subject == rule.subject);
            if there {
                Vec::new()
            } else {
                vec![Edit::Insert(rule)]
            }
        });
        outcome.map_err(|error| {
            let missing = error.errno == Errno::ENOENT;
            let failed = failed(&format!("cannot add {}", shown(rules)), error);
            if missing {
                failed.hint("the chain or its table is gone: try again")
            } else {
                failed
            }
        })
    }

    /// Deletes each rule, every copy of it, all at once; success if there is none.
    pub(super) fn remove(&mut self, rules: &[&Rule]) -> Result<()> {
        let outcome = self.transact(rules, |rule, own| {
            let ours = own.iter().filter(|have| have.subject == rule.subject);
            ours.map(|have| Edit::Delete(rule, have.handle)).collect()
        });
        match outcome {
            Err(error) if error.is_unsupported() => Ok(()),
            other => other.map_err(|error| {
                failed(
                    &format!("cannot remove what was added by {}", shown(rules)),
                    error,
                )
            }),
        }
    }

    /// Asks the kernel; one without nf_tables has nothing of anything.
    fn ask<T: Default>(
        &mut self,
        what: &str,
        question: impl FnOnce(&mut Nfnetlink) -> Netlink<T>,
    ) -> Result<T> {
        let Some(nf) = &mut self.nf else {
            return Ok(T::default());
        };
        match question(nf) {
            Err(error) if error.is_unsupported() => Ok(T::default()),
            other => other.map_err(|error| failed(what, error)),
        }
    }

    /// Looks at each rule's chain, lets `edits` choose what to change there, and changes
    /// all of it in the generation that was looked at: when somebody else's change comes
    /// between, looks and chooses again. So two netpipes that add one rule at one time add
    /// it once.
    fn transact<'r>(
        &mut self,
        rules: &[&'r Rule],
        edits: impl Fn(&'r Rule, &[OwnRule]) -> Vec<Edit<'r>>,
    ) -> Netlink<()> {
        let Some(nf) = &mut self.nf else {
            return Err(Errno::EOPNOTSUPP.into());
        };
        let mut last = NetlinkError::from(Errno::EBUSY);
        for _ in 0..ATTEMPTS {
            let generation = nf.generation()?;
            let mut batch = Vec::new();
            for rule in rules {
                batch.extend(edits(rule, &own_rules(nf, rule.family, rule.chain)?));
            }
            if batch.is_empty() {
                return Ok(());
            }
            match apply(nf, generation, &batch) {
                Err(error) if error.is_race() => last = error,
                outcome => return outcome,
            }
        }
        Err(last)
    }
}

/// netpipe's own rules in one chain; none if the chain or its table is missing.
fn own_rules(nf: &mut Nfnetlink, family: Family, chain: Chain) -> Netlink<Vec<OwnRule>> {
    let place = |body: &mut Writer| write_place(body, Table::Filter, chain);
    match nf.dump(NFT_MSG_GETRULE, nfproto(family), place, |_, rule| {
        expr::read(rule)
    }) {
        Err(error) if error.errno == Errno::ENOENT => Ok(Vec::new()),
        other => other,
    }
}

/// One change of a chain.
enum Edit<'r> {
    Insert(&'r Rule),
    /// Of the copy that the kernel knows by this handle.
    Delete(&'r Rule, u64),
}

/// Sends the edits as one batch.
fn apply(nf: &mut Nfnetlink, generation: u32, edits: &[Edit<'_>]) -> Netlink<()> {
    let bodies: Vec<_> = edits
        .iter()
        .map(|edit| move |body: &mut Writer| edit.write(body))
        .collect();
    let change = |(edit, body): (&Edit<'_>, _)| {
        // Without NLM_F_APPEND the kernel inserts at the head.
        let (kind, flags, rule) = match edit {
            Edit::Insert(rule) => (NFT_MSG_NEWRULE, flag::CREATE, rule),
            Edit::Delete(rule, _) => (NFT_MSG_DELRULE, 0, rule),
        };
        Change {
            kind,
            flags,
            family: nfproto(rule.family),
            body,
        }
    };
    let bodies = bodies.iter().map(|body| body as &dyn Fn(&mut Writer));
    let changes: Vec<_> = edits.iter().zip(bodies).map(change).collect();
    nf.batch(generation, &changes)
}

impl Edit<'_> {
    fn write(&self, body: &mut Writer) {
        match self {
            Self::Insert(rule) => {
                write_place(body, rule.table, rule.chain);
                expr::write(body, &rule.subject);
            }
            Self::Delete(rule, handle) => {
                write_place(body, rule.table, rule.chain);
                body.attr(NFTA_RULE_HANDLE, &handle.to_be_bytes());
            }
        }
    }
}

/// The attributes that say which chain a rule message is about.
fn write_place(body: &mut Writer, table: Table, chain: Chain) {
    body.string(NFTA_RULE_TABLE, table.as_str());
    body.string(NFTA_RULE_CHAIN, chain.as_str());
}

/// The rules as the commands they equal.
fn shown(rules: &[&Rule]) -> String {
    let commands: Vec<_> = rules.iter().map(|rule| format!("`{rule}`")).collect();
    commands.join(" and ")
}

/// An error of this backend, with what to do about the usual one.
fn failed(what: &str, error: NetlinkError) -> Error {
    let denied = matches!(error.errno, Errno::EPERM | Errno::EACCES);
    let failed = Error::failed(what).because(error);
    if denied {
        failed.hint("run it as root (CAP_NET_ADMIN)")
    } else {
        failed
    }
}
