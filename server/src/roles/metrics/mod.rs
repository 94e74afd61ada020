//! `/metrics`: everything that is counted, as series. Collects when it is asked; a part that this process has not has no
//! series. Labels are few and bounded, and no name of a person is ever among them.

mod api;
mod bus;
mod gateway;
mod hooks;
mod page;
mod process;
mod records;
mod world;

use std::fmt;
use std::sync::Arc;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, text};
use prometheus_client::registry::Registry;

use self::page::Page;
use super::status::Sources;
use crate::game::Census;

/// Begins every name.
const PREFIX: &str = "hearsay";

/// The page, in the OpenMetrics text format. Reads files of the system: not for a thread that others wait for.
pub(super) fn page(sources: Arc<Sources>, census: Option<Census>) -> Result<String, fmt::Error> {
    let mut registry = Registry::with_prefix(PREFIX);
    registry.register_collector(Box::new(Scrape { sources, census }));
    let mut page = String::new();
    text::encode(&mut page, &registry)?;
    Ok(page)
}

/// One look at everything.
struct Scrape {
    sources: Arc<Sources>,
    census: Option<Census>,
}

impl fmt::Debug for Scrape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scrape")
    }
}

impl Collector for Scrape {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let (page, sources) = (&mut Page::new(encoder), &*self.sources);
        process::write(page, sources)?;
        if let Some(counters) = &sources.gateway {
            gateway::write(page, counters)?;
        }
        gateway::write_queues(page, sources)?;
        world::write(page, sources, self.census.as_ref())?;
        if let Some(store) = &sources.store {
            records::write_store(page, store)?;
        }
        if let Some(api) = sources.api.upgrade() {
            api::write(page, &api)?;
            hooks::write(page, &api)?;
        }
        records::write_journal(page, &sources.journal)?;
        bus::write(page, sources)
    }
}
