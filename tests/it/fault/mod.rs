//! All or nothing: every operation is broken after every single thing it does, by a
//! failure, by Ctrl-C and by SIGKILL, and what is left is compared with what was there.

mod apply;
mod cards;
mod compose;
mod dhcp;
mod gre;
mod halfway;
mod kinds;
mod lan;
mod pipework;
mod plans;
mod replace;
mod shape;
mod tunnels;
mod vlan;

use crate::support::{Host, Snapshot};

/// What becomes of an operation that fails half way.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Failed {
    /// It is undone.
    Undone,
    /// It is a teardown: the same command again completes it.
    Completed,
}

/// What `gc` makes of an operation that was killed half way.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Collected {
    /// All of it or none is left.
    AllOrNone,
    /// All of it is done.
    Completed,
    /// All of it or none is recorded, and a repair makes what is.
    Recorded,
    /// The same command still has work to do, and does it.
    Repeatable,
}

/// One operation to be broken.
struct Plan {
    /// What there is on the host before.
    setup: fn(&Host),
    /// The operation.
    command: &'static str,
    /// Takes a host from after the operation back to before it.
    reset: fn(&Host),
    /// The steps that it has at least, so that a fault that never fires is noticed.
    least: u32,
    failed: Failed,
    collected: Collected,
    /// What `gc` may leave behind: a piece of a snapshot's lines.
    stays: Option<&'static str>,
}

/// A host on which a plan is broken again and again.
struct Trial<'a> {
    plan: &'a Plan,
    host: Host,
    before: Snapshot,
    after: Snapshot,
}

impl Plan {
    fn trial(&self) -> Trial<'_> {
        let host = Host::new();
        (self.setup)(&host);
        let before = host.snapshot();
        host.netpipe(self.command).status(0);
        let after = host.snapshot();
        let trial = Trial {
            plan: self,
            host,
            before,
            after,
        };
        trial.reset();
        trial
    }

    /// Breaks the plan in every way, but only at some points: where each run takes long.
    fn survives_faults_at(&self, points: &[u32]) {
        let trial = self.trial();
        for nth in points.iter().copied() {
            trial.fails_at(nth);
            trial.was_broken();
            trial.interrupted(nth, u32::MAX);
            trial.killed_then_repeated(nth);
            trial.killed_then_collected(nth);
        }
    }

    /// Breaks the plan at every point in every way.
    fn survives_every_fault(&self) {
        let trial = self.trial();
        let points = trial.fails();
        eprintln!("{}: {points} points", self.command);
        assert!(
            points >= self.least,
            "{}: only {points} points, not {}",
            self.command,
            self.least
        );
        for nth in 1..=points {
            trial.interrupted(nth, points);
            trial.killed_then_repeated(nth);
            trial.killed_then_collected(nth);
        }
    }
}

impl Trial<'_> {
    fn reset(&self) {
        (self.plan.reset)(&self.host);
        self.before.assert_same(&self.host.snapshot());
    }

    fn is_done(&self) {
        self.after.assert_same(&self.host.snapshot());
        self.reset();
    }

    /// The command completes whatever was left.
    fn repeat(&self) {
        self.host.netpipe(self.plan.command).status(0);
        self.is_done();
    }

    /// Fails at one point after the other; gives how many there are.
    fn fails(&self) -> u32 {
        for nth in 1.. {
            let call = self.host.call(self.plan.command);
            let run = call.fault(&format!("fail:{nth}")).run();
            if run.code() == Some(0) {
                self.is_done();
                return nth - 1;
            }
            let told = run.out.contains("fault injected") || run.err.contains("fault injected");
            assert!(told, "{run:?}");
            run.status(1);
            self.was_broken();
        }
        0
    }

    fn fails_at(&self, nth: u32) {
        let call = self.host.call(self.plan.command);
        let run = call.fault(&format!("fail:{nth}")).run();
        let told = run.err.contains("fault injected");
        assert!(told, "{run:?}");
        run.status(1);
    }

    fn was_broken(&self) {
        match self.plan.failed {
            Failed::Undone => self.before.assert_same(&self.host.snapshot()),
            Failed::Completed => self.repeat(),
        }
    }

    fn interrupted(&self, nth: u32, points: u32) {
        let call = self.host.call(self.plan.command);
        let run = call.fault(&format!("int:{nth}")).run();
        // A signal behind the last step finds everything done.
        if nth == points && run.code() == Some(0) {
            return self.is_done();
        }
        // What `gc` would finish, the command does itself.
        if self.plan.collected == Collected::Completed {
            run.status(0);
            return self.is_done();
        }
        run.status(130);
        self.was_broken();
    }

    fn kill(&self, nth: u32) {
        let call = self.host.call(self.plan.command);
        call.fault(&format!("kill:{nth}")).run().killed();
    }

    fn killed_then_repeated(&self, nth: u32) {
        self.kill(nth);
        if self.plan.failed == Failed::Completed {
            // With the record gone there is nothing left to repeat, but for `gc`.
            self.host.netpipe(self.plan.command).status(0);
            self.host.netpipe("gc").status(0);
            return self.is_done();
        }
        self.repeat();
    }

    fn killed_then_collected(&self, nth: u32) {
        self.kill(nth);
        self.host.netpipe("gc").status(0);
        if self.plan.collected == Collected::Repeatable {
            return self.repeat();
        }
        if self.plan.collected == Collected::Completed {
            return self.is_done();
        }
        if self.plan.collected == Collected::Recorded {
            self.host.netpipe("check --repair").status(0);
            if self.host.snapshot() == self.after {
                return self.is_done();
            }
            self.before.assert_same(&self.host.snapshot());
            return self.repeat();
        }
        let now = self.host.snapshot();
        if now == self.after {
            assert!(nth > 1, "a reservation alone was completed");
            return self.is_done();
        }
        match self.plan.stays {
            None => self.before.assert_same(&now),
            Some(piece) => {
                self.before.without(piece).assert_same(&now.without(piece));
                self.repeat();
            }
        }
    }
}
