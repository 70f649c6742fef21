use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The natural size of a picture in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Dimensions {
    pub width: u32,
    pub height: u32,
}
