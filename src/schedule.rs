//! Runs jobs on all threads of the current pool, the longest first.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What `run` gives for each of `jobs`, in their order, whatever the order in which they finished.
///
/// A thread takes its next job only when its last one is done, so no more jobs are in flight than there are
/// threads: that is what bounds memory. The longest start first, so that no long one is left for the end.
pub fn longest_first<T: Sync, R: Send>(jobs: &[T], length: impl Fn(&T) -> u64, run: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let mut order: Vec<usize> = (0..jobs.len()).collect();
    order.sort_by_key(|&job| std::cmp::Reverse(length(&jobs[job])));

    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(jobs.len()));
    rayon::broadcast(|_| {
        while let Some(&job) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
            let result = run(&jobs[job]);
            done.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push((job, result));
        }
    });
    let mut done = done.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    done.sort_by_key(|(job, _)| *job);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::longest_first;

    #[test]
    fn results_come_in_the_order_of_the_jobs() {
        let jobs: Vec<u64> = (0..1000).map(|n| n * 7919 % 1000).collect();
        assert_eq!(longest_first(&jobs, |job| *job, |job| job + 1), jobs.iter().map(|job| job + 1).collect::<Vec<_>>());
        assert!(longest_first(&[], |_: &u64| 0, |job| *job).is_empty());
    }
}
