//! `netpipe kv alarm`

use clap::{Args, Subcommand};

use super::json::{self, Json, Object, headed};
use super::print::{Answer, Page, Printer};
use super::remote::Server;
use crate::error::Result;
use crate::kv::proto::etcdserverpb::alarm_request::AlarmAction;
use crate::kv::proto::etcdserverpb::{AlarmRequest, AlarmResponse};

/// See and end what keeps a cluster from taking writes
///
/// NOSPACE: a member's database is as large as it may be. CORRUPT: members differ.
#[derive(Debug, Args)]
pub struct Alarm {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the alarms
    List,
    /// End all alarms, and list them
    Disarm,
}

impl Alarm {
    /// Runs the subcommand.
    pub fn run(self, server: Server, printer: Printer<'_>) -> Result<()> {
        let action = match self.command {
            Command::List => AlarmAction::Get,
            Command::Disarm => AlarmAction::Deactivate,
        };
        server.run(|remote| async move {
            let ask = |request: AlarmRequest| {
                let remote = &remote;
                async move {
                    let call = || async { remote.maintenance().alarm(request).await };
                    remote.call(call).await
                }
            };
            let mut found = ask(AlarmRequest::default()).await?;
            if action == AlarmAction::Deactivate {
                for alarm in &found.alarms {
                    let ended = ask(AlarmRequest {
                        action: action.into(),
                        member_id: alarm.member_id,
                        alarm: alarm.alarm,
                    });
                    found.header = ended.await?.header;
                }
            }
            printer.print(&found)
        })
    }
}

impl Answer for AlarmResponse {
    fn simple(&self, page: &mut Page) {
        for alarm in &self.alarms {
            let name = alarm.alarm().as_str_name();
            page.line(format!("memberID:{} alarm:{name} ", alarm.member_id));
        }
    }

    fn fields(&self, page: &mut Page) -> bool {
        page.header(self.header.as_ref());
        for alarm in &self.alarms {
            page.id("MemberID", alarm.member_id);
            page.field("AlarmType", alarm.alarm().as_str_name());
            page.line("");
        }
        true
    }

    fn etcd(&self, _hex: bool) -> Json {
        let alarms = self.alarms.iter().map(|alarm| {
            Object::new()
                .with_set("memberID", alarm.member_id)
                .with_set("alarm", i64::from(alarm.alarm))
        });
        headed(self.header.as_ref())
            .with_set("alarms", Json::list(alarms))
            .into()
    }

    fn json(&self) -> Json {
        let alarms = self.alarms.iter().map(|alarm| {
            Object::new()
                .with("member", json::id(alarm.member_id))
                .with("alarm", alarm.alarm().as_str_name())
        });
        Object::new().with("alarms", Json::list(alarms)).into()
    }
}
