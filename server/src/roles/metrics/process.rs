//! The process: which one it is, how long it runs, what it uses.

use std::fmt;
use std::time::UNIX_EPOCH;

use super::page::Page;
use crate::roles::footprint::Footprint;
use crate::roles::status::Sources;

pub(super) fn write(page: &mut Page<'_>, sources: &Sources) -> fmt::Result {
    let build = [("version", env!("CARGO_PKG_VERSION")), ("role", sources.role)];
    page.gauges("build_info", "Which program runs, in which role; always 1.", [(build, 1.0)])?;
    let started = sources.started_at.duration_since(UNIX_EPOCH).unwrap_or_default();
    page.gauge(
        "start_time_seconds",
        "When the process started, in seconds since 1970.",
        started.as_secs_f64(),
    )?;
    page.gauge(
        "uptime_seconds",
        "How long the process has run.",
        sources.started.elapsed().as_secs_f64(),
    )?;
    let is_ready = super::page::whether(sources.missing().is_empty());
    page.gauge("ready", "Whether this process can take players: 1 or 0, as /ready.", is_ready)?;
    let is_draining = super::page::whether(sources.is_draining());
    page.gauge("draining", "Whether this process was taken out of service: 1 or 0.", is_draining)?;
    Footprint::read().map_or(Ok(()), |footprint| write_footprint(page, &footprint))
}

fn write_footprint(page: &mut Page<'_>, footprint: &Footprint) -> fmt::Result {
    let Footprint { resident_bytes, open_files, open_files_max, cpu_seconds } = *footprint;
    page.gauge("resident_memory_bytes", "Memory in use.", resident_bytes as f64)?;
    page.gauge("open_files", "Open files, sockets among them.", open_files as f64)?;
    if let Some(most) = open_files_max {
        page.gauge("open_files_max", "The most files that may be open.", most as f64)?;
    }
    let help = "Processor time used, in user and kernel mode.";
    page.counter_of_parts("cpu_seconds", help, cpu_seconds)
}
