//! A stream by which staff watch channels: that it begins and that it ends is on record, however it ends.

use std::collections::BTreeSet;

use super::Api;
use super::guard::Caller;
use crate::api::problem::Problem;
use crate::bus::{Call, CallQueue, ReplyTo, Staff, Watching};
use crate::store::Reader;
use crate::vocab::ChannelName;

/// Somebody's watching. Dropping it ends it.
pub(super) struct Watch {
    staff: Staff,
    only: Option<BTreeSet<ChannelName>>,
    names: BTreeSet<ChannelName>,
    calls: CallQueue,
}

impl Watch {
    /// Begins to watch channels, some or all that may be watched.
    pub(super) async fn begin(
        api: &Api,
        caller: &Caller,
        only: Option<BTreeSet<ChannelName>>,
    ) -> Result<Self, Problem> {
        let staff = api.staff(caller).await?;
        let (by, wanted) = (staff.clone(), only.clone());
        let names = api.ask(|reply| Call::Watch(by, wanted, Watching::Begins, reply)).await?;
        Ok(Self { staff, only, names, calls: api.calls.clone() })
    }

    /// Finds out what may be watched now.
    pub(super) async fn go_on(&mut self, api: &Api, caller: &Caller) -> Result<(), Problem> {
        self.staff = api.staff(caller).await?;
        let (by, wanted) = (self.staff.clone(), self.only.clone());
        self.names = api.ask(|reply| Call::Watch(by, wanted, Watching::GoesOn, reply)).await?;
        Ok(())
    }

    /// Lets a reader read what is watched, with where it is said.
    pub(super) fn widen(&self, reader: &mut Reader) {
        reader.watches.clone_from(&self.names);
        reader.tell_place.extend(self.names.iter().cloned());
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let (reply, _) = ReplyTo::new();
        let ended = Call::Watch(self.staff.clone(), self.only.clone(), Watching::Ended, reply);
        if self.calls.try_send(ended).is_err() {
            tracing::warn!(name = %self.staff.name, "it is not on record that watching has ended");
        }
    }
}
