//! openraft's own suite for a log and a state machine.

use netpipe::kv::cluster::TypeConfig;
use netpipe::kv::cluster::log::Log;
use netpipe::kv::cluster::machine::Machine;
use openraft::StorageError;
use openraft::testing::log::{StoreBuilder, Suite};
use tempfile::TempDir;

struct Builder;

impl StoreBuilder<TypeConfig, Log, Machine, TempDir> for Builder {
    async fn build(&self) -> Result<(TempDir, Log, Machine), StorageError<TypeConfig>> {
        let dir = tempfile::tempdir().unwrap();
        let machine = super::support::open(dir.path());
        let log = dir.path().join("log");
        std::fs::create_dir(&log).unwrap();
        Ok((dir, Log::open(&log).unwrap(), machine))
    }
}

#[tokio::test]
async fn openrafts_suite_passes() {
    Suite::test_all(Builder).await.unwrap();
}
