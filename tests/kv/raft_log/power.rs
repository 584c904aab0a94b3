//! The power is cut at every change of the disk, and what is not synced is kept, lost or torn.
//! What was acknowledged must be there afterwards, and nothing that was never asked for.

use super::files::{FaultFiles, Image};
use super::work::{Model, Step, append, entry, open, said, step, steps, wait};

/// Does steps until the disk dies; returns all that the log may be, and how many of those it was
/// for certain.
async fn work(files: &FaultFiles, steps: &[Step], begin: &Model) -> (Vec<Model>, usize) {
    let mut models = vec![begin.clone()];
    let Ok(mut log) = open(files) else {
        return (models, 1);
    };
    let mut acknowledged = 1;
    for each in steps {
        if step(&mut log, each, &mut models).await.is_err() {
            break;
        }
        // What is cut off need not be durable before something else is.
        if matches!(each, Step::Append(..) | Step::Vote(_)) {
            acknowledged = models.len();
        }
    }
    (models, acknowledged)
}

/// Ways a power cut treats what was not synced.
fn cuts(files: &FaultFiles, seed: u64) -> Vec<Image> {
    let mut dice = crate::crash::dice(seed);
    let mut odds =
        |of: u64, flip: bool| files.after_power_cut(|| dice().is_multiple_of(of) != flip);
    let mut images = vec![
        odds(2, false),
        odds(2, false),
        odds(8, false),
        odds(8, true),
    ];
    images.push(files.after_power_cut(|| false));
    let mut first = true;
    images.push(files.after_power_cut(|| !std::mem::take(&mut first)));
    images.push(files.cached());
    images
}

/// Checks what is found after a crash, and that it works on from there; returns it.
async fn check(image: &Image, models: &[Model], acknowledged: usize, what: &str) -> Model {
    let files = FaultFiles::holding(image);
    let mut log = open(&files).unwrap_or_else(|error| panic!("{what}: {error}"));
    let found = said(&mut log).await.unwrap();
    let expected = &models[acknowledged - 1..];
    assert!(
        expected.contains(&found),
        "{what}: {found:#?}, not one of {expected:#?}"
    );
    let last = found.entries.last().map(|(id, _)| *id).or(found.purged);
    let (term, index) = last.map_or((1, 0), |id| (id.leader_id.term, id.index + 1));
    append(&mut log, vec![entry(term + 1, index, 600)])
        .await
        .unwrap();
    let now = said(&mut log).await.unwrap();
    assert_eq!(now.entries.len(), found.entries.len() + 1);
    let after = FaultFiles::holding(&files.after_power_cut(|| false));
    let again = said(&mut open(&after).unwrap()).await.unwrap();
    assert_eq!(again, now, "{what}");
    found
}

#[test]
fn a_power_cut_at_any_change_loses_and_invents_nothing() {
    wait(async {
        let whole = FaultFiles::holding(&Image::new());
        let (models, acknowledged) = work(&whole, &steps(), &Model::default()).await;
        assert_eq!(models.len(), acknowledged);
        let mut torn = 0;
        for operations in 0..whole.operations() {
            let files = FaultFiles::holding(&Image::new());
            files.die_after(operations);
            let (models, acknowledged) = work(&files, &steps(), &Model::default()).await;
            for (number, image) in cuts(&files, operations as u64).iter().enumerate() {
                let what = format!("cut {number} after {operations} changes");
                let found = check(image, &models, acknowledged, &what).await;
                torn += usize::from(models.len() > acknowledged && found == models[acknowledged]);
            }
        }
        assert!(torn > 10, "appends were torn in the middle {torn} times");
    });
}

#[test]
fn what_a_killed_process_wrote_and_the_next_one_found_outlives_the_power() {
    wait(async {
        let whole = FaultFiles::holding(&Image::new());
        work(&whole, &steps(), &Model::default()).await;
        for operations in 0..whole.operations() {
            let files = FaultFiles::holding(&Image::new());
            files.die_after(operations);
            work(&files, &steps(), &Model::default()).await;
            files.die_after(usize::MAX);
            let mut log = open(&files).unwrap();
            let found = said(&mut log).await.unwrap();
            let after = FaultFiles::holding(&files.after_power_cut(|| false));
            let left = said(&mut open(&after).unwrap()).await.unwrap();
            assert_eq!(left, found, "killed after {operations} changes");
        }
    });
}

#[test]
fn a_power_cut_after_a_power_cut() {
    let steps = steps();
    wait(async {
        for seed in 0..20 {
            let mut dice = crate::crash::dice(seed);
            let files = FaultFiles::holding(&Image::new());
            files.die_after(40 + dice() as usize % 60);
            let (models, acknowledged) = work(&files, &steps, &Model::default()).await;
            for (number, image) in cuts(&files, seed).iter().enumerate() {
                let what = format!("seed {seed}, cut {number}");
                let begin = check(image, &models, acknowledged, &what).await;
                // What is behind the end now is in the way of what is written next.
                let files = FaultFiles::holding(image);
                files.die_after(dice() as usize % 12);
                let rest = [
                    Step::Append(7, 1, 300),
                    Step::Vote(7),
                    Step::Append(7, 2, 300),
                    Step::Append(7, 2, 900),
                ];
                let (models, acknowledged) = work(&files, &rest, &begin).await;
                for (second, image) in cuts(&files, seed).iter().enumerate() {
                    let what = format!("{what}, then cut {second}");
                    check(image, &models, acknowledged, &what).await;
                }
            }
        }
    });
}
