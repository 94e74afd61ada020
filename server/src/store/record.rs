//! What staff read about one person: the newest of each part of what is stored. Writes nothing.

use super::error::StoreError;
use super::{Store, cases, held, parts, redactions, remarks, restrictions};
use crate::vocab::{Dossier, Person};

impl Store {
    /// What is on record about somebody, and what they did to others; the newest of each sort, newest first.
    ///
    /// # Errors
    /// A fault of the storage; [`StoreError::Unreadable`] when a row cannot be read.
    pub async fn dossier(&self, person: Person) -> Result<Dossier, StoreError> {
        self.question(move |connection| {
            Ok(Dossier {
                restrictions: restrictions::newest(connection, &parts::RESTRICTIONS, person)?,
                imposed: restrictions::newest(connection, &parts::IMPOSED, person)?,
                lifted: restrictions::newest(connection, &parts::LIFTED, person)?,
                remarks: remarks::newest(connection, &parts::REMARKS, person)?,
                made: remarks::newest(connection, &parts::REMARKS_MADE, person)?,
                taken_back: redactions::newest(connection, &parts::REDACTIONS, person)?,
                took_back: redactions::newest(connection, &parts::REDACTIONS_MADE, person)?,
                put_back: redactions::newest(connection, &parts::REDACTIONS_UNDONE, person)?,
                held: held::newest(connection, &parts::HELD, person)?,
                settled: held::newest(connection, &parts::HELD_SETTLED, person)?,
                cases: cases::newest(connection, &parts::CASES, person)?,
                handled: cases::newest(connection, &parts::CASES_HANDLED, person)?,
            })
        })
        .await
    }
}
