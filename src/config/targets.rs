use serde::Serialize;

/// The oldest version of each browser that the output must run in, as (major, minor, patch).
///
/// One setting for scripts and styles.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Targets {
    pub android: Option<Version>,
    pub chrome: Option<Version>,
    pub edge: Option<Version>,
    pub firefox: Option<Version>,
    pub ie: Option<Version>,
    pub ios: Option<Version>,
    pub opera: Option<Version>,
    pub safari: Option<Version>,
    pub samsung: Option<Version>,
}

pub type Version = (u8, u8, u8);

impl Targets {
    /// Baseline "widely available" on 2026-11-01: what every core browser had released thirty months before.
    pub fn baseline_widely_available() -> Self {
        Self {
            chrome: Some((124, 0, 0)),
            edge: Some((124, 0, 0)),
            firefox: Some((125, 0, 0)),
            ios: Some((17, 4, 0)),
            safari: Some((17, 4, 0)),
            ..Self::default()
        }
    }
}
