//! Why somebody's wish is not granted: a sentence for them, and a word for those who count.

use super::logins::Failure;
use crate::store::StoreError;

/// Why one wish is not granted.
#[derive(Debug)]
pub(super) struct Refused {
    /// In a sentence for whoever wished.
    pub(super) why: String,
    /// For those who count.
    pub(super) failure: Failure,
}

impl From<String> for Refused {
    fn from(why: String) -> Self {
        Failure::Other.because(why)
    }
}

impl Failure {
    pub(super) fn because(self, why: impl Into<String>) -> Refused {
        Refused { why: why.into(), failure: self }
    }
}

/// What somebody reads when the database fails.
pub(super) fn fault(why: &StoreError) -> Refused {
    tracing::error!(%why, "a login could not be served");
    let told = "The server cannot reach its database just now. Please try again in a moment.";
    Failure::Fault.because(told)
}

pub(super) fn broken(why: &anyhow::Error) -> Refused {
    tracing::error!(%why, "a password could not be checked");
    Failure::Fault.because("Something went wrong inside the server. Please try again.")
}

pub(super) fn just_taken(name: &str) -> Refused {
    Refused::from(format!("Somebody has just taken the name {name}."))
}
