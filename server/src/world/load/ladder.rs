//! The ladder: `moderation/ladder.yaml` in the world's folder. Reads it and checks that it can be climbed; imposes nothing.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use super::files::LISTS_FOLDER;
use super::lists::choice;
use super::problem::{Problem, Problems};
use super::reader::{Fields, Reader, quoted};
use super::suggest::{closest, did_you_mean};
use super::yaml::Node;
use super::{Limits, read};
use crate::vocab::{AUTOMATIC_MAX, Ladder, Offence, Rung, Step, seconds_written, written_time};

/// The file.
pub(super) const LADDER_FILE: &str = "ladder.yaml";
/// The most points of one offence, and of a rung.
const POINTS_MAX: u32 = 10_000;
/// The shortest half-life. Below it, points would be gone before anything can follow from them.
const HALF_LIFE_MIN: Duration = Duration::from_mins(1);
/// The longest time in the file.
const TIME_MAX: Duration = Duration::from_hours(24 * 365);

/// What came of loading the ladder.
#[derive(Debug, Default)]
pub struct LoadedLadder {
    /// The ladder; none without a file, or if any problem is an error.
    pub ladder: Option<Ladder>,
    /// All that is wrong, by line.
    pub problems: Vec<Problem>,
}

/// Loads the ladder of a world's folder.
#[must_use]
pub fn ladder(world: &Path) -> LoadedLadder {
    let file = world.join(LISTS_FOLDER).join(LADDER_FILE);
    if !file.exists() {
        return LoadedLadder::default();
    }
    let limits = Limits::default();
    let mut problems = Problems::new(limits.problems_max);
    let mut ladder = None;
    read(&file, &limits, &mut problems, |r, node| ladder = read_ladder(r, node));
    let ladder = ladder.filter(|_| problems.errors() == 0);
    LoadedLadder { ladder, problems: problems.into_list() }
}

fn read_ladder(reader: &mut Reader<'_>, node: &Node) -> Option<Ladder> {
    let fields = reader.fields(node, &["version", "half_life", "points", "rungs"])?;
    let version = reader.required(&fields, "version");
    let version = version.and_then(|node| reader.number(node, 1, u32::MAX));
    let half_life = reader.required(&fields, "half_life");
    let half_life = half_life.and_then(|node| time(reader, node, "half_life", HALF_LIFE_MIN));
    let points = reader.required(&fields, "points").map(|node| costs(reader, node));
    reader.required(&fields, "rungs");
    let mut rungs: Vec<Rung> = Vec::new();
    for node in reader.list(&fields, "rungs") {
        let Some(rung) = rung(reader, node) else { continue };
        if rungs.last().is_some_and(|below| below.from >= rung.from) {
            reader.error(node, "rungs must begin with ever more points");
        }
        rungs.push(rung);
    }
    Some(Ladder { version: version?, half_life: half_life?, points: points?, rungs })
}

fn costs(reader: &mut Reader<'_>, node: &Node) -> BTreeMap<Offence, f64> {
    let mut costs = BTreeMap::new();
    let Some(fields) = reader.pairs(node) else { return costs };
    for (name, key, value) in &fields.pairs {
        let offence = Offence::ALL.into_iter().find(|offence| offence.as_str() == *name);
        let Some(offence) = offence else {
            let hint = did_you_mean(closest(name, Offence::ALL.map(Offence::as_str)));
            reader.error(key, format!("{} is no offence{hint}", quoted(name)));
            continue;
        };
        if let Some(points) = reader.decimal(value, POINTS_MAX) {
            costs.insert(offence, points);
        }
    }
    costs
}

fn rung(reader: &mut Reader<'_>, node: &Node) -> Option<Rung> {
    let fields = reader.fields(node, &["from", "step", "lasts", "automatic"])?;
    let from = reader.required(&fields, "from");
    let from = from.and_then(|node| reader.decimal(node, POINTS_MAX));
    if from == Some(0.0) {
        reader.error(node, "everyone would stand on a rung that begins with 0 points");
    }
    let step = choice(reader, &fields, "step", &Step::ALL, Step::as_str);
    let is_automatic = reader.flag(&fields, "automatic");
    let lasts = step.and_then(|step| lasts(reader, &fields, step));
    if is_automatic && step.is_some() {
        check_automatic(reader, node, step, lasts);
    }
    Some(Rung { from: from?, step: step?, lasts, is_automatic })
}

/// A warning has no time, and everything else must have one.
fn lasts(reader: &mut Reader<'_>, fields: &Fields<'_>, step: Step) -> Option<Duration> {
    if step != Step::Warn {
        let node = reader.required(fields, "lasts")?;
        return time(reader, node, "lasts", Duration::from_secs(1));
    }
    if let Some(node) = fields.get("lasts") {
        reader.error(node, "a warning does not last");
    }
    None
}

/// What no member of staff has ordered ends soon and keeps nobody out.
fn check_automatic(
    reader: &mut Reader<'_>,
    node: &Node,
    step: Option<Step>,
    lasts: Option<Duration>,
) {
    if step == Some(Step::Ban) {
        reader.error(node, "a ban cannot be automatic: staff have to order it");
    } else if let Some(lasts) = lasts.filter(|lasts| *lasts > AUTOMATIC_MAX) {
        let (lasts, most) = (written_time(lasts), AUTOMATIC_MAX.as_secs() / 3_600);
        reader.error(node, format!("{lasts} cannot be automatic: at most {most}h can"));
    }
}

fn time(reader: &mut Reader<'_>, node: &Node, key: &str, least: Duration) -> Option<Duration> {
    let text = reader.text(node)?;
    let Some(seconds) = seconds_written(text).filter(|_| !text.is_empty()) else {
        reader.error(node, format!("{key}: {} is no time: write 10m, 2h or 7d", quoted(text)));
        return None;
    };
    let time = seconds.map(Duration::from_secs).filter(|time| (least..=TIME_MAX).contains(time));
    if time.is_none() {
        let (least, most) = (written_time(least), written_time(TIME_MAX));
        reader.error(node, format!("{key}: {} is not from {least} to {most}", quoted(text)));
    }
    time
}
